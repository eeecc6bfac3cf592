//! What can be asked: every id and every moment comes with the command, so that deciding needs no luck and no clock.

use std::time::Duration;

use crate::card::{CardSecrets, CardTransactionAction, Channel, SpendingLimits};
use crate::deposit::{IbanCheck, Sender, Source, TravelRule};
use crate::documents::PoaAction;
use crate::kyc::Questionnaire;
use crate::lock::Rates;
use crate::sepa_transfer::Receiver;
use crate::steps::words;
use crate::user::{Identity, Profile, ProfileChanges};
use crate::withdrawal::Destination;
use crate::{
    Amount, CardId, CardTransactionId, CheckoutId, Country, Currency, DepositId, ExchangeId,
    HolderId, Iban, KycId, LockId, Money, Network, Owner, Pin, SepaTransferId, TransactionHash,
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

words! {
    /// A command without its data.
    CommandKind {
        /// [`Command::CreateUser`].
        CreateUser = "create_user",
        /// [`Command::AddVerification`].
        AddVerification = "add_verification",
        /// [`Command::DecideVerification`].
        DecideVerification = "decide_verification",
        /// [`Command::UpdateUser`].
        UpdateUser = "update_user",
        /// [`Command::Suspend`].
        Suspend = "suspend",
        /// [`Command::Unsuspend`].
        Unsuspend = "unsuspend",
        /// [`Command::Close`].
        Close = "close",
        /// [`Command::Transfer`].
        Transfer = "transfer",
        /// [`Command::LockRate`].
        LockRate = "lock_rate",
        /// [`Command::Exchange`].
        Exchange = "exchange",
        /// [`Command::SettleExchange`].
        SettleExchange = "settle_exchange",
        /// [`Command::PayOut`].
        PayOut = "pay_out",
        /// [`Command::SettlePayOut`].
        SettlePayOut = "settle_pay_out",
        /// [`Command::ReceiveDeposit`].
        ReceiveDeposit = "receive_deposit",
        /// [`Command::CreateCard`].
        CreateCard = "create_card",
        /// [`Command::BlockCard`].
        BlockCard = "block_card",
        /// [`Command::UnblockCard`].
        UnblockCard = "unblock_card",
        /// [`Command::DeleteCard`].
        DeleteCard = "delete_card",
        /// [`Command::UseCard`].
        UseCard = "use_card",
        /// [`Command::AddKycFiles`].
        AddKycFiles = "add_kyc_files",
        /// [`Command::StartKyc`].
        StartKyc = "start_kyc",
        /// [`Command::DecideKyc`].
        DecideKyc = "decide_kyc",
        /// [`Command::AddPoaFiles`].
        AddPoaFiles = "add_poa_files",
        /// [`Command::DecidePoa`].
        DecidePoa = "decide_poa",
        /// [`Command::Withdraw`].
        Withdraw = "withdraw",
        /// [`Command::SettleWithdrawal`].
        SettleWithdrawal = "settle_withdrawal",
        /// [`Command::DecideDeposit`].
        DecideDeposit = "decide_deposit",
        /// [`Command::SupplyTravelRule`].
        SupplyTravelRule = "supply_travel_rule",
        /// [`Command::CreateWallet`].
        CreateWallet = "create_wallet",
        /// [`Command::Quote`].
        Quote = "quote",
        /// [`Command::CreateOrder`].
        CreateOrder = "create_order",
        /// [`Command::CreateLink`].
        CreateLink = "create_link",
        /// [`Command::AssignWallet`].
        AssignWallet = "assign_wallet",
        /// [`Command::ReceivePayment`].
        ReceivePayment = "receive_payment",
        /// [`Command::ConfirmPayments`].
        ConfirmPayments = "confirm_payments",
        /// [`Command::ExpireCheckout`].
        ExpireCheckout = "expire_checkout",
        /// [`Command::ChangePin`].
        ChangePin = "change_pin",
        /// [`Command::SetLimits`].
        SetLimits = "set_limits",
        /// [`Command::SettleCardTransaction`].
        SettleCardTransaction = "settle_card_transaction",
        /// [`Command::ChargeCard`].
        ChargeCard = "charge_card",
    }
}

/// What must be in a [`State`](crate::State) before a command is decided. Whoever keeps the state loads this.
#[derive(Debug, Default)]
pub struct Names<'a> {
    /// Users by the partner's id; a closed user must be found under it too.
    pub users: [Option<&'a UserId>; 2],
    /// A user by the provider's id.
    pub holder: Option<HolderId>,
    /// A card, with its owner.
    pub card: Option<&'a CardId>,
    /// A card payment, with its card and its owner.
    pub card_transaction: Option<&'a CardTransactionId>,
    /// A hosted verification, with its owner.
    pub kyc: Option<&'a KycId>,
    /// A payout.
    pub sepa_transfer: Option<&'a SepaTransferId>,
    /// A withdrawal.
    pub withdrawal: Option<&'a WithdrawalId>,
    /// A deposit, with its owner.
    pub deposit: Option<&'a DepositId>,
    /// A bank account that may be known as the named user's, or as the partner's where no user is named.
    pub contact: Option<&'a Iban>,
    /// A quote.
    pub quote: Option<&'a LockId>,
    /// An order or a link.
    pub checkout: Option<&'a CheckoutId>,
    /// An exchange, with its owner.
    pub exchange: Option<&'a ExchangeId>,
    /// A lock.
    pub lock: Option<&'a LockId>,
    /// The currency of which the balances of the users and of the partner are needed.
    pub currency: Option<Currency>,
    /// What else is needed of each user.
    pub of_users: OfUsers,
}

/// What is needed of each named user beyond the user itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OfUsers {
    /// Nothing more.
    #[default]
    Nothing,
    /// All cards, deleted ones included.
    Cards,
    /// All deposits that are neither credited nor returned.
    OpenDeposits,
    /// What documents the user has shown.
    Documents,
    /// All cards; everything of the user that is not over, be it a deposit, payout, withdrawal, exchange or card payment;
    /// and balances in every currency.
    Everything,
}

