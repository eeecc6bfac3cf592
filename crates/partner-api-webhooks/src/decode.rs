//! From bytes to an event, and to what identifies it. Nothing is refused here: what cannot be read is kept as it came.

use std::fmt;

use partner_api_types::{EventKind, EventPayload};
use serde::Deserialize;
use serde_json::error::Category;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use crate::canonical;
use crate::object::{Address, ObjectRef, hex};

/// What an event says.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// An event of the specification. Fields that it does not know are in [`Incoming::body`](crate::Incoming::body).
    Known(Box<EventPayload>),
    /// An event that this version does not know: its body is as it came.
    Unknown(UnknownEvent),
}

impl Event {
    /// The payload of a known event.
    pub fn payload(&self) -> Option<&EventPayload> {
        match self {
            Self::Known(payload) => Some(payload),
            Self::Unknown(_) => None,
        }
    }
}

/// An event that this version does not know. `Debug` shows the path alone.
#[derive(Clone, PartialEq, Eq)]
pub struct UnknownEvent {
    /// The path to which it was sent.
    pub path: Box<str>,
    /// The body, byte for byte.
    pub body: Vec<u8>,
}

impl fmt::Debug for UnknownEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnknownEvent")
            .field("path", &self.path)
            .field("bytes", &self.body.len())
            .finish()
    }
}

/// Identifies what an event says: same object, same status, same content, same key. Derived, because the wire has none;
/// the order of keys, white space and the form of numbers do not matter (ASSUMED A80).
///
/// Store it with what you do about the event, in one transaction, and do nothing where it is there already: then doing
/// it at least once does it exactly once. Of events that name a user alone (see [`Incoming::delivery`](crate::Incoming::delivery))
/// the same may be said again later.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventKey(Box<str>);

impl EventKey {
    /// Takes a key as an inbox kept it.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into().into_boxed_str())
    }

    /// The key as text: 32 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for EventKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventKey({})", self.0)
    }
}

/// Where and how a body differs from what its event should say. Values are left out: they may be names or codes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} at `{path}` (line {line}, column {column})")]
pub struct DecodeError {
    path: Box<str>,
    what: &'static str,
    line: usize,
    column: usize,
}

impl DecodeError {
    /// The JSON path of the place, such as `error.status`; `.` is the document itself.
    pub fn path(&self) -> &str {
        &self.path
    }

    fn new(path: &str, cause: &serde_json::Error) -> Self {
        const CHARS_MAX: usize = 200;
        // A document that breaks off is in no place of its own.
        let path = if path == "?" { "." } else { path };
        let printable = path.chars().filter(|it| !it.is_control());
        Self {
            path: printable.take(CHARS_MAX).collect::<String>().into(),
            what: match cause.classify() {
                Category::Data => "a value of another kind than specified",
                Category::Eof => "the body ends too soon",
                Category::Syntax | Category::Io => "the body is not JSON",
            },
            line: cause.line(),
            column: cause.column(),
        }
    }
}

/// A body that was read: what it says and what identifies it.
pub(crate) struct Reading {
    pub(crate) event: Result<Event, DecodeError>,
    pub(crate) address: Address,
}

/// Reads a body that came to `path`, at which events of `kind` are expected.
pub(crate) fn read(kind: Option<EventKind>, path: &str, body: &[u8]) -> Reading {
    let (named, inner) = unwrap(body);
    let Some(kind) = kind.or(named) else {
        // Whoever gets it decides what it is; but it must be JSON, as every event is.
        let event = json(body).map(|_| {
            Event::Unknown(UnknownEvent {
                path: path.into(),
                body: body.to_owned(),
            })
        });
        return Reading {
            event,
            address: Address::default(),
        };
    };
    match payload(kind, inner) {
        Ok(payload) => Reading {
            address: Address::of(&payload),
            event: Ok(Event::Known(Box::new(payload))),
        },
        Err(error) => Reading {
            event: Err(error),
            address: Address {
                kind: Some(kind),
                ..Address::default()
            },
        },
    }
}

/// The key of a body.
pub(crate) fn key(address: &Address, path: &str, body: &[u8]) -> EventKey {
    let mut digest = Sha256::new();
    let kind = address.kind.map(EventKind::as_str);
    let object = address.object.as_ref().map(ObjectRef::id);
    for (mark, text) in [
        (b'K', Some(kind.unwrap_or(path))),
        (b'O', object),
        (b'S', address.status.as_deref()),
    ] {
        canonical::part(&mut digest, mark, text.unwrap_or_default().as_bytes());
    }
    canonical::feed(&mut digest, unwrap(body).1);
    EventKey::new(hex(&digest.finalize()[..16]))
}

fn payload(kind: EventKind, body: &[u8]) -> Result<EventPayload, DecodeError> {
    let mut source = serde_json::Deserializer::from_slice(body);
    let mut track = serde_path_to_error::Track::new();
    let reader = serde_path_to_error::Deserializer::new(&mut source, &mut track);
    let payload = EventPayload::read(kind, reader);
    let payload = payload.map_err(|error| DecodeError::new(&track.path().to_string(), &error))?;
    source
        .end()
        .map_err(|error| DecodeError::new(".", &error))?;
    Ok(payload)
}

fn json(body: &[u8]) -> Result<&RawValue, DecodeError> {
    serde_json::from_slice(body).map_err(|error| DecodeError::new(".", &error))
}

/// One page shows an envelope around an event; there `event_type` begins with the event's name.
#[derive(Deserialize)]
struct Envelope<'a> {
    event_type: String,
    #[serde(borrow)]
    data: &'a RawValue,
}

/// What is within an envelope and the event that the envelope names; or the body itself.
fn unwrap(body: &[u8]) -> (Option<EventKind>, &[u8]) {
    match serde_json::from_slice::<Envelope<'_>>(body) {
        Ok(Envelope { event_type, data }) if data.get().starts_with('{') => {
            let name = event_type.split('.').next().unwrap_or_default();
            (name.parse().ok(), data.get().as_bytes())
        }
        _ => (None, body),
    }
}
