//! What only the durable engine promises: data that outlives it, files that hold nothing erased, clear refusals to open.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use super::*;

fn open(dir: &Path) -> Result<Sqlite, OpenError> {
    Sqlite::open(DataDir::open(dir)?)
}

fn put(store: &Sqlite, rows: &[(Table, u64, String)]) {
    store
        .batch(&mut |batch| {
            for (table, key, value) in rows {
                batch.put(*table, &key.to_be_bytes(), value.as_bytes())?;
            }
            Ok(())
        })
        .unwrap();
}

fn value(store: &Sqlite, table: Table, key: u64) -> Option<String> {
    let mut found = None;
    store
        .snapshot(&mut |rows| {
            let mut look = |value: &[u8]| found = String::from_utf8(value.to_vec()).ok();
            rows.get(table, &key.to_be_bytes(), &mut look).map(drop)
        })
        .unwrap();
    found
}

/// The canaries that a directory's files hold, such as `canary-00001-2`.
fn canaries_in(dir: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for at in bytes
            .windows(7)
            .enumerate()
            .filter(|(_, it)| *it == b"canary-")
        {
            let canary = &bytes[at.0..bytes.len().min(at.0 + 14)];
            found.insert(String::from_utf8_lossy(canary).into_owned());
        }
    }
    found
}

#[test]
fn what_was_written_is_there_after_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let rows = Table::ALL.iter().map(|it| (*it, 1, it.word().to_owned()));
    put(&open(dir.path()).unwrap(), &rows.collect::<Vec<_>>());
    let store = open(dir.path()).unwrap();
    for table in Table::ALL {
        assert_eq!(value(&store, *table, 1).as_deref(), Some(table.word()));
    }
}

/// Goal: no byte of a deleted personal value is left in any file. Method: hundreds of people whose rows come, change
/// their size and go in no order, so that a tree would be balanced many times. Without rows that never move, this finds
/// remains in the unused middle of pages, in spite of `secure_delete`.
#[test]
fn what_is_erased_is_in_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    let canary = |key: u64, version: u64| format!("canary-{key:05}-{version}");
    let size = |key: u64, version: u64| (key * 37 + version * 101) % 900;
    let text = |key, version| {
        canary(key, version).repeat(1 + usize::try_from(size(key, version) / 30).unwrap())
    };
    // 7919 is prime, so this visits every number below 600 once, far from its neighbours.
    let shuffled = || (0..600).map(|index| index * 7_919 % 600);
    let keys: Vec<u64> = shuffled().collect();
    for version in 0..3 {
        for some in keys.chunks(7) {
            let rows = some
                .iter()
                .map(|key| (Table::Personal, *key, text(*key, version)));
            put(&store, &rows.collect::<Vec<_>>());
        }
    }
    let stays = |key: u64| key.is_multiple_of(3);
    for some in keys.chunks(5) {
        store
            .batch(&mut |batch| {
                let gone = some.iter().filter(|key| !stays(**key));
                gone.map(|key| key.to_be_bytes())
                    .try_for_each(|key| batch.delete(Table::Personal, &key))
            })
            .unwrap();
    }
    store.erase().unwrap();
    let left: BTreeSet<String> = (0..600)
        .filter(|key| stays(*key))
        .map(|key| canary(key, 2))
        .collect();
    assert_eq!(canaries_in(dir.path()), left);
    for key in (0..600).filter(|key| stays(*key)) {
        assert_eq!(value(&store, Table::Personal, key), Some(text(key, 2)));
    }
    store
        .batch(&mut |batch| batch.clear(Table::Personal))
        .unwrap();
    store.erase().unwrap();
    assert_eq!(canaries_in(dir.path()), BTreeSet::new());
}

