//! What the provider's pages show as null, and the wire's types leave out where it has no value.

use serde::Serialize;

/// Null, or left out.
pub(crate) type Null = Option<()>;

/// Null where there is no value.
pub(crate) fn null_for<T>(value: &Option<T>) -> Null {
    value.is_none().then_some(())
}

/// A transfer: a side that is the partner is null (`/transfer-webhook` in `gh:webhook`; ASSUMED of the details, whose page
/// shows none). A user who is gone is not the partner, and left out.
#[derive(Serialize)]
pub(crate) struct WithSides<T> {
    #[serde(flatten)]
    pub(crate) transfer: T,
    #[serde(rename = "sourceExternalUserId")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) no_source: Null,
    #[serde(rename = "destinationExternalUserId")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) no_destination: Null,
}

/// A payout: where no person was named, both names are null (`sepa-transfer-19869017e0`; ASSUMED of the details, whose page
/// shows a receiver with both names). Once the receiver is forgotten, they are left out like the rest.
#[derive(Serialize)]
pub(crate) struct WithNames<T> {
    #[serde(flatten)]
    pub(crate) payout: T,
    #[serde(rename = "receiverFirstName")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) no_first_name: Null,
    #[serde(rename = "receiverLastName")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) no_last_name: Null,
}
