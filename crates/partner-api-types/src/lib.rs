//! What travels between a partner and the provider, as types.
//!
//! Most of it is generated from `openapi/partner-api.yaml` by `cargo xtask regen`: one struct or enum for each named
//! schema, the operation table ([`OPERATIONS`]), and the table of events ([`WEBHOOKS`], [`EventPayload`]). Written by hand are
//!
//! - [`AmountText`], [`AmountNumber`], [`DecimalNumber`] and [`SignedAmount`]: exact numbers that never pass through a
//!   float, whichever of its two forms the wire uses;
//! - [`open_enum!`]: an enum of strings that keeps a word it does not know;
//! - [`words`]: the provider's words for the states and rules of `partner_api_core`, both ways;
//! - [`shapes`]: what bodies look like, as data (the rows are generated);
//! - [`assumptions`]: what we believe of the provider and no current page says, one row each;
//! - [`reference`](mod@reference): countries, currencies and prices;
//! - [`operations`] and [`webhooks`]: what the rows of the two tables are made of.
//!
//! The other scalars (ids, personal data, currencies) are those of `partner_api_core`, under the names that the
//! specification gives them with `x-rust-type`.
//!
//! # Properties
//!
//! - A word, a field or an enum value that a newer provider adds never fails the reading of a body.
//! - `Debug` shows no personal data: each such field is a [`Pii`](partner_api_core::Pii) of its kind.
//! - What is read is written again as the same value.
//!
//! Never here: requests, retries, rules, and decisions about what an error means to a caller.

#![deny(missing_docs)]

// The generated code names its scalars by this path, which then also holds in the crates that it is moved to.
extern crate self as partner_api_types;

mod amount;
pub mod assumptions;
mod decimal;
#[rustfmt::skip] // formatted by `cargo xtask regen`
mod generated;
mod network;
mod open_enum;
pub mod operations;
#[cfg(test)]
mod page;
pub mod reference;
#[cfg(feature = "schemars")]
#[doc(hidden)]
pub mod schema;
pub mod shapes;
pub mod webhooks;
pub mod words;

pub use amount::{AmountNumber, AmountText, SignedAmount};
pub use decimal::{DecimalNumber, InvalidDecimal};
pub use generated::*;
pub use network::{NetworkName, UpperCaseNetwork};
pub use operations::{Effect, Method, Operation, Provenance};
pub use webhooks::Webhook;

pub use partner_api_core::documents::{DocumentKind, FILE_BYTES_MAX, FileKind, POA_FILES_MAX};
pub use partner_api_core::{
    AddressLine, BirthDate, CardExpiry, CardId, CardNumber, CardTransactionId, City, Country,
    Currency, Cvv, DepositId, DocumentExpiry, DocumentNumber, Email, ExchangeId, FreeText,
    HolderId, Iban, KycId, LockId, NationalId, Network, OneTimeCode, OrderId, PaymentLinkId,
    PersonName, Phone, Pin, PostCode, SepaTransferId, Timestamp, TransferId, UserId, WithdrawalId,
};

#[doc(hidden)]
pub mod __private {
    //! What the macros of this crate name.
    pub use serde;
}
