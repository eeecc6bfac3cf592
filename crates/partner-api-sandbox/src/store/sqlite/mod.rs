//! The durable engine: SQLite with a write-ahead log, one connection that writes and a few that read.
//!
//! **Durable.** `synchronous=FULL`: a batch is one transaction, and its commit returns after the log is synced. Commits
//! are grouped by whoever calls [`Store::batch`], so that one sync serves many commands.
//!
//! **Erased.** `secure_delete` zeroes what is deleted where it stands, but that is not enough: when SQLite balances a
//! tree, it copies rows to neighbouring pages and leaves what was there in the unused middle of the page, where no later
//! delete finds it. So personal values live in a tree of their own whose rows never move: they are only appended (no
//! balancing, the tree grows at its end), and deleting one overwrites it with zeros in place. What remains is the log,
//! which [`Store::erase`] writes back and truncates.
//!
//! **Compact.** Rows are in key order in their tree (`WITHOUT ROWID`); decisions are numbered, so their number is the
//! row's. Every statement is prepared once per connection.

mod open;
mod sql;

use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection, ErrorCode, OptionalExtension, Row};

use super::{Batch, Look, OpenError, Rows, Store, StoreError, Table};
use crate::data_dir::DataDir;
use sql::{Key, sql};

/// How long erasing waits for readers. They take microseconds, so this is for those who should not be.
const ERASE_WITHIN: Duration = Duration::from_secs(5);

/// The engine. Fields are dropped in order: readers first, so that the writer's closing cleans up, then the lock.
pub(crate) struct Sqlite {
    readers: Mutex<Vec<Connection>>,
    writer: Mutex<Connection>,
    dir: DataDir,
    erase_within: Duration,
}

impl Sqlite {
    /// Opens or makes the database of a directory; an older one is brought up to date.
    pub(crate) fn open(dir: DataDir) -> Result<Self, OpenError> {
        let writer = open::writer(&dir.database())?;
        let store = Self {
            readers: Mutex::default(),
            writer: Mutex::new(writer),
            dir,
            erase_within: ERASE_WITHIN,
        };
        // A process may have died between deleting and erasing.
        store.erase()?;
        Ok(store)
    }

    fn reader(&self) -> Result<Connection, StoreError> {
        let idle = self
            .readers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        idle.map_or_else(|| open::reader(&self.dir.database()), Ok)
    }
}

impl Store for Sqlite {
    fn batch(
        &self,
        work: &mut dyn FnMut(&mut dyn Batch) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        run(&writer, "BEGIN IMMEDIATE")?;
        // Rolls back on every way out but the last, a panic in `work` included.
        let undo = Undo(&writer);
        work(&mut Open(&writer))?;
        run(&writer, "COMMIT")?;
        std::mem::forget(undo);
        Ok(())
    }

    fn snapshot(
        &self,
        work: &mut dyn FnMut(&dyn Rows) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let reader = self.reader()?;
        run(&reader, "BEGIN")?;
        let result = work(&Open(&reader));
        run(&reader, "COMMIT")?;
        // A reader that failed or panicked on the way is closed instead, and with it its snapshot.
        self.readers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(reader);
        result
    }

    fn erase(&self) -> Result<(), StoreError> {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let began = Instant::now();
        loop {
            if !is_blocked(&writer)? {
                return Ok(());
            }
            if self.erase_within <= began.elapsed() {
                return Err(StoreError::HeldByReader);
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// A transaction in progress on a connection.
struct Open<'a>(&'a Connection);

impl Open<'_> {
    fn prepare(&self, sql: &str) -> Result<CachedStatement<'_>, StoreError> {
        self.0.prepare_cached(sql).map_err(failed)
    }

    fn execute(&self, sql: &str, params: impl rusqlite::Params) -> Result<usize, StoreError> {
        self.prepare(sql)?.execute(params).map_err(failed)
    }

    /// Zeroes a personal value where it stands. The row stays, so that no row ever moves.
    fn blank(&self, key: Key<'_>) -> Result<(), StoreError> {
        self.execute(sql::BLANK, [key]).map(drop)
    }
}

impl Rows for Open<'_> {
    fn get(
        &self,
        table: Table,
        key: &[u8],
        look: &mut dyn FnMut(&[u8]),
    ) -> Result<bool, StoreError> {
        let mut statement = self.prepare(&sql(table).get)?;
        let mut rows = statement.query([Key::of(table, key)]).map_err(failed)?;
        let row = rows.next().map_err(failed)?;
        if let Some(row) = row {
            look(blob(row, 0)?);
        }
        Ok(row.is_some())
    }

