//! The market: what it pays is the provider's affair, and what the model knows of it is how it may change.
//!
//! A rate that is set stands until it is released. Every other rate follows from the seed, the spread and the minute
//! alone, in which the market may stand still; so what was heard once must be heard again. And however far a rate may
//! wander, there is a base from which it never gets farther.

use std::collections::BTreeMap;

use super::{
    Oracle, atoms,
    rules::{Broken, Verdict},
};

/// How often the market moves.
const MINUTE_MS: i64 = 60_000;
/// How far rates wander unless another spread is asked for, in hundredths of a percent (ASSUMED).
const SPREAD: i64 = 100;
/// How far they may.
const SPREAD_MAX: i64 = 5_000;

/// Rates by currency, in atoms of EUR for one unit.
pub type Rates = BTreeMap<String, i64>;

/// What is known of the market.
#[derive(Clone, Debug)]
pub struct Market {
    /// Which of the possible markets it is.
    pub seed: i64,
    /// How far rates wander from their base, in hundredths of a percent.
    pub spread: i64,
    /// Rates that do not wander.
    pub set: Rates,
    /// Since when it stands still.
    pub frozen: Option<i64>,
    /// What was heard of rates that wander, by seed, spread and minute.
    heard: BTreeMap<(i64, i64, i64), Rates>,
    /// Between which two rates each base must lie.
    bases: BTreeMap<String, (i64, i64)>,
    /// What the market would pay now for a currency whose rate is set, as far as it was heard.
    wandering: Rates,
    /// What was heard and cannot be.
    pub absurd: Vec<String>,
}

impl Default for Market {
    fn default() -> Self {
        Self {
            seed: 0,
            spread: SPREAD,
            set: Rates::new(),
            frozen: None,
            heard: BTreeMap::new(),
            bases: BTreeMap::new(),
            wandering: Rates::new(),
            absurd: Vec::new(),
        }
    }
}

impl Oracle {
    /// Takes in what the market says now, and notes where it says what it cannot.
    pub fn hear(&mut self, rates: Rates) {
        let market = &mut self.market;
        let minute = market.frozen.unwrap_or(self.now).div_euclid(MINUTE_MS);
        let heard = (market.seed, market.spread, minute);
        let heard = market.heard.entry(heard).or_default();
        for (currency, rate) in &rates {
            let expected = match market.set.get(currency) {
                Some(set) => *set,
                None if currency == "eur" => 100_000_000,
                None => {
                    market.wandering.insert(currency.clone(), *rate);
                    narrow(&mut market.bases, currency, *rate, market.spread);
                    *heard.entry(currency.clone()).or_insert(*rate)
                }
            };
            if *rate != expected {
                let (rate, expected) = (atoms::show(*rate), atoms::show(expected));
                let told = format!("{currency} is at {rate}, and must be at {expected}");
                market.absurd.push(told);
            }
        }
        for (currency, (least, most)) in &market.bases {
            if most < least {
                let told = format!("{currency} wanders farther than it may");
                market.absurd.push(told);
            }
        }
        self.rates = rates;
    }

    pub(super) fn set_rate(&mut self, currency: &str, rate: &str) -> Verdict {
        let rate = atoms::parse(rate).unwrap_or(0);
        let mut broken = Broken::default();
        let can_be_set = self.has_rate(currency) && rate > 0;
        broken.must(can_be_set, "input_must_be_well_formed");
        self.pass(broken)?;
        self.market.set.insert(currency.to_owned(), rate);
        self.rates.insert(currency.to_owned(), rate);
        Ok(())
    }

    pub(super) fn release_rate(&mut self, currency: &str) -> Verdict {
        let mut broken = Broken::default();
        broken.must(self.has_rate(currency), "input_must_be_well_formed");
        self.pass(broken)?;
        self.market.set.remove(currency);
        if let Some(rate) = self.market.wandering.get(currency) {
            self.rates.insert(currency.to_owned(), *rate);
        }
        Ok(())
    }

    pub(super) fn wander(&mut self, seed: i64, spread: i64) -> Verdict {
        let mut broken = Broken::default();
        let is_near = (0..=SPREAD_MAX).contains(&spread);
        broken.must(is_near, "input_must_be_well_formed");
        self.pass(broken)?;
        (self.market.seed, self.market.spread) = (seed, spread);
        Ok(())
    }

