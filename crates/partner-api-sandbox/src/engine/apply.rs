//! Events as rows: what was decided becomes what is stored. Core evolves the values; this writes them down.

use partner_api_core::deposit::Contact;
use partner_api_core::user::Standing;
use partner_api_core::{Event, HolderId, Owner, State, Timer, Timestamp};

use super::error::EngineError;
use super::load::Users;
use super::names::NameHash;
use super::rows::{
    self, Belonging, LabelledSecrets, ObjectKind, Person, PersonalKey, TimerKey, WasClosed,
    belonging_key,
};
use super::snapshot::contacts;
use crate::store::{Batch, StoreError, Table};

/// What follows from events beyond their rows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Effects {
    /// Somebody's personal data was deleted and must be erased from the files.
    pub(super) erases: bool,
    /// The first time at which something happens by itself.
    pub(super) due: Option<Timestamp>,
}

/// Writes what the events make new. A command makes at most one thing, so if its id is taken, nothing was written.
pub(super) fn create(
    batch: &mut dyn Batch,
    events: &[Event],
) -> Result<Result<(), EngineError>, StoreError> {
    for event in events {
        let (is_new, kind, id) = match event {
            Event::UserCreated { user, .. } => {
                if !rows::create(batch, &user.holder, user)? {
                    return Ok(Err(EngineError::HolderTaken));
                }
                continue;
            }
            Event::TransferCreated { id, transfer } => (
                rows::create(batch, id, transfer)?,
                ObjectKind::Transfer,
                id.as_str(),
            ),
            Event::SepaTransferCreated { id, transfer, .. } => (
                rows::create(batch, id, transfer)?,
                ObjectKind::Payout,
                id.as_str(),
            ),
            Event::LockCreated { id, lock } => (
                rows::create(batch, id, lock)?,
                ObjectKind::Lock,
                id.as_str(),
            ),
            Event::ExchangeCreated { id, exchange } => (
                rows::create(batch, id, exchange)?,
                ObjectKind::Exchange,
                id.as_str(),
            ),
            Event::DepositCreated { id, deposit, .. } => (
                rows::create(batch, id, deposit)?,
                ObjectKind::Deposit,
                id.as_str(),
            ),
            Event::CardCreated { id, card, .. } => (
                rows::create(batch, id, card)?,
                ObjectKind::Card,
                id.as_str(),
            ),
            Event::CardTransactionCreated { id, transaction } => (
                rows::create(batch, id, transaction)?,
                ObjectKind::CardTransaction,
                id.as_str(),
            ),
            Event::WithdrawalCreated { id, withdrawal, .. } => (
                rows::create(batch, id, withdrawal)?,
                ObjectKind::Withdrawal,
                id.as_str(),
            ),
            Event::KycCreated { id, kyc, .. } => {
                (rows::create(batch, id, kyc)?, ObjectKind::Kyc, id.as_str())
            }
            Event::QuoteCreated { id, quote } => (
                rows::create(batch, id, quote)?,
                ObjectKind::Quote,
                id.as_str(),
            ),
            Event::CheckoutCreated { id, checkout } => (
                rows::create(batch, id, checkout.as_ref())?,
                ObjectKind::Checkout,
                id.as_str(),
            ),
            _ => continue,
        };
        if !is_new {
            let id = id.to_owned();
            return Ok(Err(EngineError::IdTaken { kind, id }));
        }
    }
    Ok(Ok(()))
}

