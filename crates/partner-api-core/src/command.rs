//! What can be asked: every id and every moment comes with the command, so that deciding needs no luck and no clock.

use crate::card::CardSecrets;
use crate::lock::Rates;
use crate::sepa_transfer::Receiver;
use crate::steps::words;
use crate::user::{Identity, Profile, ProfileChanges};
use crate::{
    CardId, CardTransactionId, Country, Currency, DepositId, ExchangeId, HolderId, LockId, Money,
    SepaTransferId, TransferId, UserId,
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
        user: UserId,
        /// The rates of this moment.
        rates: Rates,
    },
    /// Exchange at locked rates.
    Exchange {
        /// The exchange's id, new.
        id: ExchangeId,
        /// For whom.
        user: UserId,
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
        user: UserId,
        /// How much.
        money: Money,
        /// To whom.
        receiver: Box<Receiver>,
    },
    /// Settle a payout.
    SettlePayOut {
        /// Which.
        id: SepaTransferId,
    },
    /// A deposit arrives.
    ReceiveDeposit {
        /// The deposit's id, new.
        id: DepositId,
        /// For whom.
        user: UserId,
        /// How much.
        money: Money,
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
    /// A card is used to pay.
    UseCard {
        /// The use's id, new.
        id: CardTransactionId,
        /// Which card.
        card: CardId,
        /// How much.
        money: Money,
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
    /// A payout.
    pub sepa_transfer: Option<&'a SepaTransferId>,
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
    /// All deposits that are held.
    HeldDeposits,
    /// All cards, held deposits, pending payouts and exchanges, and balances in every currency.
    Everything,
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
        }
    }

    /// What must be loaded before it is decided.
    pub fn names(&self) -> Names<'_> {
        let mut names = Names::default();
        match self {
            Self::CreateUser { user, .. }
            | Self::AddVerification { user, .. }
            | Self::UpdateUser { user, .. }
            | Self::LockRate { user, .. } => names.users[0] = Some(user),
            Self::DecideVerification { holder, .. } => names.holder = Some(*holder),
            Self::Suspend { user } => {
                names.users[0] = Some(user);
                names.of_users = OfUsers::Cards;
            }
            Self::Unsuspend { user } => {
                names.users[0] = Some(user);
                names.of_users = OfUsers::HeldDeposits;
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
                user, lock, from, ..
            } => {
                names.users[0] = Some(user);
                names.lock = Some(lock);
                names.currency = Some(from.currency());
            }
            Self::SettleExchange { id, .. } => names.exchange = Some(id),
            Self::PayOut { user, money, .. } | Self::ReceiveDeposit { user, money, .. } => {
                names.users[0] = Some(user);
                names.currency = Some(money.currency());
            }
            Self::SettlePayOut { id } => names.sepa_transfer = Some(id),
            Self::CreateCard { user, .. } => {
                names.users[0] = Some(user);
                names.of_users = OfUsers::Cards;
            }
            Self::BlockCard { user, card }
            | Self::UnblockCard { user, card }
            | Self::DeleteCard { user, card } => {
                names.users[0] = Some(user);
                names.card = Some(card);
            }
            Self::UseCard { card, money, .. } => {
                names.card = Some(card);
                names.currency = Some(money.currency());
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
            _ => match (names.sepa_transfer, names.exchange) {
                (Some(id), _) => format!("payout {id}"),
                (_, Some(id)) => format!("exchange {id}"),
                _ => "nobody".to_owned(),
            },
        }
    }
}

/// Something that happens by itself when its moment comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Timer {
    /// A verification is approved.
    Verification(HolderId),
    /// A payout settles.
    Payout(SepaTransferId),
    /// An exchange completes.
    Exchange(ExchangeId),
}

impl Timer {
    /// What is asked when the moment comes. It may be refused by then, which is no error: somebody was faster.
    pub fn to_command(&self) -> Command {
        match self {
            Self::Verification(holder) => Command::DecideVerification {
                holder: *holder,
                approved: true,
            },
            Self::Payout(id) => Command::SettlePayOut { id: id.clone() },
            Self::Exchange(id) => Command::SettleExchange {
                id: id.clone(),
                completed: true,
            },
        }
    }
}
