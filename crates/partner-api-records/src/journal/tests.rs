//! What only the durable journal promises: entries that outlive it, and several processes on one file.

use std::sync::Arc;

use partner_api_domain::journal::{Action, conformance};

use super::*;

/// A journal in a directory that goes with it.
#[derive(Debug)]
struct Temporary(
    SqliteJournal,
    #[allow(dead_code, reason = "removed last")] tempfile::TempDir,
);

impl Temporary {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self(SqliteJournal::open(dir.path()).unwrap(), dir)
    }
}

fn transfer(money: &str) -> Intent {
    let action = Action::Transfer {
        source: None,
        destination: UserId::new("anna").ok(),
        money: money.parse().unwrap(),
    };
    Intent::new(action, Timestamp::EPOCH)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_a_journal() {
    let dirs = std::sync::Mutex::new(Vec::new());
    conformance::run(async || {
        let Temporary(journal, dir) = Temporary::new();
        dirs.lock().unwrap().push(dir);
        Arc::new(journal) as _
    })
    .await;
}

#[tokio::test]
async fn what_was_begun_is_there_after_reopening_with_its_key() {
    let dir = tempfile::tempdir().unwrap();
    let mut intent = transfer("1 eur");
    intent.key = Some(RequestKey::new("job").unwrap());
    let open = || SqliteJournal::open(dir.path()).unwrap();
    let Begun::New(id) = open().begin(intent.clone()).await.unwrap() else {
        panic!("it should begin");
    };
    let journal = open();
    let entry = Entry::new(id, intent.clone(), None);
    assert_eq!(
        journal.unresolved().await.unwrap(),
        std::slice::from_ref(&entry)
    );
    assert_eq!(journal.begin(intent).await.unwrap(), Begun::Before(entry));
}

/// Two connections stand for two processes: neither knows of the other but through the file.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_processes_one_begins_what_both_ask_for() {
    let dir = tempfile::tempdir().unwrap();
    let open = || Arc::new(SqliteJournal::open(dir.path()).unwrap());
    let processes = [open(), open()];
    for round in 1..=30 {
        let mut keyed = transfer(&format!("{round} eur"));
        keyed.key = Some(RequestKey::new(format!("job {round}")).unwrap());
        let alike = transfer(&format!("{round} usdc"));
        let mut asked = Vec::new();
        for journal in &processes {
            for intent in [keyed.clone(), alike.clone()] {
                let journal = Arc::clone(journal);
                asked.push(tokio::spawn(
                    async move { journal.begin(intent).await.unwrap() },
                ));
            }
        }
        let mut begun = 0;
        for answer in asked {
            begun += usize::from(matches!(answer.await.unwrap(), Begun::New(_)));
        }
        assert_eq!(begun, 2, "round {round}");
    }
}

#[tokio::test]
async fn a_file_that_is_damaged_says_so() {
    let Temporary(journal, dir) = Temporary::new();
    journal.begin(transfer("1 eur")).await.unwrap();
    let file = rusqlite::Connection::open(dir.path().join("journal.db")).unwrap();
    file.execute("UPDATE entries SET intent = '{}'", [])
        .unwrap();
    let error = journal.unresolved().await.unwrap_err();
    assert!(error.to_string().contains("damaged"), "{error}");
}
