//! The history of balances, in pages.

use axum::http::StatusCode;
use partner_api_core::checkout::CheckoutKind;
use partner_api_core::deposit::Source;
use partner_api_core::ledger::Account;
use partner_api_core::user::UserAction;
use partner_api_core::{Currency, Movement};
use partner_api_types::{HistoryCursor, HistoryEntry, HistoryEntryType, HistoryPage, SignedAmount};

use super::{Answer, Api, Call, Problem};
use crate::engine::{Booking, Decision, Snapshot, StoreError};

/// How many entries a page has where nothing else is asked for, and at most (ASSUMED A26).
const USUAL: usize = 50;
const MOST: usize = 100;

pub(super) fn of_user(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let id = call.id(0, "externalUserId")?;
    let asked = Asked::read(call)?;
    api.read_user(&id, UserAction::ReadHistory, |snapshot, user| {
        page(snapshot, Account::User(user.holder), &asked)
    })
}

pub(super) fn of_partner(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let asked = Asked::read(call)?;
    api.read(|snapshot| page(snapshot, Account::Partner, &asked))
}

/// Which page is asked for.
struct Asked {
    limit: usize,
    /// Entries from here on, which is the newest of them.
    from: Option<Place>,
}

/// Where an entry stands: the number of its decision, and its place among what that decision moved. Decisions never
/// change, so a place means the same whatever is written meanwhile.
#[derive(Clone, Copy)]
struct Place {
    seq: u64,
    index: usize,
}

impl Place {
    fn read(text: &str) -> Option<Self> {
        let (seq, index) = text.split_once('-')?;
        Some(Self {
            seq: seq.parse().ok()?,
            index: index.parse().ok()?,
        })
    }

    fn text(self) -> String {
        format!("{}-{}", self.seq, self.index)
    }
}

impl Asked {
    fn read(call: &Call) -> Result<Self, Problem> {
        let limit = match call.query("limit") {
            None => Some(USUAL),
            Some(text) => text.parse().ok().filter(|limit| (1..=MOST).contains(limit)),
        };
        let from = match call.query("cursor") {
            None => None,
            Some(text) => Some(Place::read(&text).ok_or_else(|| {
                Problem::invalid("cursor must be what the page before said in nextCursor")
            })?),
        };
        let limit = limit.ok_or_else(|| Problem::invalid("limit must be 1 to 100"))?;
        Ok(Self { limit, from })
    }
}

fn page(
    snapshot: &Snapshot<'_>,
    account: Account,
    asked: &Asked,
) -> Result<Result<Answer, Problem>, StoreError> {
    let before = asked.from.map(|place| place.seq.saturating_add(1));
    // Every decision of a history moved something there, so one more than wanted shows whether there is a next page.
    let decisions = snapshot.history(account, before, asked.limit + 1)?;
    let mut transactions = Vec::with_capacity(asked.limit);
    let mut next = None;
    'decisions: for decision in &decisions {
        for (index, (booking, currency, atoms)) in moved(decision, account).enumerate() {
            let place = Place {
                seq: decision.seq,
                index,
            };
            let is_shown = asked
                .from
                .is_some_and(|from| decision.seq == from.seq && index < from.index);
            if is_shown {
                continue;
            }
            if transactions.len() == asked.limit {
                next = Some(place);
                break 'decisions;
            }
            transactions.push(HistoryEntry {
                amount: SignedAmount::from_atoms(atoms),
                created_at: decision.at,
                currency,
                id: place.text(),
                reference: Some(booking.movement.reference()).filter(|it| !it.is_empty()),
                type_: kind(snapshot, &booking.movement)?,
            });
        }
    }
    let body = HistoryPage {
        next_cursor: next.map(|place| HistoryCursor(place.text())),
        transactions,
    };
    Ok(Answer::json(StatusCode::OK, snapshot.seq()?, &body))
}

/// What a decision moved on an account, by booking and currency, in the order of its bookings.
fn moved(
    decision: &Decision,
    account: Account,
) -> impl Iterator<Item = (&Booking, Currency, i128)> {
    decision.bookings.iter().flat_map(move |booking| {
        let mut sums: Vec<(Currency, i128)> = Vec::new();
        for leg in booking.legs.iter().filter(|leg| leg.account == account) {
            match sums
                .iter_mut()
                .find(|(currency, _)| *currency == leg.currency)
            {
                Some((_, sum)) => *sum += i128::from(leg.atoms),
                None => sums.push((leg.currency, leg.atoms.into())),
            }
        }
        let sums = sums.into_iter().filter(|(_, atoms)| *atoms != 0);
        sums.map(move |(currency, atoms)| (booking, currency, atoms))
    })
}

fn kind(snapshot: &Snapshot<'_>, movement: &Movement) -> Result<HistoryEntryType, StoreError> {
    Ok(match movement {
        Movement::Funding => HistoryEntryType::Funding,
        Movement::Transfer(_) => HistoryEntryType::InternalTransfer,
        Movement::Payout(_) => HistoryEntryType::SepaTransfer,
        Movement::Exchange(_) => HistoryEntryType::Exchange,
        Movement::Deposit(id) => match snapshot.deposit(id)?.map(|it| it.source) {
            Some(Source::Chain(_)) => HistoryEntryType::CryptoDeposit,
            Some(Source::Sepa) | None => HistoryEntryType::SepaDeposit,
        },
        Movement::CardTransaction(_) => HistoryEntryType::CardTransaction,
        Movement::Withdrawal(_) => HistoryEntryType::CryptoWithdrawal,
        Movement::Checkout(id) => match snapshot.checkout(id)?.map(|it| it.kind) {
            Some(CheckoutKind::Order) => HistoryEntryType::Order,
            _ => HistoryEntryType::PaymentLink,
        },
        Movement::CardFee(_) => HistoryEntryType::CardFee,
        Movement::KycFee(_) => HistoryEntryType::KycFee,
        Movement::Forfeit(_) => HistoryEntryType::Forfeit,
    })
}
