//! What happens by itself: rows in the order of their due times, then of their causes.

use partner_api_core::{Timer, Timestamp};

use super::{Damaged, Read, Record, Write};
use crate::store::Table;

/// When, by which decision, and which of its timers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TimerKey {
    pub(crate) due: Timestamp,
    pub(crate) seq: u64,
    pub(crate) index: u8,
}

impl TimerKey {
    pub(crate) fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            due: read_time_key(from)?,
            seq: from.array().map(u64::from_be_bytes)?,
            index: from.u8()?,
        })
    }
}

/// Flipped, so that bytes sort as signed numbers do.
const SIGN: u64 = 1 << 63;

/// A moment's bytes in a key.
pub(super) fn write_time_key(time: Timestamp, to: &mut Vec<u8>) {
    to.bytes(&((time.millis() as u64) ^ SIGN).to_be_bytes());
}

/// The moment of such bytes.
pub(super) fn read_time_key(from: &mut Read<'_>) -> Result<Timestamp, Damaged> {
    let millis = (from.array().map(u64::from_be_bytes)? ^ SIGN) as i64;
    Timestamp::from_millis(millis).map_err(|_| Damaged("a moment is out of range"))
}

impl Record for Timer {
    type Key = TimerKey;
    const TABLE: Table = Table::Timers;

    fn key(key: &TimerKey, to: &mut Vec<u8>) {
        write_time_key(key.due, to);
        to.bytes(&key.seq.to_be_bytes());
        to.u8(key.index);
    }

    fn write(&self, to: &mut Vec<u8>) {
        match self {
            Self::Verification(holder) => {
                to.u8(b'v');
                to.holder(*holder);
            }
            Self::Payout(id) => {
                to.u8(b'p');
                to.id(id.as_str());
            }
            Self::Exchange(id) => {
                to.u8(b'e');
                to.id(id.as_str());
            }
            Self::Kyc(id) => {
                to.u8(b'k');
                to.id(id.as_str());
            }
            Self::Poa(holder) => {
                to.u8(b'a');
                to.holder(*holder);
            }
            Self::Withdrawal(id) => {
                to.u8(b'w');
                to.id(id.as_str());
            }
            Self::Deposit(id) => {
                to.u8(b'd');
                to.id(id.as_str());
            }
            Self::Clearing(id) => {
                to.u8(b'c');
                to.id(id.as_str());
            }
            Self::CardFee(id) => {
                to.u8(b'f');
                to.id(id.as_str());
            }
            Self::Wallet(id) => {
                to.u8(b'o');
                to.id(id.as_str());
            }
            Self::Confirmation(id) => {
                to.u8(b'n');
                to.id(id.as_str());
            }
            Self::Expiry(id) => {
                to.u8(b'x');
                to.id(id.as_str());
            }
        }
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(match from.u8()? {
            b'v' => Self::Verification(from.holder()?),
            b'p' => Self::Payout(from.id()?),
            b'e' => Self::Exchange(from.id()?),
            b'k' => Self::Kyc(from.id()?),
            b'a' => Self::Poa(from.holder()?),
            b'w' => Self::Withdrawal(from.id()?),
            b'd' => Self::Deposit(from.id()?),
            b'c' => Self::Clearing(from.id()?),
            b'f' => Self::CardFee(from.id()?),
            b'o' => Self::Wallet(from.id()?),
            b'n' => Self::Confirmation(from.id()?),
            b'x' => Self::Expiry(from.id()?),
            _ => return Err(Damaged("a timer is of an unknown kind")),
        })
    }
}
