//! What was asked in which state: the pairs that the transition tables have rows for, or have not.

use std::collections::BTreeMap;

/// One question: which table, in which state, to do what. All are the words of the design.
pub type Pair = (&'static str, &'static str, &'static str);

/// What came of asking a question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// In how many stories it was done.
    pub done: usize,
    /// In how many stories it was refused.
    pub refused: usize,
}

/// Every question that was asked.
#[derive(Clone, Debug, Default)]
pub struct Reached(BTreeMap<Pair, Outcomes>);

impl Reached {
    /// Notes a question and what came of it, in one story.
    pub(super) fn note(&mut self, pair: Pair, done: bool) {
        let outcomes = self.0.entry(pair).or_default();
        if done {
            outcomes.done = 1;
        } else {
            outcomes.refused = 1;
        }
    }

    /// Takes in what other stories reached.
    pub fn join(&mut self, other: &Self) {
        for (pair, outcomes) in &other.0 {
            let joined = self.0.entry(*pair).or_default();
            joined.done += outcomes.done;
            joined.refused += outcomes.refused;
        }
    }

    /// What came of a question; nothing if it was never asked.
    pub fn outcomes(&self, pair: Pair) -> Outcomes {
        self.0.get(&pair).copied().unwrap_or_default()
    }

    /// Every question that was asked.
    pub fn pairs(&self) -> impl Iterator<Item = Pair> {
        self.0.keys().copied()
    }
}
