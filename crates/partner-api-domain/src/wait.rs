//! Waiting by asking again, with pauses that grow.

use std::time::Duration;

use tokio::time::Instant;

/// How long is waited where nothing else is said.
pub(crate) const WAIT_DEFAULT: Duration = Duration::from_secs(60);
/// The first pause between two looks; it doubles each time.
const PAUSE_FIRST: Duration = Duration::from_millis(50);
/// The pause stops doubling here.
const PAUSE_MAX: Duration = Duration::from_secs(2);

/// A wait under way.
#[derive(Debug)]
pub(crate) struct Wait {
    until: Instant,
    pause: Duration,
}

impl Wait {
    /// From now on, for so long.
    pub(crate) fn within(time: Duration) -> Self {
        Self {
            until: Instant::now() + time,
            pause: PAUSE_FIRST,
        }
    }

    /// Waits before the next look; false if the time is over.
    pub(crate) async fn pause(&mut self) -> bool {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return false;
        }
        tokio::time::sleep(self.pause.min(left)).await;
        self.pause = PAUSE_MAX.min(self.pause * 2);
        true
    }
}
