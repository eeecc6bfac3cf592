//! What the writer shows to everybody who asks, without a word from it: the clock, the rates, how names are hashed.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use partner_api_core::{Policy, Timestamp};
use tokio::sync::watch;

use super::names::Names;
use super::queue::Queue;
use super::write_behind::Moments;
use super::{ClockReading, RateSource};
use crate::clock::{Clock, real_now};

/// What the writer shares with everybody who asks.
pub(super) struct Shared {
    pub(super) queue: Queue,
    pub(super) policy: Policy,
    pub(super) clock: Mutex<Clock>,
    rates: Mutex<Arc<RateSource>>,
    pub(super) names: RwLock<Names>,
    /// What rows alone do not show, after each of the last commits.
    pub(super) moments: Moments,
    /// The time of the last decision, in milliseconds: nobody is shown an earlier one.
    pub(super) last_at: AtomicI64,
    /// How often something was committed, or the clock changed.
    pulse: watch::Sender<u64>,
    /// Changes with the receivers, and where everything is forgotten: the number of the last decision that did.
    pub(super) receivers: watch::Sender<u64>,
}

impl Shared {
    pub(super) fn new(
        policy: Policy,
        clock: Clock,
        rates: RateSource,
        names: Names,
        last_at: Timestamp,
    ) -> Self {
        Self {
            queue: Queue::new(),
            policy,
            clock: Mutex::new(clock),
            rates: Mutex::new(Arc::new(rates)),
            names: RwLock::new(names),
            moments: Moments::default(),
            last_at: AtomicI64::new(last_at.millis()),
            pulse: watch::Sender::new(0),
            receivers: watch::Sender::new(0),
        }
    }

    /// Tells of every commit, and of every change of the clock: how many there were since the start.
    pub(super) fn pulse(&self) -> watch::Receiver<u64> {
        self.pulse.subscribe()
    }

    /// Something was committed, or the clock changed.
    pub(super) fn beat(&self) {
        self.pulse.send_modify(|beats| *beats += 1);
    }

    /// Tells of every change of the receivers. Its value changes when everything they were told is forgotten.
    pub(super) fn receivers(&self) -> watch::Receiver<u64> {
        self.receivers.subscribe()
    }

    /// How long in real time until the virtual clock shows `due`; never, if it stands still before that.
    pub(super) fn wait_until(&self, due: Timestamp) -> Option<Duration> {
        let clock = *self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        clock.until(due, real_now())
    }

    pub(super) fn clock(&self) -> ClockReading {
        let clock = *self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        let last_at = Timestamp::from_millis(self.last_at.load(Ordering::Acquire));
        ClockReading {
            now: clock.at(real_now()).max(last_at.unwrap_or(Timestamp::MIN)),
            frozen: clock.is_frozen(),
        }
    }

    /// How names are hashed; nothing is restored while this is held.
    pub(super) fn names(&self) -> RwLockReadGuard<'_, Names> {
        self.names.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn rates(&self) -> Arc<RateSource> {
        Arc::clone(&self.rates.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn set_rates(&self, rates: Arc<RateSource>) {
        *self.rates.lock().unwrap_or_else(PoisonError::into_inner) = rates;
    }

    pub(super) fn set_clock(&self, clock: Clock) {
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner) = clock;
        self.beat();
    }
}
