//! Orders and payment links, and how much somebody pays so that a row of their table happens.

use partner_api_core::checkout::{
    self, Checkout, CheckoutAction, CheckoutKind, CheckoutState, Due,
};
use partner_api_core::lock::Rates;
use partner_api_core::steps::Step;
use partner_api_core::{
    Amount, CheckoutId, Command, Currency, MAX_DECIMALS, Money, Network, OrderId, PaymentLinkId,
    Rule,
};

use super::{Moment, Walk};
use crate::engine::StoreError;
use crate::http::chain;

/// An order.
pub(crate) struct Order(pub(crate) OrderId);

/// A payment link or a hosted checkout.
pub(crate) struct Link(pub(crate) PaymentLinkId);

/// A checkout, and what the market pays now.
pub(crate) struct Found {
    id: CheckoutId,
    checkout: Checkout,
    rates: Rates,
}

impl Walk for Order {
    type State = CheckoutState;
    type Action = CheckoutAction;
    type Found = Found;
    const STEPS: &'static [Step<CheckoutState, CheckoutAction>] = checkout::STEPS;
    const STATES: &'static [CheckoutState] = CheckoutState::ALL;
    const MISSING: Rule = Rule::OrderMustExist;

    fn find(&self, moment: &Moment<'_>) -> Result<Option<Found>, StoreError> {
        find(self.0.clone().into(), moment, true)
    }

    fn state(found: &Found) -> CheckoutState {
        found.checkout.state
    }

    fn command(&self, found: &Found, row: &Step<CheckoutState, CheckoutAction>) -> Option<Command> {
        command(found, row)
    }
}

impl Walk for Link {
    type State = CheckoutState;
    type Action = CheckoutAction;
    type Found = Found;
    const STEPS: &'static [Step<CheckoutState, CheckoutAction>] = checkout::STEPS;
    const STATES: &'static [CheckoutState] = CheckoutState::ALL;
    const MISSING: Rule = Rule::PaymentLinkMustExist;

    fn find(&self, moment: &Moment<'_>) -> Result<Option<Found>, StoreError> {
        find(self.0.clone().into(), moment, false)
    }

    fn state(found: &Found) -> CheckoutState {
        found.checkout.state
    }

    fn command(&self, found: &Found, row: &Step<CheckoutState, CheckoutAction>) -> Option<Command> {
        command(found, row)
    }
}

fn find(id: CheckoutId, moment: &Moment<'_>, is_order: bool) -> Result<Option<Found>, StoreError> {
    let checkout = moment.snapshot.checkout(&id)?;
    let checkout = checkout.filter(|it| (it.kind == CheckoutKind::Order) == is_order);
    Ok(checkout.map(|checkout| Found {
        id,
        checkout,
        rates: moment.rates.clone(),
    }))
}

fn command(found: &Found, row: &Step<CheckoutState, CheckoutAction>) -> Option<Command> {
    let Found { id, checkout, .. } = found;
    let id = id.clone();
    let expire = |id| Command::ExpireCheckout { id, at_once: true };
    match row.on {
        CheckoutAction::AssignWallet => Some(Command::AssignWallet { id }),
        CheckoutAction::PayPart => found.pay(Share::Part),
        CheckoutAction::PayFull => found.pay(Share::Rest),
        CheckoutAction::Confirm => Some(Command::ConfirmPayments { id }),
        // Whoever wants a checkout completed that nobody paid yet wants it paid in full.
        CheckoutAction::AcceptPart => {
            let is_paid_in_part = checkout.state == CheckoutState::Underpaid;
            (checkout.accepts_part && is_paid_in_part).then(|| expire(id))
        }
        // What was paid in part is accepted instead, where that was agreed.
        CheckoutAction::Expire => {
            let is_accepted = checkout.accepts_part && row.from == CheckoutState::Underpaid;
            (!is_accepted).then(|| expire(id))
        }
    }
}

/// How much of what is left somebody pays.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Share {
    Part,
    Rest,
}

/// One unit in atoms.
const ONE: i128 = 10_i128.pow(MAX_DECIMALS as u32);

impl Found {
    /// A payment of all that is left, or of half of it; nothing if that cannot be told apart from all or nothing.
    fn pay(&self, share: Share) -> Option<Command> {
        let (money, network) = match &self.checkout.due {
            Due::Crypto(_, quote) => {
                let left = left(quote.crypto.amount(), self.checkout.received())?;
                let atoms = match share {
                    Share::Rest => left,
                    Share::Part => floor(left / 2, grain(quote.crypto.currency())),
                };
                (money(atoms, quote.crypto.currency())?, quote.network)
            }
            Due::Euro(euro) => {
                // Any currency will do; this one is worth about as much as the euro.
                let currency = Currency::USDC;
                let left = left(*euro, self.checkout.received())?;
                let wanted = match share {
                    Share::Rest => left,
                    Share::Part => floor(left / 2, grain(Currency::EUR)),
                };
                let atoms = self.worth(wanted, currency)?;
                if share == Share::Part && left <= self.in_euro(atoms, currency)? {
                    return None;
                }
                let network = *Network::of(currency).first()?;
                (money(atoms, currency)?, network)
            }
        };
        Some(Command::ReceivePayment {
            id: self.id.clone(),
            hash: chain::fresh_hash(network),
            money,
            network,
            rate: *self.rates.get(&money.currency())?,
        })
    }

    /// The least of a currency that is worth so much euro, in atoms.
    fn worth(&self, euro: i128, currency: Currency) -> Option<i128> {
        let rate = i128::from(self.rates.get(&currency)?.atoms());
        let exact = (euro * ONE + rate - 1).checked_div(rate)?;
        let grain = grain(currency);
        Some(floor(exact + grain - 1, grain))
    }

    fn in_euro(&self, atoms: i128, currency: Currency) -> Option<i128> {
        let rate = i128::from(self.rates.get(&currency)?.atoms());
        Some(floor(atoms * rate / ONE, grain(Currency::EUR)))
    }
}

fn left(due: Amount, received: Amount) -> Option<i128> {
    due.checked_sub(received).map(|left| left.atoms().into())
}

/// A currency's smallest unit in atoms.
fn grain(currency: Currency) -> i128 {
    10_i128.pow(u32::from(MAX_DECIMALS - currency.decimals()))
}

fn floor(atoms: i128, grain: i128) -> i128 {
    atoms - atoms % grain
}

fn money(atoms: i128, currency: Currency) -> Option<Money> {
    let atoms = i64::try_from(atoms).ok().filter(|atoms| 0 < *atoms)?;
    Money::new(Amount::from_atoms(atoms)?, currency).ok()
}
