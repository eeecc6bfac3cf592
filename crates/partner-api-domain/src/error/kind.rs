//! The kinds of error, and how far a lifecycle operation came.

use std::fmt;
use std::time::Duration;

use partner_api_client::ErrorKind;
use partner_api_core::Rule;
use partner_api_core::UserId;

use super::{ApiRefusal, CallError, Error};
use crate::guard::Denial;
use crate::journal::{Conclusion, IntentId, JournalError};
use crate::list::listed;
use crate::outcome::Unresolved;
use crate::users::close::{Blocker, ClosureProgress, Mismatch};
use crate::users::suspend::SuspendReport;
use crate::users::unsuspend::UnsuspendReport;

/// What went wrong.
pub(crate) enum Kind {
    /// What the caller gave is malformed.
    Invalid { what: Box<str>, rule: Option<Rule> },
    /// The guard knows that it cannot be.
    Denied(Denial),
    /// The guard doubts it, and the caller asked to be strict; the doubt stands beside the kind.
    Doubted,
    /// Sent, or tried to be; it did not happen, or it was a read.
    Failed(SentError),
    /// Sent, and nobody knows.
    Unresolved(Unresolved),
    /// The journal failed, so nothing was sent.
    Journal(JournalError),
    /// The account did not become active in time.
    NotActive { waited: Duration },
    /// The hosted verification was not decided in time.
    NotDecided { waited: Duration },
    /// Something stands in the way of closing.
    Blocked(Vec<Blocker>),
    /// What is on the account is not what the caller named.
    Mismatch(Mismatch),
    /// After an unsuspension some cards are still blocked; the progress names them.
    CardsNotRestored,
    /// The caller's key stands for something else.
    KeyTaken(IntentId),
    /// Another intent of the same shape is unresolved.
    InDoubt(IntentId),
    /// An earlier call under the same key was refused.
    RefusedBefore {
        entry: IntentId,
        code: Option<Box<str>>,
        rule: Option<Rule>,
    },
    /// The provider's clock and ours are further apart than is taken for granted.
    ClocksApart { by: Duration },
    /// An earlier call under the same key was looked up just now, and did not happen.
    DidNotHappen(IntentId),
    /// Another entry accounts for the movement.
    ReferenceTaken(IntentId),
    /// The time was over before the request left.
    TooLate,
    /// There is no unresolved entry of this number.
    NoSuchEntry(IntentId),
    /// The pages of a history lead round in a circle.
    StuckPager,
}

/// A request without the answer that was hoped for.
pub(crate) struct SentError {
    pub(crate) cause: CallError,
    pub(crate) refusal: Option<ApiRefusal>,
}

impl SentError {
    pub(crate) fn new(cause: CallError) -> Self {
        let refusal = ApiRefusal::of(&cause);
        Self { cause, refusal }
    }

    pub(crate) fn rule(&self) -> Option<Rule> {
        self.refusal.as_ref().and_then(ApiRefusal::rule)
    }

    /// Whether the provider may have done what was asked for.
    pub(crate) fn may_have_happened(&self) -> bool {
        self.cause.may_have_been_processed()
    }

    /// Whether the provider knows no such user, or one that is closed.
    pub(crate) fn is_user_gone(&self) -> bool {
        matches!(
            self.rule(),
            Some(Rule::UserMustExist | Rule::UserMustNotBeClosed)
        )
    }

    /// Whether nobody looked at the request: the key or the address has no access, or there were too many calls.
    fn was_turned_away(&self) -> bool {
        let status = self.cause.status().map(|status| status.as_u16());
        matches!(status, Some(401 | 429))
    }

    /// What the journal says of it.
    pub(crate) fn conclusion(&self) -> Conclusion {
        if self.may_have_happened() {
            return Conclusion::Unknown { cards: Vec::new() };
        }
        // Nobody decided against it, so it can be asked for again under its key.
        if self.was_turned_away() {
            return Conclusion::NotSent;
        }
        match &self.refusal {
            Some(refusal) => Conclusion::Refused {
                code: Some(refusal.code().into()),
                rule: refusal.rule(),
            },
            None if self.cause.status().is_some() => Conclusion::Refused {
                code: None,
                rule: None,
            },
            None => Conclusion::NotSent,
        }
    }

    /// As an error of something that has no entry of its own in the journal.
    pub(crate) fn into_error(self, action: &'static str, user: Option<&UserId>) -> Error {
        Error::new(action, user, Kind::Failed(self))
    }
}

