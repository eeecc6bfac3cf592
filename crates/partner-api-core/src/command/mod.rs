//! What can be asked: every id and every moment comes with the command, so that deciding needs no luck and no clock.

mod kind;
mod names;
mod timer;

pub use kind::CommandKind;
pub use names::{Names, OfUsers};
pub use timer::Timer;

use std::time::Duration;

use crate::card::{CardSecrets, CardTransactionAction, Channel, SpendingLimits};
use crate::deposit::{IbanCheck, Sender, Source, TravelRule};
use crate::documents::PoaAction;
use crate::kyc::Questionnaire;
use crate::lock::Rates;
use crate::sepa_transfer::Receiver;
use crate::user::{Identity, Profile, ProfileChanges};
use crate::withdrawal::Destination;
use crate::{
    Amount, CardId, CardTransactionId, CheckoutId, Country, Currency, DepositId, ExchangeId,
    HolderId, KycId, LockId, Money, Network, Owner, Pin, SepaTransferId, TransactionHash,
    TransferId, UserId, WithdrawalId,
};

/// Something that is asked of the provider.
#[derive(Clone, Debug)]
pub enum Command {
    /// Create a user.
    CreateUser {
        /// The partner's id.
        user: UserId,
        /// The provider's id, new.
        holder: HolderId,
        /// Country of residence.
        country: Country,
        /// Personal data.
        profile: Box<Profile>,
    },
    /// Submit identity data.
    AddVerification {
        /// Whose.
        user: UserId,
        /// The data.
        identity: Box<Identity>,
    },
    /// Decide a pending verification.
    DecideVerification {
        /// Whose.
        holder: HolderId,
        /// Approve or reject.
        approved: bool,
    },
    /// Add files that show who a user is.
    AddKycFiles {
        /// Whose.
        user: UserId,
    },
    /// Start a hosted verification.
    StartKyc {
        /// The verification's id, new.
        id: KycId,
        /// Of whom.
        user: UserId,
        /// What the provider asks before.
        questionnaire: Box<Questionnaire>,
    },
    /// Decide a hosted verification.
    DecideKyc {
        /// Which.
        id: KycId,
        /// Approve or reject.
        approved: bool,
        /// Why it is rejected, in words that name nobody.
        reasons: Vec<String>,
    },
    /// Add files that show where a user lives.
    AddPoaFiles {
        /// Whose.
        user: UserId,
    },
    /// Decide a proof of address.
    DecidePoa {
        /// Whose.
        holder: HolderId,
        /// What is decided.
        decision: PoaAction,
    },
    /// Change contact data or address.
    UpdateUser {
        /// Whose.
        user: UserId,
        /// What changes.
        changes: Box<ProfileChanges>,
    },
    /// Freeze a user.
    Suspend {
        /// Whom.
        user: UserId,
    },
    /// Give a user full access again.
    Unsuspend {
        /// Whom.
        user: UserId,
    },
    /// Delete a user for good.
    Close {
        /// Whom.
        user: UserId,
    },
    /// Move money between the partner and a user, or between two users.
    Transfer {
        /// The transfer's id, new.
        id: TransferId,
        /// From whom; the partner if not given.
        source: Option<UserId>,
        /// To whom; the partner if not given.
        destination: Option<UserId>,
        /// How much.
        money: Money,
    },
    /// Lock rates.
    LockRate {
        /// The lock's id, new.
        id: LockId,
        /// For whom.
        owner: Owner<UserId>,
        /// The rates of this moment.
        rates: Rates,
    },
    /// Exchange at locked rates.
    Exchange {
        /// The exchange's id, new.
        id: ExchangeId,
        /// For whom.
        owner: Owner<UserId>,
        /// At which lock.
        lock: LockId,
        /// What is given.
        from: Money,
        /// What is wanted.
        to: Currency,
    },
    /// Settle an exchange.
    SettleExchange {
        /// Which.
        id: ExchangeId,
        /// Complete or fail.
        completed: bool,
    },
    /// Pay out to a bank account.
    PayOut {
        /// The payout's id, new.
        id: SepaTransferId,
        /// From whom.
        owner: Owner<UserId>,
        /// How much.
        money: Money,
        /// To whom.
        receiver: Box<Receiver>,
    },
    /// Settle a payout.
    SettlePayOut {
        /// Which.
        id: SepaTransferId,
        /// Whether the receiving bank takes it; without the money it fails all the same.
        succeeds: bool,
    },
    /// Withdraw to a wallet.
    Withdraw {
        /// The withdrawal's id, new.
        id: WithdrawalId,
        /// From whom.
        owner: Owner<UserId>,
        /// How much arrives.
        money: Money,
        /// On which chain.
        network: Network,
        /// What the chain takes now.
        network_fee: Amount,
        /// Where to.
        destination: Box<Destination>,
    },
    /// Settle a withdrawal.
    SettleWithdrawal {
        /// Which.
        id: WithdrawalId,
        /// Complete or fail.
        completed: bool,
    },
    /// A deposit arrives.
    ReceiveDeposit {
        /// The deposit's id, new.
        id: DepositId,
        /// For whom.
        owner: Owner<UserId>,
        /// How much.
        money: Money,
        /// How it came.
        source: Source,
        /// Who sent it by bank.
        sender: Option<Box<Sender>>,
        /// Whether the sender is the receiver.
        check: IbanCheck,
        /// Whether data about the sender is asked for once it is confirmed.
        needs_travel_rule: bool,
    },
    /// Decide a deposit that is being checked, or refuse one that waits.
    DecideDeposit {
        /// Which.
        id: DepositId,
        /// Approve or return.
        approved: bool,
        /// Who sent it by bank.
        sender: Option<Box<Sender>>,
    },
    /// Give the travel rule's data about a deposit's sender.
    SupplyTravelRule {
        /// Of which deposit.
        id: DepositId,
        /// Whose deposit.
        owner: Owner<UserId>,
        /// The data.
        data: Box<TravelRule>,
    },
    /// Give the partner a wallet.
    CreateWallet {
        /// For which currency.
        currency: Currency,
        /// On which chain.
        network: Network,
    },
    /// Quote an amount of crypto for an order.
    Quote {
        /// The quote's id, new.
        id: LockId,
        /// What the partner wants.
        euro: Money,
        /// What is to be paid in.
        currency: Currency,
        /// On which chain.
        network: Network,
        /// Euro for one unit now.
        rate: Amount,
    },
    /// Create an order from a quote.
    CreateOrder {
        /// The order's id, new.
        id: CheckoutId,
        /// The quote.
        lock: LockId,
    },
    /// Create a payment link or a hosted checkout.
    CreateLink {
        /// The link's id, new.
        id: CheckoutId,
        /// Whether it is in the partner's look.
        is_hosted: bool,
        /// What the partner wants.
        euro: Money,
        /// How long it can be paid.
        ttl: Option<Duration>,
        /// How long a payer may top up.
        underpayment_window: Option<Duration>,
        /// Whether what was paid in part is accepted when time is over.
        accepts_part: bool,
    },
    /// Assign a wallet to an order.
    AssignWallet {
        /// Which order.
        id: CheckoutId,
    },
    /// A payment for an order or a link arrives on a chain.
    ReceivePayment {
        /// For what.
        id: CheckoutId,
        /// The chain's id of it, new.
        hash: TransactionHash,
        /// How much.
        money: Money,
        /// On which chain.
        network: Network,
        /// Euro for one unit now.
        rate: Amount,
    },
    /// The chain confirms everything that was paid for an order or a link.
    ConfirmPayments {
        /// For what.
        id: CheckoutId,
    },
    /// The time of an order or a link is over.
    ExpireCheckout {
        /// Of what.
        id: CheckoutId,
        /// Whether it ends now, whatever time is left.
        at_once: bool,
    },
    /// Create a card.
    CreateCard {
        /// The card's id, new.
        id: CardId,
        /// For whom.
        user: UserId,
        /// The partner's name for it.
        label: String,
        /// Number, code, expiry and PIN.
        secrets: Box<CardSecrets>,
    },
    /// Block a card.
    BlockCard {
        /// Whose.
        user: UserId,
        /// Which.
        card: CardId,
    },
    /// Unblock a card.
    UnblockCard {
        /// Whose.
        user: UserId,
        /// Which.
        card: CardId,
    },
    /// Delete a card.
    DeleteCard {
        /// Whose.
        user: UserId,
        /// Which.
        card: CardId,
    },
    /// Change a card's PIN.
    ChangePin {
        /// Whose.
        user: UserId,
        /// Which.
        card: CardId,
        /// The new one.
        pin: Box<Pin>,
    },
    /// Change a card's limits.
    SetLimits {
        /// Whose.
        user: UserId,
        /// Which.
        card: CardId,
        /// The new ones.
        limits: SpendingLimits,
    },
    /// A card is used to pay.
    UseCard {
        /// The use's id, new.
        id: CardTransactionId,
        /// Which card.
        card: CardId,
        /// How much.
        money: Money,
        /// Where.
        channel: Channel,
    },
    /// Clear, reverse or refund a card payment.
    SettleCardTransaction {
        /// Which.
        id: CardTransactionId,
        /// What the merchant does.
        action: CardTransactionAction,
    },
    /// Take a card's monthly fee.
    ChargeCard {
        /// Which card.
        card: CardId,
    },
}
