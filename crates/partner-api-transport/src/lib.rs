//! HTTP policy for a generated client: one call in, one buffered answer or one typed error out.
//!
//! [`Transport`] sends a request through a fixed pipeline, outermost first:
//!
//! | Step | Where | What it holds |
//! |---|---|---|
//! | deadline | [`Transport::call`] | the whole call, waiting and retries included, ends by then |
//! | rate limiter | `limiter` | a token bucket, the burst of which is not for background calls; a 429 makes every caller wait |
//! | retry loop | `retry`, `budget` | by [`RetryClass`] and nothing else; full jitter; a shared budget, half of it not for background calls |
//! | attempt timeout | [`Transport::call`] | one exchange, so that a retry still fits into the deadline |
//! | key | [`ApiKey`] | one header, marked sensitive, only ever sent to the origin it was given with |
//! | span and report | [`Observer`] | operation, method, status, attempts, doubt: no path, header or body |
//! | wire | [`Wire`] | the exchange itself: [`ReqwestWire`], or [`InProcess`] in a unit test |
//!
//! What a refusal means is the [`Classifier`]'s business; everything else is decided here, once.
//! [`Error`] is one word wide and is asked by predicates; the important one is
//! [`Error::may_have_been_processed`].
//!
//! A dropped call stops where it is: this crate spawns no task, so nothing is retried later. The
//! exchange that was under way is abandoned; whether the server acted on it is not known.
//!
//! Never here: names, paths, codes or bodies of any particular API, and decisions about
//! what may be repeated (the caller passes the [`RetryClass`]).

#![deny(missing_docs)]

mod answer;
mod api_key;
mod behavior;
mod budget;
mod builder;
mod call;
mod classifier;
mod clock;
mod decode;
mod error;
mod limiter;
mod observe;
mod retry;
mod retry_after;
mod tls;
mod transport;
mod wire;

pub use answer::Answer;
pub use api_key::ApiKey;
pub use behavior::{Behavior, Rate, RetryBudget};
pub use builder::{BuildError, Builder};
pub use call::{Call, CallOptions, RetryClass};
pub use classifier::{Classifier, StatusOnly, Verdict};
pub use clock::{Clock, Random, SystemClock, SystemRandom};
pub use decode::{DecodeError, decode};
pub use error::{Error, ErrorKind, Problem};
pub use observe::{CallEnd, CallReport, Observer};
pub use transport::Transport;
pub use wire::{InProcess, ReqwestWire, Wire, WireError, WireFuture};
