//! What the rules know of a card.

use super::{Spending, SpendingLimits};
use crate::steps::words;
use crate::{CardExpiry, CardNumber, Cvv, HolderId, Pin, Timestamp};

/// A card, as far as rules are concerned. Its number is elsewhere, so that it can be erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Whose card it is.
    pub owner: HolderId,
    /// Where it stands.
    pub state: CardState,
    /// The partner's name for it.
    pub label: String,
    /// What it may spend.
    pub limits: SpendingLimits,
    /// What it has spent.
    pub spending: Spending,
    /// When it was created; the limits of L12 count from here.
    pub created_at: Timestamp,
}

words! {
    /// Where a card stands.
    CardState {
        /// Can be used.
        Active = "active",
        /// Cannot be used until it is unblocked.
        Blocked = "blocked",
        /// Gone for ever.
        Deleted = "deleted",
    }
}

/// What is printed on a card, and its PIN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardSecrets {
    /// The full number.
    pub number: CardNumber,
    /// The security code.
    pub cvv: Cvv,
    /// The expiry.
    pub expiry: CardExpiry,
    /// The PIN.
    pub pin: Pin,
}
