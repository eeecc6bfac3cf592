//! Who is told, and every delivery as a waterfall of its attempts.

use axum::extract::{RawQuery, State};
use maud::{Markup, html};
use partner_api_core::Timestamp;

use super::ask::Form;
use super::forms::{ADD_CHAOS, ADD_RECEIVER, CLEAR_CHAOS, REMOVE_RECEIVER, RESEND, TRIGGER};
use super::guard::Guest;
use super::parts::{clock_time, lower, short, state};
use super::{Reply, Web};
use crate::engine::{
    Attempt, Delivery, DeliveryId, EventId, Outcome, Receiver, ReceiverId, Snapshot, StoreError,
    Told,
};
use crate::webhooks::ChaosEntry;

/// How many deliveries a page shows.
const PAGE: usize = 40;

/// How many decisions one page goes back at most to find them.
const LOOKED_AT: u64 = 5_000;

/// One delivery.
type Row = (DeliveryId, Told, Delivery);

pub(super) async fn show(State(web): State<Web>, guest: Guest, RawQuery(query): RawQuery) -> Reply {
    let query = Form::read(query.unwrap_or_default().as_bytes());
    let before: Option<u64> = query.get("before").and_then(|it| it.parse().ok());
    let (receivers, rows, older) = web.look(|snapshot| {
        let (rows, older) = deliveries(snapshot, before)?;
        Ok((snapshot.receivers()?, rows, older))
    })?;
    let chaos: Vec<ChaosEntry> = web.0.control.chaos.change(|chaos| chaos.list().to_vec());
    let main = html! {
        div.titled {
            h1 { "Webhooks" }
            p.quiet { "The first attempt at once, then four more within about two minutes, by the virtual clock." }
        }
        div.columns.wide-left {
            section aria-labelledby="deliveries" {
                h2 #deliveries { "Deliveries" }
                div #resend { (guest.outcome_at("resend")) }
                @if rows.is_empty() {
                    p.quiet { @if receivers.is_empty() { "Nobody is told anything yet: add a receiver." } @else { "None yet." } }
                }
                (waterfall(&guest, &rows))
                nav.pages aria-label="More deliveries" {
                    @if before.is_some() { a href="/page/webhooks" { "Newest" } }
                    @if let Some(older) = older { a href={ "/page/webhooks?before=" (older) } rel="next" { "Older" } }
                }
            }
            div {
                (told(&guest, &receivers))
                (badly(&guest, &chaos))
            }
        }
    };
    Ok(web.page(&guest, "Webhooks", &main))
}

/// The last deliveries of decisions before a number, the last one first; and where older ones are.
fn deliveries(
    snapshot: &Snapshot<'_>,
    before: Option<u64>,
) -> Result<(Vec<Row>, Option<u64>), StoreError> {
    let last = snapshot.seq()?;
    let before = before.unwrap_or(u64::MAX).min(last.saturating_add(1));
    let mut ids: Vec<(DeliveryId, Delivery)> = Vec::new();
    // Backwards in stretches, since rows are read forwards.
    let (mut to, end) = (before, before.saturating_sub(LOOKED_AT));
    while end < to && ids.len() <= PAGE {
        let from = to.saturating_sub(500).max(end);
        let first = EventId {
            seq: from,
            index: 0,
        };
        let mut found = Vec::new();
        let after = from.checked_sub(1).map(|seq| DeliveryId {
            event: EventId {
                seq,
                index: u16::MAX,
            },
            receiver: ReceiverId::MAX,
        });
        snapshot.deliveries(after, |id, delivery| {
            let is_wanted = first <= id.event && id.event.seq < to;
            if is_wanted {
                found.push((id, delivery));
            }
            is_wanted
        })?;
        ids.extend(found.into_iter().rev());
        to = from;
    }
    let has_more = PAGE < ids.len();
    ids.truncate(PAGE);
    let mut rows = Vec::new();
    for (id, delivery) in ids {
        if let Some(told) = snapshot.event(id.event)? {
            rows.push((id, told, delivery));
        }
    }
    let older = match rows.last() {
        Some((id, ..)) if has_more => Some(id.event.seq),
        _ => (0 < end).then_some(end),
    };
    Ok((rows, older))
}

