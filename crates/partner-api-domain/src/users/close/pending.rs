//! What is under way on an account, as far as the journal knows.

use std::fmt;

use partner_api_core::{Timestamp, UserId};

use crate::call::Context;
use crate::error::Error;
use crate::exchange::read_exchange;
use crate::journal::{Action, Conclusion, Entry, IntentId, Reference};
use crate::payouts::read_payout;
use crate::withdrawals::read_withdrawal;

/// How many payouts and exchanges of a user are asked after, newest first. Older ones have long been
/// settled, and the provider refuses a deletion while one is not (ASSUMED).
const ASKED_MAX: usize = 50;

/// Something that stands in the way of closing an account.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Blocker {
    /// A payout, a withdrawal or an exchange is not settled yet: wait.
    Unsettled(Pending),
    /// Nobody knows whether a movement happened: find out, and tell with
    /// [`Partner::resolve`](crate::Partner::resolve).
    Unresolved {
        /// The journal's entry.
        intent: IntentId,
        /// What was asked for.
        action: Action,
    },
}

impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsettled(pending) => write!(f, "{} is not settled", pending.reference),
            Self::Unresolved { intent, action } => {
                write!(
                    f,
                    "the outcome of {} {intent} is not known",
                    action.name().replace('_', " ")
                )
            }
        }
    }
}

/// A payout, a withdrawal or an exchange that was accepted and is not settled.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pending {
    /// What the provider calls it.
    pub reference: Reference,
    /// The journal's entry.
    pub intent: IntentId,
    /// When it was asked for.
    pub since: Timestamp,
}

/// What stands in the way of closing an account, and what was in the way once and is settled.
#[derive(Debug)]
pub(crate) struct InTheWay {
    pub(crate) pending: Vec<Pending>,
    pub(crate) blockers: Vec<Blocker>,
    pub(crate) settled: Vec<Reference>,
}

/// Asks after every movement that the journal knows of, except what is known to be settled.
pub(crate) async fn in_the_way(
    cx: &Context,
    user: &UserId,
    known: &[Reference],
) -> Result<InTheWay, Error> {
    let movements = movements(&cx.entries_of(user).await?);
    let (mut pending, mut settled) = (Vec::new(), Vec::new());
    for movement in movements.accepted.into_iter().take(ASKED_MAX) {
        let is_known = known.contains(&movement.reference);
        if is_known || is_settled(cx, &movement.reference).await? {
            settled.push(movement.reference);
        } else {
            pending.push(movement);
        }
    }
    let unsettled = pending.iter().cloned().map(Blocker::Unsettled);
    let blockers = unsettled.chain(movements.unresolved).collect();
    Ok(InTheWay {
        pending,
        blockers,
        settled,
    })
}

/// What the provider refuses to show cannot be waited for; it decides itself when deleting.
async fn is_settled(cx: &Context, reference: &Reference) -> Result<bool, Error> {
    let settled = match reference {
        Reference::PayOut(id) => read_payout(cx, id.clone()).await.map(|it| it.is_settled()),
        Reference::Exchange(id) => read_exchange(cx, id.clone())
            .await
            .map(|it| it.is_settled()),
        Reference::Withdrawal(id) => read_withdrawal(cx, false, id.clone())
            .await
            .map(|it| it.is_settled()),
        Reference::Transfer(_)
        | Reference::Card(_)
        | Reference::Verification(_)
        | Reference::Order(_)
        | Reference::PaymentLink(_) => Ok(true),
    };
    match settled {
        Err(error) if error.refusal().is_some() => Ok(true),
        known => known,
    }
}

/// What the journal knows of an account's movements.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Movements {
    /// Accepted, newest first: ask the provider whether they are settled. Transfers are not among
    /// them, because they are booked at once (ASSUMED).
    pub(crate) accepted: Vec<Pending>,
    /// Nobody knows.
    pub(crate) unresolved: Vec<Blocker>,
}

pub(crate) fn movements(entries: &[Entry]) -> Movements {
    let mut movements = Movements::default();
    for entry in entries
        .iter()
        .rev()
        .filter(|entry| entry.intent.action.moves_money())
    {
        if entry.is_unresolved() {
            let action = entry.intent.action.clone();
            movements.unresolved.push(Blocker::Unresolved {
                intent: entry.id,
                action,
            });
        } else if let Some(reference) = settles_later(entry) {
            let (intent, since) = (entry.id, entry.intent.at);
            movements.accepted.push(Pending {
                reference,
                intent,
                since,
            });
        }
    }
    movements
}

fn settles_later(entry: &Entry) -> Option<Reference> {
    match &entry.conclusion {
        Some(Conclusion::Done {
            reference: Some(reference),
            ..
        }) => match reference {
            Reference::PayOut(_) | Reference::Exchange(_) | Reference::Withdrawal(_) => {
                Some(reference.clone())
            }
            // Orders and links are the partner's own, and stand in no user's way.
            Reference::Transfer(_)
            | Reference::Card(_)
            | Reference::Verification(_)
            | Reference::Order(_)
            | Reference::PaymentLink(_) => None,
        },
        _ => None,
    }
}
