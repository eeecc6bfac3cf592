//! Ids that cannot be ids, and ids of nothing.

use partner_api_tests::persona;
use serde_json::json;

use super::{nothing_happened, refused, send, stand};

/// Every id that cannot be one, as it stands in a path.
fn impossible_ids() -> Vec<(&'static str, String)> {
    vec![
        ("a dot", ".".into()),
        ("two dots", "..".into()),
        ("an encoded dot", "%2e".into()),
        ("two encoded dots", "%2E%2e".into()),
        ("an encoded slash", "U1%2Fx".into()),
        ("an encoded backslash", "U1%5Cx".into()),
        ("a line feed", "U1%0A".into()),
        ("a zero byte", "U1%00".into()),
        ("a delete", "%7F".into()),
        ("bytes that are not UTF-8", "%ff%fe".into()),
        ("ten kilobytes", "a".repeat(10_240)),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ids_in_paths_that_cannot_be_ids_are_refused() {
    let stand = stand().await;
    let paths = [
        ("GET", "/v1/user/balances/{}"),
        ("PATCH", "/v1/user/suspend/{}"),
        ("PATCH", "/v1/user/unsuspend/{}"),
        ("DELETE", "/v1/user/{}"),
        ("GET", "/v1/card/all/{}"),
        ("GET", "/v1/card/details/{}/x"),
        ("GET", "/v1/card/details/U1/{}"),
        ("GET", "/v1/exchange/get-lock/{}"),
        ("GET", "/v1/transfer/details/{}"),
        ("GET", "/v1/sepa-transfer/details/{}"),
        ("GET", "/v1/exchange/details/{}"),
    ];
    for (method, path) in paths {
        for (what, id) in impossible_ids() {
            let answer = send(&stand, method, &path.replace("{}", &id), None);
            refused(
                &answer,
                &format!("{method} {path} with {what}"),
                400,
                "P403",
            );
        }
    }
    nothing_happened(&stand).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ids_in_bodies_that_cannot_be_ids_are_refused() {
    let stand = stand().await;
    for id in [
        "",
        ".",
        "..",
        "a/b",
        "a\\b",
        "a\nb",
        "\u{0}",
        &"a".repeat(10_240),
    ] {
        let mut user = persona::new_user("U5", "PL");
        user["externalUserId"] = json!(id);
        let transfer = json!({"destinationExternalUserId": id, "amount": "1", "currency": "eur"});
        let card = json!({"externalUserId": "U1", "cardId": id});
        let requests = [
            ("POST", "/v1/user/balances/crypto-and-fiat", user),
            ("POST", "/v1/user/verification", persona::identity(id)),
            ("POST", "/v1/transfer", transfer),
            ("POST", "/v1/sepa-transfer", persona::payout(id, "1", "eur")),
            ("POST", "/v1/card/virtual", persona::new_card(id)),
            ("PATCH", "/v1/card/block", card.clone()),
            ("PATCH", "/v1/card/unblock", card.clone()),
            ("DELETE", "/v1/card", card),
        ];
        for (method, path, body) in requests {
            let answer = send(&stand, method, path, Some(body.to_string()));
            refused(
                &answer,
                &format!("{path} with id {:?}", &id[..id.len().min(20)]),
                400,
                "P403",
            );
        }
    }
    nothing_happened(&stand).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unknown_things_are_not_found_by_the_documented_codes() {
    let stand = stand().await;
    let cases = [
        ("GET", "/v1/user/balances/ghost", None, 400, "P412"),
        ("PATCH", "/v1/user/suspend/ghost", None, 400, "P412"),
        ("PATCH", "/v1/user/unsuspend/ghost", None, 400, "P412"),
        (
            "PATCH",
            "/v1/user/ghost",
            Some(persona::update("city")),
            400,
            "P412",
        ),
        ("DELETE", "/v1/user/ghost", None, 400, "P412"),
        (
            "POST",
            "/v1/user/verification",
            Some(persona::identity("ghost")),
            400,
            "P412",
        ),
        ("GET", "/v1/card/all/ghost", None, 400, "P412"),
        ("GET", "/v1/card/details/ghost/x", None, 400, "P412"),
        ("GET", "/v1/card/details/U1/x", None, 400, "P434"),
        (
            "PATCH",
            "/v1/card/block",
            Some(json!({"externalUserId": "U1", "cardId": "x"})),
            400,
            "P434",
        ),
        (
            "POST",
            "/v1/card/virtual",
            Some(persona::new_card("ghost")),
            400,
            "P412",
        ),
        ("GET", "/v1/exchange/get-lock/ghost", None, 400, "P412"),
        (
            "POST",
            "/v1/sepa-transfer",
            Some(persona::payout("ghost", "1", "eur")),
            400,
            "P412",
        ),
        (
            "POST",
            "/v1/transfer",
            Some(json!({"amount": "1", "currency": "eur"})),
            400,
            "P424",
        ),
        ("GET", "/v1/sepa-transfer/details/ghost", None, 404, "P428"),
    ];
    for (method, path, body, status, code) in cases {
        let answer = send(&stand, method, path, body.map(|body| body.to_string()));
        refused(&answer, &format!("{method} {path}"), status, code);
    }
    for path in ["/v1/transfer/details/ghost", "/v1/exchange/details/ghost"] {
        assert_eq!(send(&stand, "GET", path, None).status, 404, "{path}");
    }
    // Another user's card is as good as none, and says no more than that.
    let card = stand.driver.id("C1");
    let theirs = json!({"externalUserId": "U2", "cardId": card}).to_string();
    refused(
        &send(&stand, "PATCH", "/v1/card/block", Some(theirs)),
        "another's card",
        400,
        "P434",
    );
    nothing_happened(&stand).await;
}
