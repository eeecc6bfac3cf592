//! The partner's own account: exchanges, payouts, deposits and transfers of the master balance.

use serde_json::json;

use crate::stand::{IBAN, Stand, balance, text};

#[tokio::test]
async fn the_partner_exchanges_at_a_locked_rate_and_pays_the_fee_in_what_it_gives() {
    let stand = Stand::start().await;
    let before = stand.get("/v1/partner/balances").await.ok();
    let lock = stand.get("/v1/partner/exchange/get-lock").await.ok();
    assert_eq!(lock["feePercentage"], json!(1.49));
    let order =
        json!({ "amount": 100, "currencyFrom": "eur", "currencyTo": "usdc", "lockId": lock["id"] });
    let created = stand.post("/v1/partner/exchange", order.clone()).await.ok();
    let again = stand.post("/v1/partner/exchange", order).await;
    again.refused(400, "P492", "L11 lock_must_be_unused");
    stand.advance(2_000).await;
    let id = text(&created, "exchangeId");
    let details = stand
        .get(&format!("/v1/partner/exchange/details/{id}"))
        .await
        .ok();
    assert_eq!(
        (&details["status"], &details["fee"]),
        (&json!("COMPLETED"), &json!(1.49))
    );
    let rate = lock["rates"]["usdc"].as_f64().unwrap();
    let expected = (98.51 / rate * 1e6).floor() / 1e6;
    let received: f64 = text(&details, "amountTo").parse().unwrap();
    assert!((received - expected).abs() < 2e-6, "{received} {expected}");
    let after = stand.get("/v1/partner/balances").await.ok();
    let given = |balances| balance(balances, "eur").parse::<f64>().unwrap();
    assert!((given(&before) - given(&after) - 100.0).abs() < 1e-9);
    let of_users = stand.get(&format!("/v1/exchange/details/{id}")).await;
    of_users.refused(404, "P484", "exchange_must_exist");
    assert!(stand.books_balance().await);
}

#[tokio::test]
async fn a_lock_of_the_partner_serves_no_user() {
    let stand = Stand::start().await;
    stand.funded("u1", "50").await;
    let lock = stand.get("/v1/partner/exchange/get-lock").await.ok();
    let order = json!({
        "sourceExternalUserId": "u1", "amount": 10, "currencyFrom": "eur", "currencyTo": "btc",
        "lockId": lock["id"],
    });
    let refused = stand.post("/v1/exchange", order).await;
    refused.refused(400, "P491", "L11 lock_must_exist");
}

#[tokio::test]
async fn the_partner_pays_out_and_moves_its_master_balance() {
    let stand = Stand::start().await;
    let body = json!({
        "amount": "2000", "currency": "eur", "destinationIban": IBAN, "transferTitle": "rent",
    });
    let created = stand.post("/v1/partner/sepa-transfer", body).await.ok();
    stand.advance(2_000).await;
    let path = format!("/v1/sepa-transfer/details/{}", text(&created, "transferId"));
    let details = stand.get(&path).await.ok();
    assert_eq!(
        (&details["status"], &details["fee"]),
        (&json!("SUCCESSFUL"), &json!(2))
    );
    assert!(details["user"].is_null());

    stand.verified("u1").await;
    let body = json!({ "destinationExternalUserId": "u1", "amount": "7.50", "currency": "eur" });
    stand
        .post("/v1/partner/transfer-master-balance", body)
        .await
        .ok();
    assert_eq!(stand.held("u1", "eur").await, "7.50");
    assert!(stand.books_balance().await);
}

#[tokio::test]
async fn everybody_has_a_title_of_their_own_for_bank_deposits() {
    let stand = Stand::start().await;
    stand.verified("u1").await;
    stand.verified("u2").await;
    let title = async |path: &str| text(&stand.get(path).await.ok(), "title");
    let titles = [
        title("/v1/partner/sepa-deposit/info").await,
        title("/v1/sepa-deposit/info/u1").await,
        title("/v1/sepa-deposit/info/u2").await,
    ];
    assert_eq!(std::collections::BTreeSet::from(titles).len(), 3);
    let contacts = stand.get("/v1/sepa-deposit/contacts/u1").await.ok();
    assert_eq!(contacts, json!({ "contacts": [] }));
    let partner = stand.get("/v1/partner/sepa-deposit/contacts").await.ok();
    assert_eq!(partner, json!({ "contacts": [] }));
}
