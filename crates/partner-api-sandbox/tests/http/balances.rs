//! Balances, as the samples of the documentation write them.

use partner_api_types::{Balances, FiatBalanceStatus};
use serde_json::json;

use crate::stand::{Stand, balance, funding, identity, person};

#[tokio::test]
async fn amounts_have_all_decimals_of_their_currency() {
    let stand = Stand::start().await;
    stand.funded("u1", "12.5").await;
    let balances = stand.get("/v1/user/balances/u1").await.ok();
    for (currency, amount) in [
        ("eur", "12.50"),
        ("btc", "0.00000000"),
        ("usdc", "0.000000"),
        ("doge", "0.00000000"),
    ] {
        assert_eq!(balance(&balances, currency), amount);
    }
    let usdc = balances["cryptoBalances"].as_array().unwrap();
    let usdc = usdc
        .iter()
        .find(|balance| balance["name"] == "usdc")
        .unwrap();
    assert_eq!(
        usdc["networkConfig"]["polygon"]["withdrawal"]["minWithdrawal"],
        2
    );
    assert!(usdc["wallet"].is_string(), "a verified user can be sent to");
}

#[tokio::test]
async fn a_users_iban_is_well_formed_their_own_and_stable() {
    let stand = Stand::start().await;
    let mut ibans = Vec::new();
    for user in ["u1", "u2", "u1"] {
        if ibans.len() < 2 {
            stand.verified(user).await;
        }
        let balances = stand.get(&format!("/v1/user/balances/{user}")).await.ok();
        let balances: Balances = serde_json::from_value(balances).unwrap();
        let eur = balances.fiat_balances.into_iter().next().unwrap();
        assert_eq!(eur.status, FiatBalanceStatus::Active);
        let iban = eur.iban.unwrap();
        assert!(iban.check().is_ok());
        ibans.push(iban);
    }
    assert!(ibans[0] != ibans[1] && ibans[0] == ibans[2]);
}

#[tokio::test]
async fn the_partner_starts_with_what_it_is_given() {
    let funds = ["250.00 eur".parse().unwrap(), "0.5 btc".parse().unwrap()];
    let stand = Stand::start_with(|builder| builder.partner_funds(funds)).await;
    let balances = stand.get("/v1/partner/balances").await.ok();
    assert_eq!(balance(&balances, "eur"), "250.00");
    assert_eq!(balance(&balances, "btc"), "0.50000000");
    assert_eq!(balance(&balances, "eth"), "0.00000000");
}

#[tokio::test]
async fn residents_of_a_country_without_ibans_have_none() {
    let stand = Stand::start().await;
    // Guadeloupe goes by the code of France.
    for (id, country, has_iban) in [
        ("u1", "US", false),
        ("u2", "BR", false),
        ("u3", "GB", true),
        ("u4", "GP", true),
    ] {
        let mut body = person(id);
        body["country"] = json!(country);
        let create = "/v1/user/balances/crypto-and-fiat";
        stand.post(create, body).await.ok();
        let verify = stand.post("/v1/user/verification", identity(id)).await;
        verify.ok();
        stand.advance(1_000).await;
        let funded = stand.post("/v1/transfer", funding(id, "5")).await;
        funded.ok();
        let balances = stand.get(&format!("/v1/user/balances/{id}")).await.ok();
        let euro = &balances["fiatBalances"][0];
        assert_eq!(
            (&euro["status"], &euro["amount"]),
            (&json!("ACTIVE"), &json!("5.00")),
            "{country}: it holds money all the same"
        );
        let iban = euro.get("iban").expect("it is null, and not left out");
        assert_eq!(iban.is_string(), has_iban, "{country}: {iban}");
    }
}