    fn scan(&self, table: Table, from: &[u8], look: &mut Look<'_>) -> Result<(), StoreError> {
        let mut statement = self.prepare(&sql(table).scan)?;
        let mut rows = statement.query([Key::of(table, from)]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let number;
            let key = match row.get_ref(0).map_err(failed)? {
                ValueRef::Integer(key) => {
                    number = key.to_be_bytes();
                    &number[..]
                }
                _ => blob(row, 0)?,
            };
            if look(key, blob(row, 1)?) == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(())
    }
}

impl Batch for Open<'_> {
    fn insert(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<bool, StoreError> {
        if table == Table::Personal {
            let is_taken = self.get(table, key, &mut |_| ())?;
            if !is_taken {
                self.put(table, key, value)?;
            }
            return Ok(!is_taken);
        }
        let inserted = self.execute(&sql(table).insert, (Key::of(table, key), value))?;
        Ok(inserted == 1)
    }

    fn put(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        let (put, key) = (&sql(table).put, Key::of(table, key));
        if table == Table::Personal {
            self.blank(key)?;
            self.execute(sql::APPEND, [value])?;
            self.execute(put, (key, self.0.last_insert_rowid()))?;
        } else {
            self.execute(put, (key, value))?;
        }
        Ok(())
    }

    fn delete(&mut self, table: Table, key: &[u8]) -> Result<(), StoreError> {
        let key = Key::of(table, key);
        if table == Table::Personal {
            self.blank(key)?;
        }
        self.execute(&sql(table).delete, [key]).map(drop)
    }

    fn clear(&mut self, table: Table) -> Result<(), StoreError> {
        if table == Table::Personal {
            // Whole pages are freed, and `secure_delete` zeroes freed pages as a whole.
            self.execute(sql::CLEAR_VALUES, [])?;
        }
        self.execute(&sql(table).clear, []).map(drop)
    }
}

/// Rolls back unless it is forgotten.
struct Undo<'a>(&'a Connection);

impl Drop for Undo<'_> {
    fn drop(&mut self) {
        // Some failures have rolled back already. If this one cannot, no later batch can begin, and each says so.
        if !self.0.is_autocommit() {
            let _ = run(self.0, "ROLLBACK");
        }
    }
}

fn run(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(sql).map_err(failed)?;
    statement.execute([]).map(drop).map_err(failed)
}

fn blob<'a>(row: &'a Row<'_>, column: usize) -> Result<&'a [u8], StoreError> {
    row.get_ref(column)
        .map_err(failed)?
        .as_blob()
        .map_err(|cause| StoreError::Engine(cause.into()))
}

/// Writes the log back and truncates it; says whether a reader is in the way.
fn is_blocked(writer: &Connection) -> Result<bool, StoreError> {
    let truncate = "PRAGMA wal_checkpoint(TRUNCATE)";
    let mut statement = writer.prepare_cached(truncate).map_err(failed)?;
    statement.query_row([], |row| row.get(0)).map_err(failed)
}

/// Reads one value that may be absent.
fn one<T: rusqlite::types::FromSql>(
    connection: &Connection,
    sql: &str,
) -> Result<Option<T>, StoreError> {
    connection
        .query_row(sql, [], |row| row.get(0))
        .optional()
        .map_err(failed)
}

/// What an engine's error means to whoever uses the port.
fn failed(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full(error.into()),
        Some(ErrorCode::SystemIoFailure | ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StoreError::Disk(error.into())
        }
        _ => StoreError::Engine(error.into()),
    }
}

#[cfg(test)]
mod tests;
