//! Hands events to the partner's code: at least once, in order per object, with pauses after failures.
//!
//! # Shape
//! One loop claims what is due, as much as there are free hands, and runs each handler in a task of its own. It wakes for
//! one of four reasons: it is told to stop, a handler ended, the bell rang (this process received something), or it is
//! time to look (something becomes due, or another process may have received something).
//!
//! # Why it is correct
//! A letter leaves the inbox's line only by [`done`](crate::Inbox::done) or [`bury`](crate::Inbox::bury), both after the
//! handler had its say. A handler that panics has failed. A handler that takes longer than it may is dropped and has
//! failed, before its lease ends. A process that dies loses its leases when they end.
//!
//! # What bounds it
//! So many handlers at a time; so many attempts for a letter, then it is a dead one and the object's next letter has its
//! turn, in which it is seen that something is missing only by its [`Position`].

mod backoff;
mod handler;

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

pub use backoff::Backoff;
pub use handler::{Handler, HandlerError};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tracing::{debug, error, warn};

use crate::clock::{Clock, Random, SystemClock, SystemRandom};
use crate::decode::{self, Reading};
use crate::inbox::{Claimed, Inbox, InboxError, Known, Lease};
use crate::incoming::Incoming;
use crate::object::Address;
use crate::position::{Position, is_final, position};

/// How long to pause after the inbox failed.
const INBOX_PAUSE: Duration = Duration::from_secs(1);

/// Hands events to a [`Handler`]; made by [`Intake::worker`](crate::Intake::worker).
#[must_use = "it does nothing before `run`"]
pub struct Worker<H> {
    handler: Arc<H>,
    office: Arc<Office>,
    at_once: usize,
    look_every: Duration,
    bell: Arc<Notify>,
}

/// What each handler's task needs besides the handler.
struct Office {
    inbox: Arc<dyn Inbox>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    backoff: Backoff,
    handler_timeout: Duration,
    lease_margin: Duration,
}

impl<H: Handler> Worker<H> {
    /// A worker of a process that receives nothing itself; see also [`Intake::worker`](crate::Intake::worker).
    pub fn new(inbox: Arc<dyn Inbox>, handler: H) -> Self {
        Self {
            handler: Arc::new(handler),
            office: Arc::new(Office {
                inbox,
                clock: Arc::new(SystemClock),
                random: Arc::new(SystemRandom),
                backoff: Backoff::default(),
                handler_timeout: Duration::from_secs(30),
                lease_margin: Duration::from_secs(30),
            }),
            at_once: 8,
            look_every: Duration::from_millis(500),
            bell: Arc::new(Notify::new()),
        }
    }

    /// Runs at most so many handlers at a time, 8 by default; of one object never more than one.
    pub fn at_once(mut self, handlers: usize) -> Self {
        self.at_once = handlers.max(1);
        self
    }

    /// Looks for what other processes received this often, twice a second by default.
    pub fn look_every(mut self, pause: Duration) -> Self {
        self.look_every = pause;
        self
    }

