//! What the engine remembers of itself.

use partner_api_core::lock::Rates;
use partner_api_core::{HolderId, Timestamp};

use super::{Damaged, Read, Record, Write};
use crate::clock::Clock;
use crate::rates::RateSource;
use crate::store::Table;

/// Which setting, and its type.
pub(crate) trait Setting: Sized {
    const WORD: &'static str;
    fn write(&self, to: &mut Vec<u8>);
    fn read(from: &mut Read<'_>) -> Result<Self, Damaged>;
}

impl<S: Setting> Record for S {
    type Key = ();
    const TABLE: Table = Table::Settings;

    fn key((): &(), to: &mut Vec<u8>) {
        to.bytes(S::WORD.as_bytes());
    }

    fn write(&self, to: &mut Vec<u8>) {
        Setting::write(self, to);
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Setting::read(from)
    }
}

/// The last decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) seq: u64,
    pub(crate) at: Timestamp,
}

impl Setting for Position {
    const WORD: &'static str = "position";

    fn write(&self, to: &mut Vec<u8>) {
        to.bytes(&self.seq.to_le_bytes());
        to.time(self.at);
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            seq: from.array().map(u64::from_le_bytes)?,
            at: from.time()?,
        })
    }
}

/// The last decision of which rows of balances hold everything that it and those before it moved; later ones may be in
/// decisions alone. Absent where every row is written with its decision, as before the fifth version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Written(pub(crate) u64);

impl Setting for Written {
    const WORD: &'static str = "written";

    fn write(&self, to: &mut Vec<u8>) {
        to.bytes(&self.0.to_le_bytes());
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self(from.array().map(u64::from_le_bytes)?))
    }
}

impl Setting for Clock {
    const WORD: &'static str = "clock";

    fn write(&self, to: &mut Vec<u8>) {
        match self {
            Self::Running { ahead_millis } => {
                to.u8(b'r');
                to.i64(*ahead_millis);
            }
            Self::Frozen { at } => {
                to.u8(b'f');
                to.time(*at);
            }
        }
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(match from.u8()? {
            b'r' => Self::Running {
                ahead_millis: from.i64()?,
            },
            b'f' => Self::Frozen { at: from.time()? },
            _ => return Err(Damaged("the clock is neither running nor frozen")),
        })
    }
}

impl Setting for RateSource {
    const WORD: &'static str = "rates";

    fn write(&self, to: &mut Vec<u8>) {
        to.bytes(&self.seed.to_le_bytes());
        to.bytes(&self.spread.to_le_bytes());
        to.option(self.frozen_at, Write::time);
        for (currency, rate) in &self.set {
            to.word(currency.as_str());
            to.i64(rate.atoms());
        }
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            seed: from.array().map(u64::from_le_bytes)?,
            spread: from.array().map(u16::from_le_bytes)?,
            frozen_at: from.option(Read::time)?,
            set: {
                let mut rates = Rates::new();
                while !from.is_empty() {
                    rates.insert(from.currency()?, from.amount()?);
                }
                rates
            },
        })
    }
}

/// That a user was closed: what outlives resets and restores, so that nobody comes back by accident (L14).
pub(crate) struct WasClosed;

impl Record for WasClosed {
    type Key = HolderId;
    const TABLE: Table = Table::Settings;

    fn key(holder: &HolderId, to: &mut Vec<u8>) {
        to.bytes(b"closed/");
        to.holder(*holder);
    }

    fn write(&self, _: &mut Vec<u8>) {}

    fn read(_: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self)
    }
}

/// What the names' hashes are keyed with.
#[derive(Clone, Copy)]
pub(crate) struct NameKey(pub(crate) [u8; 32]);

impl Setting for NameKey {
    const WORD: &'static str = "name_key";

    fn write(&self, to: &mut Vec<u8>) {
        to.bytes(&self.0);
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        from.array().map(Self)
    }
}
