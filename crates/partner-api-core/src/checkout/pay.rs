//! Payments for a checkout: seen, confirmed and exchanged, or sent back.

use super::{Checkout, CheckoutAction, CheckoutState, Due, Payment, PaymentState, STEPS};
use crate::command::Timer;
use crate::decide::Scene;
use crate::event::{Event, Movement};
use crate::exchange::convert;
use crate::ledger::{Account, Balanced, Outside};
use crate::lock::Rates;
use crate::refusal::Gate;
use crate::rule::Rule;
use crate::steps;
use crate::{Amount, CheckoutId, Currency, Money, Network, TransactionHash};

/// A transfer on a chain that is meant for a checkout.
#[derive(Debug)]
pub(crate) struct ArrivedPayment<'a> {
    pub(crate) id: &'a CheckoutId,
    pub(crate) hash: &'a TransactionHash,
    pub(crate) money: Money,
    pub(crate) network: Network,
    /// Euro for one unit now.
    pub(crate) rate: Amount,
}

pub(crate) fn receive_payment(
    scene: &Scene<'_>,
    new: &ArrivedPayment<'_>,
) -> Result<Vec<Event>, Rule> {
    let mut gate = Gate::default();
    scene.money(new.money, &mut gate);
    let carries = new.network.carries(new.money.currency());
    gate.must(carries, Rule::NetworkMustCarryCurrency);
    let found = scene.state.checkouts.get(new.id);
    gate.must(found.is_some(), Rule::PaymentLinkMustExist);
    gate.pass()?;
    let mut checkout = found.ok_or(Rule::PaymentLinkMustExist)?.clone();
    let is_wanted = match &checkout.due {
        Due::Crypto(_, quote) => {
            quote.crypto.currency() == new.money.currency() && quote.network == new.network
        }
        Due::Euro(_) => true,
    };
    let rate = match &checkout.due {
        Due::Crypto(_, quote) if is_wanted => quote.rate,
        _ => new.rate,
    };
    checkout.payments.push(Payment {
        hash: new.hash.clone(),
        money: new.money,
        network: new.network,
        euro: worth(new.money, rate)?,
        state: PaymentState::Detected,
        at: scene.now,
    });
    let action = if checkout.is_covered() {
        CheckoutAction::PayFull
    } else {
        CheckoutAction::PayPart
    };
    let step = steps::find(STEPS, checkout.state, action).filter(|_| is_wanted);
    let Some(step) = step else {
        // Late, or of another currency: it goes back at once, and the books never see it (ASSUMED A59).
        if let Some(payment) = checkout.payments.last_mut() {
            payment.state = PaymentState::Returned;
        }
        return Ok(vec![changed(new.id, checkout)]);
    };
    let mut events = vec![Event::Booked {
        movement: Movement::Checkout(new.id.clone()),
        legs: Balanced::pay(
            Account::Outside(Outside::Chain),
            Account::Suspense,
            new.money,
        ),
    }];
    match step.to {
        CheckoutState::Underpaid if checkout.state == CheckoutState::Open => {
            // From the first payment on there is time to top up, whatever time was left.
            let until = scene.now.plus(checkout.underpayment_window);
            let expires_at = checkout.expires_at.map_or(until, |at| at.max(until));
            checkout.expires_at = Some(expires_at);
            events.push(Event::TimerSet {
                due: expires_at,
                timer: Timer::Expiry(new.id.clone()),
            });
        }
        CheckoutState::Confirming if checkout.state != CheckoutState::Confirming => {
            events.push(Event::TimerSet {
                due: scene.now.plus(scene.policy.confirmation_delay),
                timer: Timer::Confirmation(new.id.clone()),
            });
        }
        _ => {}
    }
    checkout.state = step.to;
    events.push(changed(new.id, checkout));
    Ok(events)
}

/// The chain confirmed everything that was paid.
pub(crate) fn confirm(scene: &Scene<'_>, id: &CheckoutId) -> Result<Vec<Event>, Rule> {
    let checkout = scene.state.checkouts.get(id);
    let checkout = checkout.ok_or(Rule::PaymentLinkMustExist)?;
    let step = steps::find(STEPS, checkout.state, CheckoutAction::Confirm);
    let to = step.ok_or(Rule::CheckoutMustBeWaiting)?.to;
    settle(scene, id, checkout.clone(), to)
}

