//! Bodies: what is read, what identifies it, and that no bytes whatever do harm. `PROPTEST_CASES` raises the counts.

use partner_api_types::WEBHOOKS;
use partner_api_webhooks::inbox::Letter;
use partner_api_webhooks::{EventKind, EventPayload};
use proptest::prelude::*;

use crate::support::{PAYOUTS, SECRET, receiver};

fn letter(path: &str, body: impl AsRef<[u8]>) -> Letter {
    let receiver = receiver();
    let authenticated = receiver.authenticate([SECRET]).unwrap();
    receiver.read(&authenticated, path, body.as_ref()).unwrap()
}

/// A body of each event, with every field that the types know.
pub(crate) fn sample(kind: EventKind) -> &'static str {
    match kind {
        EventKind::UserBalanceGeneration => r#"{"externalUserId":"anna-1","status":"ACTIVE"}"#,
        EventKind::KycFileAdded => r#"{"externalUserId":"anna-1","status":"ADDED"}"#,
        EventKind::PoaVerificationStatus => r#"{"externalUserId":"anna-1","status":"QUESTIONED"}"#,
        EventKind::KycVerificationStatus => {
            r#"{"externalUserId":"anna-1","verificationId":"k1","status":"REJECTED","reasons":["blurred"]}"#
        }
        EventKind::CreateWallet => {
            r#"{"externalUserId":"anna-1","currency":"eth","network":"ethereum","wallet":"0xcafe"}"#
        }
        EventKind::P2pTransfer => {
            r#"{"id":"t1","sourceExternalUserId":"anna-1","destinationExternalUserId":null,"amount":10.5,"currency":"eur","status":"SUCCESSFUL","createdAt":"2025-03-20T11:34:37.646Z","error":{"description":"none","status":"x"}}"#
        }
        EventKind::SepaTransfer => {
            r#"{"id":"p1","type":"external","amount":"3.8","transferTitle":"rent","destinationIban":"PL49109024028743516259813188","receiverFirstName":null,"receiverLastName":"Nowak","status":"SUCCESSFUL","currency":"eur","fee":0,"createdAt":"2025-08-05T10:33:54.730Z"}"#
        }
        EventKind::SepaDeposit => {
            r#"{"id":"d1","externalUserId":"anna-1","amount":"250.00","currency":"eur","status":"SUCCESSFUL","senderName":"Anna Nowak","senderIban":"PL49109024028743516259813188","transferTitle":"title","createdAt":"2025-08-05T10:33:54.730Z"}"#
        }
        EventKind::IbanStatus => {
            r#"{"externalUserId":"anna-1","depositId":"d1","iban":"PL49109024028743516259813188","senderName":"Anna Nowak","status":"APPROVED","amount":"250","currency":"eur","createdAt":"2025-08-05T10:33:54.730Z"}"#
        }
        EventKind::CryptoWithdrawal => {
            r#"{"id":"w1","amount":0.5,"fee":0.003,"destination":"0xcafe","status":"SUCCESSFUL","transactionHash":"0x1","currency":{"name":"eth","network":"ethereum"},"createdAt":"2025-03-20T11:34:37.646Z","user":{"externalUserId":"anna-1"}}"#
        }
        EventKind::CryptoDeposit => {
            r#"{"externalUserId":"anna-1","cryptoDepositId":"c1","amount":0.001,"currency":"eth","status":"WAITING_FOR_TR_DATA","transactionHash":"0x10d5","createdAt":"2025-03-20T11:34:37.646Z"}"#
        }
        EventKind::Exchange => {
            r#"{"id":"x1","externalUserId":"anna-1","lockId":"l1","status":"COMPLETED","amountFrom":"100","currencyFrom":"eur","amountTo":"0.03","currencyTo":"eth","fee":1.49,"createdAt":"2025-03-20T11:34:37.646Z"}"#
        }
        EventKind::OrderStatus => {
            r#"{"orderId":"o1","lockId":"l1","status":"PARTIALLY_PAID","createdAt":"2025-03-20T11:34:37.646Z","expiresAt":null,"confirmations":1,"requiredConfirmations":3,"receivedAmount":849.39,"totalAmountRequired":1000,"cryptocurrency":"usdc","walletAddress":"0xcafe","transactionHash":null,"network":"POLYGON"}"#
        }
        EventKind::PaymentLink => {
            r#"{"paymentLinkId":"l1","status":"COMPLETED","amount":"50","currency":"eur","receivedAmount":"50","createdAt":"2025-03-20T11:34:37.646Z","expiresAt":null,"transactions":[{"transactionHash":"0x1","amount":0.02,"currency":"eth","network":"ethereum","amountInEur":"50","status":"CONFIRMED","createdAt":"2025-03-20T11:34:37.646Z"}]}"#
        }
        EventKind::CardTransaction => {
            r#"{"id":"ct1","cardId":"card-1","externalUserId":"anna-1","status":"AUTHORIZED","channel":"ECOM","amount":9.99,"currency":"eur","merchantName":"shop","createdAt":"2025-03-20T11:34:37.646Z"}"#
        }
        EventKind::Card3dsCode => {
            r#"{"cardId":"card-1","externalUserId":"anna-1","code":"123456","amount":9.99,"currency":"eur","merchantName":"shop","createdAt":"2025-03-20T11:34:37.646Z"}"#
        }
        EventKind::CardActivationCode => {
            r#"{"cardId":"card-1","externalUserId":"anna-1","code":"9876","createdAt":"2025-03-20T11:34:37.646Z"}"#
        }
        other => panic!("no sample of {other}"),
    }
}

