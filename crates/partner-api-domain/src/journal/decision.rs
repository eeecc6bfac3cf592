//! What a journal decides inside its transaction, as pure functions: whether an intent may begin, and whether a doubt may
//! be settled.

use partner_api_core::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Conclusion, Entry, Intent, IntentId};
use crate::reason::{Actor, Reason};

/// What became of an intent that was to begin.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Begun {
    /// It is in the journal and may be sent.
    New(IntentId),
    /// Its key was used before, for the same: nothing is to be sent, this is what became of it.
    Before(Entry),
    /// Its key was used before, for something else: nothing is to be sent.
    KeyTaken(Entry),
    /// Another intent of the same shape is unresolved, and nothing could tell the two apart afterwards: nothing is to be
    /// sent.
    InDoubt(Entry),
}

impl Begun {
    /// Why an intent may not begin, or nothing if it may.
    ///
    /// `keyed` is the entry that holds the intent's [key](Intent::key), which is the one under this key that does not
    /// [free it](Entry::frees_its_key); `alike` the unresolved entry of its
    /// [guarded shape](super::Action::guarded_shape). An adapter looks both up and writes the intent in one transaction.
    pub fn instead(intent: &Intent, keyed: Option<Entry>, alike: Option<Entry>) -> Option<Self> {
        match (keyed, alike) {
            (Some(entry), _) if entry.intent.asks_for_the_same_as(intent) => {
                Some(Self::Before(entry))
            }
            (Some(entry), _) => Some(Self::KeyTaken(entry)),
            (None, Some(entry)) => Some(Self::InDoubt(entry)),
            (None, None) => None,
        }
    }
}

/// How a doubt is settled afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resolution {
    /// How it ended.
    pub conclusion: Conclusion,
    /// What that rests on.
    pub basis: Basis,
    /// Who says so.
    pub actor: Option<Actor>,
    /// Why, in their words.
    pub reason: Option<Reason>,
    /// When, by this machine's clock.
    pub at: Timestamp,
}

impl Resolution {
    /// A resolution without actor and reason.
    pub fn new(conclusion: Conclusion, basis: Basis, at: Timestamp) -> Self {
        Self {
            conclusion,
            basis,
            actor: None,
            reason: None,
            at,
        }
    }
}

/// What a resolution rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Basis {
    /// The provider's records name it: a rate lock, our token, a user's id.
    NaturalKey,
    /// It is the only movement of its shape in its time that no other entry accounts for.
    OnlyMatch,
    /// The provider's records were read past the time in which it could have happened, and it is not there.
    Absence,
    /// A person, or a program of the partner's, has looked.
    Person,
    /// The provider sent word of it, by webhook.
    Notice,
    /// The provider treats the user as one who is suspended, or as one who is not.
    Standing,
}

/// What became of a resolution.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resolved {
    /// The entry is concluded.
    Now,
    /// The entry was concluded before; nothing was changed.
    Already(Box<Entry>),
    /// Another entry accounts for that very movement; nothing was changed.
    ReferenceTaken(IntentId),
    /// There is no such entry.
    NoSuchEntry,
}

impl Resolved {
    /// Why an entry may not be resolved, or nothing if it may. `claimant` is the entry that has the resolution's
    /// reference, if any has. An adapter looks both up and writes the conclusion in one transaction.
    pub fn instead(entry: Option<Entry>, claimant: Option<IntentId>) -> Option<Self> {
        match (entry, claimant) {
            (None, _) => Some(Self::NoSuchEntry),
            (Some(entry), _) if !entry.is_unresolved() => Some(Self::Already(Box::new(entry))),
            (Some(entry), Some(claimant)) if claimant != entry.id => {
                Some(Self::ReferenceTaken(claimant))
            }
            _ => None,
        }
    }
}
