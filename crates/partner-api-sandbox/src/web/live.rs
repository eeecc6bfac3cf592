//! Tells a page that something changed, so that it is loaded again.

use std::time::Duration;

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;

use super::Web;
use super::ask::Form;
use super::guard::Guest;

/// How long a page waits before it asks again.
const PATIENCE: Duration = Duration::from_secs(25);

/// How often what does not tell of itself is looked at.
const GLANCE: Duration = Duration::from_millis(500);

impl Web {
    /// Changes whenever the page at a place may look different. Calls that change nothing are shown in one place alone.
    pub(super) fn mark(&self, place: &str) -> String {
        let beats = *self.0.control.engine.pulse().borrow();
        match place.starts_with("/page/requests") {
            true => format!("{beats}-{}", self.0.requests.count()),
            false => beats.to_string(),
        }
    }
}

/// Answers with the new mark once it is another one than the page's, or after a while.
pub(super) async fn wait(State(web): State<Web>, _: Guest, RawQuery(query): RawQuery) -> Response {
    let mut query = Form::read(query.unwrap_or_default().as_bytes());
    let (Some(seen), Some(place)) = (query.take("mark"), query.take("place")) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let mut pulse = web.0.control.engine.pulse();
    let deadline = Instant::now() + PATIENCE;
    loop {
        pulse.mark_unchanged();
        let mark = web.mark(&place);
        let is_over = web.0.control.is_stopping() || deadline <= Instant::now();
        if mark != seen || is_over {
            return mark.into_response();
        }
        tokio::select! {
            _ = pulse.changed() => {}
            () = tokio::time::sleep(GLANCE) => {}
            () = web.0.control.stopped() => {}
        }
    }
}
