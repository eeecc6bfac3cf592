//! The writer: one named thread that decides every command and does everything that falls due.
//!
//! # Shape
//!
//! The thread wakes for one of three reasons ([`Wake`]) and goes through the same phases each time:
//!
//! | Phase | What happens | If it fails |
//! |---|---|---|
//! | take | up to [`MAX_BATCH`] orders leave the queue | - |
//! | due | timers up to now are decided, each at its own time, in a batch of their own | the orders are answered with the error |
//! | decide | per command: load what it names, core decides, check the books, write rows | that command alone is answered with the error, or the batch is given up |
//! | commit | totals are checked once more, balances handed on to be written now or later, one commit | nothing of the batch is kept; everybody is answered with the error |
//! | erase | if somebody was erased: the log is written back and truncated | the data is gone from the tables; those who asked are told that it may be in a file |
//! | answer | everybody learns the verdict | whoever does not listen any more does not matter |
//!
//! # Why it is correct
//!
//! * *Order.* One thread decides, so decisions have an order, and their numbers are that order. A command sees everything
//!   that was decided before it, in its own batch too: rows are read back from the open transaction, and balances, which
//!   are handed on once a batch, from the books' own map.
//! * *Durability.* Nobody is answered before the commit of the batch is on disk. Between commit and answer a crash loses
//!   the answer, never the deed.
//! * *All or nothing.* A command's checks are over before its first row is written. What is kept in memory between batches
//!   (users, balances, totals, the position) is taken over at commit and forgotten when a batch is given up.
//! * *Time.* A decision's time is taken here and never runs backwards; timers up to now come first, in order.
//! * *After a failure of the disk* the writer decides nothing any more: what a disk holds whose sync failed is unknown until
//!   the log is read anew. After a full disk, or anything else, it goes on.
//!
//! # What bounds it
//!
//! A batch has at most [`MAX_BATCH`] decisions, the queue at most 4096 orders; whoever comes later waits to be queued, so
//! memory is bounded and a flood slows its senders down. Caches hold a fixed number of users and balances: up
//! to two million of each, so memory grows with the users up to there.
//!
//! # Layering
//!
//! Above: [`Engine`](super::Engine), which only queues. Below: core's `decide` and `evolve`, and the store's port. Never
//! here: rules, bytes, HTTP, and waiting for anything but the store and the queue.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use partner_api_core::{Command, Event, Money, Rule, Timer, Timestamp, decide};

use super::books::Books;
use super::error::{BrokenBooks, EngineError};
use super::load::{self, Users};
use super::names::{Hashed, NameHash};
use super::outbox::{Announcement, Errand, announcements};
use super::queue::{Order, Reply, Wake};
use super::rows::{self, Booking, Decision, Deed, Position, Subject};
use super::shared::Shared;
use super::snapshot::timers_due;
use super::{ClockReading, Decided, RateChange, RateSource, apply, fate};
use crate::clock::{Clock, real_now};
use crate::store::{Batch, Store, StoreError, Table};

/// How many commands or timers are decided between two commits.
const MAX_BATCH: usize = 512;

/// How long to wait before timers are tried again after they could not be written.
const RETRY_TIMERS_AFTER: Duration = Duration::from_secs(1);

/// The thread's own state.
pub(super) struct Writer {
    pub(super) shared: Arc<Shared>,
    pub(super) store: Arc<dyn Store>,
    pub(super) partner_funds: Vec<Money>,
    pub(super) users: Users,
    pub(super) books: Books,
    /// The last decision, the batch in progress included.
    pub(super) position: Position,
    /// The first time at which something happens by itself.
    pub(super) next_due: Option<Timestamp>,
    /// Deleted personal data may still be in a file.
    pub(super) must_erase: bool,
    /// The disk failed.
    pub(super) poison: Option<Arc<StoreError>>,
    /// Why the batch in progress was given up, if the books were the reason.
    pub(super) broken: Option<BrokenBooks>,
    /// The last decision that forgot everything before it, since this process began.
    pub(super) forgotten: u64,
}

/// A command that waits for its verdict.
struct Waiter {
    command: Command,
    names: Hashed,
    reply: Reply<Decided>,
}

/// An errand that waits to be done.
struct Runner {
    errand: Errand,
    reply: Reply<u64>,
}

