//! Which movement in the provider's records an unresolved intent is, if it can be told: a pure function.
//!
//! It never guesses. What it concludes follows from the records under the assumptions that [`Limits`] names, and what
//! does not follow is [`Unclear`](Finding::Unclear), with all that was looked at.

use partner_api_core::Timestamp;

use super::{Candidate, Limits, Why};
use crate::journal::{Basis, Conclusion, Entry, Reference};

/// All there is to know about one unresolved entry.
pub(crate) struct Case<'a> {
    pub(crate) entry: &'a Entry,
    /// Every movement of its shape, or with its natural key, that the records show from
    /// [`records_from`](Limits::records_from) on.
    pub(crate) candidates: &'a [Candidate],
    /// The journal's entries of the same shape from that time on; may hold the entry itself.
    pub(crate) alike: &'a [Entry],
    /// Before this moment, by our clock, the first page of the records was asked for.
    pub(crate) looked_at: Timestamp,
}

/// What follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    /// It happened: it is this movement.
    Is(Reference, Basis),
    /// It happened, and nothing came of it that has an id.
    Done,
    /// It did not happen.
    Absent,
    /// It is too early to tell; look again then.
    NotYet(Timestamp),
    /// It cannot be told.
    Unclear(Why),
}

/// Judges a case. Which assumption each answer rests on is written beside it.
pub(crate) fn judge(case: &Case<'_>, limits: &Limits) -> Finding {
    let Case {
        entry,
        candidates,
        alike,
        looked_at,
    } = case;
    let until = entry.intent.until;
    if entry.conclusion.is_none() && *looked_at < until {
        // Whoever began it may still be at it, in this process or in another one.
        return Finding::NotYet(until);
    }
    let settled = until.plus(limits.settling_of(&entry.intent.action));
    let absent = || match settled <= *looked_at {
        // Nobody may have paid it.
        _ if !entry.intent.action.shows_at_once() => Finding::Unclear(Why::NotPaid),
        // A request that left by `until` has arrived or been lost by then (settling), and the records that were read
        // afterwards show all that has arrived (they are complete).
        true => Finding::Absent,
        false => Finding::NotYet(settled),
    };
    if entry.intent.action.has_natural_key() {
        return match candidates {
            [] => absent(),
            // A key names one movement only: the provider uses a lock once (L11), and our token is random.
            [only] => match &only.reference {
                Some(reference) if only.is_keyed => {
                    Finding::Is(reference.clone(), Basis::NaturalKey)
                }
                _ => Finding::Unclear(Why::NotNamed),
            },
            _ => Finding::Unclear(Why::SeveralFit),
        };
    }
    let others = || alike.iter().filter(|it| it.id != entry.id);
    let is_claimed = |candidate: &&Candidate| match &candidate.reference {
        Some(reference) => others().any(|it| it.reference() == Some(reference)),
        None => false,
    };
    let (from, to) = window(entry, limits);
    let free: Vec<&Candidate> = candidates.iter().filter(|it| !is_claimed(it)).collect();
    let inside = |it: &&Candidate| from <= it.at && it.at <= to;
    let (inside, outside): (Vec<&Candidate>, Vec<&Candidate>) = free.into_iter().partition(inside);
    let only = match inside[..] {
        // No clock is off by more than the skew, so what is outside is not ours.
        [] => return absent(),
        [only] => only,
        _ => return Finding::Unclear(Why::SeveralFit),
    };
    let Some(reference) = &only.reference else {
        return Finding::Unclear(Why::NotNamed);
    };
    // Another entry may be this very movement, and does not say so.
    let may_be_it = |other: &Entry| {
        let is_silent = match &other.conclusion {
            Some(Conclusion::Done { reference, .. }) => reference.is_none(),
            _ => other.is_unresolved(),
        };
        let (from, to) = window(other, limits);
        is_silent && from <= only.at && only.at <= to
    };
    if others().any(may_be_it) {
        return Finding::Unclear(Why::AnotherEntryFits);
    }
    if !limits.sole_mover {
        return Finding::Unclear(Why::MayBeSomebodyElses);
    }
    if !outside.is_empty() {
        return Finding::Unclear(Why::SomebodyElseMoves);
    }
    let settled = until.plus(limits.settling);
    if *looked_at < settled {
        // Ours may still arrive, and show that this one is somebody else's after all.
        return Finding::NotYet(settled);
    }
    // All movements of this shape are made through this journal (sole mover), and every other one is accounted for.
    Finding::Is(reference.clone(), Basis::OnlyMatch)
}

/// When the movement of an entry can have happened, by the provider's clock.
fn window(entry: &Entry, limits: &Limits) -> (Timestamp, Timestamp) {
    let settling = limits.settling_of(&entry.intent.action);
    let from = entry.intent.at.minus(limits.clock_skew);
    let to = entry.intent.until.plus(settling).plus(limits.clock_skew);
    (from, to)
}
