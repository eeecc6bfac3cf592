//! Whether what is on an account is exactly what the caller gives up.

use std::collections::BTreeMap;
use std::fmt;

use partner_api_core::{Amount, Currency};

use crate::balances::Holding;
use crate::list::listed;

/// What is on an account is not what the caller named.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mismatch {
    /// What the caller named.
    pub expected: Vec<Holding>,
    /// What is there.
    pub found: Vec<Holding>,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { expected, found } = self;
        write!(f, "the account holds {}, and ", listed(found))?;
        match expected.is_empty() {
            true => f.write_str("nothing was given up")?,
            false => write!(f, "{} was given up", listed(expected))?,
        }
        f.write_str("; nothing was deleted; collect the money, or forfeit exactly what is there")
    }
}

/// Compares currency by currency; the order does not matter, and zero is nothing.
pub(crate) fn compare(expected: &[Holding], found: &[Holding]) -> Result<(), Mismatch> {
    if total(expected).is_some_and(|expected| total(found) == Some(expected)) {
        return Ok(());
    }
    Err(Mismatch {
        expected: expected.to_vec(),
        found: found.to_vec(),
    })
}

/// `None` if a sum is beyond what an amount can be: then it equals nothing.
fn total(holdings: &[Holding]) -> Option<BTreeMap<Currency, Amount>> {
    let mut total = BTreeMap::<Currency, Amount>::new();
    for holding in holdings.iter().filter(|holding| !holding.amount.is_zero()) {
        let sum = total.entry(holding.currency).or_default();
        *sum = sum.checked_add(holding.amount)?;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use partner_api_core::Money;

    use super::*;

    fn holdings(text: &str) -> Vec<Holding> {
        let parts = text.split(", ").filter(|part| !part.is_empty());
        parts
            .map(|part| part.parse::<Money>().unwrap().into())
            .collect()
    }

    fn check(expected: &str, found: &str, equal: bool) {
        let result = compare(&holdings(expected), &holdings(found));
        assert_eq!(result.is_ok(), equal, "{expected} / {found}");
    }

    #[test]
    fn only_exactly_what_is_there_is_given_up() {
        check("", "", true);
        check("", "0 eur", true);
        check("1 eur", "1.00 eur", true);
        check("1 eur, 2 btc", "2 btc, 1 eur", true);
        check("1 eur, 1 eur", "2 eur", true);
        check("", "0.01 eur", false);
        check("1 eur", "", false);
        check("1 eur", "1.01 eur", false);
        check("1 eur", "1 eur, 0.00000001 btc", false);
        check("1 eur", "1 usdc", false);
    }

    #[test]
    fn a_mismatch_says_what_is_there_and_what_to_do() {
        let mismatch = compare(&[], &holdings("100 eur")).unwrap_err();
        assert_eq!(
            mismatch.to_string(),
            "the account holds 100 eur, and nothing was given up; nothing was deleted; \
             collect the money, or forfeit exactly what is there"
        );
    }
}
