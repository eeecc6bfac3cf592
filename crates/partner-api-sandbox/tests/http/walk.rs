//! Walks to a status: every object that has a lifecycle gets wherever its table leads, by decided commands alone.

use serde_json::{Value, json};

use crate::stand::{Stand, payout, text};

async fn walk(stand: &Stand, object: &str, id: &str, to: &str) -> crate::stand::Reply {
    let body = json!({ "object": object, "id": id, "to": to });
    stand.control("/simulate/walk", Some(body)).await
}

/// The commands of the steps, and checks that they join up and were decided.
async fn commands(stand: &Stand, walked: &Value) -> String {
    let steps = walked["steps"].as_array().unwrap();
    let mut words = Vec::new();
    for step in steps {
        let seq = step["seq"].as_u64().unwrap();
        let path = format!("/decisions?after={}", seq - 1);
        let decided = stand.control(&path, None).await.ok()["decisions"][0].clone();
        assert_eq!(
            (&decided["seq"], &decided["command"], &decided["rule"]),
            (&step["seq"], &step["command"], &Value::Null),
        );
        words.push(text(step, "command"));
    }
    for pair in steps.windows(2) {
        assert_eq!(pair[0]["to"], pair[1]["from"], "{walked}");
    }
    if let Some(last) = steps.last() {
        assert_eq!(last["to"], walked["status"], "{walked}");
    }
    words.join(" ")
}

/// Makes an object anew for every status, and walks it there. An expectation of `-` is that there is no way.
async fn check(object: &str, make: impl AsyncFn(&Stand) -> String, expected: &[(&str, &str)]) {
    let can: Vec<_> = expected
        .iter()
        .filter(|(_, way)| !matches!(*way, "-" | ""))
        .collect();
    for (status, way) in expected {
        let stand = Stand::start().await;
        stand.funded("u1", "100").await;
        let id = make(&stand).await;
        let reply = walk(&stand, object, &id, status).await;
        if *way == "-" {
            assert_eq!(reply.status, 409, "{object} {status}: {}", reply.text);
            let reachable: Vec<_> = can.iter().map(|(status, _)| *status).collect();
            assert_eq!(
                reply.body["reachable"],
                json!(reachable),
                "{object} {status}"
            );
        } else {
            let walked = reply.ok();
            assert_eq!(walked["status"], *status);
            assert_eq!(commands(&stand, &walked).await, *way, "{object} {status}");
            let again = walk(&stand, object, &id, status).await.ok();
            assert_eq!(again["steps"], json!([]), "it is there");
        }
        assert!(stand.books_balance().await);
    }
}

