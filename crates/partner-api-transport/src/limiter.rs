//! The rate limiter: a pace of our own, and the pauses that a server asks for.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::behavior::Rate;

/// A token bucket, kept as the instant at which it will be full again.
#[derive(Debug)]
pub(crate) struct Limiter {
    pace: Option<Pace>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct Pace {
    /// Between two requests in the long run.
    interval: Duration,
    /// How far ahead of the pace a burst may run.
    tolerance: Duration,
}

#[derive(Debug, Default)]
struct State {
    full_at: Option<Instant>,
    paused_until: Option<Instant>,
}

impl Limiter {
    pub(crate) fn new(rate: Option<Rate>) -> Self {
        let pace = rate.map(|rate| {
            let interval = Duration::from_secs(1) / rate.per_second.max(1);
            Pace {
                interval,
                tolerance: interval * (rate.burst.max(1) - 1),
            }
        });
        Self {
            pace,
            state: Mutex::default(),
        }
    }

    /// When a request may leave. A turn before `deadline` is reserved; a later one is not.
    pub(crate) fn reserve(&self, now: Instant, deadline: Instant) -> Instant {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut turn = state.paused_until.map_or(now, |until| until.max(now));
        let Some(pace) = &self.pace else { return turn };
        let full_at = state.full_at.map_or(now, |it| it.max(now));
        turn = turn.max(full_at.checked_sub(pace.tolerance).unwrap_or(now));
        if turn < deadline {
            state.full_at = Some(full_at.max(turn) + pace.interval);
        }
        turn
    }

    /// When half of the burst will be unused, if nobody else takes a turn meanwhile.
    pub(crate) fn spare(&self, now: Instant) -> Instant {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (Some(pace), Some(full_at)) = (&self.pace, state.full_at) else {
            return now;
        };
        full_at
            .checked_sub(pace.tolerance / 2)
            .map_or(now, |it| it.max(now))
    }

    /// Until when the server asked to be left alone, if that lies ahead.
    pub(crate) fn paused_until(&self, now: Instant) -> Option<Instant> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.paused_until.filter(|until| now < *until)
    }

    /// No request leaves before `until`. A shorter pause does not end a longer one.
    pub(crate) fn pause(&self, until: Instant) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.paused_until = state.paused_until.max(Some(until));
    }
}
