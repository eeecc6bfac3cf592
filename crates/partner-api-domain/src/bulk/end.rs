//! How it ended, for one user and for a run.

use std::fmt;

use partner_api_core::{Timestamp, UserId};

use super::Did;
use crate::error::Error;

/// How it ended for one user.
#[derive(Debug)]
#[non_exhaustive]
pub struct Ended {
    /// For whom.
    pub user: UserId,
    /// When, by this machine's clock.
    pub at: Timestamp,
    /// What was done, or why it was not.
    pub result: Result<Did, Error>,
}

/// The four ways to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// It is done, by this run or an earlier one under its name.
    Done,
    /// It was refused, by the provider, the guard or a check, and is not asked for again under this name.
    Refused,
    /// The answer was lost and nothing shows what became of it. The next run under the name looks again.
    InDoubt,
    /// It was not done, and may be the next time.
    Failed,
}

impl End {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Done, Self::Refused, Self::InDoubt, Self::Failed];

    /// How an error ends it.
    pub fn of(error: &Error) -> Self {
        let is_refused = error
            .refusal()
            .is_some_and(|it| it.access_denied().is_none())
            || error.refused_before_in().is_some()
            || error.key_taken_by().is_some()
            || error.is_denied_locally()
            || error.is_invalid();
        match is_refused {
            _ if error.is_unresolved() || error.in_doubt_because_of().is_some() => Self::InDoubt,
            true if !error.is_transient() => Self::Refused,
            _ => Self::Failed,
        }
    }

    /// Whether the next run under the name has nothing to do for such a user.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Refused)
    }

    /// The word for files and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::InDoubt => "in_doubt",
            Self::Failed => "failed",
        }
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Ended {
    /// Which of the four ways it is.
    pub fn end(&self) -> End {
        self.result.as_ref().err().map_or(End::Done, End::of)
    }

    /// Whether it ended so for a passing reason, which others may meet too.
    pub(super) fn passes(&self) -> bool {
        self.result.as_ref().is_err_and(Error::is_transient)
    }

    /// Why going on is pointless, if it is.
    pub(super) fn ends_the_run(&self) -> Option<Stopped> {
        let error = self.result.as_ref().err()?;
        let is_denied = error
            .refusal()
            .is_some_and(|it| it.access_denied().is_some());
        match error.is_journal() {
            true => Some(Stopped::NoJournal),
            false => is_denied.then_some(Stopped::NoAccess),
        }
    }
}

/// Why a run ended before every user had its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stopped {
    /// It was [told](super::Stop::tell) to.
    Told,
    /// Many users in a row failed for a passing reason.
    Failing,
    /// The provider denies access to this key or address.
    NoAccess,
    /// The journal cannot be used.
    NoJournal,
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Told => "it was told to stop",
            Self::Failing => "too many users in a row failed for a passing reason",
            Self::NoAccess => "the provider denies access",
            Self::NoJournal => "the journal cannot be used",
        })
    }
}

/// How a run ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// For how many users it is done.
    pub done: usize,
    /// For how many of those an earlier run did it.
    pub done_before: usize,
    /// For how many it was refused.
    pub refused: usize,
    /// For how many nobody knows.
    pub in_doubt: usize,
    /// For how many it was not done, and may be the next time.
    pub failed: usize,
    /// Why users are left that had no turn; nothing if every user had one.
    pub stopped: Option<Stopped>,
}

impl Tally {
    pub(super) fn add(&mut self, ended: &Ended) {
        let was_before = ended.result.as_ref().is_ok_and(|did| did.was_done_before);
        self.done_before += usize::from(was_before);
        *match ended.end() {
            End::Done => &mut self.done,
            End::Refused => &mut self.refused,
            End::InDoubt => &mut self.in_doubt,
            End::Failed => &mut self.failed,
        } += 1;
    }

    /// How many users had their turn.
    pub fn ended(&self) -> usize {
        self.done + self.refused + self.in_doubt + self.failed
    }

    /// Whether it is done for every user that had its turn, and every user had it.
    pub fn is_all_done(&self) -> bool {
        self.done == self.ended() && self.stopped.is_none()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            done,
            done_before,
            refused,
            in_doubt,
            failed,
            stopped,
        } = self;
        write!(f, "{done} done")?;
        if *done_before != 0 {
            write!(f, " ({done_before} of them before)")?;
        }
        write!(
            f,
            ", {refused} refused, {in_doubt} in doubt, {failed} failed"
        )?;
        match stopped {
            Some(why) => write!(f, "; the rest was not begun: {why}"),
            None => Ok(()),
        }
    }
}
