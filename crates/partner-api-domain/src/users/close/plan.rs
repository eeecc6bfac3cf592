//! The plan of a closure: what would be lost, and what stands in the way.

use partner_api_core::UserId;
use partner_api_core::user::UserAction;

use super::Close;
use super::pending::{Blocker, Pending, movements};
use crate::balances::{Balances, read_balances};
use crate::call::Context;
use crate::cards::{Card, list_cards};
use crate::error::Error;
use crate::exchange::read_exchange;
use crate::guard::Command;
use crate::journal::Reference;
use crate::operation::{Operation, Verb};
use crate::partner::Partner;
use crate::payouts::read_payout;
use crate::reason::Reason;

/// How many payouts and exchanges of a user are asked after, newest first. Older ones have long been
/// settled, and the provider refuses a deletion while one is not (ASSUMED).
const ASKED_MAX: usize = 50;

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
            partner: self.partner.clone(),
        })
    }
}

/// A closure in whose way nothing stood when it was planned.
#[derive(Clone, Debug)]
pub struct ReadyClosure {
    user: UserId,
    partner: Partner,
}

impl ReadyClosure {
    /// Closes the account, **irreversibly**: blocks the cards, suspends the user, reads the balances
    /// again, and deletes if they are zero, or exactly what
    /// [`forfeit_balances`](Operation::forfeit_balances) names.
    ///
    /// # Properties
    /// Once it is suspended nothing moves on the account, so what is compared is what is lost. Closed
    /// is final: every later call on this id is denied without a request, and the id is never
    /// accepted again (L7). Calling again after a failure goes on from there.
    ///
    /// # Errors
    /// Money is left, or other money than named: the user stays suspended, nothing is deleted, and
    /// [`Error::closure`] says what is there. The provider refuses while a payout or an exchange is
    /// unsettled. A lost answer is looked after once, and if that does not tell, an error that
    /// [is unresolved](Error::is_unresolved).
    ///
    /// # If the future is dropped
    /// The user may be suspended or closed. The journal keeps the intent; plan again.
    pub fn confirm(&self) -> Operation<Close> {
        let verb = Close {
            user: self.user.clone(),
            expected: Vec::new(),
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
        let movements = movements(&cx.entries_of(&user).await?);
        let mut pending = Vec::new();
        for movement in movements.accepted.into_iter().take(ASKED_MAX) {
            if !is_settled(&cx, &movement.reference).await? {
                pending.push(movement);
            }
        }
        let unsettled = pending.iter().cloned().map(Blocker::Unsettled);
        let blockers = unsettled.chain(movements.unresolved).collect();
        let partner = cx.partner().clone();
        Ok(ClosurePlan {
            user,
            blockers,
            balances,
            cards,
            pending,
            partner,
        })
    }
}

/// What the provider refuses to show cannot be waited for; it decides itself when deleting.
async fn is_settled(cx: &Context, reference: &Reference) -> Result<bool, Error> {
    let settled = match reference {
        Reference::PayOut(id) => read_payout(cx, id.clone()).await.map(|it| it.is_settled()),
        Reference::Exchange(id) => read_exchange(cx, id.clone())
            .await
            .map(|it| it.is_settled()),
        Reference::Transfer(_) | Reference::Card(_) => Ok(true),
    };
    match settled {
        Err(error) if error.refusal().is_some() => Ok(true),
        known => known,
    }
}
