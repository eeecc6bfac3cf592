//! Telling the partner: bodies, HTTP, and what goes wrong on purpose.
//!
//! | File | Holds |
//! |---|---|
//! | `render` | bodies, from rows |
//! | `send` | one POST, and what came of it |
//! | `chaos` | which deliveries go wrong, and how |
//! | `worker` | one receiver: what is tried when, and in which order |
//! | `progress` | what its worker knows that is not on disk |
//!
//! The writer decides, this tells. It reads short snapshots and hands results to the writer as errands, so that neither a
//! slow nor a dead receiver holds up a decision; and each receiver has a worker of its own, so that none holds up another.
//! The rows, and why nothing is lost between the two, are in `crate::engine::outbox`.

mod chaos;
mod progress;
mod render;
mod send;
mod worker;

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::task::{AbortHandle, JoinHandle, JoinSet};

pub(crate) use chaos::{ChaosEntry, ChaosRule, SharedChaos};
pub(crate) use render::{body, sample, sample_body};
pub use send::InvalidUrl;
pub(crate) use send::{Sender, check_url};

use crate::engine::{Engine, Receiver, ReceiverId};
use worker::Worker;

/// How deliveries are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// How long an attempt may take, in real time.
    pub(crate) timeout: Duration,
    /// How many attempts one receiver gets at once.
    pub(crate) at_once: usize,
    /// Whether addresses outside this machine are allowed.
    pub(crate) anywhere: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(5),
            at_once: 16,
            anywhere: false,
        }
    }
}

/// How long to wait before the store is asked again after it failed.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Tells every receiver, until it is dropped. What was in flight then is sent again by whoever opens the data next.
#[derive(Debug)]
pub(crate) struct Dispatcher(JoinHandle<()>);

impl Dispatcher {
    pub(crate) fn start(engine: Engine, options: Options, chaos: SharedChaos) -> Self {
        Self(tokio::spawn(tell_all(engine, options, chaos)))
    }
}

impl Drop for Dispatcher {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Keeps one worker for each receiver.
async fn tell_all(engine: Engine, options: Options, chaos: SharedChaos) {
    let sender = Sender::new(options.timeout);
    let mut changes = engine.receivers();
    let mut tasks = JoinSet::new();
    let mut workers: BTreeMap<ReceiverId, (Receiver, u64, AbortHandle)> = BTreeMap::new();
    loop {
        let forgotten = *changes.borrow_and_update();
        let receivers = match engine.read(|snapshot| snapshot.receivers()) {
            Ok(receivers) => BTreeMap::from_iter(receivers),
            Err(crate::engine::EngineError::Stopped) => return,
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "receivers cannot be read"
                );
                tokio::time::sleep(AFTER_FAILURE).await;
                continue;
            }
        };
        // A worker knows its receiver and what it has read: where either is not so any more, another one begins anew.
        workers.retain(|id, (receiver, began, task)| {
            let stays = receivers.get(id) == Some(receiver) && *began == forgotten;
            if !stays {
                task.abort();
            }
            stays
        });
        for (id, receiver) in receivers {
            workers.entry(id).or_insert_with(|| {
                let worker = Worker::new(
                    engine.clone(),
                    id,
                    receiver.clone(),
                    sender.clone(),
                    chaos.clone(),
                    options,
                );
                (receiver, forgotten, tasks.spawn(worker.run()))
            });
        }
        // The tasks that were stopped are done with.
        while tasks.try_join_next().is_some() {}
        if changes.changed().await.is_err() {
            return;
        }
    }
}
