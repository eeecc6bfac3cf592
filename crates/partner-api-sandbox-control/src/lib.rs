//! The client of the sandbox's control API: its clock, the outside world, and its books.
//!
//! [`connect`] makes a [`Client`]; the client has one method for each operation of `openapi/sandbox.yaml`, from which
//! `cargo xtask regen` generates it, and [`types`] holds their bodies.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let control = partner_api_sandbox_control::connect("http://127.0.0.1:4011", "the key it printed")?;
//! control.freeze_clock().await?;
//! let books = control.get_books().await?.into_inner();
//! assert!(books.currencies.iter().all(|currency| currency.sum.is_zero()));
//! # Ok(())
//! # }
//! ```
//!
//! Never here: retries, the Partner API itself, and anything that works against the real provider, which has no such
//! interface.

#![deny(missing_docs)]

mod connect;
#[rustfmt::skip] // formatted by `cargo xtask regen`
mod generated;
mod snapshot;

pub use connect::{ConnectError, connect};
pub use generated::*;
pub use snapshot::SnapshotError;
