//! A wire without a socket: a closure answers.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;

use super::{Wire, WireError, WireFuture};

type Answering = Pin<Box<dyn Future<Output = Result<http::Response<Bytes>, WireError>> + Send>>;

/// Answers requests inside the process, for unit tests of code that calls the API.
///
/// ```
/// use bytes::Bytes;
/// use partner_api_transport::{InProcess, WireError};
///
/// let wire = InProcess::new(|request: http::Request<Bytes>| async move {
///     match request.uri().path() {
///         "/v1/ping" => Ok(http::Response::new(Bytes::from_static(b"{}"))),
///         _ => Err(WireError::interrupted("the connection was reset")),
///     }
/// });
/// # let _ = wire;
/// ```
pub struct InProcess {
    answer: Box<dyn Fn(http::Request<Bytes>) -> Answering + Send + Sync>,
}

impl InProcess {
    /// A wire on which `answer` answers every request. Key and user agent are in its headers.
    pub fn new<F, A>(answer: F) -> Self
    where
        F: Fn(http::Request<Bytes>) -> A + Send + Sync + 'static,
        A: Future<Output = Result<http::Response<Bytes>, WireError>> + Send + 'static,
    {
        Self {
            answer: Box::new(move |request| Box::pin(answer(request))),
        }
    }
}

impl Wire for InProcess {
    fn exchange(&self, request: reqwest::Request, _: usize) -> WireFuture<'_> {
        match plain(request) {
            Ok(request) => (self.answer)(request),
            Err(error) => Box::pin(async move { Err(error) }),
        }
    }
}

fn plain(request: reqwest::Request) -> Result<http::Request<Bytes>, WireError> {
    let request = http::Request::<reqwest::Body>::try_from(request)
        .map_err(|error| WireError::unsendable(error.without_url()))?;
    let (head, body) = request.into_parts();
    let body = body
        .as_bytes()
        .ok_or_else(|| WireError::unsendable("the body is a stream"))?;
    Ok(http::Request::from_parts(
        head,
        Bytes::copy_from_slice(body),
    ))
}

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InProcess")
    }
}
