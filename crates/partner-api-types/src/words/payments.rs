//! States of deposits, withdrawals, checkouts and hosted verifications.

use partner_api_core::card::{Limits, SpendingLimits};
use partner_api_core::checkout::{CheckoutState, PaymentState};
use partner_api_core::deposit::{DepositState, IbanCheck, Wallet};
use partner_api_core::kyc::KycState;
use partner_api_core::withdrawal::WithdrawalState;

use super::NoState;
use crate::{
    CardLimits, CryptoDepositStatus, DepositWalletType, IbanStatus, KycVerificationStatus,
    OrderStatus, PaymentLinkStatus, PaymentStatus, WithdrawalStatus,
};

impl From<DepositState> for CryptoDepositStatus {
    fn from(state: DepositState) -> Self {
        match state {
            // ASSUMED: a deposit that waits for its suspended user is told from one that is checked nowhere.
            DepositState::Checking | DepositState::Held => Self::WaitingForVerification,
            DepositState::WaitingForTravelRule => Self::WaitingForTrData,
            DepositState::Credited => Self::Successful,
            DepositState::Returned => Self::Unsuccessful,
        }
    }
}

impl TryFrom<&CryptoDepositStatus> for DepositState {
    type Error = NoState;

    fn try_from(status: &CryptoDepositStatus) -> Result<Self, NoState> {
        match status {
            // Where every deposit begins; one that is held for a suspended user has the same word.
            CryptoDepositStatus::WaitingForVerification => Ok(Self::Checking),
            CryptoDepositStatus::WaitingForTrData => Ok(Self::WaitingForTravelRule),
            CryptoDepositStatus::Successful => Ok(Self::Credited),
            CryptoDepositStatus::Unsuccessful => Ok(Self::Returned),
            CryptoDepositStatus::Unknown(_) => Err(NoState { of: "a deposit" }),
        }
    }
}

impl From<IbanCheck> for IbanStatus {
    fn from(check: IbanCheck) -> Self {
        match check {
            IbanCheck::Pending => Self::Pending,
            IbanCheck::Approved => Self::Approved,
            IbanCheck::Rejected => Self::Rejected,
        }
    }
}

impl TryFrom<&DepositWalletType> for Wallet {
    type Error = NoState;

    fn try_from(word: &DepositWalletType) -> Result<Self, NoState> {
        match word {
            DepositWalletType::Custodial => Ok(Self::Custodial),
            DepositWalletType::SelfCustody => Ok(Self::SelfCustody),
            DepositWalletType::Unknown(_) => Err(NoState { of: "a wallet" }),
        }
    }
}

impl From<Wallet> for DepositWalletType {
    fn from(wallet: Wallet) -> Self {
        match wallet {
            Wallet::Custodial => Self::Custodial,
            Wallet::SelfCustody => Self::SelfCustody,
        }
    }
}

impl From<WithdrawalState> for WithdrawalStatus {
    fn from(state: WithdrawalState) -> Self {
        match state {
            WithdrawalState::Pending => Self::Pending,
            WithdrawalState::Successful => Self::Successful,
            WithdrawalState::Unsuccessful => Self::Unsuccessful,
        }
    }
}

impl TryFrom<&WithdrawalStatus> for WithdrawalState {
    type Error = NoState;

    fn try_from(status: &WithdrawalStatus) -> Result<Self, NoState> {
        match status {
            WithdrawalStatus::Pending => Ok(Self::Pending),
            WithdrawalStatus::Successful => Ok(Self::Successful),
            WithdrawalStatus::Unsuccessful => Ok(Self::Unsuccessful),
            WithdrawalStatus::Unknown(_) => Err(NoState { of: "a withdrawal" }),
        }
    }
}

impl WithdrawalStatus {
    /// Whether the withdrawal is settled, well or not; none for a word that this version does not know.
    pub fn is_settled(&self) -> Option<bool> {
        match self {
            Self::Pending => Some(false),
            Self::Successful | Self::Unsuccessful => Some(true),
            Self::Unknown(_) => None,
        }
    }
}

impl From<CheckoutState> for OrderStatus {
    fn from(state: CheckoutState) -> Self {
        match state {
            CheckoutState::WaitingForWallet => Self::WaitingForWalletAddress,
            CheckoutState::Open => Self::WaitingForPayment,
            CheckoutState::Underpaid => Self::PartiallyPaid,
            CheckoutState::Confirming => Self::WaitingForConfirmation,
            CheckoutState::Completed => Self::Completed,
            CheckoutState::Expired => Self::Expired,
        }
    }
}

impl TryFrom<&OrderStatus> for CheckoutState {
    type Error = NoState;

