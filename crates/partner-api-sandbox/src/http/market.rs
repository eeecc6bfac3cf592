//! The market's rates, with their texts written once for all who ask at about the same time.

use std::sync::{Arc, Mutex, PoisonError};

use partner_api_core::lock::Rates;
use partner_api_core::{Currency, MAX_DECIMALS, Timestamp};
use partner_api_types::DecimalNumber;
use serde_json::value::{RawValue, to_raw_value};

use crate::rates::{RateSource, step};

/// Rates that hold for a while.
#[derive(Debug)]
pub(super) struct Quotes {
    source: Arc<RateSource>,
    step: u128,
    pub(super) eur: Rates,
    texts: Vec<(Currency, Box<RawValue>)>,
}

/// Remembers the quotes that were asked for last.
#[derive(Debug, Default)]
pub(super) struct Market(Mutex<Option<Arc<Quotes>>>);

impl Market {
    pub(super) fn at(&self, source: Arc<RateSource>, now: Timestamp) -> Arc<Quotes> {
        let step = step(now);
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*latest {
            Some(quotes) if quotes.step == step && Arc::ptr_eq(&quotes.source, &source) => {
                Arc::clone(quotes)
            }
            _ => Arc::clone(latest.insert(Arc::new(Quotes::new(source, now)))),
        }
    }
}

impl Quotes {
    fn new(source: Arc<RateSource>, now: Timestamp) -> Self {
        let eur = source.eur_rates(now);
        let text = |atoms: i64| {
            let rate = DecimalNumber::from_scaled(atoms.into(), MAX_DECIMALS);
            to_raw_value(&rate).expect("a decimal is a JSON number")
        };
        let texts = eur
            .iter()
            .map(|(currency, rate)| (*currency, text(rate.atoms())));
        let texts = texts.collect();
        Self {
            step: step(now),
            source,
            eur,
            texts,
        }
    }

    /// A currency's rate as it stands on the wire; nothing for a currency that is not served.
    pub(super) fn text(&self, currency: Currency) -> Option<&RawValue> {
        let found = self.texts.iter().find(|(of, _)| *of == currency);
        found.map(|(_, text)| &**text)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn quotes_are_those_of_their_moment_whatever_was_asked_before() {
        let market = Market::default();
        let source = [0, 1].map(|seed| {
            Arc::new(RateSource {
                seed,
                ..RateSource::default()
            })
        });
        let start: Timestamp = "2026-03-01T12:00:00.000Z".parse().unwrap();
        for seconds in [0, 59, 60, 61, 3_600, 0] {
            let now = start.plus(Duration::from_secs(seconds));
            for source in &source {
                let quotes = market.at(Arc::clone(source), now);
                assert_eq!(quotes.eur, source.eur_rates(now));
                for (currency, rate) in &quotes.eur {
                    assert_eq!(quotes.text(*currency).unwrap().get(), rate.to_string());
                }
            }
        }
    }
}
