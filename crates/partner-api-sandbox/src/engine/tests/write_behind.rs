//! Balances whose rows are written later: readers, restarts, failures and restores see them as if they were written at once.

use std::collections::BTreeMap;
use std::io::Cursor;

use proptest::prelude::*;

use super::failures::{FULL, Moody};
use super::*;
use crate::engine::copy;
use crate::engine::rows::{self, Position, Written};
use crate::engine::write_behind::ROUND;
use crate::store::{Rows, Sqlite, Store, Table};

const USERS: [&str; 6] = ["anna", "bert", "carl", "dora", "emil", "fred"];

/// What each of them holds, in cents.
fn held(engine: &Engine) -> BTreeMap<&'static str, i64> {
    USERS.map(|id| (id, eur_of(engine, id))).into()
}

/// How many rows of balances are older than what they are rows of.
fn late_rows(engine: &Engine, store: &dyn Store) -> usize {
    let mut shown = BTreeMap::new();
    let all = engine.read(|snapshot| {
        snapshot.rows.scan(Table::Balances, &[], &mut |key, value| {
            shown.insert(key.to_vec(), value.to_vec());
            std::ops::ControlFlow::Continue(())
        })
    });
    all.unwrap();
    let count = &mut |rows: &dyn Rows| {
        rows.scan(Table::Balances, &[], &mut |key, value| {
            if shown.get(key).map(Vec::as_slice) == Some(value) {
                shown.remove(key);
            }
            std::ops::ControlFlow::Continue(())
        })
    };
    store.snapshot(count).unwrap();
    shown.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_sees_both_sides_of_a_transfer_or_neither() {
    let dir = tempfile::tempdir().unwrap();
    for engine in [ephemeral(), durable(dir.path())] {
        for id in USERS {
            verified(&engine, id, "100.00 eur").await;
        }
        let sum = |snapshot: &Snapshot<'_>| {
            let mut sum = 0;
            for id in USERS {
                let user = snapshot.user(&user(id))?.unwrap();
                let balances = snapshot.balances(Account::User(user.holder))?;
                sum += balances.iter().map(|(_, atoms)| atoms).sum::<i64>();
            }
            Ok((snapshot.seq()?, sum))
        };
        let is_over = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let readers = [(); 2].map(|()| {
            let (engine, is_over) = (engine.clone(), Arc::clone(&is_over));
            std::thread::spawn(move || {
                let (mut last, mut moments) = (0, 0);
                while !is_over.load(std::sync::atomic::Ordering::Relaxed) {
                    let (seq, sum) = engine.read(sum).unwrap();
                    assert_eq!(sum, 60_000 * 1_000_000, "at {seq}");
                    assert!(last <= seq, "{seq} after {last}");
                    moments += u32::from(last < seq);
                    last = seq;
                }
                moments
            })
        });
        let payers = (0..8).map(|payer| {
            let engine = engine.clone();
            tokio::spawn(async move {
                for n in 0..60 {
                    let (from, to) = (USERS[(payer + n) % 6], USERS[(payer + 2 * n + 1) % 6]);
                    let paid = engine.execute(transfer(Some(from), Some(to), "0.10 eur"));
                    // To oneself it is refused.
                    drop(paid.await.unwrap().verdict);
                }
            })
        });
        for payer in payers.collect::<Vec<_>>() {
            payer.await.unwrap();
        }
        is_over.store(true, std::sync::atomic::Ordering::Relaxed);
        for reader in readers {
            assert!(10 < reader.join().unwrap(), "it saw several moments");
        }
        check_books(&engine);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_who_takes_long_sees_one_moment() {
    let dir = tempfile::tempdir().unwrap();
    let engine = durable(dir.path());
    for id in USERS {
        verified(&engine, id, "100.00 eur").await;
    }
    let (began, wait) = std::sync::mpsc::channel();
    let (go_on, paid) = std::sync::mpsc::channel();
    let reader = {
        let engine = engine.clone();
        std::thread::spawn(move || {
            let look = engine.read(|snapshot| {
                let all = |snapshot: &Snapshot<'_>| {
                    let mut all = Vec::new();
                    for id in USERS {
                        let user = snapshot.user(&user(id))?.unwrap();
                        all.push(snapshot.balances(Account::User(user.holder))?);
                    }
                    Ok::<_, StoreError>(all)
                };
                let before = all(snapshot)?;
                began.send(()).unwrap();
                paid.recv().unwrap();
                assert_eq!(all(snapshot)?, before);
                Ok(())
            });
            look.unwrap();
        })
    };
    wait.recv().unwrap();
    for n in 0..60 {
        let (from, to) = (USERS[n % 6], USERS[(n + 1 + n / 6 % 5) % 6]);
        ok(&engine, transfer(Some(from), Some(to), "0.10 eur")).await;
    }
    go_on.send(()).unwrap();
    reader.join().unwrap();
    check_books(&engine);
}

/// What a snapshot of a store looks like that was written by a sandbox of before: rows as they are, and no word of them.
fn stream_of(dir: &Path) -> Vec<u8> {
    let store = Sqlite::open(crate::data_dir::DataDir::open(dir).unwrap()).unwrap();
    let mut bytes = Vec::new();
    let write = &mut |rows: &dyn Rows| {
        copy::write(rows, START.parse().unwrap(), true, &mut bytes).unwrap();
        Ok(())
    };
    store.snapshot(write).unwrap();
    bytes
}

#[tokio::test]
async fn what_an_older_sandbox_saved_is_not_counted_twice() {
    let dir = files::left(files::FILES[2].1);
    let old = stream_of(dir.path());
    // It says of its rows that they are written up to a number that is far below those of the snapshot.
    let dir = tempfile::tempdir().unwrap();
    let engine = durable(dir.path());
    engine
        .restore(Cursor::new(old), Erased::Refuse)
        .await
        .unwrap();
    check_books(&engine);
    let before = eur_of(&engine, "user-0");
    ok(
        &engine,
        transfer(Some("user-3"), Some("user-0"), "1.00 eur"),
    )
    .await;
    assert_eq!(eur_of(&engine, "user-0"), before + 100);
    check_books(&engine);
    engine.shutdown().await;
    check_books(&reopened(dir.path()));
}

/// How many decisions have to be added up again after a crash.
fn unwritten(store: &dyn Store) -> u64 {
    let mut found = None;
    let look = &mut |rows: &dyn Rows| {
        let written: Option<Written> = rows::load(rows, &())?;
        let position: Option<Position> = rows::load(rows, &())?;
        found = written.zip(position);
        Ok(())
    };
    store.snapshot(look).unwrap();
    let (written, position) = found.unwrap();
    position.seq - written.0
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Pay(usize, usize, u8),
    /// Several at once, of which the commit fails.
    Fail(usize, usize),
    Restart,
    Reset,
}

fn step() -> impl Strategy<Value = Step> {
    let who = || 0..USERS.len();
    prop_oneof![
        8 => (who(), who(), 1..200_u8).prop_map(|(from, to, cents)| Step::Pay(from, to, cents)),
        2 => (who(), who()).prop_map(|(from, to)| Step::Fail(from, to)),
        1 => Just(Step::Restart),
        1 => Just(Step::Reset),
    ]
}

/// Everybody has a hundred, or whatever is left of it.
async fn people(engine: &Engine) -> BTreeMap<&'static str, i64> {
    for id in USERS {
        verified(engine, id, "100.00 eur").await;
    }
    USERS.map(|id| (id, 10_000)).into()
}

