//! When a failed event is tried again.

use std::time::Duration;

use crate::clock::Random;

/// Pauses that grow, each with full jitter: anything from nothing to twice what the one before could be, up to a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The longest first pause.
    pub first: Duration,
    /// The longest pause.
    pub most: Duration,
    /// How often an event is handed over before it goes to the dead letters; at least once.
    pub attempts: u32,
}

/// A second at first, an hour at most, 20 attempts: about seven hours on average.
impl Default for Backoff {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(1),
            most: Duration::from_secs(60 * 60),
            attempts: 20,
        }
    }
}

impl Backoff {
    /// The pause after so many attempts; none if there is to be no other.
    pub(super) fn pause(&self, attempts: u32, random: &dyn Random) -> Option<Duration> {
        if self.attempts <= attempts {
            return None;
        }
        let doublings = attempts.saturating_sub(1).min(31);
        let most = self.first.saturating_mul(1 << doublings).min(self.most);
        Some(random.up_to(most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Most;

    impl Random for Most {
        fn up_to(&self, most: Duration) -> Duration {
            most
        }
    }

    #[test]
    fn pauses_double_up_to_the_limit_and_end() {
        let backoff = Backoff {
            first: Duration::from_secs(1),
            most: Duration::from_secs(5),
            attempts: 6,
        };
        let pauses: Vec<_> = (1..8)
            .map(|attempt| backoff.pause(attempt, &Most))
            .collect();
        let seconds = |it| Some(Duration::from_secs(it));
        let expected = [
            seconds(1),
            seconds(2),
            seconds(4),
            seconds(5),
            seconds(5),
            None,
            None,
        ];
        assert_eq!(pauses, expected);
    }

    #[test]
    fn no_number_of_attempts_is_too_large_for_it() {
        let backoff = Backoff {
            attempts: u32::MAX,
            ..Backoff::default()
        };
        assert_eq!(backoff.pause(u32::MAX - 1, &Most), Some(backoff.most));
    }
}
