//! Opening connections: version, options, schema.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::{failed, one, sql};
use crate::store::{OpenError, StoreError, Table};

/// The first version whose write-ahead log cannot lose a commit to a concurrent checkpoint.
const OLDEST_ENGINE: (i32, &str) = (3_051_003, "3.51.3");

/// How much of the file is mapped at most: all that SQLite allows.
const MAPPED: i64 = 0x7fff_0000;

/// Marks a file as ours: "PaSb" in ASCII.
const APPLICATION_ID: i64 = 0x5061_5362;

/// What brings a file from each version to the next; version 0 is an empty file.
fn migrations() -> Vec<String> {
    let mut steps = Vec::new();
    let mut before = 0;
    for &count in Table::OF_VERSIONS {
        let new = &Table::ALL[before..count];
        steps.push(match before {
            0 => sql::first_schema(new),
            _ => sql::tables(new),
        });
        before = count;
    }
    steps
}

/// Opens the connection that writes, and makes or updates the schema.
pub(super) fn writer(path: &Path) -> Result<Connection, OpenError> {
    if rusqlite::version_number() < OLDEST_ENGINE.0 {
        return Err(OpenError::OldEngine {
            found: rusqlite::version(),
            needed: OLDEST_ENGINE.1,
        });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = connect(path, flags).map_err(failed)?;
    let migrations = migrations();
    check_owner(&connection, path)?;
    let version = check_version(&connection, path, &migrations)?;
    // Only a new file takes it. What changes in random places goes into the log as whole pages, so small ones write less:
    // with a million users and pages of four times the size a fifth more.
    connection
        .pragma_update(None, "page_size", 1_024)
        .map_err(failed)?;
    for (option, value, taken) in [
        ("journal_mode", "WAL", "wal"),
        ("synchronous", "FULL", "2"),
        ("secure_delete", "ON", "1"),
        ("temp_store", "MEMORY", "2"),
        // Never by itself within a commit: see `log`.
        ("wal_autocheckpoint", "0", "0"),
        // 16 MiB, and no more: the commit after a tree has grown walks the whole cache, and with 64 MiB that took a sixth
        // of the writer's time. What is not in here is in the system's cache.
        ("cache_size", "-16384", "-16384"),
    ] {
        set(&connection, option, value, taken)?;
    }
    map(&connection).map_err(failed)?;
    migrate(&connection, &migrations, version)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

/// Opens a file for this process alone. The directory is locked already, so connections need not ask the system for locks
/// with every transaction: the engine's own way of doing without keeps them in memory.
fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    if cfg!(unix) {
        Connection::open_with_flags_and_vfs(path, flags, c"unix-excl")
    } else {
        Connection::open_with_flags(path, flags)
    }
}

/// Reads pages of the file where the system has them, instead of having each copied: a read among a million users takes
/// two thirds of the time. Nothing is ever written that way, and the file never gets shorter while it is open. Where a page
/// cannot be read, the system ends the process instead of saying so: for a sandbox that is one more crash to recover from.
fn map(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "mmap_size", MAPPED)
}

/// Opens a connection that reads.
pub(super) fn reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = connect(path, flags).map_err(failed)?;
    connection
        .pragma_update(None, "cache_size", -16_384)
        .map_err(failed)?;
    map(&connection).map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Opens the connection that writes back the log.
pub(super) fn log_keeper(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = connect(path, flags).map_err(failed)?;
    for (option, value) in [("synchronous", "FULL"), ("wal_autocheckpoint", "0")] {
        connection
            .pragma_update(None, option, value)
            .map_err(failed)?;
    }
    Ok(connection)
}

/// Refuses files that something else made.
fn check_owner(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let not_ours = || OpenError::NotOurs {
        path: path.to_owned(),
    };
    let id = match one::<i64>(connection, "PRAGMA application_id") {
        Ok(id) => id.unwrap_or(0),
        Err(StoreError::Disk(_)) => return Err(not_ours()),
        Err(error) => return Err(error.into()),
    };
    let is_empty = one::<i64>(connection, "SELECT 1 FROM sqlite_schema LIMIT 1")?.is_none();
    if id == APPLICATION_ID || (id == 0 && is_empty) {
        Ok(())
    } else {
        Err(not_ours())
    }
}

/// Sets an option and reads it back.
fn set(
    connection: &Connection,
    option: &'static str,
    value: &str,
    taken: &str,
) -> Result<(), OpenError> {
    connection
        .pragma_update(None, option, value)
        .map_err(failed)?;
    let found = connection
        .pragma_query_value(None, option, |row| row.get::<_, rusqlite::types::Value>(0))
        .map_err(failed)?;
    let found = match found {
        rusqlite::types::Value::Integer(number) => number.to_string(),
        rusqlite::types::Value::Text(text) => text,
        other => format!("{other:?}"),
    };
    if found == taken {
        Ok(())
    } else {
        Err(OpenError::OptionNotTaken { option, found })
    }
}

/// The file's version, which must be known; nothing is changed before it is.
fn check_version(
    connection: &Connection,
    path: &Path,
    migrations: &[String],
) -> Result<usize, OpenError> {
    let found = one::<i64>(connection, "PRAGMA user_version")?.unwrap_or(0);
    match usize::try_from(found) {
        Ok(version) if version <= migrations.len() => Ok(version),
        _ => Err(OpenError::NewerVersion {
            path: path.to_owned(),
            found,
            known: i64::try_from(migrations.len()).expect("a handful of versions"),
        }),
    }
}

/// Runs the steps that the file lacks, all in one transaction.
fn migrate(
    connection: &Connection,
    migrations: &[String],
    version: usize,
) -> Result<(), OpenError> {
    let missing = &migrations[version..];
    if missing.is_empty() {
        return Ok(());
    }
    let script = format!(
        "BEGIN IMMEDIATE;
         {}
         PRAGMA application_id = {APPLICATION_ID};
         PRAGMA user_version = {};
         COMMIT;",
        missing.concat(),
        migrations.len(),
    );
    connection.execute_batch(&script).map_err(|error| {
        // If even this fails, closing the connection rolls back.
        let _ = connection.execute_batch("ROLLBACK");
        OpenError::from(failed(error))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn an_older_file_gets_the_steps_it_lacks_and_only_those() {
        let connection = Connection::open_in_memory().unwrap();
        let path = Path::new("a.db");
        let first = steps(&["CREATE TABLE a (x);"]);
        migrate(&connection, &first, 0).unwrap();
        assert_eq!(check_version(&connection, path, &first).unwrap(), 1);
        let both = steps(&["CREATE TABLE a (x);", "ALTER TABLE a ADD COLUMN y;"]);
        let version = check_version(&connection, path, &both).unwrap();
        migrate(&connection, &both, version).unwrap();
        connection
            .execute("INSERT INTO a (x, y) VALUES (1, 2)", [])
            .unwrap();
        let error = check_version(&connection, path, &first).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a.db has version 2, this program knows versions up to 1; use a newer program, or another directory"
        );
    }

    #[test]
    fn a_step_that_fails_leaves_the_file_as_it_was() {
        let connection = Connection::open_in_memory().unwrap();
        let broken = steps(&["CREATE TABLE a (x);", "CREATE TABLE a (x);"]);
        migrate(&connection, &broken, 0).unwrap_err();
        let version = check_version(&connection, Path::new("a.db"), &broken).unwrap();
        let tables = one::<i64>(&connection, "SELECT count(*) FROM sqlite_schema").unwrap();
        assert_eq!((version, tables), (0, Some(0)));
    }
}
