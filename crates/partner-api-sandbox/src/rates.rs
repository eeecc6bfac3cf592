//! What the simulated market pays: scriptable, and otherwise the same rates for everyone who asks at the same moment, and
//! for every run with the same seed.

use std::time::Duration;

use partner_api_core::lock::Rates;
use partner_api_core::{Amount, Currency, Timestamp};

/// EUR for one unit, in hundredths, around which the market moves. Invented, of a plausible size.
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

/// How the market wanders: a little every minute, more within the hour, most within the day. Periods in steps, and how
/// much of the whole each makes.
const WAVES: [(u64, i64); 3] = [(1, 1), (60, 2), (24 * 60, 4)];

/// Where the rates of the simulated market come from. It is a value, stored with every change, so that reopening continues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateSource {
    /// Which of the possible markets this is: the same seed, spread and moment give the same rates.
    pub seed: u64,
    /// How far from its base a rate wanders at most, in hundredths of a percent; up to [`Self::SPREAD_MAX`].
    pub spread: u16,
    /// The moment whose rates hold from then on, if the market stands still.
    pub frozen_at: Option<Timestamp>,
    /// Rates that do not wander: EUR for one unit.
    pub set: Rates,
}

impl Default for RateSource {
    fn default() -> Self {
        Self {
            seed: 0,
            spread: 100,
            frozen_at: None,
            set: Rates::new(),
        }
    }
}

/// What changes about the rates. Locks and quotes keep the rates that they have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RateChange {
    /// A currency has this rate, in EUR for one unit, until it is released.
    Set(Currency, Amount),
    /// A currency wanders again.
    Release(Currency),
    /// Rates that are not set wander by this seed, as far as this from their base, in hundredths of a percent.
    Wander {
        /// Which of the possible markets.
        seed: u64,
        /// How far; what is beyond [`RateSource::SPREAD_MAX`] is taken for it.
        spread: u16,
    },
    /// The market stands still.
    Freeze,
    /// The market goes on, where it would be by now had it never stood still.
    Resume,
}

impl RateSource {
    /// The widest spread: half of the base rate.
    pub const SPREAD_MAX: u16 = 5_000;

    /// EUR for one unit of each known currency at a moment.
    ///
    /// What is not set wanders in steps of a virtual minute around a base rate. Where it is, is a function of the seed and
    /// of the minute alone, so a frozen clock has frozen rates and a repeated run repeats them.
    pub fn eur_rates(&self, now: Timestamp) -> Rates {
        let now = self.frozen_at.unwrap_or(now);
        let step = u64::try_from(step(now)).unwrap_or(u64::MAX);
        let wandering = BASE_CENTS
            .iter()
            .zip(0_u64..)
            .filter_map(|(&(currency, cents), index)| {
                let base = cents * ATOMS_PER_CENT;
                let rate = if currency == Currency::EUR {
                    base
                } else {
                    let away = i128::from(self.permille(index, step)) * i128::from(self.spread);
                    let away = i128::from(base) * away / 10_000_000;
                    base + i64::try_from(away).unwrap_or(0)
                };
                Some((currency, Amount::from_atoms(rate)?))
            });
        let mut rates: Rates = wandering.collect();
        rates.extend(self.set.iter().map(|(currency, rate)| (*currency, *rate)));
        rates
    }

    /// Where in its spread a currency is, from -1000 to 1000.
    fn permille(&self, index: u64, step: u64) -> i64 {
        let seed = mix(self.seed ^ 0x9e37_79b9_7f4a_7c15).wrapping_add(index << 56);
        let (mut sum, mut whole) = (0, 0);
        for (period, weight) in WAVES {
            let at = |n: u64| (mix(mix(seed ^ period) ^ n) % 2_001) as i64 - 1_000;
            let (period, passed) = (period as i64, (step % period) as i64);
            let n = step / period as u64;
            // Straight from one point to the next.
            let between = (at(n) * (period - passed) + at(n.wrapping_add(1)) * passed) / period;
            sum += weight * between;
            whole += weight;
        }
        sum / whole
    }

