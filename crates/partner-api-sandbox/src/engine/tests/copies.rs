//! Snapshots: taken while changes go on, restored into any sandbox on any store, whole or not at all.

use std::io::Cursor;
use std::sync::Arc;

use partner_api_core::user::{Standing, Verification};

use super::people::{create_card, pay_out};
use super::*;
use crate::store::{Rows, Store};

type AllRows = Vec<(Table, Vec<u8>, Vec<u8>)>;

use crate::store::Table;

/// Every row but what the engine keeps of itself, and the decisions up to a number.
fn rows_up_to(engine: &Engine, seq: u64) -> AllRows {
    let mut all = Vec::new();
    let read = engine.read(|snapshot| {
        for table in Table::ALL.iter().filter(|it| **it != Table::Settings) {
            snapshot.rows.scan(*table, &[], &mut |key, value| {
                let is_later = *table == Table::Decisions && seq.to_be_bytes()[..] < *key;
                if !is_later {
                    all.push((*table, key.to_vec(), value.to_vec()));
                }
                std::ops::ControlFlow::Continue(())
            })?;
        }
        Ok(())
    });
    read.unwrap();
    all
}

fn save(engine: &Engine) -> (Saved, Vec<u8>) {
    let mut bytes = Vec::new();
    let saved = engine.save(&mut bytes).unwrap();
    (saved, bytes)
}

async fn restore(engine: &Engine, bytes: &[u8], erased: Erased) -> Result<u64, SnapshotError> {
    engine.restore(Cursor::new(bytes.to_vec()), erased).await
}

/// A town with something of everything: people, cards, money on its way and a closed user.
async fn town(engine: &Engine) {
    for id in ["anna", "bert", "carl"] {
        verified(engine, id, "100.00 eur").await;
        ok(engine, create_card(id, fresh())).await;
    }
    ok(engine, pay_out("anna", "5.00 eur")).await;
    ok(engine, Command::Close { user: user("carl") }).await;
    ok(engine, create_user("dora")).await;
    let identity = identity("dora");
    ok(
        engine,
        Command::AddVerification {
            user: user("dora"),
            identity,
        },
    )
    .await;
}

fn verification(engine: &Engine, id: &str) -> Option<Verification> {
    let found = engine.read(|snapshot| snapshot.user(&user(id))).unwrap();
    found.map(|user| user.verification)
}

#[tokio::test]
async fn a_snapshot_of_any_store_is_restored_into_any_other() {
    let dirs = [(); 4].map(|()| tempfile::tempdir().unwrap());
    for (number, (from, to)) in [(false, false), (false, true), (true, false), (true, true)]
        .into_iter()
        .enumerate()
    {
        let open = |is_durable, name| match is_durable {
            true => durable(&dirs[number].path().join(name)),
            false => ephemeral(),
        };
        let source = open(from, "from");
        town(&source).await;
        let (saved, bytes) = save(&source);
        let target = open(to, "to");
        verified(&target, "elsewhere", "7.00 eur").await;
        let before = target.clock();
        let seq = restore(&target, &bytes, Erased::Refuse).await.unwrap();
        assert_eq!(
            rows_up_to(&source, saved.seq),
            rows_up_to(&target, saved.seq)
        );
        assert_eq!((seq, target.clock()), (saved.seq + 1, source.clock()));
        assert_ne!(before, target.clock());
        check_books(&target);
        assert_eq!(log(&target).last().map(String::as_str), Some("restore"));

        // It is lived in as before: ids are known, taken for ever, and what was to come comes.
        assert_eq!(eur_of(&target, "anna"), eur_of(&source, "anna"));
        assert_eq!(verification(&target, "elsewhere"), None);
        assert_eq!(
            refused(&target, create_user("anna")).await,
            Rule::UserIdMustBeUnused
        );
        assert_eq!(
            refused(&target, create_user("carl")).await,
            Rule::UserIdMustBeUnused
        );
        assert_eq!(verification(&target, "dora"), Some(Verification::Pending));
        target.advance_clock(Duration::from_secs(5)).await.unwrap();
        assert_eq!(verification(&target, "dora"), Some(Verification::Approved));
        ok(&target, transfer(Some("anna"), Some("bert"), "1.00 eur")).await;
        check_books(&target);
    }
}

#[tokio::test]
async fn what_was_restored_is_there_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let engine = durable(dir.path());
    town(&engine).await;
    let (saved, bytes) = save(&engine);
    let rows = rows_up_to(&engine, saved.seq);
    ok(&engine, transfer(Some("anna"), None, "50.00 eur")).await;
    verified(&engine, "late", "3.00 eur").await;
    let change = RateChange::Set(Currency::BTC, "5".parse().unwrap());
    engine.change_rates(change).await.unwrap();
    let seq = restore(&engine, &bytes, Erased::Refuse).await.unwrap();
    assert!(
        saved.seq + 1 < seq,
        "numbers of the forgotten history are not used again"
    );
    assert!(engine.rates().set.is_empty(), "rates go back, too");
    engine.shutdown().await;
    let engine = reopened(dir.path());
    assert_eq!(rows_up_to(&engine, saved.seq), rows);
    assert_eq!(engine.clock().now, saved.at);
    assert_eq!(verification(&engine, "late"), None);
    assert_eq!(
        refused(&engine, create_user("anna")).await,
        Rule::UserIdMustBeUnused
    );
    check_books(&engine);
}

