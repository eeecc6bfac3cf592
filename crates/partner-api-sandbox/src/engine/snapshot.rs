//! Typed reads of one moment: whatever is asked of a snapshot, it answers from the same commit.

use partner_api_core::card::{Card, CardSecrets, CardTransaction};
use partner_api_core::checkout::Checkout;
use partner_api_core::deposit::{Contact, Deposit, Sender};
use partner_api_core::documents::Documents;
use partner_api_core::exchange::Exchange;
use partner_api_core::kyc::Kyc;
use partner_api_core::ledger::{Account, AccountKind};
use partner_api_core::lock::Lock;
use partner_api_core::sepa_transfer::{Receiver, SepaTransfer};
use partner_api_core::transfer::Transfer;
use partner_api_core::user::{Identity, Profile, User};
use partner_api_core::withdrawal::{Destination, Withdrawal};
use partner_api_core::{
    CardId, CardTransactionId, CheckoutId, Currency, DepositId, ExchangeId, HolderId, KycId,
    LockId, Network, Owner, SepaTransferId, Timer, Timestamp, TransferId, UserId, WithdrawalId,
};

use super::names::{NameHash, Names};
use super::rows::{
    self, Balance, Belonging, Damaged, Decision, LabelledSecrets, Person, PersonalKey, Position,
    Read, TimerKey,
};
use crate::store::{Rows, StoreError, Table};

/// The state after some decision; see [`Engine::read`](super::Engine::read).
pub struct Snapshot<'a> {
    pub(super) rows: &'a dyn Rows,
    pub(super) names: &'a Names,
    pub(super) seq: u64,
}

/// The books of one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrencyBooks {
    /// Which.
    pub currency: Currency,
    /// The sum over all accounts in atoms: always zero.
    pub sum: i128,
    /// What all accounts of each kind hold, in atoms.
    pub totals: Vec<(AccountKind, i128)>,
}

