//! An SDK for P100's **Partner API**, with which a company (a *partner*) gives its own customers
//! (*users*) accounts, cards, exchange and SEPA payouts.
#![deny(missing_docs)]

mod builder;
mod environment;
mod partner_api;
pub mod raw;

pub use partner_api_domain::{
    Actor, ApiRefusal, Balances, Blocker, Card, CardDetails, CardFailure, Cards, ClosurePlan,
    ClosureProgress, ClosureProof, ClosureReport, CreatedCard, CryptoBalance, Denial, Doubt, Error,
    Exchange, Exchanges, FiatBalance, Holding, Identity, IntentId, Journal, Mismatch, NewCard,
    NewUser, Operation, Outcome, PayOut, Payout, Pending, RateLock, Rates, ReadyClosure, Reason,
    Receipt, SuspendReport, TermsAccepted, TransferDetails, Transfers, Unresolved, UnsuspendReport,
    User, UserCreated, UserField, UserUpdate, Users, VolatileJournal,
};
pub use partner_api_domain::{guard, journal, verbs};

pub use partner_api_domain::client::{ApiKey, Behavior};
pub use partner_api_domain::core::{
    AddressLine, Amount, BirthDate, CardExpiry, CardId, CardNumber, City, Country, Currency, Cvv,
    DocumentNumber, Email, ExchangeId, FreeText, HolderId, Iban, InvalidAmount, InvalidCountry,
    InvalidCurrency, InvalidId, InvalidMoney, InvalidPii, Invariant, LockId, Money, NationalId,
    PersonName, Phone, Pii, Pin, PostCode, Rule, SepaTransferId, Timestamp, TooPrecise, TransferId,
    UserId,
};
pub use partner_api_domain::types::{
    CardStatus, DecimalNumber, DocumentType, ExchangeStatus, FiatBalanceStatus, OperationId,
    SepaTransferStatus, TransferStatus,
};

pub use self::builder::{API_KEY_VARIABLE, BuildError, Builder};
pub use self::environment::{Environment, InvalidSandboxUrl, SandboxUrl};
pub use self::partner_api::PartnerApi;
