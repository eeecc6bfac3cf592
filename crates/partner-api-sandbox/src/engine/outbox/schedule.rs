//! When an attempt is repeated: the provider's schedule, as a function of moments.

use std::time::Duration;

use partner_api_core::Timestamp;

/// How long after a failed attempt the next one is due (`webhooks-4456131f0`).
const DELAYS: [Duration; 4] = [
    Duration::from_secs(8),
    Duration::from_secs(16),
    Duration::from_secs(32),
    Duration::from_secs(64),
];

/// When the next attempt is due after so many failed, the last of which was due at `due`; never, if that was the last.
///
/// It counts from when the attempt was due and not from when it was made: where the clock jumps, all attempts that
/// became due on the way are made, each at its own moment.
pub(super) fn next(failed: u8, due: Timestamp) -> Option<Timestamp> {
    let delay = usize::from(failed).checked_sub(1)?;
    Some(due.plus(*DELAYS.get(delay)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_attempts_within_two_minutes() {
        let mut due = Timestamp::EPOCH;
        let mut moments = vec![0];
        for failed in 1.. {
            match next(failed, due) {
                Some(next) => due = next,
                None => break,
            }
            moments.push(due.millis() / 1_000);
        }
        assert_eq!(moments, [0, 8, 24, 56, 120]);
    }
}
