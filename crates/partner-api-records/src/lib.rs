//! What a partner keeps for itself, in SQLite: the adapters of the ports that the layers above and below own.
//!
//! Each adapter is a feature, and one file in a directory of the partner's choosing. A file survives `kill -9` and power loss as of the last
//! answer that was given, and may be used by several processes of one machine at a time.
//!
//! # Layering
//! Below: the port's crate, and SQLite. Never here: decisions. What an adapter must decide inside a transaction it asks
//! a pure function of the port's crate.

#![deny(missing_docs)]

#[cfg(any(feature = "inbox", feature = "journal", test))]
#[cfg_attr(
    not(test),
    allow(dead_code, reason = "no single feature uses all of it")
)]
mod database;
#[cfg(feature = "inbox")]
mod inbox;
#[cfg(feature = "journal")]
mod journal;

#[cfg(any(feature = "inbox", feature = "journal", test))]
pub use database::{DatabaseError, OpenError};
#[cfg(feature = "inbox")]
pub use inbox::SqliteInbox;
#[cfg(feature = "journal")]
pub use journal::{AuditError, EraseError, Format, Imported, KnownUser, SqliteJournal, Verified};
