//! Beginning, starting over, and going back: the partner is funded, and all that was is forgotten, or
//! replaced by what a snapshot held.

use std::sync::{Arc, PoisonError};

use partner_api_core::ledger::{Account, Balanced, Outside};
use partner_api_core::{Event, Movement, Timestamp};

use super::EngineError;
use super::books::Books;
use super::copy::{self, Erased, Settings, SnapshotError, Source};
use super::outbox;
use super::rows::{self, Deed, Position, Subject, Written};
use super::snapshot::timers_due;
use super::upgrade::index_history;
use super::writer::{Writer, booking};
use crate::clock::{Clock, real_now};
use crate::store::{Batch, StoreError, Table};

impl Writer {
    pub(super) fn reset(&mut self) -> Result<u64, EngineError> {
        self.replace_all(|writer, batch| {
            for table in Table::ALL.iter().filter(|it| it.is_of_history()) {
                batch.clear(*table)?;
            }
            writer.look_anew(batch)?;
            writer.fund(batch, Deed::Reset)?;
            outbox::begin_anew(batch, writer.position.seq)
        })?;
        self.erase()?;
        Ok(self.position.seq)
    }

    /// Replaces everything by what a stream holds. The outer error is the engine's, the inner one the stream's.
    pub(super) fn restore(
        &mut self,
        from: &mut dyn Source,
        erased: Erased,
    ) -> Result<Result<u64, SnapshotError>, EngineError> {
        let head = match copy::check(from) {
            Ok(head) => head,
            Err(error) => return Ok(Err(error)),
        };
        let clock = Clock::showing(head.at, real_now(), head.frozen);
        let shared = self.shared();
        // From here on nobody looks, until rows and names are of one key again.
        let mut names = shared.names.write().unwrap_or_else(PoisonError::into_inner);
        let (mut found, mut refused) = (None, None);
        let done = self.replace_all(|writer, batch| {
            match copy::replace(batch, from, erased) {
                Ok(settings) => found = Some(settings),
                Err(error) => {
                    refused = Some(error);
                    return Err(StoreError::GivenUp);
                }
            }
            writer.look_anew(batch)?;
            let Some(Settings { position, .. }) = &found else {
                return Err(StoreError::GivenUp);
            };
            rows::save(batch, &(), &clock)?;
            let seq = position.seq.max(writer.position.seq);
            writer.position = Position { seq, at: head.at };
            let (deed, subject) = (Deed::Restore, Subject::default());
            let (moved, told) = (Vec::new(), Vec::new());
            writer.log(batch, head.at, deed, subject, None, moved, told)?;
            outbox::begin_anew(batch, writer.position.seq)
        });
        match (done, refused) {
            (Ok(()), _) => {}
            (Err(_), Some(SnapshotError::Engine(EngineError::Store(error)))) => {
                return Err(self.note(error));
            }
            (Err(_), Some(refused)) => return Ok(Err(refused)),
            (Err(error), None) => return Err(error),
        }
        if let Some(Settings {
            name_key, rates, ..
        }) = found
        {
            names.rekey(&name_key);
            shared.set_rates(Arc::new(rates));
        }
        shared.set_clock(clock);
        drop(names);
        self.erase()?;
        Ok(Ok(self.position.seq))
    }

    /// Runs a batch that puts other books in place of those that are there.
    fn replace_all(
        &mut self,
        work: impl FnMut(&mut Self, &mut dyn Batch) -> Result<(), StoreError>,
    ) -> Result<(), EngineError> {
        let before = std::mem::replace(&mut self.books, Books::empty());
        let done = self.batch(work);
        if done.is_ok() {
            self.forget_told();
        } else {
            // What is on the disk is what was there before, and so must be what we know of it.
            self.books = before;
        }
        done
    }

    /// Learns anew what a batch that replaced everything holds; what was deleted for it is to be erased.
    fn look_anew(&mut self, batch: &mut dyn Batch) -> Result<(), StoreError> {
        index_history(batch)?;
        // The rows that are there were put there as a whole, whatever they say.
        rows::remove::<Written>(batch, &())?;
        self.users.forget();
        self.books = Books::open(&*batch)?;
        let next = timers_due(&*batch, Timestamp::MAX, 1)?;
        self.next_due = next.first().map(|(key, _)| key.due);
        self.must_erase = true;
        Ok(())
    }

    /// Gives the partner its initial funds.
    pub(super) fn fund(&mut self, batch: &mut dyn Batch, deed: Deed) -> Result<(), StoreError> {
        let treasury = Account::Outside(Outside::Treasury);
        let funds = self.partner_funds.iter();
        let events: Vec<Event> = funds
            .map(|money| Event::Booked {
                movement: Movement::Funding,
                legs: Balanced::pay(treasury, Account::Partner, *money),
            })
            .collect();
        match self.books.plan(&*batch, &events)? {
            Ok(plan) => self.books.book(plan),
            Err(broken) => {
                self.broken = Some(broken);
                return Err(StoreError::GivenUp);
            }
        }
        let bookings = events.iter().filter_map(booking).collect();
        let (now, subject, told) = (self.now(), Subject::default(), Vec::new());
        self.log(batch, now, deed, subject, None, bookings, told)
    }
}