/// Writes everything else that the events say; `state` is evolved on the way. Money is the books' to write.
pub(super) fn apply(
    batch: &mut dyn Batch,
    users: &mut Users,
    state: &mut State,
    events: &[Event],
    name: Option<&NameHash>,
    seq: u64,
) -> Result<Effects, StoreError> {
    let mut effects = Effects::default();
    let mut timers = 0;
    for event in events {
        if !matches!(event, Event::Booked { .. }) {
            state.evolve(event);
        }
        match event {
            Event::UserCreated { id, user, profile } => {
                let name = name.expect("whoever creates a user names it");
                batch.put(Table::Names, name, user.holder.0.as_bytes())?;
                let person = Person {
                    id: id.clone(),
                    profile: (**profile).clone(),
                };
                rows::save(batch, &user.holder, &person)?;
                users.changed(*user);
            }
            Event::VerificationChanged { holder, .. } | Event::StandingChanged { holder, .. } => {
                if let Some(user) = state.holder(*holder) {
                    rows::save(batch, holder, user)?;
                    users.changed(*user);
                }
            }
            Event::IdentityRecorded { holder, identity } => {
                rows::save(batch, holder, identity.as_ref())?;
            }
            Event::ProfileUpdated { holder, changes } => {
                if let Some(mut person) = rows::load::<Person>(&*batch, holder)? {
                    person.change(changes);
                    rows::save(batch, holder, &person)?;
                }
            }
            Event::PersonErased { holder } => {
                erase(batch, *holder)?;
                effects.erases = true;
            }
            Event::SepaTransferCreated {
                id,
                transfer,
                receiver,
            } => {
                let owner = transfer.owner;
                let key = PersonalKey::Receiver(owner, id.clone());
                rows::save(batch, &key, receiver.as_ref())?;
                own(batch, owner, Belonging::Payout, id.as_str(), true)?;
            }
            Event::SepaTransferChanged { id, .. } => {
                if let Some(transfer) = state.sepa_transfers.get(id) {
                    rows::save(batch, id, transfer)?;
                    let is_pending = transfer.state.is_pending();
                    own(
                        batch,
                        transfer.owner,
                        Belonging::Payout,
                        id.as_str(),
                        is_pending,
                    )?;
                }
            }
            Event::LockChanged { lock: id, .. } => {
                if let Some(lock) = state.locks.get(id) {
                    rows::save(batch, id, lock)?;
                }
            }
            Event::ExchangeCreated { id, exchange } => {
                own(
                    batch,
                    exchange.owner,
                    Belonging::Exchange,
                    id.as_str(),
                    true,
                )?;
            }
            Event::ExchangeChanged { id, .. } => {
                if let Some(exchange) = state.exchanges.get(id) {
                    rows::save(batch, id, exchange)?;
                    let is_pending = exchange.state.is_pending();
                    own(
                        batch,
                        exchange.owner,
                        Belonging::Exchange,
                        id.as_str(),
                        is_pending,
                    )?;
                }
            }
            Event::DepositCreated {
                id,
                deposit,
                sender,
            } => {
                if let Some(owner) = deposit.owner {
                    if deposit.state.is_open() {
                        own(batch, owner, Belonging::Deposit, id.as_str(), true)?;
                    }
                    if let Some(sender) = sender
                        && keeps_personal(state, owner)
                    {
                        let key = PersonalKey::Sender(owner, id.clone());
                        rows::save(batch, &key, sender.as_ref())?;
                    }
                }
            }
            Event::DepositChanged { deposit: id, .. } => {
                if let Some(deposit) = state.deposits.get(id) {
                    rows::save(batch, id, deposit)?;
                    if let Some(owner) = deposit.owner {
                        let is_open = deposit.state.is_open();
                        own(batch, owner, Belonging::Deposit, id.as_str(), is_open)?;
                    }
                }
            }
            Event::CardCreated { id, card, secrets } => {
                let printed = LabelledSecrets {
                    label: card.label.clone(),
                    secrets: (**secrets).clone(),
                };
                let key = PersonalKey::Card(card.owner, id.clone());
                rows::save(batch, &key, &printed)?;
                let owner = Owner::User(card.owner);
                own(batch, owner, Belonging::Card, id.as_str(), true)?;
            }
            Event::CardPinChanged { card, owner, pin } => {
                let key = PersonalKey::Card(*owner, card.clone());
                if let Some(mut printed) = rows::load::<LabelledSecrets>(&*batch, &key)? {
                    printed.secrets.pin = (**pin).clone();
                    rows::save(batch, &key, &printed)?;
                }
            }
            Event::CardTransactionCreated { id, transaction } => {
                let owner = Owner::User(transaction.owner);
                own(batch, owner, Belonging::CardTransaction, id.as_str(), true)?;
            }
            Event::CardTransactionChanged { id, .. } => {
                if let Some(transaction) = state.card_transactions.get(id) {
                    rows::save(batch, id, transaction)?;
                    let owner = Owner::User(transaction.owner);
                    let is_pending = transaction.state.is_pending();
                    own(
                        batch,
                        owner,
                        Belonging::CardTransaction,
                        id.as_str(),
                        is_pending,
                    )?;
                }
            }
            Event::WithdrawalCreated {
                id,
                withdrawal,
                destination,
            } => {
                let owner = withdrawal.owner;
                let key = PersonalKey::Destination(owner, id.clone());
                rows::save(batch, &key, destination.as_ref())?;
                own(batch, owner, Belonging::Withdrawal, id.as_str(), true)?;
            }
            Event::WithdrawalChanged { id, .. } => {
                if let Some(withdrawal) = state.withdrawals.get(id) {
                    rows::save(batch, id, withdrawal)?;
                    let is_pending = withdrawal.state.is_pending();
                    own(
                        batch,
                        withdrawal.owner,
                        Belonging::Withdrawal,
                        id.as_str(),
                        is_pending,
                    )?;
                }
            }
            Event::DocumentsChanged { holder, documents } => {
                rows::save(batch, holder, documents)?;
            }
            Event::KycCreated {
                id,
                kyc,
                questionnaire,
            } => {
                let key = PersonalKey::Questionnaire(kyc.holder, id.clone());
                rows::save(batch, &key, questionnaire.as_ref())?;
            }
            Event::KycDecided { id, .. } => {
                if let Some(kyc) = state.kycs.get(id) {
                    rows::save(batch, id, kyc)?;
                }
            }
            Event::ContactSaved { owner, contact } => save_contact(batch, *owner, contact)?,
            Event::TravelRuleSupplied {
                deposit,
                owner,
                data,
            } => {
                let key = PersonalKey::TravelRule(*owner, deposit.clone());
                rows::save(batch, &key, data.as_ref())?;
            }
            Event::WalletCreated { currency, network } => {
                batch.put(Table::Wallets, &rows::wallet_key(*currency, *network), &[])?;
            }
            Event::QuoteChanged { id, .. } => {
                if let Some(quote) = state.quotes.get(id) {
                    rows::save(batch, id, quote)?;
                }
            }
            Event::CheckoutChanged { id, checkout } => rows::save(batch, id, checkout.as_ref())?,
            Event::CardChanged { card: id, .. }
            | Event::CardLimitsChanged { card: id, .. }
            | Event::CardSpent { card: id, .. } => {
                if let Some(card) = state.cards.get(id) {
                    rows::save(batch, id, card)?;
                }
            }
            Event::TimerSet { due, timer } => {
                set_timer(batch, *due, seq, timers, timer)?;
                timers += 1;
                effects.due = Some(effects.due.map_or(*due, |first| first.min(*due)));
            }
            // Written when it was made, or with the books.
            Event::TransferCreated { .. }
            | Event::LockCreated { .. }
            | Event::QuoteCreated { .. }
            | Event::CheckoutCreated { .. }
            | Event::Booked { .. } => {}
        }
    }
    Ok(effects)
}

