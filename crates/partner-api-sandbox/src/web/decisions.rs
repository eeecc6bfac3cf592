//! The log of decisions, and each of them opened up: what it moved, leg by leg, and what was told of it.

use axum::extract::{Path, RawQuery, State};
use maud::{Markup, html};
use partner_api_core::ledger::Account;
use std::collections::BTreeMap;

use super::ask::Form;
use super::guard::Guest;
use super::parts::{change, clock_time, money, phrase, rule, short, state};
use super::timeline::object;
use super::{Reply, Trouble, Web};
use crate::engine::{Booking, Decision};

/// How many decisions a page shows.
const PAGE: u64 = 50;

pub(super) async fn list(State(web): State<Web>, guest: Guest, RawQuery(query): RawQuery) -> Reply {
    let query = Form::read(query.unwrap_or_default().as_bytes());
    let before: Option<u64> = query.get("before").and_then(|it| it.parse().ok());
    let (found, first) = web.look(|snapshot| {
        let last = snapshot.seq()?;
        let before = before.unwrap_or(u64::MAX).min(last.saturating_add(1));
        let after = before.saturating_sub(PAGE + 1);
        let mut found = snapshot.decisions(after, PAGE as usize)?;
        found.retain(|it| it.seq < before);
        found.reverse();
        Ok((found, after))
    })?;
    let main = html! {
        div.titled {
            h1 { "Decisions" }
            p.quiet { "Everything that was decided, refusals included; each has a number." }
        }
        table.stack.log {
            thead { tr { th { "Number" } th { "Virtual time" } th { "Decision" } th { "About" } th { "Outcome" } } }
            tbody { @for decision in &found { (row(decision)) } }
        }
        nav.pages aria-label="More decisions" {
            @if before.is_some() { a href="/page/decisions" { "Newest" } }
            @if 0 < first { a href={ "/page/decisions?before=" (first + 1) } rel="next" { "Older" } }
        }
    };
    Ok(web.page(&guest, "Decisions", &main))
}

fn row(decision: &Decision) -> Markup {
    html! {
        tr {
            th scope="row" { a.seq href={ "/page/decisions/" (decision.seq) } { "#" (decision.seq) } }
            td data-label="Virtual time" { (clock_time(decision.at)) }
            td data-label="Decision" { (phrase(decision.deed.as_str())) }
            td data-label="About" { (about(decision)) }
            td data-label="Outcome" {
                @match decision.rule {
                    Some(broken) => { (rule(broken)) }
                    None => {
                        @if decision.bookings.is_empty() { span.quiet { "done" } }
                        @else { (decision.bookings.len()) @if decision.bookings.len() == 1 { " movement" } @else { " movements" } }
                    }
                }
            }
        }
    }
}

/// Whom and what it was about.
fn about(decision: &Decision) -> Markup {
    html! {
        @for holder in decision.subject.holders.iter().flatten() {
            a href={ "/page/users/" (holder) } { "user " code.id { (short(&holder.to_string())) } } " "
        }
        @if let Some((kind, id)) = &decision.subject.object { (object(*kind, id)) " " }
        @if let Some(of) = decision.subject.money { (money(of.amount().atoms().into(), of.currency())) }
    }
}

pub(super) async fn show(State(web): State<Web>, guest: Guest, Path(seq): Path<String>) -> Reply {
    let seq: u64 = seq.parse().map_err(|_| Trouble::missing("decision"))?;
    let found = web.look(|snapshot| snapshot.decisions(seq.saturating_sub(1), 1))?;
    let decision = found.into_iter().find(|it| it.seq == seq);
    let decision = decision.ok_or_else(|| Trouble::missing("decision"))?;
    let main = html! {
        h1 { (phrase(decision.deed.as_str())) " " small { "decision " (decision.seq) } }
        p { time datetime=(decision.at) { (decision.at) } " " (about(&decision)) }
        @if let Some(broken) = decision.rule {
            p.outcome.refused { strong { "Refused: " (broken.broken()) } "; " (broken.remedy()) " " (rule(broken)) }
        }
        @for booking in &decision.bookings { (legs(booking)) }
        @if decision.bookings.is_empty() { p.quiet { "It moved no money." } }
        @if !decision.announced.is_empty() {
            section aria-labelledby="told" {
                h2 #told { "What the partner is told" }
                ul { @for it in &decision.announced { li { (it.kind) " " (state(&it.status)) " about " code.id title=(it.object) { (short(&it.object)) } } } }
            }
        }
        nav.pages aria-label="Neighbours" {
            @if 1 < decision.seq { a href={ "/page/decisions/" (decision.seq - 1) } rel="prev" { "Decision before" } }
            a href={ "/page/decisions/" (decision.seq + 1) } rel="next" { "Decision after" }
            a href="/page/decisions" { "All" }
        }
    };
    Ok(web.page(&guest, &format!("Decision {seq}"), &main))
}

/// A movement: its legs, and that they sum to zero in each currency.
fn legs(booking: &Booking) -> Markup {
    let mut sums = BTreeMap::new();
    for leg in &booking.legs {
        *sums.entry(leg.currency).or_insert(0) += i128::from(leg.atoms);
    }
    html! {
        section.movement {
            h2 { "Movement: " (phrase(booking.movement.kind())) }
            table {
                thead { tr { th { "Account" } th.num { "Amount" } } }
                tbody {
                    @for leg in &booking.legs {
                        tr {
                            th scope="row" {
                                @match leg.account {
                                    Account::User(holder) => { a href={ "/page/users/" (holder) } { "user " code.id { (short(&holder.to_string())) } } }
                                    other => { (phrase(&other.to_string())) }
                                }
                            }
                            td.num { (change(leg.atoms.into(), leg.currency)) }
                        }
                    }
                }
                tfoot {
                    @for (currency, sum) in &sums {
                        tr.sum data-sum=(sum) { th scope="row" { "Sum" } td.num { (money(*sum, *currency)) @if *sum == 0 { " " span.zero { "✓" } } } }
                    }
                }
            }
        }
    }
}