    /// When failed events are tried again, and how often.
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.office_mut().backoff = backoff;
        self
    }

    /// How long a handler may take, 30 seconds by default; then it is dropped and has failed.
    pub fn handler_timeout(mut self, timeout: Duration) -> Self {
        self.office_mut().handler_timeout = timeout;
        self
    }

    /// How much longer than the handler's time an event stays claimed, 30 seconds by default: in it the inbox must hear
    /// how the handler ended. After a crash, an event that was being handled waits for both.
    pub fn lease_margin(mut self, margin: Duration) -> Self {
        self.office_mut().lease_margin = margin;
        self
    }

    /// With another clock.
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.office_mut().clock = clock;
        self
    }

    /// With another source of jitter.
    pub fn with_random(mut self, random: Arc<dyn Random>) -> Self {
        self.office_mut().random = random;
        self
    }

    pub(crate) fn with_bell(mut self, bell: Arc<Notify>) -> Self {
        self.bell = bell;
        self
    }

    fn office_mut(&mut self) -> &mut Office {
        // The office is shared only once `run` has taken the worker.
        Arc::get_mut(&mut self.office).expect("nobody else holds it before `run`")
    }

    /// Works until `stop` ends, then lets the handlers that run finish, and returns. Never fails: while the inbox does,
    /// it says so in the log and tries again.
    ///
    /// Dropping the future drops the handlers that run; their events are handed over again when their leases end.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let mut hands = JoinSet::new();
        loop {
            let pause = match self.claim(&mut hands).await {
                Ok(pause) => pause,
                Err(error) => {
                    error!(%error, cause = error.source_text(), "the inbox failed; trying again");
                    INBOX_PAUSE
                }
            };
            let is_full = self.at_once <= hands.len();
            tokio::select! {
                biased;
                () = &mut stop => break,
                Some(ended) = hands.join_next(), if !hands.is_empty() => seen(ended, &mut hands),
                () = self.bell.notified(), if !is_full => {}
                () = self.office.clock.sleep(pause), if !is_full => {}
            }
        }
        while let Some(ended) = hands.join_next().await {
            seen(ended, &mut hands);
        }
    }

    /// Works until nothing is due any more; for tests and scripts. Events that wait for another attempt are left.
    ///
    /// # Errors
    /// The inbox failed.
    pub async fn run_until_idle(&self) -> Result<(), InboxError> {
        let mut hands = JoinSet::new();
        loop {
            self.claim(&mut hands).await?;
            match hands.join_next().await {
                Some(ended) => seen(ended, &mut hands),
                None => return Ok(()),
            }
        }
    }

    /// Starts handlers for what is due; says how long nothing else will be.
    async fn claim(&self, hands: &mut JoinSet<()>) -> Result<Duration, InboxError> {
        let office = &self.office;
        let free = self.at_once.saturating_sub(hands.len());
        let now = office.clock.now();
        let next_due = office.inbox.next_due().await?;
        match next_due {
            Some(due) if due <= now && 0 < free => {}
            Some(due) => return Ok(due.since(now).min(self.look_every)),
            None => return Ok(self.look_every),
        }
        let lease = office.handler_timeout + office.lease_margin;
        let claimed = office.inbox.claim(free, now, lease).await?;
        let has_more = claimed.len() == free;
        for letter in claimed {
            let (office, handler) = (office.clone(), self.handler.clone());
            hands.spawn(async move { office.work(handler, letter).await });
        }
        Ok(if has_more {
            Duration::ZERO
        } else {
            self.look_every
        })
    }
}

/// A handler ended. Those that ended with it are taken too: what shares a commit is claimed anew in one.
fn seen(ended: Result<(), tokio::task::JoinError>, hands: &mut JoinSet<()>) {
    let more = std::iter::from_fn(|| hands.try_join_next());
    for ended in std::iter::once(ended).chain(more) {
        if let Err(error) = ended {
            // The handler's own panics are caught before; this one is ours. Its lease will end.
            error!(%error, "a worker's task failed");
        }
    }
}

impl Office {
    async fn work<H: Handler>(&self, handler: Arc<H>, claimed: Claimed) {
        let (lease, attempt) = (claimed.lease, claimed.attempt);
        let (incoming, news) = match open(claimed) {
            Ok(opened) => opened,
            // Another version kept it, with another idea of what it says.
            Err(fault) => {
                return self.told("bury", lease, self.bury(lease, &fault.to_string()).await);
            }
        };
        debug!(partner_api.letter = %lease.letter, partner_api.attempt = attempt, position = ?incoming.position, "an event is handed over");
        let outcome = self.guarded(handler, incoming).await;
        match outcome {
            Ok(()) => {
                let done = self.inbox.done(lease, news, self.clock.now()).await;
                self.told("done", lease, done);
            }
            Err(failure) => self.failed(lease, attempt, &failure).await,
        }
    }

