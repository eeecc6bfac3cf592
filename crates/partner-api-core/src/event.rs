//! What was decided: facts that are applied and stored, and never refused.

use crate::card::{Card, CardSecrets, CardState};
use crate::command::Timer;
use crate::deposit::{Deposit, DepositState};
use crate::exchange::{Exchange, ExchangeState};
use crate::ledger::Balanced;
use crate::lock::{Lock, LockState};
use crate::sepa_transfer::{Receiver, SepaTransfer, SepaTransferState};
use crate::transfer::Transfer;
use crate::user::{Identity, Profile, ProfileChanges, Standing, User, Verification};
use crate::{
    CardId, CardTransactionId, DepositId, ExchangeId, HolderId, LockId, SepaTransferId, Timestamp,
    TransferId, UserId,
};

/// A fact. Personal data is boxed apart, so that a store can keep it where it can be erased.
#[derive(Clone, Debug)]
pub enum Event {
    /// A user exists.
    UserCreated {
        /// The partner's id.
        id: UserId,
        /// The user.
        user: User,
        /// Personal data.
        profile: Box<Profile>,
    },
    /// A user's verification moved.
    VerificationChanged {
        /// Whose.
        holder: HolderId,
        /// Where to.
        to: Verification,
    },
    /// Identity data was submitted.
    IdentityRecorded {
        /// Whose.
        holder: HolderId,
        /// The data.
        identity: Box<Identity>,
    },
    /// Contact data or address changed.
    ProfileUpdated {
        /// Whose.
        holder: HolderId,
        /// What changed.
        changes: Box<ProfileChanges>,
    },
    /// A user's standing moved.
    StandingChanged {
        /// Whose.
        holder: HolderId,
        /// Where to.
        to: Standing,
    },
    /// Everything personal of a user must be erased, down to the bytes (L14).
    PersonErased {
        /// Whose.
        holder: HolderId,
    },
    /// Money moved.
    Booked {
        /// Why.
        movement: Movement,
        /// How.
        legs: Balanced,
    },
    /// An internal transfer exists.
    TransferCreated {
        /// Its id.
        id: TransferId,
        /// The transfer.
        transfer: Transfer,
    },
    /// A payout exists.
    SepaTransferCreated {
        /// Its id.
        id: SepaTransferId,
        /// The payout.
        transfer: SepaTransfer,
        /// Personal data.
        receiver: Box<Receiver>,
    },
    /// A payout moved.
    SepaTransferChanged {
        /// Which.
        id: SepaTransferId,
        /// Where to.
        to: SepaTransferState,
    },
    /// A lock exists.
    LockCreated {
        /// Its id.
        id: LockId,
        /// The lock.
        lock: Lock,
    },
    /// A lock moved.
    LockChanged {
        /// Which.
        lock: LockId,
        /// Where to.
        to: LockState,
    },
    /// An exchange exists.
    ExchangeCreated {
        /// Its id.
        id: ExchangeId,
        /// The exchange.
        exchange: Exchange,
    },
    /// An exchange moved.
    ExchangeChanged {
        /// Which.
        id: ExchangeId,
        /// Where to.
        to: ExchangeState,
    },
    /// A deposit arrived.
    DepositCreated {
        /// Its id.
        id: DepositId,
        /// The deposit.
        deposit: Deposit,
    },
    /// A held deposit moved.
    DepositChanged {
        /// Which.
        deposit: DepositId,
        /// Where to.
        to: DepositState,
    },
    /// A card exists.
    CardCreated {
        /// Its id.
        id: CardId,
        /// The card.
        card: Card,
        /// Personal data.
        secrets: Box<CardSecrets>,
    },
    /// A card moved.
    CardChanged {
        /// Which.
        card: CardId,
        /// Where to.
        to: CardState,
    },
    /// Something is to happen by itself.
    TimerSet {
        /// When.
        due: Timestamp,
        /// What.
        timer: Timer,
    },
}

/// Why money moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Movement {
    /// The partner's initial funds.
    Funding,
    /// An internal transfer.
    Transfer(TransferId),
    /// A payout, its reservation or its settlement.
    Payout(SepaTransferId),
    /// An exchange, its reservation or its settlement.
    Exchange(ExchangeId),
    /// A deposit.
    Deposit(DepositId),
    /// A use of a card.
    CardTransaction(CardTransactionId),
    /// What a closed user left behind.
    Forfeit(HolderId),
}

impl Movement {
    /// The kind's stable word, for storage.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Funding => "funding",
            Self::Transfer(_) => "transfer",
            Self::Payout(_) => "payout",
            Self::Exchange(_) => "exchange",
            Self::Deposit(_) => "deposit",
            Self::CardTransaction(_) => "card_transaction",
            Self::Forfeit(_) => "forfeit",
        }
    }

    /// The id of what moved it, as text; the provider's own id for a forfeit, nothing for funding.
    pub fn reference(&self) -> String {
        match self {
            Self::Funding => String::new(),
            Self::Transfer(id) => id.to_string(),
            Self::Payout(id) => id.to_string(),
            Self::Exchange(id) => id.to_string(),
            Self::Deposit(id) => id.to_string(),
            Self::CardTransaction(id) => id.to_string(),
            Self::Forfeit(holder) => holder.to_string(),
        }
    }
}
