//! The inbox of `partner_api_webhooks` in a file.
//!
//! # Shape
//! One row for each letter, one for each object. A letter that waits has its turn in its object's line, and the first of
//! each line is marked, so that what can be claimed is one short index by when it is due. A lease is a later due moment
//! and a claim's number: nothing else holds it, and nothing has to clean up after a process that died.
//!
//! # Why it is correct
//! Each method is one job, and a job has the file's write lock (see `database`): looking for an earlier letter of the same
//! key and putting in the new one cannot be interleaved, nor can two claims, whichever processes they come from.
//!
//! # Personal data
//! A body is emptied once its letter is handled, and SQLite overwrites what is freed; the write-ahead log keeps it until it
//! is written back. What stays holds ids and words.

mod rows;

use std::fmt;
use std::path::Path;
use std::time::Duration;

use partner_api_webhooks::core::Timestamp;
use partner_api_webhooks::inbox::{
    Claimed, Counts, DeadLetter, Inbox, InboxFuture, Known, Lease, Letter, LetterId, Receipt,
};
use partner_api_webhooks::{Address, InboxError, ObjectRef};

use crate::database::{Database, DatabaseError, OpenError, Schema};

const SCHEMA: Schema = Schema {
    file: "inbox.db",
    what: "an inbox",
    // "PaIn" in ASCII.
    application_id: 0x5061_496E,
    migrations: &[rows::FIRST_VERSION],
};

/// An inbox in a file of a directory, which survives crashes and which several processes of one machine share.
///
/// A letter is on the disk before [`receive`](Inbox::receive) answers; letters that arrive at the same time share a sync.
pub struct SqliteInbox(Database);

impl SqliteInbox {
    /// Opens the inbox of a directory; makes both if need be, and brings an older file up to date.
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

impl fmt::Debug for SqliteInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteInbox")
            .field("path", &self.path())
            .finish_non_exhaustive()
    }
}

fn cannot_write(cause: DatabaseError) -> InboxError {
    InboxError::new(format!("the inbox cannot be written: {cause}")).caused_by(cause)
}

fn cannot_read(cause: DatabaseError) -> InboxError {
    InboxError::new(format!("the inbox cannot be read: {cause}")).caused_by(cause)
}

impl SqliteInbox {
    fn write<'a, T, F>(&'a self, work: F) -> InboxFuture<'a, T>
    where
        T: Send + 'static,
        F: FnOnce(&rusqlite::Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        Box::pin(async move { self.0.write(work).await.map_err(cannot_write) })
    }

    fn read<'a, T, F>(&'a self, work: F) -> InboxFuture<'a, T>
    where
        T: Send + 'static,
        F: FnOnce(&rusqlite::Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        Box::pin(async move { self.0.read(work).await.map_err(cannot_read) })
    }
}

impl Inbox for SqliteInbox {
    fn receive(&self, letter: Letter, now: Timestamp) -> InboxFuture<'_, Receipt> {
        self.write(move |connection| {
            let window = letter.address.repeats_within();
            let earlier = rows::received_at(connection, &letter.key)?;
            let is_repeated = earlier
                .is_some_and(|earlier| window.is_none_or(|window| now.since(earlier) < window));
            if is_repeated {
                return Ok(Receipt::Duplicate);
            }
            rows::insert(connection, &letter, now).map(Receipt::Fresh)
        })
    }

    fn claim(
        &self,
        at_most: usize,
        now: Timestamp,
        lease: Duration,
    ) -> InboxFuture<'_, Vec<Claimed>> {
        self.write(move |connection| rows::claim(connection, at_most, now, now.plus(lease)))
    }

    fn done(&self, lease: Lease, news: Option<Known>, now: Timestamp) -> InboxFuture<'_, bool> {
        self.write(move |connection| {
            let is_ours = rows::settle(connection, lease, rows::Place::Handled, None)?;
            if let Some(news) = news.filter(|_| is_ours) {
                rows::learn(connection, &news, now)?;
            }
            Ok(is_ours)
        })
    }

    fn retry_later<'a>(
        &'a self,
        lease: Lease,
        due: Timestamp,
        why: &'a str,
    ) -> InboxFuture<'a, bool> {
        let why = why.to_owned();
        self.write(move |connection| rows::postpone(connection, lease, due, &why))
    }

    fn bury<'a>(&'a self, lease: Lease, why: &'a str, _: Timestamp) -> InboxFuture<'a, bool> {
        let why = why.to_owned();
        self.write(move |connection| rows::settle(connection, lease, rows::Place::Dead, Some(&why)))
    }

    fn dead_letters(
        &self,
        after: Option<LetterId>,
        at_most: usize,
    ) -> InboxFuture<'_, Vec<DeadLetter>> {
        self.read(move |connection| rows::dead(connection, after, at_most))
    }

    fn redrive(&self, id: LetterId, address: Address, now: Timestamp) -> InboxFuture<'_, bool> {
        self.write(move |connection| rows::revive(connection, id, &address, now))
    }

    fn discard(&self, id: LetterId, _: Timestamp) -> InboxFuture<'_, bool> {
        self.write(move |connection| rows::discard(connection, id))
    }

    fn known<'a>(&'a self, object: &'a ObjectRef) -> InboxFuture<'a, Option<Known>> {
        let object = object.clone();
        self.read(move |connection| rows::known(connection, &object))
    }

    fn open_objects<'a>(
        &'a self,
        after: Option<&'a ObjectRef>,
        at_most: usize,
    ) -> InboxFuture<'a, Vec<Known>> {
        let after = after.cloned();
        self.read(move |connection| rows::open_objects(connection, after.as_ref(), at_most))
    }

    fn next_due(&self) -> InboxFuture<'_, Option<Timestamp>> {
        self.read(rows::next_due)
    }

    fn counts(&self) -> InboxFuture<'_, Counts> {
        self.read(rows::counts)
    }

    fn forget(&self, before: Timestamp) -> InboxFuture<'_, u64> {
        self.write(move |connection| rows::forget(connection, before))
    }
}

#[cfg(test)]
mod older;
#[cfg(test)]
mod tests;
