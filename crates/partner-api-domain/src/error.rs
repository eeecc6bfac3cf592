//! The one error of this crate: one word wide outside, precise inside.

mod kind;
mod refusal;

use std::convert::Infallible;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use partner_api_core::Rule;
use partner_api_core::{InvalidId, UserId};

pub(crate) use self::kind::{Kind, Progress, SentError};
pub use self::refusal::ApiRefusal;
pub(crate) use partner_api_client::Error as CallError;
use partner_api_client::ErrorKind;

use crate::guard::{Denial, Doubt};
use crate::journal::{IntentId, JournalError};
use crate::outcome::Unresolved;
use crate::users::close::{Blocker, ClosureProgress};
use crate::users::suspend::SuspendReport;
use crate::users::unsuspend::UnsuspendReport;

/// Why an operation did not do what it was asked.
///
/// | Question | Answer |
/// |---|---|
/// | may money have moved, or an account be closed? | [`may_have_moved_money`](Self::may_have_moved_money) |
/// | does anybody know whether it happened? | [`is_unresolved`](Self::is_unresolved) |
/// | may the same call succeed later? | [`is_transient`](Self::is_transient) |
/// | which rule refused? | [`rule`](Self::rule), [`refusal`](Self::refusal) |
/// | was anything sent at all? | [`is_denied_locally`](Self::is_denied_locally), [`is_invalid`](Self::is_invalid) |
/// | what is done so far? | [`suspension`](Self::suspension), [`unsuspension`](Self::unsuspension), [`closure`](Self::closure) |
///
/// `Display` and `Debug` show ids, rules and codes, and never personal data, keys or bodies.
pub struct Error(Box<Repr>);

struct Repr {
    action: &'static str,
    user: Option<UserId>,
    doubt: Option<Doubt>,
    progress: Option<Progress>,
    kind: Kind,
}

impl Error {
    /// Whether money may have moved although this is an error.
    ///
    /// `true` only for an unresolved call that moves money, creates a card, or closes an account
    /// (which gives up what is left on it). Look before you repeat it: the journal has the intent.
    pub fn may_have_moved_money(&self) -> bool {
        match &self.0.kind {
            Kind::Unresolved(unresolved) => unresolved.action.costs_money(),
            _ => false,
        }
    }

    /// Whether nobody knows if it happened: the answer was lost. The journal has the intent.
    pub fn is_unresolved(&self) -> bool {
        matches!(self.0.kind, Kind::Unresolved(_))
    }

    /// The call whose outcome nobody knows.
    pub fn as_unresolved(&self) -> Option<&Unresolved> {
        match &self.0.kind {
            Kind::Unresolved(unresolved) => Some(unresolved),
            _ => None,
        }
    }

    /// Whether the same call may succeed later. Says nothing about whether repeating is harmless:
    /// see [`is_unresolved`](Self::is_unresolved).
    pub fn is_transient(&self) -> bool {
        match &self.0.kind {
            Kind::Failed(failed) => failed.cause.is_transient(),
            Kind::Unresolved(unresolved) => {
                let cause = unresolved.cause.call();
                cause.is_some_and(CallError::is_transient)
            }
            Kind::TooLate | Kind::InDoubt(_) | Kind::DidNotHappen(_) => true,
            Kind::NotActive { .. } | Kind::NotDecided { .. } => true,
            _ => false,
        }
    }

    /// Whether time ran out.
    pub fn is_timeout(&self) -> bool {
        match &self.0.kind {
            Kind::Failed(failed) => failed.cause.is_timeout(),
            Kind::Unresolved(unresolved) => {
                let cause = unresolved.cause.call();
                cause.is_some_and(CallError::is_timeout)
            }
            Kind::TooLate => true,
            Kind::NotActive { .. } | Kind::NotDecided { .. } => true,
            _ => false,
        }
    }

    /// Whether what was given is malformed; nothing was sent and nothing journaled.
    pub fn is_invalid(&self) -> bool {
        matches!(self.0.kind, Kind::Invalid { .. })
    }

    /// Whether this crate refused because of what it knows or believes about the user; nothing was
    /// sent and nothing journaled.
    pub fn is_denied_locally(&self) -> bool {
        matches!(self.0.kind, Kind::Denied(_) | Kind::Doubted)
    }

    /// The entry that holds the [key](crate::Operation::key) which was given, if that was used before for something else.
    /// Nothing was sent. Either the key or a parameter is wrong: look at the entry.
    pub fn key_taken_by(&self) -> Option<IntentId> {
        match self.0.kind {
            Kind::KeyTaken(entry) => Some(entry),
            _ => None,
        }
    }

