//! SEPA payouts: accepted at once, settled later.

use crate::command::Timer;
use crate::decide::Scene;
use crate::event::{Event, Movement};
use crate::ledger::{Account, Balanced, Outside};
use crate::policy::ClosedLoop;
use crate::refusal::Gate;
use crate::rule::Rule;
use crate::steps::{self, Step, step, words};
use crate::user::UserAction;
use crate::{
    Amount, Currency, FreeText, Iban, Money, Owner, PersonName, SepaTransferId, Timestamp, UserId,
};

words! {
    /// Where a payout stands.
    SepaTransferState {
        /// Accepted, and its money and fee are reserved.
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
        /// The receiving bank refuses it.
        Fail = "fail",
    }
}

/// The lifecycle of a payout. In flight it settles whatever the user's standing (ASSUMED A22).
#[rustfmt::skip] // a table is read by its columns
pub const STEPS: &[Step<SepaTransferState, SepaTransferAction>] = &[
    step(SepaTransferState::Funded,   SepaTransferAction::Settle, SepaTransferState::Successful, &[]),
    step(SepaTransferState::Unfunded, SepaTransferAction::Settle, SepaTransferState::Failed,     &[]),
    step(SepaTransferState::Funded,   SepaTransferAction::Fail,   SepaTransferState::Failed,     &[]),
    step(SepaTransferState::Unfunded, SepaTransferAction::Fail,   SepaTransferState::Failed,     &[]),
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
    pub owner: Owner,
    /// How much.
    pub money: Money,
    /// What the provider takes on top when it succeeds, in euro.
    pub fee: Amount,
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

impl Receiver {
    /// Whether nobody is named: the receiver is the payer's own account.
    pub fn is_closed_loop(&self) -> bool {
        self.first_name.is_none() && self.last_name.is_none() && self.company.is_none()
    }
}

pub(crate) fn create(
    scene: &Scene<'_>,
    id: &SepaTransferId,
    owner: &Owner<UserId>,
    money: Money,
    receiver: &Receiver,
) -> Result<Vec<Event>, Rule> {
    let mut gate = Gate::default();
    scene.money(money, &mut gate);
    let is_eur = money.currency() == Currency::EUR;
    gate.must(is_eur, Rule::CurrencyMustBeEur);
    let owner = scene.owner(owner, UserAction::PayOut, &mut gate);
    gate.pass()?;
    let owner = owner.ok_or(Rule::UserMustExist)?;
    let fee = scene.policy.fees.of_payout(money.amount());
    let total = money.amount().checked_add(fee);
    let total = total.ok_or(Rule::AmountMustFitCurrency)?;
    // What is missing, and an account that is not the payer's own, surface at settlement only.
    let covered = scene.state.balance(owner.account(), money.currency()) >= total.atoms();
    let reachable = scene.policy.closed_loop == ClosedLoop::AnyIban
        || !receiver.is_closed_loop()
        || scene.state.knows(owner, &receiver.iban);
    let state = if covered && reachable {
        SepaTransferState::Funded
    } else {
        SepaTransferState::Unfunded
    };
    let transfer = SepaTransfer {
        owner,
        money,
        fee,
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
    if state == SepaTransferState::Funded {
        let mut legs = Balanced::default();
        legs.and_pay(
            owner.account(),
            Account::Settlement,
            total,
            money.currency(),
        );
        events.push(Event::Booked {
            movement: Movement::Payout(id.clone()),
            legs,
        });
    }
    Ok(events)
}

pub(crate) fn settle(
    scene: &Scene<'_>,
    id: &SepaTransferId,
    succeeds: bool,
) -> Result<Vec<Event>, Rule> {
    let transfer = scene
        .state
        .sepa_transfers
        .get(id)
        .ok_or(Rule::PayoutMustExist)?;
    let action = if succeeds {
        SepaTransferAction::Settle
    } else {
        SepaTransferAction::Fail
    };
    let step = steps::find(STEPS, transfer.state, action);
    let to = step.ok_or(Rule::PayoutMustBePending)?.to;
    let mut events = vec![Event::SepaTransferChanged { id: id.clone(), to }];
    if transfer.state == SepaTransferState::Funded {
        let (bank, fees) = if to == SepaTransferState::Successful {
            (Account::Outside(Outside::Sepa), Account::Fees)
        } else {
            // ASSUMED A42: what a bank refuses comes back in full.
            let owner = transfer.owner.account();
            (owner, owner)
        };
        let (amount, currency) = (transfer.money.amount(), transfer.money.currency());
        let mut legs = Balanced::default();
        legs.and_pay(Account::Settlement, bank, amount, currency);
        legs.and_pay(Account::Settlement, fees, transfer.fee, currency);
        events.push(Event::Booked {
            movement: Movement::Payout(id.clone()),
            legs,
        });
    }
    Ok(events)
}
