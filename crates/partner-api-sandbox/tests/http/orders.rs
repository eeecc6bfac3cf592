//! Orders, payment links and hosted checkouts, as far as nobody pays.

use serde_json::{Value, json};

use crate::stand::{Stand, text};

async fn order(stand: &Stand) -> (Value, String) {
    let wanted = json!({ "currency": "usdc", "amount": "346.59", "network": "polygon" });
    let lock = stand.post("/v1/order/lock-rate", wanted).await.ok();
    let body = json!({ "lockId": lock["lockId"] });
    let created = stand.post("/v1/order", body).await.ok();
    let path = format!("/v1/order/details/{}", text(&created, "orderId"));
    (lock, path)
}

#[tokio::test]
async fn an_order_gets_a_wallet_and_expires_unpaid() {
    let stand = Stand::start().await;
    let (lock, path) = order(&stand).await;
    let rate: f64 = text(&lock, "rate").parse().unwrap();
    let expected = (346.59 / rate * 1e6).floor() / 1e6;
    assert!(
        (lock["amount"].as_f64().unwrap() - expected).abs() < 2e-6,
        "{lock}"
    );
    let waiting = stand.get(&path).await.ok();
    assert_eq!(waiting["status"], "WAITING_FOR_WALLET_ADDRESS");
    // Null and not left out; and in upper case, although it was asked for in lower case.
    for field in ["walletAddress", "expiresAt"] {
        assert_eq!(waiting.get(field), Some(&Value::Null), "{field}");
    }
    assert_eq!(
        (&lock["network"], &waiting["network"]),
        (&json!("polygon"), &json!("POLYGON"))
    );
    stand.advance(1_000).await;
    let open = stand.get(&path).await.ok();
    assert_eq!(open["status"], "WAITING_FOR_PAYMENT");
    assert!(open["walletAddress"].is_string() && open["expiresAt"].is_string());
    assert_eq!(open["totalAmountRequired"], lock["amount"]);
    stand.advance(15 * 60 * 1_000).await;
    assert_eq!(stand.get(&path).await.ok()["status"], "EXPIRED");
}

#[tokio::test]
async fn a_lock_makes_one_order_and_only_in_time() {
    let stand = Stand::start().await;
    let wanted = json!({ "currency": "btc", "amount": "100" });
    let lock = stand.post("/v1/order/lock-rate", wanted.clone()).await.ok();
    let body = json!({ "lockId": lock["lockId"] });
    stand.post("/v1/order", body.clone()).await.ok();
    let again = stand.post("/v1/order", body).await;
    again.refused(400, "P492", "L11 lock_must_be_unused");
    let late = stand.post("/v1/order/lock-rate", wanted).await.ok();
    stand.advance(40_001).await;
    let late = stand
        .post("/v1/order", json!({ "lockId": late["lockId"] }))
        .await;
    late.refused(400, "P493", "L11 lock_must_not_be_expired");
    let none = stand.post("/v1/order", json!({ "lockId": "ghost" })).await;
    none.refused(400, "P491", "L11 lock_must_exist");
    let euro = json!({ "currency": "eur", "amount": "100" });
    let euro = stand.post("/v1/order/lock-rate", euro).await;
    euro.refused(400, "P403", "network_must_carry_currency");
    let dust = json!({ "currency": "btc", "amount": "0" });
    let dust = stand.post("/v1/order/lock-rate", dust).await;
    dust.refused(400, "P403", "amount_must_be_positive");
    let missing = stand.get("/v1/order/details/ghost").await;
    missing.refused(404, "P610", "order_must_exist");
}

#[tokio::test]
async fn links_live_a_day_and_hosted_checkouts_as_long_as_asked() {
    let stand = Stand::start().await;
    let link = json!({ "amount": "25", "currency": "eur", "title": "invoice 7" });
    let link = stand.post("/v1/payment-link", link).await.ok();
    assert_eq!(link["expiresAt"], "2026-03-02T12:00:00.000Z");
    let hosted = json!({ "amount": "25", "currency": "eur", "expiresInSeconds": 60 });
    let hosted = stand
        .post("/v1/payment-link/hosted-checkout", hosted)
        .await
        .ok();
    let path = |link: &Value| format!("/v1/payment-link/details/{}", text(link, "paymentLinkId"));
    let open = stand.get(&path(&link)).await.ok();
    assert_eq!(
        (&open["status"], &open["transactions"]),
        (&json!("WAITING_FOR_PAYMENT"), &json!([]))
    );
    assert_eq!(open["url"], link["url"]);
    stand.advance(60_000).await;
    assert_eq!(stand.get(&path(&hosted)).await.ok()["status"], "EXPIRED");
    assert_eq!(
        stand.get(&path(&link)).await.ok()["status"],
        "WAITING_FOR_PAYMENT"
    );

    let crypto = json!({ "amount": "1", "currency": "btc" });
    let crypto = stand.post("/v1/payment-link", crypto).await;
    crypto.refused(400, "P403", "currency_must_be_eur");
    let odd = json!({ "amount": "1", "currency": "eur", "expiresInSeconds": 0, "redirectUrl": "javascript:alert(1)" });
    let odd = stand.post("/v1/payment-link/hosted-checkout", odd).await;
    odd.invalid("expiresInSeconds must be 1 to 2592000, redirectUrl must be an https address");
    for nowhere in [
        "https://",
        "https://shop.example/a b",
        "https://shop.example/\u{0}",
    ] {
        let body = json!({ "amount": "1", "currency": "eur", "redirectUrl": nowhere });
        let answer = stand.post("/v1/payment-link/hosted-checkout", body).await;
        answer.invalid("redirectUrl must be an https address");
    }
    let missing = stand.get("/v1/payment-link/details/ghost").await;
    missing.refused(404, "P611", "payment_link_must_exist");
}

#[tokio::test]
async fn an_order_is_no_link_and_a_link_no_order() {
    let stand = Stand::start().await;
    let (_, path) = order(&stand).await;
    let id = path.rsplit('/').next().unwrap();
    let as_link = stand.get(&format!("/v1/payment-link/details/{id}")).await;
    as_link.refused(404, "P611", "payment_link_must_exist");
    for (named, id, rule) in [
        ("orderId", "ghost", "order_must_exist"),
        ("paymentLinkId", "ghost", "payment_link_must_exist"),
        ("paymentLinkId", id, "payment_link_must_exist"),
    ] {
        let mut body = json!({ "amount": "1", "currency": "usdc", "network": "polygon" });
        body[named] = json!(id);
        let unpaid = stand.control("/simulate/payment", Some(body)).await;
        assert_eq!((unpaid.status, &unpaid.body["rule"]), (409, &json!(rule)));
    }
}
