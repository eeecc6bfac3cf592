//! What the provider tells the partner: which decisions are announced, who receives them, and what became of each.
//!
//! # Shape
//!
//! | Row | Written | Holds |
//! |---|---|---|
//! | a decision | with its cause, in one commit | its [`Announcement`]s: kind, object, status word, nothing personal |
//! | a receiver | when it is added | address, secret, paths, kinds |
//! | a cursor | with results | up to which decision a receiver's deliveries have rows of their own |
//! | a delivery | with results | state and every attempt of one announcement to one receiver |
//! | a due row | while a delivery waits for its time | nothing: it is found by receiver and time |
//! | a line row | while a delivery is not over | nothing: the first of an object's line is tried, the others wait |
//!
//! # Why it is correct
//!
//! * *No event without its cause, no cause without its event.* An announcement is part of the decision's own row.
//! * *At least once.* A receiver's cursor passes an announcement only in the commit that writes its delivery. Whoever
//!   dies before that commit begins again at the cursor; an attempt whose result was not committed is made again.
//! * *In order per object* (ASSUMED A71). Of the deliveries of one object to one receiver only the first that is not over is tried.
//! * *Time.* The moment of a retry follows from the moment at which the attempt before it was due, so that a clock that
//!   jumps runs all of them, each at its own moment.
//! * *Erasure.* Bodies are rendered when they are sent, from rows that closing a user erases; no row here holds any.
//!
//! # What bounds it
//!
//! Without receivers there is no row but the decision's own. Whoever does not receive costs disk, not memory: its
//! backlog is the log of decisions behind its cursor.
//!
//! Never here: HTTP and bodies (those are `crate::webhooks`'), and anything personal.

mod announce;
mod read;
mod record;
mod schedule;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use partner_api_core::{Amount, Timestamp};
use partner_api_types::EventKind;

pub(super) use announce::announcements;
pub use read::Told;
pub(super) use record::begin_anew;
pub(crate) use record::{Entry, Errand, Fate, Made, Report};
pub use words::{DeliveryState, Failure, Mischief};

/// Something that the provider tells the partner, as it was at the moment of its decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// Which event.
    pub kind: EventKind,
    /// The provider's id of what it is about; deliveries about the same object keep their order.
    pub object: String,
    /// Where the object stood, in the provider's word.
    pub status: String,
    /// How far an order or a link was.
    pub progress: Option<Progress>,
}

/// How far an order or a link was: what changes of it besides its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What was paid and not sent back.
    pub received: Amount,
    /// In how many transfers, those that were sent back included.
    pub payments: u16,
    /// Until when it could be paid.
    pub expires_at: Option<Timestamp>,
}

/// Names an announcement: its decision's number, and its place among what that decision announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId {
    /// The decision's number.
    pub seq: u64,
    /// Its place, from 0.
    pub index: u16,
}

/// Names a receiver.
pub type ReceiverId = u32;

/// Names the delivery of an announcement to a receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryId {
    /// What is delivered.
    pub event: EventId,
    /// To whom.
    pub receiver: ReceiverId,
}

/// A text is not the id of an event or of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id of an event or a delivery; write it as it was given")]
pub struct InvalidId;

/// Somebody who is told. There is one for each address.
#[derive(Clone, PartialEq, Eq)]
pub struct Receiver {
    /// The address before the paths, without a slash at its end.
    pub url: String,
    /// What is sent as `Authorization`. Nobody is shown it again.
    pub secret: String,
    /// Whether the word `Bearer` stands before the secret (ASSUMED A70: it does not).
    pub bearer: bool,
    /// Paths other than the provider's own.
    pub paths: BTreeMap<EventKind, String>,
    /// Which events it wants; all of them if it does not say.
    pub kinds: Option<BTreeSet<EventKind>>,
}

/// The delivery of an announcement to a receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was sent anew on request.
    pub round: u32,
    /// How many attempts of this round failed.
    pub failed: u8,
    /// When the next attempt is due; nothing while an earlier delivery about the same object is not over.
    pub due: Option<Timestamp>,
    /// Whether it keeps its place among the deliveries about its object.
    pub in_line: bool,
    /// Every attempt, the last [`Delivery::REMEMBERED`] of them if there were more.
    pub attempts: Vec<Attempt>,
}

/// One attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Which, from 1, over all rounds.
    pub number: u32,
    /// When it was due, by the virtual clock.
    pub due: Timestamp,
    /// When it was made, by the virtual clock: later than due where the clock jumped or the receiver is slow.
    pub at: Timestamp,
    /// What came of it.
    pub outcome: Outcome,
    /// How long it took, in real time.
    pub took: Duration,
    /// How many bytes the body had.
    pub body_bytes: u32,
    /// What was done wrong on purpose.
    pub chaos: Option<Mischief>,
}

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver answered with this HTTP status.
    Status(u16),
    /// There was no answer.
    Failed(Failure),
}

impl Outcome {
    /// Whether the receiver acknowledged: by 200, as it is documented to (ASSUMED A68: by nothing else).
    pub const fn is_acknowledged(self) -> bool {
        matches!(self, Self::Status(200))
    }
}

impl Receiver {
    /// Somebody who wants every event where the provider sends it.
    pub fn new(url: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            secret: secret.into(),
            bearer: false,
            paths: BTreeMap::new(),
            kinds: None,
        }
    }

    /// Whether it wants such an event.
    pub fn wants(&self, kind: EventKind) -> bool {
        self.kinds
            .as_ref()
            .is_none_or(|kinds| kinds.contains(&kind))
    }

    /// Where it wants such an event.
    pub fn path(&self, kind: EventKind) -> &str {
        self.paths
            .get(&kind)
            .map_or(kind.webhook().path, String::as_str)
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("url", &self.url)
            .field("paths", &self.paths)
            .field("kinds", &self.kinds)
            .finish_non_exhaustive()
    }
}

impl Delivery {
    /// How many attempts are remembered.
    pub const REMEMBERED: usize = 50;

    /// What stands before anything was tried.
    pub(super) const fn new() -> Self {
        Self {
            state: DeliveryState::Waiting,
            round: 0,
            failed: 0,
            due: None,
            in_line: true,
            attempts: Vec::new(),
        }
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.seq, self.index)
    }
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.event, self.receiver)
    }
}

impl FromStr for EventId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let (seq, index) = text.split_once('-').ok_or(InvalidId)?;
        Ok(Self {
            seq: seq.parse().map_err(|_| InvalidId)?,
            index: index.parse().map_err(|_| InvalidId)?,
        })
    }
}

impl FromStr for DeliveryId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let (event, receiver) = text.rsplit_once('-').ok_or(InvalidId)?;
        Ok(Self {
            event: event.parse()?,
            receiver: receiver.parse().map_err(|_| InvalidId)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_survive_as_text() {
        let event = EventId { seq: 57, index: 3 };
        let delivery = DeliveryId { event, receiver: 2 };
        assert_eq!(event.to_string().parse(), Ok(event));
        assert_eq!(delivery.to_string().parse(), Ok(delivery));
        for text in ["", "5", "5-x", "5-0-", "-0-1", "5-99999999-1"] {
            assert!(text.parse::<DeliveryId>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_secret_does_not_print() {
        let receiver = Receiver {
            url: "http://127.0.0.1:1".to_owned(),
            secret: "CANARY".to_owned(),
            bearer: false,
            paths: BTreeMap::new(),
            kinds: None,
        };
        assert!(!format!("{receiver:?}").contains("CANARY"));
    }
}
