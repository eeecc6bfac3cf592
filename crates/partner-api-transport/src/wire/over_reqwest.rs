//! The wire over the network.

use std::error::Error as StdError;
use std::io;

use bytes::{Bytes, BytesMut};

use super::{Wire, WireError, WireFuture};

/// Exchanges over a [`reqwest::Client`].
#[derive(Clone, Debug)]
pub struct ReqwestWire {
    client: reqwest::Client,
    may_follow: bool,
}

impl ReqwestWire {
    /// A wire over this client, which is expected to follow no redirect and to repeat nothing.
    /// A redirect that it follows all the same is reported as an error.
    pub fn new(client: reqwest::Client) -> Self {
        Self {
            client,
            may_follow: true,
        }
    }

    /// A wire over a client that was built here.
    pub(crate) fn without_redirects(client: reqwest::Client) -> Self {
        Self {
            client,
            may_follow: false,
        }
    }
}

impl Wire for ReqwestWire {
    fn exchange(&self, request: reqwest::Request, answer_bytes_max: usize) -> WireFuture<'_> {
        Box::pin(async move {
            let place = self.may_follow.then(|| request.url().clone());
            let mut response = self.client.execute(request).await.map_err(failure)?;
            if place.is_some_and(|place| place != *response.url()) {
                return Err(WireError::redirected());
            }
            let status = response.status();
            let headers = std::mem::take(response.headers_mut());
            let mut answer = http::Response::new(read(response, answer_bytes_max).await?);
            *answer.status_mut() = status;
            *answer.headers_mut() = headers;
            Ok(answer)
        })
    }
}

/// Reads the whole body, or stops once it is known to be too long.
async fn read(mut response: reqwest::Response, bytes_max: usize) -> Result<Bytes, WireError> {
    let announced = response.content_length().unwrap_or(0);
    if u64::try_from(bytes_max).is_ok_and(|most| most < announced) {
        return Err(WireError::too_long());
    }
    let mut whole = Bytes::new();
    let mut pieces = BytesMut::new();
    while let Some(piece) = response.chunk().await.map_err(failure)? {
        if bytes_max < whole.len() + pieces.len() + piece.len() {
            return Err(WireError::too_long());
        }
        // Most answers arrive in one piece, which is then kept as it is.
        if whole.is_empty() && pieces.is_empty() {
            whole = piece;
        } else {
            pieces.extend_from_slice(&std::mem::take(&mut whole));
            pieces.extend_from_slice(&piece);
        }
    }
    Ok(if pieces.is_empty() {
        whole
    } else {
        pieces.freeze()
    })
}

/// Only what failed while connecting is called unsent.
///
/// That covers name resolution, TCP and TLS handshakes and a proxy's `CONNECT`: hyper hands the
/// request to a connection after all of these. A pooled connection that the server closed before
/// a byte was written is replaced by hyper itself. Every other failure may lie behind the first
/// byte, even one that looks early, such as a reset while writing.
fn failure(error: reqwest::Error) -> WireError {
    // The URL holds identifiers of people.
    let error = error.without_url();
    if error.is_connect() {
        if is_untrusted(&error) {
            WireError::unsendable(error)
        } else {
            WireError::unsent(error)
        }
    } else if error.is_builder() {
        WireError::unsendable(error)
    } else if error.is_timeout() {
        WireError {
            source: Some(error.into()),
            ..WireError::timed_out()
        }
    } else {
        WireError::interrupted(error)
    }
}

/// Whether a certificate was the reason: it will not be better in a second.
fn is_untrusted(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(it) = cause {
        if let Some(tls) = it.downcast_ref::<rustls::Error>() {
            return matches!(tls, rustls::Error::InvalidCertificate(_));
        }
        // The `source` of an `io::Error` skips the error that it wraps.
        let wrapped = it.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        cause = wrapped.map_or_else(
            || it.source(),
            |inner| Some(inner as &(dyn StdError + 'static)),
        );
    }
    false
}
