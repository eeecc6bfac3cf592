//! The wire: one HTTP exchange, over the network or inside a unit test.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;

mod in_process;
mod over_reqwest;

pub use in_process::InProcess;
pub use over_reqwest::ReqwestWire;

/// What [`Wire::exchange`] returns.
pub type WireFuture<'a> =
    Pin<Box<dyn Future<Output = Result<http::Response<Bytes>, WireError>> + Send + 'a>>;

/// Sends one request and reads the whole answer.
///
/// Implementations must not repeat requests, follow redirects, or go on once the future is dropped.
/// The request is reqwest's, because the usual implementation hands it on as it is; others
/// convert it (`http::Request::try_from`), as [`InProcess`] does.
pub trait Wire: fmt::Debug + Send + Sync {
    /// Performs the exchange. A body longer than `answer_bytes_max` is not read to its end.
    fn exchange(&self, request: reqwest::Request, answer_bytes_max: usize) -> WireFuture<'_>;
}

/// Why an exchange has no answer.
///
/// The texts of causes given here end up in logs: they must not quote the request.
#[derive(Debug)]
pub struct WireError {
    pub(crate) kind: WireErrorKind,
    pub(crate) source: Option<Box<dyn StdError + Send + Sync>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WireErrorKind {
    Unsent { is_transient: bool },
    TimedOut,
    Interrupted,
    Redirected,
    TooLong,
}

impl WireError {
    /// No byte of the request left: repeating it is harmless. Only for what is certain.
    pub fn unsent(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            kind: WireErrorKind::Unsent { is_transient: true },
            source: Some(source.into()),
        }
    }

    /// No byte left, and a repeat would fare no better: a certificate that is not trusted.
    pub fn unsendable(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            kind: WireErrorKind::Unsent {
                is_transient: false,
            },
            source: Some(source.into()),
        }
    }

    /// The exchange broke off; whether the server acted on the request is unknown.
    pub fn interrupted(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            kind: WireErrorKind::Interrupted,
            source: Some(source.into()),
        }
    }

    /// The answer took too long; whether the server acted on the request is unknown.
    pub fn timed_out() -> Self {
        Self {
            kind: WireErrorKind::TimedOut,
            source: None,
        }
    }

    pub(crate) fn redirected() -> Self {
        Self {
            kind: WireErrorKind::Redirected,
            source: None,
        }
    }

    pub(crate) fn too_long() -> Self {
        Self {
            kind: WireErrorKind::TooLong,
            source: None,
        }
    }
}