    fn try_from(status: &OrderStatus) -> Result<Self, NoState> {
        match status {
            OrderStatus::WaitingForWalletAddress => Ok(Self::WaitingForWallet),
            OrderStatus::WaitingForPayment => Ok(Self::Open),
            OrderStatus::PartiallyPaid => Ok(Self::Underpaid),
            OrderStatus::WaitingForConfirmation => Ok(Self::Confirming),
            OrderStatus::Completed => Ok(Self::Completed),
            OrderStatus::Expired => Ok(Self::Expired),
            OrderStatus::Unknown(_) => Err(NoState { of: "an order" }),
        }
    }
}

impl TryFrom<&PaymentLinkStatus> for CheckoutState {
    type Error = NoState;

    fn try_from(status: &PaymentLinkStatus) -> Result<Self, NoState> {
        match status {
            PaymentLinkStatus::WaitingForPayment => Ok(Self::Open),
            PaymentLinkStatus::AwaitingCompletion => Ok(Self::Underpaid),
            PaymentLinkStatus::WaitingForConfirmation => Ok(Self::Confirming),
            PaymentLinkStatus::Completed => Ok(Self::Completed),
            PaymentLinkStatus::Expired => Ok(Self::Expired),
            PaymentLinkStatus::Unknown(_) => Err(NoState {
                of: "a payment link",
            }),
        }
    }
}

impl From<CheckoutState> for PaymentLinkStatus {
    fn from(state: CheckoutState) -> Self {
        match state {
            // A link never waits for a wallet.
            CheckoutState::WaitingForWallet | CheckoutState::Open => Self::WaitingForPayment,
            CheckoutState::Underpaid => Self::AwaitingCompletion,
            CheckoutState::Confirming => Self::WaitingForConfirmation,
            CheckoutState::Completed => Self::Completed,
            CheckoutState::Expired => Self::Expired,
        }
    }
}

impl From<PaymentState> for PaymentStatus {
    fn from(state: PaymentState) -> Self {
        match state {
            PaymentState::Detected => Self::Detected,
            PaymentState::Confirmed => Self::Confirmed,
            PaymentState::Returned => Self::Returned,
        }
    }
}

impl From<KycState> for KycVerificationStatus {
    fn from(state: KycState) -> Self {
        match state {
            KycState::Pending => Self::Pending,
            KycState::Approved => Self::Approved,
            KycState::Rejected => Self::Rejected,
        }
    }
}

impl TryFrom<&KycVerificationStatus> for KycState {
    type Error = NoState;

    fn try_from(status: &KycVerificationStatus) -> Result<Self, NoState> {
        match status {
            KycVerificationStatus::Pending => Ok(Self::Pending),
            KycVerificationStatus::Approved => Ok(Self::Approved),
            KycVerificationStatus::Rejected => Ok(Self::Rejected),
            KycVerificationStatus::Unknown(_) => Err(NoState {
                of: "a hosted verification",
            }),
        }
    }
}

impl From<SpendingLimits> for CardLimits {
    fn from(SpendingLimits { daily, monthly }: SpendingLimits) -> Self {
        Self {
            monthly_trx_all: monthly.all.into(),
            daily_trx_all: daily.all.into(),
            monthly_trx_atm: monthly.atm.into(),
            daily_trx_atm: daily.atm.into(),
            monthly_trx_ecom: monthly.ecom.into(),
            daily_trx_ecom: daily.ecom.into(),
        }
    }
}

impl From<CardLimits> for SpendingLimits {
    fn from(limits: CardLimits) -> Self {
        Self {
            daily: Limits {
                all: limits.daily_trx_all.into(),
                atm: limits.daily_trx_atm.into(),
                ecom: limits.daily_trx_ecom.into(),
            },
            monthly: Limits {
                all: limits.monthly_trx_all.into(),
                atm: limits.monthly_trx_atm.into(),
                ecom: limits.monthly_trx_ecom.into(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_survive_the_wire() {
        let limits = SpendingLimits::default();
        assert_eq!(SpendingLimits::from(CardLimits::from(limits)), limits);
    }

    #[test]
    fn a_withdrawal_is_settled_exactly_where_no_step_leads_on() {
        for state in WithdrawalState::ALL {
            let status = WithdrawalStatus::from(*state);
            assert_eq!(status.is_settled(), Some(!state.is_pending()), "{status}");
        }
        assert_eq!(WithdrawalStatus::from("LOST").is_settled(), None);
    }

    #[test]
    fn every_known_word_for_a_wallet_is_one() {
        for word in DepositWalletType::ALL {
            let wallet = Wallet::try_from(word).unwrap();
            assert_eq!(DepositWalletType::from(wallet), *word);
        }
    }
}
