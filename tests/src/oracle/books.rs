//! What every account holds, and the history of what moved it.

use std::collections::BTreeMap;

/// One line of an account's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which decision moved it.
    pub decision: u64,
    /// When.
    pub at: i64,
    /// Whose account: `user:U1` or `partner`.
    pub account: String,
    /// Which currency.
    pub currency: String,
    /// By how much, above zero for what came in.
    pub atoms: i64,
    /// Why, in the wire's words.
    pub why: &'static str,
    /// The key of what moved it; empty where stories give it none.
    pub of: String,
}

/// So much of a currency, from one account to another.
pub(super) type Leg<'a> = (&'a str, &'a str, &'a str, i64);

/// What every account holds, by account and currency.
#[derive(Clone, Debug, Default)]
pub struct Books {
    held: BTreeMap<(String, String), i64>,
    lines: Vec<Line>,
    decision: u64,
    at: i64,
}

impl Books {
    /// What an account holds of a currency.
    pub fn of(&self, account: &str, currency: &str) -> i64 {
        let key = (account.to_owned(), currency.to_owned());
        self.held.get(&key).copied().unwrap_or(0)
    }

    /// Everything that an account holds, zeros left out.
    pub fn all_of(&self, account: &str) -> BTreeMap<String, i64> {
        let mine = |((name, _), atoms): &(&(String, String), &i64)| name == account && **atoms != 0;
        let held = self.held.iter().filter(mine);
        held.map(|((_, currency), atoms)| (currency.clone(), *atoms))
            .collect()
    }

    /// The total of every kind of account (`user:U1` is of the kind `user`), zeros left out.
    pub fn totals(&self) -> BTreeMap<(String, String), i64> {
        let mut totals = BTreeMap::new();
        for ((account, currency), atoms) in &self.held {
            let kind = account.split(':').next().unwrap_or(account).to_owned();
            *totals.entry((kind, currency.clone())).or_insert(0) += atoms;
        }
        totals.retain(|_, atoms| *atoms != 0);
        totals
    }

    /// What moved an account, oldest first.
    pub fn history(&self, account: &str) -> impl Iterator<Item = &Line> {
        self.lines
            .iter()
            .filter(move |line| line.account == account)
    }

    /// What is booked from here on belongs to a decision of its own.
    pub(super) fn next_decision(&mut self, at: i64) {
        self.decision += 1;
        self.at = at;
    }

    /// Moves money, and notes for each account and currency what all legs together come to. Only the outside world may owe.
    pub(super) fn book(&mut self, why: &'static str, of: &str, legs: &[Leg<'_>]) {
        let mut moved: Vec<(&str, &str, i64)> = Vec::new();
        for (from, to, currency, atoms) in legs {
            for (account, atoms) in [(from, -atoms), (to, *atoms)] {
                let key = ((*account).to_owned(), (*currency).to_owned());
                *self.held.entry(key).or_insert(0) += atoms;
                let known = |it: &&mut (&str, &str, i64)| (it.0, it.1) == (*account, *currency);
                match moved.iter_mut().find(known) {
                    Some((_, _, sum)) => *sum += atoms,
                    None => moved.push((account, currency, atoms)),
                }
            }
        }
        for (account, currency, atoms) in moved {
            let left = self.of(account, currency);
            assert!(
                account == "outside" || left >= 0,
                "L10: {account} would hold {left} atoms of {currency}"
            );
            let is_somebodys = account == "partner" || account.starts_with("user:");
            if is_somebodys && atoms != 0 {
                self.lines.push(Line {
                    decision: self.decision,
                    at: self.at,
                    account: account.to_owned(),
                    currency: currency.to_owned(),
                    atoms,
                    why,
                    of: of.to_owned(),
                });
            }
        }
    }
}
