//! Bodies about webhooks, as `openapi/sandbox.yaml` has them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use axum::http::HeaderValue;
use partner_api_core::Timestamp;
use partner_api_types::EventKind;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::super::Refused;
use crate::engine::{
    Attempt, Delivery, DeliveryId, DeliveryState, Failure, Mischief, Outcome, Receiver, ReceiverId,
    Told,
};
use crate::webhooks::{ChaosEntry, ChaosRule, check_url};

#[derive(Debug, Deserialize)]
pub(super) struct ReceiverRequest {
    url: String,
    secret: String,
    bearer: Option<bool>,
    events: Option<Vec<String>>,
    paths: Option<Vec<EventPath>>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct EventPath {
    event: String,
    path: String,
}

impl ReceiverRequest {
    pub(super) fn check(self, anywhere: bool) -> Result<Receiver, Refused> {
        let see = "see ReceiverRequest in openapi/sandbox.yaml";
        let url = check_url(&self.url, anywhere).map_err(|it| Refused::bad(it.to_string(), see))?;
        if !is_secret(&self.secret) {
            let error = "the secret cannot travel in a header";
            return Err(Refused::bad(error, "give visible ASCII without spaces"));
        }
        let mut paths = BTreeMap::new();
        for EventPath { event, path } in self.paths.unwrap_or_default() {
            if !path.starts_with('/') || format!("{url}{path}").parse::<axum::http::Uri>().is_err()
            {
                return Err(Refused::bad("a path is malformed", see));
            }
            paths.insert(kind(&event)?, path);
        }
        let kinds = self.events.filter(|it| !it.is_empty());
        let kinds = kinds.map(|events| events.iter().map(|it| kind(it)).collect());
        let kinds: Option<BTreeSet<_>> = kinds.transpose()?;
        Ok(Receiver {
            url,
            secret: self.secret,
            bearer: self.bearer.unwrap_or(false),
            paths,
            kinds,
        })
    }
}

/// Whether a secret can be sent.
pub(crate) fn is_secret(secret: &str) -> bool {
    let is_visible = secret.bytes().all(|byte| byte.is_ascii_graphic());
    !secret.is_empty() && is_visible && HeaderValue::try_from(secret).is_ok()
}

/// The event of this name.
pub(super) fn kind(name: &str) -> Result<EventKind, Refused> {
    let remedy = "give a name of x-webhooks in openapi/partner-api.yaml, such as p2p_transfer";
    name.parse()
        .map_err(|_| Refused::bad("there is no such event", remedy))
}

#[derive(Debug, Serialize)]
pub(super) struct ReceiverBody {
    id: ReceiverId,
    url: String,
    bearer: bool,
    events: Vec<&'static str>,
    paths: Vec<EventPath>,
}

impl ReceiverBody {
    pub(super) fn new(id: ReceiverId, receiver: Receiver) -> Self {
        let kinds = receiver.kinds.unwrap_or_default().into_iter();
        let paths = receiver.paths.into_iter();
        Self {
            id,
            url: receiver.url,
            bearer: receiver.bearer,
            events: kinds.map(EventKind::as_str).collect(),
            paths: paths
                .map(|(kind, path)| EventPath {
                    event: kind.to_string(),
                    path,
                })
                .collect(),
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Receivers {
    pub(super) receivers: Vec<ReceiverBody>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EventBody {
    id: String,
    #[serde(flatten)]
    about: About,
}

/// What is told, for events and deliveries alike.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct About {
    event: &'static str,
    path: &'static str,
    object_id: String,
    status: String,
    at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
}

impl About {
    fn new(told: Told, body: Option<Vec<u8>>) -> Self {
        let kind = told.announcement.kind;
        Self {
            event: kind.as_str(),
            path: kind.webhook().path,
            object_id: told.announcement.object,
            status: told.announcement.status,
            at: told.at,
            body: body.and_then(|body| String::from_utf8(body).ok()),
        }
    }
}

impl EventBody {
    pub(super) fn new(told: Told, body: Option<Vec<u8>>) -> Self {
        Self {
            id: told.id.to_string(),
            about: About::new(told, body),
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Events {
    pub(super) events: Vec<EventBody>,
    pub(super) next: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DeliveryBody {
    id: String,
    receiver_id: ReceiverId,
    #[serde(flatten)]
    about: About,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<Timestamp>,
    attempts: Vec<AttemptBody>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AttemptBody {
    number: u32,
    due_at: Timestamp,
    at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    http_status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<&'static str>,
    milliseconds: u64,
    body_bytes: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    chaos: Option<&'static str>,
}

impl DeliveryBody {
    pub(super) fn new(
        id: DeliveryId,
        told: Told,
        delivery: Delivery,
        body: Option<Vec<u8>>,
    ) -> Self {
        Self {
            id: id.to_string(),
            receiver_id: id.receiver,
            about: About::new(told, body),
            state: delivery.state.as_str(),
            due_at: delivery.due,
            attempts: delivery.attempts.iter().map(AttemptBody::new).collect(),
        }
    }
}

impl AttemptBody {
    fn new(attempt: &Attempt) -> Self {
        let (http_status, failure) = match attempt.outcome {
            Outcome::Status(status) => (Some(status), None),
            Outcome::Failed(failure) => (None, Some(Failure::as_str(failure))),
        };
        Self {
            number: attempt.number,
            due_at: attempt.due,
            at: attempt.at,
            http_status,
            failure,
            milliseconds: u64::try_from(attempt.took.as_millis()).unwrap_or(u64::MAX),
            body_bytes: attempt.body_bytes,
            chaos: attempt.chaos.map(Mischief::as_str),
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Deliveries {
    pub(super) deliveries: Vec<DeliveryBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
}

/// Which deliveries are listed.
#[derive(Debug, Default)]
pub(super) struct Filter {
    pub(super) kind: Option<EventKind>,
    pub(super) object: Option<String>,
    pub(super) state: Option<DeliveryState>,
    pub(super) receiver: Option<ReceiverId>,
}

impl Filter {
    /// As far as the delivery alone says.
    pub(super) fn takes_delivery(&self, id: DeliveryId, delivery: &Delivery) -> bool {
        self.state.is_none_or(|state| state == delivery.state)
            && self.receiver.is_none_or(|receiver| receiver == id.receiver)
    }

    /// As far as what is told says.
    pub(super) fn takes_event(&self, told: &Told) -> bool {
        let told = &told.announcement;
        self.kind.is_none_or(|kind| kind == told.kind)
            && self
                .object
                .as_ref()
                .is_none_or(|object| *object == told.object)
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReplayRequest {
    #[serde(default, deserialize_with = "number")]
    pub(super) from_seq: Option<u64>,
    #[serde(default, deserialize_with = "number")]
    pub(super) to_seq: Option<u64>,
    pub(super) from: Option<Timestamp>,
    pub(super) to: Option<Timestamp>,
    pub(super) receiver_id: Option<ReceiverId>,
}

/// A number of 63 bits, as the specification has them.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let number = i64::deserialize(deserializer)?;
    u64::try_from(number).map(Some).map_err(D::Error::custom)
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Replayed {
    pub(super) deliveries: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_seq: Option<u64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct TriggerRequest {
    pub(super) event: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct ChaosRequest {
    chaos: String,
    event: Option<String>,
    percent: Option<u64>,
    seed: Option<i64>,
    #[serde(default, deserialize_with = "number")]
    times: Option<u64>,
    milliseconds: Option<u64>,
}

impl ChaosRequest {
    pub(super) fn check(self) -> Result<ChaosRule, Refused> {
        /// A day.
        const LONGEST: u64 = 24 * 60 * 60 * 1_000;
        let bad = |error: &str| Refused::bad(error, "see ChaosRequest in openapi/sandbox.yaml");
        let percent = self.percent.unwrap_or(100);
        if 100 < percent {
            return Err(bad("percent must be from 0 to 100"));
        }
        let millis = self.milliseconds.unwrap_or(3_000);
        if LONGEST < millis {
            return Err(bad("milliseconds must be at most a day"));
        }
        Ok(ChaosRule {
            mischief: self
                .chaos
                .parse()
                .map_err(|_| bad("there is no such chaos"))?,
            event: self.event.as_deref().map(kind).transpose()?,
            percent,
            seed: self.seed.unwrap_or_default().cast_unsigned(),
            times: self.times,
            delay: Duration::from_millis(millis),
        })
    }
}

#[derive(Debug, Serialize)]
pub(super) struct ChaosBody {
    id: u64,
    chaos: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<&'static str>,
    percent: u64,
    seed: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<u64>,
    milliseconds: u64,
    hits: u64,
}

impl From<&ChaosEntry> for ChaosBody {
    fn from(entry: &ChaosEntry) -> Self {
        let rule = entry.rule;
        Self {
            id: entry.id,
            chaos: rule.mischief.as_str(),
            event: rule.event.map(EventKind::as_str),
            percent: rule.percent,
            seed: rule.seed.cast_signed(),
            times: rule.times,
            milliseconds: u64::try_from(rule.delay.as_millis()).unwrap_or(u64::MAX),
            hits: entry.hits,
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct ChaosRules {
    pub(super) rules: Vec<ChaosBody>,
}
