//! Who gets in, and whose forms are taken.

use reqwest::Method;
use reqwest::header::LOCATION;

use super::{Browser, Page, between, cookie, form};
use crate::stand::{CONTROL_KEY, Stand, client};

#[tokio::test]
async fn a_link_opens_the_page_once() {
    let stand = Stand::start().await;
    let link = stand.sandbox.web_link();
    let first = Page::read(client().get(&link)).await;
    assert_eq!(
        (first.status, &first.headers[LOCATION]),
        (303, &"/".parse().unwrap())
    );
    let cookie = cookie(&first.headers);
    let second = Page::read(client().get(&link)).await;
    assert_eq!(second.status, 401);
    second.has("This link was used").has("Control key");
    let home = format!("{}/", stand.sandbox.control_url());
    let inside = Page::read(client().get(&home).header("cookie", &cookie)).await;
    assert_eq!(inside.status, 200);
    assert_ne!(stand.sandbox.web_link(), link);
}

#[tokio::test]
async fn who_has_no_session_is_asked_for_the_key_and_led_back() {
    let stand = Stand::start().await;
    let url = |path: &str| format!("{}{path}", stand.sandbox.control_url());
    for path in [
        "/",
        "/page/users/x",
        "/page/nowhere",
        "/page/live?place=/&mark=1",
    ] {
        let page = Page::read(client().get(url(path))).await;
        assert_eq!(page.status, 401, "{path}");
        page.has(&format!(
            "name=\"back\" value=\"{}\"",
            path.replace('&', "&amp;")
        ))
        .has("Control key");
    }
    let stranger = client()
        .get(url("/"))
        .header("cookie", "sandbox_1=x; other=y");
    assert_eq!(Page::read(stranger).await.status, 401);
    let send = async |key: &str, back: &str| {
        let request = client()
            .post(url("/enter"))
            .header("origin", stand.sandbox.control_url());
        Page::read(form(request, &[("key", key), ("back", back)])).await
    };
    assert_eq!(send("wrong", "/").await.status, 401);
    assert_eq!(send("", "/").await.status, 401);
    let page = send(CONTROL_KEY, "/page/nowhere").await;
    assert_eq!(
        (page.status, &page.headers[LOCATION]),
        (303, &"/page/nowhere".parse().unwrap())
    );
    let page = send(CONTROL_KEY, "//evil.example/").await;
    assert_eq!(page.headers[LOCATION], "/");
}

#[tokio::test]
async fn the_control_api_is_behind_its_key_all_the_same() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    for (method, path) in [
        (Method::GET, "/books"),
        (Method::POST, "/reset"),
        (Method::GET, "/nowhere"),
    ] {
        let answer = browser.request(method, path).send().await.unwrap();
        assert_eq!(answer.status(), 401, "{path}");
        assert!(!answer.headers().contains_key("content-security-policy"));
    }
    stand.control("/books", None).await.ok();
}

#[tokio::test]
async fn a_name_that_others_can_point_here_is_not_answered() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    let port = stand
        .sandbox
        .control_url()
        .rsplit_once(':')
        .unwrap()
        .1
        .to_owned();
    for path in ["/", "/enter", "/page/live?place=/&mark=0"] {
        let host = format!("evil.example:{port}");
        let page = Page::read(browser.request(Method::GET, path).header("host", host)).await;
        assert_eq!(page.status, 421, "{path}");
        page.has("This page is at http://127.0.0.1:")
            .has_not("csrf");
    }
    let host = format!("localhost:{port}");
    let page = Page::read(browser.request(Method::GET, "/").header("host", host)).await;
    assert_eq!(page.status, 200);
}

#[tokio::test]
async fn a_form_of_another_page_changes_nothing() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    stand.registered("u1").await;
    let own = stand.sandbox.control_url();
    let fields = [
        ("lifecycle", "USER_STANDING"),
        ("id", "u1"),
        ("on", "suspend"),
        ("csrf", &*browser.csrf),
    ];
    let send = async |headers: &[(&'static str, &str)], fields: &[(&str, &str)]| {
        let mut request = browser.request(Method::POST, "/page/move");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Page::read(form(request, fields)).await.status
    };
    assert_eq!(send(&[], &fields).await, 403);
    assert_eq!(
        send(&[("origin", "http://evil.example")], &fields).await,
        403
    );
    assert_eq!(send(&[("origin", "null")], &fields).await, 403);
    assert_eq!(
        send(
            &[("origin", &own), ("sec-fetch-site", "cross-site")],
            &fields
        )
        .await,
        403
    );
    assert_eq!(
        send(&[("origin", &own)], &fields[..3]).await,
        403,
        "without token"
    );
    let other = Browser::enter(&stand).await;
    assert_ne!(other.csrf, browser.csrf);
    let mut others = fields;
    others[3].1 = &other.csrf;
    assert_eq!(
        send(&[("origin", &own)], &others).await,
        403,
        "of another session"
    );
    browser.user("u1").await.has("data-standing=\"open\"");
    assert_eq!(send(&[("origin", &own)], &fields).await, 303);
    browser.user("u1").await.has("data-standing=\"suspended\"");
}

#[tokio::test]
async fn who_left_is_out() {
    let stand = Stand::start().await;
    let browser = Browser::enter(&stand).await;
    let gone = browser.send("/page/leave", &[]).await;
    assert_eq!(
        (gone.status, &gone.headers[LOCATION]),
        (303, &"/enter".parse().unwrap())
    );
    assert!(
        gone.headers["set-cookie"]
            .to_str()
            .unwrap()
            .contains("Max-Age=0")
    );
    assert_eq!(browser.get("/").await.status, 401);
    let late = browser.send("/page/ask/reset", &[]).await;
    assert_eq!(late.status, 401);
    assert_eq!(between(&late.text, "name=\"back\" value=\"", "\""), "/");
}
