//! The outside world, as far as somebody scripts it: what arrives and is paid, what goes wrong, and starting over.

use axum::extract::State;
use maud::{Markup, html};

use super::ask::Ask;
use super::forms::{
    ADD_FAULT, CARD_TRANSACTION, CLEAR_FAULTS, CRYPTO_DEPOSIT, PAYMENT, REMOVE_FAULT, RESET,
    SEPA_DEPOSIT, WALK,
};
use super::guard::Guest;
use super::parts::lower;
use super::{Reply, Web};
use crate::faults::{Entry, FaultKind, Faults, Rule, When};

/// What can happen by hand.
const SIMULATED: &[&Ask] = &[
    &SEPA_DEPOSIT,
    &CRYPTO_DEPOSIT,
    &CARD_TRANSACTION,
    &PAYMENT,
    &WALK,
];

pub(super) async fn show(State(web): State<Web>, guest: Guest) -> Reply {
    let faults = web
        .0
        .control
        .faults
        .change(|faults: &mut Faults| faults.list().to_vec());
    let main = html! {
        div.titled {
            h1 { "World" }
            p.quiet { "What the provider cannot decide, you do." }
        }
        div.columns {
            section aria-labelledby="simulate" {
                h2 #simulate { "Simulate" }
                p.quiet { "What waits for a decision has its buttons on its own page: deposits, payouts, verifications." }
                @for ask in SIMULATED { (ask.sheet(&guest, &[])) }
            }
            div {
                (switches(&guest, &faults))
                (RESET.sheet(&guest, &[]))
            }
        }
    };
    Ok(web.page(&guest, "World", &main))
}

fn switches(guest: &Guest, faults: &[Entry]) -> Markup {
    html! {
        section aria-labelledby="faults" {
            h2 #faults { "Faults" }
            div #switches { (guest.outcome_at("switches")) }
            ul.switches {
                @for kind in FaultKind::ALL.iter().copied() {
                    @let on = faults.iter().find(|it| it.rule.fault.kind() == kind && is_switch(&it.rule));
                    li data-on=(on.is_some()) {
                        div { strong { (lower(kind.as_str())) } " " span.quiet { (seen(kind)) } }
                        @match on {
                            Some(entry) => {
                                @if 0 < entry.hits { small { "hits: " (entry.hits) } }
                                (REMOVE_FAULT.button(guest, "switches", "Switch off", &[("faultId", &entry.id.to_string())]))
                            }
                            None => {
                                @let millis = if kind == FaultKind::Latency { "2000" } else { "" };
                                (ADD_FAULT.button(guest, "switches", "Switch on", &[("fault", kind.as_str()), ("milliseconds", millis)]))
                            }
                        }
                    }
                }
            }
            @let others: Vec<&Entry> = faults.iter().filter(|it| !is_switch(&it.rule)).collect();
            @if !others.is_empty() {
                h3 { "More exactly" }
                ul.switches {
                    @for entry in others {
                        li data-on="true" {
                            div {
                                strong { (lower(entry.rule.fault.kind().as_str())) } " "
                                span.quiet { (whom(entry)) ", hit " (entry.hits) " of " (entry.seen) " calls" }
                            }
                            (REMOVE_FAULT.button(guest, "switches", "Switch off", &[("faultId", &entry.id.to_string())]))
                        }
                    }
                }
            }
            (ADD_FAULT.sheet(guest, &[]))
            @if !faults.is_empty() { (CLEAR_FAULTS.button(guest, "switches", "Switch all off", &[])) }
        }
    }
}

/// What a caller sees while the switch of a fault is on.
const fn seen(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::Latency => "Every call takes two seconds longer",
        FaultKind::Unavailable => "The provider says P501: it is unavailable",
        FaultKind::UnknownException => "The provider says P500: an unknown exception",
        FaultKind::Html503 => "A page in HTML, with status 503",
        FaultKind::TooManyRequests => "429, with Retry-After",
        FaultKind::DropBefore => "The connection is cut, and nothing was done",
        FaultKind::DropAfter => "It was done, and the answer is lost",
        FaultKind::Truncate => "Half of the answer arrives",
    }
}

/// Whether a rule is what a switch makes: for every call, and without an end.
fn is_switch(rule: &Rule) -> bool {
    rule.operation.is_none() && rule.when == When::Every && rule.times.is_none()
}

fn whom(entry: &Entry) -> String {
    let operation = entry
        .rule
        .operation
        .map_or("every operation", |it| it.as_str());
    let when = match &entry.rule.when {
        When::Every => String::new(),
        When::Calls(calls) => {
            let calls: Vec<_> = calls.iter().map(u64::to_string).collect();
            format!(", calls {}", calls.join(", "))
        }
        When::Percent { percent, .. } => format!(", {percent} %"),
    };
    let times = match entry.rule.times {
        None => String::new(),
        Some(1) => ", at most once".to_owned(),
        Some(times) => format!(", at most {times} times"),
    };
    format!("{operation}{when}{times}")
}
