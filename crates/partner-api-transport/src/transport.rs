//! The pipeline that every call goes through.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::{HeaderName, HeaderValue};
use reqwest::Url;
use tracing::Instrument as _;

use crate::budget::Budget;
use crate::builder::Builder;
use crate::call::Lane;
use crate::error::{ErrorKind, Problem};
use crate::limiter::{Limiter, Spare};
use crate::observe::{self, Watch};
use crate::retry::{Doubt, Failure, backoff};
use crate::{
    Answer, ApiKey, Behavior, Call, Classifier, Clock, Error, Observer, Random, RetryClass, Wire,
    retry_after,
};

/// Sends calls to one origin with one key. Clones share pool, limiter and retry budget.
pub struct Transport<C> {
    shared: Arc<Shared<C>>,
}

struct Shared<C> {
    parts: Parts<C>,
    limiter: Limiter,
    budget: Budget,
}

pub(crate) struct Parts<C> {
    pub(crate) classifier: C,
    pub(crate) base_url: Box<str>,
    pub(crate) origin: Origin,
    pub(crate) key_header: HeaderName,
    pub(crate) key: HeaderValue,
    pub(crate) user_agent: HeaderValue,
    pub(crate) behavior: Behavior,
    pub(crate) http_client: reqwest::Client,
    pub(crate) wire: Arc<dyn Wire>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) observer: Option<Arc<dyn Observer>>,
}

/// Scheme, host and port: what a key belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    scheme: Box<str>,
    host: Box<str>,
    port: Option<u16>,
}

impl Origin {
    pub(crate) fn of(url: &Url) -> Self {
        Self {
            scheme: url.scheme().into(),
            host: url.host_str().unwrap_or_default().into(),
            port: url.port_or_known_default(),
        }
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn port(&self) -> Option<u16> {
        self.port
    }

    fn is_of(&self, url: &Url) -> bool {
        *self.scheme == *url.scheme()
            && url.host_str() == Some(&self.host)
            && self.port == url.port_or_known_default()
    }
}

impl<C: Classifier> Transport<C> {
    /// Starts building. Address and key are given together, so that a key is never sent to
    /// another environment than its own.
    pub fn builder(
        base_url: &str,
        key_header: HeaderName,
        key: ApiKey,
        classifier: C,
    ) -> Builder<C> {
        Builder::new(base_url, key_header, key, classifier)
    }

    pub(crate) fn from_parts(parts: Parts<C>) -> Self {
        let limiter = Limiter::new(parts.behavior.rate);
        let budget = Budget::new(parts.behavior.retry_budget);
        Self {
            shared: Arc::new(Shared {
                parts,
                limiter,
                budget,
            }),
        }
    }

    /// What requests are built with. It has no key: only [`Self::call`] adds that.
    pub fn http_client(&self) -> &reqwest::Client {
        &self.shared.parts.http_client
    }

    /// The address without a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.shared.parts.base_url
    }

    /// The timeouts, retries and limits in force.
    pub fn behavior(&self) -> &Behavior {
        &self.shared.parts.behavior
    }

    /// Sends a request and reads the whole answer.
    ///
    /// *What if the future is dropped?* Before it was polled nothing happened; later the request
    /// may have been carried out. Nothing is retried afterwards.
    ///
    /// # Errors
    /// Anything but an answer with 2xx. See [`Error`] for what can be asked of it.
    pub async fn call(
        &self,
        call: Call,
        request: reqwest::Request,
    ) -> Result<Answer, Error<C::Refusal>> {
        let parts = &self.shared.parts;
        let span = observe::span(parts, &call, &request);
        let mut watch = Watch::begin(parts, &call, span.clone());
        let under_way = self.shared.call(call, request, &mut watch);
        let result = under_way.instrument(span).await;
        watch.ended(&result);
        result
    }
}

