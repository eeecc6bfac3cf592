//! Opening connections: version, options, schema.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};

use super::{OpenError, Schema};

/// The first version whose write-ahead log cannot lose a commit to a concurrent checkpoint.
const OLDEST_ENGINE: (i32, &str) = (3_051_003, "3.51.3");

/// How long a process waits for another one that writes. A commit takes milliseconds, so this is for a disk that stalls.
const BUSY_WITHIN: Duration = Duration::from_secs(10);

/// Opens the connection that writes, and makes or updates the schema.
pub(super) fn writer(path: &Path, schema: &Schema) -> Result<Connection, OpenError> {
    if rusqlite::version_number() < OLDEST_ENGINE.0 {
        return Err(OpenError::OldEngine {
            found: rusqlite::version(),
            needed: OLDEST_ENGINE.1,
        });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let failed = |error| failed(path, error);
    let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.busy_timeout(BUSY_WITHIN).map_err(failed)?;
    check_owner(&connection, path, schema)?;
    check_version(&connection, path, schema)?;
    for (option, value, taken) in [
        ("journal_mode", "WAL", "wal"),
        ("synchronous", "FULL", "2"),
        ("secure_delete", "ON", "1"),
        ("temp_store", "MEMORY", "2"),
        ("foreign_keys", "ON", "1"),
    ] {
        set(&connection, path, option, value, taken)?;
    }
    migrate(&connection, path, schema)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Opens a connection that reads.
pub(super) fn reader(path: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let failed = |error| failed(path, error);
    let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.busy_timeout(BUSY_WITHIN).map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn failed(path: &Path, error: rusqlite::Error) -> OpenError {
    let path: PathBuf = path.to_owned();
    OpenError::Database {
        path,
        source: error.into(),
    }
}

/// Refuses files that something else made.
fn check_owner(connection: &Connection, path: &Path, schema: &Schema) -> Result<(), OpenError> {
    let not_ours = || OpenError::NotOurs {
        path: path.to_owned(),
        what: schema.what,
    };
    // One statement, so that no other process makes the file ours between two looks.
    let look = "SELECT (SELECT application_id FROM pragma_application_id),
                       EXISTS (SELECT 1 FROM sqlite_schema)";
    let found = connection.query_row(look, [], |row| Ok((row.get(0)?, row.get(1)?)));
    let (id, has_tables): (i64, bool) = match found {
        Ok(found) => found,
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
            return Err(not_ours());
        }
        Err(error) => return Err(failed(path, error)),
    };
    if id == i64::from(schema.application_id) || (id == 0 && !has_tables) {
        Ok(())
    } else {
        Err(not_ours())
    }
}

/// Sets an option and reads it back.
fn set(
    connection: &Connection,
    path: &Path,
    option: &'static str,
    value: &str,
    taken: &str,
) -> Result<(), OpenError> {
    // Changing the mode does not wait for others that open the file at the same time, so we do.
    let began = Instant::now();
    while let Err(error) = connection.pragma_update(None, option, value) {
        let is_busy = error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy);
        if !is_busy || BUSY_WITHIN <= began.elapsed() {
            return Err(failed(path, error));
        }
        thread::sleep(Duration::from_millis(5));
    }
    let found = connection
        .pragma_query_value(None, option, |row| row.get::<_, Value>(0))
        .map_err(|error| failed(path, error))?;
    let found = match found {
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => text,
        other => format!("{other:?}"),
    };
    if found == taken {
        return Ok(());
    }
    Err(OpenError::OptionNotTaken {
        path: path.to_owned(),
        option,
        found,
    })
}

/// The file's version, which must be known; nothing is changed before it is.
fn check_version(
    connection: &Connection,
    path: &Path,
    schema: &Schema,
) -> Result<usize, OpenError> {
    let found: Option<i64> = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .optional()
        .map_err(|error| failed(path, error))?;
    let found = found.unwrap_or(0);
    match usize::try_from(found) {
        Ok(version) if version <= schema.migrations.len() => Ok(version),
        _ => Err(OpenError::NewerVersion {
            path: path.to_owned(),
            found,
            known: i64::try_from(schema.migrations.len()).expect("a handful of versions"),
        }),
    }
}

/// Runs the steps that the file lacks, all in one transaction. Which are missing is asked inside it: another process may
/// be at it too.
fn migrate(connection: &Connection, path: &Path, schema: &Schema) -> Result<(), OpenError> {
    let failed = |error| failed(path, error);
    connection
        .execute_batch("BEGIN IMMEDIATE")
        .map_err(failed)?;
    let migrated = check_version(connection, path, schema).and_then(|version| {
        let missing = &schema.migrations[version..];
        let script = format!(
            "{}; PRAGMA application_id = {}; PRAGMA user_version = {};",
            missing.concat(),
            schema.application_id,
            schema.migrations.len(),
        );
        connection.execute_batch(&script).map_err(failed)
    });
    match migrated {
        Ok(()) => connection.execute_batch("COMMIT").map_err(failed),
        Err(error) => {
            // If even this fails, closing the connection rolls back.
            let _ = connection.execute_batch("ROLLBACK");
            Err(error)
        }
    }
}
