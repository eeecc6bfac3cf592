//! The router of the feature `axum`.
//!
//! | Request | Answer |
//! |---|---|
//! | anything to `/webhook/health` | 200, or 503 if the inbox cannot be read |
//! | no or a wrong secret | 401, before anything else is looked at |
//! | anything but POST | 405 |
//! | a body that is too large | 413 |
//! | a body that breaks off | 400; that takes too long: 408 |
//! | an event that is kept, or was kept before | 200, after it is durable |
//! | an event that the inbox cannot keep | 503; the provider sends it again |
//!
//! A body that cannot be read is an event that is kept: sending it again would not help, and a dead letter can be read
//! once somebody knows how. So is an event at a path that no event is expected at.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use futures_util::StreamExt as _;
use tracing::{debug, error};

use crate::intake::{Intake, IntakeError};

/// Where the provider asks whether the partner's server is there. What it expects is not documented.
pub const HEALTH_PATH: &str = "/webhook/health";

/// How long a body may take to arrive.
const BODY_WITHIN: Duration = Duration::from_secs(20);

/// Takes the provider's requests, below whatever path it is nested at.
pub fn router(intake: Intake) -> Router {
    Router::new()
        .route(HEALTH_PATH, any(health))
        .fallback(take)
        .with_state(intake)
}

async fn health(State(intake): State<Intake>) -> Response {
    match intake.inbox().next_due().await {
        Ok(_) => answer(StatusCode::OK, r#"{"status":"ok"}"#),
        Err(error) => {
            error!(%error, cause = error.source_text(), "the inbox cannot be read");
            answer(
                StatusCode::SERVICE_UNAVAILABLE,
                r#"{"status":"unavailable"}"#,
            )
        }
    }
}

async fn take(State(intake): State<Intake>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let receiver = intake.receiver();
    let authenticated = match receiver.authenticate(head.headers.get_all(AUTHORIZATION)) {
        Ok(authenticated) => authenticated,
        Err(rejection) => {
            debug!("a request without the secret");
            let mut response = refuse(rejection.status());
            let scheme = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
            return response;
        }
    };
    if head.method != Method::POST {
        return refuse(405);
    }
    let length = head.headers.get(CONTENT_LENGTH);
    let length = length.and_then(|it| it.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| receiver.body_bytes_max() < length) {
        return refuse(413);
    }
    let body = match tokio::time::timeout(BODY_WITHIN, read(body, receiver.body_bytes_max())).await
    {
        Ok(Ok(body)) => body,
        Ok(Err(status)) => return refuse(status),
        Err(_) => return refuse(408),
    };
    match intake.take(&authenticated, head.uri.path(), &body).await {
        Ok(_) => answer(StatusCode::OK, "{}"),
        Err(error) => {
            if let IntakeError::Inbox(cause) = &error {
                error!(error = %cause, cause = cause.source_text(), "an event is not kept");
            }
            refuse(error.status())
        }
    }
}

/// The whole body, or the status that refuses it.
async fn read(body: Body, bytes_max: usize) -> Result<Vec<u8>, u16> {
    let mut chunks = body.into_data_stream();
    let mut whole = Vec::new();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| 400_u16)?;
        if bytes_max < whole.len() + chunk.len() {
            return Err(413);
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole)
}

fn refuse(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answer(status, "{}")
}

fn answer(status: StatusCode, body: &'static str) -> Response {
    let json = HeaderValue::from_static("application/json");
    (status, [(CONTENT_TYPE, json)], body).into_response()
}
