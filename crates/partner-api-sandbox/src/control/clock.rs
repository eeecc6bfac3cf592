//! The clock, and starting over.

use std::time::Duration;

use axum::extract::{Request, State};

use super::bodies::{AdvanceClock, Clock, Done};
use super::{Control, Json, Refused, Reply, read as read_body};
use crate::engine::ClockReading;

/// A hundred years, about.
const FARTHEST: i64 = 100 * 366 * 24 * 60 * 60 * 1_000;

impl From<ClockReading> for Clock {
    fn from(reading: ClockReading) -> Self {
        Self {
            now: reading.now,
            frozen: reading.frozen,
        }
    }
}

pub(super) async fn read(State(control): State<Control>) -> Reply<Clock> {
    Ok(Json::plain(control.engine.clock().into()))
}

pub(super) async fn freeze(State(control): State<Control>) -> Reply<Clock> {
    Ok(Json::plain(control.engine.freeze_clock().await?.into()))
}

pub(super) async fn resume(State(control): State<Control>) -> Reply<Clock> {
    Ok(Json::plain(control.engine.resume_clock().await?.into()))
}

pub(super) async fn advance(State(control): State<Control>, request: Request) -> Reply<Clock> {
    let AdvanceClock { milliseconds } = read_body(request).await?;
    let by = u64::try_from(milliseconds)
        .ok()
        .filter(|_| milliseconds <= FARTHEST);
    let by = by.ok_or_else(|| {
        let remedy = "give milliseconds from 0 up to a hundred years; the clock never goes back";
        Refused::bad("the clock cannot be moved so far", remedy)
    })?;
    let by = Duration::from_millis(by);
    Ok(Json::plain(control.engine.advance_clock(by).await?.into()))
}

pub(super) async fn reset(State(control): State<Control>) -> Reply<Done> {
    let seq = control.engine.reset().await?;
    Ok(Json::at(seq, Done { seq }))
}
