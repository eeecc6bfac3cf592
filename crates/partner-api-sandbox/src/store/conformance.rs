//! What every engine must do, as one suite over the port. A new engine passes it, or is none.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use proptest::prelude::*;

use super::{Batch, Memory, Rows, Sqlite, Store, StoreError, Table};
use crate::data_dir::DataDir;

/// An engine to test, with what it needs to live.
struct World {
    store: Box<dyn Store>,
    _dir: Option<tempfile::TempDir>,
}

fn memory() -> World {
    World {
        store: Box::new(Memory::default()),
        _dir: None,
    }
}

fn sqlite() -> World {
    let dir = tempfile::tempdir().unwrap();
    World {
        store: Box::new(Sqlite::open(DataDir::open(dir.path()).unwrap()).unwrap()),
        _dir: Some(dir),
    }
}

/// Runs one test on every engine.
fn check(test: impl Fn(&dyn Store)) {
    for open in [memory, sqlite] {
        test(open().store.as_ref());
    }
}

/// A keyed table, the numbered one, and the one that is erased: engines may keep each in a way of its own.
const KINDS: [Table; 3] = [Table::Users, Table::Decisions, Table::Personal];

fn key(number: u64) -> [u8; 8] {
    number.to_be_bytes()
}

fn write(store: &dyn Store, mut work: impl FnMut(&mut dyn Batch)) {
    store
        .batch(&mut |batch| {
            work(batch);
            Ok(())
        })
        .unwrap();
}

fn get(rows: &dyn Rows, table: Table, key: &[u8]) -> Option<Vec<u8>> {
    let mut found = None;
    let is_there = rows.get(table, key, &mut |value| found = Some(value.to_vec()));
    assert_eq!(is_there.unwrap(), found.is_some());
    found
}

fn all(rows: &dyn Rows, table: Table, from: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found = Vec::new();
    rows.scan(table, from, &mut |key, value| {
        found.push((key.to_vec(), value.to_vec()));
        ControlFlow::Continue(())
    })
    .unwrap();
    found
}

fn durable(store: &dyn Store, table: Table) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found = Vec::new();
    store
        .snapshot(&mut |rows| {
            found = all(rows, table, &[]);
            Ok(())
        })
        .unwrap();
    found
}

fn row(number: u64, value: &[u8]) -> (Vec<u8>, Vec<u8>) {
    (key(number).to_vec(), value.to_vec())
}

#[test]
fn a_batch_reads_its_own_changes() {
    check(|store| {
        for table in KINDS {
            write(store, |batch| {
                batch.put(table, &key(1), b"a").unwrap();
                assert_eq!(get(&*batch, table, &key(1)).unwrap(), b"a");
                batch.put(table, &key(1), b"longer than before").unwrap();
                assert_eq!(all(&*batch, table, &[]), [row(1, b"longer than before")]);
                batch.delete(table, &key(1)).unwrap();
                batch.delete(table, &key(1)).unwrap();
                assert_eq!(get(&*batch, table, &key(1)), None);
                batch.put(table, &key(2), b"").unwrap();
            });
            assert_eq!(durable(store, table), [row(2, b"")]);
        }
    });
}

#[test]
fn a_taken_key_is_not_inserted_over() {
    check(|store| {
        for table in KINDS {
            write(store, |batch| {
                assert!(batch.insert(table, &key(1), b"first").unwrap());
                assert!(!batch.insert(table, &key(1), b"second").unwrap());
                assert!(batch.insert(table, &key(2), b"other").unwrap());
            });
            assert_eq!(durable(store, table), [row(1, b"first"), row(2, b"other")]);
        }
    });
}

