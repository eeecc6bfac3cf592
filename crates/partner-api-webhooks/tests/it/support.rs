//! A receiver, a clock that the test moves, and a handler that writes down what it was given.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use partner_api_core::Timestamp;
use partner_api_webhooks::inbox::{
    Claimed, Counts, DeadLetter, InboxFuture, Known, Lease, Letter, LetterId, Receipt,
};
use partner_api_webhooks::{
    Address, Clock, Handler, HandlerError, Inbox, InboxError, Incoming, Intake, ObjectRef,
    Receiver, Secret, VolatileInbox,
};

pub(crate) const SECRET: &str = "current-secret";
pub(crate) const OLD_SECRET: &str = "previous-secret";

pub(crate) fn receiver() -> Receiver {
    let builder = Receiver::builder()
        .secret(Secret::new(SECRET).unwrap())
        .secret(Secret::new(OLD_SECRET).unwrap());
    builder.build().unwrap()
}

/// An intake over an inbox in memory, by tokio's clock.
pub(crate) fn intake() -> Intake {
    over(Arc::new(VolatileInbox::new()))
}

pub(crate) fn over(inbox: Arc<dyn Inbox>) -> Intake {
    Intake::new(receiver(), inbox).with_clock(Arc::new(TokioClock::new()))
}

/// Takes an event as the provider sends it.
pub(crate) async fn take(intake: &Intake, path: &str, body: &str) {
    let authenticated = intake.receiver().authenticate([SECRET]).unwrap();
    intake
        .take(&authenticated, path, body.as_bytes())
        .await
        .unwrap();
}

pub(crate) fn payout(id: &str, status: &str) -> String {
    format!(r#"{{"id":"{id}","status":"{status}"}}"#)
}

pub(crate) const PAYOUTS: &str = "/sepa-transfer-webhook";

/// A calendar that goes with tokio's time, which a paused runtime moves by itself.
pub(crate) struct TokioClock(tokio::time::Instant);

impl TokioClock {
    pub(crate) fn new() -> Self {
        Self(tokio::time::Instant::now())
    }
}

impl fmt::Debug for TokioClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokioClock")
    }
}

impl Clock for TokioClock {
    fn now(&self) -> Timestamp {
        Timestamp::EPOCH.plus(self.0.elapsed())
    }

    fn sleep(&self, pause: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(pause))
    }
}

/// Writes down what it is given, and then does what the test says.
#[derive(Clone)]
pub(crate) struct Notes {
    pub(crate) seen: Arc<Mutex<Vec<Incoming>>>,
    pub(crate) then: Arc<dyn Fn(&Incoming) -> Then + Send + Sync>,
}

pub(crate) enum Then {
    Fine,
    Fail(&'static str),
    GiveUp(&'static str),
    Panic,
    Take(Duration),
}

impl Notes {
    pub(crate) fn new(then: impl Fn(&Incoming) -> Then + Send + Sync + 'static) -> Self {
        Self {
            seen: Arc::default(),
            then: Arc::new(then),
        }
    }

    pub(crate) fn fine() -> Self {
        Self::new(|_| Then::Fine)
    }

    /// Object, position and attempt of each.
    pub(crate) fn lines(&self) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        let line = |it: &Incoming| {
            let object = it.object.as_ref().map_or("nothing", |object| object.id());
            format!("{object} {:?} {}", it.position, it.attempt)
        };
        seen.iter().map(line).collect()
    }
}

impl Handler for Notes {
    async fn handle(&self, incoming: &Incoming) -> Result<(), HandlerError> {
        self.seen.lock().unwrap().push(incoming.clone());
        match (self.then)(incoming) {
            Then::Fine => Ok(()),
            Then::Fail(why) => Err(HandlerError::retry(why)),
            Then::GiveUp(why) => Err(HandlerError::give_up(why)),
            Then::Panic => panic!("a handler of a test panics"),
            Then::Take(time) => {
                tokio::time::sleep(time).await;
                Ok(())
            }
        }
    }
}

/// An inbox that fails when the test says, before or after it did its work.
pub(crate) struct Faulty {
    inner: VolatileInbox,
    fault: Box<dyn Fn() -> Fault + Send + Sync>,
}

pub(crate) enum Fault {
    None,
    Before,
    After,
}

impl Faulty {
    pub(crate) fn new(fault: impl Fn() -> Fault + Send + Sync + 'static) -> Self {
        Self {
            inner: VolatileInbox::new(),
            fault: Box::new(fault),
        }
    }

    fn then<'a, T: Send + 'a>(&'a self, work: InboxFuture<'a, T>) -> InboxFuture<'a, T> {
        let fault = (self.fault)();
        Box::pin(async move {
            if let Fault::Before = fault {
                return Err(InboxError::new("it fails before"));
            }
            let done = work.await;
            match fault {
                Fault::After => Err(InboxError::new("it fails after")),
                _ => done,
            }
        })
    }
}

impl fmt::Debug for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Faulty")
    }
}

#[rustfmt::skip] // one delegation a line
impl Inbox for Faulty {
    fn receive(&self, letter: Letter, now: Timestamp) -> InboxFuture<'_, Receipt> { self.then(self.inner.receive(letter, now)) }
    fn claim(&self, at_most: usize, now: Timestamp, lease: Duration) -> InboxFuture<'_, Vec<Claimed>> { self.then(self.inner.claim(at_most, now, lease)) }
    fn done(&self, lease: Lease, news: Option<Known>, now: Timestamp) -> InboxFuture<'_, bool> { self.then(self.inner.done(lease, news, now)) }
    fn retry_later<'a>(&'a self, lease: Lease, due: Timestamp, why: &'a str) -> InboxFuture<'a, bool> { self.then(self.inner.retry_later(lease, due, why)) }
    fn bury<'a>(&'a self, lease: Lease, why: &'a str, now: Timestamp) -> InboxFuture<'a, bool> { self.then(self.inner.bury(lease, why, now)) }
    fn dead_letters(&self, after: Option<LetterId>, at_most: usize) -> InboxFuture<'_, Vec<DeadLetter>> { self.then(self.inner.dead_letters(after, at_most)) }
    fn redrive(&self, id: LetterId, address: Address, now: Timestamp) -> InboxFuture<'_, bool> { self.then(self.inner.redrive(id, address, now)) }
    fn discard(&self, id: LetterId, now: Timestamp) -> InboxFuture<'_, bool> { self.then(self.inner.discard(id, now)) }
    fn known<'a>(&'a self, object: &'a ObjectRef) -> InboxFuture<'a, Option<Known>> { self.then(self.inner.known(object)) }
    fn open_objects<'a>(&'a self, after: Option<&'a ObjectRef>, at_most: usize) -> InboxFuture<'a, Vec<Known>> { self.then(self.inner.open_objects(after, at_most)) }
    fn next_due(&self) -> InboxFuture<'_, Option<Timestamp>> { self.then(self.inner.next_due()) }
    fn counts(&self) -> InboxFuture<'_, Counts> { self.then(self.inner.counts()) }
    fn forget(&self, before: Timestamp) -> InboxFuture<'_, u64> { self.then(self.inner.forget(before)) }
}
