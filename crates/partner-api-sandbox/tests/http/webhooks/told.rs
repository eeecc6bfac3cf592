//! What is told: path, secret, body, and only what was decided.

use serde_json::{Value, json};

use super::{Receiver, SECRET, a_while, crypto_deposit, settled, told, told_with, transfer};
use crate::stand::{IBAN, Stand, new_card, payout, text};

#[tokio::test]
async fn a_users_first_steps_are_told_where_the_provider_tells_them() {
    let (stand, receiver) = told().await;
    stand.verified("ada").await;
    let id = transfer(&stand, "ada").await;
    let posts = receiver.arrived(2).await;
    for post in &posts {
        assert_eq!(post.authorization, SECRET);
    }
    let of = |path: &str| posts.iter().find(|it| it.path == path).unwrap().clone();
    let active = json!({"externalUserId": "ada", "status": "ACTIVE"});
    assert_eq!(of("/webhook/user/status").body, active);
    assert_eq!(
        of("/transfer-webhook").body,
        json!({
            "id": id, "sourceExternalUserId": null, "destinationExternalUserId": "ada", "amount": 1,
            "currency": "eur", "status": "SUCCESSFUL", "createdAt": "2026-03-01T12:00:01.000Z",
        })
    );
}

#[tokio::test]
async fn a_payout_to_nobody_by_name_has_null_for_both_names() {
    let (stand, receiver) = told().await;
    stand.funded("ada", "50.00").await;
    let paid = stand.post("/v1/sepa-transfer", payout("ada", "10")).await;
    paid.ok();
    stand.advance(2_000).await;
    let posts = receiver.arrived(3).await;
    let told = posts.iter().find(|it| it.path == "/sepa-transfer-webhook");
    let body = &told.unwrap().body;
    assert_eq!(body["status"], "SUCCESSFUL", "{body}");
    for field in ["receiverFirstName", "receiverLastName"] {
        assert_eq!(body.get(field), Some(&Value::Null), "{body}");
    }
}

#[tokio::test]
async fn what_is_refused_is_not_told() {
    let (stand, receiver) = told().await;
    stand.verified("ada").await;
    receiver.arrived(1).await;
    let too_much = json!({
        "sourceExternalUserId": "ada", "amount": "5.00", "currency": "eur",
    });
    let reply = stand.post("/v1/transfer", too_much).await;
    assert_eq!(reply.body["errorCode"], "P433", "{}", reply.text);
    let unknown = crate::stand::funding("nobody", "1.00");
    assert_ne!(stand.post("/v1/transfer", unknown).await.status, 201);
    a_while().await;
    receiver.arrived(1).await;
}

#[tokio::test]
async fn the_check_of_a_sender_comes_before_the_money() {
    let (stand, receiver) = told().await;
    stand.verified("ada").await;
    let deposit = json!({
        "externalUserId": "ada", "amount": "9.50", "senderIban": IBAN, "senderName": "Somebody Else",
        "check": "PENDING",
    });
    let deposit = stand.control("/simulate/sepa-deposit", Some(deposit)).await;
    let id = text(&deposit.ok(), "id");
    let decision = json!({"depositId": id, "approved": true});
    let path = "/simulate/deposit-decision";
    stand.control(path, Some(decision)).await.ok();
    let posts = receiver.arrived(4).await;
    let seen: Vec<_> = posts[1..]
        .iter()
        .map(|post| format!("{} {}", post.path, text(&post.body, "status")))
        .collect();
    assert_eq!(
        seen,
        [
            "/webhook/iban/status PENDING",
            "/webhook/iban/status APPROVED",
            "/sepa-deposit-webhook SUCCESSFUL",
        ]
    );
    assert_eq!(posts[3].body["senderName"], "Somebody Else");
    assert_eq!(posts[3].body["amount"], "9.5");
}

/// What the event says of an order is what its details say at that moment.
#[tokio::test]
async fn an_orders_events_agree_with_its_details() {
    let (stand, receiver) = told().await;
    let wanted = json!({ "currency": "usdc", "amount": "300", "network": "polygon" });
    let lock = stand.post("/v1/order/lock-rate", wanted).await.ok();
    let order = json!({ "lockId": lock["lockId"] });
    let id = text(&stand.post("/v1/order", order).await.ok(), "orderId");
    let path = format!("/v1/order/details/{id}");
    let due = lock["amount"].as_f64().unwrap();
    let pay = async |amount: f64, currency: &str| {
        let body = json!({
            "orderId": id, "amount": format!("{amount:.6}"), "currency": currency, "network": "polygon",
        });
        stand.control("/simulate/payment", Some(body)).await.ok();
    };
    let mut told = 0;
    let mut agree = async |status: &str, confirmations: i64| {
        told += 1;
        let event = receiver.arrived(told).await.pop().unwrap().body;
        let details = stand.get(&path).await.ok();
        assert_eq!(event["status"], status);
        assert_eq!(event["confirmations"], confirmations, "{status}");
        for (field, value) in event.as_object().unwrap() {
            assert_eq!(Some(value), details.get(field), "{status} {field}");
        }
    };
    stand.advance(1_000).await;
    agree("WAITING_FOR_PAYMENT", 0).await;
    pay(100.0, "usdc").await;
    agree("PARTIALLY_PAID", 0).await;
    // The chain counts on, and nothing is told of that.
    stand.advance(1_400).await;
    pay(due - 100.0, "usdc").await;
    agree("WAITING_FOR_CONFIRMATION", 0).await;
    // Of another currency: it goes back, and is not what paid the order.
    pay(1.0, "usdt").await;
    stand.advance(1_400).await;
    stand.advance(600).await;
    agree("COMPLETED", 3).await;
}

