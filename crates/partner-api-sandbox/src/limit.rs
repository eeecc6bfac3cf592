//! How many calls a key may make in a while. Kept in memory only, and in real time: a caller who is told to wait waits in
//! real time, whatever the virtual clock shows.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// So many calls in a window that begins with the first of them.
///
/// ASSUMED, all of it: the provider's pages name the status 429 and no numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// How many calls are answered within a window.
    pub calls: u64,
    /// How long a window is.
    pub window: Duration,
}

/// Counts the calls of a key. Without a limit nobody waits, which is how a sandbox starts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Limiter(Arc<Mutex<Counted>>);

#[derive(Debug, Default)]
struct Counted {
    limit: Option<RateLimit>,
    began: Option<Instant>,
    made: u64,
    refused: u64,
}

impl Limiter {
    /// Another limit, or none. Counting begins anew.
    pub(crate) fn set(&self, limit: Option<RateLimit>) {
        *self.lock() = Counted {
            limit,
            ..Counted::default()
        };
    }

    /// The limit, and how many calls were refused since it was set.
    pub(crate) fn look(&self) -> (Option<RateLimit>, u64) {
        let counted = self.lock();
        (counted.limit, counted.refused)
    }

    /// Counts a call; if it is one too many, says in how many seconds the next is answered.
    pub(crate) fn admit(&self, now: Instant) -> Result<(), u64> {
        let mut counted = self.lock();
        let Some(limit) = counted.limit else {
            return Ok(());
        };
        let passed = counted
            .began
            .map(|began| now.saturating_duration_since(began));
        let left = passed.and_then(|passed| limit.window.checked_sub(passed));
        let left = match left {
            Some(left) if !left.is_zero() => left,
            _ => {
                counted.began = Some(now);
                counted.made = 0;
                limit.window
            }
        };
        if counted.made < limit.calls {
            counted.made += 1;
            return Ok(());
        }
        counted.refused += 1;
        // Whole seconds, and none too few.
        Err(left.as_secs() + u64::from(left.subsec_nanos() != 0))
    }

    fn lock(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_begins_with_its_first_call_and_waiting_as_told_is_enough() {
        let (limiter, start) = (Limiter::default(), Instant::now());
        let at = |millis| start + Duration::from_millis(millis);
        assert_eq!(limiter.admit(at(0)), Ok(()), "there is no limit yet");
        limiter.set(Some(RateLimit {
            calls: 2,
            window: Duration::from_millis(2_500),
        }));
        for (millis, expected) in [
            (10_000, Ok(())),
            (11_000, Ok(())),
            (11_000, Err(2)),
            (12_499, Err(1)),
            (13_000, Ok(())),
            (13_000, Ok(())),
            (13_000, Err(3)),
        ] {
            assert_eq!(limiter.admit(at(millis)), expected, "{millis}");
        }
        assert_eq!(limiter.look().1, 3);
        limiter.set(None);
        assert_eq!(limiter.admit(at(13_000)), Ok(()));
        assert_eq!(limiter.look(), (None, 0));
    }
}
