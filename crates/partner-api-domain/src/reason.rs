//! Why something is done, and who does it: for the journal, since the wire has no field for either.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why an account is suspended, unsuspended, closed or otherwise changed.
///
/// It goes into the journal and outlives the user: **no personal data**, please.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// A fraud alert.
    Fraud,
    /// The user says that somebody else has the account.
    StolenAccount,
    /// A review is pending.
    ComplianceReview,
    /// The account is being closed.
    Closing,
    /// In the partner's own words.
    Other(Box<str>),
}

impl Reason {
    /// In the partner's own words.
    pub fn other(text: impl Into<String>) -> Self {
        Self::Other(text.into().into_boxed_str())
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fraud => "fraud",
            Self::StolenAccount => "stolen account",
            Self::ComplianceReview => "compliance review",
            Self::Closing => "closing",
            Self::Other(text) => text,
        })
    }
}

/// Who asks for a change, such as `ops:7` or `job:nightly-review`.
///
/// It goes into the journal and outlives the user: an id, not a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Actor(Box<str>);

impl Actor {
    /// Takes any text.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into().into_boxed_str())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<T: Into<String>> From<T> for Actor {
    fn from(id: T) -> Self {
        Self::new(id)
    }
}
