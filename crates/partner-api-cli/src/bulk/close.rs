//! What closing many accounts gives up, and that somebody says so: a word is not enough, the sums have to be named.

use std::collections::BTreeMap;

use partner_api::{Amount, Currency, Holding, Money};

use crate::exit::{Exit, Failure, Result};
use crate::output::{counted, holding};
use crate::prompt;

/// What has to be typed.
const WORD: &str = "close";

/// Sums by currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums(BTreeMap<Currency, Amount>);

impl Sums {
    /// Adds what somebody holds; zero is nothing.
    ///
    /// # Errors
    /// The sum is beyond what an amount can be.
    pub(crate) fn add(&mut self, held: &[Holding]) -> Result<()> {
        for holding in held.iter().filter(|it| !it.amount.is_zero()) {
            let sum = self.0.entry(holding.currency).or_default();
            *sum = sum.checked_add(holding.amount).ok_or_else(|| {
                let text = format!(
                    "the sum in {} is more than can be counted; close fewer at a time",
                    holding.currency
                );
                Failure::new(Exit::Refused, text)
            })?;
        }
        Ok(())
    }

    fn holdings(&self) -> impl Iterator<Item = Holding> {
        let each = self.0.iter();
        each.map(|(currency, amount)| Holding {
            currency: *currency,
            amount: *amount,
        })
    }

    /// For people.
    pub(crate) fn shown(&self) -> String {
        let each: Vec<String> = self.holdings().map(|it| holding(&it)).collect();
        match each.is_empty() {
            true => "nothing".to_owned(),
            false => each.join(", "),
        }
    }

    /// Whether these are within what was named, currency by currency; what was not named is nothing.
    ///
    /// # Errors
    /// Says what was to be named.
    fn within(&self, named: &[Money]) -> Result<()> {
        let over = self.holdings().find(|sum| {
            let limit = named.iter().find(|it| it.currency() == sum.currency);
            limit.is_none_or(|limit| limit.amount() < sum.amount)
        });
        let Some(over) = over else { return Ok(()) };
        let flags: Vec<String> = self
            .holdings()
            .map(|sum| format!("--forfeit-up-to \"{sum}\""))
            .collect();
        let text = format!(
            "in all {} would be lost, and {} is more than was named; nothing was changed; collect it with `partner transfer`, \
             or name it with {}",
            self.shown(),
            holding(&over),
            flags.join(" ")
        );
        Err(Failure::new(Exit::Refused, text).into())
    }
}

/// Lets somebody say that these accounts are to be closed and that this is given up. `--yes` stands for the word, and
/// never for the sums.
pub(crate) fn confirm(
    accounts: usize,
    lost: &Sums,
    named: &[Money],
    is_told_yes: bool,
) -> Result<()> {
    if is_told_yes || !named.is_empty() || !prompt::can_ask() {
        lost.within(named)?;
    }
    if is_told_yes {
        return Ok(());
    }
    let remedy = "say --yes, and name what is given up with --forfeit-up-to";
    if prompt::can_ask() {
        let accounts = counted(accounts, "account");
        anstream::eprintln!("Closing {accounts} is irreversible.");
        anstream::eprintln!("  lost for good    {}", lost.shown());
        anstream::eprintln!("  the ids          are never accepted again");
    }
    prompt::word(&format!("Type the word {WORD} to go on"), WORD, remedy)?;
    if named.is_empty() {
        for sum in lost.holdings() {
            let question = format!("Type how much {} is lost in all", sum.currency);
            prompt::word(&question, &sum.amount.to_string(), remedy)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(each: &[&str]) -> Sums {
        let mut sums = Sums::default();
        for money in each {
            let money: Money = money.parse().unwrap();
            sums.add(&[money.into()]).unwrap();
        }
        sums
    }

    fn check(lost: &[&str], named: &[&str], expected: bool) {
        let named: Vec<Money> = named.iter().map(|it| it.parse().unwrap()).collect();
        let sums = sums(lost);
        // There is no terminal in a test, so it hangs on the flags alone.
        let confirmed = confirm(3, &sums, &named, true);
        assert_eq!(confirmed.is_ok(), expected, "{lost:?} {named:?}");
        let error = confirm(3, &sums, &named, false).unwrap_err().to_string();
        assert!(error.contains("--forfeit-up-to"), "{error}");
    }

    #[test]
    fn a_yes_alone_never_gives_anything_up() {
        check(&[], &[], true);
        check(&["0 eur"], &[], true);
        check(&["1 eur", "2 eur"], &[], false);
        check(&["1 eur", "2 eur"], &["2.99 eur"], false);
        check(&["1 eur", "2 eur"], &["3 eur"], true);
        check(&["1 eur", "2 btc"], &["100 eur"], false);
        check(&["1 eur", "2 btc"], &["1 eur", "2 btc"], true);
    }

    #[test]
    fn what_is_to_be_named_is_told() {
        let error = sums(&["1 eur", "2.5 eur"])
            .within(&[])
            .unwrap_err()
            .to_string();
        assert!(error.contains("--forfeit-up-to \"3.5 eur\""), "{error}");
    }
}
