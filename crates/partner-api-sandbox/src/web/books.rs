//! The books: what every account holds, the proof that it all sums to zero, and how money flowed.

use axum::extract::{RawQuery, State};
use maud::{Markup, html};
use partner_api_core::Currency;
use partner_api_core::ledger::{Account, AccountKind, Outside};

use super::ask::Form;
use super::chart::{self, Flows};
use super::guard::Guest;
use super::parts::{amount, money};
use super::timeline::LOOKED_AT;
use super::{Reply, Trouble, Web};
use crate::engine::{CurrencyBooks, Snapshot, StoreError};

/// The accounts of which there is one.
const SINGLE: &[Account] = &[
    Account::Partner,
    Account::Fees,
    Account::Suspense,
    Account::Settlement,
    Account::Forfeited,
    Account::Rounding,
];

pub(super) async fn show(State(web): State<Web>, guest: Guest, RawQuery(query): RawQuery) -> Reply {
    let query = Form::read(query.unwrap_or_default().as_bytes());
    let wanted: Option<Currency> = query.get("currency").and_then(|it| it.parse().ok());
    let (books, accounts, flows) = web.look(|snapshot| {
        let mut books = snapshot.books()?;
        let order = |it: &CurrencyBooks| {
            Currency::KNOWN
                .iter()
                .position(|known| *known == it.currency)
        };
        books.sort_by_key(|it| (order(it).is_none(), order(it)));
        let shown = books
            .iter()
            .find(|it| Some(it.currency) == wanted)
            .or(books.first())
            .cloned();
        let Some(shown) = shown else {
            return Ok((books, None, None));
        };
        let accounts = accounts(snapshot, &shown)?;
        let since = snapshot.seq()?.saturating_sub(LOOKED_AT);
        let flows = Flows::of(&snapshot.decisions(since, usize::MAX)?, shown.currency);
        Ok((books, Some((shown, accounts)), Some((flows, since))))
    })?;
    let audit = match query.get("audit") {
        Some(_) => Some(audit(&web).await?),
        None => None,
    };
    let shown = accounts.as_ref().map(|(books, _)| books.currency);
    let main = html! {
        div.titled {
            h1 { "Books" }
            p.quiet { "Double entry: whatever moves, the sum over all accounts stays zero." }
        }
        nav.proof aria-label="Currencies" {
            @for each in &books {
                a href={ "/page/books?currency=" (each.currency) } aria-current=[(shown == Some(each.currency)).then_some("true")] {
                    strong { (each.currency) } " "
                    @if each.sum == 0 { span.zero { "Σ = 0" } } @else { span.minus { "Σ = " (amount(each.sum, each.currency)) } }
                }
            }
        }
        @match &accounts {
            None => { p { "Nothing has moved yet." } }
            Some((books, accounts)) => {
                div.columns {
                    section aria-labelledby="accounts" {
                        h2 #accounts { "Accounts in " (books.currency) }
                        (sheet(books, accounts))
                        form method="get" action="/page/books" {
                            input type="hidden" name="currency" value=(books.currency);
                            button type="submit" name="audit" value="1" { "Recompute from every movement" }
                        }
                        @if let Some(audit) = &audit { (audit) }
                    }
                    @if let Some((flows, since)) = &flows {
                        section aria-labelledby="flows" {
                            h2 #flows { "Flows in " (books.currency) " over virtual time" }
                            (chart::draw(flows))
                            @if 0 < *since { p.quiet { "Since decision " (since + 1) "." } }
                        }
                    }
                }
            }
        }
    };
    Ok(web.page(&guest, "Books", &main))
}

/// What each account holds. Users are one line here: each has a page.
fn accounts(
    snapshot: &Snapshot<'_>,
    books: &CurrencyBooks,
) -> Result<Vec<(String, i128, bool)>, StoreError> {
    let of_users = books
        .totals
        .iter()
        .find(|(kind, _)| *kind == AccountKind::Users);
    let mut accounts = vec![(
        "users".to_owned(),
        of_users.map_or(0, |(_, total)| *total),
        false,
    )];
    let outside = Outside::ALL.iter().map(|who| Account::Outside(*who));
    for account in SINGLE.iter().copied().chain(outside) {
        let balances = snapshot.balances(account)?;
        let held = balances
            .into_iter()
            .find(|(currency, _)| *currency == books.currency);
        if let Some((_, atoms)) = held {
            let name = match account {
                Account::Outside(who) => format!("outside: {}", super::parts::phrase(who.as_str())),
                other => other.to_string(),
            };
            accounts.push((name, atoms.into(), account.may_be_negative()));
        }
    }
    Ok(accounts)
}

fn sheet(books: &CurrencyBooks, accounts: &[(String, i128, bool)]) -> Markup {
    let sum: i128 = accounts.iter().map(|(_, atoms, _)| atoms).sum();
    html! {
        table {
            thead { tr { th { "Account" } th.num { "Holds" } } }
            tbody {
                @for (name, atoms, is_outside) in accounts {
                    tr { th scope="row" { (name) @if *is_outside { " " small { "may be negative" } } } td.num { (amount(*atoms, books.currency)) } }
                }
            }
            tfoot {
                tr.sum data-sum=(sum) {
                    th scope="row" { "Sum over all accounts" }
                    td.num { strong { (money(sum, books.currency)) } @if sum == 0 { " " span.zero { "✓" } } }
                }
            }
        }
    }
}

/// Goes through every movement since the beginning.
async fn audit(web: &Web) -> Result<Markup, Trouble> {
    let engine = web.0.control.engine.clone();
    let audit = tokio::task::spawn_blocking(move || engine.audit()).await;
    let cut_off = |_| {
        let remedy = "try again, or restart the sandbox";
        Trouble::new(
            axum::http::StatusCode::INTERNAL_SERVER_ERROR,
            "The audit was cut off",
            remedy,
        )
    };
    Ok(match audit.map_err(cut_off)?? {
        Ok(audit) => html! {
            p.outcome.done role="status" {
                "Every balance is what " (audit.movements) " movements of " (audit.decisions) " decisions add up to; "
                (audit.balances) " balances were compared."
            }
        },
        Err(broken) => html! { p.outcome.refused role="status" { (broken) } },
    })
}
