//! What the caller says about one call.

use std::time::Duration;

/// Whether a request may be repeated. The caller decides; nothing else does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RetryClass {
    /// It changes nothing (a read): repeated after every passing failure, never in doubt.
    Safe,
    /// Carrying it out twice ends where carrying it out once does: repeated likewise, but
    /// whether it was carried out can be in doubt.
    Idempotent,
    /// A second execution would do harm: repeated only if the request provably never left.
    OnlyIfUnsent,
}

/// One call: which operation, how it may be repeated, and what the caller wants otherwise.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    pub(crate) operation: &'static str,
    pub(crate) class: RetryClass,
    pub(crate) options: CallOptions,
    pub(crate) shows_key: bool,
}

impl Call {
    /// `operation` names the call in errors and traces and is handed to the classifier.
    pub fn new(operation: &'static str, class: RetryClass) -> Self {
        Self {
            operation,
            class,
            options: CallOptions::new(),
            shows_key: true,
        }
    }

    /// Without the key, for what anybody may ask.
    #[must_use]
    pub fn without_key(mut self) -> Self {
        self.shows_key = false;
        self
    }

    /// With options that differ from the client's defaults.
    #[must_use]
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}

/// What one call wants otherwise than its client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) without_retries: bool,
    pub(crate) in_background: bool,
}

impl CallOptions {
    /// Everything as the client's [`Behavior`](crate::Behavior) says.
    pub const fn new() -> Self {
        Self {
            timeout: None,
            attempt_timeout: None,
            without_retries: false,
            in_background: false,
        }
    }

    /// The whole call ends by then, retries included.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Each attempt ends by then, where the request may be repeated at all.
    #[must_use]
    pub const fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// Every request waits until half of the rate limiter's burst is unused, so that it takes no turn from calls that
    /// somebody waits for; under steady load it is held back until its time is over. Without a rate it changes nothing.
    #[must_use]
    pub const fn in_background(mut self) -> Self {
        self.in_background = true;
        self
    }

    /// The request is sent at most once.
    #[must_use]
    pub const fn without_retries(mut self) -> Self {
        self.without_retries = true;
        self
    }
}
