//! What the rules know of a user.

use crate::steps::words;
use crate::{Country, HolderId};

/// A user, as far as rules are concerned. Personal data is elsewhere, so that it can be erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct User {
    /// The provider's opaque id, under which books, cards and movements know the user.
    pub holder: HolderId,
    /// Country of residence; fixed at creation (L1).
    pub country: Country,
    /// Whether it is known who the user is.
    pub verification: Verification,
    /// Whether the user may act.
    pub standing: Standing,
}

words! {
    /// Whether it is known who a user is.
    Verification {
        /// Created; nothing was submitted.
        Registered = "registered",
        /// Identity data was submitted and waits for a decision.
        Pending = "pending",
        /// Approved; the balances exist.
        Approved = "approved",
        /// Rejected; it may be submitted again.
        Rejected = "rejected",
    }
}

words! {
    /// Whether a user may act.
    Standing {
        /// May do everything.
        Open = "open",
        /// Frozen: no money moves and no card is made, unblocked or used, until unsuspended.
        Suspended = "suspended",
        /// Gone for ever.
        Closed = "closed",
    }
}
