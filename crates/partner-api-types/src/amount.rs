//! The two forms of an exact amount on the wire, and the signed amounts of the sandbox's books.
//!
//! The provider writes amounts as strings in some places and as numbers in others. The schema says which form *we*
//! write; both are read everywhere, a number from its text, so that nothing is ever rounded.

use std::fmt;
use std::str::FromStr;

use partner_api_core::Amount;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::decimal::{self, Form, InvalidDecimal};

/// Units of [`SignedAmount`] and of `Amount`'s atoms: 10^-8.
const DECIMALS: u8 = 8;

macro_rules! amount {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Amount);

        impl From<Amount> for $name {
            fn from(amount: Amount) -> Self {
                Self(amount)
            }
        }

        impl From<$name> for Amount {
            fn from(wire: $name) -> Self {
                wire.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                read(deserializer).map(Self)
            }
        }
    };
}

amount! {
    /// An amount that is written as a JSON string: `"100.5"`.
    AmountText
}

amount! {
    /// An amount that is written as a JSON number: `100.5`.
    AmountNumber
}

impl Serialize for AmountText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl Serialize for AmountNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        decimal::write_number(&self.0.to_string(), serializer)
    }
}

fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
    decimal::read_scalar(deserializer, |form, text| {
        // JSON may write 0.0000001 as 1e-7; a string may not.
        if form == Form::Number && text.contains(['e', 'E']) {
            let plain = decimal::plain(text).map_err(|error| error.to_string())?;
            return Amount::parse(&plain).map_err(|error| error.to_string());
        }
        Amount::parse(text).map_err(|error| error.to_string())
    })
}

/// An amount that may be negative, such as the total of the books' outside accounts: a JSON string, read from a string
/// or a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SignedAmount(i128);

impl SignedAmount {
    /// Zero.
    pub const ZERO: Self = Self(0);

    /// The amount of `atoms` units of 10^-8.
    pub const fn from_atoms(atoms: i128) -> Self {
        Self(atoms)
    }

    /// The amount in units of 10^-8.
    pub const fn atoms(self) -> i128 {
        self.0
    }

    /// Whether it is zero.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl From<Amount> for SignedAmount {
    fn from(amount: Amount) -> Self {
        Self(amount.atoms().into())
    }
}

impl fmt::Display for SignedAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(decimal::DecimalNumber::from_scaled(self.0, DECIMALS).as_str())
    }
}

impl FromStr for SignedAmount {
    type Err = InvalidDecimal;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let decimal: decimal::DecimalNumber = text.parse()?;
        decimal
            .scaled(DECIMALS)
            .map(Self)
            .ok_or(InvalidDecimal::TooLong)
    }
}

impl Serialize for SignedAmount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SignedAmount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decimal::read_scalar(deserializer, |_, text| text.parse::<Self>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        Amount::parse(text).unwrap()
    }

    /// Both types read the same; what comes back is the plain decimal.
    fn check(json: &str, expected: &str) {
        let text: AmountText = serde_json::from_str(json).unwrap();
        let number: AmountNumber = serde_json::from_str(json).unwrap();
        assert_eq!(
            (text.0, number.0),
            (amount(expected), amount(expected)),
            "{json}"
        );
    }

    fn check_refused(json: &str) {
        let text = serde_json::from_str::<AmountText>(json);
        let number = serde_json::from_str::<AmountNumber>(json);
        assert!(
            text.is_err() && number.is_err(),
            "{json} was read as {text:?} and {number:?}"
        );
    }

    #[test]
    fn strings_and_numbers_are_read_exactly() {
        check("\"100\"", "100");
        check("100", "100");
        check("100.50", "100.5");
        check("\"100.50\"", "100.5");
        check("0.1", "0.1");
        check("1e2", "100");
        check("1.5E-7", "0.00000015");
        check("92233720368.54775807", "92233720368.54775807");
        check("0", "0");
    }

    #[test]
    fn what_cannot_be_held_exactly_is_refused() {
        for number in [
            "0.000000001",
            "1e-9",
            "123456789012345678901234567890",
            "1e30",
            "-1",
            "-0.5",
            "1e-99",
        ] {
            check_refused(number);
            check_refused(&format!("\"{number}\""));
        }
        for json in [
            "\"\"", "\"NaN\"", "NaN", "\"1e2\"", "\" 1\"", "\"+1\"", "null", "true", "[1]", "{}",
        ] {
            check_refused(json);
        }
    }

    #[test]
    fn each_type_writes_its_own_form() {
        assert_eq!(
            serde_json::to_string(&AmountText(amount("100.50"))).unwrap(),
            "\"100.5\""
        );
        assert_eq!(
            serde_json::to_string(&AmountNumber(amount("100.50"))).unwrap(),
            "100.5"
        );
        assert_eq!(
            serde_json::to_string(&AmountNumber(amount("0.00000001"))).unwrap(),
            "0.00000001"
        );
        assert_eq!(
            serde_json::to_string(&AmountNumber(Amount::MAX)).unwrap(),
            "92233720368.54775807"
        );
    }

    #[test]
    fn an_amount_within_a_body_is_read_and_an_error_says_where() {
        #[derive(Debug, Deserialize, Serialize)]
        struct Body {
            amount: AmountNumber,
            fee: Option<AmountText>,
        }
        let body: Body = serde_json::from_str(r#"{"amount": 0.1, "fee": 1}"#).unwrap();
        assert_eq!(
            serde_json::to_string(&body).unwrap(),
            r#"{"amount":0.1,"fee":"1"}"#
        );
        let error = serde_json::from_str::<Body>("{\n\"amount\": -1}").unwrap_err();
        assert_eq!(error.line(), 2);
    }

    #[test]
    fn signed_amounts_go_both_ways() {
        for (atoms, text) in [
            (0, "0"),
            (-1, "-0.00000001"),
            (150_000_000, "1.5"),
            (-10_000_000_000, "-100"),
        ] {
            let signed = SignedAmount::from_atoms(atoms);
            assert_eq!(
                serde_json::to_string(&signed).unwrap(),
                format!("\"{text}\"")
            );
            assert_eq!(text.parse(), Ok(signed));
            assert_eq!(serde_json::from_str::<SignedAmount>(text).unwrap(), signed);
        }
    }
}
