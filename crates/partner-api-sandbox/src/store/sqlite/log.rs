//! Keeps the write-ahead log short, and no commit waits for that.
//!
//! # Shape
//!
//! A commit appends to the log. Writing back what is there, page by page in the order of the file, and syncing it takes a
//! hundred commits' time; so a thread does it, on a connection of its own, while commits go on.
//!
//! | Step | Who | What |
//! |---|---|---|
//! | wake | the writer, where a commit left many pages | says that there is something to do |
//! | pass | the thread | writes back what is there; what was committed meanwhile is left for the next pass, at most [`PASSES`] |
//! | finish | the writer, between two commits | writes back the little that is left, so that the next commit begins the log anew |
//!
//! # Why it is correct
//!
//! Only the engine itself decides what of the log may be written back and when the log may begin anew; whoever asks for it,
//! it keeps what some reader still needs and what is not synced. So nothing here can lose a commit. The thread sleeps while
//! the writer finishes, hence neither finds the other in its way.
//!
//! # What bounds it
//!
//! The numbers are in [`Lengths`]. Where the log is too long, the writer waits for the pass in progress: whoever commits faster than the disk takes it is slowed
//! down. A reader that looks for long at one moment keeps the log from beginning anew, and it grows meanwhile.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use rusqlite::Connection;

use super::readers::Readers;
use super::{failed, open};
use crate::store::{OpenError, StoreError};

/// How often the thread starts anew on what was committed meanwhile. Each pass has less to do than the one before.
const PASSES: usize = 8;

/// Numbers of pages in the log.
#[derive(Clone, Copy)]
pub(super) struct Lengths {
    /// From here on it is written back.
    pub(super) tidy_from: u32,
    /// What the writer may write back between two commits.
    pub(super) few: u32,
    /// From here on the writer waits.
    pub(super) too_long: u32,
}

impl Lengths {
    /// Few write-backs under load, and quick to read after a crash.
    pub(super) const USUAL: Self = Self {
        tidy_from: 16_384,
        few: 512,
        too_long: 8 * 16_384,
    };
}

/// The log, as the writer sees it.
pub(super) struct Log {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    lengths: Lengths,
    /// How many pages the last commit left in the log.
    pages: AtomicU32,
    stage: Mutex<Stage>,
    changed: Condvar,
}

/// What is being done about the log.
#[derive(Debug)]
enum Stage {
    /// Nothing.
    Idle,
    /// The thread is writing back, or about to.
    Passing,
    /// The thread is done, and the rest is for the writer.
    Finishing,
    /// Writing back failed.
    Failed(StoreError),
    /// There is nothing more to do.
    Closed,
}

impl Log {
    /// Counts the pages of the writer's commits, and starts the thread.
    pub(super) fn open(
        path: &Path,
        lengths: Lengths,
        writer: &mut Connection,
        readers: Arc<Readers>,
    ) -> Result<Self, OpenError> {
        let shared = Arc::new(Shared {
            lengths,
            pages: AtomicU32::new(0),
            stage: Mutex::new(Stage::Idle),
            changed: Condvar::new(),
        });
        let counting = Arc::clone(&shared);
        let count = move |_: &mut rusqlite::hooks::Wal, pages| {
            let pages = u32::try_from(pages).unwrap_or(0);
            counting.pages.store(pages, Ordering::Relaxed);
            Ok(())
        };
        writer.wal_hook(Some(count)).map_err(failed)?;
        let connection = open::log_keeper(path)?;
        let working = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("sandbox-log".to_owned())
            .spawn(move || working.run(&connection, &readers))
            .map_err(OpenError::Thread)?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    /// Does what the last commit left to do, before the next. An error may be the thread's.
    pub(super) fn tidy(&self, writer: &Connection, readers: &Readers) -> Result<(), StoreError> {
        let lengths = self.shared.lengths;
        if self.pages() < lengths.tidy_from {
            return Ok(());
        }
        let mut stage = self.shared.lock();
        while matches!(*stage, Stage::Passing) && lengths.too_long <= self.pages() {
            stage = self.shared.wait(stage);
        }
        match std::mem::replace(&mut *stage, Stage::Idle) {
            Stage::Idle => *stage = Stage::Passing,
            Stage::Finishing => return finish(writer, readers),
            // The thread is gone, which it should not be: then commits wait.
            Stage::Closed => {
                *stage = Stage::Closed;
                return finish(writer, readers);
            }
            Stage::Failed(error) => return Err(error),
            other => *stage = other,
        }
        self.shared.changed.notify_all();
        Ok(())
    }

    /// Waits until the thread does nothing. It does nothing new until the next commit.
    pub(super) fn settle(&self) {
        let mut stage = self.shared.lock();
        while matches!(*stage, Stage::Passing) {
            stage = self.shared.wait(stage);
        }
    }

    /// The log was emptied.
    pub(super) fn emptied(&self) {
        self.shared.pages.store(0, Ordering::Relaxed);
    }

    pub(super) fn pages(&self) -> u32 {
        self.shared.pages.load(Ordering::Relaxed)
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        *self.shared.lock() = Stage::Closed;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    /// The thread.
    fn run(&self, connection: &Connection, readers: &Readers) {
        let _end = End(self);
        loop {
            let mut stage = self.lock();
            while !matches!(*stage, Stage::Passing | Stage::Closed) {
                stage = self.wait(stage);
            }
            if matches!(*stage, Stage::Closed) {
                return;
            }
            drop(stage);
            let done = self.pass(connection, readers);
            let mut stage = self.lock();
            if matches!(*stage, Stage::Passing) {
                *stage = match done {
                    Ok(()) => Stage::Finishing,
                    Err(error @ StoreError::Disk(_)) => Stage::Failed(error),
                    // A full disk, say: the writer will see for itself, and this is tried again after a commit.
                    Err(_) => Stage::Idle,
                };
                self.changed.notify_all();
            }
        }
    }

    fn pass(&self, connection: &Connection, readers: &Readers) -> Result<(), StoreError> {
        for _ in 0..PASSES {
            let _nobody_idle = readers.let_go()?;
            let written = write_back(connection)?;
            let left = self.pages.load(Ordering::Relaxed).saturating_sub(written);
            if left < self.lengths.few || matches!(*self.lock(), Stage::Closed) {
                break;
            }
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, stage: MutexGuard<'a, Stage>) -> MutexGuard<'a, Stage> {
        let waited = self.changed.wait(stage);
        waited.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets nobody wait for a thread that is gone, however it went.
struct End<'a>(&'a Shared);

impl Drop for End<'_> {
    fn drop(&mut self) {
        *self.0.lock() = Stage::Closed;
        self.0.changed.notify_all();
    }
}

/// Writes back what is left.
fn finish(writer: &Connection, readers: &Readers) -> Result<(), StoreError> {
    let _nobody_idle = readers.let_go()?;
    write_back(writer).map(drop)
}

/// Writes back what no reader is in the way of, and waits for nobody; how many pages of the log are written back now.
fn write_back(connection: &Connection) -> Result<u32, StoreError> {
    let passive = "PRAGMA wal_checkpoint(PASSIVE)";
    let mut statement = connection.prepare_cached(passive).map_err(failed)?;
    let written: i64 = statement.query_row([], |row| row.get(2)).map_err(failed)?;
    // Less than nothing says that somebody else was at it.
    Ok(u32::try_from(written).unwrap_or(0))
}
