//! Bad input over raw sockets: each gets the right status and code, and nothing is half done.

use partner_api_tests::{
    compare::differences,
    oracle::{ActiveCards, Command},
    persona,
    stand::Stand,
    tcp::Crude,
    wire::Answer,
};
use serde_json::{Value, json};

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn amounts_that_cannot_be_moved_are_refused() {
    let stand = stand().await;
    let unreadable = [
        r#""-1""#,
        "-1",
        r#""NaN""#,
        r#""Infinity""#,
        r#""""#,
        r#"" 1""#,
        r#""1 ""#,
        r#""+1""#,
        r#""1,5""#,
        r#""0x10""#,
        r#""1e2""#,
        r#""123456789012345678901234567890""#,
        "123456789012345678901234567890",
        r#""0.000000001""#,
        r#""92233720368.54775808""#,
        "null",
        "true",
        "[]",
        r#"{"amount":1}"#,
    ];
    let unmovable = [r#""0""#, "0", r#""0.00""#, r#""0.001""#];
    for amount in unreadable.into_iter().chain(unmovable) {
        let bodies = [
            (
                "/v1/transfer",
                r#"{"destinationExternalUserId":"U1","amount":@,"currency":"eur"}"#.to_owned(),
            ),
            (
                "/v1/sepa-transfer",
                persona::payout("U1", "@", "eur")
                    .to_string()
                    .replace("\"@\"", "@"),
            ),
        ];
        for (path, body) in bodies {
            let answer = send(&stand, "POST", path, Some(body.replace('@', amount)));
            refused(&answer, &format!("{path} of {amount}"), 400, "P403");
        }
    }
    nothing_happened(&stand).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unknown_currencies_are_refused() {
    let stand = stand().await;
    for currency in ["xyz", "", "e", "EURO-COIN", "e u", "€", &"e".repeat(10_240)] {
        let body = json!({"destinationExternalUserId": "U1", "amount": "1", "currency": currency});
        let answer = send(&stand, "POST", "/v1/transfer", Some(body.to_string()));
        assert_eq!(answer.status, 400, "{currency:?}: {}", answer.text);
        assert!(
            matches!(answer.code(), Some("P403" | "P410")),
            "{currency:?}: {}",
            answer.text
        );
    }
    nothing_happened(&stand).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_that_are_not_what_they_should_be_are_refused() {
    let stand = stand().await;
    let posts = [
        "/v1/user/balances/crypto-and-fiat",
        "/v1/user/verification",
        "/v1/transfer",
        "/v1/exchange",
        "/v1/sepa-transfer",
        "/v1/card/virtual",
    ];
    let bodies = [
        "",
        "{",
        "null",
        "[]",
        "7",
        "\"text\"",
        "{}",
        "{\"a\":1,}",
        "not json",
        "{\"externalUserId\":7}",
    ];
    for path in posts {
        for body in bodies {
            refused(
                &send(&stand, "POST", path, Some(body.into())),
                &format!("{path} {body:?}"),
                400,
                "P403",
            );
        }
        let answer = send(&stand, "POST", path, None);
        refused(&answer, &format!("{path} without a body"), 400, "P403");
        let deep = "[".repeat(60_000);
        refused(
            &send(&stand, "POST", path, Some(deep)),
            &format!("{path}, a deep body"),
            400,
            "P403",
        );
        let huge = format!("{{\"externalUserId\":\"{}\"}}", "a".repeat(8 * 1024 * 1024));
        let huge = Crude::new("POST", path)
            .header("x-api-key", stand.api_key())
            .json(huge);
        let (status, ..) = huge.exchange(stand.partner_address());
        assert!(
            matches!(status.as_u16(), 400 | 413),
            "{path}, a huge body: {status}"
        );
    }
    nothing_happened(&stand).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn create_user_refuses_each_field_that_is_missing_or_of_the_wrong_shape() {
    let stand = stand().await;
    let good = persona::new_user("U5", "PL");
    let required = good
        .as_object()
        .expect("a body")
        .keys()
        .filter(|name| !matches!(&***name, "street" | "number"));
    for field in required {
        let mut missing = good.clone();
        missing.as_object_mut().expect("a body").remove(field);
        let mut wrong = good.clone();
        wrong[field] = json!({"not": "this"});
        for body in [missing, wrong] {
            let answer = send(
                &stand,
                "POST",
                "/v1/user/balances/crypto-and-fiat",
                Some(body.to_string()),
            );
            refused(&answer, field, 400, "P403");
        }
    }
    let malformed: [(&str, Value); 9] = [
        ("hasAcceptedP100Tc", json!(false)),
        ("email", json!("nobody")),
        ("phone", json!("+48601234567")),
        ("birthDate", json!("1990-02-30")),
        ("birthDate", json!("15.05.1990")),
        ("country", json!("Poland")),
        ("country", json!("P1")),
        ("citizenship", json!("")),
        ("firstName", json!("")),
    ];
    for (field, value) in malformed {
        let mut body = good.clone();
        body[field] = value.clone();
        let answer = send(
            &stand,
            "POST",
            "/v1/user/balances/crypto-and-fiat",
            Some(body.to_string()),
        );
        refused(&answer, &format!("{field} {value}"), 400, "P403");
    }
    assert_eq!(
        stand.driver.control.get("/users/U5").await.status.as_u16() / 100,
        4,
        "nothing was half created"
    );
    nothing_happened(&stand).await;
}

/// L1 and L2: no body reaches the country or the identity, alone or hidden among legal fields.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l1_country_and_l2_identity_cannot_be_updated_by_any_body() {
    let stand = stand().await;
    let fixed = [
        "country",
        "citizenship",
        "nationality",
        "birthCountry",
        "firstName",
        "lastName",
        "birthDate",
        "userIdentificationNumber",
        "documentNumber",
        "externalUserId",
        "userId",
        "status",
        "nickname",
    ];
    for field in fixed {
        for body in [
            json!({field: "DE"}),
            json!({"city": "Berlin", field: "DE"}),
            json!({field: null}),
        ] {
            let answer = send(&stand, "PATCH", "/v1/user/U1", Some(body.to_string()));
            refused(&answer, &body.to_string(), 400, "P403");
            assert_eq!(answer.rule(), Some("L1 field_must_be_editable"), "{body}");
        }
    }
    // Sent twice, the last of two equal fields must not slip through behind the first.
    let twice = r#"{"city":"Berlin","city":"Bonn"}"#;
    refused(
        &send(&stand, "PATCH", "/v1/user/U1", Some(twice.into())),
        "a field twice",
        400,
        "P403",
    );
    nothing_happened(&stand).await;
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