impl<C: Classifier> Shared<C> {
    async fn call(
        &self,
        call: Call,
        mut request: reqwest::Request,
        watch: &mut Watch<'_>,
    ) -> Result<Answer, Error<C::Refusal>> {
        let Call {
            operation,
            class,
            options,
            shows_key,
            ..
        } = call;
        let behavior = &self.parts.behavior;
        self.prepare(operation, shows_key, &mut request)?;

        let timeout = options.timeout.unwrap_or(behavior.call_timeout);
        let deadline = later(self.parts.clock.now(), timeout);
        let attempt_timeout = match class {
            RetryClass::Safe | RetryClass::Idempotent if !options.without_retries => {
                options.attempt_timeout.unwrap_or(behavior.attempt_timeout)
            }
            // No retry would use the time that is left: waiting can only remove doubt.
            _ => Duration::MAX,
        };
        let attempts_max = if options.without_retries {
            1
        } else {
            behavior.attempts_max.max(1)
        };

        let mut pending = Some(request);
        let mut doubt = Doubt::default();
        let mut is_in_doubt = false;
        let mut attempts = 0;
        loop {
            let asked = self.parts.clock.now();
            let turn = self.wait_for_turn(options.lane, deadline).await;
            watch.waited_for_turn(asked);
            if let Err(problem) = turn {
                return Err(Error::new(operation, attempts, is_in_doubt, problem));
            }
            attempts += 1;
            watch.attempt();
            let request = pending
                .take()
                .expect("every turn of the loop leaves a request behind");
            if attempts < attempts_max {
                // Nothing remains of a body that is a stream: it gets one attempt.
                pending = request.try_clone();
            }
            let end = later(self.parts.clock.now(), attempt_timeout).min(deadline);
            let failure = match self.attempt(operation, request, attempts, end).await {
                Ok(answer) => {
                    if attempts == 1 {
                        self.budget.refund();
                    }
                    return Ok(answer);
                }
                Err(failure) => failure,
            };

            is_in_doubt = doubt.after(class, failure.reach);
            watch.failed(is_in_doubt);
            let may_go_on = pending.is_some() && failure.may_be_repeated(class);
            let pause = self.pause(failure, attempts, options.lane, may_go_on, deadline);
            let failed_at = self.parts.clock.now();
            let paused = pause.await;
            watch.waited_to_retry(failed_at);
            let problem = match paused {
                Ok(()) => continue,
                Err(problem) => problem,
            };
            return Err(Error::new(operation, attempts, is_in_doubt, problem));
        }
    }

    /// Adds what every request carries, and refuses to give the key to another origin.
    fn prepare(
        &self,
        operation: &'static str,
        shows_key: bool,
        request: &mut reqwest::Request,
    ) -> Result<(), Error<C::Refusal>> {
        let parts = &self.parts;
        if !parts.origin.is_of(request.url()) {
            let note = "the request goes to another address than the key was given for";
            let problem = Problem::new(ErrorKind::Unfit).note(note);
            return Err(Error::new(operation, 0, false, problem));
        }
        let headers = request.headers_mut();
        // A key that somebody else put in does not travel along.
        match shows_key {
            true => headers.insert(&parts.key_header, parts.key.clone()),
            false => headers.remove(&parts.key_header),
        };
        headers.insert(http::header::USER_AGENT, parts.user_agent.clone());
        Ok(())
    }

    /// Waits until the limiter lets a request leave.
    ///
    /// Every attempt takes a turn, retries too: the server counts them like any other request.
    async fn wait_for_turn(
        &self,
        lane: Lane,
        deadline: Instant,
    ) -> Result<(), Problem<C::Refusal>> {
        let clock = &self.parts.clock;
        let now = clock.now();
        if deadline <= now {
            // An attempt would be polled once before it is told the time, and leave doubt behind.
            return Err(Problem::new(ErrorKind::TimedOut).transient());
        }
        let mut turn = match lane {
            Lane::Interactive => self.limiter.reserve(now, deadline),
            Lane::Background => self.background_turn(deadline).await?,
        };
        loop {
            let now = clock.now();
            if turn <= now {
                return Ok(());
            }
            if deadline <= turn {
                return Err(held_back(now, turn));
            }
            clock.sleep_until(turn).await;
            // Meanwhile another call may have been told to stay away longer.
            match self.limiter.paused_until(clock.now()) {
                Some(later) => turn = later,
                None => return Ok(()),
            }
        }
    }

