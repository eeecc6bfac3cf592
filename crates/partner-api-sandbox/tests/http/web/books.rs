//! Books, movements, the world outside, faults: what the pages show is so, and their forms are the control API's calls.

use serde_json::json;

use super::{Browser, between};
use crate::stand::{Stand, funding};

#[tokio::test]
async fn the_books_are_shown_with_their_proof() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    stand.funded("u1", "100.50").await;
    let deposit = json!({ "externalUserId": "u1", "amount": "7" });
    stand
        .control("/simulate/sepa-deposit", Some(deposit))
        .await
        .ok();
    let page = browser.get("/page/books?currency=eur").await;
    page.has("data-sum=\"0\"")
        .has("Accounts in eur")
        .has("107.50")
        .has("999\u{202f}899.50")
        .has("outside: treasury");
    assert_eq!(
        page.text.matches("Σ = 0").count(),
        9,
        "one for each currency"
    );
    page.has("<svg").has("in 7.00, within 100.50, out 0.00");
    let other = browser.get("/page/books?currency=btc").await;
    other.has("Accounts in btc").has("Nothing has flowed yet");
    for odd in [
        "/page/books?currency=%3Cscript%3E",
        "/page/books?currency=zzz",
    ] {
        browser
            .get(odd)
            .await
            .has("Accounts in eur")
            .has_not("<script>");
    }
    browser
        .get("/page/books?currency=eur&audit=1")
        .await
        .has("Every balance is what");
}

#[tokio::test]
async fn a_movement_opens_up_into_its_legs() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    stand.verified("u1").await;
    let moved = stand.post("/v1/transfer", funding("u1", "12.34")).await;
    let page = browser.get(&format!("/page/decisions/{}", moved.seq)).await;
    page.has("Movement: transfer")
        .has("\u{2212}12.34")
        .has("+12.34")
        .has("data-sum=\"0\"")
        .has(">partner<");
    let refused = stand.post("/v1/transfer", funding("u1", "99999999")).await;
    let page = browser
        .get(&format!("/page/decisions/{}", refused.seq))
        .await;
    page.has("L10 funds_must_suffice")
        .has("fund it first, or move less")
        .has("It moved no money");
    browser
        .get("/page/decisions")
        .await
        .has("L10 funds_must_suffice")
        .has(&format!("#{}", moved.seq));
    for missing in [
        "/page/decisions/0",
        "/page/decisions/999999",
        "/page/decisions/x",
        "/page/decisions/-1",
    ] {
        assert_eq!(browser.get(missing).await.status, 404, "{missing}");
    }
}

#[tokio::test]
async fn decisions_come_in_pages() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    for index in 0..70 {
        stand.registered(&format!("u{index}")).await;
    }
    let (mut path, mut seen) = ("/page/decisions".to_owned(), Vec::new());
    loop {
        let page = browser.get(&path).await;
        let rows = page.text.split("<th scope=\"row\">").skip(1);
        seen.extend(rows.map(|it| between(it, "\">#", "</a>").parse::<u64>().unwrap()));
        match page.text.contains("rel=\"next\"") {
            true => {
                path = format!(
                    "/page/decisions?before={}",
                    between(&page.text, "before=", "\"")
                )
            }
            false => break,
        }
    }
    let expected: Vec<u64> = (1..=71).rev().collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn what_arrives_is_asked_for_by_forms() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    stand.funded("u1", "10").await;
    let ask = async |name: &str, fields: &[(&str, &str)]| {
        let mut all = vec![("back", "/page/world"), ("place", name)];
        all.extend(fields);
        browser.post(&format!("/page/ask/{name}"), &all).await
    };
    let page = ask(
        "sepa_deposit",
        &[
            ("externalUserId", "u1"),
            ("amount", "50"),
            ("check", "PENDING"),
        ],
    )
    .await;
    page.has("<dt>status</dt><dd>CHECKING</dd>")
        .has("POST /simulate/sepa-deposit on the control port");
    let deposit = between(&page.text, "<dt>id</dt><dd>", "<").to_owned();
    let page = browser
        .get(&format!("/page/objects/deposit/{deposit}"))
        .await;
    assert_eq!(page.buttons(), ["DEPOSIT/credit", "DEPOSIT/return"]);
    browser.press("DEPOSIT", &deposit, "credit").await;
    browser
        .get(&format!("/page/objects/deposit/{deposit}"))
        .await
        .has("credited")
        .has("Nothing can become of it any more");
    assert_eq!(stand.held("u1", "eur").await, "60.00");

    let card = stand.card("u1").await;
    let page = ask(
        "card_transaction",
        &[
            ("cardId", &card),
            ("amount", "1000"),
            ("currency", "eur"),
            ("channel", "POS"),
        ],
    )
    .await;
    page.has("<dt>approved</dt><dd>false</dd>");
    let page = ask(
        "walk",
        &[("object", "CARD"), ("id", &card), ("to", "DELETED")],
    )
    .await;
    page.has("<dt>status</dt><dd>DELETED</dd>");
    let page = ask(
        "walk",
        &[("object", "CARD"), ("id", &card), ("to", "ACTIVE")],
    )
    .await;
    page.has("it is DELETED and cannot get to ACTIVE")
        .has("nothing can become of it any more");
    let page = ask(
        "crypto_deposit",
        &[
            ("amount", "0.5"),
            ("currency", "btc"),
            ("needsTravelRule", "true"),
        ],
    )
    .await;
    page.has("<dt>currency</dt><dd>btc</dd>");
    let page = ask("payment", &[("amount", "1"), ("currency", "usdc")]).await;
    page.has("either an order or a payment link is paid");
    let page = ask(
        "sepa_deposit",
        &[
            ("externalUserId", "u1"),
            ("amount", "5"),
            ("senderIban", "PL00"),
            ("senderName", "Canary Name"),
        ],
    )
    .await;
    page.has("the sender is malformed")
        .has("value=\"5\"")
        .has_not("Canary Name")
        .has_not("PL00");
    assert!(stand.books_balance().await);
}

