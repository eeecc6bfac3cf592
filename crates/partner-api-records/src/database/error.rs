//! What can go wrong with a file: on opening, and later.

use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::ErrorCode;

/// A file could not be written or read. Nothing of a failed write is kept.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// No room on the disk. It works again once there is.
    #[error("the disk is full; make room, then try again")]
    Full(#[source] Arc<rusqlite::Error>),
    /// Another process held the file for longer than is waited.
    #[error(
        "another process holds the file; find out which one writes for so long, then try again"
    )]
    Busy(#[source] Arc<rusqlite::Error>),
    /// The disk failed. What the file holds is not known until it is opened anew.
    #[error("the disk failed; look at it, then start the process again")]
    Disk(#[source] Arc<rusqlite::Error>),
    /// What the file holds cannot be read.
    #[error("the file is damaged; keep a copy of it, and go on with one from before")]
    Damaged(#[source] Arc<rusqlite::Error>),
    /// Anything else that the engine reports.
    #[error("the database failed")]
    Engine(#[source] Arc<rusqlite::Error>),
    /// The thread that owns the file is gone.
    #[error("the thread that owns the file has stopped; start the process again")]
    Stopped,
}

impl From<rusqlite::Error> for DatabaseError {
    fn from(error: rusqlite::Error) -> Self {
        let code = error.sqlite_error_code();
        let cause = Arc::new(error);
        match (code, &*cause) {
            (Some(ErrorCode::DiskFull), _) => Self::Full(cause),
            (Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked), _) => Self::Busy(cause),
            (Some(ErrorCode::SystemIoFailure), _) => Self::Disk(cause),
            (Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase), _)
            | (
                None,
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::InvalidColumnType(..),
            ) => Self::Damaged(cause),
            _ => Self::Engine(cause),
        }
    }
}

/// A file cannot be opened. Nothing in it was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The directory cannot be made.
    #[error("cannot make the directory {}; give one that can be written to", path.display())]
    NotWritable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A newer version wrote the file.
    #[error(
        "{} has version {found}, this program knows versions up to {known}; use a newer program, or another directory",
        path.display()
    )]
    NewerVersion {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// The file is something else.
    #[error("{} is not {what}; give another directory", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
        /// What was expected.
        what: &'static str,
    },
    /// The linked SQLite is too old to be trusted with money.
    #[error("SQLite {found} is too old; build with {needed} or newer")]
    OldEngine {
        /// Its version.
        found: &'static str,
        /// What is needed.
        needed: &'static str,
    },
    /// The engine did not take an option that durability or erasure rests on.
    #[error("{} did not take {option}: it is {found}; use another file system", path.display())]
    OptionNotTaken {
        /// The file.
        path: PathBuf,
        /// The option.
        option: &'static str,
        /// Its value after it was set.
        found: String,
    },
    /// Reading or writing failed.
    #[error("{} cannot be opened", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// Why.
        source: DatabaseError,
    },
    /// A thread did not start.
    #[error("a thread for the file cannot be started")]
    Thread(#[source] std::io::Error),
}