impl Names<'_> {
    /// What is named beside users and cards, by id.
    fn object(&self) -> Option<String> {
        fn said(what: &str, id: Option<&impl std::fmt::Display>) -> Option<String> {
            id.map(|id| format!("{what} {id}"))
        }
        said("payout", self.sepa_transfer)
            .or_else(|| said("exchange", self.exchange))
            .or_else(|| said("withdrawal", self.withdrawal))
            .or_else(|| said("deposit", self.deposit))
            .or_else(|| said("card payment", self.card_transaction))
            .or_else(|| said("verification", self.kyc))
            .or_else(|| said("quote", self.quote))
            .or_else(|| said("checkout", self.checkout))
    }
}

impl Command {
    /// Which kind it is.
    pub const fn kind(&self) -> CommandKind {
        match self {
            Self::CreateUser { .. } => CommandKind::CreateUser,
            Self::AddVerification { .. } => CommandKind::AddVerification,
            Self::DecideVerification { .. } => CommandKind::DecideVerification,
            Self::UpdateUser { .. } => CommandKind::UpdateUser,
            Self::Suspend { .. } => CommandKind::Suspend,
            Self::Unsuspend { .. } => CommandKind::Unsuspend,
            Self::Close { .. } => CommandKind::Close,
            Self::Transfer { .. } => CommandKind::Transfer,
            Self::LockRate { .. } => CommandKind::LockRate,
            Self::Exchange { .. } => CommandKind::Exchange,
            Self::SettleExchange { .. } => CommandKind::SettleExchange,
            Self::PayOut { .. } => CommandKind::PayOut,
            Self::SettlePayOut { .. } => CommandKind::SettlePayOut,
            Self::ReceiveDeposit { .. } => CommandKind::ReceiveDeposit,
            Self::CreateCard { .. } => CommandKind::CreateCard,
            Self::BlockCard { .. } => CommandKind::BlockCard,
            Self::UnblockCard { .. } => CommandKind::UnblockCard,
            Self::DeleteCard { .. } => CommandKind::DeleteCard,
            Self::UseCard { .. } => CommandKind::UseCard,
            Self::AddKycFiles { .. } => CommandKind::AddKycFiles,
            Self::StartKyc { .. } => CommandKind::StartKyc,
            Self::DecideKyc { .. } => CommandKind::DecideKyc,
            Self::AddPoaFiles { .. } => CommandKind::AddPoaFiles,
            Self::DecidePoa { .. } => CommandKind::DecidePoa,
            Self::Withdraw { .. } => CommandKind::Withdraw,
            Self::SettleWithdrawal { .. } => CommandKind::SettleWithdrawal,
            Self::DecideDeposit { .. } => CommandKind::DecideDeposit,
            Self::SupplyTravelRule { .. } => CommandKind::SupplyTravelRule,
            Self::CreateWallet { .. } => CommandKind::CreateWallet,
            Self::Quote { .. } => CommandKind::Quote,
            Self::CreateOrder { .. } => CommandKind::CreateOrder,
            Self::CreateLink { .. } => CommandKind::CreateLink,
            Self::AssignWallet { .. } => CommandKind::AssignWallet,
            Self::ReceivePayment { .. } => CommandKind::ReceivePayment,
            Self::ConfirmPayments { .. } => CommandKind::ConfirmPayments,
            Self::ExpireCheckout { .. } => CommandKind::ExpireCheckout,
            Self::ChangePin { .. } => CommandKind::ChangePin,
            Self::SetLimits { .. } => CommandKind::SetLimits,
            Self::SettleCardTransaction { .. } => CommandKind::SettleCardTransaction,
            Self::ChargeCard { .. } => CommandKind::ChargeCard,
        }
    }

