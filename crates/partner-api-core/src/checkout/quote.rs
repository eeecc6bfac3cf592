//! Quotes: a rate and an amount of crypto, locked for one order.

use crate::decide::Scene;
use crate::event::Event;
use crate::exchange::convert;
use crate::lock::{LockState, Rates};
use crate::refusal::Gate;
use crate::rule::Rule;
use crate::{Amount, Currency, LockId, Money, Network, Timestamp};

/// A quote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// What the partner wants, in euro.
    pub euro: Amount,
    /// What has to be paid for it, rounded down to the currency's decimals
    /// (`retrieve-order-rate-and-create-a-lock-28597685e0`: 346.59 at 0.84 are 412.607142).
    pub crypto: Money,
    /// On which chain.
    pub network: Network,
    /// Euro for one unit.
    pub rate: Amount,
    /// Whether it was used.
    pub state: LockState,
    /// When it was made.
    pub created_at: Timestamp,
    /// The last moment at which it can be used.
    pub valid_until: Timestamp,
}

/// What quoting needs.
#[derive(Debug)]
pub(crate) struct NewQuote<'a> {
    pub(crate) id: &'a LockId,
    pub(crate) euro: Money,
    pub(crate) currency: Currency,
    pub(crate) network: Network,
    pub(crate) rate: Amount,
}

pub(crate) fn create_quote(scene: &Scene<'_>, new: &NewQuote<'_>) -> Result<Vec<Event>, Rule> {
    let mut gate = Gate::default();
    scene.money(new.euro, &mut gate);
    gate.must(
        new.euro.currency() == Currency::EUR,
        Rule::CurrencyMustBeEur,
    );
    gate.must(new.currency.is_known(), Rule::CurrencyMustBeKnown);
    gate.must(
        new.network.carries(new.currency),
        Rule::NetworkMustCarryCurrency,
    );
    let one = Amount::from_atoms(100_000_000).unwrap_or(Amount::ZERO);
    let rates = Rates::from([(Currency::EUR, one), (new.currency, new.rate)]);
    let crypto = convert(new.euro, new.currency, &rates).map(|(crypto, _)| crypto);
    match crypto {
        // So little that nothing would have to be paid for it.
        Ok(crypto) => gate.must(!crypto.is_zero(), Rule::AmountMustFitCurrency),
        Err(rule) => gate.must(false, rule),
    }
    gate.pass()?;
    let quote = Quote {
        euro: new.euro.amount(),
        crypto: crypto?,
        network: new.network,
        rate: new.rate,
        state: LockState::Open,
        created_at: scene.now,
        // ASSUMED A57: as long as a lock for an exchange.
        valid_until: scene.now.plus(scene.policy.lock_ttl),
    };
    Ok(vec![Event::QuoteCreated {
        id: new.id.clone(),
        quote,
    }])
}
