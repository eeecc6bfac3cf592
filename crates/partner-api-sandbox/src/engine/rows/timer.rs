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
        let millis = (from.array().map(u64::from_be_bytes)? ^ SIGN) as i64;
        Ok(Self {
            due: Timestamp::from_millis(millis).map_err(|_| Damaged("a moment is out of range"))?,
            seq: from.array().map(u64::from_be_bytes)?,
            index: from.u8()?,
        })
    }
}

/// Flipped, so that bytes sort as signed numbers do.
const SIGN: u64 = 1 << 63;

impl Record for Timer {
    type Key = TimerKey;
    const TABLE: Table = Table::Timers;

    fn key(key: &TimerKey, to: &mut Vec<u8>) {
        to.bytes(&((key.due.millis() as u64) ^ SIGN).to_be_bytes());
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
        }
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(match from.u8()? {
            b'v' => Self::Verification(from.holder()?),
            b'p' => Self::Payout(from.id()?),
            b'e' => Self::Exchange(from.id()?),
            _ => return Err(Damaged("a timer is of an unknown kind")),
        })
    }
}
