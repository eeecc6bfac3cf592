//! Amounts, currencies and whole bodies that are not what they should be.

use partner_api_tests::{persona, tcp::Crude};
use serde_json::{Value, json};

use super::{nothing_happened, refused, send, stand};

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
