//! Crypto withdrawals: accepted and reserved at once, settled on the chain later.

use crate::command::Timer;
use crate::decide::Scene;
use crate::event::{Event, Movement};
use crate::ledger::{Account, Balanced, Outside};
use crate::refusal::Gate;
use crate::rule::Rule;
use crate::steps::{self, Step, step, words};
use crate::user::UserAction;
use crate::{Amount, FreeText, Money, Network, Owner, PersonName, Timestamp, UserId, WithdrawalId};

words! {
    /// Where a withdrawal stands.
    WithdrawalState {
        /// Accepted; the amount and both fees are reserved.
        Pending = "pending",
        /// The chain took it.
        Successful = "successful",
        /// Everything went back, fees included (ASSUMED A55).
        Unsuccessful = "unsuccessful",
    }
}

words! {
    /// What happens to a withdrawal.
    WithdrawalAction {
        /// The chain confirms it.
        Complete = "complete",
        /// It fails.
        Fail = "fail",
    }
}

/// The lifecycle of a withdrawal. In flight it settles whatever the user's standing (ASSUMED A22).
#[rustfmt::skip] // a table is read by its columns
pub const STEPS: &[Step<WithdrawalState, WithdrawalAction>] = &[
    step(WithdrawalState::Pending, WithdrawalAction::Complete, WithdrawalState::Successful,   &[]),
    step(WithdrawalState::Pending, WithdrawalAction::Fail,     WithdrawalState::Unsuccessful, &[]),
];

impl WithdrawalState {
    /// Whether it waits for settlement.
    pub fn is_pending(self) -> bool {
        steps::allowed(STEPS, self).next().is_some()
    }
}

/// A withdrawal, as far as rules are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// Whose money.
    pub owner: Owner,
    /// What the receiver gets.
    pub money: Money,
    /// On which chain.
    pub network: Network,
    /// What the provider takes, in the same currency.
    pub service_fee: Amount,
    /// What the chain takes, in the same currency (ASSUMED A54).
    pub network_fee: Amount,
    /// Where it stands.
    pub state: WithdrawalState,
    /// When it was created.
    pub created_at: Timestamp,
}

/// Where a withdrawal goes, and what the travel rule asks of the receiver; erased when the user is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The wallet.
    pub address: FreeText,
    /// The chain's own tag for the receiver.
    pub memo: Option<FreeText>,
    /// Who receives.
    pub name: PersonName,
    /// Who keeps the wallet's keys, in the provider's word.
    pub wallet_type: String,
    /// A person or a company, in the provider's word.
    pub receiver_type: String,
}

/// What creating a withdrawal needs.
#[derive(Debug)]
pub(crate) struct NewWithdrawal<'a> {
    pub(crate) id: &'a WithdrawalId,
    pub(crate) owner: &'a Owner<UserId>,
    pub(crate) money: Money,
    pub(crate) network: Network,
    pub(crate) network_fee: Amount,
    pub(crate) destination: &'a Destination,
}

pub(crate) fn create(scene: &Scene<'_>, new: &NewWithdrawal<'_>) -> Result<Vec<Event>, Rule> {
    let (money, currency) = (new.money, new.money.currency());
    let terms = scene.policy.fees.of_withdrawal(currency, new.network);
    let mut gate = Gate::default();
    scene.money(money, &mut gate);
    gate.must(
        new.network.carries(currency),
        Rule::NetworkMustCarryCurrency,
    );
    gate.must(
        terms.minimum <= money.amount(),
        Rule::AmountMustReachMinimum,
    );
    let owner = scene.owner(new.owner, UserAction::Withdraw, &mut gate);
    let fees = terms.service_fee.checked_add(new.network_fee);
    let total = fees.and_then(|fees| money.amount().checked_add(fees));
    let total = total.and_then(|total| Money::new(total, currency).ok());
    gate.must(total.is_some(), Rule::AmountMustFitCurrency);
    if let (Some(owner), Some(total)) = (owner, total) {
        scene.funds(owner.account(), total, &mut gate);
    }
    gate.pass()?;
    let owner = owner.ok_or(Rule::UserMustExist)?;
    let total = total.ok_or(Rule::AmountMustFitCurrency)?;
    let withdrawal = Withdrawal {
        owner,
        money,
        network: new.network,
        service_fee: terms.service_fee,
        network_fee: new.network_fee,
        state: WithdrawalState::Pending,
        created_at: scene.now,
    };
    Ok(vec![
        Event::WithdrawalCreated {
            id: new.id.clone(),
            withdrawal,
            destination: Box::new(new.destination.clone()),
        },
        Event::Booked {
            movement: Movement::Withdrawal(new.id.clone()),
            legs: Balanced::pay(owner.account(), Account::Settlement, total),
        },
        Event::TimerSet {
            due: scene.now.plus(scene.policy.withdrawal_delay),
            timer: Timer::Withdrawal(new.id.clone()),
        },
    ])
}

pub(crate) fn settle(
    scene: &Scene<'_>,
    id: &WithdrawalId,
    completed: bool,
) -> Result<Vec<Event>, Rule> {
    let withdrawal = scene.state.withdrawals.get(id);
    let withdrawal = withdrawal.ok_or(Rule::WithdrawalMustExist)?;
    let action = if completed {
        WithdrawalAction::Complete
    } else {
        WithdrawalAction::Fail
    };
    let step = steps::find(STEPS, withdrawal.state, action);
    let to = step.ok_or(Rule::WithdrawalMustBePending)?.to;
    let (amount, currency) = (withdrawal.money.amount(), withdrawal.money.currency());
    let Withdrawal {
        service_fee,
        network_fee,
        ..
    } = *withdrawal;
    let (chain, fees) = if completed {
        (Account::Outside(Outside::Chain), Account::Fees)
    } else {
        let owner = withdrawal.owner.account();
        (owner, owner)
    };
    let mut legs = Balanced::default();
    legs.and_pay(Account::Settlement, chain, amount, currency);
    legs.and_pay(Account::Settlement, chain, network_fee, currency);
    legs.and_pay(Account::Settlement, fees, service_fee, currency);
    Ok(vec![
        Event::WithdrawalChanged { id: id.clone(), to },
        Event::Booked {
            movement: Movement::Withdrawal(id.clone()),
            legs,
        },
    ])
}