impl Snapshot<'_> {
    /// The number of the last decision that this snapshot saw.
    pub fn seq(&self) -> Result<u64, StoreError> {
        Ok(self.seq)
    }

    /// The user under the partner's id; one that was closed is found for ever.
    pub fn user(&self, id: &UserId) -> Result<Option<User>, StoreError> {
        match holder_of(self.rows, &self.names.hash(id))? {
            Some(holder) => self.holder(holder),
            None => Ok(None),
        }
    }

    /// The user under the provider's id.
    pub fn holder(&self, holder: HolderId) -> Result<Option<User>, StoreError> {
        rows::load(self.rows, &holder)
    }

    /// The partner's id of a user; nothing once it is erased.
    pub fn user_id(&self, holder: HolderId) -> Result<Option<UserId>, StoreError> {
        let mut key = Vec::with_capacity(17);
        <Person as rows::Record>::key(&holder, &mut key);
        let mut id = None;
        self.rows.get(Table::Personal, &key, &mut |value| {
            id = Some(Person::read_id(&mut Read::new(value)));
        })?;
        id.transpose().map_err(|it| it.of(Table::Personal))
    }

    /// Users in order of the provider's ids, which is that of creation where their maker sees to that: at most `limit`,
    /// of those behind `after`, with the partner's id of each; none once it is erased.
    pub fn users(
        &self,
        after: Option<HolderId>,
        limit: usize,
    ) -> Result<Vec<(User, Option<UserId>)>, StoreError> {
        let mut from = Vec::with_capacity(17);
        if let Some(after) = after {
            <User as rows::Record>::key(&after, &mut from);
            from.push(0);
        }
        let mut users: Vec<Result<User, Damaged>> = Vec::new();
        self.rows.scan(Table::Users, &from, &mut |_, value| {
            if users.len() == limit {
                return std::ops::ControlFlow::Break(());
            }
            users.push(<User as rows::Record>::read(&mut Read::new(value)));
            std::ops::ControlFlow::Continue(())
        })?;
        let users = users.into_iter().map(|user| {
            let user = user.map_err(|it| it.of(Table::Users))?;
            Ok((user, self.user_id(user.holder)?))
        });
        users.collect()
    }

    /// A user's profile; nothing once it is erased.
    pub fn profile(&self, holder: HolderId) -> Result<Option<Profile>, StoreError> {
        let person: Option<Person> = rows::load(self.rows, &holder)?;
        Ok(person.map(|person| person.profile))
    }

    /// The identity data that was submitted last; nothing once it is erased.
    pub fn identity(&self, holder: HolderId) -> Result<Option<Identity>, StoreError> {
        rows::load(self.rows, &holder)
    }

    /// What an account holds, in atoms: each currency that it ever held, in order of code length, then code.
    pub fn balances(&self, account: Account) -> Result<Vec<(Currency, i64)>, StoreError> {
        let held = balances(self.rows, account)?.into_iter();
        Ok(held.map(|(currency, it)| (currency, it.atoms)).collect())
    }

    /// A user's cards in order of creation, deleted ones included.
    pub fn cards(&self, holder: HolderId) -> Result<Vec<(CardId, Card)>, StoreError> {
        let mut cards = Vec::new();
        for id in belongings::<CardId>(self.rows, holder, Belonging::Card)? {
            if let Some(card) = self.card(&id)? {
                cards.push((id, card));
            }
        }
        // Ids are new in order of time where their maker sees to that; the sort is for those that do not.
        cards.sort_by_key(|(_, card)| card.created_at);
        Ok(cards)
    }

    /// A card; its label is empty once it is erased.
    pub fn card(&self, id: &CardId) -> Result<Option<Card>, StoreError> {
        let Some(mut card) = rows::load::<Card>(self.rows, id)? else {
            return Ok(None);
        };
        if let Some(printed) = self.printed(card.owner, id)? {
            card.label = printed.label;
        }
        Ok(Some(card))
    }

    /// What is printed on a card, and its PIN; nothing once it is erased.
    pub fn card_secrets(
        &self,
        owner: HolderId,
        id: &CardId,
    ) -> Result<Option<CardSecrets>, StoreError> {
        Ok(self.printed(owner, id)?.map(|printed| printed.secrets))
    }

    fn printed(&self, owner: HolderId, id: &CardId) -> Result<Option<LabelledSecrets>, StoreError> {
        rows::load(self.rows, &PersonalKey::Card(owner, id.clone()))
    }

    /// An internal transfer.
    pub fn transfer(&self, id: &TransferId) -> Result<Option<Transfer>, StoreError> {
        rows::load(self.rows, id)
    }

    /// A payout.
    pub fn payout(&self, id: &SepaTransferId) -> Result<Option<SepaTransfer>, StoreError> {
        rows::load(self.rows, id)
    }

    /// Who receives a payout; nothing once it is erased.
    pub fn receiver(
        &self,
        payer: Owner,
        id: &SepaTransferId,
    ) -> Result<Option<Receiver>, StoreError> {
        rows::load(self.rows, &PersonalKey::Receiver(payer, id.clone()))
    }

    /// A withdrawal.
    pub fn withdrawal(&self, id: &WithdrawalId) -> Result<Option<Withdrawal>, StoreError> {
        rows::load(self.rows, id)
    }

    /// Where a withdrawal goes; nothing once it is erased.
    pub fn destination(
        &self,
        payer: Owner,
        id: &WithdrawalId,
    ) -> Result<Option<Destination>, StoreError> {
        rows::load(self.rows, &PersonalKey::Destination(payer, id.clone()))
    }

    /// Who sent a deposit by bank; nothing once it is erased.
    pub fn sender(&self, owner: Owner, id: &DepositId) -> Result<Option<Sender>, StoreError> {
        rows::load(self.rows, &PersonalKey::Sender(owner, id.clone()))
    }

    /// The bank accounts that sent to an owner, in order of appearance.
    pub fn contacts(&self, owner: Owner) -> Result<Vec<Contact>, StoreError> {
        let contacts = contacts(self.rows, owner)?.into_iter();
        Ok(contacts.map(|(_, contact)| contact).collect())
    }

    /// What documents a user has shown.
    pub fn documents(&self, holder: HolderId) -> Result<Documents, StoreError> {
        Ok(rows::load(self.rows, &holder)?.unwrap_or_default())
    }

    /// A hosted verification.
    pub fn kyc(&self, id: &KycId) -> Result<Option<Kyc>, StoreError> {
        rows::load(self.rows, id)
    }

    /// A card payment.
    pub fn card_transaction(
        &self,
        id: &CardTransactionId,
    ) -> Result<Option<CardTransaction>, StoreError> {
        rows::load(self.rows, id)
    }

    /// An order or a payment link.
    pub fn checkout(&self, id: &CheckoutId) -> Result<Option<Checkout>, StoreError> {
        rows::load(self.rows, id)
    }

    /// Whether the partner has a wallet.
    pub fn has_wallet(&self, currency: Currency, network: Network) -> Result<bool, StoreError> {
        let key = rows::wallet_key(currency, network);
        self.rows.get(Table::Wallets, &key, &mut |_| {})
    }

    /// An exchange.
    pub fn exchange(&self, id: &ExchangeId) -> Result<Option<Exchange>, StoreError> {
        rows::load(self.rows, id)
    }

    /// A rate lock.
    pub fn lock(&self, id: &LockId) -> Result<Option<Lock>, StoreError> {
        rows::load(self.rows, id)
    }

    /// A deposit.
    pub fn deposit(&self, id: &DepositId) -> Result<Option<Deposit>, StoreError> {
        rows::load(self.rows, id)
    }

    /// The deposits for a user that are neither credited nor returned.
    pub fn open_deposits(&self, holder: HolderId) -> Result<Vec<(DepositId, Deposit)>, StoreError> {
        let mut held = Vec::new();
        for id in belongings::<DepositId>(self.rows, holder, Belonging::Deposit)? {
            if let Some(deposit) = self.deposit(&id)? {
                held.push((id, deposit));
            }
        }
        Ok(held)
    }

    /// The books of every currency that ever moved.
    pub fn books(&self) -> Result<Vec<CurrencyBooks>, StoreError> {
        let mut books: Vec<CurrencyBooks> = Vec::new();
        rows::each_under(self.rows, Table::Totals, &[], |key, value| {
            let (kind, currency) = rows::read_total_key(key)?;
            let total = value.i128()?;
            if books.last().is_none_or(|last| last.currency != currency) {
                books.push(CurrencyBooks {
                    currency,
                    sum: 0,
                    totals: Vec::new(),
                });
            }
            if let Some(last) = books.last_mut() {
                last.sum += total;
                last.totals.push((kind, total));
            }
            Ok(())
        })?;
        Ok(books)
    }

    /// Decisions with a number above `after`, at most `limit`, in order.
    pub fn decisions(&self, after: u64, limit: usize) -> Result<Vec<Decision>, StoreError> {
        let mut decisions = Vec::new();
        each_decision(self.rows, after, |decision| {
            decisions.push(decision);
            decisions.len() < limit
        })?;
        decisions.truncate(limit);
        Ok(decisions)
    }

    /// What happens by itself up to a moment, in order.
    pub fn timers_due(&self, until: Timestamp) -> Result<Vec<(Timestamp, Timer)>, StoreError> {
        let timers = timers_due(self.rows, until, usize::MAX)?;
        let public = timers.into_iter().map(|(key, timer)| (key.due, timer));
        Ok(public.collect())
    }
}

