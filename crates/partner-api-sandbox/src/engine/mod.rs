//! Decides commands, one at a time and for good; answers reads from snapshots.
//!
//! Start at [`Engine`]: [`execute`](Engine::execute) is the only way to change anything, [`read`](Engine::read) the only
//! way to look.
//!
//! | File | Holds |
//! |---|---|
//! | `writer` | the thread that decides: batches, commits, answers |
//! | `open` | what the writer starts with |
//! | `replace` | starting over, and going back to a snapshot |
//! | `shared` | what it shows to everybody who asks |
//! | `queue` | commands on their way to it, bounded |
//! | `load` | what a command names, as a core `State` |
//! | `apply` | events, as rows |
//! | `books` | balances, and the invariants of money |
//! | `write_behind` | balances whose rows are still to be written |
//! | `snapshot` | typed reads |
//! | `history` | the decisions that moved something on an account |
//! | `audit` | the books, recomputed from every movement |
//! | `fate` | what becomes of things by themselves |
//! | `copy` | everything as a stream of bytes, and back |
//! | `outbox` | what the partner is told, and what became of it |
//! | `upgrade` | what rows of earlier versions lack |
//! | `rows` | the bytes of every row |
//!
//! Never here: HTTP, randomness but for the key of a new store, rules (those are `partner_api_core`'s), and any engine's
//! own language (that is `crate::store`'s).

mod apply;
mod audit;
mod books;
mod copy;
mod error;
mod fate;
mod history;
mod load;
mod names;
mod open;
pub(crate) mod outbox;
mod queue;
mod recent;
mod replace;
mod rows;
mod shared;
mod snapshot;
mod upgrade;
mod write_behind;
mod writer;

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;

use partner_api_core::{Command, Event, Money, Policy, Refusal, Timestamp};
use tokio::sync::{oneshot, watch};

pub use crate::rates::{RateChange, RateSource};
pub use crate::store::{OpenError, StoreError};
pub use audit::Audit;
pub use copy::{Erased, Saved, SnapshotError};
pub use error::{BrokenBooks, EngineError};
pub use outbox::{
    Announcement, Attempt, Delivery, DeliveryId, DeliveryState, EventId, Failure, InvalidId,
    Mischief, Outcome, Progress, Receiver, ReceiverId, Told,
};
pub use rows::decision::{Booking, Decision, Deed, ObjectKind, Subject};
pub use snapshot::{CurrencyBooks, Snapshot};

use crate::data_dir::DataDir;
use crate::store::{Memory, Sqlite, Store};
use outbox::Errand;
use queue::Order;
use shared::Shared;
use write_behind::Merged;
use writer::Writer;

/// How often a reader begins anew that commits have overtaken. Once is rare.
const LOOKS: usize = 1_000;

/// Where an engine keeps its data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Data {
    /// In memory; nothing is ever on disk.
    #[default]
    Ephemeral,
    /// In a directory, which is made if it is not there, and locked.
    Directory(PathBuf),
}

/// How to open an engine.
#[derive(Clone, Debug, Default)]
pub struct EngineOptions {
    /// Where the data is.
    pub data: Data,
    /// The numbers and choices of the rules.
    pub policy: Policy,
    /// Stop the clock at this moment, or at the last decision if that was later. Otherwise the clock goes on as it was.
    pub frozen_at: Option<Timestamp>,
    /// Which of the possible markets the rates follow. Otherwise the one that they followed before.
    pub rate_seed: Option<u64>,
    /// What the partner gets in a new store, and after a reset.
    pub partner_funds: Vec<Money>,
}

/// What became of a command. It is on disk.
#[derive(Debug)]
pub struct Decided {
    /// The decision's number: unique, rising, given to refusals too.
    pub seq: u64,
    /// When it was taken, by the virtual clock.
    pub at: Timestamp,
    /// What follows, or why nothing does.
    pub verdict: Result<Vec<Event>, Refusal>,
}

/// What the virtual clock shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockReading {
    /// The time.
    pub now: Timestamp,
    /// Whether it stands still.
    pub frozen: bool,
}

/// A running engine; cheap to clone. When the last clone is dropped, what is queued is done and the store is closed: that
/// blocks for some milliseconds, which [`shutdown`](Engine::shutdown) does not.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    store: RwLock<Option<Arc<dyn Store>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

