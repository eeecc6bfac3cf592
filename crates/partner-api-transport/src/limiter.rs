//! The rate limiter: a pace of our own, the pauses that a server asks for, and who goes first.
//!
//! # Shape
//! One token bucket for all calls of a client, kept as the instant at which it will be full again.
//!
//! | A call | takes a turn |
//! |---|---|
//! | that somebody waits for | as soon as the bucket holds a token, in the order of asking |
//! | in the background | when the bucket is full, one call after another: the burst is for the others |
//! | in the background, after [`OTHERS_FIRST`] turns of others while it was the next | like the others, behind those that wait already |
//!
//! A pause that the server asks for holds back both; background calls stay away for twice as long, so that the others
//! have gone by then, and come back more slowly ([`Ease`]): a client without a pace of its own learns it so.
//!
//! # Why nobody starves
//! *A call that somebody waits for leaves at most one token interval later than it would without any background calls*, and
//! one more for every [`OTHERS_FIRST`] turns that others have taken since the bucket was last full. For a background turn
//! moves the instant at which the bucket is full to one interval after `max(that instant, now)`, where it may lie anyway
//! after one call more; every later turn keeps the distance or makes it smaller.
//!
//! *A background call gets its turn*: if others leave the bucket full now and then, at that moment; if they take all there
//! is, one turn in [`OTHERS_FIRST`]` + 1`. What others leave is used up: the bucket is never full while a background call
//! waits, unless a pause or the ease holds it back.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::behavior::Rate;

/// So many turns of others a background call lets pass while it is the next.
pub(crate) const OTHERS_FIRST: u64 = 15;

#[derive(Debug)]
pub(crate) struct Limiter {
    pace: Option<Pace>,
    state: Mutex<State>,
    /// Held by the background call that is the next: the queue of all the others.
    background: tokio::sync::Mutex<()>,
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
    /// How many turns were taken by calls that somebody waits for.
    others: u64,
    /// The last turn of a background call.
    background_at: Option<Instant>,
    ease: Ease,
}

/// A background call that is the next to take a turn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Next {
    since: Instant,
    others_before: u64,
}

/// What a background call is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spare {
    /// It has this turn.
    Turn(Instant),
    /// There is none yet; look again then. `at_least` says that there is none before in any case.
    NotBefore { again: Instant, at_least: bool },
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
            background: tokio::sync::Mutex::default(),
        }
    }

    /// When a request that somebody waits for may leave. A turn before `deadline` is reserved; a later one is not.
    pub(crate) fn reserve(&self, now: Instant, deadline: Instant) -> Instant {
        let mut state = self.state();
        let turn = state.turn(self.pace.as_ref(), now);
        if turn < deadline {
            state.take(self.pace.as_ref(), turn);
            state.others += 1;
        }
        turn
    }

    /// Waits until a background call is the next of its kind, which it is while it holds what this gives.
    pub(crate) async fn queue(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.background.lock().await
    }

    /// A background call is the next from now on.
    pub(crate) fn next(&self, now: Instant) -> Next {
        Next {
            since: now,
            others_before: self.state().others,
        }
    }

    /// Takes a turn for the next background call, if there is one. A turn after `deadline` is not taken.
    pub(crate) fn spare(&self, next: Next, now: Instant, deadline: Instant) -> Spare {
        let (pace, mut state) = (self.pace.as_ref(), self.state());
        let eased = state.ease.interval_at(now).and_then(|interval| {
            let last = state.background_at?;
            Some(last + interval)
        });
        let away_until = state.ease.away_until.max(eased);
        if let Some(until) = away_until.filter(|until| now < *until) {
            return Spare::NotBefore {
                again: until,
                at_least: true,
            };
        }
        let since = away_until.map_or(next.since, |until| until.max(next.since));
        let free_at = state.full_at.map_or(since, |it| it.max(since));
        if free_at <= now {
            // It was due then: waking up a moment later costs nobody a turn.
            state.take(pace, free_at);
            state.background_at = Some(free_at);
            return Spare::Turn(now);
        }
        if OTHERS_FIRST <= state.others - next.others_before {
            let turn = state.turn(pace, now);
            if turn < deadline {
                state.take(pace, turn);
                state.background_at = Some(turn);
                return Spare::Turn(turn);
            }
        }
        let interval = pace.map_or(Duration::ZERO, |pace| pace.interval);
        Spare::NotBefore {
            again: free_at.min(now + interval),
            at_least: false,
        }
    }

    /// Until when the server asked to be left alone, if that lies ahead.
    pub(crate) fn paused_until(&self, now: Instant) -> Option<Instant> {
        self.state().paused_until.filter(|until| now < *until)
    }

    /// The server said that there are too many requests, and perhaps for how long none is welcome. A shorter pause does
    /// not end a longer one.
    pub(crate) fn throttled(&self, now: Instant, wait: Duration) {
        let mut state = self.state();
        state.paused_until = state.paused_until.max(Some(now + wait));
        state.ease.throttled(now, wait);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The next turn, if nobody else takes it.
    fn turn(&self, pace: Option<&Pace>, now: Instant) -> Instant {
        let turn = self.paused_until.map_or(now, |until| until.max(now));
        let Some(pace) = pace else { return turn };
        let full_at = self.full_at.map_or(now, |it| it.max(now));
        turn.max(full_at.checked_sub(pace.tolerance).unwrap_or(now))
    }

    fn take(&mut self, pace: Option<&Pace>, turn: Instant) {
        if let Some(pace) = pace {
            let full_at = self.full_at.map_or(turn, |it| it.max(turn));
            self.full_at = Some(full_at + pace.interval);
        }
    }
}

