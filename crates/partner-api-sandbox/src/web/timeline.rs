//! What happened to somebody or something: decisions with what they moved and what was told of them.
//!
//! Movements have an index, so those of any age are found. Everything else is looked for among the last decisions, and the
//! page says how far back that is.

use std::collections::BTreeMap;

use maud::{Markup, html};
use partner_api_core::ledger::Account;
use partner_api_core::{Currency, HolderId};

use super::parts::{change, clock_time, money, phrase, rule, state};
use crate::engine::{
    Decision, Delivery, DeliveryId, EventId, ObjectKind, Outcome, ReceiverId, Snapshot, StoreError,
};
use crate::walk::Lifecycle;

/// How many of the last decisions are looked through.
pub(super) const LOOKED_AT: u64 = 2_000;

/// How many entries are shown.
const SHOWN: usize = 100;

/// Entries, the last one first.
pub(super) struct Timeline {
    entries: Vec<Entry>,
    /// From which decision on everything is seen.
    since: u64,
    is_cut: bool,
}

struct Entry {
    decision: Decision,
    /// The deliveries of each announcement.
    told: Vec<Vec<(ReceiverId, Option<Delivery>)>>,
}

impl Timeline {
    /// What happened to a user.
    pub(super) fn of_user(snapshot: &Snapshot<'_>, holder: HolderId) -> Result<Self, StoreError> {
        let moved = snapshot.history(Account::User(holder), None, SHOWN)?;
        Self::of(snapshot, moved, |it| {
            it.subject.holders.contains(&Some(holder))
        })
    }

    /// What happened to a thing.
    pub(super) fn of_object(snapshot: &Snapshot<'_>, id: &str) -> Result<Self, StoreError> {
        Self::of(snapshot, Vec::new(), |decision| {
            let is_it = decision
                .subject
                .object
                .as_ref()
                .is_some_and(|(_, it)| it == id);
            is_it
                || decision
                    .bookings
                    .iter()
                    .any(|it| it.movement.reference() == id)
        })
    }

    fn of(
        snapshot: &Snapshot<'_>,
        indexed: Vec<Decision>,
        is_about: impl Fn(&Decision) -> bool,
    ) -> Result<Self, StoreError> {
        let since = snapshot.seq()?.saturating_sub(LOOKED_AT);
        let recent = snapshot.decisions(since, usize::MAX)?;
        let mut by_seq: BTreeMap<u64, Decision> =
            indexed.into_iter().map(|it| (it.seq, it)).collect();
        by_seq.extend(
            recent
                .into_iter()
                .filter(|it| is_about(it))
                .map(|it| (it.seq, it)),
        );
        let receivers = snapshot.receivers()?;
        let is_cut = SHOWN < by_seq.len();
        let mut entries = Vec::new();
        for decision in by_seq.into_values().rev().take(SHOWN) {
            let mut told = Vec::new();
            for (index, announcement) in decision.announced.iter().enumerate() {
                let mut deliveries = Vec::new();
                for (receiver, _) in receivers
                    .iter()
                    .filter(|(_, it)| it.wants(announcement.kind))
                {
                    let event = EventId {
                        seq: decision.seq,
                        index: u16::try_from(index).unwrap_or(u16::MAX),
                    };
                    let id = DeliveryId {
                        event,
                        receiver: *receiver,
                    };
                    deliveries.push((*receiver, snapshot.delivery(id)?));
                }
                told.push(deliveries);
            }
            entries.push(Entry { decision, told });
        }
        Ok(Self {
            entries,
            since,
            is_cut,
        })
    }

    /// Shows it, with what moved on one account.
    pub(super) fn show(&self, account: Option<Account>) -> Markup {
        let date = |place: usize| self.entries.get(place).map(|it| it.decision.at.date());
        html! {
            @if self.entries.is_empty() { p.quiet { "Nothing yet." } }
            ol.timeline {
                @for (place, entry) in self.entries.iter().enumerate() {
                    @let today = entry.decision.at.date();
                    @if place == 0 || date(place - 1).as_ref() != Some(&today) { li.date { (today) } }
                    (entry.show(account))
                }
            }
            @if self.is_cut { p.quiet { "Only the last " (SHOWN) " entries are shown." } }
            @if 0 < self.since {
                p.quiet { "Movements are of any age; everything else is since decision " (self.since + 1) "." }
            }
        }
    }
}

