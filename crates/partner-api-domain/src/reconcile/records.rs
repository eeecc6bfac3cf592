//! What the provider's records show that might be an intent: histories, and the details that they point to.

use std::collections::HashMap;

use partner_api_client::Client;
use partner_api_core::{
    Amount, CardId, ExchangeId, OrderId, Owner, PaymentLinkId, SepaTransferId, Timestamp,
    TransferId, UserId, WithdrawalId,
};
use partner_api_types::{HistoryEntryType, OperationId, SignedAmount};

use super::report::Candidate;
use crate::call::{Context, now};
use crate::cards::list_cards;
use crate::checkouts::{read_link, read_order};
use crate::error::Error;
use crate::exchange::{read_exchange, read_own_exchange};
use crate::history::{Advance, HistoryEntry, read_page};
use crate::journal::{Action, Entry, PayOutToken, Reference};
use crate::payouts::read_payout;
use crate::users::again::shows;
use crate::withdrawals::read_withdrawal;

/// What was read in one run, so that each history is read once.
#[derive(Default)]
pub(super) struct Records {
    histories: HashMap<Owner<UserId>, Read>,
}

#[derive(Clone)]
struct Read {
    from: Timestamp,
    looked_at: Timestamp,
    entries: Vec<HistoryEntry>,
}

/// What the records show about one entry.
pub(super) enum Shown {
    /// All that might be it, and since when that was looked up.
    Candidates(Vec<Candidate>, Timestamp),
    /// It is there, or it is not; it has no id of its own.
    There(bool, Timestamp),
    /// The provider keeps no records of such a thing.
    NoRecords,
}

impl Records {
    /// Looks an entry up in the provider's records from this time on. `is_claimed` says of which movements other
    /// entries account for: their details are not read again.
    pub(super) async fn look_up(
        &mut self,
        cx: &Context,
        entry: &Entry,
        from: Timestamp,
        is_claimed: &(dyn Fn(&Reference) -> bool + Send + Sync),
    ) -> Result<Shown, Error> {
        let action = &entry.intent.action;
        let owners = match action {
            // A closed user has no history any more; the other side of the movement has.
            Action::Transfer {
                source,
                destination,
                ..
            } => {
                let sides = [destination, source].map(|it| Owner::from(it.clone()));
                let [first, second] = sides;
                // The partner's own history is the longest.
                match first {
                    Owner::Partner => [Some(second), Some(first)],
                    Owner::User(_) => [Some(first), Some(second)],
                }
            }
            Action::Exchange { owner, .. }
            | Action::PayOut { owner, .. }
            | Action::Withdraw { owner, .. } => [Some(owner.clone()), None],
            Action::CreateOrder { .. } | Action::CreateLink { .. } => {
                let payable = cx.partner().limits().payable;
                if entry.intent.until.plus(payable) <= now() {
                    // What has not been paid by now never will be; the history is not read for it for ever.
                    return Ok(Shown::Candidates(Vec::new(), now()));
                }
                [Some(Owner::Partner), None]
            }
            Action::CreateCard { user, before } => {
                let looked_at = now();
                let cards = list_cards(cx, user).await?;
                let was_there = |id: &CardId| before.iter().flatten().any(|it| it == id);
                let new = cards.into_iter().filter(|card| !was_there(&card.id));
                let new = new.map(|card| Reference::Card(card.id));
                let candidates = new.filter(|it| !is_claimed(it)).map(|it| Candidate {
                    reference: Some(it),
                    at: entry.intent.at,
                    is_keyed: false,
                });
                return Ok(Shown::Candidates(candidates.collect(), looked_at));
            }
            Action::Create { user } => {
                let looked_at = now();
                return Ok(Shown::There(exists(cx, user).await?, looked_at));
            }
            _ => {
                let looked_at = now();
                return Ok(match shows(cx, entry).await? {
                    Some(happened) => Shown::There(happened, looked_at),
                    None => Shown::NoRecords,
                });
            }
        };
        let mut gone = None;
        for owner in owners.into_iter().flatten() {
            match self.history(cx, &owner, from).await {
                Ok(read) => {
                    let candidates =
                        candidates(cx, &owner, action, from, &read, is_claimed).await?;
                    return Ok(Shown::Candidates(candidates, read.looked_at));
                }
                Err(error) if error.is_user_gone() || error.has_no_balances() => gone = Some(error),
                Err(error) => return Err(error),
            }
        }
        match gone {
            Some(error) => Err(error),
            None => Ok(Shown::NoRecords),
        }
    }