impl std::fmt::Debug for Snapshot<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot").finish_non_exhaustive()
    }
}

/// Whose a name is or was.
pub(super) fn holder_of(rows: &dyn Rows, name: &NameHash) -> Result<Option<HolderId>, StoreError> {
    let mut holder = None;
    rows.get(Table::Names, name, &mut |value| {
        holder = Some(Read::new(value).holder());
    })?;
    holder.transpose().map_err(|it| it.of(Table::Names))
}

/// The bank accounts that sent to an owner, with their places.
pub(super) fn contacts(rows: &dyn Rows, owner: Owner) -> Result<Vec<(u32, Contact)>, StoreError> {
    let mut contacts = Vec::new();
    let prefix = rows::contacts_of(owner);
    rows::each_under(rows, Table::Personal, &prefix, |key, value| {
        let index = key.array().map(u32::from_be_bytes)?;
        contacts.push((index, <Contact as rows::Record>::read(value)?));
        Ok(())
    })?;
    Ok(contacts)
}

/// The ids of what a user has.
pub(super) fn belongings<T: TryFrom<String>>(
    rows: &dyn Rows,
    holder: HolderId,
    kind: Belonging,
) -> Result<Vec<T>, StoreError> {
    let mut ids = Vec::new();
    let prefix = rows::belongings_of(holder, kind);
    rows::each_under(rows, Table::Belongings, &prefix, |key, _| {
        ids.push(key.id()?);
        Ok(())
    })?;
    Ok(ids)
}

