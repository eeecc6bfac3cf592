//! A strict test client: plain requests, and on every answer a check of what the sandbox promises for all of them.

use std::{
    collections::BTreeSet,
    sync::{
        Mutex, Once,
        atomic::{AtomicI64, Ordering},
    },
};

use reqwest::{Method, StatusCode, header::HeaderMap};
use serde_json::Value;

use crate::spec::Checker;

/// One port of a sandbox, with its key.
#[derive(Debug)]
pub struct Wire {
    base: String,
    key: (&'static str, String),
    client: reqwest::Client,
    /// Decision numbers never fall within one client that waits for its answers.
    last_seq: AtomicI64,
    /// Which operations answered with which status.
    met: Mutex<BTreeSet<(String, u16)>>,
}

/// An answer that passed the checks.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    /// `Null` where the answer is text.
    pub json: Value,
    pub seq: i64,
}

impl Wire {
    /// The Partner API at `base`.
    pub fn partner(base: impl Into<String>, api_key: &str) -> Self {
        Self::new(base.into(), ("x-api-key", api_key.to_owned()))
    }

    /// The control API at `base`.
    pub fn control(base: impl Into<String>, control_key: &str) -> Self {
        Self::new(base.into(), ("x-control-key", control_key.to_owned()))
    }

    fn new(base: String, key: (&'static str, String)) -> Self {
        let base = base.trim_end_matches('/').to_owned();
        let client = plain_client();
        Self {
            base,
            key,
            client,
            last_seq: AtomicI64::new(0),
            met: Mutex::default(),
        }
    }

    /// What the requests go through; a client takes long to build.
    pub fn client(&self) -> reqwest::Client {
        self.client.clone()
    }

    /// Where this client points.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Sends, checks, and gives the answer; a connection that breaks is an error.
    pub async fn try_call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> reqwest::Result<Answer> {
        let url = format!("{}{path}", self.base);
        let mut request = self
            .client
            .request(method.clone(), url)
            .header(self.key.0, &self.key.1);
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await?;
        Ok(self.checked(&method, path, status, headers, text))
    }

    /// As [`Self::try_call`], where the connection must hold.
    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        match self.try_call(method, path, body).await {
            Ok(answer) => answer,
            Err(error) => panic!("no answer from {path}: {error:?}"),
        }
    }

