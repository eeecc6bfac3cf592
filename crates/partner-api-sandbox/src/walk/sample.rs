//! Data that a step needs and nobody gave: well-formed, plausible, and of nobody.

use partner_api_core::Pii;
use partner_api_core::deposit::{TravelRule, Wallet};
use partner_api_core::documents::DocumentKind;
use partner_api_core::user::Identity;

/// A passport.
pub(super) fn identity() -> Identity {
    Identity {
        document: DocumentKind::Passport,
        document_number: Pii::unchecked("SAMPLE001"),
        issuing_country: None,
        expiry: None,
    }
}

/// The receiver's own wallet.
pub(super) fn travel_rule() -> TravelRule {
    TravelRule {
        wallet: Wallet::SelfCustody,
        is_own_wallet: Some(true),
        first_name: None,
        last_name: None,
        company: None,
        vat_id: None,
        street: None,
        city: None,
        post_code: None,
        country: None,
    }
}
