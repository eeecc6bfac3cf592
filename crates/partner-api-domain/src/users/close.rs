//! Closing an account for good, in two steps: a plan that is looked at, and a confirmation that names what is given up.
//!
//! | Step of the confirmation | Fails | Then |
//! |---|---|---|
//! | block the cards, suspend | | stop; see `lock_down` |
//! | ask after payouts and exchanges | one is not settled | stop; the user stays suspended |
//! | read the balances again | not verified (`P459`, L9) | there are none: nothing to give up |
//! | | otherwise | stop; the user stays suspended |
//! | compare with what was named | anything differs | stop; the user stays suspended |
//! | write the intent into the journal | | stop; the user stays suspended |
//! | delete | refused with `P412` | it is gone: see below |
//! | | refused otherwise | stop; the user stays suspended |
//! | | answer lost | look once; if that does not tell, unresolved |
//!
//! # When is a user closed?
//! A `2xx` to the delete says so. `P412` alone does not: an id that never existed, or a key of
//! another environment, is answered alike (ASSUMED that unknown and closed users cannot be told
//! apart). But `P412` for a user for whom we sent a delete does: moments before, the provider
//! suspended that user, and nothing but closing makes a user unknown (L7). So the confirmation takes
//! it as done, and [`ClosureProof`] says on what grounds.

mod compare;
mod pending;
mod plan;

use std::fmt;

use partner_api_client::Client;
use partner_api_core::user::UserAction;
use partner_api_core::{CardId, UserId};

pub use self::compare::Mismatch;
pub(crate) use self::compare::compare;
pub use self::pending::{Blocker, Pending};
use self::pending::{InTheWay, in_the_way};
pub use self::plan::{ClosurePlan, PlanClosure, ReadyClosure};

use super::lock_down::{lock_down, nothing_done};
use super::suspend::SuspendReport;
use crate::balances::{Holding, read_balances};
use crate::call::Context;
use crate::error::{Error, Kind, Progress};
use crate::guard::{Command, Fact};
use crate::journal::{Action, Conclusion, Entry, IntentId, Reference};
use crate::list::listed;
use crate::operation::{Keyed, Operation, Verb};

/// The verb of [`ReadyClosure::confirm`].
#[derive(Debug)]
pub struct Close {
    pub(crate) user: UserId,
    pub(crate) expected: Vec<Holding>,
    pub(crate) settled: Vec<Reference>,
}

impl Operation<Close> {
    /// Gives up what is left on the account, which must be exactly this.
    ///
    /// Takes the plan's balances (`&plan.balances`) or amounts of [`Money`](partner_api_core::Money).
    /// If anything else is found, the user stays suspended, nothing is deleted, and
    /// [`Error::closure`] says what is there.
    pub fn forfeit_balances<I>(mut self, expected: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<Holding>,
    {
        self.verb.expected = expected.into_iter().map(Into::into).collect();
        self
    }
}

impl Keyed for Close {}

impl Verb for Close {
    type Output = ClosureReport;