    /// Runs the handler; a panic and too much time are failures.
    async fn guarded<H: Handler>(
        &self,
        handler: Arc<H>,
        incoming: Incoming,
    ) -> Result<(), HandlerError> {
        let mut task = JoinSet::new();
        task.spawn(async move { handler.handle(&incoming).await });
        tokio::select! {
            biased;
            ended = task.join_next() => match ended {
                Some(Ok(outcome)) => outcome,
                _ => Err(HandlerError::retry("the handler panicked")),
            },
            // Dropping the set drops the handler at its next await.
            () = self.clock.sleep(self.handler_timeout) => {
                Err(HandlerError::retry("the handler took too long and was dropped"))
            }
        }
    }

    async fn failed(&self, lease: Lease, attempt: u32, failure: &HandlerError) {
        let why = failure.text();
        let pause = self.backoff.pause(attempt, &*self.random);
        let Some(pause) = pause.filter(|_| failure.may_retry()) else {
            // What the handler says may be anything, so it is kept and not logged.
            warn!(partner_api.letter = %lease.letter, partner_api.attempt = attempt, "an event could not be handled and goes to the dead letters");
            return self.told("bury", lease, self.bury(lease, &why).await);
        };
        let due = self.clock.now().plus(pause);
        warn!(partner_api.letter = %lease.letter, partner_api.attempt = attempt, ?pause, "an event could not be handled and is tried again");
        let told = self.inbox.retry_later(lease, due, &why).await;
        self.told("retry", lease, told);
    }

    async fn bury(&self, lease: Lease, why: &str) -> Result<bool, InboxError> {
        self.inbox.bury(lease, why, self.clock.now()).await
    }

    /// Whether the inbox took the news. If not, the event is handed over again: at least once is what was promised.
    fn told(&self, what: &'static str, lease: Lease, told: Result<bool, InboxError>) {
        match told {
            Ok(true) => {}
            Ok(false) => {
                warn!(partner_api.letter = %lease.letter, what, "the lease was lost; the event is handed over again")
            }
            Err(error) => {
                error!(partner_api.letter = %lease.letter, what, %error, cause = error.source_text(), "the inbox failed; the event is handed over again");
            }
        }
    }
}

/// Reads a claimed letter anew and finds its place in its object's life; with what will be known once it is handled.
fn open(claimed: Claimed) -> Result<(Incoming, Option<Known>), decode::DecodeError> {
    let Claimed {
        lease,
        attempt,
        letter,
        received_at,
        known,
    } = claimed;
    let Reading { event, .. } = decode::read(letter.address.kind, &letter.path, &letter.body);
    let event = event?;
    let Address { object, status, .. } = letter.address;
    let known = known.map(|it| it.status);
    let (position, news) = place(object.as_ref(), known.as_deref(), status);
    let incoming = Incoming {
        event,
        key: letter.key,
        object,
        position,
        known,
        origin: letter.origin,
        received_at,
        attempt,
        delivery: lease.letter,
        body: letter.body,
    };
    Ok((incoming, news))
}

fn place(
    object: Option<&crate::ObjectRef>,
    known: Option<&str>,
    status: Option<Box<str>>,
) -> (Position, Option<Known>) {
    let (Some(object), Some(status)) = (object, status) else {
        return (Position::Unordered, None);
    };
    let position = position(object.kind(), known, &status);
    let is_recorded = position.is_news() && position != Position::Unordered;
    let news = is_recorded.then(|| Known {
        object: object.clone(),
        is_final: is_final(object.kind(), &status),
        status,
    });
    (position, news)
}

impl<H> fmt::Debug for Worker<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker")
            .field("inbox", &self.office.inbox)
            .field("at_once", &self.at_once)
            .field("look_every", &self.look_every)
            .field("backoff", &self.office.backoff)
            .field("handler_timeout", &self.office.handler_timeout)
            .finish_non_exhaustive()
    }
}
