//! What the bytes of each row mean: core's values on one side, keys and values of the store on the other.
//!
//! States are written as core's stable words and lengths come first, so that a row stays readable when variants are
//! added. Nothing personal is in any row but those of [`Table::Personal`].

mod card;
mod checkout;
mod codec;
pub(super) mod decision;
mod deposit;
mod money;
mod onboarding;
mod orders;
mod outbox;
mod person;
mod setting;
mod timer;
mod user;
mod withdrawal;

use std::ops::ControlFlow;

use partner_api_core::HolderId;

use crate::store::{Batch, Rows, StoreError, Table};
pub(super) use codec::{Damaged, Read, Write};

pub(super) use card::LabelledSecrets;
pub(super) use checkout::wallet_key;
pub(super) use decision::{Booking, Decision, Deed, ObjectKind, Subject};
pub(super) use money::{
    Balance, balance_key, history_key, read_balance_key, read_history_key, read_total_key,
    total_key,
};
pub(super) use outbox::{
    Cursor, EVENT_BYTES, due_key, line_key, line_of, read_delivery_key, read_due_key,
    read_line_key, read_receiver_key, receiver_key,
};
pub(super) use person::{Person, PersonalKey, contacts_of};
pub(super) use setting::{NameKey, Position, Setting, WasClosed, Written};
pub(super) use timer::TimerKey;
pub(super) use user::{Belonging, belonging_key, belongings_of};

/// A value that is a row under a key of its own.
pub(super) trait Record: Sized {
    /// What it is found by.
    type Key: ?Sized;
    /// Where it is.
    const TABLE: Table;
    /// The key's bytes.
    fn key(key: &Self::Key, to: &mut Vec<u8>);
    /// The value's bytes.
    fn write(&self, to: &mut Vec<u8>);
    /// The value of such bytes.
    fn read(from: &mut Read<'_>) -> Result<Self, Damaged>;
}

/// The record under `key`.
pub(super) fn load<R: Record>(rows: &dyn Rows, key: &R::Key) -> Result<Option<R>, StoreError> {
    let mut bytes = Vec::with_capacity(40);
    R::key(key, &mut bytes);
    let mut found = None;
    rows.get(R::TABLE, &bytes, &mut |value| {
        found = Some(R::read(&mut Read::new(value)));
    })?;
    found.transpose().map_err(|it| it.of(R::TABLE))
}

/// Writes a record over another or under a new key.
pub(super) fn save<R: Record>(
    batch: &mut dyn Batch,
    key: &R::Key,
    record: &R,
) -> Result<(), StoreError> {
    let (key, value) = bytes(key, record);
    batch.put(R::TABLE, &key, &value)
}

/// Writes a record under a key that must be new; says whether it was.
pub(super) fn create<R: Record>(
    batch: &mut dyn Batch,
    key: &R::Key,
    record: &R,
) -> Result<bool, StoreError> {
    let (key, value) = bytes(key, record);
    batch.insert(R::TABLE, &key, &value)
}

/// Deletes a record.
pub(super) fn remove<R: Record>(batch: &mut dyn Batch, key: &R::Key) -> Result<(), StoreError> {
    let mut bytes = Vec::with_capacity(40);
    R::key(key, &mut bytes);
    batch.delete(R::TABLE, &bytes)
}

fn bytes<R: Record>(key: &R::Key, record: &R) -> (Vec<u8>, Vec<u8>) {
    let (mut key_bytes, mut value) = (Vec::with_capacity(40), Vec::with_capacity(240));
    R::key(key, &mut key_bytes);
    record.write(&mut value);
    (key_bytes, value)
}

/// Shows every row whose key begins with `prefix`, the key without it.
pub(super) fn each_under(
    rows: &dyn Rows,
    table: Table,
    prefix: &[u8],
    mut look: impl FnMut(&mut Read<'_>, &mut Read<'_>) -> Result<(), Damaged>,
) -> Result<(), StoreError> {
    let mut damaged = None;
    rows.scan(table, prefix, &mut |key, value| {
        let Some(rest) = key.strip_prefix(prefix) else {
            return ControlFlow::Break(());
        };
        match look(&mut Read::new(rest), &mut Read::new(value)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                damaged = Some(error.of(table));
                ControlFlow::Break(())
            }
        }
    })?;
    damaged.map_or(Ok(()), Err)
}

fn holder_key(holder: HolderId, to: &mut Vec<u8>) {
    to.extend_from_slice(holder.0.as_bytes());
}
