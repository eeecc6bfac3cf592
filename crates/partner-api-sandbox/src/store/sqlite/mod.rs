//! The durable engine: SQLite with a write-ahead log, one connection that writes and a few that read.
//!
//! **Durable.** `synchronous=FULL`: a batch is one transaction, and its commit returns after the log is synced. Commits
//! are grouped by whoever calls [`Store::batch`], so that one sync serves many commands. What is in the log is written back
//! by a thread of its own (`log`).
//!
//! **Erased.** `secure_delete` zeroes what is deleted where it stands, but that is not enough: when SQLite balances a
//! tree, it copies rows to neighbouring pages and leaves what was there in the unused middle of the page, where no later
//! delete finds it. So personal values live in a tree of their own whose rows never move: they are only appended (no
//! balancing, the tree grows at its end), and deleting one overwrites it with zeros in place. What remains is the log,
//! which [`Store::erase`] writes back and truncates.
//!
//! **Compact.** Rows are in key order in their tree (`WITHOUT ROWID`); decisions are numbered, so their number is the
//! row's. Every statement is prepared once per connection, and looked for once per batch.

mod log;
mod open;
mod readers;
mod sql;

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection, ErrorCode, OptionalExtension, Row};

use super::{Batch, Look, OpenError, Rows, Store, StoreError, Table};
use crate::data_dir::DataDir;
use log::{Lengths, Log};
use readers::Readers;
use sql::{Key, Sql, sql};

/// How long erasing waits for readers. They take microseconds, so this is for those who should not be.
const ERASE_WITHIN: Duration = Duration::from_secs(5);

/// The engine. Fields are dropped in order: the writer last but for the lock, so that its closing cleans up.
pub(crate) struct Sqlite {
    log: Log,
    readers: Arc<Readers>,
    writer: Mutex<Connection>,
    erase_within: Duration,
    _dir: DataDir,
}

impl Sqlite {
    /// Opens or makes the database of a directory; an older one is brought up to date.
    pub(crate) fn open(dir: DataDir) -> Result<Self, OpenError> {
        Self::with_log(dir, Lengths::USUAL)
    }

    fn with_log(dir: DataDir, lengths: Lengths) -> Result<Self, OpenError> {
        let path = dir.database();
        let mut writer = open::writer(&path)?;
        let readers = Arc::new(Readers::new(path.clone()));
        let store = Self {
            log: Log::open(&path, lengths, &mut writer, Arc::clone(&readers))?,
            readers,
            writer: Mutex::new(writer),
            erase_within: ERASE_WITHIN,
            _dir: dir,
        };
        // A process may have died between deleting and erasing.
        store.erase()?;
        Ok(store)
    }
}

impl Store for Sqlite {
    fn batch(
        &self,
        work: &mut dyn FnMut(&mut dyn Batch) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.log.tidy(&writer, &self.readers)?;
        run(&writer, "BEGIN IMMEDIATE")?;
        // Rolls back on every way out but the last, a panic in `work` included.
        let undo = Undo(&writer);
        work(&mut Open::batch(&writer))?;
        run(&writer, "COMMIT")?;
        std::mem::forget(undo);
        self.readers.committed();
        Ok(())
    }

    fn snapshot(
        &self,
        work: &mut dyn FnMut(&dyn Rows) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.readers.look(|reader| work(&Open::snapshot(reader)))
    }

    fn erase(&self) -> Result<(), StoreError> {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.log.settle();
        let began = Instant::now();
        let _nobody_idle = self.readers.let_go()?;
        loop {
            if !is_blocked(&writer)? {
                self.log.emptied();
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
struct Open<'a> {
    connection: &'a Connection,
    /// Statements that were used already, at their numbers; none where each is used once.
    used: RefCell<Vec<Option<CachedStatement<'a>>>>,
}

impl<'a> Open<'a> {
    fn batch(connection: &'a Connection) -> Self {
        let mut used = Vec::new();
        used.resize_with(sql::COUNT, || None);
        Self {
            connection,
            used: RefCell::new(used),
        }
    }

    fn snapshot(connection: &'a Connection) -> Self {
        Self {
            connection,
            used: RefCell::default(),
        }
    }

    /// Lends a statement to `work`. While it is lent, another one of the same text takes its place.
    fn with<T>(
        &self,
        sql: &Sql,
        work: impl FnOnce(&mut CachedStatement<'a>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let used = self
            .used
            .borrow_mut()
            .get_mut(sql.number)
            .and_then(Option::take);
        let mut statement = match used {
            Some(statement) => statement,
            None => self.connection.prepare_cached(&sql.text).map_err(failed)?,
        };
        let done = work(&mut statement)?;
        if let Some(place) = self.used.borrow_mut().get_mut(sql.number) {
            *place = Some(statement);
        }
        Ok(done)
    }

    fn execute(&self, sql: &Sql, params: impl rusqlite::Params) -> Result<usize, StoreError> {
        self.with(sql, |statement| statement.execute(params).map_err(failed))
    }

    /// Zeroes a personal value where it stands. The row stays, so that no row ever moves.
    fn blank(&self, key: Key<'_>) -> Result<(), StoreError> {
        self.execute(&sql::BLANK, [key]).map(drop)
    }
}

impl Rows for Open<'_> {
    fn get(
        &self,
        table: Table,
        key: &[u8],
        look: &mut dyn FnMut(&[u8]),
    ) -> Result<bool, StoreError> {
        self.with(&sql(table).get, |statement| {
            let mut rows = statement.query([Key::of(table, key)]).map_err(failed)?;
            let row = rows.next().map_err(failed)?;
            if let Some(row) = row {
                look(blob(row, 0)?);
            }
            Ok(row.is_some())
        })
    }

    fn scan(&self, table: Table, from: &[u8], look: &mut Look<'_>) -> Result<(), StoreError> {
        self.with(&sql(table).scan, |statement| {
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
        })
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
            self.execute(&sql::APPEND, [value])?;
            self.execute(put, (key, self.connection.last_insert_rowid()))?;
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
            self.execute(&sql::CLEAR_VALUES, [])?;
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
