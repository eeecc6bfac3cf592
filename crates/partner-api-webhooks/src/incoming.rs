//! What a handler is given.

use std::fmt;

use partner_api_core::Timestamp;

use crate::decode::{Event, EventKey};
use crate::inbox::{LetterId, Origin};
use crate::object::ObjectRef;
use crate::position::Position;

/// An event, handed to a [`Handler`](crate::Handler). `Debug` shows no personal data.
#[derive(Clone)]
#[non_exhaustive]
pub struct Incoming {
    /// What it says.
    pub event: Event,
    /// Identifies what it says.
    pub key: EventKey,
    /// What it speaks of; none for an event that this version does not know.
    pub object: Option<ObjectRef>,
    /// Where it stands in the object's life. Act where it [is news](Position::is_news).
    pub position: Position,
    /// What was known of the object before, in the provider's word.
    pub known: Option<Box<str>>,
    /// How it came.
    pub origin: Origin,
    /// When it was received.
    pub received_at: Timestamp,
    /// How often it was handed over, this time included. More than once after a failure, or after a crash.
    pub attempt: u32,
    /// Names this reception: the same for every attempt, another one where the same [`key`](Self::key) is news again
    /// because it came after the window in which repetitions are recognised.
    pub delivery: LetterId,
    /// The body as it came, with the fields that this version does not know. Personal data: do not log it.
    pub body: Vec<u8>,
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming")
            .field("event", &self.event)
            .field("key", &self.key)
            .field("object", &self.object)
            .field("position", &self.position)
            .field("known", &self.known)
            .field("origin", &self.origin)
            .field("received_at", &self.received_at)
            .field("attempt", &self.attempt)
            .field("delivery", &self.delivery)
            .finish_non_exhaustive()
    }
}