    /// The unresolved entry that stands in the way of another one of the same [shape](crate::journal::Shape), if there
    /// is one. Nothing was sent. Wait until that call has ended, or [reconcile](crate::Partner::reconcile).
    pub fn in_doubt_because_of(&self) -> Option<IntentId> {
        match self.0.kind {
            Kind::InDoubt(entry) => Some(entry),
            _ => None,
        }
    }

    /// The entry that accounts for the movement which an unresolved one was to be resolved as.
    pub fn reference_taken_by(&self) -> Option<IntentId> {
        match self.0.kind {
            Kind::ReferenceTaken(entry) => Some(entry),
            _ => None,
        }
    }

    /// The entry of an earlier call under the same [key](crate::Operation::key) that was refused, if this call was
    /// answered from it. Nothing was sent; to try again, take another key.
    pub fn refused_before_in(&self) -> Option<IntentId> {
        match self.0.kind {
            Kind::RefusedBefore { entry, .. } => Some(entry),
            _ => None,
        }
    }

    /// Whether the journal could not be written or read, so that nothing was sent.
    pub fn is_journal(&self) -> bool {
        matches!(self.0.kind, Kind::Journal(_))
    }

    /// The provider's refusal, if it refused.
    pub fn refusal(&self) -> Option<&ApiRefusal> {
        match &self.0.kind {
            Kind::Failed(failed) => failed.refusal.as_ref(),
            _ => None,
        }
    }

    /// The rule that stands in the way, whoever applied it: the provider, the guard, or a check.
    pub fn rule(&self) -> Option<Rule> {
        match &self.0.kind {
            Kind::Invalid { rule, .. } => *rule,
            Kind::Denied(denial) => Some(denial.rule()),
            Kind::Doubted => self.doubt().map(Doubt::rule),
            Kind::Failed(failed) => failed.refusal.as_ref().and_then(ApiRefusal::rule),
            Kind::RefusedBefore { rule, .. } => *rule,
            _ => None,
        }
    }

    /// What the guard doubted before the call was sent, or why it was not sent.
    pub fn doubt(&self) -> Option<&Doubt> {
        match &self.0.kind {
            Kind::Unresolved(unresolved) => unresolved.doubt.as_ref(),
            _ => self.0.doubt.as_ref(),
        }
    }

    /// The user that the operation named first.
    pub fn user(&self) -> Option<&UserId> {
        self.0.user.as_ref()
    }

    /// What stands in the way of closing the account.
    pub fn blockers(&self) -> &[Blocker] {
        match &self.0.kind {
            Kind::Blocked(blockers) => blockers,
            _ => &[],
        }
    }

    /// How far a suspension came that failed on the way. The account is at least as locked as before.
    pub fn suspension(&self) -> Option<&SuspendReport> {
        match &self.0.progress {
            Some(Progress::Suspend(report)) => Some(report),
            Some(Progress::Close(progress)) => Some(&progress.suspension),
            _ => None,
        }
    }

    /// How far an unsuspension came that failed on the way. Calling it again goes on from there.
    pub fn unsuspension(&self) -> Option<&UnsuspendReport> {
        match &self.0.progress {
            Some(Progress::Unsuspend(report)) => Some(report),
            _ => None,
        }
    }

    /// How far a closure came that failed on the way, with what was found on the account.
    pub fn closure(&self) -> Option<&ClosureProgress> {
        match &self.0.progress {
            Some(Progress::Close(progress)) => Some(progress),
            _ => None,
        }
    }

    /// The body of the provider's last answer, for a debugger's eyes: it may hold personal data.
    pub fn body(&self) -> Option<&[u8]> {
        match &self.0.kind {
            Kind::Failed(failed) => Some(failed.cause.body()),
            Kind::Unresolved(unresolved) => unresolved.cause.call().map(CallError::body),
            _ => None,
        }
    }
}

/// How errors come about; all within this crate.
impl Error {
    pub(crate) fn new(action: &'static str, user: Option<&UserId>, kind: Kind) -> Self {
        let user = user.cloned();
        Self(Box::new(Repr {
            action,
            user,
            doubt: None,
            progress: None,
            kind,
        }))
    }

    pub(crate) fn invalid(
        action: &'static str,
        user: Option<&UserId>,
        what: Box<str>,
        rule: Option<Rule>,
    ) -> Self {
        Self::new(action, user, Kind::Invalid { what, rule })
    }

