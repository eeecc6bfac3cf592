//! Suspending a user, cards first.

use std::fmt;

use partner_api_core::user::UserAction;
use partner_api_core::{CardId, UserId};

use super::lock_down::{lock_down, nothing_done};
use crate::call::Context;
use crate::cards::CardFailure;
use crate::error::Error;
use crate::guard::{Command, Doubt};
use crate::journal::{Action, Conclusion, Entry, IntentId};
use crate::list::listed;
use crate::operation::{Keyed, Operation, Verb};

/// The verb of [`User::suspend`](crate::User::suspend).
#[derive(Debug)]
pub struct Suspend {
    pub(crate) user: UserId,
    pub(crate) cards: bool,
}

impl Operation<Suspend> {
    /// Does not touch the cards. The provider then refuses while one is active (`P454`), or stops
    /// their transactions with the user's own (both readings of L4 exist).
    pub fn leaving_cards(mut self) -> Self {
        self.verb.cards = false;
        self
    }
}

impl Keyed for Suspend {}

impl Verb for Suspend {
    type Output = SuspendReport;

    async fn run(self, cx: Context) -> Result<SuspendReport, Error> {
        let action = Action::Suspend {
            user: self.user.clone(),
            cards: Vec::new(),
        };
        if let Some(entry) = cx.done_before(&action, &[]).await? {
            return Ok(SuspendReport::of_before(&self.user, entry));
        }
        let doubt = cx
            .guard("suspend", &self.user, Command::Act(UserAction::Suspend))
            .await?;
        lock_down(&cx, &self.user, self.cards, nothing_done(&self.user, doubt)).await
    }
}

/// What a suspension did.
#[derive(Debug)]
#[non_exhaustive]
pub struct SuspendReport {
    /// Whom.
    pub user: UserId,
    /// Whether the provider confirmed the suspension. Always `true` in a report that is no error's.
    pub suspended: bool,
    /// The cards that were blocked, and that lifting the suspension will unblock.
    pub blocked: Vec<CardId>,
    /// Cards that were gone when they were to be blocked.
    pub gone: Vec<CardId>,
    /// Cards that could not be blocked. Where the suspension succeeded all the same, their
    /// transactions are refused with the user's own (L3).
    pub failed: Vec<CardFailure>,
    /// Why the cards could not be listed, so that none was blocked in the last round.
    pub not_listed: Option<Error>,
    /// How often the cards were listed: more than once if one became active in between.
    pub rounds: u32,
    /// The journal's entries, one a round.
    pub intents: Vec<IntentId>,
    /// What the guard doubted beforehand.
    pub doubt: Option<Doubt>,
    /// Whether an earlier call under the same [key](Operation::key) did it, so that this one sent nothing.
    pub was_done_before: bool,
}

impl SuspendReport {
    /// What the journal tells of an earlier call.
    fn of_before(user: &UserId, entry: Entry) -> Self {
        let mut report = nothing_done(user, None);
        report.suspended = true;
        report.was_done_before = true;
        report.intents.push(entry.id);
        report.blocked = entry.conclusion.map_or(Vec::new(), Conclusion::into_cards);
        report
    }
}

impl fmt::Display for SuspendReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.suspended {
            "suspended"
        } else {
            "not confirmed as suspended"
        };
        write!(
            f,
            "user {} is {state}, cards blocked: {}",
            self.user,
            listed(&self.blocked)
        )?;
        if let Some(error) = &self.not_listed {
            write!(f, ", cards not listed: {error}")?;
        }
        match self.failed.is_empty() {
            true => Ok(()),
            false => write!(f, ", cards not blocked: {}", listed(&self.failed)),
        }
    }
}