    /// What must be loaded before it is decided.
    pub fn names(&self) -> Names<'_> {
        let mut names = Names::default();
        match self {
            Self::CreateUser { user, .. } | Self::UpdateUser { user, .. } => {
                names.users[0] = Some(user);
            }
            Self::AddVerification { user, .. }
            | Self::AddKycFiles { user }
            | Self::AddPoaFiles { user } => {
                names.users[0] = Some(user);
                names.of_users = OfUsers::Documents;
            }
            Self::StartKyc { user, .. } => {
                names.users[0] = Some(user);
                names.of_users = OfUsers::Documents;
                names.currency = Some(Currency::EUR);
            }
            Self::DecideKyc { id, .. } => {
                names.kyc = Some(id);
                names.of_users = OfUsers::Documents;
            }
            Self::DecidePoa { holder, .. } => {
                names.holder = Some(*holder);
                names.of_users = OfUsers::Documents;
            }
            Self::LockRate { owner, .. } => names.users[0] = owner.as_ref().user(),
            Self::DecideVerification { holder, .. } => names.holder = Some(*holder),
            Self::Suspend { user } => {
                names.users[0] = Some(user);
                names.of_users = OfUsers::Cards;
            }
            Self::Unsuspend { user } => {
                names.users[0] = Some(user);
                names.of_users = OfUsers::OpenDeposits;
            }
            Self::Close { user } => {
                names.users[0] = Some(user);
                names.of_users = OfUsers::Everything;
            }
            Self::Transfer {
                source,
                destination,
                money,
                ..
            } => {
                names.users = [source.as_ref(), destination.as_ref()];
                names.currency = Some(money.currency());
            }
            Self::Exchange {
                owner, lock, from, ..
            } => {
                names.users[0] = owner.as_ref().user();
                names.lock = Some(lock);
                names.currency = Some(from.currency());
            }
            Self::SettleExchange { id, .. } => names.exchange = Some(id),
            Self::PayOut {
                owner,
                money,
                receiver,
                ..
            } => {
                names.users[0] = owner.as_ref().user();
                names.currency = Some(money.currency());
                names.contact = Some(&receiver.iban);
            }
            Self::SettlePayOut { id, .. } => names.sepa_transfer = Some(id),
            Self::Withdraw { owner, money, .. } | Self::ReceiveDeposit { owner, money, .. } => {
                names.users[0] = owner.as_ref().user();
                names.currency = Some(money.currency());
            }
            Self::SettleWithdrawal { id, .. } => names.withdrawal = Some(id),
            Self::DecideDeposit { id, .. } => names.deposit = Some(id),
            Self::SupplyTravelRule { id, owner, .. } => {
                names.users[0] = owner.as_ref().user();
                names.deposit = Some(id);
            }
            Self::CreateWallet { .. } | Self::Quote { .. } | Self::CreateLink { .. } => {}
            Self::CreateOrder { lock, .. } => names.quote = Some(lock),
            Self::AssignWallet { id }
            | Self::ReceivePayment { id, .. }
            | Self::ConfirmPayments { id }
            | Self::ExpireCheckout { id } => names.checkout = Some(id),
            Self::CreateCard { user, .. } => {
                names.users[0] = Some(user);
                names.of_users = OfUsers::Cards;
            }
            Self::BlockCard { user, card }
            | Self::UnblockCard { user, card }
            | Self::DeleteCard { user, card }
            | Self::ChangePin { user, card, .. }
            | Self::SetLimits { user, card, .. } => {
                names.users[0] = Some(user);
                names.card = Some(card);
            }
            Self::UseCard { card, money, .. } => {
                names.card = Some(card);
                names.currency = Some(money.currency());
            }
            Self::SettleCardTransaction { id, .. } => names.card_transaction = Some(id),
            Self::ChargeCard { card } => {
                names.card = Some(card);
                names.currency = Some(Currency::EUR);
            }
        }
        names
    }

    /// Whom or what it is about, by id, for refusals: `user u_7`.
    pub fn subject(&self) -> String {
        if let Self::Transfer {
            source,
            destination,
            ..
        } = self
        {
            let side = |user: &Option<UserId>| match user {
                Some(user) => format!("user {user}"),
                None => "the partner".to_owned(),
            };
            return format!("from {} to {}", side(source), side(destination));
        }
        let names = self.names();
        match (names.users, names.holder, names.card) {
            ([Some(user), _], ..) => format!("user {user}"),
            (_, Some(holder), _) => format!("user {holder}"),
            (.., Some(card)) => format!("card {card}"),
            _ => names.object().unwrap_or_else(|| "the partner".to_owned()),
        }
    }
}