    /// A history, newest first, at least as far back as `from`.
    async fn history(
        &mut self,
        cx: &Context,
        owner: &Owner<UserId>,
        from: Timestamp,
    ) -> Result<Read, Error> {
        if let Some(read) = self.histories.get(owner)
            && read.from <= from
        {
            return Ok(read.clone());
        }
        let looked_at = now();
        let mut entries = Vec::new();
        let (mut next, mut advance) = (None, Advance::default());
        loop {
            let page = read_page(cx, owner, next, Some(100)).await?;
            let reaches_back = page.entries.iter().any(|it| it.created_at < from);
            entries.extend(page.entries);
            next = page.next.filter(|_| !reaches_back);
            match &next {
                None => break,
                Some(next) if advance.to(next) => {}
                Some(_) => return Err(Error::stuck_pager(owner.as_ref().user())),
            }
        }
        let read = Read {
            from,
            looked_at,
            entries,
        };
        self.histories.insert(owner.clone(), read.clone());
        Ok(read)
    }
}

/// Whether the provider knows the user. Only a rule about verification also says so.
pub(crate) async fn exists(cx: &Context, user: &UserId) -> Result<bool, Error> {
    let id = user.clone();
    let send = |client: Client| async move { client.get_user_balances(&id).await };
    match cx.send(send).await {
        Ok(_) => Ok(true),
        Err(error) if error.is_user_gone() => Ok(false),
        Err(error) => {
            let error = error.into_error(OperationId::GetUserBalances.as_str(), Some(user));
            match error.has_no_balances() {
                true => Ok(true),
                false => Err(error),
            }
        }
    }
}

async fn candidates(
    cx: &Context,
    owner: &Owner<UserId>,
    action: &Action,
    from: Timestamp,
    read: &Read,
    is_claimed: &(dyn Fn(&Reference) -> bool + Send + Sync),
) -> Result<Vec<Candidate>, Error> {
    let mut candidates = Vec::new();
    for entry in read.entries.iter().rev() {
        if entry.created_at < from || !may_be(action, owner, entry) {
            continue;
        }
        let unnamed = Candidate {
            reference: None,
            at: entry.created_at,
            is_keyed: false,
        };
        let Some(reference) = entry.reference.as_deref().and_then(|id| named(action, id)) else {
            candidates.push(unnamed);
            continue;
        };
        let is_twice = candidates
            .iter()
            .any(|it: &Candidate| it.reference.as_ref() == Some(&reference));
        if is_twice || is_claimed(&reference) {
            continue;
        }
        match details(cx, owner, action, &reference).await {
            // What was made long before and is paid now.
            Ok(Fit::Is { at, .. }) if at < from => {}
            Ok(Fit::Is { is_keyed, at }) => candidates.push(Candidate {
                reference: Some(reference),
                at,
                is_keyed,
            }),
            Ok(Fit::IsNot) => {}
            // Of a kind that we do not know, or gone: if it was of ours it stays unnamed.
            Err(error) if error.refusal().is_some() => match entry.kind {
                HistoryEntryType::Unknown(_) => {}
                _ => candidates.push(unnamed),
            },
            Err(error) => return Err(error),
        }
    }
    Ok(candidates)
}

/// Whether an entry of this owner's history may be the movement: its kind, currency and direction, and an amount to
/// which a fee may have been added where money leaves, or from which one may have been taken where it arrives. A kind
/// that we do not know may be any. How much arrives for an order or a link is up to who pays.
fn may_be(action: &Action, owner: &Owner<UserId>, entry: &HistoryEntry) -> bool {
    let (kind, money, leaves) = match action {
        Action::CreateOrder { .. } => return entry.kind == HistoryEntryType::Order,
        Action::CreateLink { .. } => return entry.kind == HistoryEntryType::PaymentLink,
        Action::Transfer { source, money, .. } => {
            let leaves = Owner::from(source.clone()) == *owner;
            (HistoryEntryType::InternalTransfer, money, leaves)
        }
        Action::Exchange { money, .. } => (HistoryEntryType::Exchange, money, true),
        Action::PayOut { money, .. } => (HistoryEntryType::SepaTransfer, money, true),
        Action::Withdraw { money, .. } => (HistoryEntryType::CryptoWithdrawal, money, true),
        _ => return false,
    };
    let is_kind = entry.kind == kind || matches!(entry.kind, HistoryEntryType::Unknown(_));
    let (moved, wanted) = (
        entry.amount.atoms(),
        SignedAmount::from(money.amount()).atoms(),
    );
    let fits = match leaves {
        true => moved <= -wanted,
        false => 0 < moved && moved <= wanted,
    };
    is_kind && fits && entry.currency == money.currency()
}

