//! What happens by itself when its moment comes, as the command that is asked then.

use super::Command;
use crate::card::CardTransactionAction;
use crate::documents::PoaAction;
use crate::{
    CardId, CardTransactionId, CheckoutId, DepositId, ExchangeId, HolderId, KycId, SepaTransferId,
    WithdrawalId,
};

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
            Self::Expiry(id) => Command::ExpireCheckout {
                id: id.clone(),
                at_once: false,
            },
        }
    }
}
