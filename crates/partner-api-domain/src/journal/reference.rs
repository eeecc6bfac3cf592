//! What the provider calls what came of a change.

use std::fmt;

use partner_api_core::{
    CardId, ExchangeId, KycId, OrderId, PaymentLinkId, SepaTransferId, TransferId, WithdrawalId,
};
use serde::{Deserialize, Serialize};

use super::Action;

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
