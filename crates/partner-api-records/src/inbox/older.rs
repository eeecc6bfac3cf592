//! Inboxes that older versions made, opened with the code of today: nothing is missing, and all of it is of use.

use partner_api_webhooks::inbox::Receipt;
use partner_api_webhooks::{EventKind, ObjectRef};

use super::tests::{MINUTE, at, letter};
use super::*;
use crate::database::older;

fn payout(id: &str) -> ObjectRef {
    ObjectRef::new(EventKind::SepaTransfer, id)
}

/// What every file of `tests/older` was told: `a` is handled and has news that wait, `b` is dead, `c` was postponed.
async fn make(file: &Path) {
    let dir = tempfile::tempdir().unwrap();
    let inbox = SqliteInbox::open(dir.path()).unwrap();
    for (id, status) in [
        ("a", "PENDING"),
        ("a", "DONE"),
        ("b", "PENDING"),
        ("c", "PENDING"),
    ] {
        inbox.receive(letter(id, status), at(0)).await.unwrap();
    }
    for claimed in inbox.claim(3, at(1), MINUTE).await.unwrap() {
        let lease = claimed.lease;
        let is_kept = match lease.letter.get() {
            1 => {
                let news = Known {
                    object: payout("a"),
                    status: "PENDING".into(),
                    is_final: false,
                };
                inbox.done(lease, Some(news), at(1)).await
            }
            3 => inbox.bury(lease, "no such payout here", at(1)).await,
            _ => {
                inbox
                    .retry_later(lease, at(100), "the shop is closed")
                    .await
            }
        };
        assert!(is_kept.unwrap());
    }
    let made = inbox.path().to_owned();
    drop(inbox);
    std::fs::copy(made, file).unwrap();
}

#[test]
fn released_steps_are_never_edited() {
    older::check_steps(&SCHEMA);
}

#[tokio::test]
async fn an_inbox_of_any_version_is_whole_and_goes_on() {
    for version in 1..=SCHEMA.migrations.len() {
        let dir = match older::copy(&SCHEMA, version) {
            Ok(dir) => dir,
            Err(missing) => {
                make(&missing).await;
                continue;
            }
        };
        let inbox = SqliteInbox::open(dir.path()).unwrap();
        let counts = inbox.counts().await.unwrap();
        assert_eq!(
            counts,
            Counts {
                waiting: 2,
                dead: 1
            }
        );

        // What was handled is known, also when it is repeated.
        let repeated = inbox.receive(letter("a", "PENDING"), at(2)).await.unwrap();
        assert_eq!(repeated, Receipt::Duplicate, "version {version}");
        let known = inbox.known(&payout("a")).await.unwrap().unwrap();
        assert_eq!((&*known.status, known.is_final), ("PENDING", false));

        // What waits is handed over in its order, with how often it was tried.
        let now = inbox.claim(9, at(2), MINUTE).await.unwrap();
        assert_eq!(objects(&now), [(Some(payout("a")), 1)]);
        assert_eq!(now[0].letter.body, letter("a", "DONE").body);
        let later = inbox.claim(9, at(100), MINUTE).await.unwrap();
        assert_eq!(
            objects(&later),
            [(Some(payout("a")), 2), (Some(payout("c")), 2)]
        );

        // What is dead says why, and can be revived.
        let dead = inbox.dead_letters(None, 9).await.unwrap();
        assert_eq!(&*dead[0].why, "no such payout here");
        let revived = inbox.redrive(dead[0].id, dead[0].address.clone(), at(3));
        assert!(revived.await.unwrap());
    }
}

fn objects(claimed: &[Claimed]) -> Vec<(Option<ObjectRef>, u32)> {
    claimed
        .iter()
        .map(|it| (it.letter.address.object.clone(), it.attempt))
        .collect()
}
