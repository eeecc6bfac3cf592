//! What pages show: users, what is wrong, texts from outside.

use reqwest::Method;
use reqwest::header::ALLOW;
use serde_json::json;

use super::{Browser, Page, between};
use crate::stand::{IBAN, Stand, funding, identity, payout, person};

/// Every page but those of single things.
pub(crate) const PAGES: &[&str] = &[
    "/",
    "/page/books",
    "/page/books?audit=1",
    "/page/decisions",
    "/page/webhooks",
    "/page/requests",
    "/page/world",
];

/// What nobody may see on any page: the data of the stand's person, and what was printed on a card.
pub(crate) const PERSONAL: &[&str] = &[
    "kanaria",
    "Kanaria",
    "Kowalska",
    "48601777333",
    "1991-04-17",
    "Kanarkowa",
    "81-001",
    "EK7700123",
    IBAN,
    "canary rent",
    "7391",
    "holiday",
];

#[tokio::test]
async fn a_new_sandbox_has_its_pages() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    for path in PAGES {
        let page = browser.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        page.has("<main").has("Skip to the content").has("frozen");
    }
    browser.get("/").await.has("There are no users yet");
}

#[tokio::test]
async fn a_user_is_created_suspended_and_seen_refused() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    let home = browser.get("/").await;
    // The form as it stands, with the values that it proposes.
    let form = between(&home.text, "action=\"/page/ask/create_user\"", "</form>");
    let inputs = form
        .split("<input")
        .skip(1)
        .map(|it| it.split('>').next().unwrap());
    let fields: Vec<(String, String)> = inputs
        .map(|it| {
            (
                between(it, "name=\"", "\"").to_owned(),
                between(it, "value=\"", "\"").to_owned(),
            )
        })
        .filter(|(name, _)| name != "csrf")
        .collect();
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    browser
        .post("/page/ask/create_user", &fields)
        .await
        .has("<h1>anna</h1>")
        .has("Done: new user");
    let again = browser.post("/page/ask/create_user", &fields).await;
    again
        .has("L13 user_id_must_be_unused")
        .has("take an id that was never used");
    again.has("value=\"ben\"");

    stand.advance(0).await;
    browser.press("USER_VERIFICATION", "anna", "submit").await;
    browser.press("USER_VERIFICATION", "anna", "approve").await;
    let fund = [
        ("destinationExternalUserId", "anna"),
        ("amount", "100"),
        ("currency", "eur"),
        ("back", "/"),
    ];
    browser.post("/page/ask/fund", &fund).await;
    stand.card("anna").await;
    let refused = browser.press("USER_STANDING", "anna", "suspend").await;
    refused.has_not("Refused:");
    let page = browser.user("anna").await;
    page.has("data-may=\"transfer\"")
        .has("100.00")
        .has("L4 card_must_not_be_active")
        .has("a card is active; block or delete it first");
    let card = between(
        &page.text,
        "action=\"/page/ask/card_transaction\"",
        "</form>",
    );
    let card = between(card, "name=\"cardId\" value=\"", "\"").to_owned();
    browser.press("CARD", &card, "block").await;
    browser.press("USER_STANDING", "anna", "suspend").await;
    let page = browser.user("anna").await;
    page.has("<strong>Suspended. </strong>")
        .has("data-may-not=\"transfer\"")
        .has_not("data-may=\"transfer\"");
    browser.post("/page/ask/fund", &fund).await;
    browser
        .user("anna")
        .await
        .has("L3 user_must_not_be_suspended")
        .has("unsuspend the user first");
    browser.press("USER_STANDING", "anna", "unsuspend").await;
    browser
        .user("anna")
        .await
        .has("data-may=\"transfer\"")
        .has_not("<strong>Suspended. </strong>");
    assert!(stand.books_balance().await);
}

#[tokio::test]
async fn a_refusal_is_shown_where_the_form_was() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    stand.registered("u1").await;
    let page = browser.user("u1").await;
    let path = between(&page.text, "name=\"back\" value=\"/page/users", "\"");
    let back = format!("/page/users{path}");
    let fund = [
        ("destinationExternalUserId", "u1"),
        ("amount", "12.345"),
        ("currency", "eur"),
        ("back", &*back),
        ("place", "fund"),
    ];
    let page = browser.post("/page/ask/fund", &fund).await;
    let sheet = between(
        &page.text,
        "<details class=\"sheet\" id=\"fund\" open>",
        "</details>",
    );
    assert!(
        sheet.contains("amount_must_fit_currency") && sheet.contains("value=\"12.345\""),
        "{sheet}"
    );
    let page = browser
        .post(
            "/page/ask/advance",
            &[("milliseconds", "x"), ("back", &*back), ("place", "clock")],
        )
        .await;
    assert!(between(&page.text, "id=\"clock\"", "</details>").contains("is not a number"));
    let page = browser
        .post(
            "/page/ask/advance",
            &[("milliseconds", "-5"), ("back", &*back), ("place", "clock")],
        )
        .await;
    assert!(
        between(&page.text, "id=\"clock\"", "</details>").contains("the clock never goes back")
    );
    let page = browser
        .post(
            "/page/ask/advance",
            &[("milliseconds", "61"), ("back", &*back), ("place", "clock")],
        )
        .await;
    page.has("12:01:01");
}

#[tokio::test]
async fn the_clocks_form_says_where_time_ends() {
    let late = "9999-12-30T21:59:50.000Z".parse().unwrap();
    let stand = Stand::start_with(|builder| builder.frozen_at(late)).await;
    let browser = Browser::enter(&stand).await;
    let back = "/page".to_owned();
    let fields = [("milliseconds", "11"), ("back", &*back), ("place", "clock")];
    let page = browser.post("/page/ask/advance", &fields).await;
    assert!(between(&page.text, "id=\"clock\"", "</details>").contains("where time ends"));
    page.has("21:59:50");
}

