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
//! Nothing is made twice by the caller's own repeats either: what is asked for under a [`RequestKey`] that was used before
//! is not sent, but answered from the journal. And what is in doubt can be found again, because no second movement of
//! the same [`Shape`] begins meanwhile, unless the provider's records tell the two apart.
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

mod action;
mod conclusion;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod decision;
mod intent;
mod key;
mod reference;
mod rule_by_name;
mod shape;
mod standing_by_word;
mod volatile;

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

pub use action::Action;
pub use conclusion::Conclusion;
pub use decision::{Basis, Begun, Resolution, Resolved};
pub use intent::{Entry, Intent};
pub use key::{Fingerprint, InvalidKey, PayOutToken, RequestKey};
use partner_api_core::{Timestamp, UserId};
pub(crate) use reference::FromReference;
pub use reference::Reference;
use serde::{Deserialize, Serialize};
pub use shape::Shape;
pub use volatile::VolatileJournal;

/// What the methods of a [`Journal`] return: a boxed future, so that the port can be a trait object.
pub type JournalFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, JournalError>> + Send + 'a>>;

/// Where intents and outcomes are kept. Implement it to keep them in your own database.
///
/// An implementation promises:
///
/// 1. When `begin` returns [`Begun::New`], the intent survives whatever the implementation claims to survive.
/// 2. A future of `begin` that is dropped leaves the whole intent or none.
/// 3. `begin` and `resolve` look and write in one step, as seen by everybody who shares the journal, other processes
///    included: of two intents with one key, or with one guarded shape, one begins. What is decided in that step is
///    [`Begun::instead`] and [`Resolved::instead`].
/// 4. Lists are in the order in which the entries were begun.
/// 5. `conclude` replaces an earlier conclusion: what comes from the call itself is better than what was found out about
///    it. Only [`Unknown`](Conclusion::Unknown) replaces nothing that is known.
///
/// The module `conformance`, behind the feature of that name, holds an implementation against these.
pub trait Journal: fmt::Debug + Send + Sync {
    /// Writes down what is about to be asked for, or says why it may not be.
    fn begin(&self, intent: Intent) -> JournalFuture<'_, Begun>;

    /// Writes down how it ended, as the call that began it knows.
    fn conclude(&self, id: IntentId, conclusion: Conclusion) -> JournalFuture<'_, ()>;

    /// Writes down how an unresolved entry ended, as somebody has found out since.
    fn resolve(&self, id: IntentId, resolution: Resolution) -> JournalFuture<'_, Resolved>;

    /// One entry.
    fn entry(&self, id: IntentId) -> JournalFuture<'_, Option<Entry>>;

    /// The entry that holds a key: the one under it that does not [free it](Entry::frees_its_key).
    fn entry_under<'a>(&'a self, key: &'a RequestKey) -> JournalFuture<'a, Option<Entry>>;

    /// Every entry that names the user.
    fn entries_of<'a>(&'a self, user: &'a UserId) -> JournalFuture<'a, Vec<Entry>>;

    /// Every entry of a shape that was begun at this time or later.
    fn entries_like<'a>(
        &'a self,
        shape: &'a Shape,
        since: Timestamp,
    ) -> JournalFuture<'a, Vec<Entry>>;

    /// Every entry whose outcome is not known.
    fn unresolved(&self) -> JournalFuture<'_, Vec<Entry>>;
}

/// Names an entry of a journal. The journal chooses it; later ones are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
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
