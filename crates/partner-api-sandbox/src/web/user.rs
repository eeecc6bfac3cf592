//! One user: where they stand, what they may do, what they have, and what happened to them.

use axum::extract::{Path, State};
use maud::{Markup, html};
use partner_api_core::card::Card;
use partner_api_core::deposit::Deposit;
use partner_api_core::ledger::Account;
use partner_api_core::user::{Standing, User};
use partner_api_core::{CardId, Currency, DepositId, HolderId, UserId};

use super::forms::{CARD_TRANSACTION, CREATE_CARD, FUND, PAY_OUT, SEPA_DEPOSIT};
use super::guard::Guest;
use super::parts::{id as shown_id, lower, money, short, state};
use super::timeline::Timeline;
use super::{Reply, Trouble, Web, abilities, moves, object};
use crate::engine::{Snapshot, StoreError};
use crate::walk::{Lifecycle, Outlook};

/// Everything that the page shows, of one moment.
struct Shown {
    user: User,
    id: Option<UserId>,
    lifecycles: Vec<(Lifecycle, Outlook)>,
    balances: Vec<(Currency, i64)>,
    cards: Vec<(CardId, Card, Option<Outlook>)>,
    deposits: Vec<(DepositId, Deposit, Option<Outlook>)>,
    timeline: Timeline,
}

pub(super) async fn show(
    State(web): State<Web>,
    guest: Guest,
    Path(holder): Path<String>,
) -> Reply {
    let holder: HolderId = holder.parse().map_err(|_| Trouble::missing("user"))?;
    let shown = web.look(|snapshot| read(&web, snapshot, holder))?;
    let shown = shown.ok_or_else(|| Trouble::missing("user"))?;
    let name = match &shown.id {
        Some(id) => id.to_string(),
        None => format!("closed user {}", short(&holder.to_string())),
    };
    let standing = shown.user.standing;
    let main = html! {
        div.user data-standing=(standing) {
            div.titled {
                h1 { (name) }
                p { (state(standing.as_str())) " " (state(shown.user.verification.as_str())) " " span.quiet { "lives in " (shown.user.country) } }
            }
            p.quiet { "The provider's id " (shown_id(&holder.to_string())) }
            div #said { (guest.outcome_at("said")) }
            @match standing {
                Standing::Open => {}
                Standing::Suspended => {
                    p.banner.wait role="note" { strong { "Suspended. " } "No money moves and no card works until the user is unsuspended (L3). What arrives is held." }
                }
                Standing::Closed => {
                    p.banner.bad role="note" { strong { "Closed for good. " } "Everything personal is erased; the books keep this id (L7, L14)." }
                }
            }
            div.columns {
                div {
                    (next(&guest, &shown))
                    (has(&guest, &shown))
                    section aria-labelledby="may" {
                        h2 #may { "May do now" }
                        (abilities::grid(&shown.user))
                    }
                }
                section aria-labelledby="happened" {
                    h2 #happened { "What happened" }
                    (shown.timeline.show(Some(Account::User(holder))))
                }
            }
        }
    };
    Ok(web.page(&guest, &name, &main))
}

fn read(web: &Web, snapshot: &Snapshot<'_>, holder: HolderId) -> Result<Option<Shown>, StoreError> {
    let Some(user) = snapshot.holder(holder)? else {
        return Ok(None);
    };
    let id = snapshot.user_id(holder)?;
    let mut lifecycles = Vec::new();
    if let Some(id) = &id {
        for lifecycle in [
            Lifecycle::UserStanding,
            Lifecycle::UserVerification,
            Lifecycle::ProofOfAddress,
        ] {
            let outlook = web.outlook(snapshot, lifecycle, id.as_str())?;
            lifecycles.extend(outlook.map(|outlook| (lifecycle, outlook)));
        }
    }
    let mut balances = snapshot.balances(Account::User(holder))?;
    balances.retain(|(_, atoms)| *atoms != 0);
    let mut cards = Vec::new();
    for (id, card) in snapshot.cards(holder)? {
        let outlook = web.outlook(snapshot, Lifecycle::Card, id.as_str())?;
        cards.push((id, card, outlook));
    }
    let mut deposits = Vec::new();
    for (id, deposit) in snapshot.open_deposits(holder)? {
        let outlook = web.outlook(snapshot, Lifecycle::Deposit, id.as_str())?;
        deposits.push((id, deposit, outlook));
    }
    Ok(Some(Shown {
        user,
        id,
        lifecycles,
        balances,
        cards,
        deposits,
        timeline: Timeline::of_user(snapshot, holder)?,
    }))
}

/// The rows of the user's three tables that are open now.
fn next(guest: &Guest, shown: &Shown) -> Markup {
    html! {
        section aria-labelledby="next" {
            h2 #next { "What can happen next" }
            @if shown.lifecycles.is_empty() { p.quiet { "Nothing: no row of any table leaves a closed user." } }
            div #moves { (guest.outcome_at("moves")) }
            @for (lifecycle, outlook) in &shown.lifecycles {
                div.table {
                    h3 { (lower(lifecycle.as_str())) " " (state(&outlook.state)) }
                    @if let Some(id) = &shown.id { (moves::buttons(guest, *lifecycle, id.as_str(), outlook, "moves")) }
                }
            }
        }
    }
}

/// Balances, cards, deposits on their way; and forms to have more of them.
fn has(guest: &Guest, shown: &Shown) -> Markup {
    html! {
        section aria-labelledby="balances" {
            h2 #balances { "Balances" }
            @if shown.balances.is_empty() { p.quiet { "None." } }
            ul.balances { @for (currency, atoms) in &shown.balances { li { (money((*atoms).into(), *currency)) } } }
            @if let Some(id) = &shown.id {
                div.sheets {
                    (FUND.sheet(guest, &[("destinationExternalUserId", id.as_str())]))
                    (SEPA_DEPOSIT.sheet(guest, &[("externalUserId", id.as_str())]))
                    (PAY_OUT.sheet(guest, &[("sourceExternalUserId", id.as_str())]))
                }
            }
            @for (id, deposit, outlook) in &shown.deposits {
                div.table {
                    h3 { "deposit " (money(deposit.money.amount().atoms().into(), deposit.money.currency())) " " (state(deposit.state.as_str())) }
                    p { a href=(object::path(Lifecycle::Deposit, id.as_str())) { (short(id.as_str())) } }
                    @if let Some(outlook) = outlook { (moves::buttons(guest, Lifecycle::Deposit, id.as_str(), outlook, "moves")) }
                }
            }
        }
        section aria-labelledby="cards" {
            h2 #cards { "Cards" }
            @if shown.cards.is_empty() { p.quiet { "None." } }
            div #card-moves { (guest.outcome_at("card-moves")) }
            @for (id, card, outlook) in &shown.cards {
                div.card data-state=(card.state) {
                    h3 { "card " a href=(object::path(Lifecycle::Card, id.as_str())) title=(id) { (short(id.as_str())) } " " (state(card.state.as_str())) }
                    @if let Some(outlook) = outlook {
                        @if shown.id.is_some() { (moves::buttons(guest, Lifecycle::Card, id.as_str(), outlook, "card-moves")) }
                    }
                }
            }
            @if let Some(id) = &shown.id {
                div.sheets {
                    (CREATE_CARD.sheet(guest, &[("externalUserId", id.as_str())]))
                    @if let Some((card, ..)) = shown.cards.last() { (CARD_TRANSACTION.sheet(guest, &[("cardId", card.as_str())])) }
                }
            }
        }
    }
}
