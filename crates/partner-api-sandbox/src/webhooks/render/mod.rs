//! Bodies of events: rendered when they are sent, from the object's rows of that moment.
//!
//! The status is the one that was announced, and so is what had been paid for an order or a link; everything else of an
//! object never changes, so every attempt sends the same body. Only closing a user comes in between: then what is
//! personal is left out, and where nothing would be left that says whom it is about, there is no body any more (ASSUMED A75). A
//! transfer between users is one of these, because a side that is left out would be the partner.

mod cards;
mod checkouts;
mod movements;
mod people;
mod sample;

use std::str::FromStr;

use partner_api_core::{HolderId, Owner, UserId};
use partner_api_types::{EventKind, EventPayload};

use crate::engine::{Announcement, Snapshot, StoreError};
use crate::nulls::{WithNames, WithSides, null_for};

pub(crate) use sample::{is_sample, sample};

/// What an event says; nothing once that was erased.
pub(crate) fn payload(
    snapshot: &Snapshot<'_>,
    told: &Announcement,
) -> Result<Option<EventPayload>, StoreError> {
    if is_sample(told) {
        return Ok(sample::payload(told));
    }
    let rows = Rows(snapshot);
    Ok(match told.kind {
        EventKind::UserBalanceGeneration => rows
            .user_status(told)?
            .map(EventPayload::UserBalanceGeneration),
        EventKind::KycFileAdded => rows.kyc_file(told)?.map(EventPayload::KycFileAdded),
        EventKind::PoaVerificationStatus => {
            rows.poa(told)?.map(EventPayload::PoaVerificationStatus)
        }
        EventKind::KycVerificationStatus => {
            rows.kyc(told)?.map(EventPayload::KycVerificationStatus)
        }
        EventKind::CreateWallet => people::wallet(told).map(EventPayload::CreateWallet),
        EventKind::P2pTransfer => rows.transfer(told)?.map(EventPayload::P2pTransfer),
        EventKind::SepaTransfer => rows.sepa_transfer(told)?.map(EventPayload::SepaTransfer),
        EventKind::SepaDeposit => rows.sepa_deposit(told)?.map(EventPayload::SepaDeposit),
        EventKind::IbanStatus => rows.iban_status(told)?.map(EventPayload::IbanStatus),
        EventKind::CryptoWithdrawal => rows.withdrawal(told)?.map(EventPayload::CryptoWithdrawal),
        EventKind::CryptoDeposit => rows.crypto_deposit(told)?.map(EventPayload::CryptoDeposit),
        EventKind::Exchange => rows.exchange(told)?.map(EventPayload::Exchange),
        EventKind::OrderStatus => rows.order(told)?.map(EventPayload::OrderStatus),
        EventKind::PaymentLink => rows.link(told)?.map(EventPayload::PaymentLink),
        EventKind::CardTransaction => rows
            .card_transaction(told)?
            .map(EventPayload::CardTransaction),
        EventKind::Card3dsCode => rows.code_of_payment(told)?.map(EventPayload::Card3dsCode),
        EventKind::CardActivationCode => rows
            .code_of_card(told)?
            .map(EventPayload::CardActivationCode),
        // A kind that this version does not announce.
        _ => None,
    })
}

/// The bytes that are sent; nothing once what they would say was erased.
pub(crate) fn body(
    snapshot: &Snapshot<'_>,
    told: &Announcement,
) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(payload(snapshot, told)?.as_ref().map(written))
}

/// The same of a sample, which needs no rows.
pub(crate) fn sample_body(told: &Announcement) -> Option<Vec<u8>> {
    sample::payload(told).as_ref().map(written)
}

fn written(payload: &EventPayload) -> Vec<u8> {
    let written = match payload {
        EventPayload::P2pTransfer(event) => serde_json::to_vec(&WithSides {
            transfer: event,
            no_source: null_for(&event.source_external_user_id),
            no_destination: null_for(&event.destination_external_user_id),
        }),
        EventPayload::SepaTransfer(event) if event.error.is_none() => {
            serde_json::to_vec(&WithNames {
                payout: event,
                no_first_name: null_for(&event.receiver_first_name),
                no_last_name: null_for(&event.receiver_last_name),
            })
        }
        other => serde_json::to_vec(other),
    };
    // Structs of strings and numbers: writing them cannot fail.
    written.unwrap_or_default()
}

/// Where bodies come from.
struct Rows<'a>(&'a Snapshot<'a>);

impl Rows<'_> {
    /// The partner's id of an owner: of a user unless it is erased, of the partner none.
    fn user_of(&self, owner: Owner) -> Result<Option<UserId>, StoreError> {
        match owner {
            Owner::User(holder) => self.0.user_id(holder),
            Owner::Partner => Ok(None),
        }
    }

    /// The partner's id of the user that an announcement is about.
    fn user(&self, told: &Announcement) -> Result<Option<UserId>, StoreError> {
        match HolderId::from_str(&told.object) {
            Ok(holder) => self.0.user_id(holder),
            Err(_) => Ok(None),
        }
    }
}

/// The object as an id of its kind. It was one when it was announced.
fn id<T: TryFrom<String>>(told: &Announcement) -> Option<T> {
    T::try_from(told.object.clone()).ok()
}
