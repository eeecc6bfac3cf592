//! Time and chance, injected so that tests decide both.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use partner_api_core::Timestamp;

/// Where time comes from: the moments that the inbox keeps, and the worker's pauses.
pub trait Clock: fmt::Debug + Send + Sync {
    /// This moment.
    fn now(&self) -> Timestamp;
    /// Ends after `pause`.
    fn sleep(&self, pause: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// The system's calendar, and tokio's timer.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Timestamp::EPOCH.plus(since.unwrap_or_default())
    }

    fn sleep(&self, pause: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(pause))
    }
}

/// Where the jitter of pauses comes from.
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
