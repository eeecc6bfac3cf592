//! What the rows of the table of events are made of.

use std::fmt;
use std::str::FromStr;

use crate::{EventKind, Provenance, WEBHOOKS};

/// A row of the table of events: where on the partner's server the provider sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Webhook {
    /// Which event.
    pub kind: EventKind,
    /// The path on the partner's server, below its base address.
    pub path: &'static str,
    /// How certain the path is; what is known of the payload stands at its type.
    pub provenance: Provenance,
    /// The heading under which the specification lists it.
    pub group: &'static str,
    /// The provider's page that speaks of it.
    pub source: &'static str,
}

impl EventKind {
    /// The event's row.
    pub const fn webhook(self) -> &'static Webhook {
        // The rows stand in the order of the variants; a test compares them.
        &WEBHOOKS[self as usize]
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Text that names no event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no event has this name; `cargo xtask coverage` lists them all")]
pub struct UnknownEvent;

impl FromStr for EventKind {
    type Err = UnknownEvent;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = WEBHOOKS.iter().find(|it| it.kind.as_str() == name);
        found.map(|it| it.kind).ok_or(UnknownEvent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EventPayload;

    #[test]
    fn every_kind_finds_its_own_row_and_its_name_finds_it_back() {
        for webhook in WEBHOOKS {
            assert_eq!(webhook.kind.webhook(), webhook);
            assert_eq!(webhook.kind.as_str().parse(), Ok(webhook.kind));
        }
        assert_eq!("no_such_event".parse::<EventKind>(), Err(UnknownEvent));
    }

    fn read(kind: EventKind, body: &str) -> EventPayload {
        let mut reader = serde_json::Deserializer::from_str(body);
        EventPayload::read(kind, &mut reader).unwrap()
    }

    /// The samples of the provider's pages, as they stand there.
    #[test]
    fn what_the_pages_show_can_be_read_and_is_written_as_the_same_value() {
        let samples = [
            (
                EventKind::UserBalanceGeneration,
                r#"{"externalUserId":"bca65c48-df49-4831-a7b2-de7903321581","status":"ACTIVE"}"#,
            ),
            (
                EventKind::SepaTransfer,
                r#"{"id":"0f0e7e5c-0000-4000-8000-000000000001","type":"external","amount":"3.8","transferTitle":"rent","destinationIban":"PL49109024028743516259813188","receiverFirstName":null,"receiverLastName":null,"status":"SUCCESSFUL","currency":"eur","fee":0,"createdAt":"2025-08-05T10:33:54.730Z"}"#,
            ),
            (
                EventKind::CryptoDeposit,
                r#"{"externalUserId":"8bdd8c8a-e9b7-475e-9690-8a34e8b78dab","cryptoDepositId":"facc5951-bdc8-46bc-a01c-9b36f25be6af","amount":0.001,"currency":"eth","status":"SUCCESSFUL","transactionHash":"0x10d5","createdAt":"2025-03-20T11:34:37.646Z"}"#,
            ),
        ];
        for (kind, sample) in samples {
            let payload = read(kind, sample);
            assert_eq!(payload.kind(), kind);
            let mut wanted: serde_json::Value = serde_json::from_str(sample).unwrap();
            // What is null and what is left out say the same.
            wanted
                .as_object_mut()
                .unwrap()
                .retain(|_, it| !it.is_null());
            assert_eq!(serde_json::to_value(&payload).unwrap(), wanted, "{kind}");
        }
    }

    #[test]
    fn an_amount_may_be_a_string_or_a_number() {
        for amount in ["3.8", r#""3.8""#, r#""3.80000000""#] {
            let body =
                format!(r#"{{"id":"p1","status":"SUCCESSFUL","amount":{amount},"fee":{amount}}}"#);
            let EventPayload::SepaTransfer(event) = read(EventKind::SepaTransfer, &body) else {
                unreachable!("another payload than that of its kind")
            };
            assert_eq!(event.amount.unwrap().to_string(), "3.8");
            assert_eq!(event.fee.unwrap().to_string(), "3.8");
        }
    }

    #[test]
    fn codes_names_and_accounts_never_print() {
        let bodies = [
            (EventKind::Card3dsCode, r#"{"cardId":"c1","code":"CANARY"}"#),
            (
                EventKind::CardActivationCode,
                r#"{"cardId":"c1","code":"CANARY"}"#,
            ),
            (
                EventKind::SepaDeposit,
                r#"{"id":"d1","amount":"1","currency":"eur","senderName":"CANARY","senderIban":"CANARY","transferTitle":"CANARY"}"#,
            ),
            (
                EventKind::IbanStatus,
                r#"{"status":"PENDING","iban":"CANARY","senderName":"CANARY"}"#,
            ),
        ];
        for (kind, body) in bodies {
            let shown = format!("{:?}", read(kind, body));
            assert!(!shown.contains("CANARY"), "{shown}");
        }
    }
}
