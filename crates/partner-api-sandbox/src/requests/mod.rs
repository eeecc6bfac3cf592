//! The last calls to the Partner API's port, for whoever wants to see what a program asked: kept in memory, bounded, and
//! redacted before they are kept.
//!
//! Keeping one is a copy of its path and a short lock. Bodies are read again only where there is one, so reads pay for
//! none; nothing is formatted before somebody looks.

mod redact;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use partner_api_core::Rule;
use partner_api_types::OperationId;

pub(crate) use redact::{is_shown, names_user};

/// The log; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Requests(Option<Arc<Log>>);

#[derive(Debug)]
struct Log {
    capacity: usize,
    /// How many there ever were.
    count: AtomicU64,
    entries: Mutex<VecDeque<Entry>>,
}

/// One call.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Which, counted from 1.
    pub(crate) number: u64,
    /// When it was answered, in real time.
    pub(crate) at: SystemTime,
    pub(crate) operation: OperationId,
    /// As it was sent: ids may be in it.
    pub(crate) path: Box<str>,
    /// What stood behind the question mark and in the body, redacted.
    pub(crate) sent: Sent,
    /// The status; nothing where the connection was cut instead.
    pub(crate) status: Option<u16>,
    pub(crate) rule: Option<Rule>,
    /// The fault that hit it.
    pub(crate) fault: Option<&'static str>,
    pub(crate) micros: u32,
    /// The number that the answer carries.
    pub(crate) seq: u64,
}

/// What a call sent besides its path, redacted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sent {
    pub(crate) query: Option<Box<str>>,
    pub(crate) body: Option<Body>,
}

/// A body, as far as it may be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// JSON, with everything replaced that is not known to be harmless.
    Json(Box<str>),
    /// So many bytes of something else.
    Bytes(usize),
}

impl Sent {
    pub(crate) fn new(query: &str, body: &[u8]) -> Self {
        Self {
            query: (!query.is_empty()).then(|| redact::query(query)),
            body: (!body.is_empty()).then(|| match redact::json(body) {
                Some(json) => Body::Json(json),
                None => Body::Bytes(body.len()),
            }),
        }
    }
}

impl Requests {
    /// A log of so many calls; of none it is no log at all.
    pub(crate) fn new(capacity: usize) -> Self {
        Self((0 < capacity).then(|| {
            Arc::new(Log {
                capacity,
                count: AtomicU64::new(0),
                entries: Mutex::new(VecDeque::new()),
            })
        }))
    }

    pub(crate) fn is_kept(&self) -> bool {
        self.0.is_some()
    }

    /// How many calls it holds at most.
    pub(crate) fn capacity(&self) -> usize {
        self.0.as_ref().map_or(0, |log| log.capacity)
    }

    /// How many calls there were.
    pub(crate) fn count(&self) -> u64 {
        self.0
            .as_ref()
            .map_or(0, |log| log.count.load(Ordering::Relaxed))
    }

    pub(crate) fn add(&self, mut entry: Entry) {
        let Some(log) = &self.0 else {
            return;
        };
        let mut entries = log.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entry.number = log.count.fetch_add(1, Ordering::Relaxed) + 1;
        // What is over is freed after the lock.
        let over = match entries.len() < log.capacity {
            true => None,
            false => entries.pop_front(),
        };
        entries.push_back(entry);
        drop(entries);
        drop(over);
    }

    /// The calls before a number, the last one first; at most `limit`.
    pub(crate) fn last(&self, before: Option<u64>, limit: usize) -> Vec<Entry> {
        let Some(log) = &self.0 else {
            return Vec::new();
        };
        let entries = log.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = entries.iter().rev();
        let wanted = wanted.filter(|it| before.is_none_or(|before| it.number < before));
        wanted.take(limit).cloned().collect()
    }

    /// One call, if it is still there.
    pub(crate) fn get(&self, number: u64) -> Option<Entry> {
        let log = self.0.as_ref()?;
        let entries = log.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.iter().find(|it| it.number == number).cloned()
    }
}

#[cfg(test)]
impl Entry {
    /// A call that went well.
    pub(crate) fn sample(operation: OperationId, path: &str, sent: Sent) -> Self {
        Self {
            number: 1,
            at: SystemTime::UNIX_EPOCH,
            operation,
            path: path.into(),
            sent,
            status: Some(200),
            rule: None,
            fault: None,
            micros: 1,
            seq: 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str) -> Entry {
        Entry::sample(OperationId::GetPartnerBalances, path, Sent::default())
    }

    #[test]
    fn the_last_calls_are_kept_and_numbered() {
        let log = Requests::new(2);
        for path in ["/1", "/2", "/3"] {
            log.add(entry(path));
        }
        let numbers: Vec<_> = log
            .last(None, 10)
            .iter()
            .map(|it| (it.number, it.path.clone()))
            .collect();
        assert_eq!(numbers, [(3, "/3".into()), (2, "/2".into())]);
        assert_eq!(log.last(Some(3), 10)[0].number, 2);
        assert_eq!((log.count(), log.last(None, 1).len()), (3, 1));
        assert!(log.get(1).is_none() && log.get(2).is_some());
    }

    #[test]
    fn of_a_body_that_is_no_json_its_length_is_kept() {
        let sent = Sent::new("", b"--boundary canary");
        assert_eq!(sent.body, Some(Body::Bytes(17)));
        let nothing = Sent::new("", b"");
        assert!(nothing.body.is_none() && nothing.query.is_none());
    }

    #[test]
    fn a_log_of_none_keeps_none() {
        let log = Requests::new(0);
        log.add(entry("/1"));
        assert!(!log.is_kept() && log.last(None, 10).is_empty() && log.count() == 0);
    }
}