    async fn run(self, cx: Context) -> Result<ClosureReport, Error> {
        let Self {
            user,
            expected,
            settled,
        } = self;
        let action = Action::Close {
            user: user.clone(),
            forfeits: Vec::new(),
        };
        if let Some(entry) = cx.done_before(&action, &[]).await? {
            return Ok(ClosureReport::of_before(user, entry));
        }
        // The key is the deletion's; what comes before has entries of its own.
        let keyed = cx;
        let cx = keyed.without_key();
        let doubt = cx
            .guard("close", &user, Command::Act(UserAction::Close))
            .await?;
        let suspension = match lock_down(&cx, &user, true, nothing_done(&user, doubt)).await {
            Ok(report) => report,
            // An earlier delete of ours, whose answer was lost, did it.
            Err(error) if error.is_user_gone() && cx.is_closed(&user) => {
                let forfeits = last_forfeits(&cx.entries_of(&user).await?);
                return Ok(ClosureReport::of(
                    user,
                    forfeits,
                    vec![],
                    ClosureProof::FoundGone,
                ));
            }
            Err(error) => return Err(error),
        };
        let mut progress = ClosureProgress {
            user: user.clone(),
            suspension,
            expected: expected.clone(),
            found: None,
            intent: None,
        };
        // Nothing new can start now; what is under way would still change the balances.
        match in_the_way(&cx, &user, &settled).await {
            Ok(InTheWay { blockers, .. }) if blockers.is_empty() => {}
            Ok(InTheWay { blockers, .. }) => {
                let error = Error::blocked(&user, blockers);
                return Err(error.with_progress(Progress::Close(progress)));
            }
            Err(error) => return Err(error.with_progress(Progress::Close(progress))),
        }
        let found = match read_balances(&cx, &user).await {
            Ok(balances) => balances.held(),
            Err(error) if error.has_no_balances() => Vec::new(),
            Err(error) => return Err(error.with_progress(Progress::Close(progress))),
        };
        progress.found = Some(found.clone());
        if let Err(mismatch) = compare(&expected, &found) {
            let error = Error::new("close", Some(&user), Kind::Mismatch(mismatch));
            return Err(error.with_progress(Progress::Close(progress)));
        }
        delete(&keyed, user, found, progress).await
    }
}

async fn delete(
    cx: &Context,
    user: UserId,
    forfeits: Vec<Holding>,
    mut progress: ClosureProgress,
) -> Result<ClosureReport, Error> {
    let action = Action::Close {
        user: user.clone(),
        forfeits: forfeits.clone(),
    };
    let intent = match cx.begin(action.clone(), &[]).await {
        Ok(intent) => intent,
        Err(error) => return Err(error.with_progress(Progress::Close(progress))),
    };
    progress.intent = Some(intent);
    let id = user.clone();
    let send = |client: Client| async move { client.delete_user(&id).await };
    let proof = match cx.send(send).await {
        Ok(_) => ClosureProof::Acknowledged,
        Err(error) if error.is_user_gone() => ClosureProof::FoundGone,
        Err(error) if error.may_have_happened() && is_gone(cx, &user).await => {
            ClosureProof::FoundGone
        }
        Err(error) => {
            cx.conclude(intent, error.conclusion()).await;
            cx.learn_failure(&action, &error).await;
            let error = cx.error(intent, action, error, None);
            return Err(error.with_progress(Progress::Close(progress)));
        }
    };
    cx.conclude(intent, Conclusion::done()).await;
    cx.learn(&user, &Fact::done(Command::Act(UserAction::Close)))
        .await;
    Ok(ClosureReport::of(
        user,
        forfeits,
        progress.suspension.blocked,
        proof,
    ))
}

/// What our last deletion gave up.
fn last_forfeits(entries: &[Entry]) -> Vec<Holding> {
    let forfeits = entries
        .iter()
        .rev()
        .find_map(|entry| match &entry.intent.action {
            Action::Close { forfeits, .. } => Some(forfeits.clone()),
            _ => None,
        });
    forfeits.unwrap_or_default()
}

/// One look after a lost answer. `false` is no proof that the delete will not come through.
async fn is_gone(cx: &Context, user: &UserId) -> bool {
    match read_balances(cx, user).await {
        Ok(_) => false,
        Err(error) => error.is_user_gone(),
    }
}

/// An account was closed for good.
#[derive(Debug)]
#[non_exhaustive]
pub struct ClosureReport {
    /// Whose.
    pub user: UserId,
    /// What was on it and is given up.
    pub forfeited: Vec<Holding>,
    /// The cards that were still active.
    pub blocked: Vec<CardId>,
    /// How we know.
    pub proof: ClosureProof,
    /// Whether an earlier call under the same [key](Operation::key) did it, so that this one sent nothing.
    pub was_done_before: bool,
}

impl ClosureReport {
    fn of(
        user: UserId,
        forfeited: Vec<Holding>,
        blocked: Vec<CardId>,
        proof: ClosureProof,
    ) -> Self {
        Self {
            user,
            forfeited,
            blocked,
            proof,
            was_done_before: false,
        }
    }

    /// What the journal tells of an earlier call.
    fn of_before(user: UserId, entry: Entry) -> Self {
        let forfeited = match entry.intent.action {
            Action::Close { forfeits, .. } => forfeits,
            _ => Vec::new(),
        };
        let mut report = Self::of(user, forfeited, vec![], ClosureProof::Journaled);
        report.was_done_before = true;
        report
    }
}

/// How we know that an account is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClosureProof {
    /// The provider confirmed the deletion.
    Acknowledged,
    /// The answer to a deletion was lost, and the provider then knew the user no more.
    FoundGone,
    /// The journal has it from an earlier call under the same key.
    Journaled,
}

/// How far a closure came that failed on the way. The user is suspended if
/// [`suspension`](Self::suspension) says so, and stays it.
#[derive(Debug)]
#[non_exhaustive]
pub struct ClosureProgress {
    /// Whose account.
    pub user: UserId,
    /// What was locked before anything else.
    pub suspension: SuspendReport,
    /// What the caller named as given up.
    pub expected: Vec<Holding>,
    /// What is there; `None` if it could not be read.
    pub found: Option<Vec<Holding>>,
    /// The journal's entry of the deletion, if it came to that.
    pub intent: Option<IntentId>,
}

impl fmt::Display for ClosureProgress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.suspension)?;
        match &self.found {
            Some(found) => write!(f, ", on the account: {}", listed(found)),
            None => Ok(()),
        }
    }
}
