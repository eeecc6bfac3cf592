//! Exact, non-negative amounts: whole units of 10^-8, never a float.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The decimals that an amount can hold, as the provider's validation message says (`error-handling-1975742m0`).
pub const MAX_DECIMALS: u8 = 8;

const ATOMS_PER_UNIT: i64 = 10_i64.pow(MAX_DECIMALS as u32);

/// An exact amount of some currency, never negative.
///
/// Held in *atoms* of 10^-8. What cannot be represented is refused, never rounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i64);

/// Why a text is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAmount {
    /// Not digits with at most one point between them.
    #[error("amount is not a plain decimal; write digits with at most one point, such as 100.50")]
    NotDecimal,
    /// More than [`MAX_DECIMALS`] decimals.
    #[error("amount has more than 8 decimals; round it first, it is never rounded here")]
    TooPrecise,
    /// More than [`Amount::MAX`].
    #[error("amount is over the largest that can be held, 92233720368.54775807")]
    TooLarge,
}

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest amount: 92 233 720 368.547 758 07.
    pub const MAX: Self = Self(i64::MAX);

    /// The amount of so many atoms of 10^-8; `None` if negative.
    pub const fn from_atoms(atoms: i64) -> Option<Self> {
        if atoms < 0 { None } else { Some(Self(atoms)) }
    }

    /// In atoms of 10^-8; never negative.
    pub const fn atoms(self) -> i64 {
        self.0
    }

    /// Reads a plain decimal: digits with at most one point between them. No sign, no exponent, no spaces.
    pub fn parse(text: &str) -> Result<Self, InvalidAmount> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !is_digits(whole) || !is_digits(fraction) {
            return Err(InvalidAmount::NotDecimal);
        }
        if fraction.len() > usize::from(MAX_DECIMALS) {
            return Err(InvalidAmount::TooPrecise);
        }
        let units: i64 = whole.parse().map_err(|_| InvalidAmount::TooLarge)?;
        let scale = 10_i64.pow(u32::from(MAX_DECIMALS) - fraction.len() as u32);
        // At most eight digits, so it fits and the product stays below one unit.
        let rest = fraction
            .parse::<i64>()
            .map_err(|_| InvalidAmount::TooLarge)?
            * scale;
        units
            .checked_mul(ATOMS_PER_UNIT)
            .and_then(|atoms| atoms.checked_add(rest))
            .map(Self)
            .ok_or(InvalidAmount::TooLarge)
    }

    /// The sum, unless it is over [`Amount::MAX`].
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(atoms) => Some(Self(atoms)),
            None => None,
        }
    }

    /// The difference, unless it is negative.
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        Self::from_atoms(self.0 - other.0)
    }

    /// Whether it is nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// How many decimals it needs: 0 for 100, 1 for 0.5.
    pub const fn decimals(self) -> u8 {
        let (mut rest, mut decimals) = (self.0 % ATOMS_PER_UNIT, MAX_DECIMALS);
        if rest == 0 {
            return 0;
        }
        while rest % 10 == 0 {
            rest /= 10;
            decimals -= 1;
        }
        decimals
    }

    /// Written with exactly so many decimals, or with more where fewer would lose something: `100.00`.
    pub fn to_fixed(self, decimals: u8) -> String {
        self.written(decimals.max(self.decimals()).min(MAX_DECIMALS))
    }

    fn written(self, decimals: u8) -> String {
        let (whole, rest) = (self.0 / ATOMS_PER_UNIT, self.0 % ATOMS_PER_UNIT);
        if decimals == 0 {
            return whole.to_string();
        }
        let digits = rest / 10_i64.pow(u32::from(MAX_DECIMALS - decimals));
        format!("{whole}.{digits:0width$}", width = usize::from(decimals))
    }
}

/// The shortest plain decimal: `100`, `0.5`.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.written(self.decimals()))
    }
}

impl FromStr for Amount {
    type Err = InvalidAmount;

    fn from_str(text: &str) -> Result<Self, InvalidAmount> {
        Self::parse(text)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_not_exactly_representable_is_refused() {
        use InvalidAmount::*;
        for (text, expected) in [
            ("", NotDecimal),
            (".", NotDecimal),
            ("1.", NotDecimal),
            (".5", NotDecimal),
            ("-1", NotDecimal),
            ("+1", NotDecimal),
            ("1e2", NotDecimal),
            ("NaN", NotDecimal),
            ("1 000", NotDecimal),
            ("1,5", NotDecimal),
            ("1.2.3", NotDecimal),
            ("١", NotDecimal),
            ("0.000000001", TooPrecise),
            ("0.100000000", TooPrecise),
            ("92233720368.54775808", TooLarge),
            ("123456789012345678901234567890", TooLarge),
        ] {
            assert_eq!(Amount::parse(text), Err(expected), "{text}");
        }
    }

    #[test]
    fn written_short_or_with_the_decimals_asked_for() {
        let amount = |text| Amount::parse(text).unwrap();
        assert_eq!(amount("0100.50").to_string(), "100.5");
        assert_eq!(amount("0").to_string(), "0");
        assert_eq!(amount("100").to_fixed(2), "100.00");
        assert_eq!(amount("0.00000001").to_fixed(2), "0.00000001");
        assert_eq!(Amount::MAX.to_string(), "92233720368.54775807");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_as_the_same(atoms in 0..=i64::MAX, decimals in 0..=8_u8) {
            let amount = Amount::from_atoms(atoms).unwrap();
            prop_assert_eq!(Amount::parse(&amount.to_string()), Ok(amount));
            prop_assert_eq!(Amount::parse(&amount.to_fixed(decimals)), Ok(amount));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}") {
            let _ = Amount::parse(&text);
        }
    }
}
