//! Events about one object arrive in their order; others do not wait for them.

use std::collections::HashMap;
use std::sync::Mutex;

use serde_json::json;

use super::{Answer, crypto_deposit, settled, told, transfer};

#[tokio::test]
async fn what_follows_waits_for_what_failed_and_others_go_on() {
    let (stand, receiver) = told().await;
    stand.verified("ada").await;
    receiver.arrived(1).await;
    // Of each status, the first attempt fails.
    receiver.answer(|_, post| {
        let is_first = post.body["status"] == "WAITING_FOR_VERIFICATION";
        Answer::Status(if is_first { 500 } else { 200 })
    });
    let deposit = crypto_deposit(&stand, "ada").await;
    receiver.arrived(2).await;
    stand.advance(2_000).await;
    let transfer = transfer(&stand, "ada").await;
    let posts = receiver.arrived(3).await;
    assert_eq!(posts[2].body["id"], transfer.as_str(), "others go on");
    let about = format!("?objectId={deposit}");
    settled(&stand, &about, "WAITING", 2).await;
    receiver.answer(|_, _| Answer::Status(200));
    stand.advance(6_000).await;
    receiver.arrived(5).await;
    let statuses = receiver.statuses("/crypto-deposit-webhook");
    let tried = [
        "WAITING_FOR_VERIFICATION",
        "WAITING_FOR_VERIFICATION",
        "SUCCESSFUL",
    ];
    assert_eq!(statuses, tried);
    settled(&stand, &about, "DELIVERED", 2).await;
}

#[tokio::test]
async fn what_follows_has_its_own_five_attempts_after_what_was_given_up() {
    let (stand, receiver) = told().await;
    stand.verified("ada").await;
    receiver.arrived(1).await;
    receiver.answer(|_, _| Answer::Status(500));
    let deposit = crypto_deposit(&stand, "ada").await;
    stand.advance(600_000).await;
    let about = format!("?objectId={deposit}");
    let over = settled(&stand, &about, "GIVEN_UP", 2).await;
    receiver.arrived(11).await;
    // The second was announced two seconds after the first, and waited until the first was given up.
    let moment = |nth: usize, attempt: usize| {
        let text = over[nth]["attempts"][attempt]["dueAt"].as_str().unwrap();
        text.parse::<partner_api_core::Timestamp>()
            .unwrap()
            .millis()
    };
    let began = moment(0, 0);
    assert_eq!(moment(0, 4) - began, 120_000);
    assert_eq!(moment(1, 0) - began, 120_000);
    assert_eq!(moment(1, 4) - began, 240_000);
    let statuses = receiver.statuses("/crypto-deposit-webhook");
    assert!(
        statuses.is_sorted_by_key(|it| it == "SUCCESSFUL"),
        "{statuses:?}"
    );
}

/// Many objects, many events each, a receiver that refuses everything twice before it takes it: every object's events are
/// acknowledged in their order.
#[tokio::test]
async fn an_unreliable_receiver_sees_every_object_in_order() {
    let (stand, receiver) = told().await;
    stand.verified("ada").await;
    receiver.arrived(1).await;
    let refused = Mutex::new(HashMap::<String, usize>::new());
    receiver.answer(move |_, post| {
        let mut refused = refused.lock().unwrap();
        let times = refused.entry(post.text.clone()).or_default();
        *times += 1;
        Answer::Status(if *times <= 2 { 500 } else { 200 })
    });
    let mut links = Vec::new();
    for _ in 0..8 {
        let link = json!({"amount": "900.00", "currency": "eur", "title": "many"});
        let created = stand.post("/v1/payment-link", link).await.ok();
        links.push(crate::stand::text(&created, "paymentLinkId"));
    }
    for round in 0..6 {
        for link in &links {
            let payment = json!({"paymentLinkId": link, "amount": "0.01", "currency": "eth"});
            stand.control("/simulate/payment", Some(payment)).await.ok();
        }
        stand.advance(1_000 + 3_000 * round).await;
    }
    stand.advance(600_000).await;
    settled(&stand, "?event=payment_link", "DELIVERED", 8 * 6).await;
    let posts = receiver.arrived(1 + 3 * 8 * 6).await;
    for link in &links {
        let about = posts
            .iter()
            .filter(|it| it.body["paymentLinkId"] == link.as_str());
        let counts: Vec<_> = about
            .map(|it| it.body["transactions"].as_array().unwrap().len())
            .collect();
        assert!(counts.is_sorted() && counts.len() == 18, "{counts:?}");
    }
}
