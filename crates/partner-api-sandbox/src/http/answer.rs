//! Answers: bodies, statuses and the sandbox's headers.

use axum::body::Body;
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use partner_api_core::Rule;
use partner_api_types::ApiError;
use partner_api_types::words::{self, AccessDenied};
use serde::Serialize;

use crate::engine::EngineError;

const SEQ: HeaderName = HeaderName::from_static("x-sandbox-seq");
const RULE: HeaderName = HeaderName::from_static("x-sandbox-rule");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// Room for a common answer: an id, a message, a few fields.
const ROOM: usize = 256;

/// A success.
#[derive(Debug)]
pub(crate) struct Answer {
    status: StatusCode,
    seq: u64,
    kind: HeaderValue,
    body: Vec<u8>,
}

impl Answer {
    /// A page.
    pub(crate) fn html(seq: u64, page: String) -> Self {
        Self {
            status: StatusCode::OK,
            seq,
            kind: HTML,
            body: page.into_bytes(),
        }
    }

    /// A JSON body, with the number of the decision, or of the last one that a read saw.
    pub(crate) fn json(
        status: StatusCode,
        seq: u64,
        body: &impl Serialize,
    ) -> Result<Self, Problem> {
        Self::long_json(status, seq, ROOM, body)
    }

    /// As [`json`](Self::json), for a body of about so many bytes.
    pub(crate) fn long_json(
        status: StatusCode,
        seq: u64,
        room: usize,
        body: &impl Serialize,
    ) -> Result<Self, Problem> {
        let mut bytes = Vec::with_capacity(room);
        serde_json::to_writer(&mut bytes, body).map_err(|_| Problem::Unwritable)?;
        Ok(Self {
            status,
            seq,
            kind: JSON,
            body: bytes,
        })
    }

    /// The number of the decision, and the body where it is JSON.
    pub(crate) fn into_json(self) -> (u64, serde_json::Value) {
        let body = serde_json::from_slice(&self.body).unwrap_or_default();
        (self.seq, body)
    }

    pub(crate) fn render(self) -> Response {
        respond(self.status, self.kind, self.seq, self.body)
    }
}

/// Why there is no success.
#[derive(Debug)]
pub(crate) enum Problem {
    /// The key is missing or wrong.
    Denied(AccessDenied),
    /// The input is malformed, or breaks a rule in such a way that no command can be made of it. Every failure is in
    /// the one message, as the provider does; nothing that was sent is repeated there.
    Invalid { message: String, rule: Option<Rule> },
    /// A rule refused.
    Refused { seq: u64, rule: Rule },
    /// What was sent is refused before any command is made of it, under a code of its own, such as a file of the wrong
    /// kind.
    Rejected(&'static words::Refusal),
    /// A read found nothing under an id.
    Missing {
        seq: u64,
        row: &'static words::Refusal,
    },
    /// There is no such path.
    NoSuchPath,
    /// The path has no such method; these it has.
    WrongMethod(HeaderValue),
    /// The body is over its limit, in bytes.
    TooLarge { limit: usize },
    /// An answer could not be written.
    Unwritable,
    /// The provider says that it is unavailable.
    Unavailable,
    /// Too many calls in too short a time.
    TooMany,
    /// The engine failed.
    Broken(EngineError),
}

impl Problem {
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid {
            message: message.into(),
            rule: None,
        }
    }

    /// A rule that the input breaks by itself.
    pub(crate) fn undecided(rule: Rule) -> Self {
        Self::Invalid {
            message: words::error_for(rule).message.to_owned(),
            rule: Some(rule),
        }
    }

    /// The rule behind it, where there is one.
    pub(crate) fn rule(&self) -> Option<Rule> {
        match self {
            Self::Invalid { rule, .. } => *rule,
            Self::Refused { rule, .. } => Some(*rule),
            Self::Rejected(row) => row.rule,
            _ => None,
        }
    }

    /// The answer; `latest` is the number of the last decision, for what never reached one.
    pub(crate) fn render(self, latest: u64) -> Response {
        let rule = self.rule();
        let mut response = match self {
            Self::Denied(denied) => respond(
                StatusCode::UNAUTHORIZED,
                TEXT,
                latest,
                denied.body().as_bytes().to_vec(),
            ),
            Self::Invalid { message, .. } => validation(StatusCode::BAD_REQUEST, latest, message),
            Self::Refused { seq, rule } => error(seq, words::error_for(rule)),
            Self::Rejected(row) => error(latest, row),
            Self::Missing { seq, row } => error(seq, row),
            Self::NoSuchPath => validation(StatusCode::NOT_FOUND, latest, "no such path".into()),
            Self::WrongMethod(allow) => {
                let status = StatusCode::METHOD_NOT_ALLOWED;
                let mut response = validation(status, latest, "no such method here".into());
                response.headers_mut().insert(ALLOW, allow);
                response
            }
            Self::TooLarge { limit } => validation(
                StatusCode::PAYLOAD_TOO_LARGE,
                latest,
                format!("body must be at most {} KiB", limit / 1024),
            ),
            // ASSUMED A5: no page says what the provider's limits are, nor what their body is.
            Self::TooMany => validation(
                StatusCode::TOO_MANY_REQUESTS,
                latest,
                "too many requests".into(),
            ),
            Self::Unavailable | Self::Broken(EngineError::Stopped) => {
                error(latest, &words::UNAVAILABLE)
            }
            Self::Unwritable | Self::Broken(_) => error(latest, &words::UNKNOWN_EXCEPTION),
        };
        // Names of rules are plain ASCII, so this never falls through.
        if let Some(Ok(rule)) = rule.map(|rule| HeaderValue::try_from(rule.to_string())) {
            response.headers_mut().insert(RULE, rule);
        }
        response
    }
}

fn error(seq: u64, row: &words::Refusal) -> Response {
    let status = StatusCode::from_u16(row.status).unwrap_or(StatusCode::BAD_REQUEST);
    respond(status, JSON, seq, to_body(&ApiError::from(row)))
}

/// ASSUMED A1: what no page speaks of (an unknown path, a wrong method, a huge body) is said in the form of bad input.
fn validation(status: StatusCode, seq: u64, message: String) -> Response {
    let body = ApiError {
        error_code: words::VALIDATION.code.to_owned(),
        error_name: words::VALIDATION.name.map(str::to_owned),
        error_message: Some(message),
    };
    respond(status, JSON, seq, to_body(&body))
}

fn to_body(error: &ApiError) -> Vec<u8> {
    // Three strings: writing them cannot fail.
    serde_json::to_vec(error).unwrap_or_default()
}

fn respond(status: StatusCode, kind: HeaderValue, seq: u64, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, kind);
    stamp(headers, seq);
    response
}

/// Every answer carries the number of its decision.
pub(crate) fn stamp(headers: &mut HeaderMap, seq: u64) {
    headers.insert(SEQ, HeaderValue::from(seq));
}

/// The number that an answer carries.
pub(super) fn seq(headers: &HeaderMap) -> Option<u64> {
    headers.get(SEQ)?.to_str().ok()?.parse().ok()
}

/// Whether an answer has its number already.
pub(crate) fn is_stamped(headers: &HeaderMap) -> bool {
    headers.contains_key(SEQ)
}
