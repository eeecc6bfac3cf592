//! Exact decimals of any precision, and reading numbers from their text.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// Beyond this many digits before or after the point, a number is refused rather than written out.
const DIGITS_MAX: usize = 64;

/// An exact decimal, such as a rate or a percentage: a JSON number on the wire, read from a number or a string.
///
/// Holds the shortest plain form, so `1.50`, `1.5` and `15e-1` are equal. There is no arithmetic here: take
/// [`scaled`](Self::scaled) integers and compute with those.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DecimalNumber(Box<str>);

/// Why text is not a decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidDecimal {
    /// Not digits with at most one point, sign and exponent.
    #[error("not a decimal number; write digits with at most one point, such as 12.5")]
    NotANumber,
    /// More digits than anybody needs.
    #[error(
        "more than {DIGITS_MAX} digits before or after the point; round the number before it is sent"
    )]
    TooLong,
}

impl DecimalNumber {
    /// The shortest plain form: no exponent, no needless zeros.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The decimal of `value` units of 10^-`decimals`: `from_scaled(125, 1)` is 12.5.
    pub fn from_scaled(value: i128, decimals: u8) -> Self {
        let sign = if value < 0 { "-" } else { "" };
        let digits = format!(
            "{:0width$}",
            value.unsigned_abs(),
            width = usize::from(decimals) + 1
        );
        let (whole, fraction) = digits.split_at(digits.len() - usize::from(decimals));
        Self(shortest(sign, whole, fraction).into())
    }

    /// The value in units of 10^-`decimals`; `None` where that is not a whole number or does not fit.
    pub fn scaled(&self, decimals: u8) -> Option<i128> {
        let (whole, fraction) = self.0.split_once('.').unwrap_or((&self.0, ""));
        let zeros = usize::from(decimals).checked_sub(fraction.len())?;
        format!("{whole}{fraction}{}", "0".repeat(zeros))
            .parse()
            .ok()
    }
}

impl FromStr for DecimalNumber {
    type Err = InvalidDecimal;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        plain(text).map(|text| Self(text.into()))
    }
}

impl fmt::Display for DecimalNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for DecimalNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DecimalNumber({})", self.0)
    }
}

impl Serialize for DecimalNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_number(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for DecimalNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_scalar(deserializer, |_, text| text.parse::<Self>())
    }
}

/// The two forms of a number on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A JSON string.
    Text,
    /// A JSON number.
    Number,
}

/// Reads a JSON string or number without going through a float; `parse` is given the digits as they were written.
pub(crate) fn read_scalar<'de, D: Deserializer<'de>, T, E: std::fmt::Display>(
    deserializer: D,
    parse: impl FnOnce(Form, &str) -> Result<T, E>,
) -> Result<T, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    let json = raw.get();
    let quoted = json
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let parsed = match (quoted, json.as_bytes().first()) {
        // No digit needs an escape, but a writer may use one all the same.
        (Some(text), _) if text.contains('\\') => {
            let text: String = serde_json::from_str(json).map_err(D::Error::custom)?;
            parse(Form::Text, &text)
        }
        (Some(text), _) => parse(Form::Text, text),
        (None, Some(b'-' | b'0'..=b'9')) => parse(Form::Number, json),
        _ => {
            return Err(D::Error::custom(
                "expected a number or a string that holds one",
            ));
        }
    };
    parsed.map_err(D::Error::custom)
}

/// Writes `text`, which must be a JSON number, as it stands.
pub(crate) fn write_number<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    use serde::ser::Error as _;
    RawValue::from_string(text.to_owned())
        .map_err(S::Error::custom)?
        .serialize(serializer)
}

