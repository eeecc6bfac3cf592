//! Finding what was missed: while nobody listened, the provider gave up sending, but it still knows.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use partner_api_core::Timestamp;
use partner_api_types::EventPayload;
use tracing::warn;

use crate::inbox::{InboxError, Receipt};
use crate::intake::Intake;
use crate::object::{Address, ObjectRef};
use crate::position::position;

/// What the methods of a [`Provider`] return: a boxed future, so that the port can be a trait object.
pub type ProviderFuture<'a, T> =
    Pin<Box<dyn Future<Output = Result<T, ProviderError>> + Send + 'a>>;

/// What can be asked of the provider. The facade `partner_api` implements it; this crate makes no calls.
pub trait Provider: fmt::Debug + Send + Sync {
    /// What an event about the object would say now; none where the provider does not know the object, or has no way to
    /// read such objects.
    fn state<'a>(&'a self, object: &'a ObjectRef) -> ProviderFuture<'a, Option<EventPayload>>;

    /// Everything of which events may have told since `from`, in no particular order. It may hold more than that, and what
    /// is known already. What began before and ended since belongs to it.
    fn since(&self, from: Timestamp) -> ProviderFuture<'_, Vec<Sighting>>;
}

/// Something of which an event may have told.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Sighting {
    /// An object. Its [state](Provider::state) is asked for unless it is known to be final.
    Object(ObjectRef),
    /// What an event would say, where there is no state to ask for.
    Event(Box<EventPayload>),
}

/// The provider could not be asked.
#[derive(Debug, thiserror::Error)]
#[error("the provider could not be asked; reconcile again later")]
pub struct ProviderError(#[source] Box<dyn StdError + Send + Sync>);

impl ProviderError {
    /// With what went wrong.
    pub fn new(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(cause.into())
    }
}

/// Compares the inbox with the provider and feeds what was missed through the same handler, marked as
/// [recovered](crate::inbox::Origin::Recovered).
#[derive(Clone, Debug)]
pub struct Reconciler<P> {
    intake: Intake,
    provider: P,
}

/// What reconciling found.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Reconciled {
    /// How many objects were asked after.
    pub polled: usize,
    /// How many events were missed and are in the inbox now.
    pub recovered: usize,
    /// Objects of which nothing could be learnt, because asking failed. They stay open: reconcile again.
    pub failed: Vec<(ObjectRef, ProviderError)>,
    /// Why the history could not be read, if it could not.
    pub history: Option<ProviderError>,
}

impl Reconciled {
    /// Whether everything could be asked.
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty() && self.history.is_none()
    }
}

impl<P: Provider> Reconciler<P> {
    /// Compares what `intake` keeps with what `provider` says.
    pub fn new(intake: Intake, provider: P) -> Self {
        Self { intake, provider }
    }

    /// Asks after every object that is known and not final, and after everything that happened since `from`; feeds what
    /// is news into the inbox. Worth doing at every start, and now and then.
    ///
    /// Take for `from` the last moment at which events are known to have arrived, less some minutes for clocks that
    /// differ; asking for more than needed costs calls, not correctness. Repeating it changes nothing. Dropping the
    /// future leaves what was fed so far.
    ///
    /// # Errors
    /// The inbox failed. That the provider could not be asked is in the report.
    pub async fn reconcile_since(&self, from: Timestamp) -> Result<Reconciled, InboxError> {
        let mut report = Reconciled::default();
        self.poll_open(&mut report).await?;
        match self.provider.since(from).await {
            Ok(sightings) => {
                for sighting in sightings {
                    self.look(sighting, &mut report).await?;
                }
            }
            Err(error) => {
                warn!(%error, "the history could not be read");
                report.history = Some(error);
            }
        }
        Ok(report)
    }

    async fn poll_open(&self, report: &mut Reconciled) -> Result<(), InboxError> {
        const PAGE: usize = 100;
        let inbox = self.intake.inbox();
        let mut after: Option<ObjectRef> = None;
        loop {
            let page = inbox.open_objects(after.as_ref(), PAGE).await?;
            for known in &page {
                self.poll(&known.object, report).await?;
            }
            match page.into_iter().next_back() {
                Some(last) => after = Some(last.object),
                None => return Ok(()),
            }
        }
    }

    async fn look(&self, sighting: Sighting, report: &mut Reconciled) -> Result<(), InboxError> {
        match sighting {
            Sighting::Event(payload) => self.feed(&payload, report).await,
            Sighting::Object(object) => match self.intake.inbox().known(&object).await? {
                // What is open was polled already, and nothing follows what is final.
                Some(_) => Ok(()),
                None => self.poll(&object, report).await,
            },
        }
    }

    async fn poll(&self, object: &ObjectRef, report: &mut Reconciled) -> Result<(), InboxError> {
        report.polled += 1;
        match self.provider.state(object).await {
            Ok(Some(payload)) => self.feed(&payload, report).await?,
            Ok(None) => {}
            Err(error) => {
                warn!(partner_api.object = %object, %error, "an object could not be asked after");
                report.failed.push((object.clone(), error));
            }
        }
        Ok(())
    }

    /// Puts what the provider says into the inbox, unless the inbox knows as much.
    async fn feed(
        &self,
        payload: &EventPayload,
        report: &mut Reconciled,
    ) -> Result<(), InboxError> {
        let Address {
            object: Some(object),
            status: Some(status),
            ..
        } = Address::of(payload)
        else {
            return Ok(());
        };
        let known = self.intake.inbox().known(&object).await?;
        let known = known.as_ref().map(|it| &*it.status);
        // A conflict is handed over too: somebody has to look at it.
        if matches!(
            position(object.kind(), known, &status),
            crate::Position::Same | crate::Position::Late
        ) {
            return Ok(());
        }
        if let Receipt::Fresh(_) = self.intake.recover(payload).await? {
            report.recovered += 1;
        }
        Ok(())
    }
}
