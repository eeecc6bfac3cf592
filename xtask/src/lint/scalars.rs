//! The hand-written scalars, and the names by which personal data is known.

/// A scalar that `x-rust-type` can name.
pub(super) struct Scalar {
    pub(super) name: &'static str,
    /// Whether `Debug` and `Display` hide it.
    pub(super) is_personal: bool,
}

const fn open(name: &'static str) -> Scalar {
    Scalar {
        name,
        is_personal: false,
    }
}

const fn personal(name: &'static str) -> Scalar {
    Scalar {
        name,
        is_personal: true,
    }
}

/// What `partner_api_types` exports.
pub(super) const SCALARS: &[Scalar] = &[
    open("AmountNumber"),
    open("AmountText"),
    open("CardId"),
    open("CardTransactionId"),
    open("Country"),
    open("Currency"),
    open("DecimalNumber"),
    open("DepositId"),
    open("ExchangeId"),
    open("HolderId"),
    open("KycId"),
    open("LockId"),
    open("NetworkName"),
    open("OrderId"),
    open("PaymentLinkId"),
    open("SepaTransferId"),
    open("SignedAmount"),
    open("Timestamp"),
    open("TransferId"),
    open("UpperCaseNetwork"),
    open("UserId"),
    open("WithdrawalId"),
    personal("AddressLine"),
    personal("BirthDate"),
    personal("CardExpiry"),
    personal("CardNumber"),
    personal("City"),
    personal("Cvv"),
    personal("DocumentExpiry"),
    personal("DocumentNumber"),
    personal("Email"),
    personal("FreeText"),
    personal("Iban"),
    personal("NationalId"),
    personal("OneTimeCode"),
    personal("PersonName"),
    personal("Phone"),
    personal("Pin"),
    personal("PostCode"),
];

pub(super) fn scalar(name: &str) -> Option<&'static Scalar> {
    SCALARS.iter().find(|scalar| scalar.name == name)
}

/// Parts of names, without case and separators, that speak of personal data.
const PERSONAL_PARTS: &[&str] = &[
    "accountholder",
    "address",
    "birthdate",
    "cardnumber",
    "companyname",
    "dateofbirth",
    "documentnumber",
    "email",
    "familyname",
    "firstname",
    "fullname",
    "givenname",
    "iban",
    "identificationnumber",
    "lastname",
    "memo",
    "nationalid",
    "passport",
    "pesel",
    "phone",
    "postcode",
    "street",
    "surname",
    "title",
    "zipcode",
];

/// Words within names that do.
const PERSONAL_WORDS: &[&str] = &["city", "cvc", "cvv", "expiry", "pan", "pin", "ssn"];

/// Whole names that do.
const PERSONAL_NAMES: &[&str] = &["exp", "number", "recipient"];

/// Whether a property called `name` probably holds personal data.
pub(super) fn looks_personal(name: &str) -> bool {
    let bare = super::bare(name);
    PERSONAL_PARTS.iter().any(|part| bare.contains(part))
        || words(name).any(|word| PERSONAL_WORDS.contains(&word.as_str()))
        || PERSONAL_NAMES.contains(&bare.as_str())
}

/// The words of `cardPin`, `card_pin` or `CARD-PIN`, in lower case.
fn words(name: &str) -> impl Iterator<Item = String> {
    let mut spaced = String::new();
    let mut was_lower = false;
    for letter in name.chars() {
        if letter.is_uppercase() && was_lower {
            spaced.push(' ');
        }
        was_lower = letter.is_lowercase();
        spaced.push(if letter.is_alphanumeric() {
            letter
        } else {
            ' '
        });
    }
    spaced
        .split_whitespace()
        .map(str::to_lowercase)
        .collect::<Vec<_>>()
        .into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A name that is missing there would only be found by the compiler, in generated code.
    #[test]
    fn every_scalar_is_exported_by_the_types_crate() {
        let exports = include_str!("../../../crates/partner-api-types/src/lib.rs");
        for scalar in SCALARS {
            let is_exported = exports
                .split(|it: char| !it.is_alphanumeric())
                .any(|it| it == scalar.name);
            assert!(is_exported, "{}", scalar.name);
        }
    }

    #[test]
    fn names_of_personal_data_are_recognised_however_they_are_written() {
        for name in [
            "email",
            "contactEmail",
            "first_name",
            "transferTitle",
            "walletAddress",
            "PIN",
            "newPin",
            "card_pin",
            "exp",
        ] {
            assert!(looks_personal(name), "{name}");
        }
        for name in [
            "expiresAt",
            "shipping",
            "mapping",
            "label",
            "currency",
            "status",
            "cardLastDigits",
            "span",
        ] {
            assert!(!looks_personal(name), "{name}");
        }
    }
}
