//! The plan of a closure: what would be lost, and what stands in the way.

use partner_api_core::UserId;
use partner_api_core::user::UserAction;

use super::Close;
use super::pending::{Blocker, InTheWay, Pending, in_the_way};
use crate::balances::{Balances, read_balances};
use crate::call::Context;
use crate::cards::{Card, list_cards};
use crate::error::Error;
use crate::guard::Command;
use crate::journal::Reference;
use crate::operation::{Operation, Verb};
use crate::partner::Partner;
use crate::reason::Reason;

/// What closing an account would mean. Look at it, then [`ready`](Self::ready) and
/// [`confirm`](ReadyClosure::confirm).
///
/// There is no one-call deletion in this crate:
///
/// ```compile_fail,E0599
/// # async fn example(anna: partner_api_domain::User) {
/// anna.delete().await;
/// # }
/// ```
///
/// and a plan cannot be confirmed before its blockers were looked at:
///
/// ```compile_fail,E0599
/// # async fn example(plan: partner_api_domain::ClosurePlan) {
/// plan.confirm().await;
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ClosurePlan {
    /// Whose account.
    pub user: UserId,
    /// What stands in the way.
    pub blockers: Vec<Blocker>,
    /// What is on the account and would be lost. Empty for a user who was never verified: no
    /// balances exist (L9).
    pub balances: Balances,
    /// The cards that would be deleted.
    pub cards: Vec<Card>,
    /// Payouts and exchanges under way, as far as the journal knows; each is a blocker too.
    pub pending: Vec<Pending>,
    settled: Vec<Reference>,
    partner: Partner,
}

impl ClosurePlan {
    /// The plan as one that can be confirmed.
    ///
    /// # Errors
    /// Something stands in the way: [`Error::blockers`] says what.
    pub fn ready(&self) -> Result<ReadyClosure, Error> {
        if !self.blockers.is_empty() {
            return Err(Error::blocked(&self.user, self.blockers.clone()));
        }
        Ok(ReadyClosure {
            user: self.user.clone(),
            settled: self.settled.clone(),
            partner: self.partner.clone(),
        })
    }
}

/// A closure in whose way nothing stood when it was planned.
#[derive(Clone, Debug)]
pub struct ReadyClosure {
    user: UserId,
    /// What was settled when it was planned, and so need not be asked after again.
    settled: Vec<Reference>,
    partner: Partner,
}

impl ReadyClosure {
    pub(crate) fn into_settled(self) -> Vec<Reference> {
        self.settled
    }

    /// Closes the account, **irreversibly**: blocks the cards, suspends the user, reads the balances
    /// again, and deletes if they are zero, or exactly what
    /// [`forfeit_balances`](Operation::forfeit_balances) names.
    ///
    /// # Properties
    /// Once the user is suspended and what was under way is settled, nothing moves on the account: what
    /// is compared is what is lost. Closed
    /// is final: every later call on this id is denied without a request, and the id is never
    /// accepted again (L7). Calling again after a failure goes on from there.
    ///
    /// # Errors
    /// Money is left, or other money than named: the user stays suspended, nothing is deleted, and
    /// [`Error::closure`] says what is there. A payout or an exchange that was started since the plan
    /// and is not settled stops it likewise, with [`Error::blockers`]. A lost answer is looked after once, and if that does not tell, an error that
    /// [is unresolved](Error::is_unresolved).
    ///
    /// # If the future is dropped
    /// The user may be suspended or closed. The journal keeps the intent; plan again.
    pub fn confirm(&self) -> Operation<Close> {
        let verb = Close {
            user: self.user.clone(),
            expected: Vec::new(),
            settled: self.settled.clone(),
        };
        Operation::new(&self.partner, verb).with_reason(Reason::Closing)
    }
}

/// The verb of [`User::plan_closure`](crate::User::plan_closure).
#[derive(Debug)]
pub struct PlanClosure(pub(crate) UserId);

impl Verb for PlanClosure {
    type Output = ClosurePlan;

    async fn run(self, cx: Context) -> Result<ClosurePlan, Error> {
        let user = self.0;
        cx.guard("plan the closure", &user, Command::Act(UserAction::Close))
            .await?;
        let balances = match read_balances(&cx, &user).await {
            Ok(balances) => balances,
            Err(error) if error.has_no_balances() => Balances::default(),
            Err(error) => return Err(error),
        };
        let cards = match list_cards(&cx, &user).await {
            Ok(cards) => cards
                .into_iter()
                .filter(|card| !card.is_deleted())
                .collect(),
            Err(error) if error.has_no_balances() => Vec::new(),
            Err(error) => return Err(error),
        };
        let InTheWay {
            pending,
            blockers,
            settled,
        } = in_the_way(&cx, &user, &[]).await?;
        let partner = cx.partner().clone();
        Ok(ClosurePlan {
            user,
            blockers,
            balances,
            cards,
            pending,
            settled,
            partner,
        })
    }
}