/// Something that happens by itself when its moment comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Timer {
    /// A verification is approved.
    Verification(HolderId),
    /// A hosted verification is approved.
    Kyc(KycId),
    /// A proof of address is approved.
    Poa(HolderId),
    /// A payout settles.
    Payout(SepaTransferId),
    /// An exchange completes.
    Exchange(ExchangeId),
    /// A withdrawal completes.
    Withdrawal(WithdrawalId),
    /// A deposit is confirmed.
    Deposit(DepositId),
    /// A card payment is cleared.
    Clearing(CardTransactionId),
    /// A card's fee falls due.
    CardFee(CardId),
    /// An order gets its wallet.
    Wallet(CheckoutId),
    /// A checkout's payments are confirmed.
    Confirmation(CheckoutId),
    /// A checkout's time is over.
    Expiry(CheckoutId),
}

impl Timer {
    /// What is asked when the moment comes. It may be refused by then, which is no error: somebody was faster.
    pub fn to_command(&self) -> Command {
        match self {
            Self::Verification(holder) => Command::DecideVerification {
                holder: *holder,
                approved: true,
            },
            Self::Kyc(id) => Command::DecideKyc {
                id: id.clone(),
                approved: true,
                reasons: Vec::new(),
            },
            Self::Poa(holder) => Command::DecidePoa {
                holder: *holder,
                decision: PoaAction::Approve,
            },
            Self::Payout(id) => Command::SettlePayOut {
                id: id.clone(),
                succeeds: true,
            },
            Self::Exchange(id) => Command::SettleExchange {
                id: id.clone(),
                completed: true,
            },
            Self::Withdrawal(id) => Command::SettleWithdrawal {
                id: id.clone(),
                completed: true,
            },
            Self::Deposit(id) => Command::DecideDeposit {
                id: id.clone(),
                approved: true,
                sender: None,
            },
            Self::Clearing(id) => Command::SettleCardTransaction {
                id: id.clone(),
                action: CardTransactionAction::Clear,
            },
            Self::CardFee(card) => Command::ChargeCard { card: card.clone() },
            Self::Wallet(id) => Command::AssignWallet { id: id.clone() },
            Self::Confirmation(id) => Command::ConfirmPayments { id: id.clone() },
            Self::Expiry(id) => Command::ExpireCheckout { id: id.clone() },
        }
    }
}
