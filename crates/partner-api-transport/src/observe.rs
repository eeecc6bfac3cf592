//! Watching calls: a span for each, and one report to whoever counts them, however the call ends.

use std::fmt;
use std::time::{Duration, Instant};

use http::StatusCode;
use tracing::field::Empty;

use crate::call::Lane;
use crate::transport::Parts;
use crate::{Answer, Call, Error, ErrorKind, RetryClass};

/// Is told how every call ended: the bridge to counters and histograms of whatever kind.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use partner_api_transport::{CallReport, Observer};
///
/// #[derive(Debug, Default)]
/// struct Doubts(AtomicU64);
///
/// impl Observer for Doubts {
///     fn ended(&self, report: &CallReport) {
///         if report.is_in_doubt {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
/// ```
pub trait Observer: fmt::Debug + Send + Sync {
    /// A call ended. It is told on the caller's task, also while that is being dropped: count, and neither block nor panic.
    fn ended(&self, report: &CallReport);
}

/// What became of a call. It holds no path, id, header or body, so all of it may be a label or a value of a metric.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallReport {
    /// The operation, as named by the caller: one of a few dozen words.
    pub operation: &'static str,
    /// How it ended.
    pub end: CallEnd,
    /// The status of the last answer, if there was one.
    pub status: Option<StatusCode>,
    /// Whether it changes something, and nobody knows whether it did. What is built on this client calls such an
    /// outcome unknown.
    pub is_in_doubt: bool,
    /// How often the request was sent, or tried to be. What is more than one is retries; 0 was held back.
    pub attempts: u32,
    /// From the caller's first poll to the end, everything included.
    pub took: Duration,
    /// What of it was spent waiting for the client's own limiter, or for the end of a pause after a 429.
    pub waited_for_turn: Duration,
    /// What of it was spent waiting between attempts.
    pub waited_to_retry: Duration,
    /// Whether the call takes only what others leave.
    pub is_in_background: bool,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CallEnd {
    /// With an answer of 2xx. Whether its body can be read is found out later.
    Answered,
    /// With an error.
    Failed(ErrorKind),
    /// The caller dropped it.
    Dropped,
}

impl CallEnd {
    /// In a word, such as `answered`, `refused` or `timed_out`: a label of a metric.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Failed(kind) => kind.as_str(),
            Self::Dropped => "dropped",
        }
    }
}

/// A call under way. Dropping it tells how the call ended.
pub(crate) struct Watch<'a> {
    parts: &'a dyn Told,
    span: tracing::Span,
    began: Instant,
    changes_something: bool,
    report: CallReport,
}

/// What watching needs of a transport, whatever its classifier.
pub(crate) trait Told: Send + Sync {
    fn now(&self) -> Instant;
    fn tell(&self, report: &CallReport);
}

impl<C: Send + Sync> Told for Parts<C> {
    fn now(&self) -> Instant {
        self.clock.now()
    }

    fn tell(&self, report: &CallReport) {
        if let Some(observer) = &self.observer {
            observer.ended(report);
        }
    }
}

/// The span of a call, named as OpenTelemetry names what it has a name for.
pub(crate) fn span<C>(parts: &Parts<C>, call: &Call, request: &reqwest::Request) -> tracing::Span {
    tracing::info_span!(
        "call",
        otel.name = call.operation,
        otel.kind = "client",
        partner_api.operation = call.operation,
        http.request.method = request.method().as_str(),
        server.address = parts.origin.host(),
        server.port = parts.origin.port(),
        url.template = call.template,
        http.response.status_code = Empty,
        http.request.resend_count = Empty,
        "error.type" = Empty,
        partner_api.in_doubt = Empty,
    )
}

impl<'a> Watch<'a> {
    pub(crate) fn begin(parts: &'a dyn Told, call: &Call, span: tracing::Span) -> Self {
        Self {
            parts,
            span,
            began: parts.now(),
            changes_something: call.class != RetryClass::Safe,
            report: CallReport {
                operation: call.operation,
                end: CallEnd::Dropped,
                status: None,
                is_in_doubt: false,
                attempts: 0,
                took: Duration::ZERO,
                waited_for_turn: Duration::ZERO,
                waited_to_retry: Duration::ZERO,
                is_in_background: call.options.lane == Lane::Background,
            },
        }
    }

    /// Another attempt begins. Until something is known of it, it may be what nobody knows the end of.
    pub(crate) fn attempt(&mut self) {
        self.report.attempts += 1;
        self.report.is_in_doubt = self.changes_something;
    }

    /// An attempt failed; whether the call is in doubt if it ends now.
    pub(crate) fn failed(&mut self, is_in_doubt: bool) {
        self.report.is_in_doubt = is_in_doubt;
    }

    pub(crate) fn waited_for_turn(&mut self, since: Instant) {
        self.report.waited_for_turn += self.parts.now().saturating_duration_since(since);
    }

    pub(crate) fn waited_to_retry(&mut self, since: Instant) {
        self.report.waited_to_retry += self.parts.now().saturating_duration_since(since);
    }

    pub(crate) fn ended<R>(&mut self, result: &Result<Answer, Error<R>>) {
        let report = &mut self.report;
        match result {
            Ok(answer) => {
                report.end = CallEnd::Answered;
                report.status = Some(answer.status);
                report.is_in_doubt = false;
            }
            Err(error) => {
                report.end = CallEnd::Failed(error.kind());
                report.status = error.status();
                report.is_in_doubt = error.may_have_been_processed();
            }
        }
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        let report = &mut self.report;
        report.took = self.parts.now().saturating_duration_since(self.began);
        let retries = report.attempts.saturating_sub(1);
        self.span.record("http.request.resend_count", retries);
        if let Some(status) = report.status {
            self.span
                .record("http.response.status_code", status.as_u16());
        }
        if report.end != CallEnd::Answered {
            self.span.record("error.type", report.end.as_str());
            self.span.record("partner_api.in_doubt", report.is_in_doubt);
        }
        self.parts.tell(report);
    }
}