#[tokio::test]
async fn faults_are_switched() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    let page = browser.get("/page/world").await;
    assert_eq!(page.text.matches("data-on=\"false\"").count(), 8);
    let back = ("back", "/page/world");
    let page = browser
        .post(
            "/page/ask/add_fault",
            &[("fault", "UNAVAILABLE"), ("milliseconds", ""), back],
        )
        .await;
    assert_eq!(page.text.matches("data-on=\"true\"").count(), 1);
    assert_eq!(stand.get("/v1/partner/balances").await.status, 400);
    let page = browser.get("/page/world").await;
    page.has("hits: 1");
    let fault = between(&page.text, "name=\"faultId\" value=\"", "\"").to_owned();
    browser
        .post("/page/ask/remove_fault", &[("faultId", &fault), back])
        .await;
    stand.get("/v1/partner/balances").await.ok();
    let exact = [
        ("fault", "TOO_MANY_REQUESTS"),
        ("operation", "create_transfer"),
        ("percent", "50"),
        ("times", "3"),
        back,
    ];
    browser
        .post("/page/ask/add_fault", &exact)
        .await
        .has("create_transfer, 50 %, at most 3 times, hit 0 of 0 calls");
    let refused = [("fault", "LATENCY"), ("place", "add_fault"), back];
    browser
        .post("/page/ask/add_fault", &refused)
        .await
        .has("milliseconds must be given for LATENCY");
    let page = browser.post("/page/ask/clear_faults", &[back]).await;
    page.has_not("data-on=\"true\"");
    let page = browser
        .post(
            "/page/ask/remove_fault",
            &[("faultId", "77"), ("place", "switches"), back],
        )
        .await;
    page.has("there is no such fault rule");
}

#[tokio::test]
async fn everything_is_forgotten_on_request() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    stand.registered("u1").await;
    browser
        .post(
            "/page/ask/reset",
            &[("back", "/page/world"), ("place", "reset")],
        )
        .await
        .has("Done: start over");
    browser.get("/").await.has("There are no users yet");
    browser.get("/page/decisions").await.has("reset");
}

#[tokio::test]
async fn a_page_learns_that_something_changed() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    let page = browser.get("/").await;
    let mark = between(&page.text, "data-mark=\"", "\"");
    let path = format!("/page/live?place=/&mark={mark}");
    let (told, ()) = tokio::join!(browser.get(&path), stand.registered("u1"));
    assert_eq!(told.status, 200);
    assert_ne!(told.text, mark);
    // What is past is told at once.
    assert_ne!(browser.get("/page/live?place=/&mark=0").await.text, "0");
    assert_eq!(browser.get("/page/live").await.status, 400);
}
