//! All users, in pages; and new ones.

use axum::extract::{RawQuery, State};
use maud::{Markup, html};
use partner_api_core::card::{Card, CardState};
use partner_api_core::ledger::Account;
use partner_api_core::user::User;
use partner_api_core::{CardId, Currency, HolderId, UserId};

use super::ask::Form;
use super::forms::CREATE_USER;
use super::guard::Guest;
use super::parts::{money, short, state};
use super::{Reply, Trouble, Web, enter};
use crate::engine::{Snapshot, StoreError};

/// How many users a page shows.
const PAGE: usize = 50;

/// Whom the form proposes.
const NAMES: &[&str] = &[
    "anna", "ben", "clara", "david", "emma", "felix", "greta", "hugo", "ida", "jan",
];

/// A user, as the list shows one.
struct Row {
    user: User,
    /// The partner's id; none once it is erased.
    id: Option<UserId>,
    balances: Vec<(Currency, i64)>,
    cards: Vec<(CardId, Card)>,
}

pub(super) async fn list(State(web): State<Web>, guest: Guest, RawQuery(query): RawQuery) -> Reply {
    let query = Form::read(query.unwrap_or_default().as_bytes());
    let after: Option<HolderId> = query.get("after").and_then(|it| it.parse().ok());
    let (rows, has_more, proposed) = web.look(|snapshot| {
        let mut users = snapshot.users(after, PAGE + 1)?;
        let has_more = PAGE < users.len();
        users.truncate(PAGE);
        let rows = users.into_iter().map(|(user, id)| row(snapshot, user, id));
        Ok((
            rows.collect::<Result<Vec<_>, _>>()?,
            has_more,
            propose(snapshot)?,
        ))
    })?;
    let next = rows.last().filter(|_| has_more).map(|it| it.user.holder);
    let first_name = proposed.get(..1).unwrap_or_default().to_uppercase()
        + proposed.get(1..).unwrap_or_default();
    let place = CREATE_USER.name;
    let is_open = guest.outcome.as_ref().is_some_and(|it| it.place == place)
        || (rows.is_empty() && after.is_none());
    let proposals = [
        ("externalUserId", proposed.as_str()),
        ("firstName", first_name.as_str()),
        ("email", &format!("{proposed}@example.com")),
    ];
    let main = html! {
        div.titled {
            h1 { "Users" }
            form.find method="get" action="/page/users/find" role="search" {
                label.sr for="find" { "A user's id" }
                input #find name="id" placeholder="A user's id" required autocomplete="off" spellcheck="false";
                button type="submit" { "Find" }
            }
        }
        details.sheet #(place) open[is_open] {
            summary { "New user" }
            (guest.outcome_at(place))
            p.quiet { "A person who does not exist; change what you like." }
            (CREATE_USER.draw_with(&guest, place, &proposals))
        }
        @if rows.is_empty() {
            @if after.is_some() { p { "There are no more users." } }
            @else { p { "There are no users yet. Create the first one above, or by the Partner API." } }
        } @else {
            (table(&rows))
        }
        @if after.is_some() || next.is_some() {
            nav.pages aria-label="More users" {
                @if after.is_some() { a href="/" { "First page" } }
                @if let Some(next) = next { a href={ "/?after=" (next) } rel="next" { "Next page" } }
            }
        }
    };
    Ok(web.page(&guest, "Users", &main))
}

fn row(snapshot: &Snapshot<'_>, user: User, id: Option<UserId>) -> Result<Row, StoreError> {
    let mut balances = snapshot.balances(Account::User(user.holder))?;
    balances.retain(|(_, atoms)| *atoms != 0);
    let cards = snapshot.cards(user.holder)?;
    Ok(Row {
        user,
        id,
        balances,
        cards,
    })
}

/// An id that nobody has.
fn propose(snapshot: &Snapshot<'_>) -> Result<String, StoreError> {
    for name in NAMES {
        let id = UserId::new(*name);
        if let Ok(id) = id
            && snapshot.user(&id)?.is_none()
        {
            return Ok((*name).to_owned());
        }
    }
    Ok(format!("user-{}", snapshot.seq()? + 1))
}

fn table(rows: &[Row]) -> Markup {
    html! {
        table.users {
            thead { tr { th { "User" } th { "Standing" } th { "Verification" } th { "Balances" } th { "Cards" } } }
            tbody {
                @for row in rows {
                    tr data-standing=(row.user.standing) {
                        th scope="row" {
                            a href={ "/page/users/" (row.user.holder) } {
                                @match &row.id {
                                    Some(id) => (id),
                                    None => { "closed " code.id { (short(&row.user.holder.to_string())) } }
                                }
                            }
                        }
                        td data-label="Standing" { (state(row.user.standing.as_str())) }
                        td data-label="Verification" { (state(row.user.verification.as_str())) }
                        td data-label="Balances" {
                            @for (currency, atoms) in row.balances.iter().take(3) { (money((*atoms).into(), *currency)) " " }
                            @if 3 < row.balances.len() { span.quiet { "and " (row.balances.len() - 3) " more" } }
                            @if row.balances.is_empty() { span.quiet { "—" } }
                        }
                        td data-label="Cards" { (cards(&row.cards)) }
                    }
                }
            }
        }
    }
}

fn cards(cards: &[(CardId, Card)]) -> Markup {
    let count = |state: CardState| cards.iter().filter(|(_, card)| card.state == state).count();
    html! {
        @if cards.is_empty() { span.quiet { "—" } }
        @for each in CardState::ALL {
            @let many = count(*each);
            @if many != 0 { span.nowrap { (many) " " (state(each.as_str())) } " " }
        }
    }
}

/// To the page of the user whose id it is: the partner's, or the provider's.
pub(super) async fn find(State(web): State<Web>, _: Guest, RawQuery(query): RawQuery) -> Reply {
    let query = Form::read(query.unwrap_or_default().as_bytes());
    let text = query.get("id").unwrap_or_default().trim();
    let found = web.look(|snapshot| {
        if let Ok(id) = UserId::new(text)
            && let Some(user) = snapshot.user(&id)?
        {
            return Ok(Some(user));
        }
        match text.parse::<HolderId>() {
            Ok(holder) => snapshot.holder(holder),
            Err(_) => Ok(None),
        }
    })?;
    let user = found.ok_or_else(|| Trouble::missing("user"))?;
    Ok(enter::go(&format!("/page/users/{}", user.holder)))
}
