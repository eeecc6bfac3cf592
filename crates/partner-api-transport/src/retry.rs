//! What one attempt came to, and what that means for the call.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

use crate::error::{ErrorKind, Problem};
use crate::wire::{WireError, WireErrorKind};
use crate::{Answer, Behavior, Classifier, RetryClass, Verdict};

/// How far a failed attempt got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// No byte of it left this machine.
    Unsent,
    /// The server decided against it.
    Refused {
        /// Whether that also says that no earlier attempt was carried out.
        settles_earlier: bool,
    },
    /// Nobody can tell.
    Unclear,
}

/// A failed attempt.
pub(crate) struct Failure<R> {
    pub(crate) reach: Reach,
    pub(crate) problem: Problem<R>,
}

impl<R> Failure<R> {
    pub(crate) fn timed_out() -> Self {
        Self {
            reach: Reach::Unclear,
            problem: Problem::new(ErrorKind::TimedOut).transient(),
        }
    }

    pub(crate) fn too_long(status: Option<StatusCode>) -> Self {
        let mut problem = Problem::new(ErrorKind::TooLong);
        problem.status = status;
        Self {
            reach: Reach::Unclear,
            problem,
        }
    }

    pub(crate) fn of_wire(error: WireError) -> Self {
        let (reach, mut problem) = match error.kind {
            WireErrorKind::Unsent { is_transient } => {
                let problem = Problem::new(ErrorKind::Unreachable);
                (
                    Reach::Unsent,
                    if is_transient {
                        problem.transient()
                    } else {
                        problem
                    },
                )
            }
            WireErrorKind::TimedOut => return Self::timed_out(),
            WireErrorKind::Interrupted => (
                Reach::Unclear,
                Problem::new(ErrorKind::Interrupted).transient(),
            ),
            WireErrorKind::Redirected => {
                let note = "a given HTTP client followed it, with key and body; turn that off";
                (
                    Reach::Unclear,
                    Problem::new(ErrorKind::Redirected).note(note),
                )
            }
            WireErrorKind::TooLong => return Self::too_long(None),
        };
        problem.source = error.source;
        Self { reach, problem }
    }

    /// An answer that is no success. `retry_after` is what its header says.
    pub(crate) fn of_answer<C: Classifier<Refusal = R>>(
        classifier: &C,
        operation: &'static str,
        answer: &Answer,
        retry_after: Option<Duration>,
    ) -> Self {
        let status = answer.status;
        let known = |kind| {
            let mut problem = Problem::new(kind).answered(status, Bytes::clone(&answer.body));
            problem.retry_after = retry_after;
            problem
        };
        if !status.is_client_error() && !status.is_server_error() {
            // After a POST, 303 is how servers say "done, now look there".
            let kind = if status.is_redirection() {
                ErrorKind::Redirected
            } else {
                ErrorKind::Undecodable
            };
            return Self {
                reach: Reach::Unclear,
                problem: known(kind),
            };
        }
        let mut problem = known(ErrorKind::Refused);
        let verdict = classifier.classify(operation, answer);
        let reach = match verdict {
            Verdict::Refused(refusal) => {
                let settles_earlier = !says_nothing_of_the_operation(status)
                    && !classifier.may_follow_own_success(operation, &refusal);
                problem.refusal = Some(refusal);
                problem.is_transient = status == StatusCode::TOO_MANY_REQUESTS;
                Reach::Refused { settles_earlier }
            }
            Verdict::Failed(refusal) => {
                problem.refusal = Some(refusal);
                problem.is_transient = true;
                Reach::Unclear
            }
            Verdict::Unrecognized => {
                problem.is_transient = is_passing(status);
                if is_decision(status) {
                    Reach::Refused {
                        settles_earlier: false,
                    }
                } else {
                    Reach::Unclear
                }
            }
        };
        Self { reach, problem }
    }

    /// Whether the class allows another attempt after this failure.
    pub(crate) fn may_be_repeated(&self, class: RetryClass) -> bool {
        self.problem.is_transient
            && match class {
                RetryClass::Safe | RetryClass::Idempotent => true,
                // A 429 says that nothing was done, yet it was not this machine that made sure.
                RetryClass::OnlyIfUnsent => self.reach == Reach::Unsent,
            }
    }
}

/// What is known, over all attempts so far, about whether the request was carried out.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Doubt {
    earlier: bool,
}

impl Doubt {
    /// Takes an attempt into account and says whether doubt remains.
    pub(crate) fn after(&mut self, class: RetryClass, reach: Reach) -> bool {
        self.earlier = match reach {
            _ if class == RetryClass::Safe => false,
            Reach::Unsent
            | Reach::Refused {
                settles_earlier: false,
            } => self.earlier,
            Reach::Refused {
                settles_earlier: true,
            } => false,
            Reach::Unclear => true,
        };
        self.earlier
    }
}

/// Key, access and pace are checked before a request is looked at.
fn says_nothing_of_the_operation(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::UNAUTHORIZED
            | StatusCode::FORBIDDEN
            | StatusCode::PROXY_AUTHENTICATION_REQUIRED
            | StatusCode::TOO_MANY_REQUESTS
    )
}

/// Trouble that time may cure.
fn is_passing(status: StatusCode) -> bool {
    let is_lasting_server_error = matches!(
        status,
        StatusCode::NOT_IMPLEMENTED | StatusCode::HTTP_VERSION_NOT_SUPPORTED
    );
    status.is_server_error() && !is_lasting_server_error
        || matches!(
            status,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS
        )
}

/// By the meaning of the status alone, the server looked and decided not to act.
fn is_decision(status: StatusCode) -> bool {
    let is_about_delivery = matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY);
    status.is_client_error() && !is_about_delivery
        || matches!(
            status,
            StatusCode::NOT_IMPLEMENTED | StatusCode::HTTP_VERSION_NOT_SUPPORTED
        )
}

/// The longest pause before the retry that follows attempt `attempts`.
pub(crate) fn backoff(behavior: &Behavior, attempts: u32) -> Duration {
    const DOUBLINGS_MAX: u32 = 20;
    let doublings = attempts.saturating_sub(1).min(DOUBLINGS_MAX);
    behavior
        .backoff_first
        .saturating_mul(1 << doublings)
        .min(behavior.backoff_max)
}
