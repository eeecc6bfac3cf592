//! Which operations of both specifications stories come to, and which they leave out, each for a reason.

use std::collections::BTreeSet;

use crate::spec::Spec;

const FAULTS: &str =
    "it makes calls fail at random moments, which `crash`, `safety` and `edges` look at";
const WALL_CLOCK: &str = "it goes by the clock on the wall, and stories by one that stands still";
const EVENTS: &str =
    "what is told to a partner is the business of `deliveries`, `received` and `missed`";
const AFTERWARDS: &str =
    "it lists what is decided in its order, which `concurrent` reads after its stories";
const BEFORE: &str =
    "a story begins with a sandbox of its own, and `guard` resets one before each of its own";

/// What no story asks for, and why.
#[rustfmt::skip] // a table is read by its columns
const LEFT_OUT: &[(&str, &str)] = &[
    ("freeze_clock",    WALL_CLOCK),
    ("resume_clock",    WALL_CLOCK),
    ("get_rate_limit",  WALL_CLOCK),
    ("set_rate_limit",  WALL_CLOCK),
    ("lift_rate_limit", WALL_CLOCK),
    ("list_decisions",  AFTERWARDS),
    ("reset",           BEFORE),
    ("list_faults",     FAULTS),
    ("add_fault",       FAULTS),
    ("remove_faults",   FAULTS),
    ("remove_fault",    FAULTS),
    ("list_receivers",  EVENTS),
    ("add_receiver",    EVENTS),
    ("remove_receiver", EVENTS),
    ("list_events",     EVENTS),
    ("list_deliveries", EVENTS),
    ("get_delivery",    EVENTS),
    ("resend_delivery", EVENTS),
    ("replay_events",   EVENTS),
    ("trigger_event",   EVENTS),
    ("list_chaos",      EVENTS),
    ("add_chaos",       EVENTS),
    ("remove_chaos",    EVENTS),
];

/// Holds that every operation is among those that succeeded, unless it is left out, and that none is which is.
pub fn check_drawn(succeeded: &BTreeSet<String>) {
    let all: BTreeSet<String> = ["partner-api.yaml", "sandbox.yaml"]
        .into_iter()
        .flat_map(|file| Spec::read(file).operations.into_keys())
        .collect();
    let left_out: BTreeSet<String> = LEFT_OUT.iter().map(|(id, _)| (*id).to_owned()).collect();
    let unknown: Vec<_> = left_out.difference(&all).collect();
    assert!(unknown.is_empty(), "no operation is called {unknown:?}");
    let drawn: Vec<_> = left_out.intersection(succeeded).collect();
    assert!(drawn.is_empty(), "stories do come to {drawn:?}");
    let never: Vec<_> = all
        .iter()
        .filter(|id| !succeeded.contains(*id) && !left_out.contains(*id))
        .collect();
    assert!(never.is_empty(), "no story does {never:?}");
}