#[tokio::test]
async fn a_code_is_told_before_an_online_payment_and_is_the_payments_own() {
    let (stand, receiver) = told().await;
    stand.funded("ada", "50.00").await;
    let card = text(
        &stand.post("/v1/card/virtual", new_card("ada")).await.ok(),
        "cardId",
    );
    for _ in 0..2 {
        let payment =
            json!({"cardId": card, "amount": "3.00", "currency": "eur", "channel": "ECOM"});
        let path = "/simulate/card-transaction";
        let paid = stand.control(path, Some(payment)).await.ok();
        assert_eq!(paid["approved"], true);
    }
    let posts = receiver.arrived(7).await;
    let codes: Vec<_> = posts
        .iter()
        .filter(|it| it.path == "/card-3ds-code-webhook")
        .collect();
    assert_ne!(codes[0].body["code"], codes[1].body["code"]);
    assert_eq!(text(&codes[0].body, "code").len(), 6);
    let activation = posts
        .iter()
        .find(|it| it.path == "/card-activation-code-webhook");
    assert_eq!(activation.unwrap().body["cardId"], card.as_str());
    let path_of = |at: usize| &*posts[at].path;
    let first_code = posts
        .iter()
        .position(|it| it.path == "/card-3ds-code-webhook")
        .unwrap();
    assert!(
        posts[first_code + 1..]
            .iter()
            .any(|it| it.path == "/card-transaction-webhook"),
        "{}",
        path_of(0)
    );
}

#[tokio::test]
async fn a_receiver_gets_what_it_wants_where_it_wants_it() {
    let (stand, everything) = told().await;
    let receiver = Receiver::start().await;
    let wanted = json!({
        "url": format!("{}/base/", receiver.url), "secret": "other-secret", "bearer": true,
        "events": ["p2p_transfer"], "paths": [{"event": "p2p_transfer", "path": "/moved"}],
    });
    let added = stand
        .control("/webhooks/receivers", Some(wanted))
        .await
        .ok();
    assert_eq!(added["id"], 2);
    stand.funded("ada", "1.00").await;
    everything.arrived(2).await;
    let posts = receiver.arrived(1).await;
    assert_eq!(posts[0].path, "/base/moved");
    assert_eq!(posts[0].authorization, "Bearer other-secret");
}

#[tokio::test]
async fn only_what_happens_after_its_coming_is_told_to_a_receiver() {
    let stand = Stand::start().await;
    stand.funded("ada", "1.00").await;
    let receiver = Receiver::start().await;
    let wanted = json!({"url": receiver.url, "secret": SECRET});
    stand
        .control("/webhooks/receivers", Some(wanted))
        .await
        .ok();
    let id = transfer(&stand, "ada").await;
    let posts = receiver.arrived(1).await;
    assert_eq!(posts[0].body["id"], id.as_str());
}

#[tokio::test]
async fn a_reset_forgets_what_was_not_told_but_not_whom_to_tell() {
    let (stand, receiver) = told().await;
    receiver.answer(|_, _| super::Answer::Status(500));
    stand.verified("ada").await;
    receiver.arrived(1).await;
    receiver.answer(|_, _| super::Answer::Status(200));
    stand.control("/reset", Some(json!({}))).await.ok();
    stand.advance(10_000).await;
    stand.verified("ada").await;
    let posts = receiver.arrived(2).await;
    assert_eq!(posts[1].path, "/webhook/user/status");
    settled(&stand, "", "DELIVERED", 1).await;
}

#[tokio::test]
async fn every_status_of_a_crypto_deposit_is_told() {
    let (stand, receiver) = told_with(|builder| builder).await;
    stand.verified("ada").await;
    crypto_deposit(&stand, "ada").await;
    stand.advance(2_000).await;
    receiver.arrived(3).await;
    let statuses = receiver.statuses("/crypto-deposit-webhook");
    assert_eq!(statuses, ["WAITING_FOR_VERIFICATION", "SUCCESSFUL"]);
}
