//! Bodies about money that moves: transfers, payouts, deposits, withdrawals and exchanges.

use partner_api_core::deposit::{Deposit, Source};
use partner_api_core::exchange::ExchangeState;
use partner_api_core::{DepositId, ExchangeId, Owner, SepaTransferId, TransferId, WithdrawalId};
use partner_api_types::{
    CryptoDepositEvent, EventFailure, ExchangeEvent, ExchangeStatus, IbanStatusEvent,
    SepaDepositEvent, SepaTransferEvent, SepaTransferStatus, SepaTransferType, SepaTransferUser,
    TransferEvent, WithdrawalCurrency, WithdrawalEvent, WithdrawalStatus,
};

use super::{Rows, id};
use crate::engine::{Announcement, StoreError};
use crate::http::chain;

impl Rows<'_> {
    pub(super) fn transfer(
        &self,
        told: &Announcement,
    ) -> Result<Option<TransferEvent>, StoreError> {
        let Some(id) = id::<TransferId>(told) else {
            return Ok(None);
        };
        let Some(found) = self.0.transfer(&id)? else {
            return Ok(None);
        };
        let side = |holder: Option<_>| match holder {
            Some(holder) => Ok(self.0.user_id(holder)?.map(Some)),
            None => Ok::<_, StoreError>(Some(None)),
        };
        // A user who is gone must not look like the partner.
        let (Some(source), Some(destination)) = (side(found.source)?, side(found.destination)?)
        else {
            return Ok(None);
        };
        Ok(Some(TransferEvent {
            amount: found.money.amount().into(),
            created_at: Some(found.created_at),
            currency: found.money.currency(),
            destination_external_user_id: destination,
            error: None,
            id,
            source_external_user_id: source,
            status: (*told.status).into(),
        }))
    }

    pub(super) fn sepa_transfer(
        &self,
        told: &Announcement,
    ) -> Result<Option<SepaTransferEvent>, StoreError> {
        let Some(id) = id::<SepaTransferId>(told) else {
            return Ok(None);
        };
        let Some(found) = self.0.payout(&id)? else {
            return Ok(None);
        };
        let status = SepaTransferStatus::from(&*told.status);
        if matches!(status, SepaTransferStatus::Failed) {
            // What failed is told in few words (`sepa-transfer-19869017e0`; ASSUMED: these).
            return Ok(Some(SepaTransferEvent {
                amount: None,
                created_at: None,
                currency: None,
                destination_iban: None,
                error: Some(EventFailure {
                    description: Some("The transfer could not be executed".to_owned()),
                    status: Some(status.to_string()),
                }),
                fee: None,
                id,
                receiver_first_name: None,
                receiver_last_name: None,
                status,
                transfer_title: None,
                type_: Some(SepaTransferType::External),
            }));
        }
        let receiver = self.0.receiver(found.owner, &id)?;
        Ok(Some(SepaTransferEvent {
            amount: Some(found.money.amount().into()),
            created_at: Some(found.created_at),
            currency: Some(found.money.currency()),
            destination_iban: receiver.as_ref().map(|it| it.iban.clone()),
            error: None,
            fee: Some(found.fee.into()),
            id,
            receiver_first_name: receiver.as_ref().and_then(|it| it.first_name.clone()),
            receiver_last_name: receiver.as_ref().and_then(|it| it.last_name.clone()),
            status,
            transfer_title: receiver.map(|it| it.title),
            type_: Some(SepaTransferType::External),
        }))
    }

    fn deposit(&self, told: &Announcement) -> Result<Option<(DepositId, Deposit)>, StoreError> {
        let Some(id) = id::<DepositId>(told) else {
            return Ok(None);
        };
        Ok(self.0.deposit(&id)?.map(|found| (id, found)))
    }

    pub(super) fn sepa_deposit(
        &self,
        told: &Announcement,
    ) -> Result<Option<SepaDepositEvent>, StoreError> {
        let Some((id, found)) = self.deposit(told)? else {
            return Ok(None);
        };
        let owner = found.owner.unwrap_or(Owner::Partner);
        let sender = self.0.sender(owner, &id)?;
        Ok(Some(SepaDepositEvent {
            amount: found.money.amount().into(),
            created_at: Some(found.created_at),
            currency: found.money.currency(),
            external_user_id: self.user_of(owner)?,
            id,
            sender_iban: sender.as_ref().map(|it| it.iban.clone()),
            sender_name: sender.map(|it| it.name),
            status: Some((*told.status).into()),
            transfer_title: None,
        }))
    }

    pub(super) fn iban_status(
        &self,
        told: &Announcement,
    ) -> Result<Option<IbanStatusEvent>, StoreError> {
        let Some((id, found)) = self.deposit(told)? else {
            return Ok(None);
        };
        let owner = found.owner.unwrap_or(Owner::Partner);
        let sender = self.0.sender(owner, &id)?;
        Ok(Some(IbanStatusEvent {
            amount: Some(found.money.amount().into()),
            created_at: Some(found.created_at),
            currency: Some(found.money.currency()),
            deposit_id: Some(id),
            external_user_id: self.user_of(owner)?,
            iban: sender.as_ref().map(|it| it.iban.clone()),
            sender_name: sender.map(|it| it.name),
            status: (*told.status).into(),
        }))
    }

    pub(super) fn crypto_deposit(
        &self,
        told: &Announcement,
    ) -> Result<Option<CryptoDepositEvent>, StoreError> {
        let Some((id, found)) = self.deposit(told)? else {
            return Ok(None);
        };
        let transaction_hash = match found.source {
            Source::Chain(network) => Some(chain::transaction_hash(id.as_str(), network)),
            Source::Sepa => None,
        };
        Ok(Some(CryptoDepositEvent {
            amount: Some(found.money.amount().into()),
            created_at: Some(found.created_at),
            crypto_deposit_id: id,
            currency: Some(found.money.currency()),
            external_user_id: self.user_of(found.owner.unwrap_or(Owner::Partner))?,
            status: (*told.status).into(),
            transaction_hash,
        }))
    }

    pub(super) fn withdrawal(
        &self,
        told: &Announcement,
    ) -> Result<Option<WithdrawalEvent>, StoreError> {
        let Some(id) = id::<WithdrawalId>(told) else {
            return Ok(None);
        };
        let Some(found) = self.0.withdrawal(&id)? else {
            return Ok(None);
        };
        let status = WithdrawalStatus::from(&*told.status);
        let is_on_chain = matches!(status, WithdrawalStatus::Successful);
        let destination = self.0.destination(found.owner, &id)?;
        let user = self.user_of(found.owner)?;
        Ok(Some(WithdrawalEvent {
            amount: Some(found.money.amount().into()),
            created_at: Some(found.created_at),
            currency: Some(WithdrawalCurrency {
                name: Some(found.money.currency()),
                network: Some(found.network.into()),
            }),
            destination: destination.map(|it| it.address),
            fee: found
                .service_fee
                .checked_add(found.network_fee)
                .map(Into::into),
            transaction_hash: is_on_chain
                .then(|| chain::transaction_hash(id.as_str(), found.network)),
            id,
            status,
            user: user.map(|external_user_id| SepaTransferUser { external_user_id }),
        }))
    }

    pub(super) fn exchange(
        &self,
        told: &Announcement,
    ) -> Result<Option<ExchangeEvent>, StoreError> {
        let Some(id) = id::<ExchangeId>(told) else {
            return Ok(None);
        };
        let Some(found) = self.0.exchange(&id)? else {
            return Ok(None);
        };
        let status = ExchangeStatus::from(&*told.status);
        let is_completed = status == ExchangeStatus::from(ExchangeState::Completed);
        Ok(Some(ExchangeEvent {
            amount_from: Some(found.from.amount().into()),
            amount_to: is_completed.then(|| found.to.amount().into()),
            created_at: Some(found.created_at),
            currency_from: Some(found.from.currency()),
            currency_to: Some(found.to.currency()),
            external_user_id: self.user_of(found.owner)?,
            fee: Some(found.fee.into()),
            id,
            lock_id: Some(found.lock),
            status,
        }))
    }
}
