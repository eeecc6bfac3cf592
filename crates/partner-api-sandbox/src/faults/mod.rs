//! Which calls go wrong, and how: rules in, a fault or none out. Pure; carrying a fault out is `crate::http`'s.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use partner_api_types::OperationId;

use crate::words::words;

/// What goes wrong, with what there is to know about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The call waits, in real time, and then goes on as usual.
    Latency(Duration),
    Unavailable,
    UnknownException,
    Html503 {
        retry_after: Option<u64>,
    },
    TooManyRequests {
        retry_after: u64,
    },
    /// Nothing is decided, nothing is answered.
    DropBefore,
    /// What was asked for is committed, and the answer is lost.
    DropAfter,
    /// The head and half of the body arrive.
    Truncate,
}

words! {
    /// What goes wrong, by the control API's word for it.
    pub(crate) FaultKind {
        Latency = "LATENCY",
        Unavailable = "UNAVAILABLE",
        UnknownException = "UNKNOWN_EXCEPTION",
        Html503 = "HTML_503",
        TooManyRequests = "TOO_MANY_REQUESTS",
        DropBefore = "DROP_BEFORE",
        DropAfter = "DROP_AFTER",
        Truncate = "TRUNCATE",
    }
}

impl Fault {
    pub(crate) const fn kind(self) -> FaultKind {
        match self {
            Self::Latency(_) => FaultKind::Latency,
            Self::Unavailable => FaultKind::Unavailable,
            Self::UnknownException => FaultKind::UnknownException,
            Self::Html503 { .. } => FaultKind::Html503,
            Self::TooManyRequests { .. } => FaultKind::TooManyRequests,
            Self::DropBefore => FaultKind::DropBefore,
            Self::DropAfter => FaultKind::DropAfter,
            Self::Truncate => FaultKind::Truncate,
        }
    }
}

/// Which of a rule's calls it hits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum When {
    Every,
    /// These calls, counted from 1.
    Calls(Vec<u64>),
    /// Each with this probability; the seed says which.
    Percent {
        percent: u64,
        seed: u64,
    },
}

/// What is to go wrong, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    /// Every operation, if none is named.
    pub(crate) operation: Option<OperationId>,
    pub(crate) when: When,
    /// How often at most.
    pub(crate) times: Option<u64>,
    pub(crate) fault: Fault,
}

/// A rule, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) id: u64,
    pub(crate) rule: Rule,
    pub(crate) seen: u64,
    pub(crate) hits: u64,
}

/// The rules, in the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    entries: Vec<Entry>,
    last_id: u64,
}

impl Faults {
    pub(crate) fn add(&mut self, rule: Rule) -> Entry {
        self.last_id += 1;
        let entry = Entry {
            id: self.last_id,
            rule,
            seen: 0,
            hits: 0,
        };
        self.entries.push(entry.clone());
        entry
    }

    pub(crate) fn list(&self) -> &[Entry] {
        &self.entries
    }

    pub(crate) fn remove(&mut self, id: u64) -> Option<Entry> {
        let place = self.entries.iter().position(|entry| entry.id == id)?;
        Some(self.entries.remove(place))
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }

    /// What goes wrong with the next call of `operation`. Every rule for it counts the call; the first that hits it
    /// decides.
    pub(crate) fn strike(&mut self, operation: OperationId) -> Option<Fault> {
        let mut fault = None;
        for entry in &mut self.entries {
            if entry.rule.operation.is_some_and(|it| it != operation) {
                continue;
            }
            entry.seen += 1;
            let is_spent = entry.rule.times.is_some_and(|times| times <= entry.hits);
            if fault.is_none() && !is_spent && entry.rule.when.hits(entry.seen) {
                entry.hits += 1;
                fault = Some(entry.rule.fault);
            }
        }
        fault
    }
}

/// The rules as both servers share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct SharedFaults(Arc<Mutex<Faults>>);

impl SharedFaults {
    /// Looks at the rules or changes them.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Faults) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl When {
    fn hits(&self, call: u64) -> bool {
        match self {
            Self::Every => true,
            Self::Calls(calls) => calls.contains(&call),
            // A function of seed and call alone, so that other rules and operations do not disturb the sequence.
            Self::Percent { percent, seed } => mix(mix(*seed).wrapping_add(call)) % 100 < *percent,
        }
    }
}

/// Spreads a number over all numbers (SplitMix64).
fn mix(x: u64) -> u64 {
    let mut x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rule(when: When) -> Rule {
        Rule {
            operation: Some(OperationId::CreateTransfer),
            when,
            times: None,
            fault: Fault::Unavailable,
        }
    }

    fn run(rule: Rule, calls: u64) -> Vec<bool> {
        let mut faults = Faults::default();
        faults.add(rule);
        let hits = (0..calls).map(|_| faults.strike(OperationId::CreateTransfer).is_some());
        hits.collect()
    }

    #[test]
    fn the_named_calls_are_hit_and_other_operations_are_not_counted() {
        let mut faults = Faults::default();
        faults.add(rule(When::Calls(vec![2])));
        assert_eq!(faults.strike(OperationId::CreateTransfer), None);
        assert_eq!(faults.strike(OperationId::CreateCard), None);
        let second = faults.strike(OperationId::CreateTransfer);
        assert_eq!(second, Some(Fault::Unavailable));
        assert_eq!(faults.strike(OperationId::CreateTransfer), None);
        let Entry { seen, hits, .. } = faults.list()[0];
        assert_eq!((seen, hits), (3, 1));
    }

    #[test]
    fn the_first_rule_that_hits_decides_until_it_is_spent_or_removed() {
        let mut faults = Faults::default();
        let once = Rule {
            times: Some(1),
            fault: Fault::DropAfter,
            ..rule(When::Every)
        };
        faults.add(once);
        let second = faults.add(rule(When::Every));
        let mut next = || faults.strike(OperationId::CreateTransfer);
        assert_eq!(next(), Some(Fault::DropAfter));
        assert_eq!(next(), Some(Fault::Unavailable));
        assert_eq!(
            faults.remove(second.id).map(|it| (it.seen, it.hits)),
            Some((2, 1))
        );
        assert_eq!(faults.remove(second.id), None);
        assert_eq!(faults.strike(OperationId::CreateTransfer), None);
    }

    proptest! {
        #[test]
        fn a_seed_repeats_its_sequence_and_times_bounds_it(
            seed: u64, percent in 0_u64..=100, times in 0_u64..20,
        ) {
            let when = When::Percent { percent, seed };
            let free = run(rule(when.clone()), 100);
            prop_assert_eq!(&free, &run(rule(when.clone()), 100));
            let bounded = run(Rule { times: Some(times), ..rule(when) }, 100);
            let count = |hits: &[bool]| hits.iter().filter(|hit| **hit).count() as u64;
            prop_assert_eq!(count(&bounded), count(&free).min(times));
            if percent == 0 || percent == 100 {
                prop_assert_eq!(count(&free), percent);
            }
        }
    }
}
