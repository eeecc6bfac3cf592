//! A checkout begins.

use std::time::Duration;

use super::{Checkout, CheckoutAction, CheckoutKind, CheckoutState, Due, STEPS};
use crate::command::Timer;
use crate::decide::Scene;
use crate::event::Event;
use crate::lock::{self, LockAction};
use crate::refusal::Gate;
use crate::rule::Rule;
use crate::steps;
use crate::{CheckoutId, Currency, LockId, Money};

pub(crate) fn create_order(
    scene: &Scene<'_>,
    id: &CheckoutId,
    lock: &LockId,
) -> Result<Vec<Event>, Rule> {
    let quote = scene.state.quotes.get(lock).ok_or(Rule::LockMustExist)?;
    let mut gate = Gate::default();
    let step = steps::find(lock::STEPS, quote.state, LockAction::Use);
    gate.must(step.is_some(), Rule::LockMustBeUnused);
    gate.must(scene.now <= quote.valid_until, Rule::LockMustNotBeExpired);
    gate.pass()?;
    let checkout = Checkout {
        kind: CheckoutKind::Order,
        due: Due::Crypto(lock.clone(), quote.clone()),
        state: CheckoutState::WaitingForWallet,
        underpayment_window: scene.policy.checkout.underpayment_window,
        accepts_part: false,
        payments: Vec::new(),
        created_at: scene.now,
        expires_at: None,
    };
    Ok(vec![
        Event::QuoteChanged {
            id: lock.clone(),
            to: step.ok_or(Rule::LockMustBeUnused)?.to,
        },
        Event::CheckoutCreated {
            id: id.clone(),
            checkout: Box::new(checkout),
        },
        Event::TimerSet {
            due: scene.now.plus(scene.policy.checkout.wallet_delay),
            timer: Timer::Wallet(id.clone()),
        },
    ])
}

/// What a payment link needs.
#[derive(Debug)]
pub(crate) struct NewLink<'a> {
    pub(crate) id: &'a CheckoutId,
    pub(crate) is_hosted: bool,
    pub(crate) euro: Money,
    pub(crate) ttl: Option<Duration>,
    pub(crate) underpayment_window: Option<Duration>,
    pub(crate) accepts_part: bool,
}

pub(crate) fn create_link(scene: &Scene<'_>, new: &NewLink<'_>) -> Result<Vec<Event>, Rule> {
    let mut gate = Gate::default();
    scene.money(new.euro, &mut gate);
    gate.must(
        new.euro.currency() == Currency::EUR,
        Rule::CurrencyMustBeEur,
    );
    gate.pass()?;
    let times = &scene.policy.checkout;
    let expires_at = scene.now.plus(new.ttl.unwrap_or(times.link_ttl));
    let checkout = Checkout {
        kind: if new.is_hosted {
            CheckoutKind::HostedCheckout
        } else {
            CheckoutKind::PaymentLink
        },
        due: Due::Euro(new.euro.amount()),
        state: CheckoutState::Open,
        underpayment_window: new.underpayment_window.unwrap_or(times.underpayment_window),
        accepts_part: new.accepts_part,
        payments: Vec::new(),
        created_at: scene.now,
        expires_at: Some(expires_at),
    };
    Ok(vec![
        Event::CheckoutCreated {
            id: new.id.clone(),
            checkout: Box::new(checkout),
        },
        Event::TimerSet {
            due: expires_at,
            timer: Timer::Expiry(new.id.clone()),
        },
    ])
}

/// An order gets its wallet; from here its time runs.
pub(crate) fn assign_wallet(scene: &Scene<'_>, id: &CheckoutId) -> Result<Vec<Event>, Rule> {
    let checkout = scene.state.checkouts.get(id).ok_or(Rule::OrderMustExist)?;
    let step = steps::find(STEPS, checkout.state, CheckoutAction::AssignWallet);
    let expires_at = scene.now.plus(scene.policy.checkout.order_ttl);
    let checkout = Checkout {
        state: step.ok_or(Rule::CheckoutMustBeWaiting)?.to,
        expires_at: Some(expires_at),
        ..checkout.clone()
    };
    Ok(vec![
        Event::CheckoutChanged {
            id: id.clone(),
            checkout: Box::new(checkout),
        },
        Event::TimerSet {
            due: expires_at,
            timer: Timer::Expiry(id.clone()),
        },
    ])
}