impl Engine {
    /// Opens the store, makes a new one if there is none, and starts the writer.
    pub fn open(options: EngineOptions) -> Result<Self, OpenError> {
        let store: Arc<dyn Store> = match &options.data {
            Data::Ephemeral => Arc::new(Memory::default()),
            Data::Directory(path) => Arc::new(Sqlite::open(DataDir::open(path)?)?),
        };
        Self::start(store, options)
    }

    fn start(store: Arc<dyn Store>, options: EngineOptions) -> Result<Self, OpenError> {
        let writer = Writer::open(Arc::clone(&store), options)?;
        let shared = writer.shared();
        let thread = std::thread::Builder::new()
            .name("sandbox-writer".to_owned())
            .spawn(move || writer.run())
            .map_err(OpenError::Thread)?;
        Ok(Self {
            inner: Arc::new(Inner {
                shared,
                store: RwLock::new(Some(store)),
                writer: Mutex::new(Some(thread)),
            }),
        })
    }

    /// Has a command decided. The answer comes after its commit is on disk.
    ///
    /// If the future is dropped before the command is queued, nothing happens; after that it is decided all the same.
    pub async fn execute(&self, command: Command) -> Result<Decided, EngineError> {
        // Hashed here, on the caller's thread, so that the one writer need not.
        let names = self.inner.shared.names().of(&command);
        self.order(|reply| Order::Decide {
            command,
            names,
            reply,
        })
        .await
    }

