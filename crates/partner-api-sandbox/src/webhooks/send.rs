//! One POST, and what came of it. Redirects are not followed, and nothing of an answer is kept but its status.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use axum::http::uri::{Authority, Scheme};
use axum::http::{HeaderValue, Request, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::engine::{Failure, Outcome};

/// How much of an answer is read, so that its connection can be used again.
const ANSWER_LIMIT: usize = 64 * 1024;

/// Sends to every receiver; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    client: Client<HttpConnector, Full<Bytes>>,
    timeout: Duration,
}

/// Why an address cannot be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUrl {
    /// It is no `http` address, or it has parts that a base address has not.
    #[error(
        "the address of a receiver must look like http://127.0.0.1:8080/base; for https, forward with `partner webhooks listen`"
    )]
    Malformed,
    /// It may be another machine's.
    #[error(
        "the address of a receiver is not on this machine; allow that when the sandbox is started, where the network is trusted"
    )]
    NotLoopback,
}

/// Checks the address of a receiver and returns it without a slash at its end.
pub(crate) fn check_url(text: &str, anywhere: bool) -> Result<String, InvalidUrl> {
    let uri: Uri = text.parse().map_err(|_| InvalidUrl::Malformed)?;
    let authority = uri.authority().ok_or(InvalidUrl::Malformed)?;
    let is_http = uri.scheme() == Some(&Scheme::HTTP);
    let has_user = authority.as_str().contains('@');
    if !is_http || has_user || uri.query().is_some() || text.contains('#') {
        return Err(InvalidUrl::Malformed);
    }
    if !anywhere && !is_loopback(authority) {
        return Err(InvalidUrl::NotLoopback);
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// Of names only `localhost` is known to be this machine's.
fn is_loopback(authority: &Authority) -> bool {
    let host = authority.host();
    let host = host
        .strip_prefix('[')
        .and_then(|it| it.strip_suffix(']'))
        .unwrap_or(host);
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

impl Sender {
    pub(crate) fn new(timeout: Duration) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(timeout));
        connector.set_nodelay(true);
        Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
            timeout,
        }
    }

    /// Sends a body with these `Authorization` headers, of which the provider sends one; what came of it, and how long
    /// that took.
    pub(crate) async fn send(
        &self,
        uri: &Uri,
        authorization: impl IntoIterator<Item = HeaderValue>,
        body: Bytes,
    ) -> (Outcome, Duration) {
        let began = Instant::now();
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = axum::http::Method::POST;
        *request.uri_mut() = uri.clone();
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, HeaderValue::from_static("partner-api-sandbox"));
        for value in authorization {
            headers.append(AUTHORIZATION, value);
        }
        let exchange = async {
            let response = self.client.request(request).await.ok()?;
            let status = response.status().as_u16();
            // The status decides; a body that is too long or breaks off only costs the connection.
            let _ = Limited::new(response.into_body(), ANSWER_LIMIT)
                .collect()
                .await;
            Some(status)
        };
        let outcome = match tokio::time::timeout(self.timeout, exchange).await {
            Ok(Some(status)) => Outcome::Status(status),
            Ok(None) => Outcome::Failed(Failure::Connection),
            Err(_) => Outcome::Failed(Failure::Timeout),
        };
        (outcome, began.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_told_unless_it_is_allowed() {
        let here = [
            "http://127.0.0.1:80",
            "http://[::1]:8080/base/",
            "http://localhost",
            "http://127.9.9.9/x",
        ];
        for url in here {
            let base = url.trim_end_matches('/').to_owned();
            assert_eq!(check_url(url, false), Ok(base), "{url}");
        }
        let there = [
            "http://example.com",
            "http://10.0.0.1:1",
            "http://[::ffff:127.0.0.1]",
            "http://localhost.example.com",
            "http://0.0.0.0:1",
        ];
        for url in there {
            assert_eq!(check_url(url, false), Err(InvalidUrl::NotLoopback), "{url}");
            assert!(check_url(url, true).is_ok(), "{url}");
        }
        let none = [
            "",
            "127.0.0.1:80",
            "https://127.0.0.1",
            "http://u:p@127.0.0.1",
            "http://127.0.0.1/?a=b",
            "http://127.0.0.1/#x",
            "/path",
        ];
        for url in none {
            assert_eq!(check_url(url, true), Err(InvalidUrl::Malformed), "{url}");
        }
    }
}
