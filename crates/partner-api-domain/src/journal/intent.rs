//! What a journal keeps: what was asked for, by whom and why, and how it ended.

use std::fmt;

use partner_api_core::Rule;
use partner_api_core::user::Standing;
use partner_api_core::{
    CardId, Currency, DepositId, ExchangeId, KycId, LockId, Money, OrderId, Owner, PaymentLinkId,
    SepaTransferId, Timestamp, TransferId, UserId, WithdrawalId,
};
use serde::{Deserialize, Serialize};

use super::{Fingerprint, IntentId, PayOutToken, RequestKey, rule_by_name, standing_by_word};
use crate::balances::Holding;
use crate::reason::{Actor, Reason};
use crate::users::UserField;

/// What is about to be asked of the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Intent {
    /// What is asked for.
    pub action: Action,
    /// Who asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Actor>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// When, by this machine's clock.
    pub at: Timestamp,
    /// Until when the request may leave, by this machine's clock: whoever asked has given up by then.
    pub until: Timestamp,
    /// The caller's own name for it, or one that was made where it may cost somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<RequestKey>,
    /// What tells whether another intent of the same key asks for the same, as far as the action does not say it. It is
    /// made from personal data, so an adapter keeps it where it can be erased, and not in the serialised intent.
    #[serde(skip)]
    pub fingerprint: Option<Fingerprint>,
}

impl Intent {
    /// An intent without actor, reason and key, which may leave at once or never.
    pub fn new(action: Action, at: Timestamp) -> Self {
        Self {
            action,
            actor: None,
            reason: None,
            at,
            until: at,
            key: None,
            fingerprint: None,
        }
    }

    /// Whether another intent of the same key asks for the same.
    pub fn asks_for_the_same_as(&self, other: &Self) -> bool {
        self.action.is_the_same_request(&other.action) && self.fingerprint == other.fingerprint
    }
}

/// One change that a partner can ask for, with what is needed to find out whether it happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Action {
    /// Create a user.
    Create {
        /// The new user.
        user: UserId,
    },
    /// Submit a user's identity data.
    Verify {
        /// Whose.
        user: UserId,
    },
    /// Add files that show who a user is.
    AddKycFiles {
        /// Who.
        user: UserId,
    },
    /// Add files that show where a user lives.
    AddPoaFiles {
        /// Who.
        user: UserId,
    },
    /// Start a hosted verification.
    StartVerification {
        /// Of whom.
        user: UserId,
    },
    /// Change a user's profile.
    Update {
        /// Whose.
        user: UserId,
        /// Which fields; their values are personal data and are not kept.
        fields: Vec<UserField>,
    },
    /// Suspend a user.
    Suspend {
        /// Whom.
        user: UserId,
        /// The active cards that are blocked first, so that unsuspending can restore exactly them.
        cards: Vec<CardId>,
    },
    /// Unsuspend a user.
    Unsuspend {
        /// Whom.
        user: UserId,
        /// The cards that are unblocked afterwards.
        cards: Vec<CardId>,
    },
    /// Delete a user for good.
    Close {
        /// Whom.
        user: UserId,
        /// What is given up with the account; every balance that is not zero.
        forfeits: Vec<Holding>,
    },
    /// Create a card.
    CreateCard {
        /// For whom.
        user: UserId,
    },
    /// Block a card for its own sake, not as part of a suspension.
    BlockCard {
        /// Whose card.
        user: UserId,
        /// Which.
        card: CardId,
    },
    /// Unblock a card for its own sake, not as part of lifting a suspension.
    UnblockCard {
        /// Whose card.
        user: UserId,
        /// Which.
        card: CardId,
    },
    /// Delete a card.
    DeleteCard {
        /// Whose card.
        user: UserId,
        /// Which.
        card: CardId,
    },
    /// Move money between the partner and a user, or between two users.
    Transfer {
        /// Who pays; `None` is the partner.
        source: Option<UserId>,
        /// Who receives; `None` is the partner.
        destination: Option<UserId>,
        /// How much.
        money: Money,
    },
    /// Exchange one balance into another.
    Exchange {
        /// Whose.
        owner: Owner<UserId>,
        /// The rate lock, which identifies the exchange.
        lock: LockId,
        /// What is given.
        money: Money,
        /// What is wanted.
        to: Currency,
    },
    /// Pay out to a bank account.
    PayOut {
        /// From whose balance.
        owner: Owner<UserId>,
        /// How much.
        money: Money,
        /// Our token, where the caller left the title to us; it identifies the payout.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<PayOutToken>,
    },
    /// Withdraw to a wallet.
    Withdraw {
        /// From whose balance.
        owner: Owner<UserId>,
        /// How much arrives.
        money: Money,
    },
    /// Create an order.
    CreateOrder {
        /// The lock, which identifies the order.
        lock: LockId,
    },
    /// Create a payment link or a hosted checkout.
    CreateLink {
        /// What the partner wants.
        money: Money,
    },
    /// Give the travel rule's data about a deposit's sender.
    SupplyTravelRule {
        /// Whose deposit.
        owner: Owner<UserId>,
        /// Which.
        deposit: DepositId,
    },
    /// Give the partner a wallet.
    CreateWallet {
        /// For which currency.
        currency: Currency,
    },
    /// Change a card's PIN.
    ChangePin {
        /// Whose card.
        user: UserId,
        /// Which.
        card: CardId,
    },
    /// Change a card's limits.
    SetLimits {
        /// Whose card.
        user: UserId,
        /// Which.
        card: CardId,
    },
    /// Nothing is asked of the provider: the partner's own records say that there is such a user.
    Import {
        /// Who.
        user: UserId,
        /// Where the user stands, if they say so.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            with = "standing_by_word"
        )]
        standing: Option<Standing>,
    },
}

