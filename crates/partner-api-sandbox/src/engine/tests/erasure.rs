//! L14: after closing, nothing personal of the closed user is in any file, and everything of the others is.

use std::collections::BTreeSet;
use std::path::Path;

use partner_api_core::CardId;
use partner_api_core::user::ProfileChanges;

use super::people::{create_card, pay_out};
use super::*;

/// Every text that ends in `of-<id>` or begins an address at `canary.example`, and the ids that they name.
pub(super) fn people_in(dir: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for (at, it) in bytes.windows(7).enumerate() {
            if it == b"person-" {
                let digits = &bytes[at + 7..bytes.len().min(at + 10)];
                found.insert(String::from_utf8_lossy(digits).into_owned());
            }
        }
    }
    found
}

pub(super) fn person(number: usize) -> String {
    format!("person-{number:03}")
}

#[tokio::test]
async fn a_closed_user_leaves_no_byte_behind() {
    let dir = tempfile::tempdir().unwrap();
    let engine = durable(dir.path());
    for number in 0..40 {
        let id = person(number);
        verified(&engine, &id, "10.00 eur").await;
        let card: CardId = fresh();
        ok(&engine, create_card(&id, card.clone())).await;
        ok(&engine, pay_out(&id, "1.00 eur")).await;
        let city = Some(partner_api_core::City::unchecked(
            format!("town-{id}").repeat(number),
        ));
        let changes = Box::new(ProfileChanges {
            city,
            ..ProfileChanges::default()
        });
        ok(
            &engine,
            Command::UpdateUser {
                user: user(&id),
                changes,
            },
        )
        .await;
        // Refusals are remembered, too, and must not remember whom by name.
        refused(&engine, transfer(Some(&id), None, "99.00 eur")).await;
        refused(
            &engine,
            Command::BlockCard {
                user: user(&id),
                card: CardId::new(&*id).unwrap(),
            },
        )
        .await;
        refused(
            &engine,
            transfer(Some(&format!("{id}-unknown")), None, "1.00 eur"),
        )
        .await;
    }
    engine.advance_clock(Duration::from_secs(2)).await.unwrap();
    let stays = |number: usize| number % 4 == 1;
    for number in (0..40).filter(|it| !stays(*it)) {
        ok(
            &engine,
            Command::Close {
                user: user(&person(number)),
            },
        )
        .await;
        let found = people_in(dir.path());
        let gone = format!("{number:03}");
        assert!(
            !found.contains(&gone),
            "{gone} is in a file after it was closed"
        );
    }
    let left: BTreeSet<String> = (0..40)
        .filter(|it| stays(*it))
        .map(|number| format!("{number:03}"))
        .collect();
    assert_eq!(people_in(dir.path()), left);
    check_books(&engine);
    engine.reset().await.unwrap();
    assert_eq!(people_in(dir.path()), BTreeSet::new());
}

#[tokio::test]
async fn readers_do_not_stop_an_erasure() {
    let dir = tempfile::tempdir().unwrap();
    let engine = durable(dir.path());
    for number in 0..8 {
        verified(&engine, &person(number), "10.00 eur").await;
    }
    let readers = (0..2).map(|_| {
        let engine = engine.clone();
        std::thread::spawn(move || {
            while let Ok(seq) = engine.read(|it| {
                it.user(&user(&person(3)))?;
                it.seq()
            }) {
                assert_ne!(seq, 0);
            }
        })
    });
    let readers: Vec<_> = readers.collect();
    for number in 0..8 {
        ok(
            &engine,
            Command::Close {
                user: user(&person(number)),
            },
        )
        .await;
        assert!(!people_in(dir.path()).contains(&format!("{number:03}")));
    }
    engine.shutdown().await;
    for reader in readers {
        reader.join().unwrap();
    }
}
