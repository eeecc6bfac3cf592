//! Asks one thing and takes the answer as it comes: no retries, no types that an answer has to fit.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use partner_api::raw::types::operations::Method;
use partner_api::raw::{OperationId, Wire};
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use serde_json::Value;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest answer that is read.
const ANSWER_BYTES_MAX: usize = 4 << 20;

/// Where and how to ask.
pub(crate) struct Prober {
    base: String,
    key: HeaderValue,
    wire: Arc<dyn Wire>,
    /// Other paths than the specification's.
    paths: Vec<(OperationId, String)>,
}

impl fmt::Debug for Prober {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prober")
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

/// With which key a question is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Own,
    None,
    Wrong,
}

/// A body to send.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    None,
    Json(Value),
    /// Text that is no JSON, and is said to be.
    Text(&'static str),
    /// A form: the name of each part, and what is in it; a file where it is no text.
    Form(&'static [(&'static str, &'static [u8])]),
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) json: Option<Value>,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The `errorCode`.
    pub(crate) fn code(&self) -> Option<&str> {
        self.json.as_ref()?.get("errorCode")?.as_str()
    }

    /// The text of a field.
    pub(crate) fn text_of(&self, field: &str) -> Option<&str> {
        self.json.as_ref()?.get(field)?.as_str()
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) struct NoAnswer(pub(crate) String);

impl Prober {
    /// # Errors
    /// The key cannot be sent in a header.
    pub(crate) fn new(base: &str, key: &str, wire: Arc<dyn Wire>) -> Result<Self, NoAnswer> {
        let mut key = HeaderValue::from_str(key)
            .map_err(|_| NoAnswer("the key cannot be sent; give it as it was issued".into()))?;
        key.set_sensitive(true);
        Ok(Self {
            base: base.trim_end_matches('/').to_owned(),
            key,
            wire,
            paths: Vec::new(),
        })
    }

    /// Asks an operation on another path.
    pub(crate) fn with_path(mut self, operation: OperationId, path: String) -> Self {
        self.paths.push((operation, path));
        self
    }

    /// The path of an operation with its parameters filled in.
    pub(crate) fn path(&self, operation: OperationId, parameters: &[&str], query: &str) -> String {
        let other = self.paths.iter().rev().find(|(of, _)| *of == operation);
        let template = other.map_or(operation.operation().path, |(_, path)| path);
        let mut parameters = parameters.iter();
        let parts = template.split('/').map(|part| match part.starts_with('{') {
            true => parameters.next().copied().unwrap_or_default(),
            false => part,
        });
        let path = parts.collect::<Vec<_>>().join("/");
        match query.is_empty() {
            true => path,
            false => format!("{path}?{query}"),
        }
    }

    /// Sends one request, once.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: &Body,
        key: Key,
    ) -> Result<Answer, NoAnswer> {
        let address = format!("{}{path}", self.base);
        let url = address.parse();
        let url = url.map_err(|_| NoAnswer("the address cannot be used".into()))?;
        let method = reqwest::Method::from_bytes(method.as_str().as_bytes());
        let method = method.map_err(|_| NoAnswer("the method cannot be used".into()))?;
        let mut request = reqwest::Request::new(method, url);
        let headers = request.headers_mut();
        match key {
            Key::Own => drop(headers.insert("x-api-key", self.key.clone())),
            Key::None => {}
            Key::Wrong => drop(headers.insert("x-api-key", HeaderValue::from_static("no-key"))),
        }
        let (kind, bytes) = match body {
            Body::None => (None, None),
            Body::Json(value) => (Some(JSON), Some(value.to_string().into())),
            Body::Text(text) => (Some(JSON), Some((*text).into())),
            Body::Form(parts) => (Some(FORM), Some(form(parts).into())),
        };
        if let Some(kind) = kind {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        *request.body_mut() = bytes;
        let answer = self.wire.exchange(request, ANSWER_BYTES_MAX);
        let answer = tokio::time::timeout(PATIENCE, answer).await;
        let answer = answer.map_err(|_| NoAnswer("no answer within 30 seconds".into()))?;
        let answer = answer.map_err(|_| NoAnswer("the connection broke".into()))?;
        let text = String::from_utf8_lossy(answer.body()).into_owned();
        Ok(Answer {
            status: answer.status().as_u16(),
            json: serde_json::from_str(&text).ok(),
            text,
        })
    }
}

const JSON: &str = "application/json";
const FORM: &str = "multipart/form-data; boundary=parity-boundary";

/// A form as it is sent. Nothing in the parts holds the boundary.
fn form(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, content) in parts {
        let is_file = content.first().is_some_and(|it| !it.is_ascii_uppercase());
        let file = match is_file {
            true => "; filename=\"parity.png\"\r\ncontent-type: image/png",
            false => "",
        };
        let head = format!(
            "--parity-boundary\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n"
        );
        bytes.extend_from_slice(head.as_bytes());
        bytes.extend_from_slice(content);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"--parity-boundary--\r\n");
    bytes
}
