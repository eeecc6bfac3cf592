//! How many calls a key may make in a while.

use std::time::Duration;

use partner_api_sandbox::RateLimit;
use reqwest::Method;
use serde_json::json;

use crate::stand::{Stand, client};

#[tokio::test]
async fn what_is_too_much_is_refused_in_the_providers_shape_until_the_limit_is_lifted() {
    let limit = RateLimit {
        calls: 2,
        window: Duration::from_secs(3_600),
    };
    let stand = Stand::start_with(|builder| builder.rate_limit(limit)).await;
    let first = stand.get("/v1/partner/balances").await;
    let second = stand.get("/v1/user/balances/ghost").await;
    assert_eq!(
        (first.status, second.status),
        (200, 400),
        "refusals count, too"
    );
    let third = stand.post("/v1/transfer", json!({})).await;
    third.refused(429, "P403", "-");
    let looked = stand.control("/rate-limit", None).await.ok();
    let expected = json!({ "calls": 2, "windowMilliseconds": 3_600_000, "refused": 1 });
    assert_eq!(looked, expected);

    let url = format!("{}/v1/partner/balances", stand.sandbox.api_url());
    let raw = async |key: &str| {
        let request = client().get(&url).header("x-api-key", key);
        request.send().await.unwrap()
    };
    let refused = raw(crate::stand::API_KEY).await;
    let wait: u64 = refused.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((3_590..=3_600).contains(&wait), "{wait}");
    assert_eq!(
        raw("wrong").await.status(),
        401,
        "who has no key is not counted"
    );

    stand
        .control_by(Method::DELETE, "/rate-limit", None)
        .await
        .ok();
    for _ in 0..5 {
        stand.get("/v1/partner/balances").await.ok();
    }
    let none = json!({ "calls": 0, "windowMilliseconds": 60_000 });
    stand
        .control_by(Method::PUT, "/rate-limit", Some(none))
        .await
        .ok();
    assert_eq!(stand.get("/v1/partner/balances").await.status, 429);
    let endless = json!({ "calls": 0, "windowMilliseconds": 86_400_001 });
    let endless = stand
        .control_by(Method::PUT, "/rate-limit", Some(endless))
        .await;
    assert_eq!(endless.status, 400);
    stand.control("/clock", None).await.ok();
}
