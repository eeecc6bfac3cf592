//! The one error of this crate: small, asked by predicates, and silent about what was sent.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

use crate::{Answer, Call, DecodeError, RetryClass};

/// Why a call has no answer to show.
///
/// One word wide. Neither `Display` nor `Debug` prints a body, a header, a path, a query or the
/// key; the body of the last answer is behind [`Error::body`]. The cause is in `source()`.
pub struct Error<R>(Box<Inner<R>>);

struct Inner<R> {
    operation: &'static str,
    attempts: u32,
    may_have_been_processed: bool,
    problem: Problem<R>,
}

/// What went wrong, for [`Error::new`]. Fields that do not apply stay empty.
#[derive(Debug)]
pub struct Problem<R> {
    pub(crate) kind: ErrorKind,
    pub(crate) is_transient: bool,
    pub(crate) status: Option<StatusCode>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) refusal: Option<R>,
    pub(crate) body: Bytes,
    pub(crate) note: Option<Box<str>>,
    pub(crate) source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of [`Error`], for logs and metrics; more may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request was not sent because it is not fit to be: another origin, or an unusable body.
    Unfit,
    /// No connection was made: nothing was sent.
    Unreachable,
    /// The client's own limiter would have held the request back beyond the deadline.
    HeldBack,
    /// Time ran out.
    TimedOut,
    /// The exchange broke off after the connection stood.
    Interrupted,
    /// The server answered with 4xx or 5xx.
    Refused,
    /// The server answered with 3xx. Redirects are never followed.
    Redirected,
    /// The answer is longer than allowed.
    TooLong,
    /// The answer is not what was specified.
    Undecodable,
}

impl ErrorKind {
    /// In a word, such as `timed_out`; for ever the same.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unfit => "unfit",
            Self::Unreachable => "unreachable",
            Self::HeldBack => "held_back",
            Self::TimedOut => "timed_out",
            Self::Interrupted => "interrupted",
            Self::Refused => "refused",
            Self::Redirected => "redirected",
            Self::TooLong => "too_long",
            Self::Undecodable => "undecodable",
        }
    }
}

impl<R> Problem<R> {
    /// A problem of this kind about which nothing else is known.
    pub fn new(kind: ErrorKind) -> Self {
        Self {
            kind,
            is_transient: false,
            status: None,
            retry_after: None,
            refusal: None,
            body: Bytes::new(),
            note: None,
            source: None,
        }
    }

    /// Says more, in words that may be logged.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into().into_boxed_str());
        self
    }

    /// Keeps the cause.
    #[must_use]
    pub fn source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    pub(crate) fn transient(mut self) -> Self {
        self.is_transient = true;
        self
    }

    pub(crate) fn answered(mut self, status: StatusCode, body: Bytes) -> Self {
        self.status = Some(status);
        self.body = body;
        self
    }
}

impl<R> Error<R> {
    /// An error of an operation that was attempted this often.
    pub fn new(
        operation: &'static str,
        attempts: u32,
        may_have_been_processed: bool,
        problem: Problem<R>,
    ) -> Self {
        Self(Box::new(Inner {
            operation,
            attempts,
            may_have_been_processed,
            problem,
        }))
    }

    /// An answer of a call that succeeded and cannot be read: what was asked for has been done.
    pub fn undecodable(call: Call, answer: Answer, cause: DecodeError) -> Self {
        let may_have_been_processed = call.class != RetryClass::Safe;
        let problem = Problem::new(ErrorKind::Undecodable)
            .answered(answer.status, answer.body)
            .note(cause.to_string());
        Self::new(
            call.operation,
            answer.attempts,
            may_have_been_processed,
            problem,
        )
    }

    /// The kind, for logs and metrics.
    pub fn kind(&self) -> ErrorKind {
        self.0.problem.kind
    }

    /// The operation that failed, as named by the caller.
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// Whether the same call may succeed later. Says nothing about whether repeating is harmless:
    /// see [`Self::may_have_been_processed`].
    pub fn is_transient(&self) -> bool {
        self.0.problem.is_transient
    }

    /// Whether the server may have carried the request out, fully or in part.
    ///
    /// Always `false` for a [`Safe`](crate::RetryClass::Safe) request: there is nothing to doubt.
    /// `false` otherwise only if no attempt left this machine, or the server refused.
    pub fn may_have_been_processed(&self) -> bool {
        self.0.may_have_been_processed
    }

    /// Whether time ran out, on the call or on its last attempt.
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::TimedOut
    }

    /// The status of the last answer, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.problem.status
    }

    /// How long the server, or the client's own limiter, asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.problem.retry_after
    }

    /// How often the request was sent or tried to be; 0 if it was held back.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// What the API refused with, if the classifier could read it.
    pub fn refusal(&self) -> Option<&R> {
        self.0.problem.refusal.as_ref()
    }

    /// The body of the last answer; empty without one. It may hold personal data: do not log it.
    pub fn body(&self) -> &[u8] {
        &self.0.problem.body
    }
}

impl<R: fmt::Display> fmt::Display for Error<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner {
            operation,
            attempts,
            may_have_been_processed,
            problem,
        } = &*self.0;
        write!(f, "{operation}: ")?;
        match problem.kind {
            ErrorKind::Unfit => f.write_str("not sent")?,
            ErrorKind::Unreachable => f.write_str("no connection to the server")?,
            ErrorKind::HeldBack => f.write_str("held back by the rate limit of this client")?,
            ErrorKind::TimedOut => f.write_str("no answer in time")?,
            ErrorKind::Interrupted => f.write_str("the connection broke off")?,
            ErrorKind::Refused => f.write_str("refused")?,
            ErrorKind::Redirected => f.write_str("redirected, and redirects are not followed")?,
            ErrorKind::TooLong => f.write_str("the answer is longer than this client accepts")?,
            ErrorKind::Undecodable => f.write_str("the answer is not as specified")?,
        }
        if let Some(refusal) = &problem.refusal {
            write!(f, ": {refusal}")?;
        }
        if let Some(note) = &problem.note {
            write!(f, ": {note}")?;
        }
        if let Some(status) = problem.status {
            write!(f, " (HTTP {})", status.as_u16())?;
        }
        if *attempts > 1 {
            write!(f, ", {attempts} attempts")?;
        }
        if let Some(wait) = problem.retry_after {
            write!(
                f,
                "; wait {} s before the next try",
                wait.as_secs_f64().ceil()
            )?;
        }
        if *may_have_been_processed {
            f.write_str("; it may have been carried out: look before repeating it")?;
        }
        Ok(())
    }
}

impl<R: fmt::Display> fmt::Debug for Error<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problem = &self.0.problem;
        f.debug_struct("Error")
            .field("kind", &problem.kind)
            .field("message", &format_args!("{self}"))
            .field("source", &problem.source.as_ref().map(|it| it.to_string()))
            .finish_non_exhaustive()
    }
}

impl<R: fmt::Display> StdError for Error<R> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0
            .problem
            .source
            .as_ref()
            .map(|it| &**it as &(dyn StdError + 'static))
    }
}
