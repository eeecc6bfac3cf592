//! What a story expects, worked out by hand: whole numbers of hundred-millionths, with none of the arithmetic that it checks.

use std::fmt;
use std::ops::{Add, Neg, Sub};

use super::stage::Told;

/// The decimals of a hundred-millionth.
const DECIMALS: u32 = 8;
const ONE: i128 = 10_i128.pow(DECIMALS);

/// An exact sum of whatever currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sum(i128);

/// Reads a sum from its decimal text.
pub(crate) fn sum(text: impl fmt::Display) -> Told<Sum> {
    let text = text.to_string();
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let length = u32::try_from(decimals.len())?;
    let missing = DECIMALS.checked_sub(length).ok_or("too many decimals")?;
    let digits: i128 = format!("{whole}{decimals}").parse()?;
    Ok(Sum(digits * 10_i128.pow(missing)))
}

impl Sum {
    pub(crate) const NOTHING: Self = Self(0);

    /// What so many units are worth at a rate, rounded down.
    pub(crate) fn times(self, rate: Self, decimals: u32) -> Self {
        Self(self.0 * rate.0 / ONE).rounded_down(decimals)
    }

    /// How many units this buys at a rate, rounded down.
    pub(crate) fn over(self, rate: Self, decimals: u32) -> Self {
        Self(self.0 * ONE / rate.0).rounded_down(decimals)
    }

    /// As balances in euro are shown, with two decimals.
    pub(crate) fn in_euro(self) -> String {
        let text = self.to_string();
        let (whole, cents) = text.split_once('.').unwrap_or((&text, ""));
        format!("{whole}.{cents:0<2} eur")
    }

    fn rounded_down(self, decimals: u32) -> Self {
        let grain = 10_i128.pow(DECIMALS - decimals);
        Self(self.0 / grain * grain)
    }
}

impl Add for Sum {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Sum {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Sum {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.abs() / ONE, self.0.abs() % ONE);
        let text = format!("{sign}{whole}.{rest:08}");
        f.pad(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Sum {
        sum(text).expect("a sum")
    }

    #[test]
    fn sums_are_read_written_and_rounded_down() {
        for text in ["0", "1", "-1.5", "10000", "0.00000001", "-0.1"] {
            assert_eq!(of(text).to_string(), text);
        }
        assert_eq!(of("25.00").to_string(), "25");
        assert!(sum("1.123456789").is_err() && sum("one").is_err());
        assert_eq!(of("346.59").over(of("0.84"), 6).to_string(), "412.607142");
        assert_eq!(of("3").times(of("0.333"), 2).to_string(), "0.99");
        assert_eq!((of("1") - of("2.5") + -of("1")).to_string(), "-2.5");
    }
}
