//! Crypto withdrawals, wallets and the network's fee.

use serde_json::{Value, json};

use crate::stand::{Stand, balance, text};

const WITHDRAW: &str = "/v1/crypto-withdrawal";
const FEE: &str = "/v1/crypto-withdrawal/get-network-fee";

fn withdrawal(id: &str, amount: f64, currency: &str) -> Value {
    json!({
        "sourceExternalUserId": id, "currency": currency, "amount": amount,
        "walletAddress": "tb1qcanaryaddress", "name": "Kanaria Kowalska",
        "walletType": "NON_CUSTODIAL", "receiverType": "NATURAL",
    })
}

async fn holding(stand: &Stand, id: &str, amount: &str, currency: &str) {
    stand.verified(id).await;
    let funding =
        json!({ "destinationExternalUserId": id, "amount": amount, "currency": currency });
    stand.post("/v1/transfer", funding).await.ok();
}

async fn details(stand: &Stand, created: &Value) -> Value {
    let path = format!("{WITHDRAW}/details/{}", text(created, "withdrawalId"));
    stand.get(&path).await.ok()
}

#[tokio::test]
async fn a_withdrawal_reserves_amount_and_both_fees_and_settles_later() {
    let stand = Stand::start().await;
    holding(&stand, "u1", "1", "btc").await;
    let fee = stand.get(&format!("{FEE}?currency=btc")).await.ok();
    let fee = fee["networkFee"].as_f64().unwrap();
    let created = stand
        .post(WITHDRAW, withdrawal("u1", 0.5, "btc"))
        .await
        .ok();
    let pending = details(&stand, &created).await;
    assert_eq!(pending["status"], "PENDING");
    assert_eq!(pending["networkFee"].as_f64(), Some(fee));
    assert_eq!(pending["fee"], json!(0.0003));
    assert!(pending["transactionHash"].is_null());
    let left = format!("{:.8}", 1.0 - 0.5 - 0.0003 - fee);
    assert_eq!(stand.held("u1", "btc").await, left);

    stand.patch("/v1/user/suspend/u1", None).await.ok();
    stand.advance(2_000).await;
    let settled = details(&stand, &created).await;
    assert_eq!(settled["status"], "SUCCESSFUL");
    assert!(settled["transactionHash"].is_string());
    assert_eq!(settled["destination"], "tb1qcanaryaddress");
    assert_eq!(stand.held("u1", "btc").await, left);

    stand.delete("/v1/user/u1", None).await.ok();
    let erased = details(&stand, &created).await;
    assert!(
        erased["destination"].is_null() && erased["user"].is_null(),
        "L14: {erased}"
    );
    assert!(stand.books_balance().await);
}

#[tokio::test]
async fn what_the_rules_forbid_is_refused_and_takes_nothing() {
    let stand = Stand::start().await;
    holding(&stand, "u1", "0.01", "eth").await;
    let too_much = stand.post(WITHDRAW, withdrawal("u1", 0.01, "eth")).await;
    too_much.refused(400, "P433", "L10 funds_must_suffice");
    let too_little = stand.post(WITHDRAW, withdrawal("u1", 0.0001, "eth")).await;
    too_little.refused(400, "P600", "amount_must_reach_minimum");
    let mut elsewhere = withdrawal("u1", 0.005, "eth");
    elsewhere["network"] = json!("POLYGON");
    let elsewhere = stand.post(WITHDRAW, elsewhere).await;
    elsewhere.refused(400, "P403", "network_must_carry_currency");
    let euro = stand.post(WITHDRAW, withdrawal("u1", 1.0, "eur")).await;
    euro.refused(400, "P403", "network_must_carry_currency");
    let unknown = stand
        .post(WITHDRAW, withdrawal("ghost", 0.005, "eth"))
        .await;
    unknown.refused(400, "P412", "user_must_exist");
    stand.patch("/v1/user/suspend/u1", None).await.ok();
    let suspended = stand.post(WITHDRAW, withdrawal("u1", 0.005, "eth")).await;
    suspended.refused(400, "P455", "L3 user_must_not_be_suspended");
    assert_eq!(stand.held("u1", "eth").await, "0.01000000");
    let missing = stand.get(&format!("{WITHDRAW}/details/ghost")).await;
    missing.refused(404, "P605", "withdrawal_must_exist");
}

#[tokio::test]
async fn a_user_is_not_closed_while_a_withdrawal_is_in_flight() {
    let stand = Stand::start().await;
    holding(&stand, "u1", "1", "btc").await;
    stand
        .post(WITHDRAW, withdrawal("u1", 0.5, "btc"))
        .await
        .ok();
    let early = stand.delete("/v1/user/u1", None).await;
    early.refused(400, "P488", "movements_must_be_settled");
    stand.advance(2_000).await;
    stand.delete("/v1/user/u1", None).await.ok();
}

#[tokio::test]
async fn the_network_matters_for_what_travels_on_two() {
    let stand = Stand::start().await;
    let fee = async |query: &str| {
        let reply = stand.get(&format!("{FEE}?{query}")).await.ok();
        reply["networkFee"].as_f64().unwrap()
    };
    let usual = fee("currency=usdc").await;
    assert!(fee("currency=usdc&network=polygon").await < usual);
    for query in [
        "currency=btc&network=polygon",
        "currency=usdc&network=solana",
    ] {
        let refused = stand.get(&format!("{FEE}?{query}")).await;
        refused.refused(400, "P403", "network_must_carry_currency");
    }
    let unknown = stand.get(&format!("{FEE}?currency=xyz")).await;
    unknown.refused(400, "P410", "currency_must_be_known");
    stand.get(FEE).await.invalid("currency must be given");
}

#[tokio::test]
async fn the_partner_withdraws_from_its_own_balance_and_has_wallets() {
    let stand = Stand::start().await;
    let before = stand.get("/v1/partner/balances").await.ok();
    let mut body = withdrawal("", 0.25, "btc");
    body.as_object_mut().unwrap().remove("sourceExternalUserId");
    let created = stand.post("/v1/partner/crypto-withdrawal", body).await.ok();
    let id = text(&created, "withdrawalId");
    let path = format!("/v1/partner/crypto-withdrawal/details/{id}");
    assert_eq!(stand.get(&path).await.ok()["status"], "PENDING");
    stand.advance(2_000).await;
    assert_eq!(stand.get(&path).await.ok()["status"], "SUCCESSFUL");
    let of_users = stand.get(&format!("{WITHDRAW}/details/{id}")).await;
    of_users.refused(404, "P605", "withdrawal_must_exist");
    let after = stand.get("/v1/partner/balances").await.ok();
    assert_ne!(balance(&before, "btc"), balance(&after, "btc"));

    let wanted = json!({ "currency": "usdc", "network": "polygon" });
    let wallet = stand.post("/v1/partner/wallet", wanted.clone()).await.ok();
    assert_eq!(stand.post("/v1/partner/wallet", wanted).await.ok(), wallet);
    let euro = stand
        .post("/v1/partner/wallet", json!({ "currency": "eur" }))
        .await;
    euro.refused(400, "P403", "network_must_carry_currency");
    assert!(stand.books_balance().await);
}
