//! What a user, a card, a transfer, an exchange or a payout may do next, as pure functions over values; and the scalars
//! that everything else is made of.
//!
//! Start at [`user::STEPS`], the table of what a user may do in which standing, then [`decide`], which turns a
//! [`Command`] on a [`State`] at a moment into [`Event`]s or a [`Refusal`], then [`State::evolve`], which applies them.
//!
//! | Module | Holds |
//! |---|---|
//! | [`user`], [`documents`], [`kyc`], [`card`] | lifecycles of people and cards: state, table, rules |
//! | [`transfer`], [`sepa_transfer`], [`withdrawal`], [`deposit`] | lifecycles of money that moves |
//! | [`lock`], [`exchange`], [`checkout`] | lifecycles of money that changes its currency |
//! | [`ledger`] | double entry: legs that sum to zero |
//! | [`rule`] | every rule, in order of precedence, with the invariants L1 to L14 |
//! | [`policy`], [`FeeSchedule`] | what varies: both readings of L4, limits, delays, prices |
//! | [`steps`] | what a transition table is, and questions to one |
//! | [`pii`] | personal data that never prints |
//!
//! To see the rules at work without reading code: `stories/*.story`, tables of commands and outcomes that are told to these
//! functions and to a sandbox over real sockets alike, and `tests/rules/cells.txt`, what comes of every action in every
//! standing. `tests/rules/invariants.rs` and `limits.rs` search for a way around L1 to L14, a test each.
//!
//! Each lifecycle is one constant table, and everybody walks its rows: the sandbox that executes, the client's guard
//! that warns, and the documentation. What the provider's pages do not say is marked ASSUMED.
//!
//! Never here: I/O, async, a clock, randomness (`now` and every new id are arguments), and the provider's words (a state
//! is `Standing::Suspended`; what the wire calls it lives in `partner_api_types`).

#![deny(missing_docs)]

mod amount;
mod country;
mod currency;
mod fees;
mod ids;
mod money;
mod network;
mod owner;
pub mod pii;
mod time;

pub mod rule;
pub mod steps;

pub mod card;
pub mod checkout;
pub mod deposit;
pub mod documents;
pub mod exchange;
pub mod kyc;
pub mod ledger;
pub mod lock;
pub mod policy;
pub mod sepa_transfer;
pub mod transfer;
pub mod user;
pub mod withdrawal;

mod command;
mod decide;
mod event;
mod refusal;
mod state;

pub use amount::{Amount, InvalidAmount, MAX_DECIMALS};
pub use command::{Command, CommandKind, Names, OfUsers, Timer};
pub use country::{Country, InvalidCountry};
pub use currency::{Currency, InvalidCurrency};
pub use decide::{admit, decide};
pub use event::{Event, Movement};
pub use fees::{FeeSchedule, Share, WithdrawalTerms};
pub use ids::{
    CardId, CardTransactionId, CheckoutId, DepositId, ExchangeId, HolderId, IdProblem, InvalidId,
    KycId, LockId, MAX_ID_BYTES, OrderId, PaymentLinkId, SepaTransferId, TransactionHash,
    TransferId, UserId, WithdrawalId,
};
pub use money::{InvalidMoney, Money, TooPrecise};
pub use network::Network;
pub use owner::Owner;
pub use pii::{
    AddressLine, BirthDate, CardExpiry, CardNumber, City, Cvv, DocumentExpiry, DocumentNumber,
    Email, FreeText, Iban, InvalidPii, Kind, NationalId, OneTimeCode, PersonName, Phone, Pii, Pin,
    PostCode,
};
pub use policy::{ActiveCards, CardLimits, CheckoutTimes, ClosedLoop, DocumentsNeeded, Policy};
pub use refusal::Refusal;
pub use rule::{Invariant, Rule};
pub use state::State;
pub use time::{InvalidTimestamp, Timestamp};
