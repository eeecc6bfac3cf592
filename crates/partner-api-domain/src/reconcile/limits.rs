//! What reconciliation takes for granted.

use std::time::Duration;

use partner_api_core::Timestamp;

use crate::journal::{Action, Intent};

/// What reconciliation takes for granted. A guarantee holds as far as these do, so they are generous, and each can be
/// made more so.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How far the provider's clock and ours may be apart, either way.
    pub clock_skew: Duration,
    /// How long after [`Intent::until`] a request may still take effect inside the provider, and until its records show
    /// it. Only after that, absence from the records means that it did not happen.
    pub settling: Duration,
    /// The same for what leaves the provider, payouts and withdrawals: when they appear in the records is documented
    /// nowhere, so this outlasts a bank's long weekend.
    pub settling_outside: Duration,
    /// How long after [`Intent::until`] an order or a link is looked for, in case somebody pays it (ASSUMED to outlast what
    /// the provider allows). After that the history is not read for it any more; it stays reported.
    pub payable: Duration,
    /// How much further back the records are searched for movements of the same shape that no entry accounts for. One of
    /// them shows that somebody else makes such movements.
    pub watch: Duration,
    /// Whether every movement by the partner's key is made through this journal: no other machine with a journal of its
    /// own, no [raw](crate::Partner::client) client, no hand. If not, say so, and nothing is resolved by its shape alone:
    /// such a movement may be somebody else's.
    pub sole_mover: bool,
}

impl Limits {
    /// The defaults of November 2026: clocks five minutes apart, ten minutes of settling (gateways give up after one or
    /// two, ASSUMED that the provider's does), four days for what leaves the provider, a week in which somebody may pay, an hour of watching, sole mover.
    pub const V2026_11: Self = Self {
        clock_skew: Duration::from_secs(5 * 60),
        settling: Duration::from_secs(10 * 60),
        settling_outside: Duration::from_secs(4 * 24 * 60 * 60),
        payable: Duration::from_secs(7 * 24 * 60 * 60),
        watch: Duration::from_secs(60 * 60),
        sole_mover: true,
    };

    pub(crate) fn settling_of(&self, action: &Action) -> Duration {
        match action {
            Action::PayOut { .. } | Action::Withdraw { .. } => {
                self.settling_outside.max(self.settling)
            }
            _ => self.settling,
        }
    }

    /// From when on the records are read for an intent, by the provider's clock.
    pub(crate) fn records_from(&self, intent: &Intent) -> Timestamp {
        intent.at.minus(self.clock_skew).minus(self.watch)
    }
}

impl Default for Limits {
    /// The newest constant.
    fn default() -> Self {
        Self::V2026_11
    }
}