    /// Waits until the limiter has a turn for a background call.
    async fn background_turn(&self, deadline: Instant) -> Result<Instant, Problem<C::Refusal>> {
        let clock = &self.parts.clock;
        let _queue = tokio::select! {
            biased;
            first = self.limiter.queue() => first,
            () = clock.sleep_until(deadline) => {
                return Err(Problem::new(ErrorKind::HeldBack).transient());
            }
        };
        let next = self.limiter.next(clock.now());
        loop {
            let now = clock.now();
            match self.limiter.spare(next, now, deadline) {
                Spare::Turn(turn) => return Ok(turn),
                Spare::NotBefore { again, at_least } => {
                    if deadline <= now || at_least && deadline <= again {
                        return Err(held_back(now, again));
                    }
                    clock.sleep_until(again.min(deadline)).await;
                }
            }
        }
    }

    /// One exchange, ended by `end`.
    async fn attempt(
        &self,
        operation: &'static str,
        request: reqwest::Request,
        attempt: u32,
        end: Instant,
    ) -> Result<Answer, Failure<C::Refusal>> {
        let parts = &self.parts;
        let answer_bytes_max = parts.behavior.answer_bytes_max;
        let exchanged = tokio::select! {
            biased;
            exchanged = parts.wire.exchange(request, answer_bytes_max) => exchanged,
            () = parts.clock.sleep_until(end) => {
                tracing::debug!(partner_api.attempt = attempt, "no answer in time");
                return Err(Failure::timed_out());
            }
        };
        let response = exchanged.map_err(|error| {
            tracing::debug!(partner_api.attempt = attempt, problem = ?error.kind, "no answer");
            Failure::of_wire(error)
        })?;
        let answer = Answer::new(response, attempt);
        tracing::debug!(
            partner_api.attempt = attempt,
            http.response.status_code = answer.status.as_u16(),
            "answered"
        );
        if answer_bytes_max < answer.body.len() {
            return Err(Failure::too_long(Some(answer.status)));
        }
        if answer.status.is_success() {
            return Ok(answer);
        }
        let wait = retry_after::read(&answer.headers, || parts.clock.calendar());
        if answer.status == http::StatusCode::TOO_MANY_REQUESTS {
            let now = parts.clock.now();
            let until = later(now, wait.unwrap_or_default().min(parts.behavior.pause_max));
            self.limiter.throttled(now, until - now);
        }
        Err(Failure::of_answer(
            &parts.classifier,
            operation,
            &answer,
            wait,
        ))
    }

    /// Waits before the next attempt, or says why there is none.
    async fn pause(
        &self,
        failure: Failure<C::Refusal>,
        attempts: u32,
        lane: Lane,
        may_go_on: bool,
        deadline: Instant,
    ) -> Result<(), Problem<C::Refusal>> {
        let Parts {
            behavior,
            clock,
            random,
            ..
        } = &self.parts;
        let problem = failure.problem;
        if !may_go_on {
            return Err(problem);
        }
        let jittered = random.up_to(backoff(behavior, attempts));
        let wait = problem.retry_after.unwrap_or_default().max(jittered);
        let resume = later(clock.now(), wait);
        if deadline <= resume {
            return Err(problem);
        }
        if !self.budget.pay(lane, problem.kind == ErrorKind::TimedOut) {
            let note = match lane {
                Lane::Interactive => "the retry budget of this client is spent",
                Lane::Background => "what the retry budget has for background calls is spent",
            };
            return Err(problem.note(note));
        }
        tracing::debug!(
            partner_api.attempt = attempts,
            partner_api.wait_ms = wait.as_millis() as u64,
            "waiting to retry"
        );
        clock.sleep_until(resume).await;
        Ok(())
    }
}

/// A turn that comes only then is too late.
fn held_back<R>(now: Instant, turn: Instant) -> Problem<R> {
    let mut problem = Problem::new(ErrorKind::HeldBack).transient();
    problem.retry_after = Some(turn.saturating_duration_since(now));
    problem
}

/// `now + span`, for spans of any length: `Duration::MAX` is how callers say "no limit".
fn later(now: Instant, span: Duration) -> Instant {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
    now + span.min(YEAR)
}

impl<C> Clone for Transport<C> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<C> fmt::Debug for Transport<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("base_url", &self.shared.parts.base_url)
            .field("behavior", &self.shared.parts.behavior)
            .finish_non_exhaustive()
    }
}
