//! Internal transfers.

use serde_json::{Value, json};

use crate::stand::{Stand, funding, text};

const TRANSFER: &str = "/v1/transfer";

#[tokio::test]
async fn money_moves_between_the_partner_and_users_in_every_direction() {
    let stand = Stand::start().await;
    stand.verified("u1").await;
    stand.verified("u2").await;
    let funded = stand.post(TRANSFER, funding("u1", "100")).await;
    assert_eq!(funded.status, 201);
    let id = text(&funded.ok(), "transferId");
    let across = json!({
        "sourceExternalUserId": "u1", "destinationExternalUserId": "u2", "amount": 30.25, "currency": "EUR",
    });
    stand.post(TRANSFER, across).await.ok();
    let collected = json!({ "sourceExternalUserId": "u2", "amount": "0.25", "currency": "eur" });
    stand.post(TRANSFER, collected).await.ok();
    assert_eq!(stand.held("u1", "eur").await, "69.75");
    assert_eq!(stand.held("u2", "eur").await, "30.00");

    let details = stand.get(&format!("/v1/transfer/details/{id}")).await.ok();
    let expected = json!({
        "id": id, "sourceExternalUserId": null, "destinationExternalUserId": "u1", "amount": 100,
        "currency": "eur", "status": "SUCCESSFUL", "createdAt": details["createdAt"],
    });
    assert_eq!(details, expected, "the partner is null");
    // Once a user is gone, so is their name.
    stand.delete("/v1/user/u1", None).await.ok();
    let details = stand.get(&format!("/v1/transfer/details/{id}")).await.ok();
    assert_eq!(details.get("sourceExternalUserId"), Some(&Value::Null));
    assert_eq!(
        details.get("destinationExternalUserId"),
        None,
        "it was not the partner"
    );
    assert!(stand.books_balance().await);
}

#[tokio::test]
async fn transfers_that_break_a_rule_are_refused_by_it() {
    let stand = Stand::start().await;
    stand.funded("u1", "10").await;
    stand.registered("u3").await;
    let sides = |source: Option<&str>, destination: Option<&str>, amount: &str, currency: &str| {
        let mut body = json!({ "amount": amount, "currency": currency });
        if let Some(source) = source {
            body["sourceExternalUserId"] = json!(source);
        }
        if let Some(destination) = destination {
            body["destinationExternalUserId"] = json!(destination);
        }
        body
    };
    let cases = [
        (
            None,
            None,
            "1",
            "eur",
            400,
            "P424",
            "source_or_destination_must_be_given",
        ),
        (
            Some("u1"),
            Some("u1"),
            "1",
            "eur",
            400,
            "P480",
            "parties_must_differ",
        ),
        (
            Some("u1"),
            None,
            "10.01",
            "eur",
            400,
            "P433",
            "L10 funds_must_suffice",
        ),
        (
            Some("u1"),
            None,
            "1",
            "btc",
            400,
            "P433",
            "L10 funds_must_suffice",
        ),
        (
            None,
            Some("ghost"),
            "1",
            "eur",
            400,
            "P412",
            "user_must_exist",
        ),
        (
            None,
            Some("u3"),
            "1",
            "eur",
            400,
            "P459",
            "L9 user_must_be_verified",
        ),
        (
            None,
            Some("u1"),
            "0.00",
            "eur",
            400,
            "P403",
            "amount_must_be_positive",
        ),
        (
            None,
            Some("u1"),
            "0.001",
            "eur",
            400,
            "P403",
            "amount_must_fit_currency",
        ),
        (
            None,
            Some("u1"),
            "90000000000",
            "eur",
            400,
            "P403",
            "amount_must_fit_currency",
        ),
        (
            None,
            Some("u1"),
            "1",
            "xyz",
            400,
            "P403",
            "currency_must_be_known",
        ),
    ];
    for (source, destination, amount, currency, status, code, rule) in cases {
        let body = sides(source, destination, amount, currency);
        stand.post(TRANSFER, body).await.refused(status, code, rule);
    }
    assert_eq!(stand.held("u1", "eur").await, "10.00");
    let unknown = stand.get("/v1/transfer/details/ghost").await;
    unknown.refused(404, "P494", "-");
}
