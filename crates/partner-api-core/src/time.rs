//! Moments in UTC, to the millisecond. Time is data: nothing here reads a clock.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment in UTC, to the millisecond, between the years 1 and 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// The text or number is not a moment that can be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a moment; write it as 2026-11-23T10:00:00.000Z, between the years 1 and 9999")]
pub struct InvalidTimestamp;

impl Timestamp {
    /// 1970-01-01T00:00:00.000Z.
    pub const EPOCH: Self = Self(0);
    /// The first moment of the year 1.
    pub const MIN: Self = Self(-62_135_596_800_000);
    /// 9999-12-30T22:00:00.000Z: the last whole second that every time zone can show.
    pub const MAX: Self = Self(253_402_207_200_000);

    /// The moment so many milliseconds after 1970.
    pub const fn from_millis(millis: i64) -> Result<Self, InvalidTimestamp> {
        if Self::MIN.0 <= millis && millis <= Self::MAX.0 {
            Ok(Self(millis))
        } else {
            Err(InvalidTimestamp)
        }
    }

    /// Milliseconds since 1970.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The moment `by` later, at most [`Timestamp::MAX`]; below a millisecond is cut off.
    pub fn plus(self, by: Duration) -> Self {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(by).min(Self::MAX.0))
    }

    /// The moment `by` later, unless it is after [`Timestamp::MAX`]; below a millisecond is cut off.
    pub fn checked_plus(self, by: Duration) -> Option<Self> {
        let by = i64::try_from(by.as_millis()).ok()?;
        Self::from_millis(self.0.checked_add(by)?).ok()
    }

    /// The moment `by` earlier, at least [`Timestamp::MIN`]; below a millisecond is cut off.
    pub fn minus(self, by: Duration) -> Self {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_sub(by).max(Self::MIN.0))
    }

    /// The day in UTC, as `YYYY-MM-DD`; days compare as their texts do.
    pub fn date(self) -> String {
        let mut text = self.to_string();
        text.truncate("YYYY-MM-DD".len());
        text
    }

    /// How long after `earlier` this is; nothing if it is not after it.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }
}

/// As the provider writes it: `2025-08-05T10:33:54.730Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = jiff::Timestamp::from_millisecond(self.0).map_err(|_| fmt::Error)?;
        write!(f, "{moment:.3}")
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        let moment: jiff::Timestamp = text.parse().map_err(|_| InvalidTimestamp)?;
        Self::from_millis(moment.as_millisecond())
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_with_milliseconds_and_read_back() {
        let text = "2025-08-05T10:33:54.730Z";
        let moment: Timestamp = text.parse().unwrap();
        assert_eq!(
            (moment.to_string(), moment.millis()),
            (text.to_owned(), 1_754_390_034_730)
        );
        for edge in [Timestamp::MIN, Timestamp::EPOCH, Timestamp::MAX] {
            assert_eq!(edge.to_string().parse(), Ok(edge));
        }
    }

    #[test]
    fn arithmetic_stops_at_the_edges() {
        assert_eq!(Timestamp::MAX.plus(Duration::MAX), Timestamp::MAX);
        let brink = Timestamp::MAX.minus(Duration::from_millis(1));
        for (millis, end) in [(1, Some(Timestamp::MAX)), (2, None), (u64::MAX, None)] {
            let by = Duration::from_millis(millis);
            assert_eq!(brink.checked_plus(by), end);
        }
        assert_eq!(Timestamp::MIN.checked_plus(Duration::MAX), None);
        assert_eq!(Timestamp::MIN.minus(Duration::MAX), Timestamp::MIN);
        assert_eq!(Timestamp::EPOCH.since(Timestamp::MAX), Duration::ZERO);
    }
}
