//! Deposits from outside: credited, held while the user is suspended, or returned.

use crate::decide::Scene;
use crate::event::{Event, Movement};
use crate::ledger::{Account, Balanced, Outside};
use crate::refusal::Gate;
use crate::rule::Rule;
use crate::steps::{Step, step, words};
use crate::user::{self, Permission, UserAction, Verification};
use crate::{DepositId, HolderId, Money, Timestamp, UserId};

words! {
    /// Where a deposit stands.
    DepositState {
        /// On the user's balance.
        Credited = "credited",
        /// Waits on the suspense account for the user to be unsuspended.
        Held = "held",
        /// Went back to whoever sent it.
        Returned = "returned",
    }
}

words! {
    /// What happens to a deposit that is held.
    DepositAction {
        /// The user is unsuspended.
        Credit = "credit",
        /// The user is closed.
        Return = "return",
    }
}

/// The lifecycle of a deposit after its arrival (ASSUMED).
#[rustfmt::skip] // a table is read by its columns
pub const STEPS: &[Step<DepositState, DepositAction>] = &[
    step(DepositState::Held, DepositAction::Credit, DepositState::Credited, &[]),
    step(DepositState::Held, DepositAction::Return, DepositState::Returned, &[]),
];

/// A deposit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deposit {
    /// For whom it is; nobody if the user is unknown.
    pub holder: Option<HolderId>,
    /// How much.
    pub money: Money,
    /// Where it stands.
    pub state: DepositState,
    /// When it arrived.
    pub created_at: Timestamp,
}

pub(crate) fn receive(
    scene: &Scene<'_>,
    id: &DepositId,
    user: &UserId,
    money: Money,
) -> Result<Vec<Event>, Rule> {
    let mut gate = Gate::default();
    scene.money(money, &mut gate);
    gate.pass()?;
    let user = scene.state.users.get(user);
    let verified = user.filter(|user| user.verification == Verification::Approved);
    let state =
        match verified.map(|user| user::permission(user.standing, UserAction::ReceiveDeposit)) {
            Some(Permission::Allowed) => DepositState::Credited,
            // L3: nothing is credited while suspended.
            Some(Permission::NotNow(_)) => DepositState::Held,
            Some(Permission::Never(_)) | None => DepositState::Returned,
        };
    let holder = user.map(|user| user.holder);
    let deposit = Deposit {
        holder,
        money,
        state,
        created_at: scene.now,
    };
    let mut events = vec![Event::DepositCreated {
        id: id.clone(),
        deposit,
    }];
    let account = match (state, holder) {
        (DepositState::Credited, Some(holder)) => Some(Account::User(holder)),
        (DepositState::Held, _) => Some(Account::Suspense),
        _ => None,
    };
    if let Some(account) = account {
        events.push(Event::Booked {
            movement: Movement::Deposit(id.clone()),
            legs: Balanced::pay(Account::Outside(Outside::Sepa), account, money),
        });
    }
    Ok(events)
}
