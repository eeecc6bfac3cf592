//! Opening: what a store holds of the engine itself, read or made.

use std::sync::Arc;

use partner_api_core::Timestamp;
use uuid::Uuid;

use super::books::Books;
use super::load::Users;
use super::names::Names;
use super::rows::{self, Deed, NameKey, Position};
use super::shared::Shared;
use super::snapshot::timers_due;
use super::upgrade::index_history;
use super::writer::Writer;
use super::{EngineError, EngineOptions, OpenError};
use crate::clock::{Clock, real_now};
use crate::rates::RateSource;
use crate::store::{Rows, Store, StoreError};

impl Writer {
    /// Reads or makes what the store holds of the engine itself.
    pub(super) fn open(store: Arc<dyn Store>, options: EngineOptions) -> Result<Self, OpenError> {
        let mut found = None;
        store.snapshot(&mut |rows| {
            found = Some(Found::read(rows)?);
            Ok(())
        })?;
        let found = found.ok_or(StoreError::GivenUp)?;
        if let Some(currency) = found.books.unbalanced() {
            return Err(OpenError::Unbalanced { currency });
        }
        let real = real_now();
        let position = found.position.unwrap_or(Position {
            seq: 0,
            at: Timestamp::MIN,
        });
        let clock = match (options.frozen_at, found.clock) {
            (Some(at), _) => Clock::Frozen {
                at: at.max(position.at),
            },
            (None, Some(clock)) => clock,
            (None, None) => Clock::showing(real, real, false),
        };
        let mut rates = found.rates.unwrap_or_default();
        rates.seed = options.rate_seed.unwrap_or(rates.seed);
        let name_key = found.name_key.unwrap_or_else(new_name_key);
        let mut writer = Self {
            shared: Arc::new(Shared::new(
                options.policy,
                clock,
                rates.clone(),
                Names::new(&name_key),
                position.at,
            )),
            store,
            partner_funds: options.partner_funds,
            users: Users::new(),
            books: found.books,
            position,
            next_due: found.next_due,
            must_erase: false,
            poison: None,
            broken: None,
            forgotten: 0,
        };
        let is_new = found.position.is_none();
        let opened = writer.batch(|writer, batch| {
            index_history(batch)?;
            // What was late when the last process ended: otherwise short runs would never get to the end of a round.
            writer.books.write_late(batch, position.seq)?;
            rows::save(batch, &(), &clock)?;
            rows::save(batch, &(), &rates)?;
            rows::save(batch, &(), &name_key)?;
            if is_new {
                writer.fund(batch, Deed::Fund)?;
            }
            Ok(())
        });
        match opened {
            Ok(()) => Ok(writer),
            Err(EngineError::Store(error) | EngineError::Poisoned(error)) => {
                Err(Arc::into_inner(error).unwrap_or(StoreError::GivenUp).into())
            }
            Err(_) => Err(StoreError::GivenUp.into()),
        }
    }
}

/// What a store holds of the engine itself; nothing, if it is new.
struct Found {
    position: Option<Position>,
    clock: Option<Clock>,
    rates: Option<RateSource>,
    name_key: Option<NameKey>,
    books: Books,
    next_due: Option<Timestamp>,
}

impl Found {
    fn read(rows: &dyn Rows) -> Result<Self, StoreError> {
        let next = timers_due(rows, Timestamp::MAX, 1)?;
        Ok(Self {
            position: rows::load(rows, &())?,
            clock: rows::load(rows, &())?,
            rates: rows::load(rows, &())?,
            name_key: rows::load(rows, &())?,
            books: Books::open(rows)?,
            next_due: next.first().map(|(key, _)| key.due),
        })
    }
}

/// 244 random bits, which is what two random UUIDs hold.
fn new_name_key() -> NameKey {
    let mut key = [0; 32];
    key[..16].copy_from_slice(Uuid::new_v4().as_bytes());
    key[16..].copy_from_slice(Uuid::new_v4().as_bytes());
    NameKey(key)
}
