//! The market: set, wandering by a seed, and standing still.

use partner_api_sandbox::Sandbox;
use reqwest::Method;
use serde_json::{Value, json};

use crate::stand::{Stand, text};

/// What a currency is worth, as the Partner API says, with at most eight decimals.
async fn rate(stand: &Stand, currency: &str) -> f64 {
    let rates = stand.get("/v1/exchange/get-rate").await.ok();
    rates[currency]
        .as_f64()
        .unwrap_or_else(|| panic!("no rate of {currency} in {rates}"))
}

async fn set(stand: &Stand, currency: &str, rate: &str) -> crate::stand::Reply {
    let body = Some(json!({ "rate": rate }));
    stand
        .control_by(Method::PUT, &format!("/rates/{currency}"), body)
        .await
}

async fn seen(stand: &Stand) -> Value {
    stand.control("/rates", None).await.ok()["rates"].clone()
}

#[tokio::test]
async fn a_rate_that_is_set_is_what_everybody_gets_and_a_lock_keeps_what_it_has() {
    let stand = Stand::start().await;
    stand.funded("u1", "100").await;
    let lock = stand.get("/v1/exchange/get-lock/u1").await.ok();
    let rates = set(&stand, "btc", "50000").await.ok();
    let btc = rates["rates"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["currency"] == "btc");
    assert_eq!(
        btc.unwrap(),
        &json!({ "currency": "btc", "rate": "50000", "set": true })
    );
    assert_eq!(rate(&stand, "btc").await, 50_000.0);

    let exchange = async |lock: &Value| {
        let body = json!({
            "sourceExternalUserId": "u1", "amount": 10, "currencyFrom": "eur", "currencyTo": "btc",
            "lockId": lock["id"],
        });
        let created = stand.post("/v1/exchange", body).await.ok();
        stand.advance(2_000).await;
        let path = format!("/v1/exchange/details/{}", text(&created, "exchangeId"));
        let to = stand.get(&path).await.ok()["amountTo"].clone();
        to.to_string().trim_matches('"').parse::<f64>().unwrap()
    };
    let before = exchange(&lock).await;
    let after = exchange(&stand.get("/v1/exchange/get-lock/u1").await.ok()).await;
    // Of ten euro, 0.15 are the fee.
    assert!((after - 9.85 / 50_000.0).abs() < 2e-8, "{after}");
    assert!(
        (before - 9.85 / 90_000.0).abs() < 0.02 * before,
        "the lock's own rate: {before}"
    );

    stand
        .control_by(Method::DELETE, "/rates/btc", None)
        .await
        .ok();
    assert_ne!(rate(&stand, "btc").await, 50_000.0);
    for (currency, wanted) in [("eur", "2"), ("xyz", "2"), ("btc", "0")] {
        assert_eq!(
            set(&stand, currency, wanted).await.status,
            400,
            "{currency}"
        );
    }
}

#[tokio::test]
async fn the_same_seed_and_moment_give_the_same_rates_in_any_sandbox() {
    let seven = Stand::start_with(|builder| builder.rate_seed(7)).await;
    let other = Stand::start().await;
    assert_ne!(seen(&seven).await, seen(&other).await);
    let wander = json!({ "seed": 7 });
    other.control("/rates/wander", Some(wander)).await.ok();
    for _ in 0..3 {
        assert_eq!(seen(&seven).await, seen(&other).await);
        let before = seen(&other).await;
        seven.advance(60_000).await;
        other.advance(60_000).await;
        assert_ne!(
            seen(&other).await,
            before,
            "a minute later the market has moved"
        );
    }
    let wide = json!({ "seed": 7, "spreadBasisPoints": 5_001 });
    assert_eq!(other.control("/rates/wander", Some(wide)).await.status, 400);
    let still = json!({ "seed": 7, "spreadBasisPoints": 0 });
    other.control("/rates/wander", Some(still)).await.ok();
    assert_eq!(
        rate(&other, "btc").await,
        90_000.0,
        "without a spread every rate is its base"
    );
}

#[tokio::test]
async fn a_frozen_market_stands_still_and_all_of_it_survives_a_restart_and_a_reset() {
    let dir = tempfile::tempdir().unwrap();
    let start = async || {
        let path = dir.path().to_owned();
        Stand::start_with(|builder| builder.data_dir(path)).await
    };
    let stand = start().await;
    set(&stand, "eth", "1234.5").await.ok();
    stand
        .control("/rates/wander", Some(json!({ "seed": -3 })))
        .await
        .ok();
    let frozen = stand.control("/rates/freeze", Some(json!({}))).await.ok();
    assert_eq!(frozen["frozenAt"], "2026-03-01T12:00:00.000Z");
    let rates = seen(&stand).await;
    stand.advance(3_600_000).await;
    assert_eq!(seen(&stand).await, rates);
    stand.sandbox.stop().await;

    let stand = start().await;
    let after = stand.control("/rates", None).await.ok();
    assert_eq!((&after["seed"], &after["rates"]), (&json!(-3), &rates));
    stand.control("/reset", Some(json!({}))).await.ok();
    assert_eq!(seen(&stand).await, rates);
    stand.advance(3_600_000).await;
    assert_eq!(seen(&stand).await, rates);
    stand.control("/rates/resume", Some(json!({}))).await.ok();
    assert_ne!(seen(&stand).await, rates);
    assert_eq!(rate(&stand, "eth").await, 1_234.5, "what is set stays set");
    stand.sandbox.stop().await;

    let path = dir.path().to_owned();
    let reseeded = Sandbox::builder()
        .data_dir(path)
        .rate_seed(9)
        .start()
        .await
        .unwrap();
    let source = reseeded.engine().rates();
    assert_eq!((source.seed, source.set.len()), (9, 1));
    reseeded.stop().await;
}
