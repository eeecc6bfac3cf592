//! New ids, and cards that exist nowhere else.

use partner_api_core::card::CardSecrets;
use partner_api_core::{Pii, Pin, Timestamp};
use uuid::Uuid;

/// A new id of the wanted kind. Ids that are made one after the other sort so, which keeps a store's writes together.
pub(crate) fn fresh<T: TryFrom<String>>() -> T
where
    T::Error: std::fmt::Debug,
{
    T::try_from(Uuid::now_v7().to_string()).expect("a UUID is a well-formed id of every kind")
}

/// The first digits of every card: a range that the card networks leave to tests.
const TEST_RANGE: &str = "400000";

/// A card's number, code and expiry; the number passes the Luhn check, and the card is good for three years.
pub(super) fn card(pin: Pin, now: Timestamp) -> CardSecrets {
    // A random UUID is the one source of luck here; its bits are plenty for eight and three digits.
    let luck = Uuid::new_v4().as_u128();
    let number = with_check_digit(&format!("{TEST_RANGE}{:09}", luck % 1_000_000_000));
    let cvv = format!("{:03}", (luck >> 64) % 1_000);
    let text = now.to_string();
    let year = text
        .get(2..4)
        .and_then(|year| year.parse::<u8>().ok())
        .unwrap_or(0);
    let month = text.get(5..7).unwrap_or("12");
    CardSecrets {
        number: Pii::unchecked(number),
        cvv: Pii::unchecked(cvv),
        expiry: Pii::unchecked(format!("{month}/{:02}", (year + 3) % 100)),
        pin,
    }
}

fn with_check_digit(digits: &str) -> String {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, byte)| {
            let digit = u32::from(byte - b'0') * (2 - i as u32 % 2);
            digit / 10 + digit % 10
        })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minted_card_is_well_formed() {
        let card = card(Pii::unchecked("1234"), Timestamp::EPOCH);
        assert!(card.number.check().is_ok() && card.cvv.check().is_ok());
        assert_eq!(card.number.expose().len(), 16);
        assert_eq!(card.expiry.expose(), "01/73");
    }
}
