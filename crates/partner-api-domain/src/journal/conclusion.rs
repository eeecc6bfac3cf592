//! How a change ended.

use partner_api_core::{CardId, Rule};
use serde::{Deserialize, Serialize};

use super::{Reference, rule_by_name};

/// How an intent ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "conclusion", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Conclusion {
    /// The provider did it, wholly.
    Done {
        /// What the provider calls the result.
        reference: Option<Reference>,
        /// The cards that the operation blocked, or restored.
        cards: Vec<CardId>,
    },
    /// The operation took effect in part: the cards named here were blocked, or restored, and a
    /// later step failed. Calling it again goes on from there.
    Partly {
        /// The cards that the operation blocked, or restored.
        cards: Vec<CardId>,
        /// The rule that stopped it, if the provider named one.
        #[serde(with = "rule_by_name")]
        rule: Option<Rule>,
    },
    /// The provider refused: nothing happened.
    Refused {
        /// Its code, such as `P455`.
        code: Option<Box<str>>,
        /// The rule that the code stands for.
        #[serde(with = "rule_by_name")]
        rule: Option<Rule>,
    },
    /// The request provably never reached the provider, or was turned away before anybody looked at it: no access
    /// (HTTP 401), or too many calls (429).
    NotSent,
    /// It was found out later, from the provider's records or by a person, that it did not happen.
    Absent,
    /// Nobody knows whether the provider acted.
    Unknown {
        /// The cards that the operation certainly blocked, or restored, before.
        cards: Vec<CardId>,
    },
}

impl Conclusion {
    /// Done, with nothing to add.
    pub fn done() -> Self {
        Self::Done {
            reference: None,
            cards: Vec::new(),
        }
    }

    /// Done, and this is what came of it.
    pub fn done_as(reference: Reference) -> Self {
        Self::Done {
            reference: Some(reference),
            cards: Vec::new(),
        }
    }

    /// Whether nobody knows if the provider acted.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown { .. })
    }

    /// Whether nothing happened and nobody decided against it, so that the same may be asked for again.
    pub fn leaves_no_trace(&self) -> bool {
        matches!(self, Self::NotSent | Self::Absent)
    }

    /// The cards that were blocked, or restored.
    pub(crate) fn into_cards(self) -> Vec<CardId> {
        match self {
            Self::Done { cards, .. } | Self::Partly { cards, .. } | Self::Unknown { cards } => {
                cards
            }
            Self::Refused { .. } | Self::NotSent | Self::Absent => Vec::new(),
        }
    }

    /// What the provider calls what was done.
    pub fn reference(&self) -> Option<&Reference> {
        match self {
            Self::Done { reference, .. } => reference.as_ref(),
            _ => None,
        }
    }
}