    /// Where it stands still already, it stands since then.
    pub(super) fn freeze_market(&mut self) {
        self.market.frozen.get_or_insert(self.now);
    }

    pub(super) fn resume_market(&mut self) {
        self.market.frozen = None;
    }

    /// Whether a rate of the currency can be set: the euro is what rates are told in.
    fn has_rate(&self, currency: &str) -> bool {
        currency != "eur" && self.rates.contains_key(currency)
    }
}

impl Market {
    /// What was heard stays true, whatever is put in the place of everything else.
    pub(super) fn remember(&mut self, other: Self) {
        self.absurd = other.absurd;
        self.bases = other.bases;
        for (moment, rates) in other.heard {
            self.heard.entry(moment).or_default().extend(rates);
        }
    }
}

/// A rate is at most so far from its base: what that says about the base, with an atom to spare for rounding.
fn narrow(bases: &mut BTreeMap<String, (i64, i64)>, currency: &str, rate: i64, spread: i64) {
    let rate = i128::from(rate);
    let far = |hundredths: i64| rate * 10_000 / i128::from(hundredths);
    let whole = |it: i128| i64::try_from(it).unwrap_or(i64::MAX);
    let least = whole(far(10_000 + spread)) - 1;
    let most = whole(far(10_000 - spread)) + 2;
    let base = bases.entry(currency.to_owned()).or_insert((0, i64::MAX));
    *base = (base.0.max(least), base.1.min(most));
}

#[cfg(test)]
mod tests {
    use crate::{
        oracle::{ActiveCards, Command, Terms},
        plan::example_world,
    };

    /// What is noted about a market that says one thing, then, after some commands, another.
    fn absurd(commands: &[&str], rates: &[(&str, i64)]) -> Vec<String> {
        let mut world = example_world(ActiveCards::Refuse, Terms::default());
        let heard = world.rates.clone();
        world.hear(heard.clone());
        for command in commands {
            let command: Command = command.parse().expect("a command");
            world.apply(&command).expect("nothing is in the way");
        }
        let changed = rates.iter().map(|(code, rate)| ((*code).to_owned(), *rate));
        world.hear(heard.into_iter().chain(changed).collect());
        world.market.absurd
    }

    #[test]
    fn a_market_that_says_what_it_cannot_is_found_out() {
        assert_eq!(absurd(&[], &[]), [""; 0]);
        assert_eq!(
            absurd(&[], &[("doge", 9_999_999)]).len(),
            1,
            "the same minute"
        );
        let later = "advance 60000 ms";
        assert_eq!(absurd(&[later], &[("doge", 9_999_999)]), [""; 0]);
        assert_eq!(
            absurd(&[later], &[("doge", 9_700_000)]).len(),
            1,
            "beyond all bases"
        );
        assert_eq!(
            absurd(&[later], &[("eur", 99_999_999)]).len(),
            1,
            "the euro"
        );
        let frozen = ["freeze-market", later];
        assert_eq!(absurd(&frozen, &[("doge", 9_999_999)]).len(), 1, "frozen");
        let set = ["rate doge 9", later];
        assert_eq!(absurd(&set, &[("doge", 900_000_000)]), [""; 0]);
        assert_eq!(absurd(&set, &[]).len(), 1, "set");
        let released = ["rate doge 9", "release doge"];
        assert_eq!(absurd(&released, &[]), [""; 0]);
        assert_eq!(
            absurd(&released, &[("doge", 900_000_000)]).len(),
            2,
            "released"
        );
        let resumed = ["freeze-market", later, "resume-market"];
        assert_eq!(absurd(&resumed, &[("doge", 9_999_999)]), [""; 0]);
        let another = ["wander 7 within 100"];
        assert_eq!(absurd(&another, &[("doge", 9_999_999)]), [""; 0]);
        let back = ["wander 7 within 100", "wander 0 within 100"];
        assert_eq!(
            absurd(&back, &[("doge", 9_999_999)]).len(),
            1,
            "the first again"
        );
    }
}