impl Action {
    /// The users whose entries this belongs to: one, both parties of a transfer, or none for what is the partner's own.
    pub fn users(&self) -> impl Iterator<Item = &UserId> {
        let (first, second) = match self {
            Self::Create { user }
            | Self::Verify { user }
            | Self::AddKycFiles { user }
            | Self::AddPoaFiles { user }
            | Self::StartVerification { user }
            | Self::Update { user, .. }
            | Self::Suspend { user, .. }
            | Self::Unsuspend { user, .. }
            | Self::Close { user, .. }
            | Self::CreateCard { user }
            | Self::BlockCard { user, .. }
            | Self::UnblockCard { user, .. }
            | Self::DeleteCard { user, .. }
            | Self::ChangePin { user, .. }
            | Self::SetLimits { user, .. }
            | Self::Import { user, .. } => (Some(user), None),
            Self::Exchange { owner, .. }
            | Self::PayOut { owner, .. }
            | Self::Withdraw { owner, .. }
            | Self::SupplyTravelRule { owner, .. } => (owner.as_ref().user(), None),
            Self::CreateOrder { .. } | Self::CreateLink { .. } | Self::CreateWallet { .. } => {
                (None, None)
            }
            Self::Transfer {
                source,
                destination,
                ..
            } => (source.as_ref(), destination.as_ref()),
        };
        first.into_iter().chain(second)
    }

    /// Whether it moves money at once: a transfer, an exchange, a payout or a withdrawal. Creating a card costs a
    /// fee, and an order or a link lets somebody else pay; they move none by themselves.
    pub fn moves_money(&self) -> bool {
        matches!(
            self,
            Self::Transfer { .. }
                | Self::Exchange { .. }
                | Self::PayOut { .. }
                | Self::Withdraw { .. }
        )
    }

    /// Whether repeating it could cost somebody: what moves money, the creation of a card (a monthly fee), of an
    /// order or of a payment link (a payer may pay both), a hosted verification (charged when it is started), and closing (which gives up what is left).
    pub fn costs_money(&self) -> bool {
        self.moves_money()
            || matches!(
                self,
                Self::CreateCard { .. }
                    | Self::StartVerification { .. }
                    | Self::CreateOrder { .. }
                    | Self::CreateLink { .. }
                    | Self::Close { .. }
            )
    }

    /// Whether the provider gives what comes of it an id that it tells again later. That of a hosted verification is
    /// told once, and whoever lost it can still know that one was started.
    pub(crate) fn has_id(&self) -> bool {
        self.costs_money() && !matches!(self, Self::Close { .. } | Self::StartVerification { .. })
    }

