//! Bodies about users and wallets.

use partner_api_core::{KycId, Owner};
use partner_api_types::{
    KycFileEvent, KycVerificationEvent, PoaVerificationEvent, UserStatusEvent, WalletEvent,
};

use super::{Rows, id};
use crate::engine::{Announcement, StoreError};
use crate::http::chain;

impl Rows<'_> {
    pub(super) fn user_status(
        &self,
        told: &Announcement,
    ) -> Result<Option<UserStatusEvent>, StoreError> {
        let user = self.user(told)?;
        Ok(user.map(|external_user_id| UserStatusEvent {
            external_user_id,
            status: (*told.status).into(),
        }))
    }

    pub(super) fn kyc_file(&self, told: &Announcement) -> Result<Option<KycFileEvent>, StoreError> {
        let user = self.user(told)?;
        Ok(user.map(|external_user_id| KycFileEvent {
            external_user_id,
            status: (*told.status).into(),
        }))
    }

    pub(super) fn poa(
        &self,
        told: &Announcement,
    ) -> Result<Option<PoaVerificationEvent>, StoreError> {
        let user = self.user(told)?;
        Ok(user.map(|external_user_id| PoaVerificationEvent {
            external_user_id,
            status: (*told.status).into(),
        }))
    }

    /// About a hosted verification, or about a user whose identity data was refused.
    pub(super) fn kyc(
        &self,
        told: &Announcement,
    ) -> Result<Option<KycVerificationEvent>, StoreError> {
        let verification: Option<KycId> = id(told);
        let found = match &verification {
            Some(id) => self.0.kyc(id)?,
            None => None,
        };
        let (user, reasons, verification_id) = match found {
            Some(kyc) => (self.0.user_id(kyc.holder)?, kyc.reasons, verification),
            None => (self.user(told)?, Vec::new(), None),
        };
        Ok(user.map(|external_user_id| KycVerificationEvent {
            external_user_id,
            reasons,
            status: (*told.status).into(),
            verification_id,
        }))
    }
}

/// Only the partner has wallets that are created.
pub(super) fn wallet(told: &Announcement) -> Option<WalletEvent> {
    let (currency, network) = told.object.split_once('/')?;
    let (currency, network) = (currency.parse().ok()?, network.parse().ok()?);
    let address = chain::Address::of(Owner::Partner, currency, network);
    Some(WalletEvent {
        currency,
        external_user_id: None,
        network: Some(network.into()),
        wallet: partner_api_core::Pii::unchecked(address.as_str()),
    })
}