    /// Looks at one moment. `look` runs here and now, in microseconds if it asks for single rows. While it runs, an
    /// erasure waits for it, and in memory every change does; so it must neither wait for anything nor read again.
    pub fn read<T>(
        &self,
        look: impl FnOnce(&Snapshot<'_>) -> Result<T, StoreError>,
    ) -> Result<T, EngineError> {
        let store = self.store()?;
        // While it is held nothing is restored, so rows and names are of one key.
        let names = self.inner.shared.names();
        let mut look = Some(look);
        let mut found = None;
        for _ in 0..LOOKS {
            store.snapshot(&mut |rows| {
                let seq = snapshot::last_decision(rows)?;
                let Some(late) = self.inner.shared.moments.at(seq) else {
                    return Ok(());
                };
                let look = look.take().expect("a store runs a snapshot's work once");
                found = Some(look(&Snapshot {
                    rows: &Merged::new(rows, late),
                    names: &names,
                    seq,
                })?);
                Ok(())
            })?;
            if let Some(found) = found.take() {
                return Ok(found);
            }
            // Several commits came between beginning to look and asking what was late then.
            std::thread::yield_now();
        }
        Err(StoreError::Engine("commits overtake a reader again and again".into()).into())
    }

    /// The numbers and choices of the rules.
    pub fn policy(&self) -> &Policy {
        &self.inner.shared.policy
    }

    /// What the virtual clock shows.
    pub fn clock(&self) -> ClockReading {
        self.inner.shared.clock()
    }

    /// Where rates come from now.
    pub fn rates(&self) -> Arc<RateSource> {
        self.inner.shared.rates()
    }

    /// Changes the rates, for good. Locks and quotes keep what they have.
    pub async fn change_rates(&self, change: RateChange) -> Result<Arc<RateSource>, EngineError> {
        self.order(|reply| Order::Rates { change, reply }).await
    }

    /// Stops the clock.
    pub async fn freeze_clock(&self) -> Result<ClockReading, EngineError> {
        self.order(|reply| Order::Freeze { reply }).await
    }

    /// Lets the clock run on from where it stands.
    pub async fn resume_clock(&self) -> Result<ClockReading, EngineError> {
        self.order(|reply| Order::Resume { reply }).await
    }

    /// Moves the clock forward. What falls due on the way is done in order, each at its own time, before this answers.
    /// A distance that leads past [`Timestamp::MAX`] is refused, and nothing falls due.
    pub async fn advance_clock(&self, by: Duration) -> Result<ClockReading, EngineError> {
        self.order(|reply| Order::Advance { by, reply }).await
    }

    /// Forgets every user, movement and decision, and funds the partner anew, all at once. Returns the number of this
    /// decision; numbers go on rising, and clock and rates stay as they are.
    pub async fn reset(&self) -> Result<u64, EngineError> {
        self.order(|reply| Order::Reset { reply }).await
    }

    /// Writes everything that the store holds, as it is at one moment, to a stream that [`restore`](Self::restore) takes,
    /// here or in another sandbox. Changes go on meanwhile. It runs here and now and takes as long as the stream does;
    /// while it runs, an erasure waits for it, as for [`read`](Self::read).
    ///
    /// What is written holds personal data of every user who is there: keep it where such data may be.
    pub fn save(&self, to: &mut dyn std::io::Write) -> Result<Saved, SnapshotError> {
        let mut saved = None;
        self.read(|snapshot| {
            let clock = self.clock();
            saved = Some(copy::write(snapshot.rows, clock.now, clock.frozen, to));
            Ok(())
        })?;
        saved.expect("a read that succeeds ran the work")
    }

    /// Replaces everything by what [`save`](Self::save) wrote, all at once: whatever happens on the way, afterwards there is
    /// the one or the other. Returns the number of this decision, which is above those of both histories; the clock goes
    /// back to the moment of the snapshot, standing or running as it did then.
    ///
    /// Personal data that was erased by closing its user since is not brought back, unless `erased` says that it is meant.
    /// If the future is dropped before the order is queued, nothing happens; after that it is done all the same.
    ///
    /// # Errors
    ///
    /// Where the stream cannot be read, is no snapshot, or is damaged, where the books in it are wrong, or where it would
    /// bring back what was erased. Nothing was changed then.
    pub async fn restore(
        &self,
        from: impl std::io::Read + std::io::Seek + Send + 'static,
        erased: Erased,
    ) -> Result<u64, SnapshotError> {
        let restored = self.order(|reply| Order::Restore {
            from: Box::new(from),
            erased,
            reply,
        });
        restored.await?
    }

    /// Has an errand about deliveries done; it is on disk when this answers.
    pub(crate) async fn errand(&self, errand: Errand) -> Result<u64, EngineError> {
        self.order(|reply| Order::Errand { errand, reply }).await
    }

    /// Tells of every commit, and of every change of the clock: how many there were since the start.
    pub(crate) fn pulse(&self) -> watch::Receiver<u64> {
        self.inner.shared.pulse()
    }

    /// Tells of every change of the receivers, and where everything is forgotten by a change of its value.
    pub(crate) fn receivers(&self) -> watch::Receiver<u64> {
        self.inner.shared.receivers()
    }

    /// How long in real time until the virtual clock shows `due`; never, if it stands still before that.
    pub(crate) fn wait_until(&self, due: Timestamp) -> Option<Duration> {
        self.inner.shared.wait_until(due)
    }

    /// Recomputes the books from every movement since the beginning. Takes a while if there are many.
    pub fn audit(&self) -> Result<Result<Audit, BrokenBooks>, EngineError> {
        self.read(|snapshot| audit::audit(snapshot.rows))
    }

    /// Does what is queued, then closes the store. Later calls are answered with [`EngineError::Stopped`].
    pub async fn shutdown(&self) {
        self.inner.shared.queue.close();
        let thread = self.inner.take_thread();
        if let Some(thread) = thread {
            // A writer that panicked has been told to its waiters already.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
        self.inner.close_store();
    }

    async fn order<T>(
        &self,
        order: impl FnOnce(oneshot::Sender<Result<T, EngineError>>) -> Order,
    ) -> Result<T, EngineError> {
        let (reply, answer) = oneshot::channel();
        self.inner.shared.queue.push(order(reply)).await?;
        answer.await.unwrap_or(Err(EngineError::Crashed))
    }

    fn store(&self) -> Result<Arc<dyn Store>, EngineError> {
        let store = self
            .inner
            .store
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        store.clone().ok_or(EngineError::Stopped)
    }
}

impl Inner {
    fn take_thread(&self) -> Option<JoinHandle<()>> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.take()
    }

    fn close_store(&self) {
        let mut store = self.store.write().unwrap_or_else(PoisonError::into_inner);
        store.take();
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.shared.queue.close();
        if let Some(thread) = self.take_thread() {
            let _ = thread.join();
        }
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("policy", self.policy())
            .field("clock", &self.clock())
            .finish_non_exhaustive()
    }
}
