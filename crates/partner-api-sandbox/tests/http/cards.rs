//! Virtual cards.

use partner_api_types::{CardCreated, CardDetails};
use serde_json::{Value, json};

use crate::stand::{Stand, new_card};

const CREATE: &str = "/v1/card/virtual";

fn named(user: &str, card: &str) -> Option<Value> {
    Some(json!({ "externalUserId": user, "cardId": card }))
}

#[tokio::test]
async fn a_card_lives_from_creation_to_deletion() {
    let stand = Stand::start().await;
    stand.verified("u1").await;
    let created: CardCreated =
        serde_json::from_value(stand.post(CREATE, new_card("u1")).await.ok()).unwrap();
    assert!(created.card_number.check().is_ok() && created.card_number.expose().len() == 16);
    assert!(created.cvv.check().is_ok());
    assert_eq!(created.exp.expose(), "03/29");
    let id = created.card_id.as_str();
    let path = format!("/v1/card/details/u1/{id}");
    let details: CardDetails = serde_json::from_value(stand.get(&path).await.ok()).unwrap();
    assert!(details.card_number == created.card_number && details.cvv == created.cvv);

    let status = async || {
        let listed = stand.get("/v1/card/all/u1").await.ok();
        let card = &listed["cards"][0];
        assert_eq!(
            (&card["label"], &card["cardId"]),
            (&json!("holiday"), &json!(id))
        );
        assert_eq!(card["cardLastDigits"], created.card_number.last_four());
        card["status"].as_str().unwrap().to_owned()
    };
    assert_eq!(status().await, "ACTIVE");
    for _ in 0..2 {
        stand.patch("/v1/card/block", named("u1", id)).await.ok();
        assert_eq!(status().await, "LOCKED_BY_USER");
    }
    for _ in 0..2 {
        stand.patch("/v1/card/unblock", named("u1", id)).await.ok();
        assert_eq!(status().await, "ACTIVE");
    }
    for _ in 0..2 {
        stand.delete("/v1/card", named("u1", id)).await.ok();
        assert_eq!(status().await, "DELETED");
    }
    let unblocked = stand.patch("/v1/card/unblock", named("u1", id)).await;
    unblocked.refused(400, "P434", "card_must_exist");
    stand
        .get(&path)
        .await
        .refused(400, "P434", "card_must_exist");
}

#[tokio::test]
async fn another_users_card_is_as_good_as_none() {
    let stand = Stand::start().await;
    stand.verified("u1").await;
    stand.verified("u2").await;
    let card = stand.card("u1").await;
    for id in [&*card, "ghost"] {
        let details = stand.get(&format!("/v1/card/details/u2/{id}")).await;
        details.refused(400, "P434", "card_must_exist");
        let blocked = stand.patch("/v1/card/block", named("u2", id)).await;
        blocked.refused(400, "P434", "card_must_exist");
    }
}

#[tokio::test]
async fn cards_are_for_the_verified_and_limited_in_number() {
    let stand = Stand::start().await;
    stand.registered("u1").await;
    stand
        .post(CREATE, new_card("u1"))
        .await
        .refused(400, "P459", "L9 user_must_be_verified");
    stand.verified("u2").await;
    for _ in 0..5 {
        stand.card("u2").await;
    }
    let sixth = stand.post(CREATE, new_card("u2")).await;
    sixth.refused(400, "P490", "L12 cards_created_must_be_below_limit");
    stand.advance(24 * 60 * 60 * 1_000).await;
    stand.card("u2").await;
}

#[tokio::test]
async fn labels_and_pins_are_checked() {
    let stand = Stand::start().await;
    stand.verified("u1").await;
    let card =
        |label: &str, pin: Value| json!({ "externalUserId": "u1", "label": label, "pin": pin });
    for label in ["ab", &"x".repeat(31)] {
        let message = "label must be of the documented type and form";
        stand
            .post(CREATE, card(label, json!("1234")))
            .await
            .invalid(message);
    }
    for label in ["   ", "\u{a0}\t \u{3000}", "\u{1c}\u{1c}\u{85}"] {
        let message = "label must be more than blanks";
        stand
            .post(CREATE, card(label, json!("1234")))
            .await
            .invalid(message);
    }
    for pin in ["123", "12345", "12a4", ""] {
        let message = "pin must be exactly 4 digits";
        stand
            .post(CREATE, card("holiday", json!(pin)))
            .await
            .invalid(message);
    }
    let message = "pin must be of the documented type and form";
    stand
        .post(CREATE, card("holiday", json!(1234)))
        .await
        .invalid(message);
    stand.post(CREATE, card("żół", json!("1234"))).await.ok();
}

#[tokio::test]
async fn a_limit_finer_than_a_cent_is_refused_as_every_amount_is() {
    let stand = Stand::start().await;
    stand.verified("u1").await;
    let card = stand.card("u1").await;
    let path = format!("/v1/card/limits/u1/{card}");
    let before = stand.get(&path).await.ok();
    let change = |field: &str, limit: &str| {
        let mut body = before.clone();
        body["externalUserId"] = json!("u1");
        body["cardId"] = json!(card);
        body[field] = serde_json::from_str(limit).unwrap();
        stand.patch("/v1/card/limits", Some(body))
    };
    let fields: Vec<&String> = before.as_object().unwrap().keys().collect();
    assert_eq!(fields.len(), 6);
    for field in fields {
        let refused = change(field, "1.001").await;
        assert_eq!(
            (refused.status, refused.rule.as_deref()),
            (400, Some("amount_must_fit_currency")),
            "{field}: {}",
            refused.text
        );
    }
    assert_eq!(stand.get(&path).await.ok(), before);
    change("dailyTrxAtm", "1.010").await.ok();
    let after = stand.get(&path).await.ok();
    assert_eq!(after["dailyTrxAtm"], 1.01);
}