#[test]
fn rows_come_in_key_order_from_where_they_are_asked_until_they_are_not_wanted() {
    check(|store| {
        for table in KINDS {
            write(store, |batch| {
                for number in [300, 1, 256, 2, 255, 65_536] {
                    batch.put(table, &key(number), &key(number)).unwrap();
                }
                let numbers = |from: u64| -> Vec<u64> {
                    let rows = all(&*batch, table, &key(from));
                    let number = |(key, _): (Vec<u8>, _)| key.try_into().map(u64::from_be_bytes);
                    rows.into_iter().map(|row| number(row).unwrap()).collect()
                };
                assert_eq!(numbers(0), [1, 2, 255, 256, 300, 65_536]);
                assert_eq!(numbers(256), [256, 300, 65_536]);
                assert_eq!(numbers(257), [300, 65_536]);
                assert_eq!(numbers(70_000), [0; 0]);
                let mut seen = 0;
                let mut look = |_: &[u8], _: &[u8]| {
                    seen += 1;
                    ControlFlow::Break(())
                };
                batch.scan(table, &[], &mut look).unwrap();
                assert_eq!(seen, 1);
            });
        }
    });
}

#[test]
fn keys_and_values_are_any_bytes() {
    check(|store| {
        let keys: [&[u8]; 5] = [b"\0", b"\0\0", b"a", b"a\xff", b"\xff\xff"];
        let large = vec![7; 100_000];
        for table in [Table::Users, Table::Personal] {
            write(store, |batch| {
                for key in keys.iter().rev() {
                    batch.put(table, key, &large).unwrap();
                }
            });
            let rows = durable(store, table);
            assert_eq!(
                rows.iter().map(|(key, _)| &key[..]).collect::<Vec<_>>(),
                keys
            );
            assert!(rows.iter().all(|(_, value)| *value == large));
        }
    });
}

#[test]
fn tables_are_apart_and_cleared_apart() {
    check(|store| {
        write(store, |batch| {
            for table in Table::ALL {
                batch.put(*table, &key(1), table.word().as_bytes()).unwrap();
            }
        });
        for table in Table::ALL {
            assert_eq!(durable(store, *table), [row(1, table.word().as_bytes())]);
        }
        for table in Table::ALL {
            write(store, |batch| batch.clear(*table).unwrap());
            assert!(durable(store, *table).is_empty());
            write(store, |batch| batch.put(*table, &key(2), b"anew").unwrap());
            assert_eq!(durable(store, *table), [row(2, b"anew")]);
        }
    });
}

#[test]
fn a_batch_that_is_given_up_or_panics_has_never_been() {
    check(|store| {
        for table in KINDS {
            write(store, |batch| {
                batch.put(table, &key(1), b"one").unwrap();
                batch.put(table, &key(2), b"two").unwrap();
            });
            let before = durable(store, table);
            let disturb = |batch: &mut dyn Batch| {
                batch.put(table, &key(1), b"changed").unwrap();
                batch.put(table, &key(1), b"changed again").unwrap();
                batch.delete(table, &key(2)).unwrap();
                batch.insert(table, &key(3), b"new").unwrap();
                batch.clear(table).unwrap();
                batch.put(table, &key(1), b"after clearing").unwrap();
            };
            let given_up = store.batch(&mut |batch| {
                disturb(batch);
                Err(StoreError::GivenUp)
            });
            assert!(matches!(given_up, Err(StoreError::GivenUp)));
            assert_eq!(durable(store, table), before);
            let panicked = catch_unwind(AssertUnwindSafe(|| {
                store.batch(&mut |batch| {
                    disturb(batch);
                    panic!("in the middle of a batch");
                })
            }));
            assert!(panicked.is_err());
            assert_eq!(durable(store, table), before);
            write(store, |batch| {
                batch.put(table, &key(9), b"on it goes").unwrap()
            });
        }
    });
}

