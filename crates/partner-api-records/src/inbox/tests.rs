//! The file against the checks for every inbox, and what only a file promises.

use std::sync::Arc;
use std::time::Duration;

use partner_api_webhooks::core::Timestamp;
use partner_api_webhooks::inbox::{Inbox, Receipt};
use partner_api_webhooks::{Receiver, Secret, conformance};
use tempfile::TempDir;

use super::*;

pub(super) fn letter(id: &str, status: &str) -> Letter {
    let receiver = Receiver::builder().secret(Secret::new("secret").unwrap());
    let receiver = receiver.build().unwrap();
    let authenticated = receiver.authenticate(["secret"]).unwrap();
    let body = format!(r#"{{"id":"{id}","status":"{status}","transferTitle":"canary"}}"#);
    let path = "/sepa-transfer-webhook";
    receiver
        .read(&authenticated, path, body.as_bytes())
        .unwrap()
}

pub(super) fn at(seconds: u64) -> Timestamp {
    Timestamp::EPOCH.plus(Duration::from_secs(seconds))
}

pub(super) const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn the_file_conforms() {
    let dirs = std::cell::RefCell::new(Vec::<TempDir>::new());
    conformance::all(async || {
        let dir = tempfile::tempdir().unwrap();
        let inbox = SqliteInbox::open(dir.path()).unwrap();
        dirs.borrow_mut().push(dir);
        Arc::new(inbox) as Arc<dyn Inbox>
    })
    .await;
}

/// `INBOX_SEEDS` says how many.
#[tokio::test]
async fn the_file_agrees_with_memory_whatever_is_done_to_both() {
    let seeds = std::env::var("INBOX_SEEDS").ok();
    let seeds = seeds.map_or(10, |it| it.parse().expect("INBOX_SEEDS is a number"));
    for seed in 20..20 + seeds {
        let dir = tempfile::tempdir().unwrap();
        let inbox = SqliteInbox::open(dir.path()).unwrap();
        conformance::agrees_with_memory(&inbox, seed, 150).await;
    }
}

#[tokio::test]
async fn what_was_received_is_there_after_reopening_and_a_repetition_is_one() {
    let dir = tempfile::tempdir().unwrap();
    let inbox = SqliteInbox::open(dir.path()).unwrap();
    inbox.receive(letter("a", "PENDING"), at(0)).await.unwrap();
    let lease = inbox.claim(1, at(0), MINUTE).await.unwrap()[0].lease;
    drop(inbox);
    let inbox = SqliteInbox::open(dir.path()).unwrap();
    let again = inbox.receive(letter("a", "PENDING"), at(1)).await.unwrap();
    assert_eq!(again, Receipt::Duplicate);
    // The lease outlives the process too: it is in the row.
    assert_eq!(inbox.claim(1, at(59), MINUTE).await.unwrap(), []);
    assert!(inbox.done(lease, None, at(59)).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_of_several_processes_never_claim_the_same_letter() {
    let dir = tempfile::tempdir().unwrap();
    let inbox = SqliteInbox::open(dir.path()).unwrap();
    for number in 0..120 {
        let id = format!("p{}", number % 30);
        let status = format!("S{number}");
        inbox.receive(letter(&id, &status), at(0)).await.unwrap();
    }
    let mut workers = Vec::new();
    for _ in 0..4 {
        // A connection of its own, as another process has.
        let inbox = SqliteInbox::open(dir.path()).unwrap();
        workers.push(tokio::spawn(async move {
            let mut seen = Vec::new();
            while inbox.counts().await.unwrap().waiting != 0 {
                for claimed in inbox.claim(3, at(1), MINUTE).await.unwrap() {
                    assert_eq!(claimed.attempt, 1);
                    seen.push(claimed.lease.letter);
                    assert!(inbox.done(claimed.lease, None, at(1)).await.unwrap());
                }
            }
            seen
        }));
    }
    let mut all = Vec::new();
    for worker in workers {
        all.extend(worker.await.unwrap());
    }
    all.sort();
    let count = all.len();
    all.dedup();
    assert_eq!((count, all.len()), (120, 120));
}

#[tokio::test]
async fn a_body_is_gone_from_the_files_once_it_is_handled() {
    let dir = tempfile::tempdir().unwrap();
    let inbox = SqliteInbox::open(dir.path()).unwrap();
    inbox.receive(letter("a", "PENDING"), at(0)).await.unwrap();
    let lease = inbox.claim(1, at(0), MINUTE).await.unwrap()[0].lease;
    assert!(inbox.done(lease, None, at(0)).await.unwrap());
    assert!(inbox.0.erase().await.unwrap());
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(6).any(|it| it == b"canary"));
    }
}