#[test]
fn every_event_is_read_at_its_path_and_belongs_to_an_object() {
    for webhook in WEBHOOKS {
        let letter = letter(webhook.path, sample(webhook.kind));
        assert_eq!(letter.fault, None, "{}", webhook.kind);
        assert_eq!(letter.address.kind, Some(webhook.kind));
        assert!(letter.address.object.is_some(), "{}", webhook.kind);
        let mut reader = serde_json::Deserializer::from_slice(&letter.body);
        let payload = EventPayload::read(webhook.kind, &mut reader).unwrap();
        let mut wanted: serde_json::Value = serde_json::from_str(sample(webhook.kind)).unwrap();
        wanted
            .as_object_mut()
            .unwrap()
            .retain(|_, it| !it.is_null());
        // Amounts are exact and written in their shortest form; the rest comes back as it was.
        let written = serde_json::to_value(&payload).unwrap();
        for (key, value) in wanted.as_object().unwrap() {
            let is_amount = key.to_lowercase().contains("amount") || key == "fee";
            assert!(
                is_amount || key == "network" || &written[key] == value,
                "{}: {key}",
                webhook.kind
            );
        }
    }
}

#[test]
fn a_crypto_deposit_may_come_in_an_envelope() {
    let body = r#"{"event_type":"crypto_deposit.status_changed","data":{"cryptoDepositId":"dep_123","status":"WAITING_FOR_TR_DATA","amount":"0.05","currency":"btc"}}"#;
    let flat = r#"{"cryptoDepositId":"dep_123","status":"WAITING_FOR_TR_DATA","amount":"0.05","currency":"btc"}"#;
    for path in ["/crypto-deposit-webhook", "/one-path-for-all"] {
        let letter = letter(path, body);
        assert_eq!(letter.address.kind, Some(EventKind::CryptoDeposit));
        assert_eq!(letter.address.object.as_ref().unwrap().id(), "dep_123");
        assert_eq!(
            (letter.fault, letter.body),
            (None, body.as_bytes().to_vec())
        );
    }
    let path = "/crypto-deposit-webhook";
    assert_eq!(letter(path, body).key, letter(path, flat).key);
}

