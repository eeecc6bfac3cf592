//! The retry budget: what all calls of a client together may spend on repeats.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::behavior::RetryBudget;
use crate::call::Lane;

/// A token bucket without a clock: refilled by success, not by time.
#[derive(Debug)]
pub(crate) struct Budget {
    tokens: AtomicU32,
    settings: RetryBudget,
}

impl Budget {
    pub(crate) fn new(settings: RetryBudget) -> Self {
        Self {
            tokens: AtomicU32::new(settings.tokens_max),
            settings,
        }
    }

    /// Pays for a retry, if there is enough left. The last half is not for background calls.
    pub(crate) fn pay(&self, lane: Lane, is_after_timeout: bool) -> bool {
        let RetryBudget {
            retry_cost,
            timeout_cost,
            tokens_max,
            ..
        } = self.settings;
        let kept = match lane {
            Lane::Interactive => 0,
            Lane::Background => tokens_max / 2,
        };
        let cost = if is_after_timeout {
            timeout_cost
        } else {
            retry_cost
        };
        // Relaxed: the number guards nothing else in memory.
        let pay = |tokens: u32| tokens.checked_sub(cost).filter(|left| kept <= *left);
        self.tokens
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, pay)
            .is_ok()
    }

    /// A call succeeded at its first attempt.
    pub(crate) fn refund(&self) {
        let RetryBudget {
            refund, tokens_max, ..
        } = self.settings;
        let full = |tokens: u32| {
            (tokens < tokens_max).then(|| tokens.saturating_add(refund).min(tokens_max))
        };
        // An error means that the bucket is full already.
        let _ = self
            .tokens
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, full);
    }
}