fn set_timer(
    batch: &mut dyn Batch,
    due: Timestamp,
    seq: u64,
    index: u8,
    timer: &Timer,
) -> Result<(), StoreError> {
    rows::save(batch, &TimerKey { due, seq, index }, timer)
}

/// Whether what is personal of an owner may be written: of a closed user nothing is, because nothing would erase it.
fn keeps_personal(state: &State, owner: Owner) -> bool {
    let Owner::User(holder) = owner else {
        return true;
    };
    let user = state.holder(holder);
    user.is_some_and(|user| user.standing != Standing::Closed)
}

/// Writes a contact over the one with the same IBAN, or behind the last one.
fn save_contact(batch: &mut dyn Batch, owner: Owner, contact: &Contact) -> Result<(), StoreError> {
    let known = contacts(&*batch, owner)?;
    let same = known.iter().find(|(_, it)| it.iban == contact.iban);
    let index = match same {
        Some((index, _)) => *index,
        None => known.last().map_or(0, |(last, _)| last + 1),
    };
    rows::save(batch, &PersonalKey::Contact(owner, index), contact)
}

/// Notes that a user has something, or has it no more. Of the partner nobody asks.
fn own(
    batch: &mut dyn Batch,
    owner: Owner,
    kind: Belonging,
    id: &str,
    has: bool,
) -> Result<(), StoreError> {
    let Owner::User(holder) = owner else {
        return Ok(());
    };
    let key = belonging_key(holder, kind, id);
    if has {
        batch.put(Table::Belongings, &key, &[])
    } else {
        batch.delete(Table::Belongings, &key)
    }
}

/// Deletes every personal row of a user, and remembers that there was one.
fn erase(batch: &mut dyn Batch, holder: HolderId) -> Result<(), StoreError> {
    let prefix = holder.0.as_bytes();
    let mut keys = Vec::new();
    batch.scan(Table::Personal, prefix, &mut |key, _| {
        if key.starts_with(prefix) {
            keys.push(key.to_vec());
            std::ops::ControlFlow::Continue(())
        } else {
            std::ops::ControlFlow::Break(())
        }
    })?;
    for key in keys {
        batch.delete(Table::Personal, &key)?;
    }
    rows::save(batch, &holder, &WasClosed)
}