fn waterfall(guest: &Guest, rows: &[Row]) -> Markup {
    // One scale for all, so that they can be compared.
    let longest = rows.iter().map(|(_, told, delivery)| {
        let attempts = delivery.attempts.iter().map(|it| it.due);
        let last = attempts.chain(delivery.due).max().unwrap_or(told.at);
        last.since(told.at).as_secs_f64()
    });
    let longest = longest.fold(1.0, f64::max);
    html! {
        ol.deliveries {
            @for (id, told, delivery) in rows {
                li #{ "d" (id) } {
                    div.head {
                        strong { (told.announcement.kind) }
                        (state(&told.announcement.status))
                        code.id title=(told.announcement.object) { (short(&told.announcement.object)) }
                        span.came { (state(delivery.state.as_str())) }
                    }
                    (attempts(told, delivery, longest))
                    div.foot {
                        span.quiet {
                            a.seq href={ "/page/decisions/" (id.event.seq) } { "#" (id.event.seq) } " " (clock_time(told.at)) " to receiver " (id.receiver)
                            @for attempt in &delivery.attempts { " · " (came(attempt)) }
                            @if let Some(due) = delivery.due { " · next at " (clock_time(due)) }
                        }
                        (RESEND.button(guest, "resend", "Resend", &[("deliveryId", &id.to_string())]))
                    }
                }
            }
        }
    }
}

/// What came of an attempt, in a word.
fn came(attempt: &Attempt) -> String {
    let outcome = match attempt.outcome {
        Outcome::Status(status) => status.to_string(),
        Outcome::Failed(failure) => failure.as_str().to_ascii_lowercase(),
    };
    match attempt.chaos {
        Some(chaos) => format!("{outcome} ({})", lower(chaos.as_str())),
        None => outcome,
    }
}

const WIDTH: f64 = 600.0;

/// The attempts along the time since the event, each where it was due, the beginning drawn wider.
fn attempts(told: &Told, delivery: &Delivery, longest: f64) -> Markup {
    let place = |at: Timestamp| {
        let share = at.since(told.at).as_secs_f64().ln_1p() / longest.ln_1p();
        8.0 + share * (WIDTH - 16.0)
    };
    let last = delivery.attempts.last().map(|it| it.due).or(delivery.due);
    html! {
        svg.attempts viewBox={ "0 0 " (WIDTH) " 18" } role="img" aria-label={ (delivery.attempts.len()) " attempts" } {
            line.axis x1="8" x2=(WIDTH - 8.0) y1="9" y2="9" {}
            @if let Some(last) = last { line.span x1=(place(told.at)) x2=(place(last)) y1="9" y2="9" {} }
            @for attempt in &delivery.attempts {
                @let class = if attempt.outcome.is_acknowledged() { "good" } else { "bad" };
                circle.(class) cx=(place(attempt.due)) cy="9" r="6" {
                    title {
                        "attempt " (attempt.number) ", due " (attempt.due) ", made " (attempt.at) ": " (came(attempt)) ", "
                        (attempt.took.as_millis()) " ms, " (attempt.body_bytes) " bytes"
                    }
                }
            }
            @if let Some(due) = delivery.due { circle.due cx=(place(due)) cy="9" r="5.5" { title { "next at " (due) } } }
        }
    }
}

fn told(guest: &Guest, receivers: &[(ReceiverId, Receiver)]) -> Markup {
    html! {
        section aria-labelledby="receivers" {
            h2 #receivers { "Receivers" }
            div #remove { (guest.outcome_at("remove")) }
            @if receivers.is_empty() { p.quiet { "None." } }
            ul.switches {
                @for (id, receiver) in receivers {
                    li {
                        div {
                            strong { (id) ": " (receiver.url) } " "
                            span.quiet { @match &receiver.kinds { None => "every event", Some(kinds) => { (kinds.len()) " kinds of event" } } }
                        }
                        (REMOVE_RECEIVER.button(guest, "remove", "Remove", &[("receiverId", &id.to_string())]))
                    }
                }
            }
            (ADD_RECEIVER.sheet(guest, &[]))
            (TRIGGER.sheet(guest, &[]))
        }
    }
}

fn badly(guest: &Guest, chaos: &[ChaosEntry]) -> Markup {
    html! {
        section aria-labelledby="badly" {
            h2 #badly { "Deliver badly on purpose" }
            div #chaos { (guest.outcome_at("chaos")) }
            ul.switches {
                @for entry in chaos {
                    li data-on="true" {
                        div {
                            strong { (lower(entry.rule.mischief.as_str())) } " "
                            span.quiet {
                                (entry.rule.event.map_or("every event", |it| it.as_str())) ", " (entry.rule.percent) " %, hits: " (entry.hits)
                            }
                        }
                    }
                }
            }
            (ADD_CHAOS.sheet(guest, &[]))
            @if !chaos.is_empty() { (CLEAR_CHAOS.button(guest, "chaos", "Switch all off", &[])) }
        }
    }
}
