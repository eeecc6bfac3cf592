//! Which deliveries go wrong, and how: rules in, a mischief or none out. Pure; carrying it out is the worker's.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use partner_api_types::EventKind;

use crate::engine::{EventId, Mischief, ReceiverId};
use crate::rates::mix;

/// What is to go wrong, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChaosRule {
    pub(crate) mischief: Mischief,
    /// Of every event, if none is named.
    pub(crate) event: Option<EventKind>,
    /// With which probability.
    pub(crate) percent: u64,
    /// Which ones those are.
    pub(crate) seed: u64,
    /// How often at most.
    pub(crate) times: Option<u64>,
    /// How much later, by the virtual clock: for [`Mischief::Late`] and [`Mischief::Reordered`].
    pub(crate) delay: Duration,
}

/// A rule, and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChaosEntry {
    pub(crate) id: u64,
    pub(crate) rule: ChaosRule,
    pub(crate) hits: u64,
}

/// The rules, in the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct Chaos {
    entries: Vec<ChaosEntry>,
    last_id: u64,
}

/// What is asked about: the arrival of an event at a receiver's worker, or one of its attempts, counted from 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) receiver: ReceiverId,
    pub(crate) event: EventId,
    pub(crate) kind: EventKind,
    /// 0 at the arrival.
    pub(crate) attempt: u32,
}

/// The rules as the control API and the workers share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct SharedChaos(Arc<Mutex<Chaos>>);

impl SharedChaos {
    /// Looks at the rules or changes them.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Chaos) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Chaos {
    pub(crate) fn add(&mut self, rule: ChaosRule) -> ChaosEntry {
        self.last_id += 1;
        let entry = ChaosEntry {
            id: self.last_id,
            rule,
            hits: 0,
        };
        self.entries.push(entry);
        entry
    }

    pub(crate) fn list(&self) -> &[ChaosEntry] {
        &self.entries
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }

    /// What goes wrong now; the first rule that hits decides.
    pub(crate) fn strike(&mut self, moment: Moment) -> Option<(Mischief, Duration)> {
        for entry in &mut self.entries {
            let is_spent = entry.rule.times.is_some_and(|times| times <= entry.hits);
            if !is_spent && entry.rule.hits(moment) {
                entry.hits += 1;
                return Some((entry.rule.mischief, entry.rule.delay));
            }
        }
        None
    }
}

impl ChaosRule {
    /// A function of the seed and of what is asked about, so that neither other rules nor the order in which workers
    /// ask make a difference.
    fn hits(&self, moment: Moment) -> bool {
        let is_of_arrival = matches!(
            self.mischief,
            Mischief::Late | Mischief::Reordered | Mischief::Dropped
        );
        if is_of_arrival != (moment.attempt == 0)
            || self.event.is_some_and(|kind| kind != moment.kind)
        {
            return false;
        }
        let event = moment.event.seq ^ u64::from(moment.event.index) << 48;
        let attempt = u64::from(moment.receiver) << 32 | u64::from(moment.attempt);
        mix(mix(mix(self.seed) ^ event).wrapping_add(attempt)) % 100 < self.percent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(mischief: Mischief, percent: u64, seed: u64) -> ChaosRule {
        ChaosRule {
            mischief,
            event: None,
            percent,
            seed,
            times: None,
            delay: Duration::ZERO,
        }
    }

    fn moment(seq: u64, attempt: u32) -> Moment {
        Moment {
            receiver: 1,
            event: EventId { seq, index: 0 },
            kind: EventKind::P2pTransfer,
            attempt,
        }
    }

    #[test]
    fn a_seed_always_hits_the_same_and_another_one_others() {
        let hits = |seed| -> Vec<u64> {
            let rule = rule(Mischief::Duplicate, 30, seed);
            (0..1_000)
                .filter(|seq| rule.hits(moment(*seq, 1)))
                .collect()
        };
        assert_eq!(hits(1), hits(1));
        assert_ne!(hits(1), hits(2));
        assert!((250..350).contains(&hits(1).len()), "{}", hits(1).len());
    }

    #[test]
    fn what_is_done_at_the_arrival_is_not_done_at_an_attempt() {
        for mischief in Mischief::ALL {
            let rule = rule(*mischief, 100, 0);
            assert_ne!(rule.hits(moment(1, 0)), rule.hits(moment(1, 1)));
        }
    }

    #[test]
    fn a_rule_that_is_spent_leaves_it_to_the_next() {
        let mut chaos = Chaos::default();
        chaos.add(ChaosRule {
            times: Some(1),
            ..rule(Mischief::Truncated, 100, 0)
        });
        chaos.add(rule(Mischief::WrongSecret, 100, 0));
        let mut strike = || chaos.strike(moment(1, 1)).map(|(mischief, _)| mischief);
        assert_eq!(strike(), Some(Mischief::Truncated));
        assert_eq!(strike(), Some(Mischief::WrongSecret));
        assert_eq!(chaos.list()[0].hits, 1);
    }
}
