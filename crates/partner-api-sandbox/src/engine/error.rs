//! Why a command has no verdict. A refusal is a verdict and no error.

use std::sync::Arc;

use partner_api_core::ledger::Account;
use partner_api_core::{Currency, Timestamp};

use super::rows::ObjectKind;
use crate::store::StoreError;

/// The engine could not do what was asked.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The command was to make something under an id that is in use. Nothing was done.
    #[error("the {} id {id} is in use; make a new one", kind.as_str())]
    IdTaken {
        /// What was to be made.
        kind: ObjectKind,
        /// The id.
        id: String,
    },
    /// The command was to make a user under a provider's id that is in use. Nothing was done.
    #[error("the holder id is in use; make a new one")]
    HolderTaken,
    /// The command would have broken the books. Nothing was done.
    #[error("{0}; the command was given up and nothing was done")]
    Broken(#[from] BrokenBooks),
    /// The clock was to be moved past the last moment that there is. Nothing was done.
    #[error("the clock cannot be moved past {}, where time ends", Timestamp::MAX)]
    PastTheEnd,
    /// The store failed. What was asked was not acknowledged; after a failure of the disk it may be found done after all
    /// when the store is opened anew.
    #[error("the store failed; what was asked is not acknowledged")]
    Store(#[source] Arc<StoreError>),
    /// An earlier failure of the disk left it unknown what the disk holds, so nothing is written any more.
    #[error(
        "the disk failed earlier, so nothing is written any more; look at it, then start again"
    )]
    Poisoned(#[source] Arc<StoreError>),
    /// Done, but what had to be erased is still in a file. It is tried again with every later change and at opening.
    #[error("done, but deleted personal data is not erased yet")]
    NotErased(#[source] Arc<StoreError>),
    /// The engine was shut down.
    #[error("the sandbox is shutting down")]
    Stopped,
    /// The writer's thread ended in a panic. What was asked may or may not be done.
    #[error("the writer crashed; start again")]
    Crashed,
}

impl EngineError {
    /// Whether what was asked may have been done all the same.
    pub fn may_have_happened(&self) -> bool {
        match self {
            Self::IdTaken { .. }
            | Self::HolderTaken
            | Self::Broken(_)
            | Self::PastTheEnd
            | Self::Poisoned(_) => false,
            Self::Store(_) | Self::NotErased(_) | Self::Stopped | Self::Crashed => true,
        }
    }
}

impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        Self::Store(Arc::new(error))
    }
}

/// The books do not add up, or would not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BrokenBooks {
    /// A movement's legs do not sum to zero.
    #[error("L8 is broken: the legs of a movement in {currency} do not sum to zero")]
    Unbalanced {
        /// In which currency.
        currency: Currency,
    },
    /// The accounts do not sum to zero.
    #[error("L8 is broken: the accounts in {currency} do not sum to zero")]
    SumNotZero {
        /// In which currency.
        currency: Currency,
    },
    /// An account that is not outside is below zero.
    #[error("L10 is broken: {account} holds less than nothing in {currency}")]
    Negative {
        /// Which account.
        account: Account,
        /// In which currency.
        currency: Currency,
    },
    /// A balance is too large to be held.
    #[error("the balance of {account} in {currency} is too large to be held")]
    TooLarge {
        /// Which account.
        account: Account,
        /// In which currency.
        currency: Currency,
    },
    /// A balance is not what its movements add up to.
    #[error(
        "the balance of {account} in {currency} is {held} atoms, its movements add up to {moved}"
    )]
    BalanceDiffers {
        /// Which account.
        account: Account,
        /// In which currency.
        currency: Currency,
        /// The balance.
        held: i64,
        /// The sum of its legs.
        moved: i128,
    },
    /// A total is not what its balances add up to.
    #[error("a total in {currency} is not what its balances add up to")]
    TotalDiffers {
        /// In which currency.
        currency: Currency,
    },
}
