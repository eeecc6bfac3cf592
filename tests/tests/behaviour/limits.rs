//! A limit of calls: what the sandbox refuses for coming too fast, the facade sends again when it was told to.

use partner_api::{ApiKey, Environment, PartnerApi, RequestKey};
use partner_api_tests::{
    oracle::ActiveCards,
    stand::{API_KEY, Stand},
};
use reqwest::Method;
use serde_json::json;

/// Without a limiter that honours `Retry-After`, the retries of a call are over within some hundred milliseconds: they are
/// refused again and again, and the call fails.
#[tokio::test]
async fn a_call_that_is_one_too_many_waits_as_told_and_goes_through() {
    let mut stand = Stand::start(ActiveCards::Refuse).await;
    stand.onboard("U1", "100").await;
    let control = &stand.driver.control;
    let limit = json!({"calls": 3, "windowMilliseconds": 1_000});
    control
        .call(Method::PUT, "/rate-limit", Some(&limit))
        .await
        .ok();
    let address = stand.driver.partner.base().parse().expect("an address");
    let partner = PartnerApi::builder()
        .environment(Environment::Sandbox(address))
        .api_key(ApiKey::new(API_KEY))
        .build()
        .expect("a client");
    let user = partner.user("U1").expect("an id");
    for _ in 0..6 {
        user.balances().await.expect("waits and goes through");
    }
    // A call that moves money is not repeated by itself, not even now; its second try is held back until the time is over.
    // Nobody decided against the first, so the second may have the same key.
    let fund = async || {
        let money = "1 eur".parse().expect("money");
        let key = RequestKey::new("wage").expect("a key");
        partner.transfers().fund(user.id(), money).key(key).await
    };
    let outcome = match fund().await {
        Ok(outcome) => outcome,
        Err(refused) => {
            assert!(
                refused.is_transient() && !refused.may_have_moved_money(),
                "{refused}"
            );
            let text = refused.to_string();
            assert!(
                text.contains("too many calls") && !text.contains("valid"),
                "{text}"
            );
            fund().await.expect("goes through after the wait")
        }
    };
    outcome.done().expect("a transfer");
    let refused = control.get("/rate-limit").await.ok().json["refused"].clone();
    let refused = refused.as_u64().expect("a count");
    assert!(
        (1..=2).contains(&refused),
        "seven calls, three a window: {refused}"
    );
    control.call(Method::DELETE, "/rate-limit", None).await.ok();
    let balances = user.balances().await.expect("balances");
    assert_eq!(balances.of(partner_api::Currency::EUR).to_string(), "101");
}
