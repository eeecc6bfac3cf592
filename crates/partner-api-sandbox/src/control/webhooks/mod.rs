//! Who is told what happens, and what became of it.

mod bodies;

use std::time::Duration;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, Request, State};
use axum::routing::{delete, get, post};
use tokio::time::Instant;

pub(crate) use bodies::is_secret;
use bodies::{
    ChaosBody, ChaosRequest, ChaosRules, Deliveries, DeliveryBody, EventBody, Events, Filter,
    ReceiverBody, ReceiverRequest, Receivers, ReplayRequest, Replayed, TriggerRequest,
};

use super::{Control, Json, Refused, Reply, read};
use crate::engine::outbox::Errand;
use crate::engine::{DeliveryId, EventId, ReceiverId, Snapshot, StoreError, Told};
use crate::webhooks::{body, sample};

/// How many events or deliveries one answer holds, where the caller does not say.
const PAGE: usize = 100;

/// How many it holds at most, and how many deliveries one call may repeat.
const PAGE_MAX: usize = 1_000;

/// How many deliveries are looked at for one answer.
const LOOKED_AT: usize = 10_000;

/// How long a call may wait for an event.
const WAIT_MAX: Duration = Duration::from_secs(30);

/// The paths under `/webhooks`.
pub(super) fn routes() -> Router<Control> {
    Router::new()
        .route("/webhooks/receivers", get(receivers).post(add_receiver))
        .route("/webhooks/receivers/{receiverId}", delete(remove_receiver))
        .route("/webhooks/events", get(events))
        .route("/webhooks/deliveries", get(deliveries))
        .route("/webhooks/deliveries/{deliveryId}", get(delivery))
        .route("/webhooks/deliveries/{deliveryId}/resend", post(resend))
        .route("/webhooks/replay", post(replay))
        .route("/webhooks/trigger", post(trigger))
        .route(
            "/webhooks/chaos",
            get(chaos).post(add_chaos).delete(clear_chaos),
        )
}

async fn receivers(State(control): State<Control>) -> Reply<Receivers> {
    let (seq, found) = control.look(|snapshot| snapshot.receivers())?;
    let receivers = found.into_iter();
    let receivers = receivers.map(|(id, receiver)| ReceiverBody::new(id, receiver));
    let receivers = receivers.collect();
    Ok(Json::at(seq, Receivers { receivers }))
}

async fn add_receiver(State(control): State<Control>, request: Request) -> Reply<ReceiverBody> {
    let receiver = read::<ReceiverRequest>(request).await?;
    let receiver = receiver.check(control.webhooks.anywhere)?;
    let id = control.engine.errand(Errand::Add(receiver.clone())).await?;
    let id = ReceiverId::try_from(id).unwrap_or_default();
    Ok(Json::plain(ReceiverBody::new(id, receiver)))
}

async fn remove_receiver(
    State(control): State<Control>,
    path: Result<Path<ReceiverId>, PathRejection>,
) -> Reply<ReceiverBody> {
    let Path(id) = path.map_err(|_| Refused::missing("receiver"))?;
    let (_, found) = control.look(|snapshot| snapshot.receivers())?;
    let found = found.into_iter().find(|(it, _)| *it == id);
    let (_, receiver) = found.ok_or_else(|| Refused::missing("receiver"))?;
    if control.engine.errand(Errand::Remove(id)).await? == 0 {
        return Err(Refused::missing("receiver"));
    }
    Ok(Json::plain(ReceiverBody::new(id, receiver)))
}

/// What stands in a query, each word once.
struct Query(Vec<(String, String)>);

impl Query {
    fn read(query: Option<&str>, known: &[&str]) -> Result<Self, Refused> {
        let query = query.unwrap_or_default().as_bytes();
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query).into_owned().collect();
        for (index, (name, _)) in pairs.iter().enumerate() {
            let is_again = pairs[..index].iter().any(|(it, _)| it == name);
            if is_again || !known.contains(&&**name) {
                return Err(Self::malformed());
            }
        }
        Ok(Self(pairs))
    }

    fn malformed() -> Refused {
        Refused::bad("the query is malformed", "see openapi/sandbox.yaml")
    }

    fn get<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Refused> {
        let found = self.0.iter().find(|(it, _)| it == name);
        let found = found.map(|(_, text)| text.parse());
        found.transpose().map_err(|_| Self::malformed())
    }

    /// A number of 63 bits, as the specification has them.
    fn number(&self, name: &str) -> Result<Option<u64>, Refused> {
        let number = self.get::<i64>(name)?.map(u64::try_from);
        number.transpose().map_err(|_| Self::malformed())
    }

    fn limit(&self) -> Result<usize, Refused> {
        match self.number("limit")? {
            None => Ok(PAGE),
            Some(0) => Err(Self::malformed()),
            Some(limit) => Ok(usize::try_from(limit).unwrap_or(PAGE_MAX).min(PAGE_MAX)),
        }
    }
}

