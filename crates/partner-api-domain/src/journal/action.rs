//! Every change that a partner can ask for, and what kind of change each is.

use partner_api_core::user::Standing;
use partner_api_core::{CardId, Currency, DepositId, LockId, Money, Owner, UserId};
use serde::{Deserialize, Serialize};

use super::{PayOutToken, standing_by_word};
use crate::balances::Holding;
use crate::users::UserField;

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
        /// The cards that the user had before, so that a new one can be told: cards carry no time. Nothing where the
        /// provider refused to list them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Vec<CardId>>,
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
            | Self::CreateCard { user, .. }
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use partner_api_types::{Effect, OPERATIONS, OperationId};

    use super::*;

    /// Each action that may cost somebody, by the operations that carry it out; closing, which gives up what is left, is the
    /// only one that the specification calls idempotent.
    #[test]
    fn what_the_specification_calls_money_is_what_may_cost_somebody() {
        use OperationId::*;
        let (user, money) = (
            UserId::new("anna").unwrap(),
            "1 eur".parse::<Money>().unwrap(),
        );
        let owner = Owner::User(user.clone());
        let (lock, card) = (LockId::new("L").unwrap(), CardId::new("C").unwrap());
        let (currency, deposit) = (money.currency(), DepositId::new("D").unwrap());
        let of_card = || (user.clone(), card.clone());
        let carried_out: Vec<(Action, &[OperationId])> = vec![
            (Action::Create { user: user.clone() }, &[CreateUser]),
            (
                Action::Verify { user: user.clone() },
                &[AddUserVerification],
            ),
            (Action::AddKycFiles { user: user.clone() }, &[AddKycFiles]),
            (Action::AddPoaFiles { user: user.clone() }, &[AddPoaFiles]),
            (
                Action::StartVerification { user: user.clone() },
                &[CreateKycVerification],
            ),
            (
                Action::Update {
                    user: user.clone(),
                    fields: Vec::new(),
                },
                &[UpdateUser],
            ),
            (
                Action::Suspend {
                    user: user.clone(),
                    cards: Vec::new(),
                },
                &[SuspendUser],
            ),
            (
                Action::Unsuspend {
                    user: user.clone(),
                    cards: Vec::new(),
                },
                &[UnsuspendUser],
            ),
            (
                Action::CreateCard {
                    user: user.clone(),
                    before: None,
                },
                &[CreateCard],
            ),
            {
                let (user, card) = of_card();
                (Action::BlockCard { user, card }, &[BlockCard])
            },
            {
                let (user, card) = of_card();
                (Action::UnblockCard { user, card }, &[UnblockCard])
            },
            {
                let (user, card) = of_card();
                (Action::DeleteCard { user, card }, &[DeleteCard])
            },
            {
                let (user, card) = of_card();
                (Action::ChangePin { user, card }, &[UpdateCardPin])
            },
            {
                let (user, card) = of_card();
                (Action::SetLimits { user, card }, &[UpdateCardLimits])
            },
            (
                Action::Transfer {
                    source: None,
                    destination: Some(user.clone()),
                    money,
                },
                &[CreateTransfer, CreateMasterTransfer],
            ),
            (
                Action::Exchange {
                    owner: owner.clone(),
                    lock: lock.clone(),
                    money,
                    to: currency,
                },
                &[CreateExchange, CreatePartnerExchange],
            ),
            (
                Action::PayOut {
                    owner: owner.clone(),
                    money,
                    token: None,
                },
                &[CreateSepaTransfer, CreatePartnerSepaTransfer],
            ),
            (
                Action::Withdraw {
                    owner: owner.clone(),
                    money,
                },
                &[CreateWithdrawal, CreatePartnerWithdrawal],
            ),
            (Action::CreateOrder { lock }, &[CreateOrder]),
            (
                Action::CreateLink { money },
                &[CreatePaymentLink, CreateHostedCheckout],
            ),
            (
                Action::SupplyTravelRule { owner, deposit },
                &[UpdateTravelRule],
            ),
            (Action::CreateWallet { currency }, &[CreatePartnerWallet]),
        ];
        let mut seen = BTreeSet::new();
        let close = Action::Close {
            user: user.clone(),
            forfeits: Vec::new(),
        };
        assert!(close.costs_money());
        for (action, operations) in carried_out {
            for operation in operations {
                let is_money = operation.operation().effect == Effect::Money;
                assert_eq!(action.costs_money(), is_money, "{operation}");
                seen.insert(operation.as_str());
            }
        }
        for operation in OPERATIONS {
            let is_known = seen.contains(operation.id.as_str());
            assert!(
                is_known || operation.effect != Effect::Money,
                "{}",
                operation.id
            );
        }
    }
}
