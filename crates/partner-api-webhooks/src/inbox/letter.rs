//! What an inbox keeps.

use std::fmt;

use partner_api_core::Timestamp;

use super::Known;
use crate::decode::{DecodeError, EventKey};
use crate::object::Address;

/// An event on its way into the inbox. `Debug` shows no body.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// Identifies what it says.
    pub key: EventKey,
    /// The path to which it came.
    pub path: Box<str>,
    /// Where it belongs.
    pub address: Address,
    /// The body, byte for byte.
    pub body: Vec<u8>,
    /// How it came.
    pub origin: Origin,
    /// Why the body cannot be read, if it cannot.
    pub fault: Option<DecodeError>,
}

/// How an event came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The provider sent it.
    Provider,
    /// It was missed, and found by [reconciling](crate::Reconciler).
    Recovered,
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter")
            .field("key", &self.key)
            .field("path", &self.path)
            .field("address", &self.address)
            .field("bytes", &self.body.len())
            .field("origin", &self.origin)
            .field("fault", &self.fault)
            .finish()
    }
}

/// Names a letter in its inbox; later ones are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LetterId(u64);

impl LetterId {
    /// For implementations of [`Inbox`](super::Inbox).
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number given to [`new`](Self::new).
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for LetterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// A claim on a letter, good until the lease ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Which letter.
    pub letter: LetterId,
    /// The claim's number: a letter's later claims have greater ones. Giving a letter back, or redriving it, uses up a
    /// number too, so that no lease outlives what it was used for.
    pub claim: u64,
}

/// A letter that was claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The claim.
    pub lease: Lease,
    /// How often it was claimed since it was received or redriven, this time included.
    pub attempt: u32,
    /// The letter; its fault is none.
    pub letter: Letter,
    /// When it was received.
    pub received_at: Timestamp,
    /// What is known of its object.
    pub known: Option<Known>,
}

/// A letter that nobody could handle or read.
#[derive(Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Which.
    pub id: LetterId,
    /// Identifies what it says.
    pub key: EventKey,
    /// The path to which it came.
    pub path: Box<str>,
    /// Where it belongs.
    pub address: Address,
    /// The body, byte for byte.
    pub body: Vec<u8>,
    /// How it came.
    pub origin: Origin,
    /// When it was received.
    pub received_at: Timestamp,
    /// Why it is here: where the body cannot be read, or what the handler said.
    pub why: Box<str>,
}

impl fmt::Debug for DeadLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `why` may quote the handler's words, which may quote anything.
        f.debug_struct("DeadLetter")
            .field("id", &self.id)
            .field("key", &self.key)
            .field("path", &self.path)
            .field("address", &self.address)
            .field("bytes", &self.body.len())
            .field("origin", &self.origin)
            .field("received_at", &self.received_at)
            .finish_non_exhaustive()
    }
}
