//! The people of the suites: request bodies whose personal data can be recognised wherever it must not be.

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::oracle::{Document, Income, Paper, Photos, Questions, Scan};

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

/// As [`identity`], by another document.
pub fn identity_by(user: &str, document: &Document) -> Value {
    let mut body = json!({
        "externalUserId": user, "documentType": document_type(document.kind),
        "documentNumber": document.number,
    });
    if let Some(country) = &document.issued_by {
        body["issuingCountry"] = json!(country);
    }
    if let Some(day) = &document.until {
        body["expiryDate"] = json!(day);
    }
    body
}

fn document_type(paper: Paper) -> &'static str {
    match paper {
        Paper::Passport => "PASSPORT",
        Paper::IdCard => "ID_CARD",
        Paper::Permit => "RESIDENCE_PERMIT",
        Paper::Licence => "DRIVER_LICENSE",
    }
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

/// A file.
pub fn scan(scan: Scan) -> &'static [u8] {
    static HUGE: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let mut file = b"%PDF-1.7 canary".to_vec();
        file.resize(5 * 1024 * 1024 + 1, b' ');
        file
    });
    match scan {
        Scan::Pdf => b"%PDF-1.7 canary",
        Scan::Jpeg => b"\xff\xd8\xff canary",
        Scan::Png => b"\x89PNG\r\n\x1a\n canary",
        Scan::Gif => b"GIF89a canary",
        Scan::Empty => b"",
        Scan::Huge => &HUGE,
    }
}

/// Shows who a user is.
pub fn photos(files: Photos) -> Vec<(&'static str, &'static [u8])> {
    let scan = scan(files.scan);
    let of = document_type(files.of).as_bytes();
    let mut parts = vec![("documentType", of), ("frontPhoto", scan), ("selfie", scan)];
    parts.extend(files.back.then_some(("backPhoto", scan)));
    parts
}

/// Starts a hosted verification.
pub fn questionnaire(user: &str, asked: &Questions) -> Value {
    let mut body = json!({
        "externalUserId": user, "documentType": document_type(asked.of), "country": "PL",
        "openAccountReason": "DAILY_USE",
        "incomeSource": match asked.income {
            Income::Business => "BUSINESS_ACTIVITY",
            Income::Salary => "SALARY",
            Income::Family => "MAINTAINED_BY_FAMILY",
            Income::Other => "OTHER",
        },
    });
    for (given, field, value) in [
        (asked.tax, "taxId", "5260250274"),
        (asked.occupation, "occupation", "IT"),
        (asked.more, "additionalInfo", "canary"),
    ] {
        if given {
            body[field] = json!(value);
        }
    }
    body
}
