//! Money on its way: payouts, withdrawals, exchanges, deposits and card payments.

use partner_api_core::card::{
    CardTransaction, CardTransactionAction, CardTransactionState, TRANSACTION_STEPS,
};
use partner_api_core::deposit::{self, Deposit, DepositAction, DepositState, Sender};
use partner_api_core::exchange::{self, Exchange, ExchangeAction, ExchangeState};
use partner_api_core::sepa_transfer::{self, SepaTransfer, SepaTransferAction, SepaTransferState};
use partner_api_core::steps::Step;
use partner_api_core::user::{self, Permission, UserAction};
use partner_api_core::withdrawal::{self, Withdrawal, WithdrawalAction, WithdrawalState};
use partner_api_core::{
    CardTransactionId, Command, DepositId, ExchangeId, Owner, Rule, SepaTransferId, UserId,
    WithdrawalId,
};

use super::{Moment, Walk, sample};
use crate::engine::StoreError;

/// A payout.
pub(crate) struct Payout(pub(crate) SepaTransferId);

impl Walk for Payout {
    type State = SepaTransferState;
    type Action = SepaTransferAction;
    type Found = SepaTransfer;
    const STEPS: &'static [Step<SepaTransferState, SepaTransferAction>] = sepa_transfer::STEPS;
    const STATES: &'static [SepaTransferState] = SepaTransferState::ALL;
    const MISSING: Rule = Rule::PayoutMustExist;

    fn find(&self, moment: &Moment<'_>) -> Result<Option<SepaTransfer>, StoreError> {
        moment.snapshot.payout(&self.0)
    }

    fn state(payout: &SepaTransfer) -> SepaTransferState {
        payout.state
    }

    fn command(
        &self,
        _: &SepaTransfer,
        row: &Step<SepaTransferState, SepaTransferAction>,
    ) -> Option<Command> {
        Some(Command::SettlePayOut {
            id: self.0.clone(),
            succeeds: row.on == SepaTransferAction::Settle,
        })
    }
}

/// A withdrawal.
pub(crate) struct ToWallet(pub(crate) WithdrawalId);

impl Walk for ToWallet {
    type State = WithdrawalState;
    type Action = WithdrawalAction;
    type Found = Withdrawal;
    const STEPS: &'static [Step<WithdrawalState, WithdrawalAction>] = withdrawal::STEPS;
    const STATES: &'static [WithdrawalState] = WithdrawalState::ALL;
    const MISSING: Rule = Rule::WithdrawalMustExist;

    fn find(&self, moment: &Moment<'_>) -> Result<Option<Withdrawal>, StoreError> {
        moment.snapshot.withdrawal(&self.0)
    }

    fn state(withdrawal: &Withdrawal) -> WithdrawalState {
        withdrawal.state
    }

    fn command(
        &self,
        _: &Withdrawal,
        row: &Step<WithdrawalState, WithdrawalAction>,
    ) -> Option<Command> {
        Some(Command::SettleWithdrawal {
            id: self.0.clone(),
            completed: row.on == WithdrawalAction::Complete,
        })
    }
}

/// An exchange.
pub(crate) struct Swap(pub(crate) ExchangeId);

impl Walk for Swap {
    type State = ExchangeState;
    type Action = ExchangeAction;
    type Found = Exchange;
    const STEPS: &'static [Step<ExchangeState, ExchangeAction>] = exchange::STEPS;
    const STATES: &'static [ExchangeState] = ExchangeState::ALL;
    const MISSING: Rule = Rule::ExchangeMustExist;

    fn find(&self, moment: &Moment<'_>) -> Result<Option<Exchange>, StoreError> {
        moment.snapshot.exchange(&self.0)
    }

    fn state(exchange: &Exchange) -> ExchangeState {
        exchange.state
    }

    fn command(&self, _: &Exchange, row: &Step<ExchangeState, ExchangeAction>) -> Option<Command> {
        Some(Command::SettleExchange {
            id: self.0.clone(),
            completed: row.on == ExchangeAction::Complete,
        })
    }
}

