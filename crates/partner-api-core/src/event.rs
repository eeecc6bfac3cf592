//! What was decided: facts that are applied and stored, and never refused.

use crate::card::{
    Card, CardSecrets, CardState, CardTransaction, CardTransactionState, Spending, SpendingLimits,
};
use crate::checkout::{Checkout, Quote};
use crate::command::Timer;
use crate::deposit::{Contact, Deposit, DepositState, Sender, TravelRule};
use crate::documents::Documents;
use crate::exchange::{Exchange, ExchangeState};
use crate::kyc::{Kyc, KycState, Questionnaire};
use crate::ledger::Balanced;
use crate::lock::{Lock, LockState};
use crate::sepa_transfer::{Receiver, SepaTransfer, SepaTransferState};
use crate::transfer::Transfer;
use crate::user::{Identity, Profile, ProfileChanges, Standing, User, Verification};
use crate::withdrawal::{Destination, Withdrawal, WithdrawalState};
use crate::{
    CardId, CardTransactionId, CheckoutId, Currency, DepositId, ExchangeId, HolderId, KycId,
    LockId, Network, Owner, Pin, SepaTransferId, Timestamp, TransferId, UserId, WithdrawalId,
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
    /// What documents a user has shown changed.
    DocumentsChanged {
        /// Whose.
        holder: HolderId,
        /// What is shown now.
        documents: Documents,
    },
    /// A hosted verification exists.
    KycCreated {
        /// Its id.
        id: KycId,
        /// The verification.
        kyc: Kyc,
        /// Personal data.
        questionnaire: Box<Questionnaire>,
    },
    /// A hosted verification was decided.
    KycDecided {
        /// Which.
        id: KycId,
        /// How.
        to: KycState,
        /// Why, if it was rejected.
        reasons: Vec<String>,
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
    /// A withdrawal exists.
    WithdrawalCreated {
        /// Its id.
        id: WithdrawalId,
        /// The withdrawal.
        withdrawal: Withdrawal,
        /// Personal data.
        destination: Box<Destination>,
    },
    /// A withdrawal moved.
    WithdrawalChanged {
        /// Which.
        id: WithdrawalId,
        /// Where to.
        to: WithdrawalState,
    },
    /// The partner has a wallet.
    WalletCreated {
        /// For which currency.
        currency: Currency,
        /// On which chain.
        network: Network,
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
        /// Personal data.
        sender: Option<Box<Sender>>,
    },
    /// A bank account that sends to an owner was seen, or decided on.
    ContactSaved {
        /// Whose.
        owner: Owner,
        /// The account; personal data.
        contact: Box<Contact>,
    },
    /// The travel rule's data about a deposit's sender was given.
    TravelRuleSupplied {
        /// Of which deposit.
        deposit: DepositId,
        /// Whose deposit.
        owner: Owner,
        /// Personal data.
        data: Box<TravelRule>,
    },
    /// A deposit moved.
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
    /// A card's PIN changed.
    CardPinChanged {
        /// Which card.
        card: CardId,
        /// Whose.
        owner: HolderId,
        /// Personal data.
        pin: Box<Pin>,
    },
    /// A card's limits changed.
    CardLimitsChanged {
        /// Which card.
        card: CardId,
        /// What it may spend now.
        limits: SpendingLimits,
    },
    /// What a card has spent changed.
    CardSpent {
        /// Which card.
        card: CardId,
        /// What it has spent now.
        spending: Spending,
    },
    /// A card payment exists.
    CardTransactionCreated {
        /// Its id.
        id: CardTransactionId,
        /// The payment.
        transaction: CardTransaction,
    },
    /// A card payment moved.
    CardTransactionChanged {
        /// Which.
        id: CardTransactionId,
        /// Where to.
        to: CardTransactionState,
    },
    /// A quote exists.
    QuoteCreated {
        /// Its id.
        id: LockId,
        /// The quote.
        quote: Quote,
    },
    /// A quote moved.
    QuoteChanged {
        /// Which.
        id: LockId,
        /// Where to.
        to: LockState,
    },
    /// An order or a link exists.
    CheckoutCreated {
        /// Its id.
        id: CheckoutId,
        /// The checkout.
        checkout: Box<Checkout>,
    },
    /// An order or a link is now as it says.
    CheckoutChanged {
        /// Which.
        id: CheckoutId,
        /// All of it.
        checkout: Box<Checkout>,
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
    /// A card payment, its reservation, its settlement or its return.
    CardTransaction(CardTransactionId),
    /// A withdrawal, its reservation or its settlement.
    Withdrawal(WithdrawalId),
    /// Payments for an order or a link.
    Checkout(CheckoutId),
    /// A card's monthly fee.
    CardFee(CardId),
    /// The fee for a hosted verification.
    KycFee(KycId),
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
            Self::Withdrawal(_) => "withdrawal",
            Self::Checkout(_) => "checkout",
            Self::CardFee(_) => "card_fee",
            Self::KycFee(_) => "kyc_fee",
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
            Self::Withdrawal(id) => id.to_string(),
            Self::Checkout(id) => id.to_string(),
            Self::CardFee(id) => id.to_string(),
            Self::KycFee(id) => id.to_string(),
            Self::Forfeit(holder) => holder.to_string(),
        }
    }
}
