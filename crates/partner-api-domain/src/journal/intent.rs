//! What a journal keeps: what was asked for, by whom and why, and how it ended.

use partner_api_core::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Action, Conclusion, Fingerprint, IntentId, Reference, RequestKey};
use crate::reason::{Actor, Reason};

/// What is about to be asked of the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Intent {
    /// What is asked for.
    pub action: Action,
    /// Who asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Actor>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// When, by this machine's clock.
    pub at: Timestamp,
    /// Until when the request may leave, by this machine's clock: whoever asked has given up by then.
    pub until: Timestamp,
    /// The caller's own name for it, or one that was made where it may cost somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<RequestKey>,
    /// What tells whether another intent of the same key asks for the same, as far as the action does not say it. It is
    /// made from personal data, so an adapter keeps it where it can be erased, and not in the serialised intent.
    #[serde(skip)]
    pub fingerprint: Option<Fingerprint>,
}

impl Intent {
    /// An intent without actor, reason and key, which may leave at once or never.
    pub fn new(action: Action, at: Timestamp) -> Self {
        Self {
            action,
            actor: None,
            reason: None,
            at,
            until: at,
            key: None,
            fingerprint: None,
        }
    }

    /// Whether another intent of the same key asks for the same.
    pub fn asks_for_the_same_as(&self, other: &Self) -> bool {
        self.action.is_the_same_request(&other.action) && self.fingerprint == other.fingerprint
    }
}

/// An intent and, once it is known, how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Names the entry.
    pub id: IntentId,
    /// What was asked for.
    pub intent: Intent,
    /// How it ended; `None` while it is under way, and for ever if the process died meanwhile.
    pub conclusion: Option<Conclusion>,
}

impl Entry {
    /// For implementations of [`Journal`](super::Journal).
    pub fn new(id: IntentId, intent: Intent, conclusion: Option<Conclusion>) -> Self {
        Self {
            id,
            intent,
            conclusion,
        }
    }

    /// Whether nobody knows if it happened.
    pub fn is_unresolved(&self) -> bool {
        self.conclusion.as_ref().is_none_or(Conclusion::is_unknown)
    }

    /// What the provider calls what was done.
    pub fn reference(&self) -> Option<&Reference> {
        self.conclusion.as_ref().and_then(Conclusion::reference)
    }

    /// Whether its key can be used for another attempt: nothing happened and nobody decided against it, or it was done
    /// in part and the next attempt goes on from there.
    pub fn frees_its_key(&self) -> bool {
        self.conclusion.as_ref().is_some_and(|conclusion| {
            conclusion.leaves_no_trace() || matches!(conclusion, Conclusion::Partly { .. })
        })
    }
}
