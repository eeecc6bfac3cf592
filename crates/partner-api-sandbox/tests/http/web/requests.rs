//! The log of requests: what it shows, and what never.

use serde_json::json;

use super::pages::PERSONAL;
use super::{Browser, between};
use crate::stand::{API_KEY, Stand, funding, identity, new_card, payout, person};

#[tokio::test]
async fn calls_are_shown_with_status_rule_and_duration() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    browser
        .get("/page/requests")
        .await
        .has("Nobody has called yet");
    stand.verified("u1").await;
    stand.get("/v1/partner/balances").await.ok();
    let refused = stand.post("/v1/transfer", funding("u1", "99999999")).await;
    stand
        .get("/v1/user/transaction-history/u1?limit=3&canary=secret")
        .await
        .ok();
    let page = browser.get("/page/requests").await;
    page.has("GET /v1/partner/balances")
        .has("L10 funds_must_suffice")
        .has("data-label=\"Duration\">")
        .has("POST /v1/transfer");
    page.has("-H &quot;x-api-key: $PARTNER_API_KEY&quot;");
    let number = between(
        page.text
            .split("POST /v1/transfer<")
            .next()
            .unwrap()
            .rsplit("<a ")
            .next()
            .unwrap(),
        "requests/",
        "\"",
    )
    .to_owned();
    let page = browser.get(&format!("/page/requests/{number}")).await;
    page.has("&quot;amount&quot;: &quot;99999999&quot;")
        .has("fund it first, or move less");
    page.has(&format!("href=\"/page/decisions/{}\"", refused.seq));
    page.has("--data '{&quot;amount&quot;")
        .has("async fn create_transfer_is_refused()")
        .has("Some(400)");
    for missing in ["0", "999", "x", "-1"] {
        assert_eq!(
            browser
                .get(&format!("/page/requests/{missing}"))
                .await
                .status,
            404
        );
    }
    let page = browser.get("/page/requests").await;
    page.has("limit=3&amp;***=***").has_not("secret");
}

#[tokio::test]
async fn nothing_secret_or_personal_is_kept_of_a_call() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    stand.verified("u1").await;
    stand.post("/v1/transfer", funding("u1", "50")).await.ok();
    stand.post("/v1/card/virtual", new_card("u1")).await.ok();
    stand
        .post("/v1/sepa-transfer", payout("u1", "5"))
        .await
        .ok();
    stand
        .patch(
            "/v1/user/u1",
            Some(json!({ "email": "kanaria.two@canary.example", "city": "Gdynia" })),
        )
        .await
        .ok();
    // What nobody documented may be anything.
    stand.post("/v1/transfer", json!({ "kanaria@canary.example": 1, "memo": "Kanaria", "amount": { "Kanaria": "Kowalska" } })).await;
    stand.post("/v1/user/verification", identity("u1")).await;
    let odd = stand
        .post("/v1/user/balances/crypto-and-fiat", person("u1"))
        .await;
    assert_eq!(odd.status, 400);
    let list = browser.get("/page/requests").await;
    let numbers = list
        .text
        .split("/page/requests/")
        .skip(1)
        .map(|it| it.split('"').next().unwrap());
    let mut pages = vec![browser.get("/page/requests").await];
    for number in numbers {
        pages.push(browser.get(&format!("/page/requests/{number}")).await);
    }
    assert!(8 < pages.len());
    for page in &pages {
        for personal in PERSONAL {
            page.has_not(personal);
        }
        page.has_not(API_KEY).has_not("Gdynia").has_not("Kowalska");
    }
    list.has("/v1/user/u1");
}

#[tokio::test]
async fn a_closed_users_id_is_shown_no_more() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    stand.funded("canary user 9", "5").await;
    stand.get("/v1/user/balances/canary%20user%209").await.ok();
    let page = browser.get("/page/requests").await;
    page.has("/v1/user/balances/canary%20user%209")
        .has("canary user 9");
    stand.delete("/v1/user/canary%20user%209", None).await.ok();
    let page = browser.get("/page/requests").await;
    page.has("/v1/user/balances/closed-user")
        .has_not("canary%20user%209")
        .has_not("canary user 9");
    let numbers = page
        .text
        .split("/page/requests/")
        .skip(1)
        .map(|it| it.split('"').next().unwrap());
    for number in numbers {
        let page = browser.get(&format!("/page/requests/{number}")).await;
        page.has_not("canary%20user%209").has_not("canary user 9");
    }
    // A reset forgets who was closed, so what was before is not shown.
    stand.control("/reset", Some(json!({}))).await.ok();
    browser
        .get("/page/requests")
        .await
        .has("Nobody has called yet");
}

#[tokio::test]
async fn faults_and_lost_answers_are_seen() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    for fault in ["UNAVAILABLE", "DROP_AFTER"] {
        let rule = json!({ "fault": fault, "operation": "get_partner_balances", "times": 1 });
        stand.control("/faults", Some(rule)).await.ok();
        let url = format!("{}/v1/partner/balances", stand.sandbox.api_url());
        drop(
            crate::stand::client()
                .get(url)
                .header("x-api-key", API_KEY)
                .send()
                .await,
        );
        stand.control_delete("/faults").await.ok();
    }
    let page = browser.get("/page/requests").await;
    page.has("fault: unavailable")
        .has("fault: drop after")
        .has(">cut<");
}

#[tokio::test]
async fn the_log_is_bounded_and_can_be_left_out() {
    let stand = Stand::start_with(|builder| builder.requests_log(3)).await;
    let browser = Browser::enter(&stand).await;
    for _ in 0..5 {
        stand.get("/v1/partner/balances").await.ok();
    }
    let page = browser.get("/page/requests").await;
    page.has("The last 3 calls")
        .has("/page/requests/5")
        .has_not("/page/requests/2\"");
    let stand = Stand::start_with(|builder| builder.requests_log(0)).await;
    let browser = Browser::enter(&stand).await;
    stand.get("/v1/partner/balances").await.ok();
    browser
        .get("/page/requests")
        .await
        .has("No requests are kept");
}
