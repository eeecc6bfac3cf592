//! What every method that talks to the provider returns: an operation that can still be adjusted, and then awaited.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use crate::call::Context;
use crate::error::Error;
use crate::journal::RequestKey;
use crate::partner::Partner;
use crate::reason::{Actor, Reason};

/// An operation that has not been sent yet. Adjust it, then `.await` it.
///
/// The future is `'static` and `Send`: it can be spawned, and it does not borrow the handle that it
/// came from. Nothing happens before it is polled.
#[must_use = "nothing is sent until the operation is awaited"]
pub struct Operation<V> {
    partner: Partner,
    options: Options,
    pub(crate) verb: V,
}

/// What one operation wants otherwise than its partner.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub(crate) timeout: Option<Duration>,
    pub(crate) without_retries: bool,
    pub(crate) in_background: bool,
    pub(crate) strict: bool,
    pub(crate) actor: Option<Actor>,
    pub(crate) reason: Option<Reason>,
    pub(crate) key: Option<RequestKey>,
}

/// What an [`Operation`] does. The verbs are those of this crate: what `run` takes has no name outside.
pub trait Verb: Send + 'static {
    /// What awaiting the operation gives when it went well.
    type Output: Send + 'static;

    /// Does it.
    #[doc(hidden)]
    fn run(self, cx: Context) -> impl Future<Output = Result<Self::Output, Error>> + Send;
}

/// A verb that moves money or makes something that costs, so that a repeat must be told from a second one.
pub trait Costly: Verb {}

/// A verb that can be asked for under a key of the caller's: what is [costly](Costly), and what changes a user's standing
/// or profile.
pub trait Keyed: Verb {}

impl<V: Costly> Keyed for V {}

impl<V: Keyed> Operation<V> {
    /// Names the change, so that it happens at most once however often it is asked for under this name: by a retry of
    /// the caller's, by another process that shares the journal, after a crash.
    ///
    /// | What the journal has under the key | This call |
    /// |---|---|
    /// | nothing, or what [never left](crate::journal::Conclusion::NotSent) or [did not happen](crate::journal::Conclusion::Absent) | is sent |
    /// | the same, done | gives the receipt or report of then, marked as done before |
    /// | the same, [done in part](crate::journal::Conclusion::Partly) | goes on from there |
    /// | the same, refused by the provider | gives that [refusal](Error::refused_before_in) |
    /// | a movement, unresolved | reconciles it if its time is over, and else gives [`Unknown`](crate::Outcome::Unknown) |
    /// | a suspension, its end or a closure, unresolved | asks how the provider treats the user now; sends again what did not happen |
    /// | an update, unresolved | is [unresolved](Error::is_unresolved): no record shows it |
    /// | something else | is [refused](Error::key_taken_by) |
    ///
    /// The same means: the same parties, amount, currency and destination; the same user; the same values. What is made
    /// anew for each attempt does not count (the rate lock of an exchange, the cards that are found active), nor does a
    /// card's PIN, which is kept nowhere. A journal that forgets, as [`VolatileJournal`](crate::VolatileJournal) does,
    /// forgets its keys too.
    ///
    /// Without it a movement [gets one](RequestKey::generate), which the receipt or the unknown outcome tells; a
    /// suspension, its end, an update or a closure has none, and is asked for anew each time.
    pub fn key(mut self, key: RequestKey) -> Self {
        self.options.key = Some(key);
        self
    }
}

impl<V> Operation<V> {
    pub(crate) fn new(partner: &Partner, verb: V) -> Self {
        Self {
            partner: partner.clone(),
            options: Options {
                in_background: partner.is_in_background(),
                ..Options::default()
            },
            verb,
        }
    }

    pub(crate) fn with_reason(mut self, reason: Reason) -> Self {
        self.options.reason = Some(reason);
        self
    }

    /// The whole operation ends by then, with all its requests and retries.
    ///
    /// Without it each request has the time that the client's defaults give it.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// Every request is sent at most once.
    pub fn without_retries(mut self) -> Self {
        self.options.without_retries = true;
        self
    }

    /// Takes only what other calls leave of rate and retry budget: see [`Partner::in_background`].
    pub fn in_background(mut self) -> Self {
        self.options.in_background = true;
        self
    }

    /// Who asks for it; goes into the journal in place of the partner's own actor.
    pub fn by(mut self, actor: impl Into<Actor>) -> Self {
        self.options.actor = Some(actor.into());
        self
    }

    /// Why; goes into the journal.
    pub fn because(self, reason: Reason) -> Self {
        self.with_reason(reason)
    }

    /// Refuses locally what the guard finds doubtful, instead of sending it: see
    /// [`guard`](crate::guard).
    pub fn strict(mut self) -> Self {
        self.options.strict = true;
        self
    }
}

impl<V: Verb> IntoFuture for Operation<V> {
    type Output = Result<V::Output, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.verb.run(Context::new(self.partner, self.options)))
    }
}

impl<V: fmt::Debug> fmt::Debug for Operation<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation")
            .field("verb", &self.verb)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