/// What an account holds, and which decision moved each currency last.
pub(super) fn balances(
    rows: &dyn Rows,
    account: Account,
) -> Result<Vec<(Currency, Balance)>, StoreError> {
    let mut balances = Vec::new();
    let prefix = rows::balance_key(account, None);
    rows::each_under(rows, Table::Balances, &prefix, |key, value| {
        balances.push((key.currency()?, Balance::read(value)?));
        Ok(())
    })?;
    Ok(balances)
}

/// The number of the last decision; 0 if there is none.
pub(super) fn last_decision(rows: &dyn Rows) -> Result<u64, StoreError> {
    Ok(rows::load::<Position>(rows, &())?.map_or(0, |last| last.seq))
}

/// Shows decisions with a number above `after`, until `look` says that it has enough.
pub(super) fn each_decision(
    rows: &dyn Rows,
    after: u64,
    mut look: impl FnMut(Decision) -> bool,
) -> Result<(), StoreError> {
    let mut damaged: Option<Damaged> = None;
    let from = Decision::key(after.saturating_add(1).min(i64::MAX as u64));
    rows.scan(Table::Decisions, &from, &mut |key, value| {
        let wants_more = match Decision::read_row(&mut Read::new(key), &mut Read::new(value)) {
            Ok(decision) => look(decision),
            Err(error) => {
                damaged = Some(error);
                false
            }
        };
        if wants_more {
            std::ops::ControlFlow::Continue(())
        } else {
            std::ops::ControlFlow::Break(())
        }
    })?;
    damaged.map_or(Ok(()), |it| Err(it.of(Table::Decisions)))
}

/// The first timers up to a moment, at most `limit`.
pub(super) fn timers_due(
    rows: &dyn Rows,
    until: Timestamp,
    limit: usize,
) -> Result<Vec<(TimerKey, Timer)>, StoreError> {
    let mut timers = Vec::new();
    let mut damaged: Option<Damaged> = None;
    rows.scan(Table::Timers, &[], &mut |key, value| {
        let row = TimerKey::read(&mut Read::new(key)).and_then(|key| {
            let timer = <Timer as rows::Record>::read(&mut Read::new(value))?;
            Ok((key, timer))
        });
        match row {
            Ok((key, timer)) if key.due <= until && timers.len() < limit => {
                timers.push((key, timer));
                std::ops::ControlFlow::Continue(())
            }
            Ok(_) => std::ops::ControlFlow::Break(()),
            Err(error) => {
                damaged = Some(error);
                std::ops::ControlFlow::Break(())
            }
        }
    })?;
    damaged.map_or(Ok(timers), |it| Err(it.of(Table::Timers)))
}