    /// Whether later decisions rest on it once it is settled: what is believed of a user, and which cards were
    /// blocked by whom. The rest is only a record.
    pub(crate) fn is_about_standing(&self) -> bool {
        match self {
            Self::Create { .. }
            | Self::Verify { .. }
            | Self::Update { .. }
            | Self::Suspend { .. }
            | Self::Unsuspend { .. }
            | Self::Close { .. }
            | Self::CreateCard { .. }
            | Self::BlockCard { .. }
            | Self::UnblockCard { .. }
            | Self::DeleteCard { .. }
            | Self::Import { .. } => true,
            Self::Transfer { .. }
            | Self::Exchange { .. }
            | Self::PayOut { .. }
            | Self::Withdraw { .. }
            | Self::CreateOrder { .. }
            | Self::CreateLink { .. }
            | Self::SupplyTravelRule { .. }
            | Self::CreateWallet { .. }
            | Self::AddKycFiles { .. }
            | Self::AddPoaFiles { .. }
            | Self::StartVerification { .. }
            | Self::ChangePin { .. }
            | Self::SetLimits { .. } => false,
        }
    }

    /// What it is called in texts and adapters, such as `suspend`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Verify { .. } => "verify",
            Self::AddKycFiles { .. } => "add_kyc_files",
            Self::AddPoaFiles { .. } => "add_poa_files",
            Self::StartVerification { .. } => "start_verification",
            Self::Update { .. } => "update",
            Self::Suspend { .. } => "suspend",
            Self::Unsuspend { .. } => "unsuspend",
            Self::Close { .. } => "close",
            Self::CreateCard { .. } => "create_card",
            Self::BlockCard { .. } => "block_card",
            Self::UnblockCard { .. } => "unblock_card",
            Self::DeleteCard { .. } => "delete_card",
            Self::Transfer { .. } => "transfer",
            Self::Exchange { .. } => "exchange",
            Self::PayOut { .. } => "pay_out",
            Self::Withdraw { .. } => "withdraw",
            Self::CreateOrder { .. } => "create_order",
            Self::CreateLink { .. } => "create_link",
            Self::SupplyTravelRule { .. } => "supply_travel_rule",
            Self::CreateWallet { .. } => "create_wallet",
            Self::ChangePin { .. } => "change_pin",
            Self::SetLimits { .. } => "set_limits",
            Self::Import { .. } => "import",
        }
    }
}

/// How an intent ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "conclusion", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Conclusion {
    /// The provider did it, wholly.
    Done {
        /// What the provider calls the result.
        reference: Option<Reference>,
        /// The cards that the operation blocked, or restored.
        cards: Vec<CardId>,
    },
    /// The operation took effect in part: the cards named here were blocked, or restored, and a
    /// later step failed. Calling it again goes on from there.
    Partly {
        /// The cards that the operation blocked, or restored.
        cards: Vec<CardId>,
        /// The rule that stopped it, if the provider named one.
        #[serde(with = "rule_by_name")]
        rule: Option<Rule>,
    },
    /// The provider refused: nothing happened.
    Refused {
        /// Its code, such as `P455`.
        code: Option<Box<str>>,
        /// The rule that the code stands for.
        #[serde(with = "rule_by_name")]
        rule: Option<Rule>,
    },
    /// The request provably never reached the provider, or was turned away before anybody looked at it: no access
    /// (HTTP 401), or too many calls (429).
    NotSent,
    /// It was found out later, from the provider's records or by a person, that it did not happen.
    Absent,
    /// Nobody knows whether the provider acted.
    Unknown {
        /// The cards that the operation certainly blocked, or restored, before.
        cards: Vec<CardId>,
    },
}

impl Conclusion {
    /// Done, with nothing to add.
    pub fn done() -> Self {
        Self::Done {
            reference: None,
            cards: Vec::new(),
        }
    }

    /// Done, and this is what came of it.
    pub fn done_as(reference: Reference) -> Self {
        Self::Done {
            reference: Some(reference),
            cards: Vec::new(),
        }
    }