async fn events(State(control): State<Control>, RawQuery(query): RawQuery) -> Reply<Events> {
    let query = Query::read(query.as_deref(), &["after", "limit", "waitMilliseconds"])?;
    let limit = query.limit()?;
    let wait = query.number("waitMilliseconds")?.map(Duration::from_millis);
    let deadline = Instant::now() + wait.unwrap_or_default().min(WAIT_MAX);
    let mut pulse = control.engine.pulse();
    let (seq, mut after) = match query.get("after")? {
        Some(after) => (None, after),
        None => {
            let (seq, ()) = control.look(|_| Ok(()))?;
            (
                Some(seq),
                EventId {
                    seq,
                    index: u16::MAX,
                },
            )
        }
    };
    // Without a beginning nothing has happened yet.
    let mut waits = seq.is_none() || wait.is_some();
    loop {
        pulse.mark_unchanged();
        let (seq, (events, next)) =
            control.look(|snapshot| events_after(snapshot, after, limit))?;
        // What was read and tells nothing is not read again.
        after = next;
        waits = waits && events.is_empty() && !control.is_stopping();
        let is_behind = after.seq < seq;
        if !waits || (!is_behind && deadline <= Instant::now()) {
            let next = after.to_string();
            return Ok(Json::at(seq, Events { events, next }));
        }
        if !is_behind {
            tokio::select! {
                _ = pulse.changed() => {}
                () = tokio::time::sleep_until(deadline) => {}
                () = control.stopped() => {}
            }
        }
    }
}

/// At most `limit` events behind `after`, and what to ask for next.
fn events_after(
    snapshot: &Snapshot<'_>,
    after: EventId,
    limit: usize,
) -> Result<(Vec<EventBody>, EventId), StoreError> {
    let mut found: Vec<Told> = Vec::new();
    let read = snapshot.announced(after.seq.saturating_sub(1), |told| {
        found.extend(told.into_iter().filter(|it| after < it.id));
        found.len() < limit
    })?;
    found.truncate(limit);
    let next = match found.last() {
        Some(last) if found.len() == limit => last.id,
        _ => after.max(EventId {
            seq: read,
            index: u16::MAX,
        }),
    };
    let mut events = Vec::with_capacity(found.len());
    for told in found {
        let body = body(snapshot, &told.announcement)?;
        events.push(EventBody::new(told, body));
    }
    Ok((events, next))
}

async fn deliveries(
    State(control): State<Control>,
    RawQuery(query): RawQuery,
) -> Reply<Deliveries> {
    let known = ["after", "limit", "event", "objectId", "state", "receiverId"];
    let query = Query::read(query.as_deref(), &known)?;
    let limit = query.limit()?;
    let after: Option<DeliveryId> = query.get("after")?;
    let filter = Filter {
        kind: query
            .get::<String>("event")?
            .map(|name| bodies::kind(&name))
            .transpose()?,
        object: query.get("objectId")?,
        state: query.get("state")?,
        receiver: query.get("receiverId")?,
    };
    let (seq, body) = control.look(|snapshot| page(snapshot, after, limit, &filter))?;
    Ok(Json::at(seq, body))
}

fn page(
    snapshot: &Snapshot<'_>,
    after: Option<DeliveryId>,
    limit: usize,
    filter: &Filter,
) -> Result<Deliveries, StoreError> {
    let (mut found, mut looked_at, mut next) = (Vec::new(), 0, None);
    let mut last = after;
    let mut failed = Ok(());
    snapshot.deliveries(after, |id, delivery| {
        if found.len() == limit || looked_at == LOOKED_AT {
            next = last;
            return false;
        }
        last = Some(id);
        looked_at += 1;
        if filter.takes_delivery(id, &delivery) {
            match snapshot.event(id.event) {
                Ok(Some(told)) if filter.takes_event(&told) => found.push((id, told, delivery)),
                Ok(_) => {}
                Err(error) => {
                    failed = Err(error);
                    return false;
                }
            }
        }
        true
    })?;
    failed?;
    let mut deliveries = Vec::with_capacity(found.len());
    for (id, told, delivery) in found {
        let body = body(snapshot, &told.announcement)?;
        deliveries.push(DeliveryBody::new(id, told, delivery, body));
    }
    Ok(Deliveries {
        deliveries,
        next: next.map(|it| it.to_string()),
    })
}

type PathId = Result<Path<String>, PathRejection>;