/// How background calls come back after a server said that there are too many requests: the pause between two of them is
/// doubled each time, and halved after every while in which it was not said again.
#[derive(Debug, Default)]
struct Ease {
    interval: Duration,
    /// When the interval was set.
    since: Option<Instant>,
    /// When it is halved, after `since`.
    recovery: Duration,
    away_until: Option<Instant>,
}

impl Ease {
    const INTERVAL_FIRST: Duration = Duration::from_millis(100);
    const INTERVAL_MAX: Duration = Duration::from_secs(10);
    /// At least; longer where the server asks for long pauses, because every halving tries out whether it asks again.
    const RECOVERY_MIN: Duration = Duration::from_secs(60);
    const RECOVERY_IN_PAUSES: u32 = 20;

    /// None where calls need not keep away from each other.
    fn interval_at(&self, now: Instant) -> Option<Duration> {
        let passed = now.saturating_duration_since(self.since?);
        let halvings = passed.as_nanos() / self.recovery.max(Self::RECOVERY_MIN).as_nanos();
        let by = 2_u32.checked_pow(u32::try_from(halvings).ok()?)?;
        Some(self.interval / by).filter(|it| Self::INTERVAL_FIRST <= *it)
    }

    fn throttled(&mut self, now: Instant, wait: Duration) {
        if self.away_until.is_some_and(|until| now < until) {
            // What left before the first refusal was seen says nothing new.
            self.away_until = self.away_until.max(Some(now + wait * 2));
            return;
        }
        let interval = match self.interval_at(now) {
            Some(interval) => Self::INTERVAL_MAX.min(interval * 2),
            None => Self::INTERVAL_FIRST,
        };
        *self = Self {
            interval,
            since: Some(now),
            recovery: wait * Self::RECOVERY_IN_PAUSES,
            away_until: Some(now + interval.max(wait * 2)),
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NEVER: Duration = Duration::from_secs(1_000_000);

    fn limiter(per_second: u32, burst: u32) -> Limiter {
        Limiter::new(Some(Rate { per_second, burst }))
    }

    /// A load of background calls that never ends: as soon as one has its turn, the next one asks.
    struct Load<'a> {
        limiter: &'a Limiter,
        next: Next,
        looks_at: Instant,
        turns: Vec<Instant>,
    }

    impl<'a> Load<'a> {
        fn new(limiter: &'a Limiter, start: Instant) -> Self {
            Self {
                limiter,
                next: limiter.next(start),
                looks_at: start,
                turns: Vec::new(),
            }
        }

        /// What the background does until `now`, waking up late by so much each time.
        fn go_on(&mut self, now: Instant, late: Duration) {
            while self.looks_at <= now {
                match self.limiter.spare(self.next, self.looks_at, now + NEVER) {
                    Spare::Turn(turn) => {
                        self.turns.push(turn);
                        self.next = self.limiter.next(self.looks_at);
                    }
                    Spare::NotBefore { again, .. } => self.looks_at = again + late,
                }
            }
        }
    }

    proptest! {
        /// The rule at the top of this file, for any pace and any arrivals.
        #[test]
        fn a_call_that_somebody_waits_for_loses_one_interval_at_most(
            per_second in 1_u32..200,
            burst in 1_u32..30,
            arrivals in prop::collection::vec((0_u64..400, 1_usize..40), 1..60),
            late_percent in 0_u32..150,
        ) {
            let start = Instant::now();
            let (alone, shared) = (limiter(per_second, burst), limiter(per_second, burst));
            let interval = Duration::from_secs(1) / per_second;
            let late = interval * late_percent / 100;
            let mut load = Load::new(&shared, start);
            let (mut now, mut others_since_full) = (start, 0_u32);
            for (gap_in_percent, calls) in arrivals {
                now += interval * u32::try_from(gap_in_percent).unwrap() / 100;
                load.go_on(now, late);
                if shared.state().full_at.is_none_or(|it| it <= now) {
                    others_since_full = 0;
                }
                for _ in 0..calls {
                    let without = alone.reserve(now, now + NEVER);
                    let with = shared.reserve(now, now + NEVER);
                    let allowed = interval * (1 + others_since_full / OTHERS_FIRST as u32);
                    prop_assert!(with <= without + allowed, "{:?} later", with - without);
                    others_since_full += 1;
                }
            }
        }

        /// What others leave is used up: nobody could have taken one turn more.
        #[test]
        fn the_background_takes_all_that_others_leave(
            per_second in 1_u32..200,
            burst in 1_u32..30,
            arrivals in prop::collection::vec((0_u64..400, 1_usize..4), 1..60),
        ) {
            let start = Instant::now();
            let limiter = limiter(per_second, burst);
            let interval = Duration::from_secs(1) / per_second;
            let mut load = Load::new(&limiter, start);
            let (mut now, mut others) = (start, 0);
            for (gap_in_percent, calls) in arrivals {
                now += interval * u32::try_from(gap_in_percent).unwrap() / 100;
                load.go_on(now, Duration::ZERO);
                for _ in 0..calls {
                    limiter.reserve(now, now + NEVER);
                    others += 1;
                }
            }
            load.go_on(now, Duration::ZERO);
            let turns = others + load.turns.len();
            let full_at = limiter.state().full_at.unwrap();
            prop_assert_eq!(full_at, start + interval * u32::try_from(turns).unwrap());
            prop_assert!(now < full_at);
        }
    }

    #[test]
    fn one_turn_in_sixteen_is_for_the_background_when_others_take_all_there_is() {
        let start = Instant::now();
        let limiter = limiter(10, 5);
        let mut load = Load::new(&limiter, start);
        // Twice as many as get a turn within their time, which is two seconds.
        let mut others = 0;
        for number in 0..3_200 {
            let now = start + Duration::from_millis(50) * number;
            load.go_on(now, Duration::ZERO);
            let deadline = now + Duration::from_secs(2);
            others += usize::from(limiter.reserve(now, deadline) < deadline);
        }
        let turns = load.turns.len();
        assert!(
            turns.abs_diff(others / 15) <= 2,
            "{turns} of {}",
            turns + others
        );
    }

    #[test]
    fn the_background_stays_away_twice_as_long_as_told_and_comes_back_slowly() {
        let (start, second) = (Instant::now(), Duration::from_secs(1));
        let limiter = Limiter::new(None);
        let mut load = Load::new(&limiter, start);
        // Without a pace it is not held back at first.
        let free = limiter.spare(limiter.next(start), start, start + NEVER);
        assert_eq!(free, Spare::Turn(start));
        limiter.throttled(start, second);
        limiter.throttled(start, second);
        assert_eq!(limiter.reserve(start, start + NEVER), start + second);
        load.looks_at = start;
        load.go_on(start + second * 3, Duration::ZERO);
        let after: Vec<u128> = load
            .turns
            .iter()
            .map(|it| (*it - start).as_millis())
            .collect();
        let expected: Vec<u128> = (0..=10).map(|number| 2_000 + 100 * number).collect();
        assert_eq!(after, expected, "two refusals of one pause count once");
        // The next refusal doubles the pause between two of them; quiet minutes halve it again.
        let later = start + second * 4;
        limiter.throttled(later, second);
        let pauses = [
            (later, 200),
            (later + second * 60, 100),
            (later + second * 120, 0),
        ];
        for (at, expected) in pauses {
            let interval = limiter.state().ease.interval_at(at).unwrap_or_default();
            assert_eq!(interval.as_millis(), expected);
        }
    }
}