/// A card payment.
pub(crate) struct CardPayment(pub(crate) CardTransactionId);

impl Walk for CardPayment {
    type State = CardTransactionState;
    type Action = CardTransactionAction;
    type Found = CardTransaction;
    const STEPS: &'static [Step<CardTransactionState, CardTransactionAction>] = TRANSACTION_STEPS;
    const STATES: &'static [CardTransactionState] = CardTransactionState::ALL;
    const MISSING: Rule = Rule::CardTransactionMustExist;

    fn find(&self, moment: &Moment<'_>) -> Result<Option<CardTransaction>, StoreError> {
        moment.snapshot.card_transaction(&self.0)
    }

    fn state(payment: &CardTransaction) -> CardTransactionState {
        payment.state
    }

    fn command(
        &self,
        _: &CardTransaction,
        row: &Step<CardTransactionState, CardTransactionAction>,
    ) -> Option<Command> {
        Some(Command::SettleCardTransaction {
            id: self.0.clone(),
            action: row.on,
        })
    }
}

/// A deposit, by bank or by chain.
pub(crate) struct Incoming(pub(crate) DepositId);

/// A deposit, with what decides about its next step.
pub(crate) struct Arrived {
    deposit: Deposit,
    sender: Option<Sender>,
    /// Whose it is; nobody's once the user is closed.
    owner: Option<Owner<UserId>>,
    /// Whether the owner's suspension keeps it from being credited.
    is_held_up: bool,
}

impl Walk for Incoming {
    type State = DepositState;
    type Action = DepositAction;
    type Found = Arrived;
    const STEPS: &'static [Step<DepositState, DepositAction>] = deposit::STEPS;
    const STATES: &'static [DepositState] = DepositState::ALL;
    const MISSING: Rule = Rule::DepositMustExist;

    fn find(&self, moment: &Moment<'_>) -> Result<Option<Arrived>, StoreError> {
        let snapshot = moment.snapshot;
        let Some(deposit) = snapshot.deposit(&self.0)? else {
            return Ok(None);
        };
        let sender = match deposit.owner {
            Some(owner) => snapshot.sender(owner, &self.0)?,
            None => None,
        };
        let (mut owner, mut is_held_up) = (None, false);
        match deposit.owner {
            Some(Owner::Partner) => owner = Some(Owner::Partner),
            Some(Owner::User(holder)) => {
                owner = snapshot.user_id(holder)?.map(Owner::User);
                let standing = snapshot.holder(holder)?.map(|user| user.standing);
                is_held_up = standing.is_some_and(|standing| {
                    let permission = user::permission(standing, UserAction::ReceiveDeposit);
                    matches!(permission, Permission::NotNow(_))
                });
            }
            None => {}
        }
        Ok(Some(Arrived {
            deposit,
            sender,
            owner,
            is_held_up,
        }))
    }

    fn state(found: &Arrived) -> DepositState {
        found.deposit.state
    }

    fn command(&self, found: &Arrived, row: &Step<DepositState, DepositAction>) -> Option<Command> {
        let id = self.0.clone();
        let decide = |approved| Command::DecideDeposit {
            id: id.clone(),
            approved,
            sender: found.sender.clone().map(Box::new),
        };
        let is_asked = found.deposit.needs_travel_rule;
        // What happens next is not chosen: it follows from what the deposit needs and from where its owner stands.
        let follows = match row.on {
            DepositAction::Return => return Some(decide(false)),
            DepositAction::AskTravelRule => return is_asked.then(|| decide(true)),
            DepositAction::Credit if row.from == DepositState::Held => {
                let user = found.owner.clone()?.user()?;
                return Some(Command::Unsuspend { user });
            }
            DepositAction::Credit => !found.is_held_up,
            DepositAction::Hold => found.is_held_up,
        };
        if !follows {
            return None;
        }
        match row.from {
            DepositState::WaitingForTravelRule => Some(Command::SupplyTravelRule {
                id,
                owner: found.owner.clone()?,
                data: Box::new(sample::travel_rule()),
            }),
            _ => (!is_asked).then(|| decide(true)),
        }
    }
}
