//! The virtual clock: real time and a distance from it, or one moment that stands still.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use partner_api_core::Timestamp;

/// How virtual time follows from real time. It is a value, stored with every change, so that reopening continues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clock {
    /// So many milliseconds ahead of real time.
    Running { ahead_millis: i64 },
    /// Standing still.
    Frozen { at: Timestamp },
}

impl Clock {
    /// A clock that shows `now` at the moment `real`, running or standing.
    pub(crate) fn showing(now: Timestamp, real: Timestamp, frozen: bool) -> Self {
        if frozen {
            Self::Frozen { at: now }
        } else {
            Self::Running {
                ahead_millis: now.millis() - real.millis(),
            }
        }
    }

    /// What it shows at the moment `real`.
    pub(crate) fn at(self, real: Timestamp) -> Timestamp {
        match self {
            Self::Frozen { at } => at,
            Self::Running { ahead_millis } => {
                let millis = real.millis().saturating_add(ahead_millis);
                Timestamp::from_millis(millis).unwrap_or(Timestamp::MAX)
            }
        }
    }

    /// Whether it stands still.
    pub(crate) fn is_frozen(self) -> bool {
        matches!(self, Self::Frozen { .. })
    }

    /// How long in real time until it shows `due`; never, if it stands still before that.
    pub(crate) fn until(self, due: Timestamp, real: Timestamp) -> Option<Duration> {
        let now = self.at(real);
        (due <= now || !self.is_frozen()).then(|| due.since(now))
    }
}

/// Real time.
pub(crate) fn real_now() -> Timestamp {
    let millis = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        });
    Timestamp::from_millis(millis).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis).unwrap()
    }

    #[test]
    fn a_running_clock_keeps_its_distance_and_a_frozen_one_its_moment() {
        let running = Clock::showing(ms(5_000), ms(1_000), false);
        assert_eq!(running.at(ms(1_001)), ms(5_001));
        assert_eq!(
            running.until(ms(5_100), ms(1_000)),
            Some(Duration::from_millis(100))
        );
        let frozen = Clock::showing(ms(5_000), ms(1_000), true);
        assert_eq!(frozen.at(ms(9_000)), ms(5_000));
        assert_eq!(frozen.until(ms(5_001), ms(9_000)), None);
        assert_eq!(frozen.until(ms(5_000), ms(9_000)), Some(Duration::ZERO));
    }
}
