//! Every event is told in a life through everything, and every body fits the specification and the wire types.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use partner_api_tests::{
    oracle::ActiveCards, persona, receiver::Receiver, spec::Spec, stand::Stand,
};
use partner_api_types::{EventPayload, WEBHOOKS};
use reqwest::Method;
use serde_json::{Value, json};

use crate::conformance::tour;

const SECRET: &str = "canary-webhook-secret-19";

#[tokio::test]
async fn every_event_is_told_as_the_specification_says() {
    let mut stand = Stand::start(ActiveCards::Refuse).await;
    let receiver = Receiver::start(|_| 200).await;
    let wanted = json!({"url": receiver.url, "secret": SECRET});
    let control = &stand.driver.control;
    control.post("/webhooks/receivers", wanted).await.ok();
    tour(&mut stand).await;
    what_the_tour_leaves_out(&mut stand).await;
    let count = all_delivered(&stand).await;

    let told = receiver.told();
    let schemas = Spec::read("partner-api.yaml").webhooks();
    let validators: BTreeMap<_, _> = schemas
        .iter()
        .map(|(path, (name, schema))| {
            let validator = jsonschema::validator_for(schema);
            let validator = validator.unwrap_or_else(|error| panic!("{name}: {error}"));
            (path.clone(), (name.clone(), validator))
        })
        .collect();
    let mut kinds = BTreeSet::new();
    for told in &told {
        assert_eq!(told.authorization, SECRET);
        let (name, validator) = &validators[&told.path];
        let wrong: Vec<_> = validator
            .iter_errors(&told.body)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{name}: {wrong:#?}\n{}", told.body);
        let kind = name.parse().expect("the table has every name");
        let payload = EventPayload::read(kind, &told.body).expect("it is read");
        // Nothing is lost on the way through the wire types, to which null is no value.
        let again = serde_json::to_value(&payload).expect("it is written");
        let mut values = told.body.clone();
        let fields = values.as_object_mut().expect("an object");
        fields.retain(|_, value| !value.is_null());
        assert_eq!(again, values, "{name}");
        kinds.insert(name.clone());
    }
    let all: BTreeSet<_> = WEBHOOKS.iter().map(|it| it.kind.to_string()).collect();
    assert_eq!(kinds, all);
    assert_eq!(told.len(), count, "each is told once");
}

/// Waits until nothing is to be told any more; how many were.
async fn all_delivered(stand: &Stand) -> usize {
    let control = &stand.driver.control;
    let events = control.get("/webhooks/events?after=0-0&limit=1000").await;
    let events = events.ok().json["events"].as_array().expect("events").len();
    for _ in 0..2_000 {
        let found = control.get("/webhooks/deliveries?limit=1000").await.ok();
        let found = found.json["deliveries"].as_array().expect("a list").clone();
        let is_over = found.iter().all(|it| it["state"] != "WAITING");
        if is_over && found.len() == events {
            let delivered = found.iter().filter(|it| it["state"] == "DELIVERED");
            return delivered.count();
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("something was never told");
}

/// A payment online, a sender that is checked, an order and a link that are paid.
async fn what_the_tour_leaves_out(stand: &mut Stand) {
    stand.onboard("W1", "50").await;
    let (partner, control) = (&stand.driver.partner, &stand.driver.control);
    let card = partner
        .post("/v1/card/virtual", persona::new_card("W1"))
        .await
        .ok();
    let online = json!({
        "cardId": card.text_of("cardId"), "amount": "1", "currency": "eur", "channel": "ECOM",
    });
    control
        .post("/simulate/card-transaction", online)
        .await
        .ok();
    let deposit = json!({
        "externalUserId": "W1", "amount": "3", "senderIban": "PL49109024028743516259813188",
        "senderName": "Sender Of It", "check": "MATCH",
    });
    control.post("/simulate/sepa-deposit", deposit).await.ok();
    let link = json!({"amount": "5", "currency": "eur"});
    let link = partner.post("/v1/payment-link", link).await.ok();
    let payment = json!({
        "paymentLinkId": link.text_of("paymentLinkId"), "amount": "0.001", "currency": "eth",
    });
    control.post("/simulate/payment", payment).await.ok();
    let advance = json!({"milliseconds": 3_600_000});
    control.post("/clock/advance", advance).await.ok();
}

/// Asks everything of the control API's webhooks once.
pub(crate) async fn tour_of_control(stand: &Stand) {
    let control = &stand.driver.control;
    let receiver = Receiver::start(|_| 200).await;
    let wanted = json!({
        "url": receiver.url, "secret": SECRET, "events": ["exchange"],
        "paths": [{"event": "exchange", "path": "/moved"}],
    });
    let added = control.post("/webhooks/receivers", wanted).await.ok();
    control.get("/webhooks/receivers").await.ok();
    let rule = json!({"chaos": "LATE", "percent": 0, "event": "exchange"});
    control.post("/webhooks/chaos", rule).await.ok();
    control.get("/webhooks/chaos").await.ok();
    control
        .call(Method::DELETE, "/webhooks/chaos", None)
        .await
        .ok();
    let event = json!({"event": "exchange"});
    let event = control.post("/webhooks/trigger", event).await.ok();
    control.get("/webhooks/events?after=0-0").await.ok();
    let mut delivered = Value::Null;
    for _ in 0..2_000 {
        let found = control.get("/webhooks/deliveries").await.ok();
        delivered = found.json["deliveries"][0]["id"].clone();
        if delivered.is_string() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let path = format!(
        "/webhooks/deliveries/{}",
        delivered.as_str().expect("it is delivered")
    );
    control.get(&path).await.ok();
    control
        .post(&format!("{path}/resend"), json!({}))
        .await
        .ok();
    control
        .post("/webhooks/deliveries/1-0-99/resend", json!({}))
        .await;
    let seq: u64 = event
        .text_of("id")
        .split('-')
        .next()
        .and_then(|it| it.parse().ok())
        .expect("a number");
    control
        .post("/webhooks/replay", json!({"fromSeq": seq}))
        .await
        .ok();
    let path = format!("/webhooks/receivers/{}", added.json["id"]);
    control.call(Method::DELETE, &path, None).await.ok();
    control.call(Method::DELETE, &path, None).await;
}