fn named(action: &Action, id: &str) -> Option<Reference> {
    match action {
        Action::Transfer { .. } => TransferId::new(id).ok().map(Reference::Transfer),
        Action::Exchange { .. } => ExchangeId::new(id).ok().map(Reference::Exchange),
        Action::PayOut { .. } => SepaTransferId::new(id).ok().map(Reference::PayOut),
        Action::Withdraw { .. } => WithdrawalId::new(id).ok().map(Reference::Withdrawal),
        Action::CreateOrder { .. } => OrderId::new(id).ok().map(Reference::Order),
        Action::CreateLink { .. } => PaymentLinkId::new(id).ok().map(Reference::PaymentLink),
        _ => None,
    }
}

/// Whether a movement is of the shape in question, or carries its natural key.
enum Fit {
    Is { at: Timestamp, is_keyed: bool },
    IsNot,
}

impl Fit {
    fn of(at: Timestamp, has_shape: bool, key: Option<bool>) -> Self {
        match (has_shape, key) {
            (true, None) => Self::Is {
                at,
                is_keyed: false,
            },
            (true, Some(true)) => Self::Is { at, is_keyed: true },
            _ => Self::IsNot,
        }
    }
}

async fn details(
    cx: &Context,
    owner: &Owner<UserId>,
    action: &Action,
    reference: &Reference,
) -> Result<Fit, Error> {
    let is = |amount: Amount, wanted: Amount| amount == wanted;
    Ok(match (action, reference) {
        (
            Action::Transfer {
                source,
                destination,
                money,
            },
            Reference::Transfer(id),
        ) => {
            let id = id.clone();
            let send = |client: Client| async move { client.get_transfer(&id).await };
            let it = cx.read(OperationId::GetTransfer, None, send).await?;
            let has_shape = it.source_external_user_id == *source
                && it.destination_external_user_id == *destination
                && is(it.amount.0, money.amount())
                && it.currency == money.currency();
            Fit::of(it.created_at, has_shape, None)
        }
        (Action::PayOut { money, token, .. }, Reference::PayOut(id)) => {
            let it = read_payout(cx, id.clone()).await?;
            let has_shape = is(it.amount, money.amount()) && it.currency == money.currency();
            let title = it.title.as_ref().map(|title| title.expose());
            // A title that the records leave out says neither yes nor no.
            let key = match (token, title) {
                (Some(token), Some(title)) => Some(carries(title, token)),
                _ => None,
            };
            Fit::of(it.created_at, has_shape, key)
        }
        (Action::Withdraw { money, .. }, Reference::Withdrawal(id)) => {
            let of_partner = *owner == Owner::Partner;
            let it = read_withdrawal(cx, of_partner, id.clone()).await?;
            let has_shape = is(it.amount, money.amount()) && it.currency == money.currency();
            Fit::of(it.created_at, has_shape, None)
        }
        (
            Action::Exchange {
                money, lock, to, ..
            },
            Reference::Exchange(id),
        ) => {
            let it = match owner {
                Owner::Partner => read_own_exchange(cx, id.clone()).await?,
                Owner::User(_) => read_exchange(cx, id.clone()).await?,
            };
            let has_shape =
                is(it.amount_from, money.amount()) && it.from == money.currency() && it.to == *to;
            Fit::of(it.created_at, has_shape, it.lock.map(|it| it == *lock))
        }
        (Action::CreateOrder { lock }, Reference::Order(id)) => {
            let it = read_order(cx, id.clone()).await?;
            Fit::of(it.created_at, true, it.lock_id.map(|it| it == *lock))
        }
        (Action::CreateLink { money }, Reference::PaymentLink(id)) => {
            let it = read_link(cx, id.clone()).await?;
            let has_shape = is(it.amount.0, money.amount()) && it.currency == money.currency();
            Fit::of(it.created_at, has_shape, None)
        }
        _ => Fit::IsNot,
    })
}

/// Whether a title is our token, as a bank may show it: in another case, with more around it.
fn carries(title: &str, token: &PayOutToken) -> bool {
    title.to_ascii_uppercase().contains(token.as_str())
}
