//! States of cards, transfers, payouts, exchanges and users.

use partner_api_core::card::CardState;
use partner_api_core::exchange::ExchangeState;
use partner_api_core::sepa_transfer::SepaTransferState;
use partner_api_core::transfer::TransferState;
use partner_api_core::user::Verification;

use crate::{CardStatus, ExchangeStatus, FiatBalanceStatus, SepaTransferStatus, TransferStatus};

/// A word that stands for no state that the rules know. It is not repeated, as it may be anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the provider's word for {of} is not one that this version knows; treat it as unknown, or update"
)]
pub struct NoState {
    /// Whose state.
    pub of: &'static str,
}

impl From<CardState> for CardStatus {
    fn from(state: CardState) -> Self {
        match state {
            CardState::Active => Self::Active,
            CardState::Blocked => Self::LockedByUser,
            CardState::Deleted => Self::Deleted,
        }
    }
}

impl TryFrom<&CardStatus> for CardState {
    type Error = NoState;

    fn try_from(status: &CardStatus) -> Result<Self, NoState> {
        match status {
            CardStatus::Active => Ok(Self::Active),
            // ASSUMED: `BLOCKED` and `SUSPENDED`, which only a third party lists, are cards that cannot be used now.
            CardStatus::LockedByUser | CardStatus::Blocked | CardStatus::Suspended => {
                Ok(Self::Blocked)
            }
            CardStatus::Deleted => Ok(Self::Deleted),
            CardStatus::Unknown(_) => Err(NoState { of: "a card" }),
        }
    }
}

impl From<TransferState> for TransferStatus {
    fn from(state: TransferState) -> Self {
        match state {
            TransferState::Pending => Self::Pending,
            TransferState::Successful => Self::Successful,
        }
    }
}

impl TryFrom<&TransferStatus> for TransferState {
    type Error = NoState;

    fn try_from(status: &TransferStatus) -> Result<Self, NoState> {
        match status {
            TransferStatus::Pending => Ok(Self::Pending),
            TransferStatus::Successful => Ok(Self::Successful),
            // A transfer that the rules refuse is never created.
            TransferStatus::Failed | TransferStatus::Unknown(_) => {
                Err(NoState { of: "a transfer" })
            }
        }
    }
}

impl TryFrom<&SepaTransferStatus> for SepaTransferState {
    type Error = NoState;

    fn try_from(status: &SepaTransferStatus) -> Result<Self, NoState> {
        match status {
            // Nothing tells whether it is funded; what may follow is the same.
            SepaTransferStatus::Pending => Ok(Self::Funded),
            SepaTransferStatus::Successful => Ok(Self::Successful),
            SepaTransferStatus::Failed => Ok(Self::Failed),
            SepaTransferStatus::Unknown(_) => Err(NoState { of: "a payout" }),
        }
    }
}

impl From<SepaTransferState> for SepaTransferStatus {
    fn from(state: SepaTransferState) -> Self {
        match state {
            // ASSUMED word; and nothing tells a caller whether a payout in flight is funded.
            SepaTransferState::Funded | SepaTransferState::Unfunded => Self::Pending,
            SepaTransferState::Successful => Self::Successful,
            SepaTransferState::Failed => Self::Failed,
        }
    }
}

impl From<ExchangeState> for ExchangeStatus {
    fn from(state: ExchangeState) -> Self {
        match state {
            // ASSUMED word.
            ExchangeState::Pending => Self::Pending,
            ExchangeState::Completed => Self::Completed,
            ExchangeState::Failed => Self::Failed,
        }
    }
}

impl TryFrom<&ExchangeStatus> for ExchangeState {
    type Error = NoState;

    fn try_from(status: &ExchangeStatus) -> Result<Self, NoState> {
        match status {
            ExchangeStatus::Pending => Ok(Self::Pending),
            ExchangeStatus::Completed => Ok(Self::Completed),
            ExchangeStatus::Failed => Ok(Self::Failed),
            ExchangeStatus::Unknown(_) => Err(NoState { of: "an exchange" }),
        }
    }
}

impl FiatBalanceStatus {
    /// The status of a user's fiat balance: usable once the user is approved.
    pub fn of(verification: Verification) -> Self {
        match verification {
            Verification::Approved => Self::Active,
            Verification::Registered | Verification::Pending | Verification::Rejected => {
                Self::WaitingToBeActivated
            }
        }
    }
}

impl SepaTransferStatus {
    /// Whether the payout is settled, well or not; none for a word that this version does not know.
    pub fn is_settled(&self) -> Option<bool> {
        match self {
            Self::Pending => Some(false),
            Self::Successful | Self::Failed => Some(true),
            Self::Unknown(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_of_a_card_survives_the_wire() {
        for state in CardState::ALL {
            assert_eq!(CardState::try_from(&CardStatus::from(*state)), Ok(*state));
        }
    }

    #[test]
    fn every_state_of_an_exchange_survives_the_wire() {
        for state in ExchangeState::ALL {
            assert_eq!(
                ExchangeState::try_from(&ExchangeStatus::from(*state)),
                Ok(*state)
            );
        }
    }

    #[test]
    fn every_known_word_for_a_card_is_a_state() {
        for status in CardStatus::ALL {
            assert!(CardState::try_from(status).is_ok(), "{status}");
        }
        let error = CardState::try_from(&CardStatus::from("MELTED")).unwrap_err();
        assert!(!error.to_string().contains("MELTED"));
    }

    #[test]
    fn a_payout_is_settled_exactly_where_no_step_leads_on() {
        for state in SepaTransferState::ALL {
            let status = SepaTransferStatus::from(*state);
            assert_eq!(status.is_settled(), Some(!state.is_pending()), "{status}");
        }
        assert_eq!(SepaTransferStatus::from("RETURNED").is_settled(), None);
    }

    #[test]
    fn a_fiat_balance_is_active_only_for_the_approved() {
        for verification in Verification::ALL {
            let is_active = FiatBalanceStatus::of(*verification) == FiatBalanceStatus::Active;
            assert_eq!(is_active, *verification == Verification::Approved);
        }
    }
}
