//! Personal data: text that can be sent and stored, and never prints.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Timestamp;

/// Personal text of one kind. `Debug` shows the kind only; there is no `Display`.
///
/// Reading from the wire is lenient, so that no answer is lost over one odd value; [`Pii::parse`] and [`Pii::check`] are
/// strict and are what input goes through.
pub struct Pii<K> {
    text: Box<str>,
    kind: PhantomData<fn() -> K>,
}

/// A kind of personal data: its name, and what makes a text well-formed.
pub trait Kind {
    /// What it is called, such as `Email`.
    const NAME: &'static str;
    /// What a well-formed text looks like, for error messages.
    const FORM: &'static str;
    /// Whether a text is well-formed.
    fn is_well_formed(text: &str) -> bool;
}

/// A text is not of its kind's form; the text itself is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a well-formed {kind}; give {form}")]
pub struct InvalidPii {
    /// The kind's name.
    pub kind: &'static str,
    /// What was expected.
    pub form: &'static str,
}

impl<K: Kind> Pii<K> {
    /// Takes a text of the right form.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidPii> {
        let pii = Self::unchecked(text);
        pii.check()?;
        Ok(pii)
    }

    /// Whether the text is well-formed.
    pub fn check(&self) -> Result<(), InvalidPii> {
        if K::is_well_formed(&self.text) {
            Ok(())
        } else {
            Err(InvalidPii {
                kind: K::NAME,
                form: K::FORM,
            })
        }
    }
}

impl<K> Pii<K> {
    /// Takes any text, as reading from the wire does.
    pub fn unchecked(text: impl Into<String>) -> Self {
        Self {
            text: text.into().into_boxed_str(),
            kind: PhantomData,
        }
    }

    /// The text. Whoever calls this answers for where it goes.
    pub fn expose(&self) -> &str {
        &self.text
    }
}

impl<K> Clone for Pii<K> {
    fn clone(&self) -> Self {
        Self {
            text: self.text.clone(),
            kind: PhantomData,
        }
    }
}

impl<K> PartialEq for Pii<K> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<K> Eq for Pii<K> {}

impl<K: Kind> fmt::Debug for Pii<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}([redacted])", K::NAME)
    }
}

impl<K: Kind> FromStr for Pii<K> {
    type Err = InvalidPii;

    fn from_str(text: &str) -> Result<Self, InvalidPii> {
        Self::parse(text)
    }
}