impl Kind {
    /// For `Debug`.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "Invalid",
            Self::Denied(_) => "Denied",
            Self::Doubted => "Doubted",
            Self::Failed(SentError {
                refusal: Some(_), ..
            }) => "Refused",
            Self::Failed(_) => "Failed",
            Self::Unresolved(_) => "Unresolved",
            Self::Journal(_) => "Journal",
            Self::NotActive { .. } => "NotActive",
            Self::NotDecided { .. } => "NotDecided",
            Self::Blocked(_) => "Blocked",
            Self::Mismatch(_) => "Mismatch",
            Self::CardsNotRestored => "CardsNotRestored",
            Self::KeyTaken(_) => "KeyTaken",
            Self::InDoubt(_) => "InDoubt",
            Self::RefusedBefore { .. } => "RefusedBefore",
            Self::ClocksApart { .. } => "ClocksApart",
            Self::DidNotHappen(_) => "DidNotHappen",
            Self::ReferenceTaken(_) => "ReferenceTaken",
            Self::TooLate => "TooLate",
            Self::NoSuchEntry(_) => "NoSuchEntry",
            Self::StuckPager => "StuckPager",
        }
    }
}

/// What became of a call that had no effect and that no rule refused.
fn what_failed(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Unfit => "the request cannot be sent as it is",
        ErrorKind::Unreachable => "nobody answers at the provider's address",
        ErrorKind::HeldBack => "the rate limit leaves no time for it",
        ErrorKind::TimedOut => "time ran out",
        ErrorKind::Interrupted => "the connection broke off",
        ErrorKind::Redirected => "the provider points elsewhere, where nothing is sent",
        ErrorKind::TooLong => "the answer is longer than is taken",
        ErrorKind::Undecodable => "the answer is not what was specified",
        // `Refused` with a code has a text of its own; and the kinds may grow.
        _ => "the provider did not do it",
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid { what, .. } => f.write_str(what),
            Self::Denied(denial) => write!(f, "{denial}; nothing was sent"),
            Self::Doubted => Ok(()),
            Self::Failed(SentError {
                refusal: Some(refusal),
                ..
            }) => write!(f, "{refusal}"),
            Self::Failed(error) if error.may_have_happened() => {
                f.write_str("the answer was lost, so it may have happened")
            }
            Self::Failed(error) => {
                write!(
                    f,
                    "{}, so the call had no effect",
                    what_failed(error.cause.kind())
                )
            }
            Self::Unresolved(unresolved) => write!(
                f,
                "the answer was lost, so it may have happened; entry {} of the journal keeps it, \
                 look before repeating it",
                unresolved.intent
            ),
            Self::Journal(_) => {
                f.write_str("the journal is not available, and nothing is sent without it")
            }
            Self::NotActive { waited } => write!(
                f,
                "not verified after {:.1} s; the provider may still be deciding",
                waited.as_secs_f64()
            ),
            Self::NotDecided { waited } => write!(
                f,
                "no decision after {:.1} s; the user or the provider may still be at it",
                waited.as_secs_f64()
            ),
            Self::Blocked(blockers) => {
                write!(
                    f,
                    "{}; wait until it is settled, or resolve it",
                    listed(blockers)
                )
            }
            Self::Mismatch(mismatch) => write!(f, "{mismatch}"),
            Self::CardsNotRestored => f.write_str("not every card could be unblocked"),
            Self::StuckPager => f.write_str(
                "the provider's pages lead round in a circle, so the rest cannot be read; report it to them",
            ),
            Self::KeyTaken(entry) => write!(
                f,
                "its key stands for something else, entry {entry} of the journal; nothing was sent; correct the key or \
                 what is asked for"
            ),
            Self::InDoubt(entry) => write!(
                f,
                "entry {entry} of the journal looks the same and is not resolved, so the two could not be told apart; \
                 nothing was sent; wait until it has ended, or reconcile"
            ),
            Self::RefusedBefore { entry, code, rule } => {
                match (rule, code) {
                    (Some(rule), _) => f.write_str(rule.broken())?,
                    (None, Some(code)) => write!(f, "the provider refused it with {code}")?,
                    (None, None) => f.write_str("the provider did not do it")?,
                }
                write!(
                    f,
                    ", as entry {entry} of the journal has it from an earlier call under this key; nothing was sent; \
                     take another key to try again"
                )
            }
            Self::ClocksApart { by } => write!(
                f,
                "the provider's clock and this machine's are {:.0} s apart, which is more than is taken for granted; set \
                 the clock right, or allow for it with clock_skew",
                by.as_secs_f64()
            ),
            Self::DidNotHappen(entry) => write!(
                f,
                "an earlier call under this key, entry {entry} of the journal, turns out not to have happened; nothing \
                 was sent; ask again to send it"
            ),
            Self::ReferenceTaken(entry) => write!(
                f,
                "entry {entry} of the journal accounts for that movement already; look which of the two it is"
            ),
            Self::TooLate => f.write_str("time ran out before it could be sent, so the call had no effect"),
            Self::NoSuchEntry(intent) => write!(f, "no unresolved entry {intent} in the journal"),
        }
    }
}

/// How far a lifecycle operation came before it failed.
pub(crate) enum Progress {
    Suspend(SuspendReport),
    Unsuspend(UnsuspendReport),
    Close(ClosureProgress),
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Suspend(report) => write!(f, "{report}"),
            Self::Unsuspend(report) => write!(f, "{report}"),
            Self::Close(progress) => write!(f, "{progress}"),
        }
    }
}