#[test]
fn a_crash_between_deleting_and_erasing_is_made_good_at_opening() {
    let dir = tempfile::tempdir().unwrap();
    let copy = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    put(&store, &[(Table::Personal, 1, "canary-00001-0".to_owned())]);
    store
        .batch(&mut |batch| batch.delete(Table::Personal, &1_u64.to_be_bytes()))
        .unwrap();
    // The files as a killed process leaves them, log included.
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
    }
    assert_eq!(canaries_in(copy.path()).len(), 1);
    let _reopened = open(copy.path()).unwrap();
    assert_eq!(canaries_in(copy.path()).len(), 0);
}

#[test]
fn erasing_waits_for_a_reader_but_not_for_ever() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path()).unwrap();
    store.erase_within = Duration::from_millis(50);
    put(&store, &[(Table::Personal, 1, "canary-00001-0".to_owned())]);
    let (store, (release, released)) = (&store, mpsc::channel::<()>());
    let (looking, looked) = mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            store.snapshot(&mut |rows| {
                rows.get(Table::Personal, &1_u64.to_be_bytes(), &mut |_| ())?;
                looking.send(()).unwrap();
                released.recv().unwrap();
                Ok(())
            })
        });
        looked.recv().unwrap();
        store
            .batch(&mut |batch| batch.delete(Table::Personal, &1_u64.to_be_bytes()))
            .unwrap();
        assert!(matches!(store.erase(), Err(StoreError::HeldByReader)));
        release.send(()).unwrap();
    });
    store.erase().unwrap();
    assert_eq!(canaries_in(dir.path()), BTreeSet::new());
}

#[test]
fn readers_that_come_and_go_do_not_stop_an_erasure() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Acquire) {
                    value(&store, Table::Personal, 1);
                }
            });
        }
        for _ in 0..50 {
            put(&store, &[(Table::Personal, 1, "canary-00001-0".to_owned())]);
            store
                .batch(&mut |batch| batch.delete(Table::Personal, &1_u64.to_be_bytes()))
                .unwrap();
            store.erase().unwrap();
        }
        is_over.store(true, Ordering::Release);
    });
}

const SHORT: Lengths = Lengths {
    tidy_from: 64,
    few: 16,
    too_long: 256,
};

/// Writes about so many pages, three in a batch, over the same few rows.
fn write_pages(store: &Sqlite, pages: u64) {
    for batch in 0..pages / 3 {
        // The same again would write nothing.
        put(
            store,
            &[(Table::Cards, batch % 50, format!("{batch:02000}"))],
        );
    }
}

fn log_size(dir: &Path) -> u64 {
    let log = std::fs::metadata(dir.join("sandbox.db-wal"));
    log.map_or(0, |log| log.len())
}

/// Goal: the log stays short under commits that never pause, while readers come and go. Method: write a hundred times what
/// is too long. Without the thread, or if idle readers went on looking, the log would hold it all.
#[test]
fn the_log_stays_short_while_commits_go_on() {
    let dir = tempfile::tempdir().unwrap();
    let store = Sqlite::with_log(DataDir::open(dir.path()).unwrap(), SHORT).unwrap();
    const PAGES: u64 = 25_600;
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Acquire) {
                    value(&store, Table::Cards, 1);
                }
            });
        }
        write_pages(&store, PAGES);
        is_over.store(true, Ordering::Release);
    });
    let pages = log_size(dir.path()) / 1_048;
    assert!(pages < PAGES / 4, "{pages} pages");
    let batches = PAGES / 3;
    for batch in batches - 50..batches {
        let written = format!("{batch:02000}");
        assert_eq!(value(&store, Table::Cards, batch % 50), Some(written));
    }
}

