//! The gate: who may speak, how much, and about what. No network and no framework: header values and bytes in, a letter
//! out.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use partner_api_types::{EventKind, WEBHOOKS};

use crate::decode::{self, Reading};
use crate::inbox::{Letter, Origin};
use crate::secret::{Digests, Secret};

/// How large a body may be unless the builder says otherwise. No event of the provider comes near it.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// Checks and reads what arrives. Cheap to clone.
#[derive(Clone)]
pub struct Receiver(Arc<Inner>);

struct Inner {
    secrets: Digests,
    paths: HashMap<Box<str>, EventKind>,
    body_bytes_max: usize,
}

/// Shows that the secret was checked; made by [`Receiver::authenticate`] alone.
#[derive(Debug)]
pub struct Authenticated(());

/// A request is refused, and nothing of it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// No secret, a wrong one, or more than one `Authorization` header.
    #[error("the request does not carry the webhook security token; answer 401")]
    Unauthenticated,
    /// The body is larger than allowed.
    #[error("the body is larger than {bytes_max} bytes; answer 413")]
    TooLarge {
        /// What is allowed.
        bytes_max: usize,
    },
}

impl Rejection {
    /// The HTTP status that answers it.
    pub fn status(&self) -> u16 {
        match self {
            Self::Unauthenticated => 401,
            Self::TooLarge { .. } => 413,
        }
    }
}

impl Receiver {
    /// Starts building. At least one secret is needed.
    pub fn builder() -> ReceiverBuilder {
        ReceiverBuilder::default()
    }

    /// Checks the values of the request's `Authorization` headers, before anything else is looked at.
    ///
    /// The secret may stand bare or after `Bearer`: the provider's pages do not say which. Comparing takes the same
    /// time whatever the header holds, but for its length.
    ///
    /// # Errors
    /// [`Rejection::Unauthenticated`]: answer 401 at once.
    pub fn authenticate<V: AsRef<[u8]>>(
        &self,
        authorization: impl IntoIterator<Item = V>,
    ) -> Result<Authenticated, Rejection> {
        let mut values = authorization.into_iter();
        match (values.next(), values.next()) {
            // Two headers are somebody's attempt to be read in two ways.
            (Some(only), None) if self.0.secrets.accept(only.as_ref()) => Ok(Authenticated(())),
            _ => Err(Rejection::Unauthenticated),
        }
    }

    /// How large a body may be: read no more than that.
    pub fn body_bytes_max(&self) -> usize {
        self.0.body_bytes_max
    }

    /// Which event is expected at a path below the partner's base address; query strings and a trailing slash do not count.
    pub fn kind_at(&self, path: &str) -> Option<EventKind> {
        self.0.paths.get(plain(path)).copied()
    }

    /// Makes a letter of what arrived, to be put into an [`Inbox`](crate::Inbox) before the request is answered.
    ///
    /// Never refuses a body for what it says: one that cannot be read is kept as it came, with its
    /// [`fault`](Letter::fault), and belongs among the dead letters.
    ///
    /// # Errors
    /// [`Rejection::TooLarge`].
    pub fn read(&self, _: &Authenticated, path: &str, body: &[u8]) -> Result<Letter, Rejection> {
        let bytes_max = self.0.body_bytes_max;
        if bytes_max < body.len() {
            return Err(Rejection::TooLarge { bytes_max });
        }
        Ok(self.letter(None, path, body.to_owned()))
    }

    /// The letter that a body makes by what this version knows; at a path that may be another's by now, if it is known
    /// already which event it is.
    pub(crate) fn letter(&self, kind: Option<EventKind>, path: &str, body: Vec<u8>) -> Letter {
        // The path of an unknown event is kept and shown, so it must be bounded too.
        const PATH_CHARS_MAX: usize = 200;
        let path: String = plain(path).chars().take(PATH_CHARS_MAX).collect();
        let Reading { event, address } = decode::read(kind.or(self.kind_at(&path)), &path, &body);
        Letter {
            key: decode::key(&address, &path, &body),
            path: path.into(),
            fault: event.err(),
            address,
            body,
            origin: Origin::Provider,
        }
    }
}

fn plain(path: &str) -> &str {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    match path.trim_end_matches('/') {
        "" => "/",
        path => path,
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("paths", &self.0.paths.len())
            .field("body_bytes_max", &self.0.body_bytes_max)
            .finish_non_exhaustive()
    }
}

/// Collects what a [`Receiver`] needs.
#[derive(Debug)]
#[must_use = "nothing is built before `build`"]
pub struct ReceiverBuilder {
    secrets: Vec<Secret>,
    paths: Vec<(EventKind, Box<str>)>,
    body_bytes_max: usize,
}

/// Why a [`Receiver`] cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiverError {
    /// Without a secret anybody could move the partner's records.
    #[error("no secret is given; say .secret(Secret::new(..)?)")]
    NoSecret,
    /// The path is not one.
    #[error("the path of {0} is not absolute; begin it with a slash, without a query")]
    NotAPath(EventKind),
    /// Two events would come to one path, where nothing tells them apart.
    #[error("{one} and {other} have the same path; give each its own")]
    SharedPath {
        /// One of them.
        one: EventKind,
        /// The other.
        other: EventKind,
    },
}

impl Default for ReceiverBuilder {
    fn default() -> Self {
        let paths = WEBHOOKS.iter().map(|it| (it.kind, it.path.into()));
        Self {
            secrets: Vec::new(),
            paths: paths.collect(),
            body_bytes_max: BODY_BYTES_MAX,
        }
    }
}

impl ReceiverBuilder {
    /// Accepts this secret. Give the old and the new one while the provider changes over.
    pub fn secret(mut self, secret: Secret) -> Self {
        self.secrets.push(secret);
        self
    }

    /// Expects an event at another path than the specification says. Many of ours are assumed; `cargo xtask coverage`
    /// lists which.
    pub fn path(mut self, kind: EventKind, path: impl Into<String>) -> Self {
        self.paths.retain(|(known, _)| *known != kind);
        self.paths.push((kind, path.into().into()));
        self
    }

    /// Accepts bodies up to this size; [`BODY_BYTES_MAX`] by default.
    pub fn body_bytes_max(mut self, bytes: usize) -> Self {
        self.body_bytes_max = bytes;
        self
    }

    /// Builds it.
    ///
    /// # Errors
    /// No secret, or paths that cannot be told apart.
    pub fn build(self) -> Result<Receiver, ReceiverError> {
        if self.secrets.is_empty() {
            return Err(ReceiverError::NoSecret);
        }
        let mut paths = HashMap::new();
        for (kind, path) in self.paths {
            if !path.starts_with('/') || path.contains(['?', '#']) {
                return Err(ReceiverError::NotAPath(kind));
            }
            if let Some(other) = paths.insert(plain(&path).into(), kind) {
                return Err(ReceiverError::SharedPath {
                    one: other,
                    other: kind,
                });
            }
        }
        Ok(Receiver(Arc::new(Inner {
            secrets: Digests::of(&self.secrets),
            paths,
            body_bytes_max: self.body_bytes_max,
        })))
    }
}
