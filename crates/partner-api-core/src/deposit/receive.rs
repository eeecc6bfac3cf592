//! A deposit arrives.

use super::{Contact, Deposit, DepositState, IbanCheck, Sender, Source};
use crate::command::Timer;
use crate::decide::Scene;
use crate::event::{Event, Movement};
use crate::ledger::{Account, Balanced};
use crate::refusal::Gate;
use crate::rule::Rule;
use crate::user::{self, Permission, UserAction, Verification};
use crate::{Currency, DepositId, Money, Owner, UserId};

/// What receiving a deposit needs.
#[derive(Debug)]
pub(crate) struct NewDeposit<'a> {
    pub(crate) id: &'a DepositId,
    pub(crate) owner: &'a Owner<UserId>,
    pub(crate) money: Money,
    pub(crate) source: Source,
    pub(crate) sender: Option<&'a Sender>,
    pub(crate) check: IbanCheck,
    pub(crate) needs_travel_rule: bool,
}

pub(crate) fn receive(scene: &Scene<'_>, new: &NewDeposit<'_>) -> Result<Vec<Event>, Rule> {
    let mut gate = Gate::default();
    scene.money(new.money, &mut gate);
    match new.source {
        Source::Sepa => gate.must(
            new.money.currency() == Currency::EUR,
            Rule::CurrencyMustBeEur,
        ),
        Source::Chain(network) => gate.must(
            network.carries(new.money.currency()),
            Rule::NetworkMustCarryCurrency,
        ),
    }
    gate.pass()?;
    let owner = match new.owner {
        Owner::Partner => Some(Owner::Partner),
        Owner::User(id) => scene
            .state
            .users
            .get(id)
            .map(|user| Owner::User(user.holder)),
    };
    let state = first_state(scene, new);
    let deposit = Deposit {
        owner,
        money: new.money,
        source: new.source,
        needs_travel_rule: new.needs_travel_rule,
        state,
        created_at: scene.now,
    };
    let mut events = vec![Event::DepositCreated {
        id: new.id.clone(),
        deposit,
        sender: new.sender.cloned().map(Box::new),
    }];
    if let (Some(owner), Some(sender)) = (owner, new.sender)
        && is_served(scene, new.owner)
    {
        let contact = Contact {
            iban: sender.iban.clone(),
            name: sender.name.clone(),
            check: new.check,
            at: scene.now,
        };
        events.push(Event::ContactSaved {
            owner,
            contact: Box::new(contact),
        });
    }
    let account = match (state, owner) {
        (DepositState::Credited, Some(owner)) => Some(owner.account()),
        (DepositState::Returned, _) | (_, None) => None,
        _ => Some(Account::Suspense),
    };
    if let Some(account) = account {
        events.push(Event::Booked {
            movement: Movement::Deposit(new.id.clone()),
            legs: Balanced::pay(new.source.account(), account, new.money),
        });
    }
    if state == DepositState::Checking && new.source != Source::Sepa {
        events.push(Event::TimerSet {
            due: scene.now.plus(scene.policy.confirmation_delay),
            timer: Timer::Deposit(new.id.clone()),
        });
    }
    Ok(events)
}

/// What comes of a deposit at its arrival.
fn first_state(scene: &Scene<'_>, new: &NewDeposit<'_>) -> DepositState {
    if !is_served(scene, new.owner) || new.check == IbanCheck::Rejected {
        return DepositState::Returned;
    }
    if new.check == IbanCheck::Pending || new.source != Source::Sepa {
        return DepositState::Checking;
    }
    match new.owner {
        Owner::User(id) if is_suspended(scene, id) => DepositState::Held,
        _ => DepositState::Credited,
    }
}

/// Whether there is, or may yet be, a balance to credit.
fn is_served(scene: &Scene<'_>, owner: &Owner<UserId>) -> bool {
    let Owner::User(id) = owner else {
        return true;
    };
    let user = scene.state.users.get(id);
    let user = user.filter(|user| user.verification == Verification::Approved);
    user.is_some_and(|user| {
        let permission = user::permission(user.standing, UserAction::ReceiveDeposit);
        !matches!(permission, Permission::Never(_))
    })
}

fn is_suspended(scene: &Scene<'_>, id: &UserId) -> bool {
    let user = scene.state.users.get(id);
    user.is_some_and(|user| {
        let permission = user::permission(user.standing, UserAction::ReceiveDeposit);
        matches!(permission, Permission::NotNow(_))
    })
}
