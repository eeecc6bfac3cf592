//! Deliveries on the page: their attempts, and sending one again.

use serde_json::json;

use super::{Browser, between};
use crate::stand::Stand;

#[tokio::test]
async fn a_delivery_shows_its_attempts_and_is_sent_again() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    browser.get("/page/webhooks").await.has("add a receiver");
    // Nobody listens there: every attempt fails.
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let url = format!("http://{closed}");
    let fields = [
        ("url", &*url),
        ("secret", "canary-secret-55"),
        ("back", "/page/webhooks"),
        ("place", "add_receiver"),
    ];
    let page = browser.post("/page/ask/add_receiver", &fields).await;
    page.has("Done: new receiver")
        .has(&url)
        .has_not("canary-secret-55");
    stand.verified("u1").await;
    // The worker makes its attempts in real time, each at its own moment of the virtual clock.
    let settled = async |wanted: &str| loop {
        stand.advance(10 * 60 * 1_000).await;
        let page = browser.get("/page/webhooks").await;
        if page.text.contains(wanted) {
            return page;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    let page = settled(">given up<").await;
    page.has("user_balance_generation")
        .has("<circle class=\"bad\"")
        .has("aria-label=\"5 attempts\"")
        .has("connection");
    let delivery = between(&page.text, "name=\"deliveryId\" value=\"", "\"").to_owned();
    browser
        .user("u1")
        .await
        .has("given up")
        .has(&format!("/page/webhooks#d{delivery}"));
    let fields = [
        ("deliveryId", &*delivery),
        ("back", "/page/webhooks"),
        ("place", "resend"),
    ];
    let page = browser.post("/page/ask/resend", &fields).await;
    page.has("Done: resend")
        .has("<dt>deliveries</dt><dd>1</dd>");
    settled("aria-label=\"10 attempts\"").await;
    let fields = [
        ("deliveryId", "77-0-1"),
        ("back", "/page/webhooks"),
        ("place", "resend"),
    ];
    browser
        .post("/page/ask/resend", &fields)
        .await
        .has("there is no such delivery");
    let fields = [
        ("deliveryId", "../../reset"),
        ("back", "/page/webhooks"),
        ("place", "resend"),
    ];
    browser
        .post("/page/ask/resend", &fields)
        .await
        .has("there is no such delivery");
}

#[tokio::test]
async fn samples_chaos_and_receivers_are_asked_for_by_forms() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    let back = ("back", "/page/webhooks");
    browser
        .post(
            "/page/ask/add_chaos",
            &[("chaos", "DUPLICATE"), ("percent", "30"), back],
        )
        .await
        .has("every event, 30 %, hits: 0");
    browser
        .post("/page/ask/clear_chaos", &[back])
        .await
        .has_not("every event, 30 %");
    let receiver = json!({ "url": "http://127.0.0.1:9", "secret": "canary-secret-56" });
    stand
        .control("/webhooks/receivers", Some(receiver))
        .await
        .ok();
    browser
        .post("/page/ask/trigger", &[("event", "p2p_transfer"), back])
        .await
        .has("p2p_transfer");
    let page = browser.get("/page/webhooks").await;
    let id = between(&page.text, "name=\"receiverId\" value=\"", "\"").to_owned();
    browser
        .post(
            "/page/ask/remove_receiver",
            &[("receiverId", &id), ("place", "remove"), back],
        )
        .await
        .has("Done: remove");
    let outside = [
        ("url", "http://example.com"),
        ("secret", "x"),
        ("place", "add_receiver"),
        back,
    ];
    browser
        .post("/page/ask/add_receiver", &outside)
        .await
        .has("Refused: ");
}
