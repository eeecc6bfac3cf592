//! Which command it is, without its data.

use super::Command;
use crate::steps::words;

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
        /// [`Command::AddKycFiles`].
        AddKycFiles = "add_kyc_files",
        /// [`Command::StartKyc`].
        StartKyc = "start_kyc",
        /// [`Command::DecideKyc`].
        DecideKyc = "decide_kyc",
        /// [`Command::AddPoaFiles`].
        AddPoaFiles = "add_poa_files",
        /// [`Command::DecidePoa`].
        DecidePoa = "decide_poa",
        /// [`Command::Withdraw`].
        Withdraw = "withdraw",
        /// [`Command::SettleWithdrawal`].
        SettleWithdrawal = "settle_withdrawal",
        /// [`Command::DecideDeposit`].
        DecideDeposit = "decide_deposit",
        /// [`Command::SupplyTravelRule`].
        SupplyTravelRule = "supply_travel_rule",
        /// [`Command::CreateWallet`].
        CreateWallet = "create_wallet",
        /// [`Command::Quote`].
        Quote = "quote",
        /// [`Command::CreateOrder`].
        CreateOrder = "create_order",
        /// [`Command::CreateLink`].
        CreateLink = "create_link",
        /// [`Command::AssignWallet`].
        AssignWallet = "assign_wallet",
        /// [`Command::ReceivePayment`].
        ReceivePayment = "receive_payment",
        /// [`Command::ConfirmPayments`].
        ConfirmPayments = "confirm_payments",
        /// [`Command::ExpireCheckout`].
        ExpireCheckout = "expire_checkout",
        /// [`Command::ChangePin`].
        ChangePin = "change_pin",
        /// [`Command::SetLimits`].
        SetLimits = "set_limits",
        /// [`Command::SettleCardTransaction`].
        SettleCardTransaction = "settle_card_transaction",
        /// [`Command::ChargeCard`].
        ChargeCard = "charge_card",
    }
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
            Self::AddKycFiles { .. } => CommandKind::AddKycFiles,
            Self::StartKyc { .. } => CommandKind::StartKyc,
            Self::DecideKyc { .. } => CommandKind::DecideKyc,
            Self::AddPoaFiles { .. } => CommandKind::AddPoaFiles,
            Self::DecidePoa { .. } => CommandKind::DecidePoa,
            Self::Withdraw { .. } => CommandKind::Withdraw,
            Self::SettleWithdrawal { .. } => CommandKind::SettleWithdrawal,
            Self::DecideDeposit { .. } => CommandKind::DecideDeposit,
            Self::SupplyTravelRule { .. } => CommandKind::SupplyTravelRule,
            Self::CreateWallet { .. } => CommandKind::CreateWallet,
            Self::Quote { .. } => CommandKind::Quote,
            Self::CreateOrder { .. } => CommandKind::CreateOrder,
            Self::CreateLink { .. } => CommandKind::CreateLink,
            Self::AssignWallet { .. } => CommandKind::AssignWallet,
            Self::ReceivePayment { .. } => CommandKind::ReceivePayment,
            Self::ConfirmPayments { .. } => CommandKind::ConfirmPayments,
            Self::ExpireCheckout { .. } => CommandKind::ExpireCheckout,
            Self::ChangePin { .. } => CommandKind::ChangePin,
            Self::SetLimits { .. } => CommandKind::SetLimits,
            Self::SettleCardTransaction { .. } => CommandKind::SettleCardTransaction,
            Self::ChargeCard { .. } => CommandKind::ChargeCard,
        }
    }
}