/// A reader that looks for long makes the log grow, stops no commit, and when it is done the log begins anew.
#[test]
fn a_long_look_stops_no_commit() {
    let dir = tempfile::tempdir().unwrap();
    let store = Sqlite::with_log(DataDir::open(dir.path()).unwrap(), SHORT).unwrap();
    put(&store, &[(Table::Cards, 99, "before".to_owned())]);
    let mut seen = String::new();
    store
        .snapshot(&mut |rows| {
            let mut look = |value: &[u8]| seen = String::from_utf8(value.to_vec()).unwrap();
            rows.get(Table::Cards, &99_u64.to_be_bytes(), &mut look)?;
            std::thread::scope(|scope| {
                let writing = scope.spawn(|| {
                    put(&store, &[(Table::Cards, 99, "after".to_owned())]);
                    write_pages(&store, 3_000);
                });
                writing.join().unwrap();
            });
            let mut look = |value: &[u8]| seen += std::str::from_utf8(value).unwrap();
            rows.get(Table::Cards, &99_u64.to_be_bytes(), &mut look)?;
            Ok(())
        })
        .unwrap();
    assert_eq!(seen, "beforebefore");
    let grown = store.log.pages();
    assert!(SHORT.too_long < grown, "{grown}");
    let mut begun_anew = false;
    for _ in 0..100 {
        write_pages(&store, 30);
        begun_anew |= store.log.pages() < grown;
    }
    assert!(begun_anew);
    assert_eq!(value(&store, Table::Cards, 99).as_deref(), Some("after"));
}

/// A value is read at the moment at which it was committed, however often nothing was committed before.
#[test]
fn what_is_committed_is_what_the_next_reader_sees() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    for round in 0..200 {
        let text = round.to_string();
        put(&store, &[(Table::Cards, 1, text.clone())]);
        for _ in 0..3 {
            assert_eq!(value(&store, Table::Cards, 1).as_deref(), Some(&*text));
        }
    }
}

#[test]
fn a_newer_database_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()).unwrap());
    let path = dir.path().join("sandbox.db");
    let newer = Connection::open(&path).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    let before = std::fs::read(&path).unwrap();
    let error = open(dir.path()).err().unwrap();
    assert!(
        matches!(
            error,
            OpenError::NewerVersion {
                found: 99,
                known: 5,
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn what_is_no_database_of_ours_is_left_alone() {
    for content in [
        &b"not a database at all, but long enough to be looked at as one"[..],
        &[0; 4096],
    ] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sandbox.db");
        std::fs::write(&path, content).unwrap();
        let error = open(dir.path()).err().unwrap();
        assert!(matches!(error, OpenError::NotOurs { .. }), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), content);
    }
    let dir = tempfile::tempdir().unwrap();
    let foreign = Connection::open(dir.path().join("sandbox.db")).unwrap();
    foreign.execute_batch("CREATE TABLE theirs (x)").unwrap();
    drop(foreign);
    let error = open(dir.path()).err().unwrap();
    assert!(matches!(error, OpenError::NotOurs { .. }), "{error}");
}

/// A file of the first version gets the tables that it lacks, and keeps its rows.
#[test]
fn a_file_of_each_earlier_version_is_brought_up_to_date() {
    for (version, &tables) in (1..).zip(Table::OF_VERSIONS) {
        bring_up_to_date(version, tables);
    }
}

fn bring_up_to_date(version: u32, tables: usize) {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    store
        .batch(&mut |batch| batch.put(Table::Cards, b"card", b"row"))
        .unwrap();
    drop(store);
    let first = Connection::open(dir.path().join("sandbox.db")).unwrap();
    for table in &Table::ALL[tables..] {
        first
            .execute_batch(&format!("DROP TABLE {}", table.word()))
            .unwrap();
    }
    first.pragma_update(None, "user_version", version).unwrap();
    drop(first);
    let store = open(dir.path()).unwrap();
    let mut kept = false;
    store
        .batch(&mut |batch| {
            kept = batch.get(Table::Cards, b"card", &mut |row| assert_eq!(row, b"row"))?;
            batch.put(Table::History, b"account", b"")?;
            batch.put(Table::Receivers, b"receiver", b"")
        })
        .unwrap();
    assert!(kept);
}
