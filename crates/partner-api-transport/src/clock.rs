//! Time and chance, injected so that tests decide both.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime};

/// Where a client gets its time from.
pub trait Clock: fmt::Debug + Send + Sync {
    /// Monotonic time: deadlines and pauses.
    fn now(&self) -> Instant;
    /// Calendar time: only to read a `Retry-After` that is a date.
    fn calendar(&self) -> SystemTime;
    /// Ends at `at`.
    fn sleep_until(&self, at: Instant) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// Tokio's clock, which a paused runtime (`tokio::time::pause`) turns into a virtual one, and the
/// system's calendar.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }

    fn calendar(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep_until(&self, at: Instant) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep_until(at.into()))
    }
}

/// Where a client gets its jitter from.
pub trait Random: fmt::Debug + Send + Sync {
    /// A duration between zero and `most`, both included.
    fn up_to(&self, most: Duration) -> Duration;
}

/// A fast generator without cryptographic claims, seeded by each thread.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn up_to(&self, most: Duration) -> Duration {
        most.mul_f64(fastrand::f64())
    }
}
