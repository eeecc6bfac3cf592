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

mod rows;

use std::fmt;
use std::path::Path;

use partner_api_domain::core::{Timestamp, UserId};
use partner_api_domain::journal::{
    Begun, Conclusion, Entry, Intent, IntentId, Journal, JournalError, JournalFuture, RequestKey,
    Resolution, Resolved, Shape,
};

use crate::database::{Database, DatabaseError, OpenError, Schema};

const SCHEMA: Schema = Schema {
    file: "journal.db",
    what: "a journal",
    // "PaJo" in ASCII.
    application_id: 0x5061_4A6F,
    migrations: &[rows::FIRST_VERSION],
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
                    None => rows::insert(connection, &intent).map(Begun::New),
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
mod tests;
