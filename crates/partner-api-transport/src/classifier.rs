//! The port through which an API says what its refusals mean.

use std::convert::Infallible;
use std::fmt;

use crate::Answer;

/// Reads answers whose status is 4xx or 5xx.
pub trait Classifier: Send + Sync + 'static {
    /// What the API refuses with. Its `Display` goes into error texts and logs, so it must hold
    /// no personal data.
    type Refusal: fmt::Display + Send + Sync + 'static;

    /// What an answer means. `operation` is the name given to [`Call::new`](crate::Call::new).
    fn classify(&self, operation: &'static str, answer: &Answer) -> Verdict<Self::Refusal>;

    /// Whether the operation, carried out once, would be refused with this when repeated: deleting
    /// what is deleted, creating what exists. After an attempt whose outcome is unclear, such a
    /// refusal does not say that the operation failed.
    fn may_follow_own_success(&self, operation: &'static str, refusal: &Self::Refusal) -> bool {
        let _ = (operation, refusal);
        false
    }
}

/// What a [`Classifier`] makes of an answer.
#[derive(Clone, Debug)]
pub enum Verdict<R> {
    /// The server decided against the request: it was not carried out.
    Refused(R),
    /// The server is in passing trouble: a repeat may succeed, and the request may have been
    /// carried out all the same.
    Failed(R),
    /// The body says nothing known: judge by the status.
    Unrecognized,
}

/// Judges by status alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct StatusOnly;

impl Classifier for StatusOnly {
    type Refusal = Infallible;

    fn classify(&self, _: &'static str, _: &Answer) -> Verdict<Infallible> {
        Verdict::Unrecognized
    }
}
