//! Carries faults out: what a call gets instead of its answer.

use std::io;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use futures_util::{StreamExt as _, stream};

use super::answer::{Problem, stamp};
use super::line::Cut;
use crate::faults::Fault;

/// Cuts the connection of a call. What is returned is never sent.
pub(super) fn cut(line: Option<&Cut>) -> Response {
    if let Some(line) = line {
        line.cut();
    }
    Response::new(Body::empty())
}

/// The connection on which a call came.
pub(super) fn line(request: &Request) -> Option<Cut> {
    request.extensions().get::<Cut>().cloned()
}

/// What a call gets that is neither decided nor cut; nothing for a fault that lets it be decided.
pub(super) fn instead(fault: Fault, latest: u64) -> Option<Response> {
    let (mut response, retry_after) = match fault {
        Fault::Unavailable => (Problem::Unavailable.render(latest), None),
        Fault::UnknownException => (Problem::Unwritable.render(latest), None),
        Fault::TooManyRequests { retry_after } => return Some(too_many(retry_after, latest)),
        Fault::Html503 { retry_after } => {
            let page = "<html><body><h1>503 Service Unavailable</h1></body></html>";
            let mut response = Response::new(Body::from(page));
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            let kind = HeaderValue::from_static("text/html");
            response.headers_mut().insert(CONTENT_TYPE, kind);
            stamp(response.headers_mut(), latest);
            (response, retry_after)
        }
        _ => return None,
    };
    if let Some(seconds) = retry_after {
        let headers = response.headers_mut();
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    Some(response)
}

/// Too many calls in too short a time; in so many seconds another one is answered.
pub(super) fn too_many(retry_after: u64, latest: u64) -> Response {
    let mut response = Problem::TooMany.render(latest);
    let headers = response.headers_mut();
    headers.insert(RETRY_AFTER, HeaderValue::from(retry_after));
    response
}

/// Announces the whole body, sends half of it, and closes.
pub(super) async fn truncate(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let whole = axum::body::to_bytes(body, usize::MAX).await;
    let whole = whole.unwrap_or_default();
    let length = HeaderValue::from(whole.len());
    parts.headers.insert(CONTENT_LENGTH, length);
    let half = whole.slice(..whole.len() / 2);
    let end = stream::once(async {
        // What was sent so far must leave before the connection fails.
        tokio::task::yield_now().await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    });
    let body = stream::iter([Ok(half)]).chain(end);
    Response::from_parts(parts, Body::from_stream(body))
}
