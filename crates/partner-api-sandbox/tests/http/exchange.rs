//! Rates, locks and exchanges.

use serde_json::{Value, json};

use crate::stand::{Stand, text};

async fn lock(stand: &Stand, user: &str) -> String {
    let lock = stand
        .get(&format!("/v1/exchange/get-lock/{user}"))
        .await
        .ok();
    text(&lock, "id")
}

fn exchange(user: &str, lock: &str) -> Value {
    json!({
        "sourceExternalUserId": user, "amount": 90, "currencyFrom": "eur", "currencyTo": "btc", "lockId": lock,
    })
}

#[tokio::test]
async fn an_exchange_reserves_at_once_and_settles_later() {
    let stand = Stand::start().await;
    stand.funded("u1", "100").await;
    let rates = stand.get("/v1/exchange/get-rate").await.ok();
    assert_eq!(rates["eur"], 1);
    let locked = stand.get("/v1/exchange/get-lock/u1").await.ok();
    assert_eq!(locked["rates"], rates, "the clock stands still");
    assert_eq!(locked["createdAt"], "2026-03-01T12:00:01.000Z");
    assert_eq!(locked["validUntil"], "2026-03-01T12:00:41.000Z");

    let created = stand
        .post("/v1/exchange", exchange("u1", &text(&locked, "id")))
        .await
        .ok();
    let details = format!("/v1/exchange/details/{}", text(&created, "exchangeId"));
    let pending = stand.get(&details).await.ok();
    assert_eq!(pending["status"], "PENDING");
    assert!(pending.get("amountTo").is_none_or(Value::is_null));
    assert_eq!(stand.held("u1", "eur").await, "10.00");
    let closing = stand.delete("/v1/user/u1", None).await;
    closing.refused(400, "P488", "movements_must_be_settled");

    stand.advance(2_000).await;
    let settled = stand.get(&details).await.ok();
    assert_eq!(settled["status"], "COMPLETED");
    let received: f64 = text(&settled, "amountTo").parse().unwrap();
    // 1.49 % of 90 EUR is 1.341, rounded to the cent.
    assert_eq!(settled["fee"], json!(1.34));
    let expected = (90.0 - 1.34) / rates["btc"].as_f64().unwrap();
    assert!(
        (received - expected).abs() < 1e-7,
        "{received} is about {expected}"
    );
    assert!(stand.books_balance().await);
}

#[tokio::test]
async fn a_failed_exchange_gives_the_reserve_back() {
    let stand = Stand::start().await;
    stand.funded("u1", "100").await;
    let lock = lock(&stand, "u1").await;
    let created = stand.post("/v1/exchange", exchange("u1", &lock)).await.ok();
    let id = text(&created, "exchangeId");
    let outcome = json!({ "exchangeId": id, "completed": false });
    let failed = stand
        .control("/simulate/exchange-outcome", Some(outcome))
        .await
        .ok();
    assert_eq!(failed["status"], "FAILED");
    assert_eq!(stand.held("u1", "eur").await, "100.00");
    stand.advance(60_000).await;
    let details = stand.get(&format!("/v1/exchange/details/{id}")).await.ok();
    assert_eq!(details["status"], "FAILED", "the timer came too late");
}

#[tokio::test]
async fn a_lock_is_one_users_for_one_exchange_for_forty_seconds() {
    let stand = Stand::start().await;
    stand.funded("u1", "1000").await;
    stand.funded("u2", "1000").await;
    let post =
        async |user: &str, lock: &str| stand.post("/v1/exchange", exchange(user, lock)).await;

    let used = lock(&stand, "u1").await;
    post("u2", &used)
        .await
        .refused(400, "P491", "L11 lock_must_exist");
    post("u1", &used).await.ok();
    post("u1", &used)
        .await
        .refused(400, "P492", "L11 lock_must_be_unused");

    let late = lock(&stand, "u1").await;
    stand.advance(40_000).await;
    post("u1", &late).await.ok();
    let too_late = lock(&stand, "u1").await;
    stand.advance(40_001).await;
    post("u1", &too_late)
        .await
        .refused(400, "P493", "L11 lock_must_not_be_expired");

    let unknown = stand.get("/v1/exchange/details/ghost").await;
    unknown.refused(404, "P484", "exchange_must_exist");
    let nobody = stand.get("/v1/exchange/get-lock/ghost").await;
    nobody.refused(400, "P412", "user_must_exist");
}

#[tokio::test]
async fn what_nothing_would_come_of_is_not_exchanged() {
    let stand = Stand::start().await;
    stand.verified("u1").await;
    let coins = json!({ "destinationExternalUserId": "u1", "amount": "1", "currency": "btc" });
    stand.post("/v1/transfer", coins).await.ok();
    let mut body = exchange("u1", &lock(&stand, "u1").await);
    (body["currencyFrom"], body["currencyTo"]) = (json!("btc"), json!("eur"));
    // At about 90,000 EUR for one, this is less than a cent.
    body["amount"] = json!(0.0000001);
    let dust = stand.post("/v1/exchange", body.clone()).await;
    dust.refused(400, "P403", "amount_must_fit_currency");
    assert_eq!(stand.held("u1", "btc").await, "1.00000000");
    body["amount"] = json!(0.00001);
    stand.post("/v1/exchange", body).await.ok();
    assert!(stand.books_balance().await);
}