#[tokio::test]
async fn what_is_not_there_is_said_on_a_page() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    for (path, said) in [
        ("/page/nowhere", "There is no such page"),
        (
            "/page/users/00000000-0000-0000-0000-000000000000",
            "There is no such user",
        ),
        ("/page/users/<script>", "There is no such user"),
        ("/page/users/find?id=ghost", "There is no such user"),
        ("/page/objects/card/ghost", "There is no such card"),
        ("/page/objects/ghost/1", "There is no such page"),
        (
            "/page/objects/order/%22%3E%3Cscript%3E",
            "There is no such order",
        ),
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 404, "{path}");
        page.has(said).has("<nav");
    }
    for (method, path, allow) in [
        (Method::DELETE, "/", "GET,HEAD"),
        (Method::PUT, "/page/move", "POST"),
        (Method::GET, "/page/ask/reset", "POST"),
    ] {
        let request = browser
            .request(method, path)
            .header("origin", stand.sandbox.control_url());
        let page = Page::read(request).await;
        assert_eq!(
            (page.status, page.headers[ALLOW].to_str().unwrap()),
            (405, allow),
            "{path}"
        );
        page.has("This page is not asked in this way");
    }
    assert_eq!(browser.send("/page/ask/ghost", &[]).await.status, 404);
    let odd = [("lifecycle", "ghost"), ("id", "1"), ("on", "close")];
    assert_eq!(browser.send("/page/move", &odd).await.status, 404);
    let large = "x".repeat(70_000);
    assert_eq!(
        browser
            .send("/page/ask/reset", &[("x", &large)])
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn texts_from_outside_do_nothing() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    let hostile = "<script>alert(1)<%2Fscript>\"'><img src=x onerror=alert(1)>&amp;\u{202e}";
    let mut body = person(hostile);
    body["firstName"] = json!("<b>Kanaria</b>");
    stand
        .post("/v1/user/balances/crypto-and-fiat", body)
        .await
        .ok();
    stand
        .post("/v1/user/verification", identity(hostile))
        .await
        .ok();
    stand.advance(1_000).await;
    let mut card = crate::stand::new_card(hostile);
    card["label"] = json!("</td><script>");
    stand.post("/v1/card/virtual", card).await.ok();
    let mut pages = vec![browser.user(hostile).await];
    for path in PAGES {
        pages.push(browser.get(path).await);
    }
    pages[0].has("&lt;script&gt;alert(1)&lt;%2Fscript&gt;&quot;");
    for page in &pages {
        page.has_not("<script>")
            .has_not("<img")
            .has_not("<b>")
            .has_not("</td><script>");
    }
    let refused = browser.press("USER_STANDING", hostile, "suspend").await;
    assert_eq!(refused.status, 200);
    browser
        .user(hostile)
        .await
        .has("L4 card_must_not_be_active");
}

#[tokio::test]
async fn many_users_come_in_pages() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    for index in 0..120 {
        stand.registered(&format!("many-{index:03}")).await;
    }
    let (mut path, mut seen) = ("/".to_owned(), Vec::new());
    loop {
        let page = browser.get(&path).await;
        let rows = page.text.split("<th scope=\"row\">").skip(1);
        let ids: Vec<String> = rows
            .map(|it| between(it, "\">", "</a>").to_owned())
            .collect();
        assert!(ids.len() <= 50);
        seen.extend(ids);
        match page.text.contains("rel=\"next\"") {
            true => path = format!("/?after={}", between(&page.text, "href=\"/?after=", "\"")),
            false => break,
        }
    }
    let expected: Vec<String> = (0..120).map(|index| format!("many-{index:03}")).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_long_story_is_cut_and_says_so() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    stand.funded("u1", "500").await;
    for _ in 0..110 {
        stand.post("/v1/transfer", funding("u1", "0.01")).await.ok();
    }
    let page = browser.user("u1").await;
    page.has("Only the last 100 entries are shown.")
        .has("501.10");
    assert_eq!(page.text.matches("<strong>transfer</strong>").count(), 100);
}

#[tokio::test]
async fn nothing_personal_of_a_closed_user_is_on_any_page() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    stand.funded("canary-user-5", "20").await;
    let card = stand.card("canary-user-5").await;
    let secrets = stand
        .get(&format!("/v1/card/details/canary-user-5/{card}"))
        .await
        .ok();
    stand
        .post("/v1/sepa-transfer", payout("canary-user-5", "5"))
        .await
        .ok();
    stand.advance(5_000).await;
    let page = browser.user("canary-user-5").await;
    let path = between(&page.text, "name=\"back\" value=\"", "\"").to_owned();
    let number = secrets["cardNumber"].as_str().unwrap().to_owned();
    let pages = async || {
        let mut all = vec![
            browser.get(&path).await,
            browser.get(&format!("/page/objects/card/{card}")).await,
        ];
        for page in PAGES {
            all.push(browser.get(page).await);
        }
        all
    };
    for page in pages().await {
        for personal in PERSONAL.iter().chain([&&*number]) {
            page.has_not(personal);
        }
    }
    browser.press("CARD", &card, "delete").await;
    browser
        .press("USER_STANDING", "canary-user-5", "close")
        .await
        .has_not("canary-user-5");
    let all = pages().await;
    all[0]
        .has("Closed for good")
        .has("closed user")
        .has("close")
        .has("\u{2212}");
    for page in all {
        assert_eq!(page.status, 200);
        page.has_not("canary-user-5");
        for personal in PERSONAL.iter().chain([&&*number]) {
            page.has_not(personal);
        }
    }
}
