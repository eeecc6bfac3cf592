//! Finding out what became of intents whose outcome nobody knows, from the provider's own records.
//!
//! # Shape
//! [`Partner::reconcile`](crate::Partner::reconcile) takes every unresolved entry of the journal, looks it up, and asks
//! the matcher, which is a pure function. What follows from the records is written into the journal; what does not is
//! reported for a person, who tells with [`Partner::resolve`](crate::Partner::resolve). Both are atomic in the journal, so
//! several processes may be at it at once.
//!
//! | What was asked for | is found by | and is absent if |
//! |---|---|---|
//! | exchange | its rate lock | the history was read past its time and shows none with the lock |
//! | payout without a title | our token in the title | likewise, with the token |
//! | transfer, withdrawal, payout with a title | being the only one of its shape in its time that no other entry accounts for | likewise, of the shape |
//! | user | its id | the provider does not know the id |
//! | closing | the provider not knowing the id | the provider knows the id |
//! | suspending, unsuspending | the provider refusing a rate lock to the user (`P455`), or giving one | the other way round |
//! | card | being the only one that was not there before and that no other entry accounts for | there is no such card |
//! | order | its rate lock, once somebody has paid it | never: the provider lists none that is not paid |
//! | link | being the only one of its amount and time that somebody has paid and no other entry accounts for | likewise |
//! | what else costs nothing | never | never |
//!
//! # Why it is correct
//! By shape: the journal lets no second intent of one shape begin while one is unresolved, so all other movements of the
//! shape that were made through it are accounted for by a reference. What remains is ours, provided that nobody moves
//! money past the journal; where the records show that somebody does, nothing is concluded.
//!
//! By absence: a request leaves by [`Intent::until`](crate::journal::Intent::until) or not at all, takes effect within the
//! settling time, and shows in the records; they are read only after that.
//!
//! Both compare the provider's times with ours, so before anything else the provider is asked what time it is.
//!
//! # What bounds it
//! [`Limits`] says what is taken for granted. One request at a time, [in the background](crate::Partner::in_background)
//! unless a call that somebody waits for has to know.

mod before;
mod clocks;
mod limits;
mod matcher;
mod records;
mod report;

use std::sync::Arc;

use partner_api_core::Timestamp;

pub(crate) use self::before::noted;
pub use self::limits::Limits;
use self::matcher::{Case, Finding, judge};
pub(crate) use self::records::exists;
use self::records::{Records, Shown};
pub use self::report::{Candidate, Found, Reconciled, Unclear, Waiting, Why};
use crate::call::{Context, now};
use crate::error::{Error, Kind};
use crate::journal::{
    Action, Basis, Conclusion, Entry, IntentId, JournalError, Reference, Resolution, Resolved,
};
use crate::operation::Verb;
use crate::users::again::{basis, how_it_ended};

/// The verb of [`Partner::reconcile`](crate::Partner::reconcile).
#[derive(Debug, Default)]
pub struct Reconcile {
    /// Only this entry; all if none is named.
    pub(crate) only: Option<IntentId>,
}

impl Verb for Reconcile {
    type Output = Reconciled;

    async fn run(self, cx: Context) -> Result<Reconciled, Error> {
        let mut unresolved = cx.partner().unresolved().await?;
        unresolved.retain(|it| self.only.is_none_or(|only| only == it.id));
        // What names itself first: then it is accounted for where shapes are compared.
        unresolved.sort_by_key(|it| !it.intent.action.has_natural_key());
        let mut report = Reconciled::default();
        if unresolved.is_empty() {
            return Ok(report);
        }
        if let Err(error) = clocks::agree(&cx).await {
            // Whatever the records say of times, it could not be compared with ours.
            tracing::warn!(%error, "nothing can be reconciled now");
            let error = Arc::new(error);
            report
                .waiting
                .extend(unresolved.into_iter().map(|entry| Waiting {
                    entry,
                    until: None,
                    error: Some(Arc::clone(&error)),
                }));
            return Ok(report);
        }
        let mut records = Records::default();
        for entry in unresolved {
            match look_into(&cx, &mut records, &entry).await {
                Ok((finding, candidates)) => {
                    settle(&cx, entry, finding, candidates, &mut report).await?;
                }
                Err(error) if error.is_journal() => return Err(error),
                Err(error) => report.waiting.push(Waiting {
                    entry,
                    until: None,
                    error: Some(Arc::new(error)),
                }),
            }
        }
        Ok(report)
    }
}

/// What follows about one entry, and from what.
async fn look_into(
    cx: &Context,
    records: &mut Records,
    entry: &Entry,
) -> Result<(Finding, Vec<Candidate>), Error> {
    let limits = cx.partner().limits();
    let from = limits.records_from(&entry.intent);
    let alike: Arc<[Entry]> = match entry.intent.action.shape() {
        Some(shape) => {
            // An entry of before may account for a movement of after: it was sent late, or a clock is off.
            let longest = entry.intent.until.since(entry.intent.at);
            let settling = limits.settling_of(&entry.intent.action);
            let since = from.minus(longest).minus(settling).minus(limits.clock_skew);
            let alike = cx.partner().journal().entries_like(&shape, since).await;
            alike.map_err(|error| failed(entry, error))?.into()
        }
        None => Arc::default(),
    };
    let others = Arc::clone(&alike);
    let id = entry.id;
    let is_claimed = move |reference: &Reference| {
        others
            .iter()
            .any(|it| it.id != id && it.reference() == Some(reference))
    };
    let shown = records.look_up(cx, entry, from, &is_claimed).await?;
    let case = |candidates, looked_at| Case {
        entry,
        candidates,
        alike: &alike,
        looked_at,
    };
    Ok(match shown {
        Shown::NoRecords => (Finding::Unclear(Why::NoRecords), Vec::new()),
        Shown::Candidates(candidates, looked_at) => {
            let finding = judge(&case(&candidates, looked_at), limits);
            let finding = match (finding, &entry.intent.action) {
                // A list of cards has no times, so a card that was there before would look like a new one.
                (Finding::Is(..), Action::CreateCard { before: None, .. }) => {
                    Finding::Unclear(Why::SeveralFit)
                }
                (finding, _) => finding,
            };
            (finding, candidates)
        }
        Shown::There(false, looked_at) => (judge(&case(&[], looked_at), limits), Vec::new()),
        Shown::There(true, looked_at) => {
            let is_under_way = entry.conclusion.is_none() && looked_at < entry.intent.until;
            let finding = match is_under_way {
                true => Finding::NotYet(entry.intent.until),
                false => Finding::Done,
            };
            (finding, Vec::new())
        }
    })
}

