//! People and what they show, in the words of the rules.

use partner_api_core::{
    documents::DocumentKind,
    kyc::Questionnaire,
    user::{Identity, Profile},
};

use super::{ask::given, parsed};
use crate::{
    oracle::{Document, Paper},
    persona,
};

pub(super) fn profile(user: &str) -> Profile {
    let body = persona::new_user(user, "PL");
    let text = |field: &str| body[field].as_str().expect("text").to_owned();
    Profile {
        email: parsed(&text("email")),
        phone: parsed(&text("phone")),
        first_name: parsed(&text("firstName")),
        last_name: parsed(&text("lastName")),
        birth_date: parsed(&text("birthDate")),
        street: None,
        number: None,
        city: parsed(&text("city")),
        post_code: parsed(&text("postCode")),
        citizenship: parsed("PL"),
        nationality: None,
        birth_country: None,
        national_id: None,
    }
}

pub(super) fn identity() -> Identity {
    Identity {
        document: DocumentKind::Passport,
        document_number: parsed("ZS0001234"),
        issuing_country: None,
        expiry: None,
    }
}

pub(super) fn identity_by(document: &Document) -> Result<Identity, &'static str> {
    Ok(Identity {
        document: document_kind(document.kind),
        document_number: given(&document.number)?,
        issuing_country: document.issued_by.as_deref().map(given).transpose()?,
        expiry: document.until.as_deref().map(given).transpose()?,
    })
}

pub(super) fn document_kind(paper: Paper) -> DocumentKind {
    match paper {
        Paper::Passport => DocumentKind::Passport,
        Paper::IdCard => DocumentKind::IdCard,
        Paper::Permit => DocumentKind::ResidencePermit,
        Paper::Licence => DocumentKind::DriverLicense,
    }
}

pub(super) fn questionnaire() -> Questionnaire {
    Questionnaire {
        document_type: "PASSPORT".to_owned(),
        country: parsed("PL"),
        income_source: "BUSINESS_ACTIVITY".to_owned(),
        open_account_reason: "DAILY_USE".to_owned(),
        tax_id: Some(parsed("5260250274")),
        occupation: None,
        additional_info: None,
    }
}
