//! Who sends by bank: the sender of a deposit, and the accounts that an owner is known to hold.

use crate::steps::words;
use crate::{Iban, PersonName, Timestamp};

/// Who sent a deposit by bank; erased when the user is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The sending account.
    pub iban: Iban,
    /// Its holder.
    pub name: PersonName,
}

words! {
    /// Whether a sending account is the user's own (`iban-status-webhook-28679748e0`).
    IbanCheck {
        /// Not decided.
        Pending = "pending",
        /// The names match: the account is known from now on.
        Approved = "approved",
        /// They do not, or there is another problem.
        Rejected = "rejected",
    }
}

/// A bank account that sent a deposit to an owner; erased when the user is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The account.
    pub iban: Iban,
    /// Its holder.
    pub name: PersonName,
    /// Whether it is the owner's own.
    pub check: IbanCheck,
    /// When it was first seen, or last decided.
    pub at: Timestamp,
}
