//! Accounts and currencies as keys of balances and totals; amounts are whole atoms.

use partner_api_core::Currency;
use partner_api_core::ledger::{Account, AccountKind};

use super::{Damaged, Read, Write};

/// An account's bytes. The letters are for ever: they stand in every file.
pub(super) fn write_account(account: Account, to: &mut Vec<u8>) {
    match account {
        Account::User(holder) => {
            to.u8(b'u');
            to.holder(holder);
        }
        Account::Partner => to.u8(b'p'),
        Account::Fees => to.u8(b'f'),
        Account::Suspense => to.u8(b's'),
        Account::Settlement => to.u8(b't'),
        Account::Forfeited => to.u8(b'g'),
        Account::Rounding => to.u8(b'r'),
        Account::Outside(who) => {
            to.u8(b'o');
            to.word(who.as_str());
        }
    }
}

pub(super) fn read_account(from: &mut Read<'_>) -> Result<Account, Damaged> {
    Ok(match from.u8()? {
        b'u' => Account::User(from.holder()?),
        b'p' => Account::Partner,
        b'f' => Account::Fees,
        b's' => Account::Suspense,
        b't' => Account::Settlement,
        b'g' => Account::Forfeited,
        b'r' => Account::Rounding,
        b'o' => Account::Outside(from.word()?),
        _ => return Err(Damaged("an account is of an unknown kind")),
    })
}

/// The key of an account's balance; of all its balances, if no currency is given.
pub(crate) fn balance_key(account: Account, currency: Option<Currency>) -> Vec<u8> {
    let mut key = Vec::with_capacity(32);
    write_account(account, &mut key);
    if let Some(currency) = currency {
        key.word(currency.as_str());
    }
    key
}

/// What an account holds of a currency, as the value of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Balance {
    /// How much.
    pub(crate) atoms: i64,
    /// The last decision that had moved something on the account when this was written: of all its rows, the highest is the
    /// last one of all. 0 in rows of before decisions knew each other, and where no history is kept.
    pub(crate) last: u64,
}

impl Balance {
    pub(crate) fn bytes(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.atoms.to_le_bytes());
        bytes[8..].copy_from_slice(&self.last.to_le_bytes());
        bytes
    }

    pub(crate) fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            atoms: from.i64()?,
            last: from.or_end(0, |from| from.array().map(u64::from_le_bytes))?,
        })
    }
}

pub(crate) fn read_balance_key(from: &mut Read<'_>) -> Result<(Account, Currency), Damaged> {
    Ok((read_account(from)?, from.currency()?))
}

/// The key of what a decision of before they knew each other moved on an account; of all of them, if no number is given.
///
/// Numbers count down, so that the last movement comes first.
pub(crate) fn history_key(account: Account, seq: Option<u64>) -> Vec<u8> {
    let mut key = Vec::with_capacity(32);
    write_account(account, &mut key);
    if let Some(seq) = seq {
        key.bytes(&(u64::MAX - seq).to_be_bytes());
    }
    key
}

/// The number in what such a key has beyond its account.
pub(crate) fn read_history_key(from: &mut Read<'_>) -> Result<u64, Damaged> {
    Ok(u64::MAX - from.array().map(u64::from_be_bytes)?)
}

/// The key of what all accounts of a kind hold of a currency.
pub(crate) fn total_key(kind: AccountKind, currency: Currency) -> Vec<u8> {
    let mut key = Vec::with_capacity(24);
    key.word(currency.as_str());
    key.word(kind.as_str());
    key
}

pub(crate) fn read_total_key(from: &mut Read<'_>) -> Result<(AccountKind, Currency), Damaged> {
    let currency = from.currency()?;
    Ok((from.word()?, currency))
}
