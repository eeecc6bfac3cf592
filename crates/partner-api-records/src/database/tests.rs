//! What every file promises: durable once answered, whole or not at all, several processes, clear refusals to open.

use std::sync::Arc;

use super::*;

const SCHEMA: Schema = Schema {
    file: "notes.db",
    what: "a book of notes",
    application_id: 0x5465_7374,
    migrations: &["CREATE TABLE notes (text TEXT NOT NULL UNIQUE) STRICT;"],
};

fn open(dir: &Path) -> Database {
    Database::open(dir, &SCHEMA).unwrap()
}

async fn note(database: &Database, text: impl Into<String>) -> Result<(), DatabaseError> {
    let text = text.into();
    let insert = "INSERT INTO notes VALUES (?1)";
    database
        .write(move |connection| connection.execute(insert, [text]).map(drop))
        .await
}

async fn count(database: &Database) -> i64 {
    let count = "SELECT count(*) FROM notes";
    let counted = database.read(|connection| connection.query_row(count, [], |row| row.get(0)));
    counted.await.unwrap()
}

#[tokio::test]
async fn what_was_answered_is_there_for_every_reader_and_after_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let (first, second) = (open(dir.path()), open(dir.path()));
    note(&first, "a").await.unwrap();
    assert_eq!((count(&first).await, count(&second).await), (1, 1));
    note(&second, "b").await.unwrap();
    drop((first, second));
    assert_eq!(count(&open(dir.path())).await, 2);
}

/// Jobs queue up while the first is held; all but the one that breaks a rule are kept, by one commit.
#[tokio::test]
async fn jobs_that_queue_up_share_a_commit_and_one_that_fails_is_undone_alone() {
    let dir = tempfile::tempdir().unwrap();
    let database = Arc::new(open(dir.path()));
    let (release, held) = std::sync::mpsc::channel::<()>();
    let hold = {
        let database = Arc::clone(&database);
        tokio::spawn(async move {
            let hold = database.write(move |_| {
                held.recv().unwrap();
                Ok(())
            });
            hold.await
        })
    };
    tokio::task::yield_now().await;
    let commits = |database: &Database| {
        // Every commit appends to the log.
        std::fs::metadata(database.path().with_extension("db-wal"))
            .unwrap()
            .len()
    };
    let jobs: Vec<_> = (0..100)
        .map(|number| {
            let database = Arc::clone(&database);
            tokio::spawn(async move {
                // Written first, and undone with the job.
                let text = format!("half of {number}");
                let twice = number % 10 == 3;
                database
                    .write(move |connection| {
                        connection.execute("INSERT INTO notes VALUES (?1)", [&text])?;
                        match twice {
                            true => connection.execute("INSERT INTO notes VALUES (?1)", [&text]),
                            false => Ok(0),
                        }
                    })
                    .await
            })
        })
        .collect();
    tokio::task::yield_now().await;
    let before = commits(&database);
    release.send(()).unwrap();
    hold.await.unwrap().unwrap();
    let mut failed = 0;
    for job in jobs {
        failed += usize::from(job.await.unwrap().is_err());
    }
    assert_eq!((failed, count(&database).await), (10, 90));
    let frames = (commits(&database) - before) / 4096;
    assert!(frames < 20, "{frames} frames for 100 jobs");
}

#[tokio::test]
async fn a_future_that_is_dropped_after_its_first_poll_has_done_its_work() {
    let dir = tempfile::tempdir().unwrap();
    let database = open(dir.path());
    drop(note(&database, "never polled"));
    {
        let mut polled = std::pin::pin!(note(&database, "polled once"));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let _ = polled.as_mut().poll(&mut context);
    }
    note(&database, "after it").await.unwrap();
    assert_eq!(count(&database).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_connections_that_write_at_once_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut writers = Vec::new();
    for writer in 0..4 {
        let database = open(dir.path());
        writers.push(tokio::spawn(async move {
            for number in 0..50 {
                note(&database, format!("{writer} {number}")).await.unwrap();
            }
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(count(&open(dir.path())).await, 200);
}

#[test]
fn a_new_file_can_be_opened_by_many_at_once() {
    for _ in 0..5 {
        let dir = tempfile::tempdir().unwrap();
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| open(dir.path()));
            }
        });
    }
}

#[test]
fn a_job_that_panics_stops_the_thread_and_undoes_its_transaction() {
    let dir = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let database = open(dir.path());
        let panics = database.write(|connection| {
            connection.execute("INSERT INTO notes VALUES ('half')", [])?;
            if connection.is_autocommit() {
                return Ok(());
            }
            panic!("a job of a test panics");
        });
        assert!(matches!(panics.await, Err(DatabaseError::Stopped)));
        assert!(matches!(
            note(&database, "later").await,
            Err(DatabaseError::Stopped)
        ));
        assert_eq!(count(&open(dir.path())).await, 0);
    });
}

#[tokio::test]
async fn what_is_erased_is_in_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let database = open(dir.path());
    note(&database, "canary-1").await.unwrap();
    let delete = database.write(|connection| connection.execute("DELETE FROM notes", []));
    delete.await.unwrap();
    assert!(database.erase().await.unwrap());
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(8).any(|it| it == b"canary-1"));
    }
}

#[test]
fn a_newer_file_and_what_is_not_ours_are_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()));
    let path = dir.path().join(SCHEMA.file);
    let newer = Connection::open(&path).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    let before = std::fs::read(&path).unwrap();
    let error = Database::open(dir.path(), &SCHEMA).err().unwrap();
    assert!(
        matches!(
            error,
            OpenError::NewerVersion {
                found: 99,
                known: 1,
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(std::fs::read(&path).unwrap(), before);

    for content in [
        &b"not a database at all, but long enough to be looked at as one"[..],
        &[0; 4096],
    ] {
        std::fs::write(&path, content).unwrap();
        let error = Database::open(dir.path(), &SCHEMA).err().unwrap();
        assert!(
            error
                .to_string()
                .ends_with("is not a book of notes; give another directory"),
            "{error}"
        );
        assert_eq!(std::fs::read(&path).unwrap(), content);
    }

    std::fs::remove_file(&path).unwrap();
    let foreign = Connection::open(&path).unwrap();
    foreign.execute_batch("CREATE TABLE theirs (x)").unwrap();
    drop(foreign);
    let error = Database::open(dir.path(), &SCHEMA).err().unwrap();
    assert!(matches!(error, OpenError::NotOurs { .. }), "{error}");
}

#[test]
fn a_directory_that_cannot_be_made_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = Database::open(&file.join("below"), &SCHEMA).err().unwrap();
    assert!(error.to_string().contains("file/below"), "{error}");
}