    /// The same after a change.
    pub(crate) fn changed(mut self, change: RateChange, now: Timestamp) -> Self {
        match change {
            RateChange::Set(currency, rate) => drop(self.set.insert(currency, rate)),
            RateChange::Release(currency) => drop(self.set.remove(&currency)),
            RateChange::Wander { seed, spread } => {
                (self.seed, self.spread) = (seed, spread.min(Self::SPREAD_MAX));
            }
            RateChange::Freeze => self.frozen_at = Some(self.frozen_at.unwrap_or(now)),
            RateChange::Resume => self.frozen_at = None,
        }
        self
    }
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

    fn moment() -> Timestamp {
        "2026-11-23T10:00:00.000Z".parse().unwrap()
    }

    #[test]
    fn every_known_currency_has_a_rate_within_its_spread_and_uses_the_width_of_it() {
        for (seed, spread) in [(0, 100), (7, 5_000), (u64::MAX, 1)] {
            let source = RateSource {
                seed,
                spread,
                ..RateSource::default()
            };
            let mut farthest = 0.0_f64;
            for minute in (0..400 * 24 * 60).step_by(97) {
                let rates = source.eur_rates(Timestamp::EPOCH.plus(STEP * minute));
                assert_eq!(rates.len(), Currency::KNOWN.len());
                for (currency, cents) in BASE_CENTS {
                    let base = (cents * ATOMS_PER_CENT) as f64;
                    let away = (rates[currency].atoms() as f64 - base).abs() / base;
                    assert!(away <= f64::from(spread) / 10_000.0, "{currency} {away}");
                    farthest = farthest.max(away);
                }
            }
            assert!(farthest > 0.6 * f64::from(spread) / 10_000.0, "{farthest}");
        }
    }

    #[test]
    fn rates_follow_from_seed_and_minute_alone() {
        let source = RateSource::default();
        let later = moment().plus(STEP - Duration::from_millis(1));
        assert_eq!(source.eur_rates(moment()), source.eur_rates(later));
        assert_ne!(
            source.eur_rates(moment()),
            source.eur_rates(moment().plus(STEP))
        );
        let other = RateSource {
            seed: 1,
            ..RateSource::default()
        };
        assert_ne!(source.eur_rates(moment()), other.eur_rates(moment()));
        assert_eq!(other.eur_rates(moment()), other.clone().eur_rates(moment()));
    }

    #[test]
    fn rates_move_a_little_from_one_minute_to_the_next() {
        let source = RateSource::default();
        let mut before = source.eur_rates(moment());
        for minute in 1..3_000 {
            let rates = source.eur_rates(moment().plus(STEP * minute));
            for (currency, rate) in &rates {
                let moved = (rate.atoms() - before[currency].atoms()).abs();
                // The wave of a minute is a seventh of the whole, which is two hundredths wide.
                let most = before[currency].atoms() / 100 * 2 / 7 * 12 / 10 + 1;
                assert!(moved <= most, "{currency} {moved}");
            }
            before = rates;
        }
    }

    #[test]
    fn a_rate_that_is_set_stands_until_it_is_released_and_a_frozen_market_stands_still() {
        let (source, later) = (RateSource::default(), moment().plus(STEP * 5));
        let nine: Amount = "9".parse().unwrap();
        let set = source
            .clone()
            .changed(RateChange::Set(Currency::BTC, nine), moment());
        assert_eq!(set.eur_rates(later)[&Currency::BTC], nine);
        assert_eq!(
            set.eur_rates(later)[&Currency::ETH],
            source.eur_rates(later)[&Currency::ETH]
        );
        let released = set.changed(RateChange::Release(Currency::BTC), moment());
        assert_eq!(released, source);
        let frozen = source.clone().changed(RateChange::Freeze, moment());
        assert_eq!(frozen.eur_rates(later), source.eur_rates(moment()));
        let again = frozen.changed(RateChange::Freeze, later);
        assert_eq!(
            again.eur_rates(later),
            source.eur_rates(moment()),
            "it stood already"
        );
        assert_eq!(again.changed(RateChange::Resume, later), source);
    }
}
