//! The port in which every event is kept before it is acknowledged, and from which it is handled.
//!
//! # Shape
//! ```text
//! receive ──> waiting ──claim──> leased ──done──────────> handled (the body is erased)
//!                ^                 │ │
//!                └── retry_later ──┘ └──bury──> dead ──redrive──> waiting
//!                └── the lease ends ┘             └──discard──> handled
//! ```
//!
//! # Why it is correct
//! - An event is acknowledged only after [`receive`](Inbox::receive) returned `Ok`; then it survives what the adapter
//!   claims to survive, and one of the arrows above leads on from wherever it stands.
//! - A claim is a lease, not a removal. Whoever dies holding one loses it when it ends, and the event is claimed again.
//!   Each claim has a number; [`done`](Inbox::done) and its siblings with an older number change nothing and say so.
//! - Of one object only the oldest waiting event can be claimed, so its events are handled in the order in which they
//!   came, by one worker at a time, whichever process it runs in. (A worker that is stopped for longer than its lease and
//!   then goes on can break this; handlers must bear repetition anyway.)
//! - What is known of an object changes in the same step as the event that taught it is done.
//!
//! # What bounds it
//! One letter for each event that is not handled, with its body; one small row for each that was, so that a repetition
//! is recognised; one for each object. [`Inbox::forget`] ends the latter two.

mod letter;
mod volatile;

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

pub use letter::{Claimed, DeadLetter, Lease, Letter, LetterId, Origin};
use partner_api_core::Timestamp;
pub use volatile::VolatileInbox;

use crate::object::{Address, ObjectRef};

/// What the methods of an [`Inbox`] return: a boxed future, so that the port can be a trait object.
pub type InboxFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, InboxError>> + Send + 'a>>;

/// Where events are kept. Implement it to keep them in your own database; the feature `conformance` has the checks that
/// an implementation must pass.
///
/// Several processes may use one inbox at a time. Dropping a future of these methods leaves the whole of its change or
/// nothing.
pub trait Inbox: fmt::Debug + Send + Sync {
    /// Keeps a letter. Where the same key was received before, within the letter's
    /// [window](Address::repeats_within) if it has one, nothing changes. A letter with a
    /// [`fault`](Letter::fault) goes to the dead letters at once.
    fn receive(&self, letter: Letter, now: Timestamp) -> InboxFuture<'_, Receipt>;

    /// Leases up to `at_most` letters that are due and first in line of their object, oldest due first.
    fn claim(
        &self,
        at_most: usize,
        now: Timestamp,
        lease: Duration,
    ) -> InboxFuture<'_, Vec<Claimed>>;

    /// The letter is handled. Erases its body, and takes `news` for what is known of the object. `false` if the lease
    /// was lost: then nothing changes.
    fn done(&self, lease: Lease, news: Option<Known>, now: Timestamp) -> InboxFuture<'_, bool>;

    /// The letter is to be handled again, not before `due`. `false` if the lease was lost.
    fn retry_later<'a>(
        &'a self,
        lease: Lease,
        due: Timestamp,
        why: &'a str,
    ) -> InboxFuture<'a, bool>;

    /// The letter goes to the dead letters and no longer holds up its object. `false` if the lease was lost.
    fn bury<'a>(&'a self, lease: Lease, why: &'a str, now: Timestamp) -> InboxFuture<'a, bool>;

    /// Dead letters after the given one, oldest first.
    fn dead_letters(
        &self,
        after: Option<LetterId>,
        at_most: usize,
    ) -> InboxFuture<'_, Vec<DeadLetter>>;

    /// Puts a dead letter back, last in its object's line and with all its attempts ahead, under the address that it is
    /// now read to have. `false` if it is not among the dead letters.
    fn redrive(&self, id: LetterId, address: Address, now: Timestamp) -> InboxFuture<'_, bool>;

    /// Takes a dead letter for handled and erases its body. `false` if it is not among the dead letters.
    fn discard(&self, id: LetterId, now: Timestamp) -> InboxFuture<'_, bool>;

    /// What is known of an object.
    fn known<'a>(&'a self, object: &'a ObjectRef) -> InboxFuture<'a, Option<Known>>;

    /// Objects that are not final, in a fixed order, after the given one.
    fn open_objects<'a>(
        &'a self,
        after: Option<&'a ObjectRef>,
        at_most: usize,
    ) -> InboxFuture<'a, Vec<Known>>;

    /// When the next letter that is first in its line is due; a leased one when its lease ends. Cheap: workers ask before
    /// they claim.
    fn next_due(&self) -> InboxFuture<'_, Option<Timestamp>>;

    /// How much there is. May look at all that waits.
    fn counts(&self) -> InboxFuture<'_, Counts>;

    /// Forgets handled letters that were received before `before`, and final objects that have not moved since; says
    /// how many letters. A repetition of a forgotten event is news again: keep at least some days.
    fn forget(&self, before: Timestamp) -> InboxFuture<'_, u64>;
}

/// What became of a letter that was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// It is kept under this id.
    Fresh(LetterId),
    /// The same event was received before.
    Duplicate,
}

/// What is known of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Of which.
    pub object: ObjectRef,
    /// The provider's word.
    pub status: Box<str>,
    /// Whether nothing follows it any more.
    pub is_final: bool,
}

/// How much an inbox holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Letters that are not handled, leased ones included, dead ones not.
    pub waiting: u64,
    /// Dead letters.
    pub dead: u64,
}

/// An inbox could not write or read.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct InboxError {
    what: Box<str>,
    #[source]
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

impl InboxError {
    /// Says what could not be done, such as "the inbox's file cannot be written".
    pub fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into().into_boxed_str(),
            cause: None,
        }
    }

    /// What the engine said, for the log.
    pub(crate) fn source_text(&self) -> Option<String> {
        self.cause.as_ref().map(ToString::to_string)
    }

    /// With the engine's own error as the cause.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }
}