/// Time is over, unless it was extended meanwhile, or what was asked for was paid.
pub(crate) fn expire(
    scene: &Scene<'_>,
    id: &CheckoutId,
    at_once: bool,
) -> Result<Vec<Event>, Rule> {
    let checkout = scene.state.checkouts.get(id);
    let mut checkout = checkout.ok_or(Rule::PaymentLinkMustExist)?.clone();
    if at_once && checkout.expires_at.is_some_and(|at| scene.now < at) {
        checkout.expires_at = Some(scene.now);
    }
    let is_over = checkout.expires_at.is_some_and(|at| at <= scene.now);
    let accept = steps::find(STEPS, checkout.state, CheckoutAction::AcceptPart);
    if let Some(step) = accept.filter(|_| is_over && checkout.accepts_part) {
        return settle(scene, id, checkout, step.to);
    }
    let step = steps::find(STEPS, checkout.state, CheckoutAction::Expire);
    let step = step
        .filter(|_| is_over)
        .ok_or(Rule::CheckoutMustBeWaiting)?;
    checkout.state = step.to;
    let mut legs = Balanced::default();
    for payment in detected(&mut checkout) {
        payment.state = PaymentState::Returned;
        let (amount, currency) = (payment.money.amount(), payment.money.currency());
        let chain = Account::Outside(Outside::Chain);
        legs.and_pay(Account::Suspense, chain, amount, currency);
    }
    Ok(book(id, checkout, legs))
}

fn detected(checkout: &mut Checkout) -> impl Iterator<Item = &mut Payment> {
    let payments = checkout.payments.iter_mut();
    payments.filter(|payment| payment.state == PaymentState::Detected)
}

/// Exchanges everything that was paid, and gives the partner the euro.
fn settle(
    scene: &Scene<'_>,
    id: &CheckoutId,
    mut checkout: Checkout,
    to: CheckoutState,
) -> Result<Vec<Event>, Rule> {
    let euro = worth_of_all(&checkout)?;
    let fee = scene.policy.fees.checkout.of(euro, Currency::EUR);
    let net = euro.checked_sub(fee).ok_or(Rule::AmountMustFitCurrency)?;
    let market = Account::Outside(Outside::Market);
    let mut legs = Balanced::default();
    for payment in detected(&mut checkout) {
        payment.state = PaymentState::Confirmed;
        let (amount, currency) = (payment.money.amount(), payment.money.currency());
        legs.and_pay(Account::Suspense, market, amount, currency);
    }
    legs.and_pay(market, Account::Partner, net, Currency::EUR);
    legs.and_pay(market, Account::Fees, fee, Currency::EUR);
    checkout.state = to;
    Ok(book(id, checkout, legs))
}

/// What everything that was paid is worth in euro.
///
/// For an order that is paid in full, what was quoted is worth exactly what the partner wanted, although the quote was
/// rounded; only what was paid beyond it is exchanged anew.
fn worth_of_all(checkout: &Checkout) -> Result<Amount, Rule> {
    let received = checkout.received();
    match &checkout.due {
        Due::Euro(_) => Ok(received),
        Due::Crypto(_, quote) => {
            let money = |amount| {
                let money = Money::new(amount, quote.crypto.currency());
                money.map_err(|_| Rule::AmountMustFitCurrency)
            };
            match received.checked_sub(quote.crypto.amount()) {
                Some(beyond) => {
                    let beyond = worth(money(beyond)?, quote.rate)?;
                    let euro = quote.euro.checked_add(beyond);
                    euro.ok_or(Rule::AmountMustFitCurrency)
                }
                None => worth(money(received)?, quote.rate),
            }
        }
    }
}

/// What crypto is worth in euro, rounded down to the cent; the market keeps the rest.
fn worth(money: Money, rate: Amount) -> Result<Amount, Rule> {
    let one = Amount::from_atoms(100_000_000).unwrap_or(Amount::ZERO);
    let rates = Rates::from([(Currency::EUR, one), (money.currency(), rate)]);
    let (euro, _) = convert(money, Currency::EUR, &rates)?;
    Ok(euro.amount())
}

fn changed(id: &CheckoutId, checkout: Checkout) -> Event {
    Event::CheckoutChanged {
        id: id.clone(),
        checkout: Box::new(checkout),
    }
}

fn book(id: &CheckoutId, checkout: Checkout, legs: Balanced) -> Vec<Event> {
    let mut events = vec![changed(id, checkout)];
    if !legs.is_empty() {
        events.push(Event::Booked {
            movement: Movement::Checkout(id.clone()),
            legs,
        });
    }
    events
}