impl<K> Serialize for Pii<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de, K> Deserialize<'de> for Pii<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::unchecked)
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $alias:ident = $form:literal, $check:expr;)*) => {
        /// The kinds of personal data, each a type without values.
        pub mod kind {
            $(
                $(#[$doc])*
                #[derive(Debug)]
                pub enum $alias {}

                impl super::Kind for $alias {
                    const NAME: &'static str = stringify!($alias);
                    const FORM: &'static str = $form;
                    fn is_well_formed(text: &str) -> bool {
                        let check: fn(&str) -> bool = $check;
                        check(text)
                    }
                }
            )*
        }
        $(
            $(#[$doc])*
            pub type $alias = Pii<kind::$alias>;
        )*
    };
}

kinds! {
    /// An e-mail address.
    Email = "one @ with text on both sides and no spaces, at most 254 characters",
        super::form::is_email;
    /// A phone number with country code.
    Phone = "6 to 15 digits with the country code and no plus", |t| super::form::is_digits(t, 6, 15);
    /// A first, last or company name.
    PersonName = "1 to 100 characters, none of them a control character", super::form::is_line;
    /// A street, a house number, or both.
    AddressLine = "1 to 100 characters, none of them a control character", super::form::is_line;
    /// A city.
    City = "1 to 100 characters, none of them a control character", super::form::is_line;
    /// A postal code.
    PostCode = "1 to 12 letters, digits, spaces or hyphens", super::form::is_post_code;
    /// A date of birth.
    BirthDate = "a date that exists, as YYYY-MM-DD", super::form::is_date;
    /// The last day on which an identity document is valid.
    DocumentExpiry = "a date that exists, as YYYY-MM-DD", super::form::is_date;
    /// A national identification number.
    NationalId = "1 to 100 characters, none of them a control character", super::form::is_line;
    /// The number of an identity document.
    DocumentNumber = "1 to 100 characters, none of them a control character", super::form::is_line;
    /// A bank account.
    Iban = "an IBAN without spaces whose check digits are right", super::form::is_iban;
    /// A card's full number.
    CardNumber = "12 to 19 digits whose last one checks the others", super::form::is_card_number;
    /// A card's security code.
    Cvv = "3 or 4 digits", |t| super::form::is_digits(t, 3, 4);
    /// A card's expiry.
    CardExpiry = "month and year as MM/YY", super::form::is_expiry;
    /// A card's PIN (`gh:card`).
    Pin = "exactly 4 digits", |t| super::form::is_digits(t, 4, 4);
    /// A code that a card's holder enters once: 3DS, activation.
    OneTimeCode = "1 to 32 characters, none of them a control character", super::form::is_code;
    /// Free text that may hold personal data, such as a transfer's title.
    FreeText = "1 to 140 characters, none of them a control character", super::form::is_text;
}

impl CardNumber {
    /// The last four digits, which may be shown.
    pub fn last_four(&self) -> &str {
        let text = self.expose();
        text.char_indices()
            .rev()
            .nth(3)
            .map_or(text, |(start, _)| &text[start..])
    }
}

impl BirthDate {
    /// Whether somebody born on that day can be alive: not in days to come, in UTC, and not before 1900 (ASSUMED A77 as the
    /// limit: nobody who was is alive).
    pub fn is_plausible(&self, now: Timestamp) -> bool {
        let (born, today) = (self.expose(), now.date());
        ("1900-01-01"..=today.as_str()).contains(&born)
    }
}

impl DocumentExpiry {
    /// Whether the day is over, in UTC.
    pub fn is_past(&self, now: Timestamp) -> bool {
        self.expose() < now.date().as_str()
    }
}

mod form {
    //! What makes each kind of text well-formed.

    pub(super) fn is_digits(text: &str, min: usize, max: usize) -> bool {
        (min..=max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    }

    fn is_printable(text: &str, max: usize) -> bool {
        !text.trim().is_empty()
            && text.chars().count() <= max
            && !text.chars().any(char::is_control)
    }

    pub(super) fn is_line(text: &str) -> bool {
        is_printable(text, 100)
    }

    pub(super) fn is_code(text: &str) -> bool {
        is_printable(text, 32)
    }

    pub(super) fn is_text(text: &str) -> bool {
        is_printable(text, 140)
    }

    pub(super) fn is_email(text: &str) -> bool {
        let parts = text.split_once('@');
        text.len() <= 254
            && !text.chars().any(|c| c.is_whitespace() || c.is_control())
            && parts.is_some_and(|(local, domain)| {
                !local.is_empty() && !domain.is_empty() && !domain.contains('@')
            })
    }

    pub(super) fn is_post_code(text: &str) -> bool {
        is_printable(text, 12)
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == ' ' || c == '-')
    }

    pub(super) fn is_date(text: &str) -> bool {
        // The exact shape first: the parser alone would take other ISO 8601 forms too.
        let is_shaped = text.len() == 10
            && text.bytes().enumerate().all(|(i, byte)| match i {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        is_shaped && text.parse::<jiff::civil::Date>().is_ok()
    }

    pub(super) fn is_expiry(text: &str) -> bool {
        text.split_once('/').is_some_and(|(month, year)| {
            is_digits(month, 2, 2) && is_digits(year, 2, 2) && ("01"..="12").contains(&month)
        })
    }

    /// ISO 13616: with the first four characters moved to the end and letters as 10 to 35, the number is 1 modulo 97.
    pub(super) fn is_iban(text: &str) -> bool {
        let bytes = text.as_bytes();
        let is_shaped = (15..=34).contains(&bytes.len())
            && bytes
                .iter()
                .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
            && bytes[..2].iter().all(u8::is_ascii_uppercase)
            && bytes[2..4].iter().all(u8::is_ascii_digit);
        is_shaped
            && bytes[4..]
                .iter()
                .chain(&bytes[..4])
                .fold(0_u32, |rest, byte| match byte {
                    b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
                    _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
                })
                == 1
    }

    /// The Luhn check.
    pub(super) fn is_card_number(text: &str) -> bool {
        is_digits(text, 12, 19)
            && text
                .bytes()
                .rev()
                .enumerate()
                .fold(0_u32, |sum, (i, byte)| {
                    let digit = u32::from(byte - b'0') * (1 + i as u32 % 2);
                    sum + digit / 10 + digit % 10
                })
                % 10
                == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<K: Kind>(good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(Pii::<K>::parse(*text).is_ok(), "{} {text}", K::NAME);
        }
        for text in bad {
            assert!(Pii::<K>::parse(*text).is_err(), "{} {text}", K::NAME);
        }
    }

    #[test]
    fn each_kind_knows_its_form() {
        check::<kind::Email>(
            &["jan.kowalski@example.pl", "a+b@c"],
            &["", "a", "@b", "a@", "a@b@c", "a b@c", "a@b\n"],
        );
        check::<kind::Phone>(
            &["486012334567"],
            &["+48601233456", "12345", "1234567890123456", ""],
        );
        check::<kind::PersonName>(&["Żaneta", "d'Arc"], &["", "  ", "a\nb"]);
        check::<kind::PostCode>(&["00-001", "SW1A 1AA"], &["", "1234567890123"]);
        check::<kind::BirthDate>(
            &["1990-05-15", "2000-02-29"],
            &["1990-02-30", "1990-5-15", "19900515", "2001-02-29", ""],
        );
        check::<kind::Iban>(
            &["PL49109024028743516259813188", "LT333130010135556427"],
            &[
                "PL49109024028743516259813189",
                "PL49 1090",
                "",
                "pl49109024028743516259813188",
            ],
        );
        check::<kind::CardNumber>(&["4111111111111111"], &["4111111111111112", "4111", ""]);
        check::<kind::Pin>(&["0000"], &["000", "00000", "12a4", ""]);
        check::<kind::CardExpiry>(&["01/30"], &["13/30", "00/30", "1/30", "01/2030", ""]);
    }

    #[test]
    fn somebody_was_born_before_now_and_can_be_alive() {
        let now = "2026-11-27T00:00:00.000Z".parse().unwrap();
        for (date, is_plausible) in [
            ("1990-05-15", true),
            ("2026-11-27", true),
            ("2026-11-28", false),
            ("2027-01-01", false),
            ("1900-01-01", true),
            ("1899-12-31", false),
            ("0001-01-01", false),
            ("9999-12-31", false),
        ] {
            let born = BirthDate::parse(date).unwrap();
            assert_eq!(born.is_plausible(now), is_plausible, "{date}");
        }
        assert!(!BirthDate::unchecked("").is_plausible(now));
    }

    #[test]
    fn nothing_personal_is_printed() {
        let email = Email::parse("canary@example.com").unwrap();
        assert_eq!(format!("{email:?}"), "Email([redacted])");
        let error = Email::parse("canary").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"));
    }

    #[test]
    fn a_malformed_value_survives_the_wire() {
        let odd: Email = serde_json::from_str("\"not an address\"").unwrap();
        assert!(odd.check().is_err());
        assert_eq!(serde_json::to_string(&odd).unwrap(), "\"not an address\"");
    }

    #[test]
    fn the_last_four_digits_may_be_shown() {
        assert_eq!(
            CardNumber::unchecked("4111111111111234").last_four(),
            "1234"
        );
        assert_eq!(CardNumber::unchecked("12").last_four(), "12");
    }
}
