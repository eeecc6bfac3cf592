//! The people of the suites: request bodies whose personal data can be recognised wherever it must not be.

use serde_json::{Value, json};

/// Creates a user who can be told from every other by all personal data.
pub fn new_user(user: &str, country: &str) -> Value {
    json!({
        "externalUserId": user,
        "email": email(user),
        "phone": "48601234567",
        "firstName": format!("First-{user}"),
        "lastName": format!("Last-{user}"),
        "birthDate": "1990-05-15",
        "street": "ul. Kanarkowa",
        "number": "12/5",
        "city": "Warszawa",
        "postCode": "00-001",
        "country": country,
        "citizenship": "PL",
        "hasAcceptedP100Tc": true,
    })
}

/// A user's e-mail address.
pub fn email(user: &str) -> String {
    format!("{}@canary.example", user.to_lowercase())
}

/// Submits a user's identity data.
pub fn identity(user: &str) -> Value {
    json!({"externalUserId": user, "documentType": "PASSPORT", "documentNumber": "ZS0001234", "issuingCountry": "PL"})
}

/// Changes one field, by a value that is well-formed for it.
pub fn update(field: &str) -> Value {
    let value = match field {
        "email" => "new@canary.example",
        "phone" => "48609999999",
        "postCode" => "00-002",
        "country" | "citizenship" => "DE",
        "birthDate" => "1991-01-01",
        _ => "changed",
    };
    json!({ field: value })
}

/// Two accounts of one's own; the check digits are right.
pub const IBANS: [&str; 2] = ["DE89370400440532013000", "PL49109024028743516259813188"];

/// A wallet somewhere.
pub const ADDRESS: &str = "tb1qcanary0000000000000000000000000000000";

/// Pays out to a user's own account.
pub fn payout(user: &str, amount: &str, currency: &str) -> Value {
    json!({
        "sourceExternalUserId": user, "amount": amount, "currency": currency,
        "destinationIban": IBANS[0], "transferTitle": "savings",
    })
}

/// Creates a card.
pub fn new_card(user: &str) -> Value {
    json!({"externalUserId": user, "label": "holiday", "pin": PIN})
}

/// A card's PIN.
pub const PIN: &str = "4071";

/// A file of an accepted kind.
const PDF: &[u8] = b"%PDF-1.7 canary";

/// Shows who a user is.
pub const PASSPORT: &[(&str, &[u8])] = &[
    ("documentType", b"PASSPORT"),
    ("frontPhoto", PDF),
    ("selfie", PDF),
];

/// Shows where a user lives.
pub const PROOF: &[(&str, &[u8])] = &[("files", PDF)];

/// Starts a hosted verification.
pub fn questionnaire(user: &str) -> Value {
    json!({
        "externalUserId": user, "documentType": "PASSPORT", "country": "PL", "taxId": "5260250274",
        "incomeSource": "BUSINESS_ACTIVITY", "openAccountReason": "DAILY_USE",
    })
}
