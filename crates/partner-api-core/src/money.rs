//! Money: an amount of a currency, never finer than the currency allows.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::amount::{Amount, InvalidAmount};
use crate::currency::{Currency, InvalidCurrency};

/// An amount of a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    amount: Amount,
    currency: Currency,
}

/// The amount is finer than the currency allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{currency} has at most {} decimals, the amount has {decimals}; round it first", currency.decimals())]
pub struct TooPrecise {
    currency: Currency,
    decimals: u8,
}

/// Why a text is not money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMoney {
    /// Not an amount, one space, and a currency.
    #[error("not money; write an amount and a currency, such as 100.50 eur")]
    Form,
    /// The amount cannot be read.
    #[error(transparent)]
    Amount(#[from] InvalidAmount),
    /// The currency cannot be read.
    #[error(transparent)]
    Currency(#[from] InvalidCurrency),
    /// The amount is finer than the currency allows.
    #[error(transparent)]
    TooPrecise(#[from] TooPrecise),
}

impl Money {
    /// So much of a currency; refused if finer than the currency allows, never rounded.
    pub fn new(amount: Amount, currency: Currency) -> Result<Self, TooPrecise> {
        if amount.decimals() <= currency.decimals() {
            Ok(Self { amount, currency })
        } else {
            Err(TooPrecise {
                currency,
                decimals: amount.decimals(),
            })
        }
    }

    /// How much.
    pub const fn amount(self) -> Amount {
        self.amount
    }

    /// Of what.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Whether it is nothing.
    pub const fn is_zero(self) -> bool {
        self.amount.is_zero()
    }
}

/// With the currency's decimals: `100.00 eur`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}",
            self.amount.to_fixed(self.currency.decimals()),
            self.currency
        )
    }
}

impl FromStr for Money {
    type Err = InvalidMoney;

    fn from_str(text: &str) -> Result<Self, InvalidMoney> {
        let (amount, currency) = text.split_once(' ').ok_or(InvalidMoney::Form)?;
        Ok(Self::new(amount.parse()?, currency.parse()?)?)
    }
}

/// As it is displayed. Never on the wire, which knows the two parts only.
impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_with_the_currencys_decimals() {
        let money: Money = "100.5 EUR".parse().unwrap();
        assert_eq!(money.to_string(), "100.50 eur");
        assert_eq!(
            "0.1 btc".parse::<Money>().unwrap().to_string(),
            "0.10000000 btc"
        );
    }

    #[test]
    fn finer_than_the_currency_is_refused() {
        let error = "0.001 eur".parse::<Money>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "eur has at most 2 decimals, the amount has 3; round it first"
        );
    }
}
