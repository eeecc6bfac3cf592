//! Currencies: an open set of short codes, some of which are known.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::amount::MAX_DECIMALS;

const MAX_LEN: usize = 10;

/// A currency's code in lower case, fiat or crypto. Any code of 2 to 10 letters or digits can be held; see
/// [`is_known`](Self::is_known).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    bytes: [u8; MAX_LEN],
    len: u8,
}

/// The text is not a currency's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a currency; give a code of 2 to 10 letters or digits, such as eur or btc")]
pub struct InvalidCurrency;

impl Currency {
    /// Euro, 2 decimals.
    pub const EUR: Self = Self::literal("eur");
    /// Bitcoin, 8 decimals.
    pub const BTC: Self = Self::literal("btc");
    /// Ether; the provider shows 8 decimals.
    pub const ETH: Self = Self::literal("eth");
    /// Litecoin, 8 decimals.
    pub const LTC: Self = Self::literal("ltc");
    /// Dogecoin; 8 decimals are ASSUMED.
    pub const DOGE: Self = Self::literal("doge");
    /// POL; the provider shows 8 decimals.
    pub const POL: Self = Self::literal("pol");
    /// USD Coin, 6 decimals.
    pub const USDC: Self = Self::literal("usdc");
    /// Tether, 6 decimals.
    pub const USDT: Self = Self::literal("usdt");
    /// Euro Tether; 6 decimals are ASSUMED.
    pub const EURT: Self = Self::literal("eurt");

    /// Every currency that the provider's pages name.
    pub const KNOWN: &[Self] = &[
        Self::EUR,
        Self::BTC,
        Self::ETH,
        Self::LTC,
        Self::DOGE,
        Self::POL,
        Self::USDC,
        Self::USDT,
        Self::EURT,
    ];

    const fn literal(code: &str) -> Self {
        let mut bytes = [0; MAX_LEN];
        let mut i = 0;
        while i < code.len() {
            bytes[i] = code.as_bytes()[i];
            i += 1;
        }
        Self {
            bytes,
            len: code.len() as u8,
        }
    }

    /// Reads a code in either case.
    pub fn parse(code: &str) -> Result<Self, InvalidCurrency> {
        let is_code = (2..=MAX_LEN).contains(&code.len())
            && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_code {
            return Err(InvalidCurrency);
        }
        let mut currency = Self::literal(code);
        currency.bytes.make_ascii_lowercase();
        Ok(currency)
    }

    /// The code in lower case.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.len)])
            .expect("only ASCII is ever stored")
    }

    /// How many decimals its amounts may have; for a currency that is not known, as many as an amount can hold.
    pub fn decimals(&self) -> u8 {
        match *self {
            Self::EUR => 2,
            Self::USDC | Self::USDT | Self::EURT => 6,
            _ => MAX_DECIMALS,
        }
    }

    /// Whether the provider's pages name it.
    pub fn is_known(&self) -> bool {
        Self::KNOWN.contains(self)
    }

    /// Whether it is money of a state.
    pub fn is_fiat(&self) -> bool {
        *self == Self::EUR
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Currency({})", self.as_str())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Currency {
    type Err = InvalidCurrency;

    fn from_str(code: &str) -> Result<Self, InvalidCurrency> {
        Self::parse(code)
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// Reads the text where it stands: an answer with balances names nine currencies.
        struct Code;

        impl serde::de::Visitor<'_> for Code {
            type Value = Currency;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a currency's code")
            }

            fn visit_str<E: serde::de::Error>(self, code: &str) -> Result<Currency, E> {
                Currency::parse(code).map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_in_either_case_and_unknown_ones_survive() {
        assert_eq!(Currency::parse("EUR"), Ok(Currency::EUR));
        let unknown = Currency::parse("Xyz9").unwrap();
        assert_eq!(
            (unknown.as_str(), unknown.is_known(), unknown.decimals()),
            ("xyz9", false, 8)
        );
        assert_eq!(serde_json::to_string(&unknown).unwrap(), "\"xyz9\"");
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for code in ["", "e", "e r", "eu-r", "abcdefghijk", "zł", "eur\0"] {
            assert_eq!(Currency::parse(code), Err(InvalidCurrency), "{code}");
        }
    }
}