#[tokio::test]
async fn an_order_that_was_queued_before_a_restore_finds_whom_the_snapshot_knows() {
    let source = ephemeral();
    verified(&source, "anna", "1.00 eur").await;
    let (_, bytes) = save(&source);
    let target = ephemeral();
    // The restore is queued first; the names of the other order are hashed before it is done, and under the old key.
    let suspend = target.execute(Command::Suspend { user: user("anna") });
    let (restored, suspended) = tokio::join!(restore(&target, &bytes, Erased::Refuse), suspend);
    restored.unwrap();
    suspended.unwrap().verdict.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn snapshots_are_consistent_while_changes_go_on() {
    let dir = tempfile::tempdir().unwrap();
    for engine in [ephemeral(), durable(dir.path())] {
        verified(&engine, "anna", "1000.00 eur").await;
        let paying = {
            let engine = engine.clone();
            tokio::spawn(async move {
                for _ in 0..400 {
                    ok(&engine, transfer(Some("anna"), None, "1.00 eur")).await;
                }
            })
        };
        let mut seen = Vec::new();
        while !paying.is_finished() && seen.len() < 20 {
            let (saved, bytes) = save(&engine);
            let copy = ephemeral();
            restore(&copy, &bytes, Erased::Refuse).await.unwrap();
            let audit = check_books(&copy);
            assert_eq!(audit.decisions, saved.seq + 1);
            seen.push(eur_of(&copy, "anna"));
        }
        paying.await.unwrap();
        assert!(seen.is_sorted_by(|a, b| b <= a), "{seen:?}");
    }
}

/// L14: closing is for good. Whoever takes an older snapshot must say that they mean it.
#[tokio::test]
async fn what_was_erased_does_not_come_back_unsaid() {
    let dir = tempfile::tempdir().unwrap();
    let engine = durable(dir.path());
    let (_, before) = save(&engine);
    verified(&engine, "anna", "1.00 eur").await;
    verified(&engine, "bert", "1.00 eur").await;
    let (_, with_both) = save(&engine);
    ok(&engine, Command::Close { user: user("anna") }).await;
    let (_, after) = save(&engine);
    let is_refused = async |bytes: &[u8]| {
        let rows = rows_up_to(&engine, u64::MAX);
        let refused = restore(&engine, bytes, Erased::Refuse).await;
        assert!(
            matches!(refused, Err(SnapshotError::BringsBack { users: 1 })),
            "{refused:?}"
        );
        assert_eq!(rows_up_to(&engine, u64::MAX), rows, "nothing was changed");
    };
    is_refused(&with_both).await;
    restore(&engine, &after, Erased::Refuse).await.unwrap();
    is_refused(&with_both).await;
    // Nobody of that time is left in the store, yet it is known who was closed.
    restore(&engine, &before, Erased::Refuse).await.unwrap();
    is_refused(&with_both).await;
    engine.reset().await.unwrap();
    is_refused(&with_both).await;

    restore(&engine, &with_both, Erased::BringBack)
        .await
        .unwrap();
    let found = engine.read(|snapshot| {
        let anna = snapshot.user(&user("anna"))?.unwrap();
        Ok((anna.standing, snapshot.profile(anna.holder)?.is_some()))
    });
    assert_eq!(found.unwrap(), (Standing::Open, true));
    is_refused(&with_both).await;
    // A sandbox that never had her has erased nothing of her.
    restore(&ephemeral(), &with_both, Erased::Refuse)
        .await
        .unwrap();
}

/// A sandbox of before it was remembered who was closed knows it by the users' own rows.
#[tokio::test]
async fn who_was_closed_in_an_older_file_does_not_come_back_unsaid() {
    let store: Arc<dyn Store> = Arc::new(Memory::default());
    let engine = Engine::start(Arc::clone(&store), options(Data::Ephemeral)).unwrap();
    verified(&engine, "anna", "1.00 eur").await;
    let (_, bytes) = save(&engine);
    ok(&engine, Command::Close { user: user("anna") }).await;
    let forget = |store: &dyn Store| {
        let mut keys = Vec::new();
        let found = store.snapshot(&mut |rows: &dyn Rows| {
            rows.scan(Table::Settings, b"closed/", &mut |key, _| {
                keys.extend(key.starts_with(b"closed/").then(|| key.to_vec()));
                std::ops::ControlFlow::Continue(())
            })
        });
        found.unwrap();
        let batch = store.batch(&mut |batch| {
            keys.iter()
                .try_for_each(|key| batch.delete(Table::Settings, key))
        });
        batch.unwrap();
        keys.len()
    };
    assert_eq!(forget(store.as_ref()), 1);
    let refused = restore(&engine, &bytes, Erased::Refuse).await;
    assert!(
        matches!(refused, Err(SnapshotError::BringsBack { users: 1 })),
        "{refused:?}"
    );
    engine.reset().await.unwrap();
    let (_, empty) = save(&engine);
    restore(&engine, &empty, Erased::Refuse).await.unwrap();
}

#[tokio::test]
async fn the_state_that_was_replaced_leaves_no_personal_byte_behind() {
    let dir = tempfile::tempdir().unwrap();
    let engine = durable(dir.path());
    let (_, empty) = save(&engine);
    for number in 0..20 {
        verified(&engine, &erasure::person(number), "1.00 eur").await;
    }
    assert_eq!(erasure::people_in(dir.path()).len(), 20);
    restore(&engine, &empty, Erased::Refuse).await.unwrap();
    assert_eq!(erasure::people_in(dir.path()).len(), 0);
}

#[tokio::test]
async fn a_damaged_snapshot_is_refused_and_changes_nothing() {
    let source = ephemeral();
    town(&source).await;
    let (_, bytes) = save(&source);
    let engine = ephemeral();
    verified(&engine, "here", "1.00 eur").await;
    let rows = rows_up_to(&engine, u64::MAX);
    let mut broken: Vec<Vec<u8>> = Vec::new();
    for at in (0..bytes.len()).step_by(bytes.len() / 97) {
        broken.push(bytes[..at].to_vec());
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x20;
        broken.push(flipped);
    }
    broken.push([&bytes[..], b"\n"].concat());
    broken.push(b"something else altogether".to_vec());
    // A length that lies asks for no room.
    let head = bytes.iter().position(|byte| *byte == b'T').unwrap();
    broken.push([&bytes[..head], b"T\x05usersR\xff\xff\xff\x03"].concat());
    for bytes in broken {
        let refused = restore(&engine, &bytes, Erased::BringBack).await;
        let is_told = matches!(
            refused,
            Err(SnapshotError::Damaged(_) | SnapshotError::NotOurs | SnapshotError::Newer)
        );
        assert!(is_told, "{refused:?}");
    }
    assert_eq!(rows_up_to(&engine, u64::MAX), rows);
    ok(&engine, transfer(Some("here"), None, "1.00 eur")).await;
    check_books(&engine);
}

/// The hash shows damage and no intent: what is inside is checked, too, before it counts.
#[tokio::test]
async fn books_that_do_not_add_up_are_not_restored() {
    let store: Arc<dyn Store> = Arc::new(Memory::default());
    let source = Engine::start(Arc::clone(&store), options(Data::Ephemeral)).unwrap();
    verified(&source, "anna", "1.00 eur").await;
    let mut balance = None;
    let found = store.snapshot(&mut |rows: &dyn Rows| {
        rows.scan(Table::Balances, &[], &mut |key, value| {
            balance = Some((key.to_vec(), value.to_vec()));
            std::ops::ControlFlow::Break(())
        })
    });
    found.unwrap();
    let (key, mut value) = balance.unwrap();
    value[0] ^= 1;
    let changed = store.batch(&mut |batch| batch.put(Table::Balances, &key, &value));
    changed.unwrap();
    let (_, bytes) = save(&source);
    let engine = ephemeral();
    let rows = rows_up_to(&engine, u64::MAX);
    let refused = restore(&engine, &bytes, Erased::Refuse).await;
    assert!(
        matches!(refused, Err(SnapshotError::Books(_))),
        "{refused:?}"
    );
    assert_eq!(rows_up_to(&engine, u64::MAX), rows);
    verified(&engine, "here", "1.00 eur").await;
    check_books(&engine);
}

/// A stream of a version, with the hash that it needs.
fn of_version(bytes: &[u8], version: u8) -> Vec<u8> {
    use sha2::Digest as _;
    let mut bytes = bytes[..bytes.len() - 32].to_vec();
    let line = bytes.iter().position(|it| *it == b'\n').unwrap();
    bytes[line + 1] = version;
    let hash = sha2::Sha256::digest(&bytes);
    bytes.extend_from_slice(&hash);
    bytes
}

#[tokio::test]
async fn streams_of_earlier_versions_are_read_and_of_later_ones_refused() {
    let source = ephemeral();
    verified(&source, "anna", "1.00 eur").await;
    let (_, bytes) = save(&source);
    for (version, is_read) in [(1, true), (2, true), (3, false), (u8::MAX, false)] {
        let engine = ephemeral();
        let done = restore(&engine, &of_version(&bytes, version), Erased::Refuse).await;
        match done {
            Ok(_) => assert!(is_read, "{version}"),
            Err(error) => assert!(matches!(error, SnapshotError::Newer) && !is_read, "{error}"),
        }
    }
}
