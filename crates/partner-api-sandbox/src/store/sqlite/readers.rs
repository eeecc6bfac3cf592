//! Connections that read: as many as there were ever readers at a time.
//!
//! Beginning to look at a moment costs as much as a small read. So a reader keeps looking when its work is done, and if
//! nothing was committed until the next, that one looks at the same moment. What a reader looks at is kept in the log; so
//! whoever is about to shorten that asks for [`Readers::let_go`], and as long as the answer lives nobody idle looks at
//! anything.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::{open, run};
use crate::store::StoreError;

/// All of them.
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Reader>>,
    /// How many commits there were. A commit counts before anybody is told of it.
    commits: AtomicU64,
    /// How many want nobody idle to look at anything.
    unwanted: AtomicU32,
}

/// Nobody idle looks at anything while this lives.
pub(super) struct LetGo<'a>(&'a Readers);

/// One of them.
struct Reader {
    connection: Connection,
    /// What it looks at, if it does: what was there after so many commits, or some that followed.
    sees: Option<u64>,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            idle: Mutex::default(),
            commits: AtomicU64::new(0),
            unwanted: AtomicU32::new(0),
        }
    }

    /// Something was committed.
    pub(super) fn committed(&self) {
        self.commits.fetch_add(1, Ordering::Release);
    }

    /// Looks at what is there now.
    pub(super) fn look(
        &self,
        work: impl FnOnce(&Connection) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let idle = self.lock().pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => Reader {
                connection: open::reader(&self.path)?,
                sees: None,
            },
        };
        // Before it begins to look: so what it sees is never less than it says.
        reader.look_at(self.commits.load(Ordering::Acquire))?;
        // A reader that fails or panics is closed, and with it what it looks at.
        work(&reader.connection)?;
        let mut idle = self.lock();
        // Asked under the lock: whoever wants it goes through the idle ones after saying so.
        if self.unwanted.load(Ordering::Relaxed) != 0 {
            reader.let_go()?;
        }
        idle.push(reader);
        Ok(())
    }

    /// Those who are idle look at nothing any more, as long as the answer lives.
    pub(super) fn let_go(&self) -> Result<LetGo<'_>, StoreError> {
        self.unwanted.fetch_add(1, Ordering::Relaxed);
        let wanted = LetGo(self);
        self.lock().iter_mut().try_for_each(Reader::let_go)?;
        Ok(wanted)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Reader>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for LetGo<'_> {
    fn drop(&mut self) {
        self.0.unwanted.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Reader {
    fn look_at(&mut self, commits: u64) -> Result<(), StoreError> {
        if self.sees != Some(commits) {
            self.let_go()?;
            run(&self.connection, "BEGIN")?;
            self.sees = Some(commits);
        }
        Ok(())
    }

    fn let_go(&mut self) -> Result<(), StoreError> {
        if self.sees.take().is_some() {
            run(&self.connection, "COMMIT")?;
        }
        Ok(())
    }
}
