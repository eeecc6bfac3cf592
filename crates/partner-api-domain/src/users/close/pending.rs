//! What is under way on an account, as far as the journal knows.

use std::fmt;

use partner_api_core::Timestamp;

use crate::journal::{Action, Conclusion, Entry, IntentId, Reference};

/// Something that stands in the way of closing an account.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Blocker {
    /// A payout or an exchange is not settled yet: wait.
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

/// A payout or an exchange that was accepted and is not settled.
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
            Reference::PayOut(_) | Reference::Exchange(_) => Some(reference.clone()),
            Reference::Transfer(_) | Reference::Card(_) => None,
        },
        _ => None,
    }
}