    /// Whether nobody knows if the provider acted.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown { .. })
    }

    /// Whether nothing happened and nobody decided against it, so that the same may be asked for again.
    pub fn leaves_no_trace(&self) -> bool {
        matches!(self, Self::NotSent | Self::Absent)
    }

    /// The cards that were blocked, or restored.
    pub(crate) fn into_cards(self) -> Vec<CardId> {
        match self {
            Self::Done { cards, .. } | Self::Partly { cards, .. } | Self::Unknown { cards } => {
                cards
            }
            Self::Refused { .. } | Self::NotSent | Self::Absent => Vec::new(),
        }
    }

    /// What the provider calls what was done.
    pub fn reference(&self) -> Option<&Reference> {
        match self {
            Self::Done { reference, .. } => reference.as_ref(),
            _ => None,
        }
    }
}

/// What the provider calls the result of a change.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reference {
    /// An internal transfer.
    Transfer(TransferId),
    /// An exchange.
    Exchange(ExchangeId),
    /// A payout.
    PayOut(SepaTransferId),
    /// A withdrawal.
    Withdrawal(WithdrawalId),
    /// An order.
    Order(OrderId),
    /// A payment link.
    PaymentLink(PaymentLinkId),
    /// A card.
    Card(CardId),
    /// A hosted verification.
    Verification(KycId),
}

impl Reference {
    /// Whether it can be what came of an action.
    pub(crate) fn is_of(&self, action: &Action) -> bool {
        matches!(
            (self, action),
            (Self::Transfer(_), Action::Transfer { .. })
                | (Self::Exchange(_), Action::Exchange { .. })
                | (Self::PayOut(_), Action::PayOut { .. })
                | (Self::Withdrawal(_), Action::Withdraw { .. })
                | (Self::Order(_), Action::CreateOrder { .. })
                | (Self::PaymentLink(_), Action::CreateLink { .. })
                | (Self::Card(_), Action::CreateCard { .. })
                | (Self::Verification(_), Action::StartVerification { .. })
        )
    }
}

/// The provider's id of one kind of result.
pub(crate) trait FromReference: Sized {
    fn from_reference(reference: &Reference) -> Option<Self>;
}

macro_rules! from_reference {
    ($($variant:ident: $id:ty,)*) => {$(
        impl FromReference for $id {
            fn from_reference(reference: &Reference) -> Option<Self> {
                match reference {
                    Reference::$variant(id) => Some(id.clone()),
                    _ => None,
                }
            }
        }
    )*};
}

from_reference! {
    Transfer: TransferId,
    Exchange: ExchangeId,
    PayOut: SepaTransferId,
    Withdrawal: WithdrawalId,
    Order: OrderId,
    Verification: KycId,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transfer(id) => write!(f, "transfer {id}"),
            Self::Exchange(id) => write!(f, "exchange {id}"),
            Self::PayOut(id) => write!(f, "payout {id}"),
            Self::Withdrawal(id) => write!(f, "withdrawal {id}"),
            Self::Order(id) => write!(f, "order {id}"),
            Self::PaymentLink(id) => write!(f, "payment link {id}"),
            Self::Card(id) => write!(f, "card {id}"),
            Self::Verification(id) => write!(f, "verification {id}"),
        }
    }
}

/// An intent and, once it is known, how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Names the entry.
    pub id: IntentId,
    /// What was asked for.
    pub intent: Intent,
    /// How it ended; `None` while it is under way, and for ever if the process died meanwhile.
    pub conclusion: Option<Conclusion>,
}

impl Entry {
    /// For implementations of [`Journal`](super::Journal).
    pub fn new(id: IntentId, intent: Intent, conclusion: Option<Conclusion>) -> Self {
        Self {
            id,
            intent,
            conclusion,
        }
    }

    /// Whether nobody knows if it happened.
    pub fn is_unresolved(&self) -> bool {
        self.conclusion.as_ref().is_none_or(Conclusion::is_unknown)
    }

    /// What the provider calls what was done.
    pub fn reference(&self) -> Option<&Reference> {
        self.conclusion.as_ref().and_then(Conclusion::reference)
    }

    /// Whether its key can be used for another attempt: nothing happened and nobody decided against it, or it was done
    /// in part and the next attempt goes on from there.
    pub fn frees_its_key(&self) -> bool {
        self.conclusion.as_ref().is_some_and(|conclusion| {
            conclusion.leaves_no_trace() || matches!(conclusion, Conclusion::Partly { .. })
        })
    }
}
