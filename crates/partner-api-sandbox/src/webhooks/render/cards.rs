//! Bodies about cards: payments, and codes that a card's holder enters once.

use hmac::{Hmac, Mac};
use partner_api_core::card::CardSecrets;
use partner_api_core::{CardId, CardTransactionId, OneTimeCode, Pii};
use partner_api_types::{Card3dsCodeEvent, CardActivationCodeEvent, CardTransactionEvent};
use sha2::Sha256;

use super::{Rows, id};
use crate::engine::{Announcement, StoreError};

impl Rows<'_> {
    pub(super) fn card_transaction(
        &self,
        told: &Announcement,
    ) -> Result<Option<CardTransactionEvent>, StoreError> {
        let Some(id) = id::<CardTransactionId>(told) else {
            return Ok(None);
        };
        let Some(found) = self.0.card_transaction(&id)? else {
            return Ok(None);
        };
        Ok(Some(CardTransactionEvent {
            amount: Some(found.money.amount().into()),
            card_id: found.card,
            channel: Some(found.channel.into()),
            created_at: Some(found.created_at),
            currency: Some(found.money.currency()),
            external_user_id: self.0.user_id(found.owner)?,
            id,
            merchant_name: None,
            status: (*told.status).into(),
        }))
    }

    pub(super) fn code_of_payment(
        &self,
        told: &Announcement,
    ) -> Result<Option<Card3dsCodeEvent>, StoreError> {
        let Some(id) = id::<CardTransactionId>(told) else {
            return Ok(None);
        };
        let Some(found) = self.0.card_transaction(&id)? else {
            return Ok(None);
        };
        let secrets = self.0.card_secrets(found.owner, &found.card)?;
        let user = self.0.user_id(found.owner)?;
        Ok(secrets.map(|secrets| Card3dsCodeEvent {
            amount: Some(found.money.amount().into()),
            card_id: found.card,
            code: code(&secrets, &format!("3ds/{id}")),
            created_at: Some(found.created_at),
            currency: Some(found.money.currency()),
            external_user_id: user,
            merchant_name: None,
        }))
    }

    pub(super) fn code_of_card(
        &self,
        told: &Announcement,
    ) -> Result<Option<CardActivationCodeEvent>, StoreError> {
        let Some(card_id) = id::<CardId>(told) else {
            return Ok(None);
        };
        let Some(found) = self.0.card(&card_id)? else {
            return Ok(None);
        };
        let secrets = self.0.card_secrets(found.owner, &card_id)?;
        let user = self.0.user_id(found.owner)?;
        Ok(secrets.map(|secrets| CardActivationCodeEvent {
            code: code(&secrets, &format!("activation/{card_id}")),
            card_id,
            created_at: Some(found.created_at),
            external_user_id: user,
        }))
    }
}

/// A code of six digits. It is stored nowhere: it follows from what is printed on the card, and is gone with it when the
/// user is closed.
fn code(secrets: &CardSecrets, purpose: &str) -> OneTimeCode {
    let key = format!("{}{}", secrets.number.expose(), secrets.cvv.expose());
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key of any length will do");
    mac.update(purpose.as_bytes());
    let digest = mac.finalize().into_bytes();
    let number = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    Pii::unchecked(format!("{:06}", number % 1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_cards_and_the_purposes_own() {
        let card = |number: &str| CardSecrets {
            number: Pii::unchecked(number),
            cvv: Pii::unchecked("123"),
            expiry: Pii::unchecked("01/30"),
            pin: Pii::unchecked("1234"),
        };
        let here = code(&card("4000001"), "3ds/a");
        assert!(here.check().is_ok() && here.expose().len() == 6);
        assert_eq!(here.expose(), code(&card("4000001"), "3ds/a").expose());
        assert_ne!(here.expose(), code(&card("4000002"), "3ds/a").expose());
        assert_ne!(here.expose(), code(&card("4000001"), "3ds/b").expose());
    }
}