impl Entry {
    fn show(&self, account: Option<Account>) -> Markup {
        let decision = &self.decision;
        let class = if decision.rule.is_some() {
            "refused"
        } else {
            ""
        };
        html! {
            li.(class) {
                div.when { (clock_time(decision.at)) a.seq href={ "/page/decisions/" (decision.seq) } { "#" (decision.seq) } }
                div.what {
                    p {
                        strong { (phrase(decision.deed.as_str())) }
                        @if let Some((kind, id)) = &decision.subject.object {
                            @let is_said = phrase(decision.deed.as_str()).contains(kind.as_str());
                            @if !is_said { " " (kind.as_str()) }
                            " " (link(*kind, id))
                        }
                        @match account.map(|account| moved(decision, account)).filter(|moved| !moved.is_empty()) {
                            Some(moved) => @for (currency, atoms) in moved { " " (change(atoms, currency)) },
                            None => @if let Some(of) = decision.subject.money { " " (money(of.amount().atoms().into(), of.currency())) },
                        }
                    }
                    @if let Some(broken) = decision.rule {
                        p.why { "refused: " (broken.broken()) "; " (broken.remedy()) " " (rule(broken)) }
                    }
                    @for (index, deliveries) in self.told.iter().enumerate() {
                        @if let Some(announcement) = decision.announced.get(index) {
                            p.told {
                                span.webhook { "webhook" } " " (announcement.kind) " " (state(&announcement.status))
                                @if deliveries.is_empty() { " nobody receives it" }
                                @for (receiver, delivery) in deliveries {
                                    " " a.delivery href={ "/page/webhooks#d" (decision.seq) "-" (index) "-" (receiver) } { (came_to(delivery.as_ref())) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What became of a delivery, in a few words.
fn came_to(delivery: Option<&Delivery>) -> Markup {
    let Some(delivery) = delivery else {
        return html! { (state("WAITING")) };
    };
    let last = delivery
        .attempts
        .last()
        .map(|attempt| match attempt.outcome {
            Outcome::Status(status) => status.to_string(),
            Outcome::Failed(failure) => failure.as_str().to_ascii_lowercase(),
        });
    html! {
        (state(delivery.state.as_str()))
        @if let Some(last) = last { " " (last) }
        @if 1 < delivery.attempts.len() { ", " (delivery.attempts.len()) " attempts" }
    }
}

/// What a decision moved on one account.
fn moved(decision: &Decision, account: Account) -> BTreeMap<Currency, i128> {
    let mut sums = BTreeMap::new();
    let legs = decision.bookings.iter().flat_map(|it| &it.legs);
    for leg in legs.filter(|it| it.account == account) {
        *sums.entry(leg.currency).or_insert(0) += i128::from(leg.atoms);
    }
    sums.retain(|_, atoms| *atoms != 0);
    sums
}

/// What a thing is, with the way to its page where it has one.
pub(super) fn object(kind: ObjectKind, id: &str) -> Markup {
    html! { (kind.as_str()) " " (link(kind, id)) }
}

fn link(kind: ObjectKind, id: &str) -> Markup {
    let lifecycle = match kind {
        ObjectKind::Card => Some(Lifecycle::Card),
        ObjectKind::Payout => Some(Lifecycle::Payout),
        ObjectKind::Exchange => Some(Lifecycle::Exchange),
        ObjectKind::Deposit => Some(Lifecycle::Deposit),
        ObjectKind::CardTransaction => Some(Lifecycle::CardTransaction),
        ObjectKind::Withdrawal => Some(Lifecycle::Withdrawal),
        ObjectKind::Kyc => Some(Lifecycle::KycVerification),
        // Which of the two it is its page finds out.
        ObjectKind::Checkout => Some(Lifecycle::Order),
        ObjectKind::Transfer | ObjectKind::Lock | ObjectKind::Quote => None,
    };
    html! {
        @match lifecycle {
            Some(lifecycle) => { a.id href=(super::object::path(lifecycle, id)) title=(id) { (super::parts::short(id)) } }
            None => { code.id title=(id) { (super::parts::short(id)) } }
        }
    }
}
