//! Every lifecycle by its word, and the object of it that an id means.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{
    Address, CardPayment, Hosted, Incoming, Issued, Link, Order, Payout, Standings, Swap, ToWallet,
    Verifications, Walk,
};

/// Which lifecycle is meant; an id says of whom or of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Lifecycle {
    UserVerification,
    UserStanding,
    ProofOfAddress,
    KycVerification,
    Card,
    CardTransaction,
    Payout,
    Withdrawal,
    Exchange,
    Deposit,
    Order,
    PaymentLink,
}

/// What is to be done with an object, whatever its lifecycle.
pub(crate) trait Visit {
    type Out;

    fn visit<W: Walk>(self, object: W) -> Self::Out;
}

/// A text that is no id.
#[derive(Debug)]
pub(crate) struct NoId;

impl Lifecycle {
    pub(crate) const ALL: &'static [Self] = &[
        Self::UserVerification,
        Self::UserStanding,
        Self::ProofOfAddress,
        Self::KycVerification,
        Self::Card,
        Self::CardTransaction,
        Self::Payout,
        Self::Withdrawal,
        Self::Exchange,
        Self::Deposit,
        Self::Order,
        Self::PaymentLink,
    ];

    /// The control API's word for it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::UserVerification => "USER_VERIFICATION",
            Self::UserStanding => "USER_STANDING",
            Self::ProofOfAddress => "PROOF_OF_ADDRESS",
            Self::KycVerification => "KYC_VERIFICATION",
            Self::Card => "CARD",
            Self::CardTransaction => "CARD_TRANSACTION",
            Self::Payout => "PAYOUT",
            Self::Withdrawal => "WITHDRAWAL",
            Self::Exchange => "EXCHANGE",
            Self::Deposit => "DEPOSIT",
            Self::Order => "ORDER",
            Self::PaymentLink => "PAYMENT_LINK",
        }
    }

    /// Does something with the object that the id means.
    pub(crate) fn visit<V: Visit>(self, id: &str, visit: V) -> Result<V::Out, NoId> {
        fn read<T: TryFrom<String>>(id: &str) -> Result<T, NoId> {
            T::try_from(id.to_owned()).map_err(|_| NoId)
        }
        Ok(match self {
            Self::UserVerification => visit.visit(Verifications(read(id)?)),
            Self::UserStanding => visit.visit(Standings(read(id)?)),
            Self::ProofOfAddress => visit.visit(Address(read(id)?)),
            Self::KycVerification => visit.visit(Hosted(read(id)?)),
            Self::Card => visit.visit(Issued(read(id)?)),
            Self::CardTransaction => visit.visit(CardPayment(read(id)?)),
            Self::Payout => visit.visit(Payout(read(id)?)),
            Self::Withdrawal => visit.visit(ToWallet(read(id)?)),
            Self::Exchange => visit.visit(Swap(read(id)?)),
            Self::Deposit => visit.visit(Incoming(read(id)?)),
            Self::Order => visit.visit(Order(read(id)?)),
            Self::PaymentLink => visit.visit(Link(read(id)?)),
        })
    }
}

impl fmt::Display for Lifecycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Lifecycle {
    type Err = NoId;

    fn from_str(word: &str) -> Result<Self, NoId> {
        let found = Self::ALL.iter().copied().find(|it| it.as_str() == word);
        found.ok_or(NoId)
    }
}
