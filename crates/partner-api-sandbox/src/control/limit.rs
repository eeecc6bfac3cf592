//! How many calls a key may make in a while.

use std::time::Duration;

use axum::extract::{Request, State};
use serde::{Deserialize, Serialize};

use super::{Control, Json, Refused, Reply, read};
use crate::limit::RateLimit;

/// A day.
const LONGEST: u64 = 24 * 60 * 60 * 1_000;

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LimitRequest {
    calls: u64,
    window_milliseconds: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LimitBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    calls: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    window_milliseconds: Option<u64>,
    refused: u64,
}

impl Control {
    fn limit(&self) -> Json<LimitBody> {
        let (limit, refused) = self.limiter.look();
        let millis = |window: Duration| u64::try_from(window.as_millis()).unwrap_or(u64::MAX);
        Json::plain(LimitBody {
            calls: limit.map(|limit| limit.calls),
            window_milliseconds: limit.map(|limit| millis(limit.window)),
            refused,
        })
    }
}

pub(super) async fn look(State(control): State<Control>) -> Reply<LimitBody> {
    Ok(control.limit())
}

pub(super) async fn set(State(control): State<Control>, request: Request) -> Reply<LimitBody> {
    let request: LimitRequest = read(request).await?;
    if !(1..=LONGEST).contains(&request.window_milliseconds) {
        let remedy = "give from 1 millisecond up to a day";
        return Err(Refused::bad("the window has no such length", remedy));
    }
    control.limiter.set(Some(RateLimit {
        calls: request.calls,
        window: Duration::from_millis(request.window_milliseconds),
    }));
    Ok(control.limit())
}

pub(super) async fn lift(State(control): State<Control>) -> Reply<LimitBody> {
    control.limiter.set(None);
    Ok(control.limit())
}
