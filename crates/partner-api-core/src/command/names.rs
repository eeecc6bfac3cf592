//! What a command names: all that must be loaded before it is decided.

use super::Command;
use crate::{
    CardId, CardTransactionId, CheckoutId, Currency, DepositId, ExchangeId, HolderId, Iban, KycId,
    LockId, SepaTransferId, UserId, WithdrawalId,
};

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
            | Self::ExpireCheckout { id, .. } => names.checkout = Some(id),
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
