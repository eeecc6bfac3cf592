//! Forwarding events to a partner's own address, `https` included. Once each: the sandbox's own receivers are what repeats.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::redirect;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;

use crate::exit::Result;

const TIMEOUT: Duration = Duration::from_secs(5);

/// Where events are forwarded to.
pub(super) struct Forward {
    client: reqwest::Client,
    url: String,
    authorization: HeaderValue,
}

impl Forward {
    pub(super) fn new(url: &str, secret: &str) -> Result<Self> {
        let parsed = reqwest::Url::parse(url)?;
        if !matches!(parsed.scheme(), "http" | "https") || parsed.query().is_some() {
            return Err(
                "the address to forward to must be one of http or https, without a query".into(),
            );
        }
        let mut authorization = HeaderValue::from_str(secret)
            .map_err(|_| "the secret holds characters that a header cannot carry")?;
        authorization.set_sensitive(true);
        Ok(Self {
            client: client(&parsed)?,
            url: url.trim_end_matches('/').to_owned(),
            authorization,
        })
    }

    /// Sends a body to an event's path; the answer's status, or why there is none.
    pub(super) async fn send(&self, path: &str, body: &str) -> String {
        let request = self
            .client
            .post(format!("{}{path}", self.url))
            .header(AUTHORIZATION, self.authorization.clone())
            .header(CONTENT_TYPE, "application/json")
            .body(body.to_owned());
        match request.send().await {
            Ok(answer) => answer.status().as_u16().to_string(),
            Err(error) if error.is_timeout() => "no answer in time".to_owned(),
            Err(_) => "no answer".to_owned(),
        }
    }
}

/// A client for a partner's own address, which follows no redirect and waits for no answer for long.
pub(super) fn client(url: &reqwest::Url) -> Result<reqwest::Client> {
    let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?;
    // A container may lack the system's certificates, and plain HTTP needs none.
    let tls = match url.scheme() {
        "https" => tls.with_platform_verifier()?,
        _ => tls.with_root_certificates(RootCertStore::empty()),
    };
    Ok(reqwest::Client::builder()
        .timeout(TIMEOUT)
        .redirect(redirect::Policy::none())
        .tls_backend_preconfigured(tls.with_no_client_auth())
        .build()?)
}
