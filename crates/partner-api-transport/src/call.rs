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
    pub(crate) template: Option<&'static str>,
}

impl Call {
    /// `operation` names the call in errors and traces and is handed to the classifier.
    pub fn new(operation: &'static str, class: RetryClass) -> Self {
        Self {
            operation,
            class,
            options: CallOptions::new(),
            shows_key: true,
            template: None,
        }
    }

    /// Without the key, for what anybody may ask.
    #[must_use]
    pub fn without_key(mut self) -> Self {
        self.shows_key = false;
        self
    }

    /// The path with names where ids stand, such as `/v1/card/{cardId}`: for traces, which never show the path itself.
    #[must_use]
    pub fn template(mut self, template: &'static str) -> Self {
        self.template = Some(template);
        self
    }

    /// With options that differ from the client's defaults.
    #[must_use]
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}

/// Who goes first where the limiter lets only some go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Lane {
    /// Somebody waits for the answer.
    #[default]
    Interactive,
    /// It takes what the others leave.
    Background,
}

/// What one call wants otherwise than its client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) without_retries: bool,
    pub(crate) lane: Lane,
}

impl CallOptions {
    /// Everything as the client's [`Behavior`](crate::Behavior) says.
    pub const fn new() -> Self {
        Self {
            timeout: None,
            attempt_timeout: None,
            without_retries: false,
            lane: Lane::Interactive,
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

    /// The call takes only what calls without this option leave: a turn of the [rate](crate::Behavior::rate) when the
    /// bucket is full, so that the whole burst stays with the others; one after another; and of the retry budget no more
    /// than half. After a 429 it stays away for twice as long as the server asks, and comes back more slowly.
    ///
    /// With a rate set, another call leaves at most one token's interval later than if there were no background calls,
    /// however many there are. If the others use up the whole rate, one turn in sixteen is for the background; a call
    /// that gets none before its time is over is [held back](crate::ErrorKind::HeldBack), and was not sent. Without a rate
    /// nothing is known of what a call takes from another until the server says 429, and that pause all calls share.
    #[must_use]
    pub const fn in_background(mut self) -> Self {
        self.lane = Lane::Background;
        self
    }

    /// The request is sent at most once.
    #[must_use]
    pub const fn without_retries(mut self) -> Self {
        self.without_retries = true;
        self
    }
}
