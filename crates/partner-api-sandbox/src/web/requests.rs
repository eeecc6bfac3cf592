//! The last calls to the Partner API's port, redacted; each can be sent again by curl, or made into a test.

use std::time::SystemTime;

use axum::extract::{Path, RawQuery, State};
use maud::{Markup, html};
use partner_api_core::user::Standing;
use partner_api_core::{Timestamp, UserId};
use partner_api_types::Method;
use percent_encoding::percent_decode_str;

use super::ask::Form;
use super::guard::Guest;
use super::parts::{clock_time, copy, phrase, rule};
use super::{Reply, Trouble, Web, snippet};
use crate::engine::{Snapshot, StoreError};
use crate::requests::{Body, Entry, names_user};

/// How many calls a page shows.
const PAGE: usize = 50;

/// What stands in the place of the partner's id of a user who is closed.
const CLOSED: &str = "closed-user";

pub(super) async fn list(State(web): State<Web>, guest: Guest, RawQuery(query): RawQuery) -> Reply {
    let query = Form::read(query.unwrap_or_default().as_bytes());
    let before: Option<u64> = query.get("before").and_then(|it| it.parse().ok());
    let log = &web.0.requests;
    let found = log.last(before, PAGE);
    let entries = web.shown(found)?;
    let main = html! {
        div.titled {
            h1 { "Requests" }
            @if log.is_kept() { p.quiet { "The last " (log.capacity()) " calls to the Partner API, redacted before they were kept." } }
        }
        @if !log.is_kept() { p { "No requests are kept: the sandbox was started without a log of them." } }
        @else if entries.is_empty() { p { "Nobody has called yet." } }
        @else {
            table.stack.log {
                thead { tr { th { "Call" } th { "Status" } th { "Rule" } th.num { "Duration" } th { "When" } th { "Copy as" } } }
                tbody { @for entry in &entries { (row(&web, entry)) } }
            }
        }
        nav.pages aria-label="More requests" {
            @if before.is_some() { a href="/page/requests" { "Newest" } }
            @if let Some(last) = entries.last().filter(|_| entries.len() == PAGE) { a href={ "/page/requests?before=" (last.number) } rel="next" { "Older" } }
        }
    };
    Ok(web.page(&guest, "Requests", &main))
}

pub(super) async fn show(
    State(web): State<Web>,
    guest: Guest,
    Path(number): Path<String>,
) -> Reply {
    let number: u64 = number.parse().map_err(|_| Trouble::missing("request"))?;
    let found = web.0.requests.get(number);
    let entry = web.shown(found.into_iter().collect())?.pop();
    let entry = entry.ok_or_else(|| Trouble::missing("request"))?;
    let operation = entry.operation.operation();
    let curl = web.curl(&entry);
    let test = snippet::test(&entry);
    let main = html! {
        h1 { (phrase(entry.operation.as_str())) " " (status(&entry)) }
        p { code { (operation.method.as_str()) " " (entry.path) } @if let Some(query) = &entry.sent.query { code { "?" (query) } } }
        dl.facts.spaced {
            div { dt { "Duration" } dd { (duration(entry.micros)) } }
            @if let Some(broken) = entry.rule { div { dt { "Rule" } dd { (rule(broken)) " " (broken.broken()) "; " (broken.remedy()) } } }
            @if let Some(fault) = entry.fault { div { dt { "Fault" } dd { (super::parts::lower(fault)) } } }
            div { dt { @if operation.method == Method::Get { "Saw decision" } @else { "Decision" } } dd { a href={ "/page/decisions/" (entry.seq) } { "#" (entry.seq) } } }
        }
        @match &entry.sent.body {
            Some(Body::Json(body)) => { section { h2 { "Body, redacted" } pre { (snippet::pretty(body)) } } }
            Some(Body::Bytes(bytes)) => { p.quiet { "The body had " (bytes) " bytes, which are not kept." } }
            None => {}
        }
        section { h2 { "As curl " (copy(&curl, "copy")) } pre { (curl) } }
        @match test {
            Some(test) => { section { h2 { "As a Rust test " (copy(&test, "copy")) } pre { (test) } } }
            None => { p.quiet { "Files and pages are not part of the generated client, so there is no test for this one." } }
        }
    };
    Ok(web.page(&guest, "Request", &main))
}

