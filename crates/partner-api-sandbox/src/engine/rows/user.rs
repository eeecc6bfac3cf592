//! Users, and what they have that is not over.

use partner_api_core::HolderId;
use partner_api_core::user::User;

use super::{Damaged, Read, Record, Write, holder_key};
use crate::store::Table;

impl Record for User {
    type Key = HolderId;
    const TABLE: Table = Table::Users;

    fn key(key: &HolderId, to: &mut Vec<u8>) {
        holder_key(*key, to);
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.holder(self.holder);
        to.word(self.country.as_str());
        to.word(self.verification.as_str());
        to.word(self.standing.as_str());
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            holder: from.holder()?,
            country: from.country()?,
            verification: from.word()?,
            standing: from.word()?,
        })
    }
}

/// What a user has: its id alone is the row.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Belonging {
    /// A card, for ever.
    Card,
    /// A payout that is not settled.
    Payout,
    /// An exchange that is not settled.
    Exchange,
    /// A deposit that is neither credited nor returned.
    Deposit,
    /// A withdrawal that is not settled.
    Withdrawal,
    /// A card payment that is neither cleared nor reversed.
    CardTransaction,
}

/// The key under which a user has something.
pub(crate) fn belonging_key(holder: HolderId, kind: Belonging, id: &str) -> Vec<u8> {
    let mut key = belongings_of(holder, kind);
    key.id(id);
    key
}

/// What such keys begin with.
pub(crate) fn belongings_of(holder: HolderId, kind: Belonging) -> Vec<u8> {
    let mut key = Vec::with_capacity(40);
    key.holder(holder);
    key.u8(match kind {
        Belonging::Card => b'c',
        Belonging::Payout => b'p',
        Belonging::Exchange => b'e',
        Belonging::Deposit => b'd',
        Belonging::Withdrawal => b'w',
        Belonging::CardTransaction => b't',
    });
    key
}
