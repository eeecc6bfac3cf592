//! Exchanges: one balance of a user into another, at a locked rate, settled later.

mod convert;

pub(crate) use convert::convert;

use crate::command::Timer;
use crate::decide::Scene;
use crate::event::{Event, Movement};
use crate::ledger::{Account, Balanced, Outside};
use crate::lock::{self, LockAction};
use crate::refusal::Gate;
use crate::rule::Rule;
use crate::steps::{self, Step, step, words};
use crate::user::UserAction;
use crate::{Amount, Currency, ExchangeId, LockId, Money, Owner, Timestamp, UserId};

words! {
    /// Where an exchange stands.
    ExchangeState {
        /// Accepted; its money is reserved.
        Pending = "pending",
        /// Both sides moved.
        Completed = "completed",
        /// The reserve went back.
        Failed = "failed",
    }
}

words! {
    /// What happens to an exchange.
    ExchangeAction {
        /// It is executed.
        Complete = "complete",
        /// It is not.
        Fail = "fail",
    }
}

/// The lifecycle of an exchange. In flight it settles whatever the user's standing (ASSUMED A22).
#[rustfmt::skip] // a table is read by its columns
pub const STEPS: &[Step<ExchangeState, ExchangeAction>] = &[
    step(ExchangeState::Pending, ExchangeAction::Complete, ExchangeState::Completed, &[]),
    step(ExchangeState::Pending, ExchangeAction::Fail,     ExchangeState::Failed,    &[]),
];

impl ExchangeState {
    /// Whether it waits for settlement.
    pub fn is_pending(self) -> bool {
        steps::allowed(STEPS, self).next().is_some()
    }
}

/// An exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// Whose balances.
    pub owner: Owner,
    /// The lock it was executed at.
    pub lock: LockId,
    /// What is given, the fee included.
    pub from: Money,
    /// What the provider takes of it, in the same currency (ASSUMED A39).
    pub fee: Amount,
    /// What is received for the rest, rounded down to the currency's decimals.
    pub to: Money,
    /// What rounding down left over, in atoms of the received currency.
    pub residue: Amount,
    /// Where it stands.
    pub state: ExchangeState,
    /// When it was created.
    pub created_at: Timestamp,
}

/// What executing an exchange needs.
#[derive(Debug)]
pub(crate) struct NewExchange<'a> {
    pub(crate) id: &'a ExchangeId,
    pub(crate) owner: &'a Owner<UserId>,
    pub(crate) lock: &'a LockId,
    pub(crate) from: Money,
    pub(crate) to: Currency,
}

pub(crate) fn create(scene: &Scene<'_>, new: &NewExchange<'_>) -> Result<Vec<Event>, Rule> {
    let mut gate = Gate::default();
    scene.money(new.from, &mut gate);
    gate.must(new.to.is_known(), Rule::CurrencyMustBeKnown);
    gate.must(new.from.currency() != new.to, Rule::CurrenciesMustDiffer);
    let owner = scene.owner(new.owner, UserAction::Exchange, &mut gate);
    let fee = scene
        .policy
        .fees
        .exchange
        .of(new.from.amount(), new.from.currency());
    let mut use_of_lock = None;
    let mut converted = Err(Rule::LockMustExist);
    if let Some(owner) = owner {
        let lock = scene
            .state
            .locks
            .get(new.lock)
            .filter(|lock| lock.owner == owner);
        gate.must(lock.is_some(), Rule::LockMustExist);
        if let Some(lock) = lock {
            use_of_lock = steps::find(lock::STEPS, lock.state, LockAction::Use);
            gate.must(use_of_lock.is_some(), Rule::LockMustBeUnused);
            gate.must(scene.now <= lock.valid_until, Rule::LockMustNotBeExpired);
            converted =
                after_fee(new.from, fee).and_then(|rest| convert(rest, new.to, &lock.rates));
            match converted {
                // ASSUMED: so little that nothing would come of it is not exchanged.
                Ok((to, _)) => gate.must(!to.is_zero(), Rule::AmountMustFitCurrency),
                Err(rule) => gate.must(false, rule),
            }
        }
        scene.funds(owner.account(), new.from, &mut gate);
    }
    gate.pass()?;
    let owner = owner.ok_or(Rule::UserMustExist)?;
    let (to, residue) = converted?;
    let exchange = Exchange {
        owner,
        fee,
        lock: new.lock.clone(),
        from: new.from,
        to,
        residue,
        state: ExchangeState::Pending,
        created_at: scene.now,
    };
    Ok(vec![
        Event::LockChanged {
            lock: new.lock.clone(),
            to: use_of_lock.ok_or(Rule::LockMustBeUnused)?.to,
        },
        Event::ExchangeCreated {
            id: new.id.clone(),
            exchange,
        },
        Event::Booked {
            movement: Movement::Exchange(new.id.clone()),
            legs: Balanced::pay(owner.account(), Account::Settlement, new.from),
        },
        Event::TimerSet {
            due: scene.now.plus(scene.policy.exchange_delay),
            timer: Timer::Exchange(new.id.clone()),
        },
    ])
}

/// What of the given money is exchanged.
fn after_fee(from: Money, fee: Amount) -> Result<Money, Rule> {
    let rest = from.amount().checked_sub(fee);
    let rest = rest.and_then(|rest| Money::new(rest, from.currency()).ok());
    rest.ok_or(Rule::AmountMustFitCurrency)
}

pub(crate) fn settle(
    scene: &Scene<'_>,
    id: &ExchangeId,
    completed: bool,
) -> Result<Vec<Event>, Rule> {
    let exchange = scene
        .state
        .exchanges
        .get(id)
        .ok_or(Rule::ExchangeMustExist)?;
    let action = if completed {
        ExchangeAction::Complete
    } else {
        ExchangeAction::Fail
    };
    let step = steps::find(STEPS, exchange.state, action).ok_or(Rule::ExchangeMustBePending)?;
    let owner = exchange.owner.account();
    let market = Account::Outside(Outside::Market);
    let Exchange {
        from,
        fee,
        to,
        residue,
        ..
    } = exchange;
    let mut legs = Balanced::default();
    if completed {
        let rest = after_fee(*from, *fee)?;
        legs.and_pay(Account::Settlement, market, rest.amount(), from.currency());
        legs.and_pay(Account::Settlement, Account::Fees, *fee, from.currency());
        legs.and_pay(market, owner, to.amount(), to.currency());
        legs.and_pay(market, Account::Rounding, *residue, to.currency());
    } else {
        legs.and_pay(Account::Settlement, owner, from.amount(), from.currency());
    }
    Ok(vec![
        Event::ExchangeChanged {
            id: id.clone(),
            to: step.to,
        },
        Event::Booked {
            movement: Movement::Exchange(id.clone()),
            legs,
        },
    ])
}
