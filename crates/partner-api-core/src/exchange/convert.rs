//! Turning an amount of one currency into another, exactly.

use crate::amount::MAX_DECIMALS;
use crate::lock::Rates;
use crate::rule::Rule;
use crate::{Amount, Currency, Money};

/// What `from` is worth in `to`: rounded down to the decimals of `to`, and what that leaves over in atoms.
///
/// Below an atom of 10^-8 the value is cut off; the market keeps that.
pub(crate) fn convert(from: Money, to: Currency, rates: &Rates) -> Result<(Money, Amount), Rule> {
    let rate = |currency| {
        let rate = rates.get(&currency).filter(|rate| !rate.is_zero());
        rate.map(|rate| i128::from(rate.atoms()))
            .ok_or(Rule::CurrencyMustBeKnown)
    };
    let value = i128::from(from.amount().atoms()) * rate(from.currency())? / rate(to)?;
    let exact = i64::try_from(value).map_err(|_| Rule::AmountMustFitCurrency)?;
    let grain = 10_i64.pow(u32::from(MAX_DECIMALS - to.decimals()));
    let residue = exact % grain;
    let atoms = |atoms| Amount::from_atoms(atoms).ok_or(Rule::AmountMustFitCurrency);
    let received =
        Money::new(atoms(exact - residue)?, to).map_err(|_| Rule::AmountMustFitCurrency)?;
    Ok((received, atoms(residue)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_down_and_keeps_the_rest() {
        let rates = Rates::from([
            (Currency::EUR, "1".parse().unwrap()),
            (Currency::BTC, "90000".parse().unwrap()),
        ]);
        let (received, residue) =
            convert("0.00001234 btc".parse().unwrap(), Currency::EUR, &rates).unwrap();
        assert_eq!(
            (received.to_string(), residue.to_string()),
            ("1.11 eur".into(), "0.0006".into())
        );
    }
}
