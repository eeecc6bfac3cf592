//! The journal of `partner_api_domain` in a file.
//!
//! # Shape
//! One row for each entry: the intent as JSON, and beside it what is looked up. Two partial unique indices hold what the
//! port promises, whoever writes to the file: a key is held by one entry, and a guarded shape is in doubt once.
//!
//! # Why it is correct
//! [`begin`](Journal::begin) and [`resolve`](Journal::resolve) look and write in one job, and a job has the file's write
//! lock (see `database`). What they decide is a pure function of the domain. That the indices never bite is therefore
//! only a proof that the lookups are right; if they did, the job would fail and nothing would be sent.

mod audit;
mod roster;
mod rows;
mod versions;

use std::fmt;
use std::io::Write;
use std::path::Path;
use std::time::SystemTime;

use partner_api_domain::core::{Timestamp, UserId};
use partner_api_domain::journal::{
    Begun, Conclusion, Entry, Intent, IntentId, Journal, JournalError, JournalFuture, RequestKey,
    Resolution, Resolved, Shape,
};

pub use self::audit::{AuditError, Format, Verified};
use self::audit::{Export, Stop};
pub use self::roster::{Imported, KnownUser};
use crate::database::{Database, DatabaseError, OpenError, Schema};

const SCHEMA: Schema = Schema {
    file: "journal.db",
    what: "a journal",
    // "PaJo" in ASCII.
    application_id: 0x5061_4A6F,
    migrations: &[versions::FIRST, versions::SECOND],
};

/// A journal in a file of a directory, which survives crashes and which several processes of one machine share.
///
/// An intent is on the disk before [`begin`](Journal::begin) answers; intents that begin at the same time share a sync.
pub struct SqliteJournal(Database);

impl SqliteJournal {
    /// Opens the journal of a directory; makes both if need be, and brings an older file up to date.
    ///
    /// The directory must be on a disk of this machine: SQLite's locks do not hold over a network.
    ///
    /// # Errors
    /// The directory or the file cannot be used; the error says what to do.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self, OpenError> {
        Database::open(dir.as_ref(), &SCHEMA).map(Self)
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// The entries that were begun last, newest first; at most so many.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn latest(&self, most: usize) -> Result<Vec<Entry>, DatabaseError> {
        self.0
            .read(move |connection| rows::latest(connection, most))
            .await
    }

    /// Checks the whole audit trail.
    ///
    /// # Errors
    /// A record is not what was written, or the file cannot be read.
    pub async fn verify(&self) -> Result<Verified, AuditError> {
        let walked = self
            .0
            .read(|connection| audit::walk(connection, |_| Ok(())));
        verified(walked.await?)
    }

    /// Writes the whole audit trail to `to`, and checks it on the way. What is written up to an error is the trail up to
    /// there.
    ///
    /// # Errors
    /// As [`verify`](Self::verify), or `to` cannot be written.
    pub async fn export<W>(&self, to: W, format: Format) -> Result<Verified, AuditError>
    where
        W: Write + Send + 'static,
    {
        let mut export = Export::new(to, format)?;
        let walked = self.0.read(move |connection| {
            let walked = audit::walk(connection, |record| export.write(record))?;
            Ok(walked.and_then(|verified| match export.end() {
                Ok(()) => Ok(verified),
                Err(error) => Err(Stop::Export(error)),
            }))
        });
        verified(walked.await?)
    }

    /// Erases what is personal about a user, from the entries and from the audit trail, down to the bytes of the file:
    /// reasons, fingerprints, and in the trail also who the parties were. The trail still holds. The entries keep the
    /// user's id, amounts and the provider's ids: they say that the user is closed, and which movements are accounted
    /// for. Another party of a movement loses its trace in the trail as well.
    ///
    /// # Errors
    /// An entry of the user is unresolved, which could then never be found out; or the file cannot be written, or another
    /// process reads it for so long that its log cannot be cut off: then ask again.
    pub async fn erase(&self, user: &UserId) -> Result<(), EraseError> {
        let user = user.clone();
        let erased = self.0.write(move |connection| {
            let ids = rows::erase(connection, &user)?;
            let at = now();
            ids.map(|ids| audit::erase(connection, &ids, at))
                .transpose()
        });
        if erased.await?.is_none() {
            return Err(EraseError::Unresolved);
        }
        match self.0.erase().await? {
            true => Ok(()),
            false => Err(EraseError::HeldByReader),
        }
    }
}

fn verified(walked: Result<Verified, Stop>) -> Result<Verified, AuditError> {
    walked.map_err(|stop| match stop {
        Stop::Broken(record, what) => AuditError::Broken { record, what },
        Stop::Export(error) => AuditError::Export(error),
    })
}

