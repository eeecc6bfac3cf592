//! The three ways in which a call that moves money can end.

use partner_api_core::Timestamp;

use crate::error::{CallError, Error};
use crate::guard::Doubt;
use crate::journal::{Action, IntentId, RequestKey};

/// How a call that moves money, or makes something that costs, ended.
///
/// | Answer | Meaning |
/// |---|---|
/// | `Ok(Outcome::Done(..))` | it happened, once |
/// | `Ok(Outcome::Unknown(..))` | nobody knows; the journal keeps it, and it is **not** sent again |
/// | `Err(..)` | it did not happen |
///
/// [`done`](Self::done) turns the middle row into an error, for callers that treat both alike.
#[derive(Debug)]
#[must_use = "an unknown outcome must be looked at: the money may have moved"]
pub enum Outcome<T> {
    /// It happened.
    Done(T),
    /// The answer was lost: it may have happened.
    Unknown(Unresolved),
}

impl<T> Outcome<T> {
    /// What was done.
    ///
    /// # Errors
    /// [`Unknown`](Self::Unknown), as an error that
    /// [may have moved money](Error::may_have_moved_money).
    pub fn done(self) -> Result<T, Error> {
        match self {
            Self::Done(value) => Ok(value),
            Self::Unknown(unresolved) => Err(Error::unresolved(unresolved)),
        }
    }

    /// Whether nobody knows if it happened.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// Changes what was done and keeps what is unknown.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Done(value) => Outcome::Done(change(value)),
            Self::Unknown(unresolved) => Outcome::Unknown(unresolved),
        }
    }
}

/// A change of which nobody knows whether it happened. The journal holds it under
/// [`intent`](Self::intent) until it is resolved.
#[derive(Debug)]
#[non_exhaustive]
pub struct Unresolved {
    /// The journal's entry.
    pub intent: IntentId,
    /// What was asked for.
    pub action: Action,
    /// When the answer was given up, by this machine's clock.
    pub at: Timestamp,
    /// The caller's own name for it, or the one that was made for it.
    pub key: Option<RequestKey>,
    /// What the guard doubted beforehand.
    pub doubt: Option<Doubt>,
    pub(crate) cause: Cause,
}

/// Why an answer is missing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Cause {
    /// The request was sent by this call.
    #[error(transparent)]
    Lost(CallError),
    /// The request was sent by an earlier one.
    #[error("the journal has it as unresolved from an earlier attempt under this key")]
    Before,
    /// It was done by an earlier one, and its result cannot be told.
    #[error("it was done under this key before, but what came of it cannot be read now")]
    Untold(#[source] Option<Box<Error>>),
}

impl Cause {
    pub(crate) fn as_error(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
        match self {
            Self::Lost(error) => error,
            Self::Before | Self::Untold(_) => self,
        }
    }

    pub(crate) fn call(&self) -> Option<&CallError> {
        match self {
            Self::Lost(error) => Some(error),
            Self::Before | Self::Untold(_) => None,
        }
    }
}

impl Unresolved {
    /// Why the answer is missing.
    pub fn cause(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
        self.cause.as_error()
    }
}

/// Proof that the provider accepted something.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Receipt<Id> {
    /// What the provider calls it.
    pub id: Id,
    /// The journal's entry.
    pub intent: IntentId,
    /// The caller's own name for it, or the one that was made for it.
    pub key: RequestKey,
    /// Whether an earlier call did it, so that this one sent nothing.
    pub was_done_before: bool,
    /// What the guard doubted beforehand, wrongly as it turned out.
    pub doubt: Option<Doubt>,
}
