//! From an address and a key to a client.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};

use crate::Client;

const KEY_HEADER: HeaderName = HeaderName::from_static("x-control-key");

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Advancing the clock by years runs everything that falls due on the way before it answers.
const CALL_TIMEOUT: Duration = Duration::from_secs(120);

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The address is not one that a control port can have.
    #[error(
        "the control address `{0}` is not allowed; write it as the sandbox prints it, such as http://127.0.0.1:4011"
    )]
    Address(String),
    /// The key holds characters that no header can carry; it is not repeated here.
    #[error(
        "the control key holds characters that a header cannot carry; copy it as the sandbox prints it"
    )]
    Key,
    /// The HTTP client could not be set up.
    #[error("the HTTP client of the control API could not be set up")]
    Http(#[source] reqwest::Error),
}

/// A client of the control API at `url` that sends `key` with every call. Makes no request.
///
/// Goes straight to the address: it follows no redirect and asks no proxy. Only plain HTTP is spoken there.
///
/// # Errors
///
/// Where `url` is not an `http://` address or `key` cannot be sent in a header.
pub fn connect(url: &str, key: &str) -> Result<Client, ConnectError> {
    let is_http = url
        .strip_prefix("http://")
        .is_some_and(|rest| !rest.is_empty());
    if !is_http || reqwest::Url::parse(url).is_err() {
        return Err(ConnectError::Address(url.to_owned()));
    }
    let mut key = HeaderValue::from_str(key).map_err(|_| ConnectError::Key)?;
    key.set_sensitive(true);
    let client = reqwest::Client::builder()
        .default_headers(HeaderMap::from_iter([(KEY_HEADER, key)]))
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(CALL_TIMEOUT)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .tls_backend_preconfigured(no_tls())
        .build()
        .map_err(ConnectError::Http)?;
    Ok(Client::new_with_client(url.trim_end_matches('/'), client))
}

/// A TLS configuration that trusts nobody. Without one, reqwest would look for the system's certificates, which a
/// container may lack, and for a process-wide crypto provider, which is not ours to install.
fn no_tls() -> ClientConfig {
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring supports the default versions")
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth()
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn a_call_sends_the_key_to_its_path_and_reads_the_answer() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 4096];
            let length = socket.read(&mut request).await.unwrap();
            let body = r#"{"decisions":[{"seq":7,"at":"2026-01-01T00:00:00.000Z","command":"suspend","subject":"u","new":1}]}"#;
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            socket
                .write_all(format!("{head}{body}").as_bytes())
                .await
                .unwrap();
            String::from_utf8_lossy(&request[..length]).into_owned()
        });
        let decisions = connect(&url, "k3y")
            .unwrap()
            .list_decisions(Some(6))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(decisions.decisions[0].seq, 7);
        let request = server.await.unwrap();
        assert!(
            request.starts_with("GET /decisions?after=6 HTTP/1.1\r\n"),
            "{request}"
        );
        assert!(request.contains("x-control-key: k3y\r\n"), "{request}");
    }

    #[test]
    fn neither_the_client_nor_an_error_shows_the_key() {
        let client = connect("http://127.0.0.1:1", "sesame").unwrap();
        assert!(!format!("{client:?}").contains("sesame"));
        let error = connect("http://127.0.0.1:1", "sesame\n").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("sesame"));
    }

    #[test]
    fn an_address_that_is_not_plain_http_is_refused() {
        for url in [
            "",
            "127.0.0.1:4011",
            "http://",
            "https://127.0.0.1:4011",
            "ftp://127.0.0.1",
            "http://[::1",
        ] {
            assert!(
                matches!(connect(url, "key"), Err(ConnectError::Address(_))),
                "{url}"
            );
        }
    }
}
