//! What varies between partners: what the provider takes, and how strict it is.
//!
//! Fees are by the older price list and the samples of `networkConfig`, rounded half up to the smallest unit (ASSUMED).

use std::collections::BTreeSet;

use super::atoms;

/// A cent, in atoms.
const CENT: i64 = 1_000_000;

/// What a card costs the partner for thirty days in which it is active.
pub(super) const CARD_FEE: i64 = 25 * CENT;

/// How often that is taken.
pub(super) const CARD_FEE_PERIOD_MS: i64 = 30 * 86_400_000;

/// What the provider asks of a partner and its users.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Whose residents may not have cards; the provider's list could not be read, so by default nobody's.
    pub card_forbidden_countries: BTreeSet<String>,
    /// Whether a payout that names nobody fails unless its account is known to be the payer's own.
    pub known_accounts_only: bool,
    /// Whether identity data waits for documents.
    pub documents_first: bool,
    /// Whose residents are asked for a proof of address; nothing if everybody may give one.
    pub proof_countries: Option<BTreeSet<String>>,
    /// What a hosted verification costs the partner, in cents.
    pub kyc_cents: i64,
    /// What the provider keeps of an order or a link, in hundredths of a percent.
    pub checkout_share: i64,
}

impl Terms {
    /// As strict, and as dear, as the design allows a provider to be.
    pub fn strict() -> Self {
        let countries = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
        Self {
            card_forbidden_countries: countries(&["RU"]),
            known_accounts_only: true,
            documents_first: true,
            proof_countries: Some(countries(&["PL", "RU"])),
            kyc_cents: 150,
            checkout_share: 100,
        }
    }

    pub(super) fn kyc_fee(&self) -> i64 {
        self.kyc_cents * CENT
    }

    pub(super) fn of_checkout(&self, atoms: i64) -> i64 {
        percent(atoms, self.checkout_share.into(), "eur")
    }
}

/// A payout costs 0.1 %, at least one euro.
pub(super) fn of_payout(atoms: i64) -> i64 {
    percent(atoms, 10, "eur").max(100 * CENT)
}

/// An exchange costs 1.49 % of what is given.
pub(super) fn of_exchange(atoms: i64, currency: &str) -> i64 {
    percent(atoms, 149, currency)
}

/// The provider's fixed fee for a withdrawal, and the least that can be withdrawn; as staging's samples show them, DOGE by
/// the older price list, the other stablecoins as USDC, and nothing where neither says.
pub(super) fn of_withdrawal(currency: &str, network: &str) -> (i64, i64) {
    let (fee, minimum) = match (currency, network) {
        ("btc", "btc") => ("0.0003", "0"),
        ("eth", "ethereum") => ("0.003", "0.0006"),
        ("ltc", "ltc") => ("0.002", "0.001"),
        ("doge", "doge") => ("5", "0"),
        ("pol", "polygon") => ("0.001", "0.00005"),
        ("usdc" | "usdt" | "eurt", "ethereum") => ("10", "1"),
        ("usdc" | "usdt", "polygon") => ("0.5", "2"),
        _ => ("0", "0"),
    };
    let atoms = |text| atoms::parse(text).expect("the table holds amounts");
    (atoms(fee), atoms(minimum))
}

/// On which chains a currency travels, its usual one first.
pub(super) fn networks(currency: &str) -> &'static [&'static str] {
    match currency {
        "btc" => &["btc"],
        "ltc" => &["ltc"],
        "doge" => &["doge"],
        "pol" => &["polygon"],
        "eth" | "eurt" => &["ethereum"],
        "usdc" | "usdt" => &["ethereum", "polygon"],
        _ => &[],
    }
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
