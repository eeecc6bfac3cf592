//! The defaults of a client, grouped under the month in which they were chosen.

use std::time::Duration;

/// Timeouts, retries and limits.
///
/// A published constant never changes: new defaults come as a new one, so that an update of this
/// crate does not alter the behaviour of a client that names the old one.
///
/// ```
/// use partner_api_transport::Behavior;
/// use std::time::Duration;
///
/// let mut patient = Behavior::V2026_11;
/// patient.call_timeout = Duration::from_secs(60);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Behavior {
    /// A call ends by then: waiting for the limiter, every attempt and every pause included.
    pub call_timeout: Duration,
    /// One attempt of a request that may be repeated ends by then. A request that may *not* be
    /// repeated gets the whole call: giving up early would gain nothing but doubt.
    pub attempt_timeout: Duration,
    /// A connection, TLS handshake included, is made by then. Kept below the attempt timeout so
    /// that a server which cannot be reached shows as unreachable, and not as doubt.
    pub connect_timeout: Duration,
    /// An idle connection is dropped after this time: sooner than servers do, so that a request is
    /// seldom written to a connection that the other side is just closing.
    pub pool_idle_timeout: Duration,
    /// A request is sent at most this often; 0 counts as 1.
    pub attempts_max: u32,
    /// The first pause before a retry lies between zero and this; the span doubles every time.
    pub backoff_first: Duration,
    /// The span stops doubling here.
    pub backoff_max: Duration,
    /// What all calls of the client together may spend on retries.
    pub retry_budget: RetryBudget,
    /// How many requests the client sends by itself; `None` leaves the pace to the callers.
    pub rate: Option<Rate>,
    /// A `Retry-After` of a 429 holds all calls back, but never longer than this.
    pub pause_max: Duration,
    /// An answer with a longer body is given up.
    pub answer_bytes_max: usize,
}

/// A token bucket that keeps retries from multiplying the load on a server in trouble.
///
/// Every retry takes tokens; every call that succeeds at the first attempt gives some back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryBudget {
    /// What the bucket holds, and starts with.
    pub tokens_max: u32,
    /// What a retry takes.
    pub retry_cost: u32,
    /// What a retry after a timeout takes: a server that is slow suffers most from repeats.
    pub timeout_cost: u32,
    /// What a call that needed no retry gives back.
    pub refund: u32,
}

/// A pace: `burst` requests at once, `per_second` in the long run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests a second; 0 counts as 1.
    pub per_second: u32,
    /// Requests that may leave at once; 0 counts as 1.
    pub burst: u32,
}

impl Behavior {
    /// The defaults of November 2026.
    ///
    /// The budget is that of the AWS clients (500 tokens, 5 a retry, 10 after a timeout). No rate
    /// is set, because the right one is the server's to say.
    pub const V2026_11: Self = Self {
        call_timeout: Duration::from_secs(30),
        attempt_timeout: Duration::from_secs(10),
        connect_timeout: Duration::from_secs(3),
        pool_idle_timeout: Duration::from_secs(15),
        attempts_max: 3,
        backoff_first: Duration::from_millis(200),
        backoff_max: Duration::from_secs(5),
        retry_budget: RetryBudget {
            tokens_max: 500,
            retry_cost: 5,
            timeout_cost: 10,
            refund: 1,
        },
        rate: None,
        pause_max: Duration::from_secs(60),
        answer_bytes_max: 8 * 1024 * 1024,
    };
}

const _: () = {
    let it = Behavior::V2026_11;
    assert!(it.connect_timeout.as_nanos() < it.attempt_timeout.as_nanos());
    assert!(it.attempt_timeout.as_nanos() < it.call_timeout.as_nanos());
    assert!(it.retry_budget.retry_cost <= it.retry_budget.timeout_cost);
    assert!(it.retry_budget.timeout_cost <= it.retry_budget.tokens_max);
};

impl Default for Behavior {
    /// The newest constant. Name one instead where an update must not change anything.
    fn default() -> Self {
        Self::V2026_11
    }
}
