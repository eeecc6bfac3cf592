//! What the provider takes, by its older price list, and how that is rounded (ASSUMED: half up to the smallest unit).

use super::atoms;

/// A cent, in atoms.
const CENT: i64 = 1_000_000;

/// What a card costs the partner for thirty days in which it is active.
pub(super) const CARD_FEE: i64 = 25 * CENT;

/// How often that is taken.
pub(super) const CARD_FEE_PERIOD_MS: i64 = 30 * 86_400_000;

/// A payout costs 0.1 %, at least one euro.
pub(super) fn of_payout(atoms: i64) -> i64 {
    percent(atoms, 10, "eur").max(100 * CENT)
}

/// An exchange costs 1.49 % of what is given.
pub(super) fn of_exchange(atoms: i64, currency: &str) -> i64 {
    percent(atoms, 149, currency)
}

/// So many hundredths of a percent of an amount.
fn percent(atoms: i64, hundredths: i128, currency: &str) -> i64 {
    let unit = i128::from(atoms::grain(currency));
    let twice = i128::from(atoms) * hundredths * 2 / 10_000;
    let units = (twice + unit) / (2 * unit);
    i64::try_from(units * unit).expect("a fee is less than what it is of")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_price_lists_own_examples_hold() {
        assert_eq!(of_payout(500 * 100 * CENT), 100 * CENT);
        assert_eq!(of_payout(2_000 * 100 * CENT), 200 * CENT);
        assert_eq!(of_exchange(100 * 100 * CENT, "eur"), 149 * CENT);
        assert_eq!(of_exchange(33 * CENT, "eur"), 0);
        assert_eq!(of_exchange(34 * CENT, "eur"), CENT);
    }
}
