//! The partner's side: what is done about an event.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;

use crate::incoming::Incoming;

/// Does what the partner does about events.
///
/// An event is handed over at least once: again after a failure, and after a crash between what the handler did and the
/// inbox hearing of it. So a handler must bear repetition: keep [`Incoming::delivery`] or [`Incoming::key`] with what it
/// writes, in one transaction. Events of one object come one at a time and in order.
///
/// Write it as `async fn handle`:
///
/// ```
/// use partner_api_webhooks::{Handler, HandlerError, Incoming};
///
/// struct Printer;
///
/// impl Handler for Printer {
///     async fn handle(&self, incoming: &Incoming) -> Result<(), HandlerError> {
///         println!("{:?} {:?}", incoming.object, incoming.position);
///         Ok(())
///     }
/// }
/// ```
pub trait Handler: Send + Sync + 'static {
    /// Does it. `Ok` means that nothing is left to be done; the event's body is erased then.
    fn handle(&self, incoming: &Incoming) -> impl Future<Output = Result<(), HandlerError>> + Send;
}

/// An event could not be handled. Made from any error by `?`, and then tried again.
pub struct HandlerError {
    cause: Box<dyn StdError + Send + Sync>,
    may_retry: bool,
}

impl HandlerError {
    /// It may work later.
    pub fn retry(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            cause: cause.into(),
            may_retry: true,
        }
    }

    /// It will not work however often it is tried: a case for the dead letters.
    pub fn give_up(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            cause: cause.into(),
            may_retry: false,
        }
    }

    pub(super) fn may_retry(&self) -> bool {
        self.may_retry
    }

    /// The error with its causes, for the dead letters.
    pub(super) fn text(&self) -> String {
        const CHARS_MAX: usize = 500;
        let mut text = self.cause.to_string();
        let mut cause = self.cause.source();
        while let Some(error) = cause {
            text += &format!(": {error}");
            cause = error.source();
        }
        text.chars().take(CHARS_MAX).collect()
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for HandlerError {
    fn from(error: E) -> Self {
        Self::retry(error)
    }
}

/// Shows whether it is tried again; what the handler said may quote anything.
impl fmt::Debug for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerError")
            .field("may_retry", &self.may_retry)
            .finish_non_exhaustive()
    }
}