#[test]
fn a_snapshot_does_not_change_while_it_is_looked_at() {
    check(|store| {
        write(store, |batch| {
            batch.put(Table::Users, &key(1), b"before").unwrap()
        });
        std::thread::scope(|scope| {
            store
                .snapshot(&mut |rows| {
                    assert_eq!(get(rows, Table::Users, &key(1)).unwrap(), b"before");
                    let is_running = AtomicBool::new(false);
                    let is_running = &*Box::leak(Box::new(is_running));
                    scope.spawn(|| {
                        is_running.store(true, Ordering::Release);
                        write(store, |batch| {
                            batch.put(Table::Users, &key(1), b"after").unwrap();
                        });
                    });
                    while !is_running.load(Ordering::Acquire) {
                        std::thread::yield_now();
                    }
                    for _ in 0..100 {
                        assert_eq!(get(rows, Table::Users, &key(1)).unwrap(), b"before");
                        std::thread::yield_now();
                    }
                    Ok(())
                })
                .unwrap();
        });
        assert_eq!(durable(store, Table::Users), [row(1, b"after")]);
    });
}

#[test]
fn readers_beside_a_writer_see_whole_batches_only() {
    check(|store| {
        let is_over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let mut last = 0;
                    while !is_over.load(Ordering::Acquire) {
                        let mut seen = (Vec::new(), Vec::new());
                        store
                            .snapshot(&mut |rows| {
                                seen = (all(rows, Table::Users, &[]), all(rows, Table::Cards, &[]));
                                Ok(())
                            })
                            .unwrap();
                        assert_eq!(seen.0, seen.1);
                        assert!(last <= seen.0.len(), "a snapshot went back in time");
                        last = seen.0.len();
                    }
                });
            }
            for number in 0..200 {
                write(store, |batch| {
                    batch.put(Table::Users, &key(number), b"x").unwrap();
                    batch.put(Table::Cards, &key(number), b"x").unwrap();
                });
            }
            is_over.store(true, Ordering::Release);
        });
    });
}

#[derive(Clone, Debug)]
enum Change {
    Insert(u64, Vec<u8>),
    Put(u64, Vec<u8>),
    Delete(u64),
    Clear,
}

fn changes() -> impl Strategy<Value = Vec<(Vec<(usize, Change)>, bool)>> {
    let value = || prop::collection::vec(any::<u8>(), 0..40);
    let change = prop_oneof![
        4 => (0..20_u64, value()).prop_map(|(key, value)| Change::Insert(key, value)),
        4 => (0..20_u64, value()).prop_map(|(key, value)| Change::Put(key, value)),
        3 => (0..20_u64).prop_map(Change::Delete),
        1 => Just(Change::Clear),
    ];
    let batch = prop::collection::vec((0..KINDS.len(), change), 0..12);
    prop::collection::vec((batch, prop::bool::weighted(0.7)), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Batches of anything, some given up, leave what an ordered map would hold.
    #[test]
    fn tables_are_ordered_maps(batches in changes()) {
        check(|store| {
            let mut model: [BTreeMap<Vec<u8>, Vec<u8>>; 3] = Default::default();
            for (changes, keep) in &batches {
                let before = model.clone();
                let _ = store.batch(&mut |batch| {
                    for (index, change) in changes {
                        apply(batch, KINDS[*index], &mut model[*index], change);
                    }
                    if *keep { Ok(()) } else { Err(StoreError::GivenUp) }
                });
                if !keep {
                    model = before;
                }
                for (table, model) in KINDS.into_iter().zip(&model) {
                    let model: Vec<_> = model.clone().into_iter().collect();
                    assert_eq!(durable(store, table), model);
                }
            }
        });
    }
}

fn apply(
    batch: &mut dyn Batch,
    table: Table,
    model: &mut BTreeMap<Vec<u8>, Vec<u8>>,
    change: &Change,
) {
    match change {
        Change::Insert(number, value) => {
            let is_new = batch.insert(table, &key(*number), value).unwrap();
            assert_eq!(is_new, !model.contains_key(&key(*number)[..]));
            model.entry(key(*number).to_vec()).or_insert(value.clone());
        }
        Change::Put(number, value) => {
            batch.put(table, &key(*number), value).unwrap();
            model.insert(key(*number).to_vec(), value.clone());
        }
        Change::Delete(number) => {
            batch.delete(table, &key(*number)).unwrap();
            model.remove(&key(*number)[..]);
        }
        Change::Clear => {
            batch.clear(table).unwrap();
            model.clear();
        }
    }
}