#[test]
fn what_is_unknown_passes_through_unharmed() {
    let body = r#"{"id":"p1","status":"HELD_BY_REGULATOR","eventId":"e-1","nested":{"x":[1,2]}}"#;
    let known = letter(PAYOUTS, body);
    assert_eq!(
        (known.fault, known.address.status.as_deref()),
        (None, Some("HELD_BY_REGULATOR"))
    );
    assert_eq!(known.body, body.as_bytes());
    let unknown = letter("/loan-webhook?x=1", r#"{"loanId":1}"#);
    assert_eq!(
        (unknown.fault, unknown.address.kind, &*unknown.path),
        (None, None, "/loan-webhook")
    );
    let odd = letter("/loan-webhook", "not JSON");
    assert_eq!(odd.fault.unwrap().path(), ".");
}

#[test]
fn an_error_names_the_place_and_never_the_value() {
    let cases = [
        (r#"{"id":"p1","status":["canary"]}"#, "status"),
        (r#"{"id":"p1","status":"X","amount":"canary"}"#, "amount"),
        (
            r#"{"id":"p1","status":"X","error":{"description":{"canary":1}}}"#,
            "error.description",
        ),
        (r#"{"status":"canary"}"#, "."),
        (r#"{"id":"canary""#, "."),
        (r#"{"id":"p1","status":"X"} canary"#, "."),
        ("\"canary\"", "."),
        ("", "."),
    ];
    for (body, path) in cases {
        let fault = letter(PAYOUTS, body).fault.expect(body);
        assert_eq!(fault.path(), path, "{body}");
        assert!(!format!("{fault} {fault:?}").contains("canary"), "{fault}");
    }
}

#[test]
fn the_key_is_that_of_the_content() {
    let one = letter(PAYOUTS, r#"{"id":"p1","status":"FAILED","amount":3.80}"#);
    let same = [
        r#"{"amount":3.8,"status":"FAILED","id":"p1"}"#,
        "{ \"id\": \"p\\u0031\",\n \"status\": \"FAILED\", \"amount\": 38e-1 }",
    ];
    for body in same {
        assert_eq!(letter(PAYOUTS, body).key, one.key, "{body}");
    }
    let others = [
        r#"{"id":"p2","status":"FAILED","amount":3.80}"#,
        r#"{"id":"p1","status":"SUCCESSFUL","amount":3.80}"#,
        r#"{"id":"p1","status":"FAILED","amount":3.81}"#,
        r#"{"id":"p1","status":"FAILED"}"#,
        r#"{"id":"p1","status":"FAILED","amount":3.80,"eventId":"2"}"#,
    ];
    for body in others {
        assert_ne!(letter(PAYOUTS, body).key, one.key, "{body}");
    }
    let elsewhere = letter(
        "/transfer-webhook",
        r#"{"id":"p1","status":"FAILED","amount":3.80,"currency":"eur"}"#,
    );
    assert_ne!(elsewhere.key, one.key);
}

/// A path that an event is expected at, or another one.
fn path() -> impl Strategy<Value = String> {
    let known = (0..WEBHOOKS.len()).prop_map(|index| WEBHOOKS[index].path.to_owned());
    prop_oneof![9 => known, 1 => ".{0,40}"]
}

/// A valid body in which some bytes were changed, taken out, doubled or put in.
fn mutated() -> impl Strategy<Value = (String, Vec<u8>)> {
    let edit = (0..4_u8, any::<prop::sample::Index>(), any::<u8>());
    let edits = prop::collection::vec(edit, 0..6);
    (0..WEBHOOKS.len(), edits).prop_map(|(index, edits)| {
        let webhook = &WEBHOOKS[index];
        let mut body = sample(webhook.kind).as_bytes().to_vec();
        for (what, place, byte) in edits {
            if body.is_empty() {
                break;
            }
            let place = place.index(body.len());
            match what {
                0 => body[place] = byte,
                1 => drop(body.remove(place)),
                2 => body.insert(place, byte),
                _ => body.truncate(place),
            }
        }
        (webhook.path.to_owned(), body)
    })
}

/// JSON of any shape, deep and odd.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|it| it.to_string()),
        any::<f64>().prop_map(|it| serde_json::to_string(&it).unwrap()),
        "-?[0-9]{1,80}(\\.[0-9]{1,80})?([eE][+-]?[0-9]{1,6})?",
        any::<String>().prop_map(|it| serde_json::to_string(&it).unwrap()),
    ];
    let names = prop_oneof![
        "id|status|amount|currency|externalUserId|data|event_type|error|code|cardId",
        any::<String>(),
    ];
    leaf.prop_recursive(6, 60, 8, move |inner| {
        let entry = (names.clone(), inner.clone());
        prop_oneof![
            prop::collection::vec(inner, 0..8).prop_map(|it| format!("[{}]", it.join(","))),
            prop::collection::vec(entry, 0..8).prop_map(|entries| {
                let entry = |(key, value): (String, String)| {
                    format!("{}:{value}", serde_json::to_string(&key).unwrap())
                };
                let entries: Vec<_> = entries.into_iter().map(entry).collect();
                format!("{{{}}}", entries.join(","))
            }),
        ]
    })
}

/// What holds of every body: it is kept byte for byte, read the same way twice, and found out of order or dead, never a
/// panic.
fn harmless(path: &str, body: &[u8]) -> Result<(), TestCaseError> {
    let one = letter(path, body);
    prop_assert_eq!(&one.body, body);
    prop_assert_eq!(&one, &letter(path, body));
    prop_assert_eq!(one.key.as_str().len(), 32);
    if one.fault.is_some() {
        prop_assert!(one.address.object.is_none());
    } else {
        // Broken UTF-8 in a field that is not known is passed over, like the field.
        prop_assert!(serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok());
    }
    let shown = format!("{one:?}");
    prop_assert!(shown.len() < 2_000);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(path in path(), body in prop::collection::vec(any::<u8>(), 0..300)) {
        harmless(&path, &body)?;
    }

    #[test]
    fn any_json(path in path(), body in json()) {
        harmless(&path, body.as_bytes())?;
    }

    #[test]
    fn valid_bodies_that_were_changed((path, body) in mutated()) {
        harmless(&path, &body)?;
    }

    /// The same fields in any order, with any white space between them, have the same key.
    #[test]
    fn order_and_white_space_do_not_matter(index in 0..WEBHOOKS.len(), seed in any::<u64>(), space in "[ \n\t]{0,3}") {
        let webhook = &WEBHOOKS[index];
        let body = sample(webhook.kind);
        let fields: std::collections::BTreeMap<String, Box<serde_json::value::RawValue>> =
            serde_json::from_str(body).unwrap();
        let mut fields: Vec<_> = fields.into_iter().collect();
        let mut random = fastrand::Rng::with_seed(seed);
        random.shuffle(&mut fields);
        let entry = |(key, value): &(String, Box<serde_json::value::RawValue>)| {
            format!("{space}\"{key}\"{space}:{space}{}{space}", value.get())
        };
        let fields: Vec<_> = fields.iter().map(entry).collect();
        let shuffled = format!("{space}{{{}}}", fields.join(","));
        let (one, other) = (letter(webhook.path, body), letter(webhook.path, &shuffled));
        prop_assert_eq!(one.key, other.key);
        prop_assert_eq!(one.address, other.address);
    }
}
