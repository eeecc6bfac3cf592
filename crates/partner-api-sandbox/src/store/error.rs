//! What can go wrong with files: on opening, and later.

use std::path::PathBuf;

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// A batch or a snapshot failed. Nothing of a failed batch is kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// No room on the disk. It works again once there is.
    #[error("the disk is full; make room, then try again")]
    Full(#[source] Cause),
    /// The disk failed. What it holds is not known until the store is opened anew.
    #[error("the disk failed; look at it, then start again")]
    Disk(#[source] Cause),
    /// Anything else that the engine reports.
    #[error("the store failed")]
    Engine(#[source] Cause),
    /// A row cannot be read.
    #[error("a row of {table} cannot be read: {what}; the file is damaged")]
    Damaged {
        /// Of which table.
        table: &'static str,
        /// What is wrong.
        what: &'static str,
    },
    /// Somebody reads so long that deleted data cannot be erased.
    #[error("deleted data cannot be erased while a reader holds on to it; it is tried again")]
    HeldByReader,
    /// Whoever wrote the batch gave it up.
    #[error("the batch was given up")]
    GivenUp,
}

/// A data directory cannot be opened. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// It cannot be made or written to.
    #[error("cannot write to {}; give a directory that can be written to", path.display())]
    NotWritable {
        /// What cannot be written.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another process uses it.
    #[error("{} is in use by {}; stop that one, or give another directory", path.display(), Process(*pid))]
    Locked {
        /// The directory.
        path: PathBuf,
        /// Which process, where that can be read.
        pid: Option<u32>,
    },
    /// A newer version wrote it.
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
    #[error("{} is not a sandbox's database; give another directory", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
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
    #[error("the database did not take {option}: it is {found}; use another file system")]
    OptionNotTaken {
        /// The option.
        option: &'static str,
        /// Its value after it was set.
        found: String,
    },
    /// The books that were found are wrong, so nothing may be built on them.
    #[error(
        "the books in {currency} do not sum to zero: the data is damaged; give a copy from before, or another directory"
    )]
    Unbalanced {
        /// The first currency that is off.
        currency: partner_api_core::Currency,
    },
    /// Reading or writing failed.
    #[error("the store cannot be opened")]
    Store(#[from] StoreError),
    /// The writer's thread did not start.
    #[error("the writer's thread cannot be started")]
    Thread(#[source] std::io::Error),
}

/// A process, as far as it is known.
struct Process(Option<u32>);

impl std::fmt::Display for Process {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(pid) => write!(f, "process {pid}"),
            None => f.write_str("another process"),
        }
    }
}
