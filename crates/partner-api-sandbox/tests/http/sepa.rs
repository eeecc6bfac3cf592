//! SEPA payouts.

use serde_json::{Value, json};

use crate::stand::{IBAN, Stand, payout, text};

const PAY_OUT: &str = "/v1/sepa-transfer";

async fn details(stand: &Stand, created: Value) -> Value {
    let path = format!("/v1/sepa-transfer/details/{}", text(&created, "transferId"));
    stand.get(&path).await.ok()
}

#[tokio::test]
async fn a_payout_is_taken_at_once_and_settles_later_even_while_suspended() {
    let stand = Stand::start().await;
    stand.funded("u1", "100").await;
    let created = stand.post(PAY_OUT, payout("u1", "16.02")).await.ok();
    assert_eq!(details(&stand, created.clone()).await["status"], "PENDING");
    assert_eq!(
        stand.held("u1", "eur").await,
        "82.98",
        "the fee is reserved too"
    );
    stand.patch("/v1/user/suspend/u1", None).await.ok();
    stand.advance(2_000).await;
    let settled = details(&stand, created.clone()).await;
    let expected = json!({
        "id": created["transferId"], "type": "external", "amount": "16.02", "currency": "eur",
        "status": "SUCCESSFUL", "fee": 1, "createdAt": "2026-03-01T12:00:01.000Z",
        "destinationIban": IBAN, "transferTitle": "canary rent", "user": { "externalUserId": "u1" },
        "receiverFirstName": null, "receiverLastName": null,
    });
    assert_eq!(
        settled, expected,
        "a receiver without a name has null for it"
    );

    stand.delete("/v1/user/u1", None).await.ok();
    let erased = details(&stand, created).await;
    for field in [
        "destinationIban",
        "transferTitle",
        "receiverFirstName",
        "user",
    ] {
        assert_eq!(erased.get(field), None, "L14: {erased}");
    }
    assert!(stand.books_balance().await);
}

#[tokio::test]
async fn missing_funds_surface_at_settlement_and_take_nothing() {
    let stand = Stand::start().await;
    stand.funded("u1", "5").await;
    let created = stand.post(PAY_OUT, payout("u1", "4.01")).await.ok();
    assert_eq!(details(&stand, created.clone()).await["status"], "PENDING");
    stand.advance(2_000).await;
    assert_eq!(details(&stand, created).await["status"], "FAILED");
    assert_eq!(stand.held("u1", "eur").await, "5.00");
}

#[tokio::test]
async fn the_receivers_fields_belong_together() {
    let stand = Stand::start().await;
    stand.funded("u1", "100").await;
    let with = |fields: Value| {
        let mut body = payout("u1", "1");
        let (all, more) = (body.as_object_mut().unwrap(), fields.as_object().unwrap());
        all.extend(more.clone());
        body
    };
    let person = json!({ "receiverType": "NATURAL", "receiverFirstName": "Jan", "receiverLastName": "Kowal" });
    stand.post(PAY_OUT, with(person)).await.ok();
    let company = json!({ "receiverType": "LEGAL", "companyName": "Kowal sp. z o.o." });
    stand.post(PAY_OUT, with(company)).await.ok();
    for (fields, message) in [
        (
            json!({ "receiverType": "NATURAL", "receiverFirstName": "Jan" }),
            "receiverFirstName and receiverLastName must be given for NATURAL, and companyName left out",
        ),
        (
            json!({ "receiverType": "LEGAL", "companyName": "K", "receiverLastName": "Kowal" }),
            "companyName must be given for LEGAL, and both names left out",
        ),
        (
            json!({ "receiverLastName": "Kowal" }),
            "receiverType must be given where a receiver is named",
        ),
        (
            json!({ "receiverType": "ALIEN" }),
            "receiverType must be NATURAL or LEGAL",
        ),
        (
            json!({ "currency": "btc" }),
            "currency must be eur, the currency of SEPA",
        ),
        (
            json!({ "destinationIban": "PL49109024028743516259813189", "transferTitle": "" }),
            "destinationIban must be an IBAN without spaces whose check digits are right, \
             transferTitle must be 1 to 140 characters, none of them a control character",
        ),
    ] {
        stand.post(PAY_OUT, with(fields)).await.invalid(message);
    }
    let unknown = stand.get("/v1/sepa-transfer/details/ghost").await;
    unknown.refused(404, "P428", "payout_must_exist");
}
