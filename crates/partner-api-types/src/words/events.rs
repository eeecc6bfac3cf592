//! States that only events tell: of users, proofs of address, bank deposits and card payments.

use partner_api_core::card::{CardTransactionState, Channel};
use partner_api_core::deposit::DepositState;
use partner_api_core::documents::PoaState;
use partner_api_core::user::Verification;

use super::NoState;
use crate::{CardChannel, CardTransactionStatus, PoaStatus, SepaDepositStatus, UserStatus};

impl TryFrom<&UserStatus> for Verification {
    type Error = NoState;

    fn try_from(status: &UserStatus) -> Result<Self, NoState> {
        match status {
            UserStatus::Active => Ok(Self::Approved),
            UserStatus::Unknown(_) => Err(NoState { of: "a user" }),
        }
    }
}

impl PoaStatus {
    /// The status of a proof of address; none while there is none.
    pub const fn of(state: PoaState) -> Option<Self> {
        match state {
            PoaState::Missing => None,
            PoaState::Waiting => Some(Self::Waiting),
            PoaState::Approved => Some(Self::Approved),
            PoaState::Rejected => Some(Self::Rejected),
            PoaState::Questioned => Some(Self::Questioned),
        }
    }
}

impl TryFrom<&PoaStatus> for PoaState {
    type Error = NoState;

    fn try_from(status: &PoaStatus) -> Result<Self, NoState> {
        match status {
            PoaStatus::Waiting => Ok(Self::Waiting),
            PoaStatus::Approved => Ok(Self::Approved),
            PoaStatus::Rejected => Ok(Self::Rejected),
            PoaStatus::Questioned => Ok(Self::Questioned),
            PoaStatus::Unknown(_) => Err(NoState {
                of: "a proof of address",
            }),
        }
    }
}

impl TryFrom<&SepaDepositStatus> for DepositState {
    type Error = NoState;

    fn try_from(status: &SepaDepositStatus) -> Result<Self, NoState> {
        match status {
            SepaDepositStatus::Successful => Ok(Self::Credited),
            SepaDepositStatus::Unsuccessful => Ok(Self::Returned),
            SepaDepositStatus::Unknown(_) => Err(NoState {
                of: "a bank deposit",
            }),
        }
    }
}

impl From<CardTransactionState> for CardTransactionStatus {
    fn from(state: CardTransactionState) -> Self {
        match state {
            CardTransactionState::Authorised => Self::Authorized,
            CardTransactionState::Cleared => Self::Cleared,
            CardTransactionState::Reversed => Self::Reversed,
            CardTransactionState::Refunded => Self::Refunded,
        }
    }
}

impl TryFrom<&CardTransactionStatus> for CardTransactionState {
    type Error = NoState;

    fn try_from(status: &CardTransactionStatus) -> Result<Self, NoState> {
        match status {
            CardTransactionStatus::Authorized => Ok(Self::Authorised),
            CardTransactionStatus::Cleared => Ok(Self::Cleared),
            CardTransactionStatus::Reversed => Ok(Self::Reversed),
            CardTransactionStatus::Refunded => Ok(Self::Refunded),
            // What was declined never was a payment.
            CardTransactionStatus::Declined | CardTransactionStatus::Unknown(_) => Err(NoState {
                of: "a card payment",
            }),
        }
    }
}

impl From<Channel> for CardChannel {
    fn from(channel: Channel) -> Self {
        match channel {
            Channel::Pos => Self::Pos,
            Channel::Atm => Self::Atm,
            Channel::Ecom => Self::Ecom,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_of_a_card_payment_survives_the_wire() {
        for state in CardTransactionState::ALL {
            let word = CardTransactionStatus::from(*state);
            assert_eq!(CardTransactionState::try_from(&word), Ok(*state));
        }
        assert!(CardTransactionState::try_from(&CardTransactionStatus::Declined).is_err());
    }

    #[test]
    fn every_known_word_for_a_proof_of_address_is_a_state_and_only_a_missing_one_has_none() {
        for word in PoaStatus::ALL {
            let state = PoaState::try_from(word).unwrap();
            assert_eq!(PoaStatus::of(state).as_ref(), Some(word));
        }
        assert_eq!(PoaStatus::of(PoaState::Missing), None);
    }
}