/// Writes down what follows, unless somebody else has meanwhile.
async fn settle(
    cx: &Context,
    entry: Entry,
    finding: Finding,
    candidates: Vec<Candidate>,
    report: &mut Reconciled,
) -> Result<(), Error> {
    let (conclusion, basis) = match finding {
        Finding::NotYet(until) => {
            report.waiting.push(Waiting {
                entry,
                until: Some(until),
                error: None,
            });
            return Ok(());
        }
        Finding::Unclear(why) => {
            report.unclear.push(Unclear {
                entry,
                why,
                candidates,
            });
            return Ok(());
        }
        Finding::Is(reference, basis) => (Conclusion::done_as(reference), basis),
        Finding::Done => {
            let action = &entry.intent.action;
            (how_it_ended(action, true), basis(action))
        }
        Finding::Absent => (how_it_ended(&entry.intent.action, false), Basis::Absence),
    };
    let resolution = cx.resolution(conclusion.clone(), basis);
    let resolved = cx.partner().journal().resolve(entry.id, resolution).await;
    match resolved.map_err(|error| failed(&entry, error))? {
        Resolved::ReferenceTaken(by) => report.unclear.push(Unclear {
            entry,
            why: Why::TakenBy(by),
            candidates,
        }),
        Resolved::Now => {
            for user in entry.intent.action.users() {
                cx.partner().beliefs().forget(user);
            }
            report.resolved.push(Found {
                entry,
                conclusion,
                basis,
            });
        }
        // The call itself, or another process, was faster.
        Resolved::Already(_) | Resolved::NoSuchEntry => {}
    }
    Ok(())
}

fn failed(entry: &Entry, error: JournalError) -> Error {
    let user = entry.intent.action.users().next();
    Error::journal("reconcile", user, error)
}

/// What a person has found out about an unresolved entry.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// It happened, and this is what the provider calls it.
    Happened(Reference),
    /// It happened, and nothing came of it that has an id: a user was created, a card was blocked.
    HappenedWithoutId,
    /// It did not happen. Its key, if it has one, can be used again.
    DidNotHappen,
}

impl Decision {
    /// The conclusion, if the decision says what an entry of this action needs: what is made has an id of its kind, so
    /// that it accounts for one movement and no other.
    fn conclusion(self, action: &Action) -> Option<Conclusion> {
        match self {
            Self::DidNotHappen => Some(Conclusion::Absent),
            Self::Happened(reference) => reference
                .is_of(action)
                .then(|| Conclusion::done_as(reference)),
            Self::HappenedWithoutId => (!action.has_id()).then(Conclusion::done),
        }
    }
}

/// The verb of [`Partner::resolve`](crate::Partner::resolve).
#[derive(Debug)]
pub struct Resolve {
    pub(crate) intent: IntentId,
    pub(crate) decision: Decision,
}

impl Verb for Resolve {
    type Output = ();

    async fn run(self, cx: Context) -> Result<(), Error> {
        let Self { intent, decision } = self;
        let journal = cx.partner().journal();
        let entry = journal.entry(intent).await;
        let entry = entry.map_err(|error| Error::journal("resolve", None, error))?;
        let entry = entry.ok_or_else(|| Error::no_such_entry(intent))?;
        let action = &entry.intent.action;
        let Some(conclusion) = decision.conclusion(action) else {
            let what = format!(
                "entry {intent} is of {}, which does not fit; name what the provider calls its result",
                action.name().replace('_', " ")
            );
            return Err(Error::invalid("resolve", None, what.into(), None));
        };
        let resolution = cx.resolution(conclusion, Basis::Person);
        let resolved = journal.resolve(intent, resolution).await;
        match resolved.map_err(|error| Error::journal("resolve", None, error))? {
            Resolved::Now => {}
            Resolved::Already(_) | Resolved::NoSuchEntry => {
                return Err(Error::no_such_entry(intent));
            }
            Resolved::ReferenceTaken(by) => {
                return Err(Error::new("resolve", None, Kind::ReferenceTaken(by)));
            }
        }
        for user in action.users() {
            cx.partner().beliefs().forget(user);
        }
        Ok(())
    }
}

impl Context {
    pub(crate) fn resolution(&self, conclusion: Conclusion, basis: Basis) -> Resolution {
        let at: Timestamp = now();
        let mut resolution = Resolution::new(conclusion, basis, at);
        (resolution.actor, resolution.reason) = self.who_and_why();
        resolution
    }
}

#[cfg(test)]
mod tests;