async fn play(steps: &[Step]) -> usize {
    let store = Arc::new(Moody::default());
    let open = |store: &Arc<Moody>| {
        let store = Arc::clone(store) as Arc<dyn Store>;
        Engine::start(store, options(Data::Ephemeral)).unwrap()
    };
    let mut engine = open(&store);
    let mut expected = people(&engine).await;
    let mut most_late = 0;
    for step in steps {
        match *step {
            Step::Pay(from, to, cents) => {
                let (from, to) = (USERS[from], USERS[to]);
                let sum = format!("{}.{:02} eur", cents / 100, cents % 100);
                let paid = engine.execute(transfer(Some(from), Some(to), &sum)).await;
                if paid.unwrap().verdict.is_ok() {
                    *expected.get_mut(from).unwrap() -= i64::from(cents);
                    *expected.get_mut(to).unwrap() += i64::from(cents);
                }
            }
            Step::Fail(from, to) => {
                store.feel(FULL);
                let paid = engine.execute(transfer(Some(USERS[from]), Some(USERS[to]), "1.00 eur"));
                assert!(paid.await.is_err(), "the store is full");
                store.feel(0);
            }
            Step::Restart => {
                engine.shutdown().await;
                engine = open(&store);
            }
            Step::Reset => {
                engine.reset().await.unwrap();
                expected = people(&engine).await;
            }
        }
        assert_eq!(held(&engine), expected, "{step:?}");
        most_late = most_late.max(late_rows(&engine, &*store));
        assert!(unwritten(&*store) <= 2 * ROUND + 1, "{step:?}");
        if matches!(step, Step::Restart) {
            assert_eq!(unwritten(&*store), 0, "opening writes everything");
        }
    }
    check_books(&engine);
    most_late
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn rows_may_be_late_and_nobody_can_tell(steps in prop::collection::vec(step(), 20..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let most_late = runtime.block_on(play(&steps));
        prop_assert!(0 < most_late, "no row was ever late, so this shows nothing");
    }
}
