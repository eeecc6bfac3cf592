//! The second half of the tour through the API: everything beyond account management.

use partner_api_tests::{persona, stand::Stand};
use reqwest::Method;
use serde_json::{Value, json};

/// Answers by operation.
type Answers = Vec<(&'static str, Value)>;

const PDF: &[u8] = b"%PDF-1.7 proof";

/// Lives through the operations that the first half leaves out; `U9` is its only user.
pub(crate) async fn tour(stand: &Stand) -> Answers {
    let mut answers = Vec::new();
    onboarding(stand, &mut answers).await;
    crypto(stand, &mut answers).await;
    partner(stand, &mut answers).await;
    checkouts(stand, &mut answers).await;
    cards(stand, &mut answers).await;
    answers
}

async fn advance(stand: &Stand, milliseconds: u64) {
    let body = json!({ "milliseconds": milliseconds });
    stand.driver.control.post("/clock/advance", body).await.ok();
}

async fn get(stand: &Stand, answers: &mut Answers, operation: &'static str, path: &str) {
    let answer = stand.driver.partner.get(path).await.ok();
    answers.push((operation, answer.json));
}

async fn post(
    stand: &Stand,
    answers: &mut Answers,
    operation: &'static str,
    path: &str,
    body: Value,
) -> Value {
    let answer = stand.driver.partner.post(path, body).await.ok();
    answers.push((operation, answer.json.clone()));
    answer.json
}

async fn patch(
    stand: &Stand,
    answers: &mut Answers,
    operation: &'static str,
    path: &str,
    body: Value,
) {
    let partner = &stand.driver.partner;
    let answer = partner.call(Method::PATCH, path, Some(&body)).await.ok();
    answers.push((operation, answer.json));
}

async fn outside(stand: &Stand, path: &str, body: Value) -> Value {
    let path = format!("/simulate/{path}");
    stand.driver.control.post(&path, body).await.ok().json
}

fn text(body: &Value, field: &str) -> String {
    body[field]
        .as_str()
        .unwrap_or_else(|| panic!("{field} of {body}"))
        .to_owned()
}

async fn onboarding(stand: &Stand, answers: &mut Answers) {
    let partner = &stand.driver.partner;
    let person = persona::new_user("U9", "PL");
    partner
        .post("/v1/user/balances/crypto-and-fiat", person)
        .await
        .ok();
    let passport: &[(&str, &[u8])] = &[
        ("documentType", b"PASSPORT"),
        ("frontPhoto", PDF),
        ("selfie", PDF),
    ];
    let added = partner
        .send_form("/v1/user/kyc-files/U9", passport)
        .await
        .ok();
    answers.push(("add_kyc_files", added.json));
    let proof: &[(&str, &[u8])] = &[("files", PDF)];
    let added = partner.send_form("/v1/user/poa-files/U9", proof).await.ok();
    answers.push(("add_poa_files", added.json));
    let again = partner.send_form("/v1/user/poa-files/U9", proof).await;
    assert_eq!((again.status.as_u16(), again.code()), (202, Some("P211")));
    let body = json!({ "externalUserId": "U9", "decision": "QUESTIONED" });
    outside(stand, "poa-decision", body).await;

    let asked = json!({
        "externalUserId": "U9", "documentType": "PASSPORT", "country": "PL",
        "incomeSource": "BUSINESS_ACTIVITY", "openAccountReason": "DAILY_USE", "taxId": "5260250274",
    });
    let path = "/v1/kyc";
    let started = post(stand, answers, "create_kyc_verification", path, asked).await;
    let id = text(&started, "verificationId");
    let page = partner
        .get(&format!("/v1/kyc/verification/U9/{id}"))
        .await
        .ok();
    answers.push(("open_kyc_verification", page.json));
    get(
        stand,
        answers,
        "get_kyc_status",
        &format!("/v1/kyc/status/{id}"),
    )
    .await;
    let body = json!({ "verificationId": id, "approved": false, "reasons": ["blurred"] });
    outside(stand, "kyc-decision", body).await;
    get(
        stand,
        answers,
        "get_kyc_status",
        &format!("/v1/kyc/status/{id}"),
    )
    .await;
    partner
        .post("/v1/user/verification", persona::identity("U9"))
        .await
        .ok();
    advance(stand, 5_000).await;
}

async fn crypto(stand: &Stand, answers: &mut Answers) {
    let body = json!({ "externalUserId": "U9", "amount": "1", "currency": "btc", "needsTravelRule": true });
    let deposit = text(&outside(stand, "crypto-deposit", body).await, "id");
    advance(stand, 5_000).await;
    let rule = json!({
        "externalUserId": "U9", "walletType": "CUSTODIAL", "details": { "companyName": "Wallets" },
    });
    let path = format!("/v1/crypto-deposit/update-travel-rule/{deposit}");
    patch(stand, answers, "update_travel_rule", &path, rule).await;
    let path = format!("/v1/crypto-deposit/details/{deposit}");
    get(stand, answers, "get_crypto_deposit", &path).await;
    let body = json!({ "externalUserId": "U9", "amount": "9", "check": "PENDING" });
    let deposit = text(&outside(stand, "sepa-deposit", body).await, "id");
    let body = json!({ "depositId": deposit, "approved": true });
    outside(stand, "deposit-decision", body).await;
    let path = "/v1/crypto-withdrawal/get-network-fee?currency=usdc&network=polygon";
    get(stand, answers, "get_network_fee", path).await;
    let path = "/v1/partner/crypto-withdrawal/get-network-fee?currency=btc";
    get(stand, answers, "get_partner_network_fee", path).await;
    let mut body = json!({
        "currency": "btc", "amount": 0.25, "walletAddress": "tb1qwallet", "name": "Anna",
        "walletType": "NON_CUSTODIAL", "receiverType": "NATURAL",
    });
    let path = "/v1/partner/crypto-withdrawal";
    let sent = post(
        stand,
        answers,
        "create_partner_withdrawal",
        path,
        body.clone(),
    )
    .await;
    let path = format!("{path}/details/{}", text(&sent, "withdrawalId"));
    get(stand, answers, "get_partner_withdrawal", &path).await;
    body["sourceExternalUserId"] = json!("U9");
    let path = "/v1/crypto-withdrawal";
    let sent = post(stand, answers, "create_withdrawal", path, body).await;
    let id = text(&sent, "withdrawalId");
    get(
        stand,
        answers,
        "get_withdrawal",
        &format!("{path}/details/{id}"),
    )
    .await;
    let body = json!({ "withdrawalId": id, "completed": true });
    outside(stand, "withdrawal-outcome", body).await;
    get(
        stand,
        answers,
        "get_withdrawal",
        &format!("{path}/details/{id}"),
    )
    .await;
}

async fn partner(stand: &Stand, answers: &mut Answers) {
    let path = "/v1/partner/wallet";
    let body = json!({ "currency": "eth" });
    post(stand, answers, "create_partner_wallet", path, body).await;
    let path = "/v1/partner/transfer-master-balance";
    let body = json!({ "destinationExternalUserId": "U9", "amount": "50", "currency": "eur" });
    post(stand, answers, "create_master_transfer", path, body).await;
    let path = "/v1/partner/exchange/get-rate";
    get(stand, answers, "get_partner_exchange_rates", path).await;
    let lock = stand
        .driver
        .partner
        .get("/v1/partner/exchange/get-lock")
        .await
        .ok();
    let body = json!({
        "amount": 10, "currencyFrom": "eur", "currencyTo": "usdc", "lockId": lock.text_of("id"),
    });
    answers.push(("lock_partner_exchange_rate", lock.json));
    let path = "/v1/partner/exchange";
    let done = post(stand, answers, "create_partner_exchange", path, body).await;
    let path = format!("{path}/details/{}", text(&done, "exchangeId"));
    get(stand, answers, "get_partner_exchange", &path).await;
    for (operation, path) in [
        (
            "get_partner_sepa_deposit_info",
            "/v1/partner/sepa-deposit/info",
        ),
        ("get_user_sepa_deposit_info", "/v1/sepa-deposit/info/U9"),
        (
            "list_partner_sepa_contacts",
            "/v1/partner/sepa-deposit/contacts",
        ),
        ("list_user_sepa_contacts", "/v1/sepa-deposit/contacts/U9"),
    ] {
        get(stand, answers, operation, path).await;
    }
    let mut body = persona::payout("U9", "5", "eur");
    body.as_object_mut()
        .expect("an object")
        .remove("sourceExternalUserId");
    let path = "/v1/partner/sepa-transfer";
    let sent = post(stand, answers, "create_partner_sepa_transfer", path, body).await;
    let body = json!({ "transferId": text(&sent, "transferId"), "succeeds": false });
    outside(stand, "payout-outcome", body).await;
    let path = "/v1/user/transaction-history/U9?limit=2";
    get(stand, answers, "get_user_history", path).await;
    let path = "/v1/partner/transaction-history";
    get(stand, answers, "get_partner_history", path).await;
}

async fn checkouts(stand: &Stand, answers: &mut Answers) {
    get(stand, answers, "get_order_rates", "/v1/order/rates").await;
    let wanted = json!({ "currency": "usdc", "amount": "20", "network": "polygon" });
    let lock = post(
        stand,
        answers,
        "lock_order_rate",
        "/v1/order/lock-rate",
        wanted,
    )
    .await;
    let body = json!({ "lockId": text(&lock, "lockId") });
    let order = post(stand, answers, "create_order", "/v1/order", body).await;
    let path = format!("/v1/order/details/{}", text(&order, "orderId"));
    get(stand, answers, "get_order", &path).await;
    advance(stand, 5_000).await;
    let body = json!({ "orderId": text(&order, "orderId"), "amount": "1", "currency": "usdc", "network": "polygon" });
    outside(stand, "payment", body).await;
    get(stand, answers, "get_order", &path).await;
    let body = json!({ "amount": "20", "currency": "eur", "title": "invoice 7" });
    let path = "/v1/payment-link";
    let link = post(stand, answers, "create_payment_link", path, body.clone()).await;
    let path = "/v1/payment-link/hosted-checkout";
    post(stand, answers, "create_hosted_checkout", path, body).await;
    let id = text(&link, "paymentLinkId");
    let body = json!({ "paymentLinkId": id, "amount": "50", "currency": "usdt" });
    outside(stand, "payment", body).await;
    advance(stand, 5_000).await;
    let path = format!("/v1/payment-link/details/{id}");
    get(stand, answers, "get_payment_link", &path).await;
}

async fn cards(stand: &Stand, answers: &mut Answers) {
    let new = persona::new_card("U9");
    let card = stand
        .driver
        .partner
        .post("/v1/card/virtual", new)
        .await
        .ok();
    let card = card.text_of("cardId");
    let path = format!("/v1/card/limits/U9/{card}");
    let limits = stand.driver.partner.get(&path).await.ok().json;
    answers.push(("get_card_limits", limits.clone()));
    let mut body = limits;
    body["externalUserId"] = json!("U9");
    body["cardId"] = json!(card);
    patch(
        stand,
        answers,
        "update_card_limits",
        "/v1/card/limits",
        body,
    )
    .await;
    let body = json!({ "externalUserId": "U9", "cardId": card, "pin": "8642" });
    patch(stand, answers, "update_card_pin", "/v1/card/pin", body).await;
    let body = json!({ "cardId": card, "amount": "1", "currency": "eur", "channel": "ATM" });
    let used = outside(stand, "card-transaction", body).await;
    let body = json!({ "cardTransactionId": text(&used, "id"), "action": "CLEAR" });
    outside(stand, "card-settlement", body).await;
}

/// Asks the same of things and people that do not exist.
pub(crate) async fn refusals(stand: &Stand) {
    let partner = &stand.driver.partner;
    for path in [
        "/v1/user/transaction-history/ghost",
        "/v1/partner/transaction-history?limit=0",
        "/v1/partner/exchange/details/X",
        "/v1/sepa-deposit/info/ghost",
        "/v1/sepa-deposit/contacts/ghost",
        "/v1/crypto-deposit/details/D",
        "/v1/crypto-withdrawal/get-network-fee",
        "/v1/partner/crypto-withdrawal/get-network-fee?currency=eur",
        "/v1/crypto-withdrawal/details/W",
        "/v1/partner/crypto-withdrawal/details/W",
        "/v1/order/details/O",
        "/v1/payment-link/details/L",
        "/v1/kyc/verification/ghost/V",
        "/v1/kyc/status/V",
        "/v1/card/limits/ghost/C",
    ] {
        assert!(!partner.get(path).await.status.is_success(), "{path}");
    }
    for path in [
        "/v1/partner/wallet",
        "/v1/partner/transfer-master-balance",
        "/v1/partner/exchange",
        "/v1/partner/sepa-transfer",
        "/v1/crypto-withdrawal",
        "/v1/partner/crypto-withdrawal",
        "/v1/order/lock-rate",
        "/v1/order",
        "/v1/payment-link",
        "/v1/payment-link/hosted-checkout",
        "/v1/user/kyc-files/ghost",
        "/v1/user/poa-files/ghost",
        "/v1/kyc",
    ] {
        let answer = partner.post(path, json!({})).await;
        assert_eq!(answer.code(), Some("P403"), "{path}");
    }
    for path in [
        "/v1/crypto-deposit/update-travel-rule/D",
        "/v1/card/pin",
        "/v1/card/limits",
    ] {
        let answer = partner.call(Method::PATCH, path, Some(&json!({}))).await;
        assert_eq!(answer.code(), Some("P403"), "{path}");
    }
}
