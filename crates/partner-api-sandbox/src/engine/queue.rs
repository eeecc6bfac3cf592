//! Orders on their way to the writer: bounded, taken many at a time.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use partner_api_core::Command;
use tokio::sync::{Semaphore, oneshot};

use super::copy::{Erased, SnapshotError, Source};
use super::names::Hashed;
use super::outbox::Errand;
use super::{ClockReading, Decided, EngineError, RateChange, RateSource};

/// Where an answer goes.
pub(super) type Reply<T> = oneshot::Sender<Result<T, EngineError>>;

/// What is asked of the writer.
pub(super) enum Order {
    Decide {
        command: Command,
        names: Hashed,
        reply: Reply<Decided>,
    },
    Freeze {
        reply: Reply<ClockReading>,
    },
    Resume {
        reply: Reply<ClockReading>,
    },
    Advance {
        by: Duration,
        reply: Reply<ClockReading>,
    },
    Rates {
        change: RateChange,
        reply: Reply<Arc<RateSource>>,
    },
    Reset {
        reply: Reply<u64>,
    },
    Restore {
        from: Box<dyn Source>,
        erased: Erased,
        reply: Reply<Result<u64, SnapshotError>>,
    },
    Errand {
        errand: Errand,
        reply: Reply<u64>,
    },
}

/// Why the writer wakes: all that can happen to it.
pub(super) enum Wake {
    /// There is something to do.
    Orders(Vec<Order>),
    /// The time it wanted to wait is over.
    Due,
    /// Nothing will be asked any more.
    Closed,
}

/// How many orders may wait. Whoever comes later waits to be queued.
const BOUND: usize = 4_096;

pub(super) struct Queue {
    room: Semaphore,
    waiting: Mutex<Waiting>,
    wake: Condvar,
}

struct Waiting {
    orders: VecDeque<Order>,
    is_closed: bool,
    /// Waking a thread costs a call to the operating system, so only one that sleeps is woken.
    writer_sleeps: bool,
}

impl Queue {
    pub(super) fn new() -> Self {
        Self {
            room: Semaphore::new(BOUND),
            waiting: Mutex::new(Waiting {
                orders: VecDeque::new(),
                is_closed: false,
                writer_sleeps: false,
            }),
            wake: Condvar::new(),
        }
    }

    /// Queues an order, as soon as there is room.
    pub(super) async fn push(&self, order: Order) -> Result<(), EngineError> {
        let permit = self.room.acquire().await;
        permit.map_err(|_| EngineError::Stopped)?.forget();
        let mut waiting = self.lock();
        if waiting.is_closed {
            return Err(EngineError::Stopped);
        }
        waiting.orders.push_back(order);
        let sleeps = std::mem::take(&mut waiting.writer_sleeps);
        drop(waiting);
        if sleeps {
            self.wake.notify_one();
        }
        Ok(())
    }

    /// Takes at most `most` orders; waits for the first, but not for longer than `patience`.
    pub(super) fn take(&self, most: usize, patience: Option<Duration>) -> Wake {
        let deadline = patience.and_then(|patience| Instant::now().checked_add(patience));
        let mut waiting = self.lock();
        loop {
            if !waiting.orders.is_empty() {
                let count = waiting.orders.len().min(most);
                let orders = waiting.orders.drain(..count).collect();
                self.room.add_permits(count);
                return Wake::Orders(orders);
            }
            if waiting.is_closed {
                return Wake::Closed;
            }
            waiting.writer_sleeps = true;
            waiting = match deadline {
                None => self
                    .wake
                    .wait(waiting)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        waiting.writer_sleeps = false;
                        return Wake::Due;
                    }
                    self.wake
                        .wait_timeout(waiting, left)
                        .unwrap_or_else(PoisonError::into_inner)
                        .0
                }
            };
        }
    }

    /// Takes no more orders. What is queued is still taken.
    pub(super) fn close(&self) {
        self.room.close();
        self.lock().is_closed = true;
        self.wake.notify_one();
    }

    /// Takes no more orders and drops what is queued, so that nobody waits for a writer that is gone.
    pub(super) fn abandon(&self) {
        self.close();
        self.lock().orders.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