/// What became of a command, before the commit.
struct Outcome {
    result: Result<Decided, EngineError>,
    erases: bool,
}

impl Writer {
    pub(super) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    /// Works until nothing will be asked any more.
    pub(super) fn run(mut self) {
        let _abandon = Abandon(self.shared());
        loop {
            match self.shared.queue.take(MAX_BATCH, self.patience()) {
                Wake::Orders(orders) => self.obey(orders),
                Wake::Due => {
                    // Nobody waits for an answer. What could not be written is tried again after a while.
                    let _ = self.run_due(self.now());
                }
                Wake::Closed => return,
            }
        }
    }

    /// How long until something happens by itself.
    fn patience(&self) -> Option<Duration> {
        if self.poison.is_some() {
            return None;
        }
        let clock = *self.lock_clock();
        let wait = clock.until(self.next_due?, real_now())?;
        // Already due means that it was tried and failed.
        Some(if wait.is_zero() {
            RETRY_TIMERS_AFTER
        } else {
            wait
        })
    }

    fn lock_clock(&self) -> std::sync::MutexGuard<'_, Clock> {
        let clock = self.shared.clock.lock();
        clock.unwrap_or_else(PoisonError::into_inner)
    }

    /// The time of a decision that is taken now.
    pub(super) fn now(&self) -> Timestamp {
        self.lock_clock().at(real_now()).max(self.position.at)
    }

    /// Does what was asked, in order: commands together, everything else by itself.
    fn obey(&mut self, orders: Vec<Order>) {
        let (mut waiters, mut runners) = (Vec::with_capacity(orders.len()), Vec::new());
        for order in orders {
            match order {
                Order::Decide {
                    command,
                    names,
                    reply,
                } => {
                    waiters.push(Waiter {
                        command,
                        names,
                        reply,
                    });
                    continue;
                }
                // No errand changes what a command is decided on, so it does not part a batch.
                Order::Errand { errand, reply } => {
                    runners.push(Runner { errand, reply });
                    continue;
                }
                _ => {}
            }
            self.decide_all(std::mem::take(&mut waiters), std::mem::take(&mut runners));
            match order {
                Order::Decide { .. } | Order::Errand { .. } => {}
                Order::Freeze { reply } => answer(reply, self.set_frozen(true)),
                Order::Resume { reply } => answer(reply, self.set_frozen(false)),
                Order::Advance { by, reply } => answer(reply, self.advance(by)),
                Order::Rates { change, reply } => answer(reply, self.change_rates(change)),
                Order::Reset { reply } => answer(reply, self.reset()),
                Order::Restore {
                    mut from,
                    erased,
                    reply,
                } => answer(reply, self.restore(from.as_mut(), erased)),
            }
        }
        self.decide_all(waiters, runners);
        // What was set to happen at once does not wait for somebody to ask.
        let _ = self.run_due(self.now());
    }

    /// Decides commands and does errands in one batch, and answers them after its commit.
    fn decide_all(&mut self, mut waiters: Vec<Waiter>, runners: Vec<Runner>) {
        if waiters.is_empty() && runners.is_empty() {
            return;
        }
        self.rehash(&mut waiters);
        let now = self.now();
        let mut outcomes = Vec::with_capacity(waiters.len());
        let mut numbers = Vec::with_capacity(runners.len());
        let written = self.run_due(now).and_then(|()| {
            self.batch(|writer, batch| {
                for waiter in &waiters {
                    outcomes.push(writer.decide(
                        batch,
                        &waiter.command,
                        &waiter.names.names,
                        now,
                    )?);
                }
                for runner in &runners {
                    numbers.push(writer.run_errand(batch, &runner.errand, now)?);
                }
                Ok(())
            })
        });
        if let Err(error) = written {
            for waiter in waiters {
                answer(waiter.reply, Err(error.clone()));
            }
            for runner in runners {
                answer(runner.reply, Err(error.clone()));
            }
            return;
        }
        if runners.iter().any(|it| it.errand.changes_receivers()) {
            self.shared.receivers.send_replace(self.forgotten);
        }
        for (runner, number) in runners.into_iter().zip(numbers) {
            answer(runner.reply, Ok(number));
        }
        let mut erased = Vec::new();
        for (waiter, outcome) in waiters.into_iter().zip(outcomes) {
            if outcome.erases {
                erased.push((waiter.reply, outcome.result));
            } else {
                answer(waiter.reply, outcome.result);
            }
        }
        let erasure = self.erase();
        for (reply, result) in erased {
            answer(reply, erasure.clone().and(result));
        }
    }

    /// Hashes names anew that were hashed before a restore brought another key.
    fn rehash(&self, waiters: &mut [Waiter]) {
        let names = self.shared.names();
        let waiters = waiters.iter_mut();
        for waiter in waiters.filter(|it| it.names.generation != names.generation) {
            waiter.names = names.of(&waiter.command);
        }
    }

    /// Decides one command and writes what follows. An error is the store's and ends the batch; what is wrong with the
    /// command alone is in the outcome, and nothing of it is written.
    fn decide(
        &mut self,
        batch: &mut dyn Batch,
        command: &Command,
        names: &[Option<NameHash>; 2],
        at: Timestamp,
    ) -> Result<Outcome, StoreError> {
        let give_up = |error| {
            Ok(Outcome {
                result: Err(error),
                erases: false,
            })
        };
        let mut state = load::load(&*batch, &mut self.users, &mut self.books, command, names)?;
        let subject = load::subject(command, &state);
        let verdict = decide(&self.shared.policy, &state, command, at);
        let events = verdict.as_deref().unwrap_or(&[]);
        let announced = announcements(command, &state, events);
        let plan = match self.books.plan(&*batch, events)? {
            Ok(plan) => plan,
            Err(broken) => return give_up(broken.into()),
        };
        if let Err(error) = apply::create(batch, events)? {
            return give_up(error);
        }
        // Nothing that is wrong with the command can show from here.
        let seq = self.position.seq + 1;
        let name = names[0].as_ref();
        let effects = apply::apply(batch, &mut self.users, &mut state, events, name, seq)?;
        self.books.book(plan);
        self.next_due = earlier(self.next_due, effects.due);
        self.must_erase |= effects.erases;
        let bookings = events.iter().filter_map(booking).collect();
        let rule = verdict.as_ref().err().map(|refusal| refusal.rule);
        self.log(
            batch,
            at,
            Deed::Command(command.kind()),
            subject,
            rule,
            bookings,
            announced,
        )?;
        Ok(Outcome {
            result: Ok(Decided { seq, at, verdict }),
            erases: effects.erases,
        })
    }

    /// Writes the next decision.
    #[expect(clippy::too_many_arguments, reason = "they are a decision's fields")]
    pub(super) fn log(
        &mut self,
        batch: &mut dyn Batch,
        at: Timestamp,
        deed: Deed,
        subject: Subject,
        rule: Option<Rule>,
        bookings: Vec<Booking>,
        announced: Vec<Announcement>,
    ) -> Result<(), StoreError> {
        let seq = self.position.seq + 1;
        let mut decision = Decision {
            seq,
            at,
            deed,
            subject,
            rule,
            bookings,
            announced,
            links: Vec::new(),
        };
        for account in decision.moved() {
            let before = self.books.link(&*batch, account, seq)?;
            decision.links.push(before);
        }
        if !rows::create(batch, &seq, &decision)? {
            return Err(StoreError::Damaged {
                table: Table::Decisions.word(),
                what: "it is ahead of the position",
            });
        }
        self.position = Position { seq, at };
        Ok(())
    }

    /// Whatever was told or was to be told before now is forgotten.
    pub(super) fn forget_told(&mut self) {
        self.forgotten = self.position.seq;
        self.shared.receivers.send_replace(self.forgotten);
    }

    /// Decides every timer up to `until`, each at its own time, in batches of their own.
    fn run_due(&mut self, until: Timestamp) -> Result<(), EngineError> {
        while self.next_due.is_some_and(|due| due <= until) {
            self.batch(|writer, batch| {
                let timers = timers_due(&*batch, until, MAX_BATCH)?;
                for (key, timer) in &timers {
                    rows::remove::<Timer>(batch, key)?;
                    let at = key.due.max(writer.position.at);
                    // Refused, because somebody was faster, is as good as done; and what would break the books is left
                    // undone, which the decisions show by what they lack.
                    if let Some(command) = fate::command(&*batch, timer)? {
                        writer.decide(batch, &command, &[None, None], at)?;
                    }
                }
                let next = timers_due(&*batch, Timestamp::MAX, 1)?;
                writer.next_due = next.first().map(|(key, _)| key.due);
                Ok(())
            })?;
        }
        Ok(())
    }

    fn set_frozen(&mut self, frozen: bool) -> Result<ClockReading, EngineError> {
        let now = self.now();
        self.run_due(now)?;
        self.set_clock(Clock::showing(now, real_now(), frozen))
    }

    fn advance(&mut self, by: Duration) -> Result<ClockReading, EngineError> {
        let target = self.now().checked_plus(by);
        let target = target.ok_or(EngineError::PastTheEnd)?;
        self.run_due(target)?;
        let frozen = self.lock_clock().is_frozen();
        self.set_clock(Clock::showing(target, real_now(), frozen))
    }

    fn set_clock(&mut self, clock: Clock) -> Result<ClockReading, EngineError> {
        self.batch(|_, batch| rows::save(batch, &(), &clock))?;
        self.shared.set_clock(clock);
        Ok(self.shared.clock())
    }

    fn change_rates(&mut self, change: RateChange) -> Result<Arc<RateSource>, EngineError> {
        let before = self.shared.rates();
        let rates = Arc::unwrap_or_clone(before).changed(change, self.now());
        self.batch(|_, batch| rows::save(batch, &(), &rates))?;
        let rates = Arc::new(rates);
        self.shared.set_rates(Arc::clone(&rates));
        Ok(rates)
    }

    /// Runs `work` and commits; or nothing of it happened, here or on disk.
    pub(super) fn batch(
        &mut self,
        mut work: impl FnMut(&mut Self, &mut dyn Batch) -> Result<(), StoreError>,
    ) -> Result<(), EngineError> {
        if let Some(error) = &self.poison {
            return Err(EngineError::Poisoned(Arc::clone(error)));
        }
        let (position, next_due, must_erase) = (self.position, self.next_due, self.must_erase);
        let store = Arc::clone(&self.store);
        let written = store.batch(&mut |batch| {
            work(self, batch)?;
            let last = self.position.seq;
            if let Err(broken) = self.books.write(batch, last - position.seq, last)? {
                self.broken = Some(broken);
                return Err(StoreError::GivenUp);
            }
            rows::save(batch, &(), &self.position)?;
            self.shared.moments.expect(last, self.books.late());
            Ok(())
        });
        let Err(error) = written else {
            self.books.commit();
            let last_at = self.position.at.millis();
            self.shared.last_at.store(last_at, Ordering::Release);
            self.shared.beat();
            return Ok(());
        };
        self.position = position;
        self.next_due = next_due;
        self.must_erase = must_erase;
        self.users.forget();
        self.books.roll_back();
        self.shared.moments.take_back(position.seq);
        Err(match self.broken.take() {
            Some(broken) => EngineError::Broken(broken),
            None => self.note(error.into()),
        })
    }

    /// Makes sure that what was deleted is in no file, if anything was.
    pub(super) fn erase(&mut self) -> Result<(), EngineError> {
        if !self.must_erase {
            return Ok(());
        }
        match self.store.erase() {
            Ok(()) => {
                self.must_erase = false;
                Ok(())
            }
            Err(error) => match self.note(error.into()) {
                EngineError::Store(error) => Err(EngineError::NotErased(error)),
                other => Err(other),
            },
        }
    }

    /// Takes note of the store's failure: after one of the disk, nothing is decided any more.
    pub(super) fn note(&mut self, error: Arc<StoreError>) -> EngineError {
        if matches!(*error, StoreError::Disk(_)) {
            self.poison = Some(Arc::clone(&error));
        }
        EngineError::Store(error)
    }
}

pub(super) fn booking(event: &Event) -> Option<Booking> {
    match event {
        Event::Booked { movement, legs } => Some(Booking {
            movement: movement.clone(),
            legs: legs.legs().to_vec(),
        }),
        _ => None,
    }
}

fn earlier(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    a.into_iter().chain(b).min()
}

/// Tells whoever waits; whoever does not any more does not matter.
fn answer<T>(reply: Reply<T>, result: Result<T, EngineError>) {
    let _ = reply.send(result);
}

/// Lets nobody wait for a writer that is gone, however it went.
struct Abandon(Arc<Shared>);

impl Drop for Abandon {
    fn drop(&mut self) {
        self.0.queue.abandon();
    }
}
