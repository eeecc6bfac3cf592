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
use crate::engine::{Snapshot, StoreError};

/// How many decisions one answer holds at most.
const DECISIONS_MAX: usize = 1_000;

pub(super) async fn deposit(State(control): State<Control>, path: PathId) -> Reply<DepositBody> {
    let id: DepositId = id(path)?;
    let (seq, found) = control.look(|snapshot| snapshot.deposit(&id))?;
    let deposit = found.ok_or_else(|| Refused::missing("deposit"))?;
    Ok(Json::at(seq, DepositBody::new(id, &deposit)))
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
    let (seq, state) = control.user_state(&id)?;
    Ok(Json::at(seq, state))
}

impl Control {
    /// Looks at one moment; the number is that of the last decision then.
    pub(super) fn look<T>(
        &self,
        look: impl FnOnce(&Snapshot<'_>) -> Result<T, StoreError>,
    ) -> Result<(u64, T), Refused> {
        let found = self
            .engine
            .read(|snapshot| Ok((snapshot.seq()?, look(snapshot)?)))?;
        Ok(found)
    }

    /// Where a user stands.
    pub(super) fn user_state(&self, id: &UserId) -> Result<(u64, UserState), Refused> {
        let (seq, found) = self.look(|snapshot| user_state(snapshot, id))?;
        let state = found.ok_or_else(|| Refused::missing("user"))?;
        Ok((seq, state))
    }
}

fn user_state(snapshot: &Snapshot<'_>, id: &UserId) -> Result<Option<UserState>, StoreError> {
    let Some(user) = snapshot.user(id)? else {
        return Ok(None);
    };
    let cards = snapshot.cards(user.holder)?.into_iter();
    let balances = snapshot.balances(Account::User(user.holder))?.into_iter();
    let held = snapshot.open_deposits(user.holder)?.into_iter();
    Ok(Some(UserState {
        user_id: user.holder,
        standing: user.standing,
        verification: user.verification,
        cards: cards
            .map(|(card_id, card)| CardEntry {
                card_id,
                state: card.state,
            })
            .collect(),
        balances: balances
            .filter(|(_, atoms)| *atoms != 0)
            .map(|(currency, atoms)| BalanceEntry {
                currency,
                amount: Amount::from_atoms(atoms).unwrap_or_default().into(),
            })
            .collect(),
        held_deposits: held
            .map(|(id, deposit)| DepositBody::new(id, &deposit))
            .collect(),
    }))
}

pub(super) async fn books(State(control): State<Control>) -> Reply<Books> {
    let (seq, found) = control.look(|snapshot| snapshot.books())?;
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
    let currencies = currencies.collect();
    Ok(Json::at(seq, Books { currencies }))
}

pub(super) async fn decisions(
    State(control): State<Control>,
    RawQuery(query): RawQuery,
) -> Reply<Decisions> {
    let after = match query.as_deref().unwrap_or_default() {
        "" => 0,
        query => query
            .strip_prefix("after=")
            .and_then(|after| u64::try_from(after.parse::<i64>().ok()?).ok())
            .ok_or_else(|| Refused::bad("the query is malformed", "write ?after=NUMBER"))?,
    };
    let (seq, found) = control.look(|snapshot| snapshot.decisions(after, DECISIONS_MAX))?;
    let decisions = found.into_iter().map(|decision| Decision {
        seq: decision.seq,
        at: decision.at,
        command: decision.deed.to_string(),
        subject: decision.subject.to_string(),
        rule: decision.rule.map(|rule| rule.to_string()),
    });
    let decisions = decisions.collect();
    Ok(Json::at(seq, Decisions { decisions }))
}
