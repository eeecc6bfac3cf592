//! What reconciliation tells: what is resolved, what has to wait, and what a person must decide, with all it takes.

use std::fmt;
use std::sync::Arc;

use partner_api_core::Timestamp;

use crate::error::Error;
use crate::journal::{Basis, Conclusion, Entry, IntentId, Reference};

/// What became of every entry that was unresolved.
#[derive(Debug, Default)]
#[must_use = "what is unclear needs a person"]
#[non_exhaustive]
pub struct Reconciled {
    /// Resolved now.
    pub resolved: Vec<Found>,
    /// Too early to tell, or the records cannot be read at the moment: look again later.
    pub waiting: Vec<Waiting>,
    /// For a person to decide, who then calls [`resolve`](crate::Partner::resolve).
    pub unclear: Vec<Unclear>,
}

/// An entry that was resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// The entry as it was.
    pub entry: Entry,
    /// How it ended.
    pub conclusion: Conclusion,
    /// What that rests on.
    pub basis: Basis,
}

/// An entry that has to wait.
#[derive(Debug)]
#[non_exhaustive]
pub struct Waiting {
    /// The entry.
    pub entry: Entry,
    /// When it can be told, by this machine's clock, where that is known.
    pub until: Option<Timestamp>,
    /// Why the provider's or the journal's records could not be read, if that is what it waits for.
    pub error: Option<Arc<Error>>,
}

/// An entry that needs a person.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unclear {
    /// The entry.
    pub entry: Entry,
    /// Why it cannot be told.
    pub why: Why,
    /// What the provider's records show that might be it, oldest first.
    pub candidates: Vec<Candidate>,
}

/// A movement in the provider's records that might be the one in question.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Candidate {
    /// What the provider calls it, where the records say so.
    pub reference: Option<Reference>,
    /// When it happened, by the provider's clock, where the records say so.
    pub at: Timestamp,
    /// Whether it carries the intent's natural key.
    pub is_keyed: bool,
}

/// Why it cannot be told what became of an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// More than one movement fits, and no entry accounts for them.
    SeveralFit,
    /// One movement fits, and it may as well be another entry's.
    AnotherEntryFits,
    /// One movement fits, and [others move too](super::Limits::sole_mover).
    MayBeSomebodyElses,
    /// One movement fits, and the records show another one nearby that no entry accounts for: somebody else makes such
    /// movements.
    SomebodyElseMoves,
    /// Another entry accounts for the movement that fits.
    TakenBy(IntentId),
    /// The records show something that fits and do not name it.
    NotNamed,
    /// The provider keeps no records that would show it.
    NoRecords,
    /// The records show an order or a link only once somebody has paid it, and show none that fits.
    NotPaid,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::SeveralFit => {
                "several movements fit, and no entry of the journal accounts for them"
            }
            Self::AnotherEntryFits => "the movement that fits may be another entry's",
            Self::MayBeSomebodyElses => {
                "the movement that fits may be somebody else's, who moves money by this key too"
            }
            Self::SomebodyElseMoves => {
                "a movement fits, and another one nearby shows that somebody else makes such ones"
            }
            Self::TakenBy(entry) => {
                return write!(f, "entry {entry} accounts for the movement that fits");
            }
            Self::NotNamed => "the provider's records show something that fits and do not name it",
            Self::NoRecords => "the provider keeps no records that would show it",
            Self::NotPaid => {
                "the provider's records show it only once somebody has paid it, and nobody has; take a new one, and leave \
                 this one to expire"
            }
        };
        f.write_str(text)
    }
}

/// For a log: ids, amounts and times, no personal data.
impl fmt::Display for Unclear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Entry { id, intent, .. } = &self.entry;
        let name = intent.action.name().replace('_', " ");
        write!(f, "entry {id}, {name} of {}: {}", intent.at, self.why)?;
        for candidate in &self.candidates {
            match &candidate.reference {
                Some(reference) => write!(f, "; {reference} of {}", candidate.at)?,
                None => write!(f, "; something without an id of {}", candidate.at)?,
            }
        }
        Ok(())
    }
}
