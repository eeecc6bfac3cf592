//! Of what an event speaks, and what it says of it.

use std::fmt;
use std::fmt::Write as _;
use std::time::Duration;

use partner_api_types::{EventKind, EventPayload, IbanStatusEvent, WalletEvent};
use sha2::{Digest as _, Sha256};

/// Names what an event is about: a transfer, a deposit, a user's proof of address. Events of one object are handled in
/// order, one at a time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectRef {
    kind: EventKind,
    id: Box<str>,
}

impl ObjectRef {
    /// The object of which events of `kind` speak under `id`.
    pub fn new(kind: EventKind, id: impl Into<String>) -> Self {
        Self {
            kind,
            id: id.into().into_boxed_str(),
        }
    }

    /// Which events speak of it.
    pub fn kind(&self) -> EventKind {
        self.kind
    }

    /// Its id: the provider's where there is one; else made of what identifies it, without personal data.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.id)
    }
}

/// Where an event belongs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// Which event it is; none for one that this version does not know.
    pub kind: Option<EventKind>,
    /// What it speaks of.
    pub object: Option<ObjectRef>,
    /// What it says of it, in the provider's word; none where the object has no lifecycle.
    pub status: Option<Box<str>>,
}

impl Address {
    /// Of a payload.
    pub fn of(payload: &EventPayload) -> Self {
        let kind = payload.kind();
        let (object, status) = about(payload);
        Self {
            kind: Some(kind),
            object: object.map(|id| ObjectRef::new(kind, id)),
            status: status.map(Into::into),
        }
    }

    /// How long after an event the same content is taken for a repetition of it; none is for ever.
    ///
    /// The wire has no event id. Of a payment the same is never said twice (ASSUMED A80); but a user may submit a second
    /// proof of address, and an event that names the user alone then looks like the first one did. The provider gives up after
    /// about two minutes, so what comes later than that is news.
    pub fn repeats_within(&self) -> Option<Duration> {
        const WINDOW: Duration = Duration::from_secs(10 * 60);
        match self.kind? {
            EventKind::UserBalanceGeneration
            | EventKind::KycFileAdded
            | EventKind::PoaVerificationStatus
            | EventKind::KycVerificationStatus
            | EventKind::CreateWallet
            | EventKind::IbanStatus => Some(WINDOW),
            _ => None,
        }
    }
}

fn about(payload: &EventPayload) -> (Option<String>, Option<&str>) {
    let id = |id: &dyn fmt::Display| Some(id.to_string());
    match payload {
        EventPayload::UserBalanceGeneration(it) => {
            (id(&it.external_user_id), Some(it.status.as_str()))
        }
        // Each file is an upload of its own, so there is no status that moves on.
        EventPayload::KycFileAdded(it) => (id(&it.external_user_id), None),
        EventPayload::PoaVerificationStatus(it) => {
            (id(&it.external_user_id), Some(it.status.as_str()))
        }
        EventPayload::KycVerificationStatus(it) => {
            let object = match &it.verification_id {
                Some(verification) => id(verification),
                None => Some(format!("of {}", it.external_user_id)),
            };
            (object, Some(it.status.as_str()))
        }
        EventPayload::CreateWallet(it) => (Some(wallet(it)), None),
        EventPayload::P2pTransfer(it) => (id(&it.id), Some(it.status.as_str())),
        EventPayload::SepaTransfer(it) => (id(&it.id), Some(it.status.as_str())),
        // The event comes once the deposit is credited (`sepa-deposit-webhook-28597736e0`); its word is ASSUMED A81.
        EventPayload::SepaDeposit(it) => {
            let status = it.status.as_ref().map_or("SUCCESSFUL", |it| it.as_str());
            (id(&it.id), Some(status))
        }
        EventPayload::IbanStatus(it) => (iban_check(it), Some(it.status.as_str())),
        EventPayload::CryptoWithdrawal(it) => (id(&it.id), Some(it.status.as_str())),
        EventPayload::CryptoDeposit(it) => (id(&it.crypto_deposit_id), Some(it.status.as_str())),
        EventPayload::Exchange(it) => (id(&it.id), Some(it.status.as_str())),
        EventPayload::OrderStatus(it) => (id(&it.order_id), Some(it.status.as_str())),
        EventPayload::PaymentLink(it) => (id(&it.payment_link_id), Some(it.status.as_str())),
        EventPayload::CardTransaction(it) => (id(&it.id), Some(it.status.as_str())),
        EventPayload::Card3dsCode(it) => (id(&it.card_id), None),
        EventPayload::CardActivationCode(it) => (id(&it.card_id), None),
        // A payload that a newer table has; whoever adds one says here what it is about.
        _ => (None, None),
    }
}

fn wallet(event: &WalletEvent) -> String {
    let mut id = event.currency.to_string();
    if let Some(network) = &event.network {
        let _ = write!(id, " on {network}");
    }
    match &event.external_user_id {
        Some(user) => {
            let _ = write!(id, " of {user}");
        }
        None => id.push_str(" of the partner"),
    }
    id
}

/// The deposit that is checked; without one, the account that sent it, of which only a digest is kept.
fn iban_check(event: &IbanStatusEvent) -> Option<String> {
    if let Some(deposit) = &event.deposit_id {
        return Some(deposit.to_string());
    }
    let mut digest = Sha256::new();
    digest.update(event.iban.as_ref()?.expose());
    if let Some(user) = &event.external_user_id {
        digest.update(user.as_str());
    }
    Some(format!("account {}", hex(&digest.finalize()[..16])))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
