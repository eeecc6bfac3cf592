//! The port to whatever keeps the rows: tables of bytes in key order, changed in batches and read in snapshots.
//!
//! It is small on purpose, so that another engine is one file. What a row means is not known here; that is
//! `crate::engine::rows`. Every engine passes the suite in `conformance.rs`:
//!
//! * a batch is durable as a whole when [`Store::batch`] returns, or as if it had never been;
//! * within a batch its own changes are read, outside of it only what is durable;
//! * a snapshot never changes while it is looked at;
//! * after [`Store::erase`], no byte of a value that was deleted from [`Table::Personal`] is in any file.

#[cfg(test)]
mod conformance;
mod error;
mod memory;
mod sqlite;

use std::ops::ControlFlow;

pub use error::{OpenError, StoreError};
pub(crate) use memory::Memory;
pub(crate) use sqlite::Sqlite;

/// Shows a row; whether to go on to the next one is its answer.
pub(crate) type Look<'a> = dyn FnMut(&[u8], &[u8]) -> ControlFlow<()> + 'a;

/// What can be read, in a snapshot or in a batch.
pub(crate) trait Rows {
    /// Shows the value under `key`, if there is one, and says whether there was.
    fn get(
        &self,
        table: Table,
        key: &[u8],
        look: &mut dyn FnMut(&[u8]),
    ) -> Result<bool, StoreError>;

    /// Shows rows in key order, beginning with the first whose key is not below `from`, until `look` breaks.
    fn scan(&self, table: Table, from: &[u8], look: &mut Look<'_>) -> Result<(), StoreError>;
}

/// What can be changed, in a batch.
pub(crate) trait Batch: Rows {
    /// Writes a row under a new key; `false` if the key is taken, and nothing changes.
    fn insert(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<bool, StoreError>;

    /// Writes a row, new or over another one.
    fn put(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<(), StoreError>;

    /// Deletes a row, if it is there.
    fn delete(&mut self, table: Table, key: &[u8]) -> Result<(), StoreError>;

    /// Deletes every row of a table.
    fn clear(&mut self, table: Table) -> Result<(), StoreError>;
}

/// An engine. One thread writes; any number read meanwhile.
pub(crate) trait Store: Send + Sync {
    /// Runs `work` once and makes all its changes durable; none if it or the engine fails.
    fn batch(
        &self,
        work: &mut dyn FnMut(&mut dyn Batch) -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;

    /// Runs `work` once on what is durable now.
    fn snapshot(
        &self,
        work: &mut dyn FnMut(&dyn Rows) -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;

    /// Makes sure that deleted personal values are in no file any more. Waits for snapshots that could still show them.
    fn erase(&self) -> Result<(), StoreError>;
}

macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// A table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum Table {
            $($(#[$doc])* $name,)*
        }

        impl Table {
            /// All of them.
            pub(crate) const ALL: &[Self] = &[$(Self::$name,)*];

            /// How many of them, from the first on, a file of each version has.
            pub(crate) const OF_VERSIONS: &[usize] = &[15, 23, 28, 28, Self::ALL.len()];

            /// Whether it is of the running sandbox, as its keys are: who is told, and what became of that. The others are
            /// what happened.
            pub(crate) const fn is_of_receivers(self) -> bool {
                matches!(
                    self,
                    Self::Receivers | Self::Cursors | Self::Deliveries | Self::DeliveriesDue | Self::DeliveryLines
                )
            }

            /// Whether starting over forgets it.
            pub(crate) const fn is_of_history(self) -> bool {
                !self.is_of_receivers() && !matches!(self, Self::Settings)
            }

            /// Its name in files.
            pub(crate) const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
        }
    };
}

tables! {
    /// The clock, the last decision, the key of the names, the rates: by word. And who was closed, for ever: by holder.
    Settings = "settings",
    /// Whose a name was, for ever: by the name's keyed hash.
    Names = "names",
    /// Users as far as rules are concerned: by holder.
    Users = "users",
    /// Everything personal, and nothing personal is elsewhere: by holder, kind and id.
    Personal = "personal",
    /// What a user has that is not over: by holder, kind and id.
    Belongings = "belongings",
    /// Cards without their numbers: by id.
    Cards = "cards",
    /// Internal transfers: by id.
    Transfers = "transfers",
    /// Payouts without their receivers: by id.
    Payouts = "payouts",
    /// Exchanges: by id.
    Exchanges = "exchanges",
    /// Rate locks: by id.
    Locks = "locks",
    /// Deposits: by id.
    Deposits = "deposits",
    /// What happens by itself: by due time, then in order of cause.
    Timers = "timers",
    /// What each account holds: by account and currency.
    Balances = "balances",
    /// What all accounts of a kind hold: by kind and currency.
    Totals = "totals",
    /// Every decision and what it moved: by number. Keys are numbers of eight bytes.
    Decisions = "decisions",
    /// Which decisions moved something on an account of the partner or of a user, of before decisions knew each other (the
    /// third version): by account, the last one first.
    History = "history",
    /// What users have shown: by holder.
    Documents = "documents",
    /// Hosted verifications without what was asked: by id.
    Kycs = "kycs",
    /// Withdrawals without where they go: by id.
    Withdrawals = "withdrawals",
    /// Card payments: by id.
    CardTransactions = "card_transactions",
    /// Quotes for orders: by id.
    Quotes = "quotes",
    /// Orders and payment links: by id.
    Checkouts = "checkouts",
    /// Wallets that the partner has: by currency and network.
    Wallets = "wallets",
    /// Who is told what happens: by number.
    Receivers = "receivers",
    /// Up to which decision a receiver's deliveries have rows: by receiver.
    Cursors = "cursors",
    /// What became of each event at each receiver: by event, then receiver.
    Deliveries = "deliveries",
    /// Which deliveries wait for their time: by receiver and time.
    DeliveriesDue = "deliveries_due",
    /// Which deliveries are not over: by receiver and object, in their order.
    DeliveryLines = "delivery_lines",
}