/// The shortest plain form of `text`, which may have an exponent.
pub(crate) fn plain(text: &str) -> Result<String, InvalidDecimal> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (
            mantissa,
            exponent
                .parse::<i32>()
                .map_err(|_| InvalidDecimal::NotANumber)?,
        ),
        None => (text, 0),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((_, "")) => return Err(InvalidDecimal::NotANumber),
        Some(parts) => parts,
        None => (mantissa, ""),
    };
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) {
        return Err(InvalidDecimal::NotANumber);
    }
    let shift = usize::try_from(exponent.unsigned_abs()).unwrap_or(usize::MAX);
    if [whole.len(), fraction.len(), shift]
        .iter()
        .any(|length| DIGITS_MAX < *length)
    {
        return Err(InvalidDecimal::TooLong);
    }
    if shift == 0 {
        return Ok(shortest(sign, whole, fraction));
    }
    // Pad so that the point can move by the whole exponent either way.
    let padding = "0".repeat(shift);
    let digits = format!("{padding}{whole}{fraction}{padding}");
    let point = if exponent < 0 {
        whole.len()
    } else {
        whole.len() + 2 * shift
    };
    let (whole, fraction) = digits.split_at(point);
    Ok(shortest(sign, whole, fraction))
}

fn shortest(sign: &str, whole: &str, fraction: &str) -> String {
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction = fraction.trim_end_matches('0');
    match (whole, fraction) {
        ("0", "") => "0".to_owned(),
        // `concat` allocates once and exactly, which `format!` does not.
        (whole, "") => [sign, whole].concat(),
        (whole, fraction) => [sign, whole, ".", fraction].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_plain_form() {
        let cases = [
            ("0", "0"),
            ("-0", "0"),
            ("-0.0", "0"),
            ("1", "1"),
            ("007", "7"),
            ("100.50", "100.5"),
            ("0.1", "0.1"),
            ("1e2", "100"),
            ("1E+2", "100"),
            ("1e-7", "0.0000001"),
            ("12.5e1", "125"),
            ("12.5e-1", "1.25"),
            ("1.23e1", "12.3"),
            ("-2.50", "-2.5"),
        ];
        for (text, expected) in cases {
            assert_eq!(plain(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_decimal_is_refused() {
        for text in [
            "", "-", ".", "1.", ".5", "+1", "1.2.3", "1e", "1e2.5", "NaN", "inf", "0x1", " 1",
            "--1", "١",
        ] {
            assert_eq!(plain(text), Err(InvalidDecimal::NotANumber), "{text:?}");
        }
        for text in ["1e65", "1e-65", "1e2000000000", &"9".repeat(65)] {
            assert_eq!(plain(text), Err(InvalidDecimal::TooLong), "{text:?}");
        }
    }

    #[test]
    fn a_rate_keeps_every_digit_and_is_written_as_a_number() {
        let rate: DecimalNumber = serde_json::from_str("0.123456789012345678901").unwrap();
        assert_eq!(
            serde_json::to_string(&rate).unwrap(),
            "0.123456789012345678901"
        );
        let same: DecimalNumber = serde_json::from_str("\"0.123456789012345678901\"").unwrap();
        assert_eq!(rate, same);
    }

    #[test]
    fn a_value_tree_can_be_read_too() {
        let rate: DecimalNumber = serde_json::from_value(serde_json::json!(1.49)).unwrap();
        assert_eq!(rate.as_str(), "1.49");
    }

    #[test]
    fn scaled_integers_go_both_ways() {
        let rate: DecimalNumber = "-12.5".parse().unwrap();
        assert_eq!(rate.scaled(1), Some(-125));
        assert_eq!(rate.scaled(3), Some(-12_500));
        assert_eq!(rate.scaled(0), None, "half a unit is not a whole number");
        for (value, decimals) in [(0, 0), (5, 2), (-5, 2), (125, 1), (i128::from(i64::MAX), 8)] {
            assert_eq!(
                DecimalNumber::from_scaled(value, decimals).scaled(decimals),
                Some(value)
            );
        }
        assert_eq!(DecimalNumber::from_scaled(-5, 2).as_str(), "-0.05");
    }
}
