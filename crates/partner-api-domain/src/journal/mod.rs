//! The port through which every change is written down before it is asked for.
//!
//! # Shape
//! Two phases. [`begin`](Journal::begin) makes an [`Intent`] durable *before* the request leaves;
//! [`conclude`](Journal::conclude) adds the [`Conclusion`] after the answer came. An [`Entry`] is
//! both together.
//!
//! | What happened between the two | The entry | What it means |
//! |---|---|---|
//! | `begin` failed | none | nothing was sent |
//! | the answer came | concluded | done, or refused: nothing happened |
//! | the answer was lost | concluded as [`Unknown`](Conclusion::Unknown) | the provider may have acted |
//! | process killed, future dropped | not concluded | the same: the provider may have acted |
//!
//! # Why it is correct
//! No request that changes anything is sent without an intent, so nothing is ever forgotten; and an
//! entry that [is unresolved](Entry::is_unresolved) is never repeated by this crate, so nothing is
//! made twice.
//!
//! # What bounds it
//! One entry for each change: three for closing a user, two for a suspension that had to look for
//! cards twice. Entries hold ids, amounts, names of fields, reason and actor; **never personal
//! data**, so a journal can outlive the user it speaks of. Reason and actor are the caller's own
//! words: keep personal data out of them.
//!
//! # Never here
//! A database. Adapters live in their own crates; [`VolatileJournal`] is for tests, scripts and
//! first steps.

mod intent;
mod volatile;

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

pub use intent::{Action, Conclusion, Entry, Intent, Reference};
use partner_api_core::UserId;
pub use volatile::VolatileJournal;

/// What the methods of a [`Journal`] return: a boxed future, so that the port can be a trait object.
pub type JournalFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, JournalError>> + Send + 'a>>;

/// Where intents and outcomes are kept. Implement it to keep them in your own database.
///
/// An implementation promises:
///
/// 1. When `begin` returns `Ok`, the intent survives whatever the implementation claims to survive.
/// 2. A future of `begin` that is dropped leaves the whole intent or none.
/// 3. `entries_of` and `unresolved` return entries in the order in which they were begun.
/// 4. `conclude` replaces an earlier conclusion: what was unknown may be learnt later.
pub trait Journal: fmt::Debug + Send + Sync {
    /// Writes down what is about to be asked for.
    fn begin(&self, intent: Intent) -> JournalFuture<'_, IntentId>;

    /// Writes down how it ended.
    fn conclude(&self, id: IntentId, conclusion: Conclusion) -> JournalFuture<'_, ()>;

    /// Every entry that names the user, oldest first.
    fn entries_of<'a>(&'a self, user: &'a UserId) -> JournalFuture<'a, Vec<Entry>>;

    /// Every entry whose outcome is not known, oldest first.
    fn unresolved(&self) -> JournalFuture<'_, Vec<Entry>>;
}

/// Names an entry of a journal. The journal chooses it; later ones are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IntentId(u64);

impl IntentId {
    /// For implementations of [`Journal`].
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number given to [`new`](Self::new).
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for IntentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// A journal could not write or read.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct JournalError {
    what: Box<str>,
    #[source]
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

impl JournalError {
    /// Says what could not be done, such as "the journal's file cannot be written".
    pub fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into().into_boxed_str(),
            cause: None,
        }
    }

    /// With the engine's own error as the cause.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }
}
