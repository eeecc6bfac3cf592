//! What a receiver's worker knows that is not on disk: what is read, tried, held, and done.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::time::Duration;

use partner_api_core::Timestamp;
use tokio::task::JoinSet;

use crate::engine::outbox::{Entry, Fate, Report};
use crate::engine::{EventId, ReceiverId, Told};

/// How far the cursor may fall behind while nothing is wanted.
const SILENCE: u64 = 10_000;

/// What is known that is not on disk.
#[derive(Default)]
pub(super) struct Progress {
    /// The log of decisions is read up to here.
    pub(super) read: u64,
    /// The cursor on disk.
    pub(super) committed: u64,
    /// Whether the log goes on behind what is read.
    pub(super) has_more: bool,
    /// Read and not tried.
    pub(super) ahead: VecDeque<Waiting>,
    /// Attempts in flight.
    pub(super) running: JoinSet<Entry>,
    /// Objects about which something is not committed.
    pub(super) held: HashMap<String, Held>,
    /// Deliveries that are tried and not committed.
    pub(super) tried: HashSet<EventId>,
    /// Events that were read and are not committed.
    pub(super) open: BTreeSet<EventId>,
    /// About to join their object's line.
    pub(super) joining: Vec<Waiting>,
    /// What became of deliveries, and the writer does not know.
    pub(super) done: Vec<Entry>,
    /// When the next retry is due.
    pub(super) next_due: Option<Timestamp>,
}

/// What a report is about: each event, with the object that is held for it.
pub(super) type About = Vec<(EventId, Option<String>)>;

/// Why an object is held.
pub(super) enum Held {
    /// A delivery about it is tried.
    Tried,
    /// So many deliveries about it are about to join its line.
    Queued(usize),
}

pub(super) struct Waiting {
    pub(super) told: Told,
    /// Whether nothing was in its way when it was read.
    pub(super) is_free: bool,
    /// How much later it is to be sent, on purpose.
    pub(super) late: Option<Duration>,
    /// When it is due: at its own moment, or at that of the attempt about the same object that it waited for.
    pub(super) due: Timestamp,
}

impl Progress {
    /// An event joins its object's line.
    pub(super) fn queue(&mut self, waiting: Waiting) {
        let Waiting {
            told, late, due, ..
        } = waiting;
        let object = told.announcement.object.clone();
        let held = self.held.entry(object).or_insert(Held::Queued(0));
        if let Held::Queued(count) = held {
            *count += 1;
        }
        self.done.push(Entry {
            told,
            due: due.plus(late.unwrap_or_default()),
            fate: Fate::Queued { in_line: true },
        });
    }

    /// An attempt ended. What waited for it in memory was due no earlier than it was, and joins the line behind it if it
    /// failed.
    pub(super) fn land(&mut self, entry: Entry) {
        let object = &entry.told.announcement.object;
        let is_acknowledged = entry.fate.is_acknowledged();
        for mut waiting in std::mem::take(&mut self.ahead) {
            let waits = waiting.told.announcement.object == *object;
            if waits {
                waiting.due = waiting.due.max(entry.due);
            }
            if waits && !is_acknowledged {
                self.joining.push(waiting);
            } else {
                self.ahead.push_back(waiting);
            }
        }
        self.done.push(entry);
        for waiting in std::mem::take(&mut self.joining) {
            self.queue(waiting);
        }
    }

    /// What was held until it is committed is free.
    pub(super) fn release(&mut self, cursor: u64, about: About) {
        self.committed = cursor;
        for (event, object) in about {
            self.tried.remove(&event);
            let Some(object) = object else {
                continue;
            };
            match self.held.get_mut(&object) {
                Some(Held::Queued(count)) if 1 < *count => *count -= 1,
                _ => {
                    self.held.remove(&object);
                }
            }
        }
    }

    /// What the writer does not know yet, and what it is about.
    pub(super) fn report(&mut self, receiver: ReceiverId) -> Option<(Report, About)> {
        let is_far = self.open.is_empty() && self.committed + SILENCE < self.read;
        if self.done.is_empty() && !is_far {
            return None;
        }
        let entries = std::mem::take(&mut self.done);
        let about = |entry: &Entry| {
            let is_held = self.tried.contains(&entry.told.id)
                || matches!(entry.fate, Fate::Queued { in_line: true, .. });
            let object = is_held.then(|| entry.told.announcement.object.clone());
            (entry.told.id, object)
        };
        let about: About = entries.iter().map(about).collect();
        for (event, _) in &about {
            self.open.remove(event);
        }
        let first_open = self.open.first();
        let cursor = first_open.map_or(self.read, |event| event.seq - 1);
        let report = Report {
            receiver,
            cursor,
            entries,
        };
        Some((report, about))
    }
}