#[tokio::test]
async fn people_and_cards_get_wherever_their_tables_lead() {
    check(
        "USER_VERIFICATION",
        registered,
        &[
            ("REGISTERED", ""),
            ("PENDING", "add_verification"),
            ("APPROVED", "add_verification decide_verification"),
            ("REJECTED", "add_verification decide_verification"),
        ],
    )
    .await;
    check(
        "USER_STANDING",
        registered,
        &[("OPEN", ""), ("SUSPENDED", "suspend"), ("CLOSED", "close")],
    )
    .await;
    check(
        "PROOF_OF_ADDRESS",
        registered,
        &[
            ("MISSING", ""),
            ("WAITING", "add_poa_files"),
            ("APPROVED", "add_poa_files decide_poa"),
            ("REJECTED", "add_poa_files decide_poa"),
            ("QUESTIONED", "add_poa_files decide_poa"),
        ],
    )
    .await;
    check(
        "KYC_VERIFICATION",
        async |stand: &Stand| kyc(stand).await,
        &[
            ("PENDING", ""),
            ("APPROVED", "decide_kyc"),
            ("REJECTED", "decide_kyc"),
        ],
    )
    .await;
    check(
        "CARD",
        async |stand: &Stand| stand.card("u1").await,
        &[
            ("ACTIVE", ""),
            ("BLOCKED", "block_card"),
            ("DELETED", "delete_card"),
        ],
    )
    .await;
    check(
        "CARD_TRANSACTION",
        async |stand: &Stand| card_payment(stand).await,
        &[
            ("AUTHORISED", ""),
            ("CLEARED", "settle_card_transaction"),
            ("REVERSED", "settle_card_transaction"),
            (
                "REFUNDED",
                "settle_card_transaction settle_card_transaction",
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn money_on_its_way_gets_wherever_its_tables_lead() {
    check(
        "PAYOUT",
        async |stand: &Stand| paid_out(stand, "40").await,
        &[
            ("FUNDED", ""),
            ("UNFUNDED", "-"),
            ("SUCCESSFUL", "settle_pay_out"),
            ("FAILED", "settle_pay_out"),
        ],
    )
    .await;
    check(
        "PAYOUT",
        async |stand: &Stand| paid_out(stand, "400").await,
        &[
            ("UNFUNDED", ""),
            ("FUNDED", "-"),
            ("FAILED", "settle_pay_out"),
            ("SUCCESSFUL", "-"),
        ],
    )
    .await;
    check(
        "WITHDRAWAL",
        async |stand: &Stand| withdrawn(stand).await,
        &[
            ("PENDING", ""),
            ("SUCCESSFUL", "settle_withdrawal"),
            ("UNSUCCESSFUL", "settle_withdrawal"),
        ],
    )
    .await;
    check(
        "EXCHANGE",
        async |stand: &Stand| exchanged(stand).await,
        &[
            ("PENDING", ""),
            ("COMPLETED", "settle_exchange"),
            ("FAILED", "settle_exchange"),
        ],
    )
    .await;
    check(
        "DEPOSIT",
        async |stand: &Stand| sepa_deposit(stand).await,
        &[
            ("CHECKING", ""),
            ("CREDITED", "decide_deposit"),
            ("RETURNED", "decide_deposit"),
            ("HELD", "-"),
            ("WAITING_FOR_TRAVEL_RULE", "-"),
        ],
    )
    .await;
    check(
        "DEPOSIT",
        async |stand: &Stand| crypto_deposit(stand).await,
        &[
            ("CHECKING", ""),
            ("WAITING_FOR_TRAVEL_RULE", "decide_deposit"),
            ("CREDITED", "decide_deposit supply_travel_rule"),
            ("RETURNED", "decide_deposit"),
            ("HELD", "-"),
        ],
    )
    .await;
}

#[tokio::test]
async fn orders_and_links_get_wherever_their_table_leads() {
    check(
        "ORDER",
        async |stand: &Stand| order(stand).await,
        &[
            ("WAITING_FOR_WALLET", ""),
            ("OPEN", "assign_wallet"),
            ("UNDERPAID", "assign_wallet receive_payment"),
            ("CONFIRMING", "assign_wallet receive_payment"),
            (
                "COMPLETED",
                "assign_wallet receive_payment confirm_payments",
            ),
            ("EXPIRED", "assign_wallet expire_checkout"),
        ],
    )
    .await;
    for accepts_part in [false, true] {
        check(
            "PAYMENT_LINK",
            async |stand: &Stand| link(stand, accepts_part).await,
            &[
                ("OPEN", ""),
                ("WAITING_FOR_WALLET", "-"),
                ("UNDERPAID", "receive_payment"),
                ("CONFIRMING", "receive_payment"),
                ("COMPLETED", "receive_payment confirm_payments"),
                ("EXPIRED", "expire_checkout"),
            ],
        )
        .await;
    }
}

#[tokio::test]
async fn what_was_paid_in_part_is_topped_up_accepted_or_sent_back() {
    let stand = Stand::start().await;
    for (accepts_part, to, way) in [
        (false, "COMPLETED", "receive_payment confirm_payments"),
        (false, "EXPIRED", "expire_checkout"),
        (true, "COMPLETED", "expire_checkout"),
        (true, "CONFIRMING", "receive_payment"),
    ] {
        let id = link(&stand, accepts_part).await;
        walk(&stand, "PAYMENT_LINK", &id, "UNDERPAID").await.ok();
        let walked = walk(&stand, "PAYMENT_LINK", &id, to).await.ok();
        assert_eq!(commands(&stand, &walked).await, way, "{accepts_part} {to}");
    }
    let accepted = link(&stand, true).await;
    walk(&stand, "PAYMENT_LINK", &accepted, "UNDERPAID")
        .await
        .ok();
    let refused = walk(&stand, "PAYMENT_LINK", &accepted, "EXPIRED").await;
    assert_eq!(
        refused.body["reachable"],
        json!(["CONFIRMING", "COMPLETED"])
    );
    assert!(stand.books_balance().await);
}

#[tokio::test]
async fn a_completed_order_brings_what_was_wanted_and_a_late_payment_nothing() {
    let stand = Stand::start().await;
    let euro = async || {
        let balances = stand.get("/v1/partner/balances").await.ok();
        crate::stand::balance(&balances, "eur")
            .parse::<f64>()
            .unwrap()
    };
    let before = euro().await;
    let id = order(&stand).await;
    walk(&stand, "ORDER", &id, "UNDERPAID").await.ok();
    walk(&stand, "ORDER", &id, "COMPLETED").await.ok();
    assert!((euro().await - before - 346.59).abs() < 1e-6);
    let id = order(&stand).await;
    walk(&stand, "ORDER", &id, "EXPIRED").await.ok();
    let late = json!({ "orderId": id, "amount": "5", "currency": "usdc", "network": "polygon" });
    stand.control("/simulate/payment", Some(late)).await.ok();
    let details = stand.get(&format!("/v1/order/details/{id}")).await.ok();
    assert_eq!(
        (&details["status"], &details["receivedAmount"]),
        (&json!("EXPIRED"), &json!(0))
    );
    assert!((euro().await - before - 346.59).abs() < 1e-6);
}

#[tokio::test]
async fn a_held_deposit_is_credited_by_unsuspending() {
    let stand = Stand::start().await;
    stand.verified("u1").await;
    let id = crypto_deposit(&stand).await;
    walk(&stand, "USER_STANDING", "u1", "SUSPENDED").await.ok();
    let refused = walk(&stand, "DEPOSIT", &id, "CHECKING").await.ok();
    assert_eq!(refused["steps"], json!([]));
    let walked = walk(&stand, "DEPOSIT", &id, "CREDITED").await.ok();
    let way = "decide_deposit supply_travel_rule unsuspend";
    assert_eq!(commands(&stand, &walked).await, way);
    assert_eq!(stand.held("u1", "btc").await, "0.50000000");
}

#[tokio::test]
async fn a_rule_ends_the_walk_and_what_was_done_is_told() {
    let stand = Stand::start().await;
    stand.verified("u1").await;
    let card = stand.card("u1").await;
    let refused = walk(&stand, "USER_STANDING", "u1", "SUSPENDED").await;
    assert_eq!(
        (
            refused.status,
            &refused.body["rule"],
            &refused.body["steps"]
        ),
        (409, &json!("L4 card_must_not_be_active"), &Value::Null)
    );
    walk(&stand, "CARD", &card, "BLOCKED").await.ok();
    walk(&stand, "USER_STANDING", "u1", "SUSPENDED").await.ok();
    let refused = walk(&stand, "CARD", &card, "ACTIVE").await;
    assert_eq!(refused.body["rule"], "L3 user_must_not_be_suspended");

    // A refund is refused to a suspended user, after the clearing that comes before it went through.
    stand.funded("u2", "10").await;
    let card = stand.card("u2").await;
    let body = json!({ "cardId": card, "amount": "1", "currency": "eur" });
    let used = stand
        .control("/simulate/card-transaction", Some(body))
        .await
        .ok();
    walk(&stand, "CARD", &card, "BLOCKED").await.ok();
    walk(&stand, "USER_STANDING", "u2", "SUSPENDED").await.ok();
    let refused = walk(&stand, "CARD_TRANSACTION", &text(&used, "id"), "REFUNDED").await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    let steps = refused.body["steps"].as_array().unwrap();
    assert_eq!((steps.len(), &steps[0]["to"]), (1, &json!("CLEARED")));

    walk(&stand, "USER_STANDING", "u2", "CLOSED").await.ok();
    let refused = walk(&stand, "USER_STANDING", "u2", "OPEN").await;
    assert_eq!(
        (&refused.body["reachable"], &refused.body["remedy"]),
        (&Value::Null, &json!("nothing can become of it any more"))
    );
}

#[tokio::test]
async fn documents_come_first_where_they_must() {
    let policy = partner_api_sandbox::Policy {
        documents: partner_api_core::DocumentsNeeded::BeforeVerification,
        ..Default::default()
    };
    let stand = Stand::start_with(|builder| builder.policy(policy)).await;
    stand.registered("u1").await;
    let walked = walk(&stand, "USER_VERIFICATION", "u1", "APPROVED")
        .await
        .ok();
    let way = "add_kyc_files add_verification decide_verification";
    assert_eq!(commands(&stand, &walked).await, way);
}

#[tokio::test]
async fn what_does_not_exist_is_refused() {
    let stand = Stand::start().await;
    for (object, rule) in [
        ("USER_VERIFICATION", "user_must_exist"),
        ("USER_STANDING", "user_must_exist"),
        ("PROOF_OF_ADDRESS", "user_must_exist"),
        ("KYC_VERIFICATION", "kyc_must_exist"),
        ("CARD", "card_must_exist"),
        ("CARD_TRANSACTION", "card_transaction_must_exist"),
        ("PAYOUT", "payout_must_exist"),
        ("WITHDRAWAL", "withdrawal_must_exist"),
        ("EXCHANGE", "exchange_must_exist"),
        ("DEPOSIT", "deposit_must_exist"),
        ("ORDER", "order_must_exist"),
        ("PAYMENT_LINK", "payment_link_must_exist"),
    ] {
        let unknown = walk(&stand, object, "ghost", "NOWHERE").await;
        assert_eq!(unknown.status, 400, "{}", unknown.text);
        let words = text(&unknown.body, "remedy");
        let first = words
            .strip_prefix("it is one of ")
            .unwrap()
            .split(", ")
            .next()
            .unwrap();
        let missing = walk(&stand, object, "ghost", first).await;
        assert_eq!((missing.status, &missing.body["rule"]), (409, &json!(rule)));
    }
    // An order is no payment link.
    let id = order(&stand).await;
    let other = walk(&stand, "PAYMENT_LINK", &id, "OPEN").await;
    assert_eq!(other.body["rule"], "payment_link_must_exist");
    let malformed = walk(&stand, "PAYOUT", "..", "FAILED").await;
    assert_eq!(malformed.status, 400);
}

async fn registered(stand: &Stand) -> String {
    stand.registered("new").await;
    "new".to_owned()
}

async fn kyc(stand: &Stand) -> String {
    registered(stand).await;
    let body = json!({
        "externalUserId": "new", "documentType": "PASSPORT", "country": "PL",
        "incomeSource": "SALARY", "openAccountReason": "DAILY_USE", "occupation": "IT",
        "additionalInfo": "I am a programmer",
    });
    let created = stand.post("/v1/kyc", body).await.ok();
    text(&created, "verificationId")
}

async fn card_payment(stand: &Stand) -> String {
    let card = stand.card("u1").await;
    let body = json!({ "cardId": card, "amount": "10", "currency": "eur" });
    let used = stand
        .control("/simulate/card-transaction", Some(body))
        .await
        .ok();
    text(&used, "id")
}

async fn paid_out(stand: &Stand, amount: &str) -> String {
    let created = stand
        .post("/v1/sepa-transfer", payout("u1", amount))
        .await
        .ok();
    text(&created, "transferId")
}

async fn withdrawn(stand: &Stand) -> String {
    let coins = json!({ "destinationExternalUserId": "u1", "amount": "1", "currency": "btc" });
    stand.post("/v1/transfer", coins).await.ok();
    let body = json!({
        "sourceExternalUserId": "u1", "currency": "BTC", "amount": 0.5, "walletAddress": "tb1qx",
        "name": "K", "walletType": "OTHER", "receiverType": "NATURAL",
    });
    let created = stand.post("/v1/crypto-withdrawal", body).await.ok();
    text(&created, "withdrawalId")
}

async fn exchanged(stand: &Stand) -> String {
    let lock = stand.get("/v1/exchange/get-lock/u1").await.ok();
    let body = json!({
        "sourceExternalUserId": "u1", "amount": 10, "currencyFrom": "eur", "currencyTo": "btc",
        "lockId": lock["id"],
    });
    let created = stand.post("/v1/exchange", body).await.ok();
    text(&created, "exchangeId")
}

async fn sepa_deposit(stand: &Stand) -> String {
    let body = json!({ "externalUserId": "u1", "amount": "9", "check": "PENDING" });
    let created = stand
        .control("/simulate/sepa-deposit", Some(body))
        .await
        .ok();
    text(&created, "id")
}

async fn crypto_deposit(stand: &Stand) -> String {
    let body = json!({ "externalUserId": "u1", "amount": "0.5", "currency": "btc", "needsTravelRule": true });
    let created = stand
        .control("/simulate/crypto-deposit", Some(body))
        .await
        .ok();
    text(&created, "id")
}

async fn order(stand: &Stand) -> String {
    let wanted = json!({ "currency": "usdc", "amount": "346.59", "network": "polygon" });
    let lock = stand.post("/v1/order/lock-rate", wanted).await.ok();
    let body = json!({ "lockId": lock["lockId"] });
    text(&stand.post("/v1/order", body).await.ok(), "orderId")
}

async fn link(stand: &Stand, accepts_part: bool) -> String {
    let body = json!({ "amount": "25", "currency": "eur", "acceptUnderpayment": accepts_part });
    let created = stand
        .post("/v1/payment-link/hosted-checkout", body)
        .await
        .ok();
    text(&created, "paymentLinkId")
}
