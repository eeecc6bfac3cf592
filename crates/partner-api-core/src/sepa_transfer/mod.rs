//! SEPA payouts: accepted at once, settled later.

use crate::command::Timer;
use crate::decide::Scene;
use crate::event::{Event, Movement};
use crate::ledger::{Account, Balanced, Outside};
use crate::refusal::Gate;
use crate::rule::Rule;
use crate::steps::{self, Step, step, words};
use crate::user::UserAction;
use crate::{FreeText, HolderId, Iban, Money, PersonName, SepaTransferId, Timestamp, UserId};

words! {
    /// Where a payout stands.
    SepaTransferState {
        /// Accepted, and its money is reserved.
        Funded = "funded",
        /// Accepted without the money; that shows at settlement, not before (`test/create-a-sepa-transfer-27509577e0`).
        Unfunded = "unfunded",
        /// The money left.
        Successful = "successful",
        /// Nothing was taken.
        Failed = "failed",
    }
}

words! {
    /// What happens to a payout.
    SepaTransferAction {
        /// It is settled.
        Settle = "settle",
    }
}

/// The lifecycle of a payout. In flight it settles whatever the user's standing (ASSUMED).
#[rustfmt::skip] // a table is read by its columns
pub const STEPS: &[Step<SepaTransferState, SepaTransferAction>] = &[
    step(SepaTransferState::Funded,   SepaTransferAction::Settle, SepaTransferState::Successful, &[]),
    step(SepaTransferState::Unfunded, SepaTransferAction::Settle, SepaTransferState::Failed,     &[]),
];

impl SepaTransferState {
    /// Whether it waits for settlement.
    pub fn is_pending(self) -> bool {
        steps::allowed(STEPS, self).next().is_some()
    }
}

/// A payout, as far as rules are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SepaTransfer {
    /// Whose money.
    pub holder: HolderId,
    /// How much.
    pub money: Money,
    /// Where it stands.
    pub state: SepaTransferState,
    /// When it was created.
    pub created_at: Timestamp,
}

/// Who receives a payout; erased when the user is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receiver {
    /// The account that receives.
    pub iban: Iban,
    /// What the statement shows.
    pub title: FreeText,
    /// First name, in the open loop.
    pub first_name: Option<PersonName>,
    /// Last name, in the open loop.
    pub last_name: Option<PersonName>,
    /// Company, in the open loop.
    pub company: Option<PersonName>,
}

pub(crate) fn create(
    scene: &Scene<'_>,
    id: &SepaTransferId,
    user: &UserId,
    money: Money,
    receiver: &Receiver,
) -> Result<Vec<Event>, Rule> {
    let mut gate = Gate::default();
    scene.money(money, &mut gate);
    let user = scene.user(user, UserAction::PayOut, &mut gate);
    gate.pass()?;
    let holder = user.ok_or(Rule::UserMustExist)?.holder;
    let account = Account::User(holder);
    let funded = scene.state.balance(account, money.currency()) >= money.amount().atoms();
    let state = if funded {
        SepaTransferState::Funded
    } else {
        SepaTransferState::Unfunded
    };
    let transfer = SepaTransfer {
        holder,
        money,
        state,
        created_at: scene.now,
    };
    let mut events = vec![
        Event::SepaTransferCreated {
            id: id.clone(),
            transfer,
            receiver: Box::new(receiver.clone()),
        },
        Event::TimerSet {
            due: scene.now.plus(scene.policy.payout_delay),
            timer: Timer::Payout(id.clone()),
        },
    ];
    if funded {
        events.push(Event::Booked {
            movement: Movement::Payout(id.clone()),
            legs: Balanced::pay(account, Account::Settlement, money),
        });
    }
    Ok(events)
}

pub(crate) fn settle(scene: &Scene<'_>, id: &SepaTransferId) -> Result<Vec<Event>, Rule> {
    let transfer = scene
        .state
        .sepa_transfers
        .get(id)
        .ok_or(Rule::PayoutMustExist)?;
    let step = steps::find(STEPS, transfer.state, SepaTransferAction::Settle);
    let to = step.ok_or(Rule::PayoutMustBePending)?.to;
    let mut events = vec![Event::SepaTransferChanged { id: id.clone(), to }];
    if to == SepaTransferState::Successful {
        let bank = Account::Outside(Outside::Sepa);
        events.push(Event::Booked {
            movement: Movement::Payout(id.clone()),
            legs: Balanced::pay(Account::Settlement, bank, transfer.money),
        });
    }
    Ok(events)
}