    /// Reads a path.
    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    /// Posts a body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(&body)).await
    }

    /// Posts a form of files; what is not a file stands under `documentType`.
    pub async fn send_form(&self, path: &str, parts: &[(&str, &[u8])]) -> Answer {
        let mut body = Vec::new();
        for (name, content) in parts {
            let file = if *name == "documentType" {
                ""
            } else {
                "; filename=\"scan\""
            };
            let disposition = format!("Content-Disposition: form-data; name=\"{name}\"{file}");
            body.extend_from_slice(format!("--edge\r\n{disposition}\r\n\r\n").as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--edge--\r\n");
        let request = self
            .client
            .post(format!("{}{path}", self.base))
            .header(self.key.0, &self.key.1)
            .header("content-type", "multipart/form-data; boundary=edge")
            .body(body);
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.expect("a whole answer");
        self.checked(&Method::POST, path, status, headers, text)
    }

    /// Fetches a file.
    pub async fn fetch_file(&self, path: &str) -> Vec<u8> {
        let url = format!("{}{path}", self.base);
        let request = self.client.get(url).header(self.key.0, &self.key.1);
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        let file = response.bytes().await.expect("a whole answer");
        let text = String::from_utf8_lossy(&file).into_owned();
        self.checked(&Method::GET, path, status, headers, text).ok();
        file.into()
    }

    /// Puts a file; a connection that breaks is an error.
    pub async fn put_file(&self, path: &str, file: Vec<u8>) -> reqwest::Result<Answer> {
        let request = self
            .client
            .put(format!("{}{path}", self.base))
            .header(self.key.0, &self.key.1)
            .header("content-type", "application/octet-stream")
            .body(file);
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await?;
        Ok(self.checked(&Method::PUT, path, status, headers, text))
    }

    fn checked(
        &self,
        method: &Method,
        path: &str,
        status: StatusCode,
        headers: HeaderMap,
        text: String,
    ) -> Answer {
        let is_partner = self.key.0 == "x-api-key";
        let answer = check_answer(path, status, headers, text, is_partner);
        let last = self.last_seq.fetch_max(answer.seq, Ordering::SeqCst);
        let seq = answer.seq;
        assert!(
            !is_partner || last <= seq,
            "{path}: decision number fell from {last} to {seq}"
        );
        let checker = Checker::of(if is_partner {
            "partner-api.yaml"
        } else {
            "sandbox.yaml"
        });
        let operation = checker.check(method.as_str(), path, status.as_u16(), &answer.json);
        let operation = operation.unwrap_or_else(|wrong| panic!("{wrong}"));
        let met = (operation.to_owned(), status.as_u16());
        self.met
            .lock()
            .expect("nothing panics while it is held")
            .insert(met);
        answer
    }

    /// Which operations answered, and with which status.
    pub fn met(&self) -> BTreeSet<(String, u16)> {
        self.met
            .lock()
            .expect("nothing panics while it is held")
            .clone()
    }

    /// Decision numbers start over after a reset.
    pub fn forget_seq(&self) {
        self.last_seq.store(0, Ordering::SeqCst);
    }
}

/// A client without proxy and redirects.
pub fn plain_client() -> reqwest::Client {
    static PROVIDER: Once = Once::new();
    // It may have been installed by somebody else in this process, which is as good.
    PROVIDER.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    builder
        .no_proxy()
        .build()
        .expect("a client without special settings can be built")
}

/// What holds for every answer of the sandbox, whatever was asked.
pub fn check_answer(
    path: &str,
    status: StatusCode,
    headers: HeaderMap,
    text: String,
    partner: bool,
) -> Answer {
    let header = |name: &str| {
        headers
            .get(name)
            .map(|value| value.to_str().expect("headers are text"))
    };
    let kind =
        header("content-type").unwrap_or_else(|| panic!("{path}: {status} without content-type"));
    // RFC 9110, 15.5.6: who asks with a wrong method is told the right ones.
    assert_eq!(
        status == 405,
        header("allow").is_some(),
        "{path}: {headers:?}"
    );
    let seq = header("x-sandbox-seq").map(|seq| seq.parse().expect("x-sandbox-seq is a number"));
    assert!(
        !partner || seq.is_some(),
        "{path}: {status} without x-sandbox-seq"
    );
    let seq = seq.unwrap_or(0);
    let json = if kind.starts_with("application/json") {
        serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{path}: {status} {text:?}: {error}"))
    } else {
        let is_page = status == 200 && kind == "text/html; charset=utf-8";
        let is_file = status == 200 && kind == "application/octet-stream" && path == "/snapshot";
        let is_expected = status == 401 || is_page || is_file;
        assert!(is_expected, "{path}: {status} {kind} {text:?}");
        Value::Null
    };
    if status == StatusCode::UNAUTHORIZED && partner {
        assert!(
            matches!(&*text, "Access Denied. xo1" | "Access Denied. xo2"),
            "{path}: {text:?}"
        );
    } else if !status.is_success() && partner {
        check_error_body(path, &json);
    }
    assert!(
        !status.is_redirection() && !status.is_informational(),
        "{path}: {status}"
    );
    Answer {
        status,
        headers,
        text,
        json,
        seq,
    }
}

fn check_error_body(path: &str, body: &Value) {
    let fields = body
        .as_object()
        .unwrap_or_else(|| panic!("{path}: an error body is an object: {body}"));
    for (name, value) in fields {
        assert!(
            matches!(&**name, "errorCode" | "errorName" | "errorMessage"),
            "{path}: {body}"
        );
        assert!(value.is_string(), "{path}: {body}");
    }
    let code = fields
        .get("errorCode")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let shaped =
        code.len() == 4 && code.starts_with('P') && code[1..].bytes().all(|b| b.is_ascii_digit());
    assert!(shaped, "{path}: errorCode of {body}");
    assert_eq!(
        code == "P403",
        !fields.contains_key("errorName"),
        "{path}: only P403 has no name: {body}"
    );
}

impl Answer {
    /// The wire's code, for a refusal.
    pub fn code(&self) -> Option<&str> {
        self.json.get("errorCode").and_then(Value::as_str)
    }

    /// The rule that refused, with its invariant.
    pub fn rule(&self) -> Option<&str> {
        let rule = self.headers.get("x-sandbox-rule")?;
        Some(rule.to_str().expect("headers are text"))
    }

    /// A text field of the body.
    pub fn text_of(&self, field: &str) -> String {
        let value = self.json.get(field).and_then(Value::as_str);
        value
            .unwrap_or_else(|| panic!("no text {field} in {}", self.json))
            .to_owned()
    }

    /// The answer, which must be a success.
    pub fn ok(self) -> Self {
        assert!(self.status.is_success(), "{} {}", self.status, self.text);
        self
    }
}
