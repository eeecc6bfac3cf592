//! What the outside world does to a stage: banks, chains, merchants and payers.

use partner_api::{
    CardId, DepositId, ExchangeId, Iban, KycId, Money, Network, OrderId, PaymentLinkId,
    SepaTransferId, UserId, WithdrawalId,
};
use partner_api_sandbox_control::types;

use super::stage::{Stage, Told};

/// A bank transfer on its way.
#[derive(Debug, Default)]
pub(crate) struct FromBank<'a> {
    /// Whose account it comes from; of the receiver's own where it is left out.
    pub(crate) sender: Option<(&'a Iban, &'a str)>,
    /// Whether the provider cannot tell yet whose account that is.
    pub(crate) is_unclear: bool,
}

/// Who pays what on a chain.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pays<'a> {
    Order(&'a OrderId),
    Link(&'a PaymentLinkId),
}

impl Stage {
    /// Lets a bank transfer arrive; says which deposit it is, and what became of it.
    pub(crate) async fn bank_transfer(
        &self,
        user: &UserId,
        money: Money,
        from: FromBank<'_>,
    ) -> Told<(DepositId, String)> {
        let name = from.sender.map(|(_, name)| name.parse()).transpose()?;
        let request = types::SepaDepositRequest {
            external_user_id: Some(user.clone()),
            amount: money.amount().into(),
            sender_iban: from.sender.map(|(iban, _)| iban.clone()),
            sender_name: name,
            check: from.is_unclear.then_some(types::SenderCheck::Pending),
        };
        let deposit = self.world().simulate_sepa_deposit(&request).await?;
        let deposit = deposit.into_inner();
        Ok((deposit.id, deposit.status.to_string()))
    }

    /// Lets crypto arrive, for a user or for the partner itself.
    pub(crate) async fn chain_transfer(
        &self,
        user: Option<&UserId>,
        money: Money,
        network: Option<Network>,
        needs_travel_rule: bool,
    ) -> Told<DepositId> {
        let request = types::CryptoDepositRequest {
            external_user_id: user.cloned(),
            amount: money.amount().into(),
            currency: money.currency(),
            network: network.map(Into::into),
            needs_travel_rule: Some(needs_travel_rule),
        };
        let deposit = self.world().simulate_crypto_deposit(&request).await?;
        Ok(deposit.into_inner().id)
    }

    /// Decides a deposit; says what became of it.
    pub(crate) async fn decide_deposit(&self, id: &DepositId, approved: bool) -> Told<String> {
        let request = types::DepositDecisionRequest {
            deposit_id: id.clone(),
            approved,
        };
        let deposit = self.world().decide_deposit(&request).await?;
        Ok(deposit.into_inner().status.to_string())
    }

    /// Decides on a user's identity data.
    pub(crate) async fn decide_verification(&self, user: &UserId, approved: bool) -> Told<()> {
        let request = types::VerificationDecisionRequest {
            external_user_id: user.clone(),
            approved,
        };
        self.world().decide_verification(&request).await?;
        Ok(())
    }

    /// Decides on a hosted verification.
    pub(crate) async fn decide_kyc(
        &self,
        id: &KycId,
        approved: bool,
        reasons: &[&str],
    ) -> Told<()> {
        let request = types::KycDecisionRequest {
            verification_id: id.clone(),
            approved,
            reasons: reasons.iter().map(ToString::to_string).collect(),
        };
        self.world().decide_kyc(&request).await?;
        Ok(())
    }

    /// Decides on a proof of address.
    pub(crate) async fn decide_poa(&self, user: &UserId, decision: types::PoaDecision) -> Told<()> {
        let request = types::PoaDecisionRequest {
            external_user_id: user.clone(),
            decision,
        };
        self.world().decide_poa(&request).await?;
        Ok(())
    }

    /// The receiving bank refuses a payout.
    pub(crate) async fn refuse_payout(&self, id: &SepaTransferId) -> Told<()> {
        let request = types::PayoutOutcomeRequest {
            transfer_id: id.clone(),
            succeeds: false,
        };
        self.world().decide_payout(&request).await?;
        Ok(())
    }

    /// The market refuses an exchange.
    pub(crate) async fn fail_exchange(&self, id: &ExchangeId) -> Told<()> {
        let request = types::ExchangeOutcomeRequest {
            exchange_id: id.clone(),
            completed: false,
        };
        self.world().decide_exchange(&request).await?;
        Ok(())
    }

    /// The chain does not take a withdrawal.
    pub(crate) async fn fail_withdrawal(&self, id: &WithdrawalId) -> Told<()> {
        let request = types::WithdrawalOutcomeRequest {
            withdrawal_id: id.clone(),
            completed: false,
        };
        self.world().decide_withdrawal(&request).await?;
        Ok(())
    }

    /// Uses a card at some kind of till; gives the use's id, where it was approved, and what the terminal shows.
    pub(crate) async fn use_card(
        &self,
        card: &CardId,
        money: Money,
        channel: types::CardChannel,
    ) -> Told<(types::CardTransaction, String)> {
        let request = types::CardTransactionRequest {
            card_id: card.clone(),
            amount: money.amount().into(),
            currency: money.currency(),
            channel: Some(channel),
        };
        let used = self.world().simulate_card_transaction(&request).await?;
        let used = used.into_inner();
        let shown = match &used.rule {
            None => "approved".to_owned(),
            Some(rule) => format!("declined: {rule}"),
        };
        Ok((used, shown))
    }

    /// The merchant clears, reverses or refunds a use of a card.
    pub(crate) async fn settle_card(
        &self,
        used: &types::CardTransaction,
        action: types::CardSettlement,
    ) -> Told<()> {
        let request = types::CardSettlementRequest {
            card_transaction_id: used.id.clone(),
            action,
        };
        self.world().settle_card_transaction(&request).await?;
        Ok(())
    }

    /// Somebody pays on a chain.
    pub(crate) async fn payment(
        &self,
        what: Pays<'_>,
        money: Money,
        network: Option<Network>,
    ) -> Told<()> {
        let (order_id, payment_link_id) = match what {
            Pays::Order(id) => (Some(id.clone()), None),
            Pays::Link(id) => (None, Some(id.clone())),
        };
        let request = types::PaymentRequest {
            amount: money.amount().into(),
            currency: money.currency(),
            network: network.map(Into::into),
            order_id,
            payment_link_id,
        };
        self.world().simulate_payment(&request).await?;
        Ok(())
    }
}
