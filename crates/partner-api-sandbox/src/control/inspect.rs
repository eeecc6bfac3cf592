//! What only the provider can see.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use partner_api_core::ledger::Account;
use partner_api_core::{Amount, DepositId, UserId};
use partner_api_types::SignedAmount;

use super::bodies::{
    AccountTotal, BalanceEntry, Books, CardEntry, CurrencyBooks, Decision, Decisions, DepositBody,
    UserState,
};
use super::{Control, Json, Refused, Reply};
use crate::engine::Engine;

/// How many decisions one answer holds at most.
const DECISIONS_MAX: usize = 1_000;

pub(super) async fn deposit(State(control): State<Control>, path: PathId) -> Reply<DepositBody> {
    let id: DepositId = id(path)?;
    let found = control.engine.read(|snapshot| snapshot.deposit(&id))?;
    let deposit = found.ok_or_else(|| Refused::missing("deposit"))?;
    Ok(Json(DepositBody::new(id, &deposit)))
}

type PathId = Result<Path<String>, PathRejection>;

/// What stands in the path, as an id of the wanted kind. The id is not repeated where it is malformed.
fn id<T: TryFrom<String>>(path: PathId) -> Result<T, Refused> {
    let remedy = "give 1 to 255 bytes without slashes and control characters, percent-encoded";
    let malformed = || Refused::bad("the id in the path is malformed", remedy);
    let Path(text) = path.map_err(|_| malformed())?;
    T::try_from(text).map_err(|_| malformed())
}

pub(super) async fn user(State(control): State<Control>, path: PathId) -> Reply<UserState> {
    let id: UserId = id(path)?;
    user_state(&control.engine, &id).map(Json)
}

/// Where a user stands.
pub(super) fn user_state(engine: &Engine, id: &UserId) -> Result<UserState, Refused> {
    let found = engine.read(|snapshot| {
        let Some(user) = snapshot.user(id)? else {
            return Ok(None);
        };
        let cards = snapshot.cards(user.holder)?;
        let balances = snapshot.balances(Account::User(user.holder))?;
        let held = snapshot.held_deposits(user.holder)?;
        Ok(Some(UserState {
            user_id: user.holder,
            standing: user.standing,
            verification: user.verification,
            cards: cards
                .into_iter()
                .map(|(card_id, card)| CardEntry {
                    card_id,
                    state: card.state,
                })
                .collect(),
            balances: balances
                .into_iter()
                .filter(|(_, atoms)| *atoms != 0)
                .map(|(currency, atoms)| BalanceEntry {
                    currency,
                    amount: Amount::from_atoms(atoms).unwrap_or_default().into(),
                })
                .collect(),
            held_deposits: held
                .into_iter()
                .map(|(id, deposit)| DepositBody::new(id, &deposit))
                .collect(),
        }))
    })?;
    found.ok_or_else(|| Refused::missing("user"))
}

pub(super) async fn books(State(control): State<Control>) -> Reply<Books> {
    let found = control.engine.read(|snapshot| snapshot.books())?;
    let currencies = found.into_iter().map(|books| CurrencyBooks {
        currency: books.currency,
        sum: SignedAmount::from_atoms(books.sum),
        accounts: books
            .totals
            .into_iter()
            .map(|(kind, total)| AccountTotal {
                kind,
                total: SignedAmount::from_atoms(total),
            })
            .collect(),
    });
    Ok(Json(Books {
        currencies: currencies.collect(),
    }))
}

pub(super) async fn decisions(
    State(control): State<Control>,
    RawQuery(query): RawQuery,
) -> Reply<Decisions> {
    let after = match query.as_deref().unwrap_or_default() {
        "" => 0,
        query => query
            .strip_prefix("after=")
            .and_then(|after| after.parse().ok())
            .ok_or_else(|| Refused::bad("the query is malformed", "write ?after=NUMBER"))?,
    };
    let found = control
        .engine
        .read(|snapshot| snapshot.decisions(after, DECISIONS_MAX))?;
    let decisions = found.into_iter().map(|decision| Decision {
        seq: decision.seq,
        at: decision.at,
        command: decision.deed.to_string(),
        subject: decision.subject.to_string(),
        rule: decision.rule.map(|rule| rule.to_string()),
    });
    Ok(Json(Decisions {
        decisions: decisions.collect(),
    }))
}
