//! The provider's words for the rules and states of `partner_api_core`, both ways.
//!
//! Core speaks its own words; what the wire calls them stands here once, for the sandbox that writes them and for the
//! domain that reads them. [`REFUSALS`] has a row for every [`Rule`], and each state has
//! `From` to its word and `TryFrom` back, which fails on a word that is no state.
//!
//! Most codes are documented, many statuses and names are not: each row says how it is known, and what is guessed is
//! marked ASSUMED.

mod access;
mod documents;
pub mod errors;
mod events;
mod lifecycle;
mod payments;
mod refusals;
mod states;

pub use access::AccessDenied;
pub use lifecycle::{Lifecycle, Order};
pub use partner_api_core::Rule;
pub use refusals::{
    INVALID_CURRENCY, REFUSALS, Refusal, TRANSFER_NOT_FOUND, UNAVAILABLE, UNKNOWN_EXCEPTION,
    VALIDATION, error_for, is_transient, known, rule_for, rules_for,
};
pub use states::NoState;
