//! An engine that keeps everything in memory and nothing on disk: what an ephemeral sandbox runs on.
//!
//! A batch changes the tables in place under the write lock and keeps what it overwrote, to put it back if it fails.
//! So snapshots wait for a batch in progress, some microseconds; the durable engine has no such wait.

use std::collections::BTreeMap;
use std::ops::{Bound, ControlFlow};
use std::sync::{PoisonError, RwLock};

use super::{Batch, Look, Rows, Store, StoreError, Table};

type Bytes = Box<[u8]>;

/// The engine.
#[derive(Default)]
pub(crate) struct Memory {
    tables: RwLock<Tables>,
}

struct Tables(Vec<BTreeMap<Bytes, Bytes>>);

impl Default for Tables {
    fn default() -> Self {
        Self(vec![BTreeMap::new(); Table::ALL.len()])
    }
}

/// A batch in progress, with what undoes it.
struct Change<'a> {
    tables: &'a mut Tables,
    undo: Vec<(Table, Bytes, Option<Bytes>)>,
}

impl Store for Memory {
    fn batch(
        &self,
        work: &mut dyn FnMut(&mut dyn Batch) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        // A writer that panicked left its changes half made: `Change` puts them back when it is dropped.
        let mut tables = self.tables.write().unwrap_or_else(PoisonError::into_inner);
        let mut change = Change {
            tables: &mut tables,
            undo: Vec::new(),
        };
        work(&mut change)?;
        change.undo.clear();
        Ok(())
    }

    fn snapshot(
        &self,
        work: &mut dyn FnMut(&dyn Rows) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        work(&*self.tables.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn erase(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

impl Rows for Tables {
    fn get(
        &self,
        table: Table,
        key: &[u8],
        look: &mut dyn FnMut(&[u8]),
    ) -> Result<bool, StoreError> {
        let value = self.0[table as usize].get(key);
        if let Some(value) = value {
            look(value);
        }
        Ok(value.is_some())
    }

    fn scan(&self, table: Table, from: &[u8], look: &mut Look<'_>) -> Result<(), StoreError> {
        let from = (Bound::Included(from), Bound::Unbounded);
        for (key, value) in self.0[table as usize].range::<[u8], _>(from) {
            if look(key, value) == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(())
    }
}

impl Rows for Change<'_> {
    fn get(
        &self,
        table: Table,
        key: &[u8],
        look: &mut dyn FnMut(&[u8]),
    ) -> Result<bool, StoreError> {
        self.tables.get(table, key, look)
    }

    fn scan(&self, table: Table, from: &[u8], look: &mut Look<'_>) -> Result<(), StoreError> {
        self.tables.scan(table, from, look)
    }
}

impl Batch for Change<'_> {
    fn insert(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<bool, StoreError> {
        let is_taken = self.tables.0[table as usize].contains_key(key);
        if !is_taken {
            self.put(table, key, value)?;
        }
        Ok(!is_taken)
    }

    fn put(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        let before = self.tables.0[table as usize].insert(key.into(), value.into());
        self.undo.push((table, key.into(), before));
        Ok(())
    }

    fn delete(&mut self, table: Table, key: &[u8]) -> Result<(), StoreError> {
        if let Some((key, before)) = self.tables.0[table as usize].remove_entry(key) {
            self.undo.push((table, key, Some(before)));
        }
        Ok(())
    }

    fn clear(&mut self, table: Table) -> Result<(), StoreError> {
        let rows = std::mem::take(&mut self.tables.0[table as usize]);
        let undo = rows
            .into_iter()
            .map(|(key, value)| (table, key, Some(value)));
        self.undo.extend(undo);
        Ok(())
    }
}

impl Drop for Change<'_> {
    fn drop(&mut self) {
        for (table, key, before) in self.undo.drain(..).rev() {
            let rows = &mut self.tables.0[table as usize];
            match before {
                Some(value) => rows.insert(key, value),
                None => rows.remove(&key),
            };
        }
    }
}
