//! Events as rows: what was decided becomes what is stored. Core evolves the values; this writes them down.

use partner_api_core::deposit::DepositState;
use partner_api_core::{Event, HolderId, State, Timer, Timestamp};

use super::error::EngineError;
use super::load::Users;
use super::names::NameHash;
use super::rows::{
    self, Belonging, LabelledSecrets, ObjectKind, Person, PersonalKey, TimerKey, belonging_key,
};
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
            Event::DepositCreated { id, deposit } => (
                rows::create(batch, id, deposit)?,
                ObjectKind::Deposit,
                id.as_str(),
            ),
            Event::CardCreated { id, card, .. } => (
                rows::create(batch, id, card)?,
                ObjectKind::Card,
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
                let holder = transfer.holder;
                let key = PersonalKey::Receiver(holder, id.clone());
                rows::save(batch, &key, receiver.as_ref())?;
                own(batch, holder, Belonging::Payout, id.as_str(), true)?;
            }
            Event::SepaTransferChanged { id, .. } => {
                if let Some(transfer) = state.sepa_transfers.get(id) {
                    rows::save(batch, id, transfer)?;
                    let is_pending = transfer.state.is_pending();
                    own(
                        batch,
                        transfer.holder,
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
                    exchange.holder,
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
                        exchange.holder,
                        Belonging::Exchange,
                        id.as_str(),
                        is_pending,
                    )?;
                }
            }
            Event::DepositCreated { id, deposit } => {
                if let (Some(holder), DepositState::Held) = (deposit.holder, deposit.state) {
                    own(batch, holder, Belonging::Deposit, id.as_str(), true)?;
                }
            }
            Event::DepositChanged { deposit: id, .. } => {
                if let Some(deposit) = state.deposits.get(id) {
                    rows::save(batch, id, deposit)?;
                    if let Some(holder) = deposit.holder {
                        let is_held = deposit.state == DepositState::Held;
                        own(batch, holder, Belonging::Deposit, id.as_str(), is_held)?;
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
                own(batch, card.owner, Belonging::Card, id.as_str(), true)?;
            }
            Event::CardChanged { card: id, .. } => {
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
            Event::TransferCreated { .. } | Event::LockCreated { .. } | Event::Booked { .. } => {}
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

/// Notes that a user has something, or has it no more.
fn own(
    batch: &mut dyn Batch,
    holder: HolderId,
    kind: Belonging,
    id: &str,
    has: bool,
) -> Result<(), StoreError> {
    let key = belonging_key(holder, kind, id);
    if has {
        batch.put(Table::Belongings, &key, &[])
    } else {
        batch.delete(Table::Belongings, &key)
    }
}

/// Deletes every personal row of a user.
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
    Ok(())
}