fn row(web: &Web, entry: &Entry) -> Markup {
    let operation = entry.operation.operation();
    html! {
        tr {
            th scope="row" {
                a href={ "/page/requests/" (entry.number) } { code { (operation.method.as_str()) " " (entry.path) } }
            }
            td data-label="Status" { (status(entry)) }
            td data-label="Rule" {
                @if let Some(broken) = entry.rule { (rule(broken)) }
                @if let Some(fault) = entry.fault { span.chip.wait { "fault: " (super::parts::lower(fault)) } }
            }
            td.num data-label="Duration" { (duration(entry.micros)) }
            td data-label="When" { (clock_time(moment(entry.at))) }
            td.copies {
                (copy(&web.curl(entry), "curl"))
                @if let Some(test) = snippet::test(entry) { (copy(&test, "Rust test")) }
            }
        }
    }
}

fn status(entry: &Entry) -> Markup {
    match entry.status {
        Some(status @ 200..=299) => html! { span.chip.good { (status) } },
        Some(status) => html! { span.chip.bad { (status) } },
        None => html! { span.chip.bad { "cut" } },
    }
}

fn duration(micros: u32) -> String {
    match micros {
        0..=999 => format!("{micros} µs"),
        _ => format!("{}.{} ms", micros / 1_000, micros % 1_000 / 100),
    }
}

/// Real time, as the page writes moments.
fn moment(at: SystemTime) -> Timestamp {
    let since = at
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::EPOCH.plus(since)
}

impl Web {
    fn curl(&self, entry: &Entry) -> String {
        snippet::curl(&self.0.api_url, entry)
    }

    /// Calls as they may be shown: without the partner's ids of users who are closed, and without what was forgotten.
    fn shown(&self, entries: Vec<Entry>) -> Result<Vec<Entry>, Trouble> {
        let forgotten = *self.0.control.engine.receivers().borrow();
        self.look(|snapshot| {
            let known = entries.into_iter().filter(|it| forgotten <= it.seq);
            known.map(|entry| without_closed(snapshot, entry)).collect()
        })
    }
}

fn without_closed(snapshot: &Snapshot<'_>, mut entry: Entry) -> Result<Entry, StoreError> {
    let template = entry.operation.operation().path;
    let mut path = Vec::new();
    for (wanted, part) in template.split('/').zip(entry.path.split('/')) {
        let names_user = wanted
            .strip_prefix('{')
            .is_some_and(|it| names_user(it.trim_end_matches('}')));
        let id = percent_decode_str(part).decode_utf8_lossy();
        path.push(match names_user && is_closed(snapshot, &id)? {
            true => CLOSED,
            false => part,
        });
    }
    entry.path = path.join("/").into();
    if let Some(Body::Json(body)) = &entry.sent.body
        && let Ok(serde_json::Value::Object(mut fields)) = serde_json::from_str(body)
    {
        let mut is_changed = false;
        for (name, value) in &mut fields {
            if names_user(name)
                && let Some(id) = value.as_str()
                && is_closed(snapshot, id)?
            {
                *value = CLOSED.into();
                is_changed = true;
            }
        }
        if is_changed {
            let body = serde_json::Value::Object(fields).to_string();
            entry.sent.body = Some(Body::Json(body.into()));
        }
    }
    Ok(entry)
}

fn is_closed(snapshot: &Snapshot<'_>, id: &str) -> Result<bool, StoreError> {
    let Ok(id) = UserId::new(id) else {
        return Ok(false);
    };
    let user = snapshot.user(&id)?;
    Ok(user.is_some_and(|user| user.standing == Standing::Closed))
}