fn delivery_id(path: PathId) -> Result<DeliveryId, Refused> {
    let missing = || Refused::missing("delivery");
    let Path(text) = path.map_err(|_| missing())?;
    text.parse().map_err(|_| missing())
}

async fn delivery(State(control): State<Control>, path: PathId) -> Reply<DeliveryBody> {
    let id = delivery_id(path)?;
    let (seq, found) = control.look(|snapshot| {
        let (Some(told), Some(delivery)) = (snapshot.event(id.event)?, snapshot.delivery(id)?)
        else {
            return Ok(None);
        };
        let body = body(snapshot, &told.announcement)?;
        Ok(Some(DeliveryBody::new(id, told, delivery, body)))
    })?;
    let body = found.ok_or_else(|| Refused::missing("delivery"))?;
    Ok(Json::at(seq, body))
}

async fn resend(State(control): State<Control>, path: PathId) -> Reply<Replayed> {
    let id = delivery_id(path)?;
    let deliveries = control.engine.errand(Errand::Resend(vec![id])).await?;
    if deliveries == 0 {
        return Err(Refused::missing("delivery"));
    }
    Ok(Json::plain(Replayed {
        deliveries,
        next_seq: None,
    }))
}

async fn replay(State(control): State<Control>, request: Request) -> Reply<Replayed> {
    let request: ReplayRequest = read(request).await?;
    let (_, (ids, next_seq)) = control.look(|snapshot| repeated(snapshot, &request))?;
    let deliveries = control.engine.errand(Errand::Resend(ids)).await?;
    Ok(Json::plain(Replayed {
        deliveries,
        next_seq,
    }))
}

/// The deliveries that a replay asks for, in order, and where the next call goes on.
fn repeated(
    snapshot: &Snapshot<'_>,
    request: &ReplayRequest,
) -> Result<(Vec<DeliveryId>, Option<u64>), StoreError> {
    let mut receivers = snapshot.receivers()?;
    if let Some(only) = request.receiver_id {
        receivers.retain(|(id, _)| *id == only);
    }
    let since = match request.from {
        Some(from) => snapshot.first_since(from)?,
        None => 0,
    };
    let from = request.from_seq.unwrap_or(0).max(since);
    let is_over = |told: &Told| {
        request.to_seq.is_some_and(|to| to < told.id.seq)
            || request.to.is_some_and(|to| to < told.at)
    };
    let (mut ids, mut next, mut read) = (Vec::new(), None, from.saturating_sub(1));
    loop {
        let mut ends = false;
        let last = snapshot.announced(read, |told| {
            ends = told.iter().any(is_over);
            if ends {
                return false;
            }
            let wanted = told.iter().flat_map(|told| {
                let wanting = receivers.iter();
                let wanting = wanting.filter(|(_, it)| it.wants(told.announcement.kind));
                wanting.map(|(receiver, _)| DeliveryId {
                    event: told.id,
                    receiver: *receiver,
                })
            });
            let wanted: Vec<_> = wanted.collect();
            // A decision's events are repeated together, even where they alone are too many.
            if !ids.is_empty() && PAGE_MAX < ids.len() + wanted.len() {
                next = told.first().map(|told| told.id.seq);
                return false;
            }
            ids.extend(wanted);
            true
        })?;
        if ends || next.is_some() || last == read {
            return Ok((ids, next));
        }
        read = last;
    }
}

async fn trigger(State(control): State<Control>, request: Request) -> Reply<EventBody> {
    let request: TriggerRequest = read(request).await?;
    let announcement = sample(bodies::kind(&request.event)?);
    let seq = control.engine.errand(Errand::Trigger(announcement)).await?;
    let (_, found) = control.look(|snapshot| {
        let Some(told) = snapshot.event(EventId { seq, index: 0 })? else {
            return Ok(None);
        };
        let body = body(snapshot, &told.announcement)?;
        Ok(Some(EventBody::new(told, body)))
    })?;
    let body = found.ok_or_else(|| Refused::missing("event"))?;
    Ok(Json::at(seq, body))
}

async fn add_chaos(State(control): State<Control>, request: Request) -> Reply<ChaosBody> {
    let rule = read::<ChaosRequest>(request).await?.check()?;
    let entry = control.chaos.change(|chaos| chaos.add(rule));
    Ok(Json::plain(ChaosBody::from(&entry)))
}

async fn chaos(State(control): State<Control>) -> Reply<ChaosRules> {
    let rules = control
        .chaos
        .change(|chaos| chaos.list().iter().map(Into::into).collect());
    Ok(Json::plain(ChaosRules { rules }))
}

async fn clear_chaos(State(control): State<Control>) -> Reply<ChaosRules> {
    control.chaos.change(|chaos| chaos.clear());
    let rules = Vec::new();
    Ok(Json::plain(ChaosRules { rules }))
}
