//! Fault rules.

use std::time::Duration;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use serde::{Deserialize, Serialize};

use super::{Control, Json, Refused, Reply, read};
use crate::faults::{Entry, Fault, FaultKind, Rule, When};

/// Ten minutes.
const LONGEST: u64 = 10 * 60 * 1_000;

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RuleBody {
    fault: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    calls: Option<Vec<u64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    milliseconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_seconds: Option<u64>,
}

#[derive(Debug, Serialize)]
pub(super) struct FaultBody {
    id: u64,
    seen: u64,
    hits: u64,
    #[serde(flatten)]
    rule: RuleBody,
}

#[derive(Debug, Serialize)]
pub(super) struct FaultsBody {
    faults: Vec<FaultBody>,
}

impl RuleBody {
    fn check(self) -> Result<Rule, Refused> {
        let bad = |error: &str| Refused::bad(error, "see FaultRequest in openapi/sandbox.yaml");
        let operation = self.operation.map(|name| name.parse()).transpose();
        let operation = operation.map_err(|_| bad("there is no such operation"))?;
        let when = match (self.calls, self.percent) {
            (None, None) => When::Every,
            (Some(calls), None) => When::Calls(calls),
            (None, Some(percent @ 0..=100)) => When::Percent {
                percent,
                seed: self.seed.unwrap_or_default().cast_unsigned(),
            },
            (None, Some(_)) => return Err(bad("percent must be from 0 to 100")),
            (Some(_), Some(_)) => return Err(bad("calls and percent exclude each other")),
        };
        if self.milliseconds.is_some_and(|millis| LONGEST < millis) {
            return Err(bad("milliseconds must be at most ten minutes"));
        }
        let kind = self.fault.parse();
        let fault = match kind.map_err(|_| bad("there is no such fault"))? {
            FaultKind::Latency => match self.milliseconds {
                Some(millis) => Fault::Latency(Duration::from_millis(millis)),
                None => return Err(bad("milliseconds must be given for LATENCY")),
            },
            FaultKind::Unavailable => Fault::Unavailable,
            FaultKind::UnknownException => Fault::UnknownException,
            FaultKind::Html503 => Fault::Html503 {
                retry_after: self.retry_after_seconds,
            },
            FaultKind::TooManyRequests => Fault::TooManyRequests {
                retry_after: self.retry_after_seconds.unwrap_or(1),
            },
            FaultKind::DropBefore => Fault::DropBefore,
            FaultKind::DropAfter => Fault::DropAfter,
            FaultKind::Truncate => Fault::Truncate,
        };
        Ok(Rule {
            operation,
            when,
            times: self.times,
            fault,
        })
    }
}

impl From<&Entry> for FaultBody {
    fn from(entry: &Entry) -> Self {
        let fault = entry.rule.fault;
        let milliseconds = match fault {
            Fault::Latency(wait) => u64::try_from(wait.as_millis()).ok(),
            _ => None,
        };
        let retry_after_seconds = match fault {
            Fault::Html503 { retry_after } => retry_after,
            Fault::TooManyRequests { retry_after } => Some(retry_after),
            _ => None,
        };
        let (calls, percent, seed) = match &entry.rule.when {
            When::Every => (None, None, None),
            When::Calls(calls) => (Some(calls.clone()), None, None),
            When::Percent { percent, seed } => (None, Some(*percent), Some(seed.cast_signed())),
        };
        Self {
            id: entry.id,
            seen: entry.seen,
            hits: entry.hits,
            rule: RuleBody {
                fault: fault.kind().as_str().to_owned(),
                operation: entry.rule.operation.map(|it| it.as_str().to_owned()),
                calls,
                percent,
                seed,
                times: entry.rule.times,
                milliseconds,
                retry_after_seconds,
            },
        }
    }
}

pub(super) async fn add(State(control): State<Control>, request: Request) -> Reply<FaultBody> {
    let rule = read::<RuleBody>(request).await?.check()?;
    let entry = control.faults.change(|faults| faults.add(rule));
    Ok(Json::plain(FaultBody::from(&entry)))
}

pub(super) async fn list(State(control): State<Control>) -> Reply<FaultsBody> {
    let all = |faults: &mut crate::faults::Faults| faults.list().iter().map(Into::into).collect();
    let faults = control.faults.change(all);
    Ok(Json::plain(FaultsBody { faults }))
}

pub(super) async fn remove(
    State(control): State<Control>,
    path: Result<Path<u64>, PathRejection>,
) -> Reply<FaultBody> {
    let id = path.map_err(|_| Refused::missing("fault rule"))?.0;
    let entry = control.faults.change(|faults| faults.remove(id));
    let entry = entry.ok_or_else(|| Refused::missing("fault rule"))?;
    Ok(Json::plain(FaultBody::from(&entry)))
}

pub(super) async fn clear(State(control): State<Control>) -> Reply<FaultsBody> {
    control.faults.change(|faults| faults.clear());
    let faults = Vec::new();
    Ok(Json::plain(FaultsBody { faults }))
}
