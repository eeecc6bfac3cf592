//! Guarded operations on the users of a partner: what the wire allows, made safe to call.
//!
//! Start at [`Partner`], then [`User`]. Every method that talks to the provider gives an
//! [`Operation`], which is adjusted and awaited.
//!
//! # What is promised on top of the wire
//!
//! | Promise | Where |
//! |---|---|
//! | a change is in the [journal] before it is sent; if that fails nothing is sent | `call` |
//! | a call that moves money is never repeated in doubt: [`Outcome`] has three ways to end | [`outcome`](Outcome) |
//! | what nobody knows is found out from the provider's records, or reported, and never guessed | [`reconcile`] |
//! | a call that cannot succeed is not sent, one that is doubtful says so | [`guard`] |
//! | suspending blocks the cards first, and leaves the account more locked if a step fails | [`User::suspend`] |
//! | unsuspending restores exactly the cards that our suspension blocked | [`User::unsuspend`] |
//! | closing takes a plan and a confirmation that names what is given up | [`User::plan_closure`] |
//! | many users, each once, and on from there after a crash | [`bulk`] |
//! | what the provider never lets change cannot be expressed | [`UserUpdate`] |
//! | malformed input is refused here: nothing sent, nothing journaled | [`Error::is_invalid`] |
//! | errors name the rule that refused and what is allowed next, and never personal data | [`Error`] |
//!
//! # Layering
//! Below are the generated client with its HTTP policy (`partner_api_client`), the wire's types
//! (`partner_api_types`) and the pure rules (`partner_api_core`). Above is the facade `partner_api`.
//!
//! Never here: HTTP, retries and timeouts of single requests (the client's), a database (journals
//! are adapters behind a port), rules of the provider (the core's tables, which the guard reads).

#![deny(missing_docs)]

mod balances;
pub mod bulk;
mod call;
mod card_limits;
mod cards;
mod check;
mod checkouts;
mod deposits;
mod documents;
mod error;
mod exchange;
pub mod guard;
mod history;
mod hosted_verification;
pub mod journal;
mod list;
mod made;
pub mod money_safety;
mod notices;
mod operation;
mod outcome;
mod own_account;
mod partner;
mod payouts;
mod reason;
pub mod reconcile;
pub mod roster;
mod transfers;
mod users;
mod wait;
mod withdrawals;

pub use balances::{Balances, CryptoBalance, FiatBalance, Holding};
pub use cards::{Card, CardDetails, CardFailure, Cards, CreatedCard, NewCard};
pub use checkouts::{CreatedLink, Hosted, NewLink, OrderLock, Orders, PaymentLinks};
pub use deposits::{Contact, CryptoDeposit, DepositInfo, SenderAddress, TravelRule};
pub use documents::Documents;
pub use error::{ApiRefusal, Error};
pub use exchange::{Exchange, Exchanges, RateLock, Rates};
pub use guard::{Denial, Doubt};
pub use history::{History, HistoryEntries, HistoryEntry, HistoryPage};
pub use hosted_verification::{HostedVerification, HostedVerifications, Income, Questionnaire};
pub use journal::{IntentId, InvalidKey, Journal, RequestKey, VolatileJournal};
pub use operation::Operation;
pub use outcome::{Outcome, Receipt, Unresolved};
pub use own_account::OwnAccount;
pub use partner::Partner;
pub use payouts::{PayOut, Payout};
pub use reason::{Actor, Reason};
pub use reconcile::{Decision, Reconciled};
pub use transfers::{TransferDetails, Transfers};
pub use users::{
    Blocker, ClosurePlan, ClosureProgress, ClosureProof, ClosureReport, Identity, Mismatch,
    NewUser, Pending, ReadyClosure, SuspendReport, TermsAccepted, UnsuspendReport, UpdateReport,
    User, UserCreated, UserField, UserUpdate, Users,
};

pub use withdrawals::{NewWithdrawal, Withdrawal};

pub use partner_api_client::{File, InvalidFile, KycFiles, KycPage, PoaFiles, PoaFilesAnswer};

pub use partner_api_client as client;
pub use partner_api_core as core;
pub use partner_api_types as types;
pub use partner_api_types::words::AccessDenied;

/// The verbs: what an [`Operation`] can do. Rarely named; made by the methods of the handles.
pub mod verbs {
    pub use crate::balances::{ReadBalances, ReadPartnerBalances};
    pub use crate::card_limits::{ChangePin, ReadLimits, SetLimits};
    pub use crate::cards::{ChangeCard, CreateCard, ListCards, ReadCard};
    pub use crate::checkouts::{
        CreateLink, CreateOrder, LockOrder, ReadLink, ReadOrder, ReadOrderRates,
    };
    pub use crate::deposits::{
        CreateWallet, ListContacts, ReadCryptoDeposit, ReadDepositInfo, SupplyTravelRule,
    };
    pub use crate::documents::{AddKycFiles, AddPoaFiles};
    pub use crate::exchange::{Execute, Lock, ReadExchange, ReadOwnExchange, ReadRates};
    pub use crate::history::ReadHistory;
    pub use crate::hosted_verification::{
        OpenPage, ReadVerification, StartVerification, WaitUntilDecided,
    };
    pub use crate::operation::{Costly, Keyed, Verb};
    pub use crate::payouts::{ReadPayout, SendPayOut};
    pub use crate::reconcile::{Reconcile, Resolve};
    pub use crate::transfers::{MasterTransfer, ReadTransfer, Transfer};
    pub use crate::users::{
        Close, Create, PlanClosure, Suspend, Unsuspend, Update, Verify, WaitUntilActive,
    };
    pub use crate::withdrawals::{ReadNetworkFee, ReadWithdrawal, Withdraw};
}