    pub(crate) fn denied(action: &'static str, denial: Denial) -> Self {
        let user = denial.user().clone();
        Self::new(action, Some(&user), Kind::Denied(denial))
    }

    pub(crate) fn doubted(action: &'static str, doubt: Doubt) -> Self {
        let user = doubt.user().clone();
        Self::new(action, Some(&user), Kind::Doubted).with_doubt(Some(doubt))
    }

    pub(crate) fn journal(
        action: &'static str,
        user: Option<&UserId>,
        cause: JournalError,
    ) -> Self {
        Self::new(action, user, Kind::Journal(cause))
    }

    pub(crate) fn unresolved(unresolved: Unresolved) -> Self {
        let (action, user) = (
            unresolved.action.name(),
            unresolved.action.users().next().cloned(),
        );
        Self::new(action, user.as_ref(), Kind::Unresolved(unresolved))
    }

    pub(crate) fn not_active(user: &UserId, waited: Duration) -> Self {
        Self::new("wait until active", Some(user), Kind::NotActive { waited })
    }

    pub(crate) fn not_decided(user: &UserId, waited: Duration) -> Self {
        Self::new(
            "wait for a decision",
            Some(user),
            Kind::NotDecided { waited },
        )
    }

    pub(crate) fn blocked(user: &UserId, blockers: Vec<Blocker>) -> Self {
        Self::new("close", Some(user), Kind::Blocked(blockers))
    }

    pub(crate) fn too_late(action: &'static str, user: Option<&UserId>) -> Self {
        Self::new(action, user, Kind::TooLate)
    }

    pub(crate) fn stuck_pager(user: Option<&UserId>) -> Self {
        Self::new("read the history", user, Kind::StuckPager)
    }

    pub(crate) fn no_such_entry(intent: IntentId) -> Self {
        Self::new("resolve", None, Kind::NoSuchEntry(intent))
    }

    pub(crate) fn with_doubt(mut self, doubt: Option<Doubt>) -> Self {
        self.0.doubt = doubt;
        self
    }

    pub(crate) fn with_progress(mut self, progress: Progress) -> Self {
        self.0.progress = Some(progress);
        self
    }

    /// Whether there are no balances because the user was never verified (L9).
    pub(crate) fn has_no_balances(&self) -> bool {
        self.rule() == Some(Rule::UserMustBeVerified)
    }

    /// Whether our own rate limiter left no time for it, so that nothing was sent.
    pub(crate) fn is_held_back(&self) -> bool {
        match &self.0.kind {
            Kind::Failed(failed) => failed.cause.kind() == ErrorKind::HeldBack,
            _ => false,
        }
    }

    /// Whether the provider knows no such user, or one that is closed.
    pub(crate) fn is_user_gone(&self) -> bool {
        matches!(
            self.rule(),
            Some(Rule::UserMustExist | Rule::UserMustNotBeClosed)
        )
    }
}

/// So that an id can be given as text wherever this error is returned.
impl From<InvalidId> for Error {
    fn from(invalid: InvalidId) -> Self {
        Self::invalid("name a user", None, invalid.to_string().into(), None)
    }
}

impl From<Infallible> for Error {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// Actions that are done to a user, as in "suspend user anna".
const OF_A_USER: [&str; 6] = [
    "create",
    "verify",
    "update",
    "suspend",
    "unsuspend",
    "close",
];

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Repr {
            action,
            user,
            doubt,
            progress,
            kind,
        } = &*self.0;
        write!(f, "cannot {}", action.replace('_', " "))?;
        if let Some(user) = user {
            let takes_object = OF_A_USER.contains(action);
            write!(f, "{} user {user}", if takes_object { "" } else { " for" })?;
        }
        write!(f, ": {kind}")?;
        if let Some(doubt) = doubt {
            match kind {
                Kind::Doubted => {
                    let remedy = doubt.rule().remedy();
                    write!(
                        f,
                        "{doubt}, and strict was asked for; nothing was sent; {remedy}"
                    )?;
                }
                _ => write!(f, "; this was to be expected: {doubt}")?,
            }
        }
        match progress {
            Some(progress) => write!(f, "; {progress}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind.name())
            .field("message", &format_args!("{self}"))
            .field("source", &self.source().map(ToString::to_string))
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.kind {
            Kind::Failed(failed) => Some(&failed.cause),
            Kind::Unresolved(unresolved) => Some(unresolved.cause()),
            Kind::Journal(cause) => Some(cause),
            _ => None,
        }
    }
}
