//! The way in: from a checked request to a letter that is kept, and to the worker's bell.

use std::fmt;
use std::sync::Arc;

use partner_api_types::EventPayload;
use tokio::sync::Notify;
use tracing::{debug, warn};

use crate::clock::{Clock, SystemClock};
use crate::decode;
use crate::inbox::{DeadLetter, Inbox, InboxError, Letter, LetterId, Origin, Receipt};
use crate::object::Address;
use crate::receiver::{Authenticated, Receiver, Rejection};
use crate::worker::{Handler, Worker};

/// A receiver and the inbox behind it. Cheap to clone.
///
/// The router of the feature `axum` is made of one. Without that: [`Receiver::authenticate`], then [`take`](Self::take), then
/// answer 200, or what the error says.
#[derive(Clone)]
pub struct Intake {
    receiver: Receiver,
    inbox: Arc<dyn Inbox>,
    clock: Arc<dyn Clock>,
    /// Rung for each letter, so that a worker of the same process need not look first.
    bell: Arc<Notify>,
}

/// An event is not kept: answer with the [`status`](Self::status), and the provider sends it again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IntakeError {
    /// The request is refused.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The inbox did not keep it.
    #[error("the event is not kept; answer 503, so that the provider sends it again")]
    Inbox(#[from] InboxError),
}

impl IntakeError {
    /// The HTTP status that answers it.
    pub fn status(&self) -> u16 {
        match self {
            Self::Rejected(rejection) => rejection.status(),
            Self::Inbox(_) => 503,
        }
    }
}

impl Intake {
    /// Puts what `receiver` reads into `inbox`.
    pub fn new(receiver: Receiver, inbox: Arc<dyn Inbox>) -> Self {
        Self {
            receiver,
            inbox,
            clock: Arc::new(SystemClock),
            bell: Arc::new(Notify::new()),
        }
    }

    /// With another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The receiver.
    pub fn receiver(&self) -> &Receiver {
        &self.receiver
    }

    /// The inbox.
    pub fn inbox(&self) -> &Arc<dyn Inbox> {
        &self.inbox
    }

    /// Keeps what arrived. Once this returns `Ok`, a repetition or not, the request may be answered with 200.
    ///
    /// Dropping the future keeps the event or does not; the provider sends it again if it was not answered.
    ///
    /// # Errors
    /// The body is too large, or the inbox cannot be written.
    pub async fn take(
        &self,
        authenticated: &Authenticated,
        path: &str,
        body: &[u8],
    ) -> Result<Receipt, IntakeError> {
        let letter = self.receiver.read(authenticated, path, body)?;
        Ok(self.keep(letter).await?)
    }

    /// Keeps an event that was missed and found out otherwise, marked as recovered.
    ///
    /// # Errors
    /// The inbox cannot be written.
    pub async fn recover(&self, payload: &EventPayload) -> Result<Receipt, InboxError> {
        let body = serde_json::to_vec(payload)
            .map_err(|error| InboxError::new("an event cannot be written").caused_by(error))?;
        let (address, path) = (Address::of(payload), payload.kind().webhook().path);
        let letter = Letter {
            key: decode::key(&address, path, &body),
            path: path.into(),
            address,
            body,
            origin: Origin::Recovered,
            fault: None,
        };
        self.keep(letter).await
    }

    async fn keep(&self, letter: Letter) -> Result<Receipt, InboxError> {
        let (key, kind) = (letter.key.clone(), letter.address.kind);
        if let Some(fault) = &letter.fault {
            warn!(partner_api.event_key = %key, url.path = %letter.path, %fault, "an event cannot be read and goes to the dead letters");
        }
        let receipt = self.inbox.receive(letter, self.clock.now()).await?;
        debug!(partner_api.event_key = %key, partner_api.event = kind.map(|it| it.as_str()), ?receipt, "an event is kept");
        if receipt != Receipt::Duplicate {
            self.bell.notify_one();
        }
        Ok(receipt)
    }

    /// A worker that hands the inbox's events to `handler`. Any number may run, in any number of processes.
    pub fn worker<H: Handler>(&self, handler: H) -> Worker<H> {
        Worker::new(self.inbox.clone(), handler)
            .with_clock(self.clock.clone())
            .with_bell(self.bell.clone())
    }

    /// Dead letters after the given one, oldest first, at most a hundred.
    ///
    /// # Errors
    /// The inbox cannot be read.
    pub async fn dead_letters(
        &self,
        after: Option<LetterId>,
    ) -> Result<Vec<DeadLetter>, InboxError> {
        self.inbox.dead_letters(after, 100).await
    }

    /// Reads a dead letter anew, as this version reads it, and puts it back in line.
    ///
    /// # Errors
    /// The inbox cannot be used.
    pub async fn redrive(&self, dead: &DeadLetter) -> Result<Redriven, InboxError> {
        let kind = dead.address.kind;
        let letter = self.receiver.letter(kind, &dead.path, dead.body.clone());
        if let Some(fault) = letter.fault {
            return Ok(Redriven::Unreadable(fault));
        }
        let is_back = self
            .inbox
            .redrive(dead.id, letter.address, self.clock.now())
            .await?;
        self.bell.notify_one();
        Ok(match is_back {
            true => Redriven::Back,
            false => Redriven::Gone,
        })
    }

    /// Takes a dead letter for handled, and erases its body; `false` if it is not among the dead letters any more.
    ///
    /// # Errors
    /// The inbox cannot be written.
    pub async fn discard(&self, dead: &DeadLetter) -> Result<bool, InboxError> {
        self.inbox.discard(dead.id, self.clock.now()).await
    }
}

/// What became of a dead letter.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Redriven {
    /// It is in line again.
    Back,
    /// This version cannot read it either; it stays where it is.
    Unreadable(decode::DecodeError),
    /// It is not among the dead letters any more.
    Gone,
}

impl fmt::Debug for Intake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Intake")
            .field("receiver", &self.receiver)
            .field("inbox", &self.inbox)
            .finish_non_exhaustive()
    }
}
