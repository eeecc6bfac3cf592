//! What the simulated market pays: the same rates for everyone who asks at the same moment, and for every run.

use std::time::Duration;

use partner_api_core::lock::Rates;
use partner_api_core::{Amount, Currency, Timestamp};

/// EUR for one unit, in hundredths, before the market moves. Invented, of a plausible size.
const BASE_CENTS: &[(Currency, i64)] = &[
    (Currency::EUR, 100),
    (Currency::BTC, 9_000_000),
    (Currency::ETH, 320_000),
    (Currency::LTC, 8_500),
    (Currency::DOGE, 18),
    (Currency::POL, 22),
    (Currency::USDC, 92),
    (Currency::USDT, 92),
    (Currency::EURT, 100),
];

const ATOMS_PER_CENT: i64 = 1_000_000;

/// How often the market moves.
const STEP: Duration = Duration::from_secs(60);

/// EUR for one unit of each known currency at a moment.
///
/// Once a virtual minute every currency but the euro moves, by at most a hundredth of its base rate in either direction.
/// The movement is a function of the minute, so a frozen clock has frozen rates and a repeated run repeats them.
pub(crate) fn eur_rates(now: Timestamp) -> Rates {
    let minute = u64::try_from(step(now)).unwrap_or(u64::MAX);
    BASE_CENTS
        .iter()
        .zip(0_u64..)
        .filter_map(|(&(currency, cents), index)| {
            let base = cents * ATOMS_PER_CENT;
            let rate = if currency == Currency::EUR {
                base
            } else {
                let permille = (mix(minute ^ (index << 56)) % 2_001) as i64 - 1_000;
                base + base / 100 / 1_000 * permille
            };
            Some((currency, Amount::from_atoms(rate)?))
        })
        .collect()
}

/// Which step of the market a moment is in; all moments of one step have the same rates.
pub(crate) fn step(now: Timestamp) -> u128 {
    now.since(Timestamp::EPOCH).as_millis() / STEP.as_millis()
}

/// Spreads a number over all numbers (the last step of SplitMix64).
pub(crate) fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_currency_has_a_rate_near_its_base_at_any_time() {
        for minute in 0..1_000 {
            let rates = eur_rates(Timestamp::EPOCH.plus(STEP * minute));
            assert_eq!(rates.len(), Currency::KNOWN.len());
            for (currency, cents) in BASE_CENTS {
                let (rate, base) = (rates[currency].atoms(), cents * ATOMS_PER_CENT);
                assert!(
                    (base * 99 / 100..=base * 101 / 100).contains(&rate),
                    "{currency} {rate}"
                );
            }
        }
    }

    #[test]
    fn rates_depend_on_the_minute_alone() {
        let moment = "2026-11-23T10:00:00.000Z".parse::<Timestamp>().unwrap();
        assert_eq!(
            eur_rates(moment),
            eur_rates(moment.plus(STEP - Duration::from_millis(1)))
        );
        assert_ne!(eur_rates(moment), eur_rates(moment.plus(STEP)));
    }
}