/// What is personal about a user could not be erased.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EraseError {
    /// Nobody could find out any more what became of an unresolved entry.
    #[error("an entry of the user is unresolved; reconcile or resolve it first")]
    Unresolved,
    /// It is erased, but for the file's log.
    #[error(
        "another process reads for so long that the log still holds what was erased; ask again"
    )]
    HeldByReader,
    /// The file could not be written.
    #[error("the journal cannot be written")]
    Database(#[from] DatabaseError),
}

/// Now, by this machine's clock.
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Timestamp::EPOCH.plus(since.unwrap_or_default())
}

impl fmt::Debug for SqliteJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteJournal")
            .field("path", &self.path())
            .finish_non_exhaustive()
    }
}

fn cannot_write(cause: DatabaseError) -> JournalError {
    JournalError::new(format!("the journal cannot be written: {cause}")).caused_by(cause)
}

fn cannot_read(cause: DatabaseError) -> JournalError {
    JournalError::new(format!("the journal cannot be read: {cause}")).caused_by(cause)
}

impl Journal for SqliteJournal {
    fn begin(&self, intent: Intent) -> JournalFuture<'_, Begun> {
        Box::pin(async move {
            let begun = self.0.write(move |connection| {
                let keyed = match &intent.key {
                    Some(key) => rows::under_key(connection, key)?,
                    None => None,
                };
                let alike = match intent.action.guarded_shape() {
                    Some(shape) => rows::in_doubt(connection, &shape)?,
                    None => None,
                };
                match Begun::instead(&intent, keyed, alike) {
                    Some(instead) => Ok(instead),
                    None => {
                        let id = rows::insert(connection, &intent)?;
                        audit::begun(connection, id, &intent)?;
                        Ok(Begun::New(id))
                    }
                }
            });
            begun.await.map_err(cannot_write)
        })
    }

    fn conclude(&self, id: IntentId, conclusion: Conclusion) -> JournalFuture<'_, ()> {
        Box::pin(async move {
            let concluded = self.0.write(move |connection| {
                let Some(entry) = rows::entry(connection, id)? else {
                    return Ok(false);
                };
                if entry.is_unresolved() || !conclusion.is_unknown() {
                    audit::concluded(connection, id, &conclusion, now())?;
                    rows::conclude(connection, entry, conclusion)?;
                }
                Ok(true)
            });
            match concluded.await.map_err(cannot_write)? {
                true => Ok(()),
                false => Err(JournalError::new(format!("this journal has no entry {id}"))),
            }
        })
    }

    fn resolve(&self, id: IntentId, resolution: Resolution) -> JournalFuture<'_, Resolved> {
        Box::pin(async move {
            let resolved = self.0.write(move |connection| {
                let claimant = match resolution.conclusion.reference() {
                    Some(reference) => rows::claimant(connection, reference)?,
                    None => None,
                };
                let entry = rows::entry(connection, id)?;
                match (Resolved::instead(entry.clone(), claimant), entry) {
                    (None, Some(entry)) => {
                        audit::resolved(connection, id, &resolution)?;
                        rows::conclude(connection, entry, resolution.conclusion)?;
                        Ok(Resolved::Now)
                    }
                    (Some(instead), _) => Ok(instead),
                    (None, None) => Ok(Resolved::NoSuchEntry),
                }
            });
            resolved.await.map_err(cannot_write)
        })
    }

    fn entry(&self, id: IntentId) -> JournalFuture<'_, Option<Entry>> {
        Box::pin(async move {
            let entry = self.0.read(move |connection| rows::entry(connection, id));
            entry.await.map_err(cannot_read)
        })
    }

    fn entry_under<'a>(&'a self, key: &'a RequestKey) -> JournalFuture<'a, Option<Entry>> {
        let key = key.clone();
        Box::pin(async move {
            let entry = self
                .0
                .read(move |connection| rows::under_key(connection, &key));
            entry.await.map_err(cannot_read)
        })
    }

    fn entries_of<'a>(&'a self, user: &'a UserId) -> JournalFuture<'a, Vec<Entry>> {
        let user = user.clone();
        Box::pin(async move {
            let entries = self
                .0
                .read(move |connection| rows::of_user(connection, &user));
            entries.await.map_err(cannot_read)
        })
    }

    fn entries_like<'a>(
        &'a self,
        shape: &'a Shape,
        since: Timestamp,
    ) -> JournalFuture<'a, Vec<Entry>> {
        let shape = shape.clone();
        Box::pin(async move {
            let entries = self
                .0
                .read(move |connection| rows::alike(connection, &shape, since));
            entries.await.map_err(cannot_read)
        })
    }

    fn unresolved(&self) -> JournalFuture<'_, Vec<Entry>> {
        Box::pin(async move {
            let entries = self.0.read(rows::unresolved);
            entries.await.map_err(cannot_read)
        })
    }
}

#[cfg(test)]
mod older;
#[cfg(test)]
mod tests;
