//! Bad input over raw sockets: each gets the right status and code, and nothing is half done.

mod bodies;
mod ids;

use partner_api_tests::{
    compare::differences,
    oracle::{ActiveCards, Command},
    stand::Stand,
    tcp::Crude,
    wire::Answer,
};
use serde_json::json;

/// A sandbox with a verified, funded user `U1` who has a card, and a counterpart `U2`.
async fn stand() -> Stand {
    let mut stand = Stand::start(ActiveCards::Refuse).await;
    for user in ["U1", "U2"] {
        stand.onboard(user, "100").await;
    }
    stand
        .apply(Command::CreateCard {
            user: "U1".into(),
            key: "C1".into(),
        })
        .await;
    stand
}

fn send(stand: &Stand, method: &str, path: &str, body: Option<String>) -> Answer {
    let request = Crude::new(method, path).header("x-api-key", stand.api_key());
    let request = match body {
        Some(body) => request.json(body),
        None => request,
    };
    request.send(stand.partner_address())
}

/// Everything stands as the model, which saw none of the bad input, believes.
async fn nothing_happened(stand: &Stand) {
    let found = differences(&stand.oracle, &stand.driver).await;
    assert!(
        found.is_empty(),
        "bad input left traces:\n{}",
        found.join("\n")
    );
}

#[track_caller]
fn refused(answer: &Answer, what: &str, status: u16, code: &str) {
    assert_eq!(
        (answer.status.as_u16(), answer.code().unwrap_or("text")),
        (status, code),
        "{what}: {}",
        answer.text
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_that_are_missing_wrong_or_doubled_open_nothing() {
    let stand = stand().await;
    let key = stand.api_key();
    let body =
        json!({"destinationExternalUserId": "U1", "amount": "1", "currency": "eur"}).to_string();
    let request = || Crude::new("POST", "/v1/transfer").json(body.clone());
    let cases = [
        (request(), "xo1"),
        (request().header("x-api-key", ""), "xo2"),
        (request().header("x-api-key", "wrong"), "xo2"),
        (request().header("x-api-key", &key[..key.len() - 1]), "xo2"),
        (request().header("x-api-key", &format!("{key}x")), "xo2"),
        (
            request().header("x-api-key", key).header("x-api-key", key),
            "xo2",
        ),
        (
            request()
                .header("x-api-key", key)
                .header("x-api-key", "wrong"),
            "xo2",
        ),
        (
            request()
                .header("x-api-key", "wrong")
                .header("x-api-key", key),
            "xo2",
        ),
        (
            request().header("authorization", &format!("Bearer {key}")),
            "xo1",
        ),
    ];
    for (request, reason) in cases {
        let answer = request.send(stand.partner_address());
        assert_eq!(
            (answer.status.as_u16(), &*answer.text),
            (401, &*format!("Access Denied. {reason}")),
            "{request:?}"
        );
    }
    nothing_happened(&stand).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn paths_and_methods_that_do_not_exist_are_typed_errors() {
    let stand = stand().await;
    for path in [
        "/",
        "/v1",
        "/v1/",
        "/v2/partner/balances",
        "/v1/user",
        "//v1/partner/balances",
        "/v1/user/balances/",
    ] {
        let answer = send(&stand, "GET", path, None);
        assert!(
            matches!(answer.status.as_u16(), 400 | 404 | 405),
            "{path}: {} {}",
            answer.status,
            answer.text
        );
    }
    for (method, path) in [
        ("PUT", "/v1/transfer"),
        ("GET", "/v1/transfer"),
        ("DELETE", "/v1/partner/balances"),
    ] {
        assert_eq!(
            send(&stand, method, path, None).status,
            405,
            "{method} {path}"
        );
    }
    nothing_happened(&stand).await;
}
