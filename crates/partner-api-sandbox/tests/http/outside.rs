//! The outside world at work: deposits that are checked, payments for orders and links, and cards with limits.

use serde_json::{Value, json};

use crate::stand::{IBAN, Stand, balance, text};

async fn deposit(stand: &Stand, body: Value) -> (String, String) {
    let path = if body.get("currency").is_some() {
        "/simulate/crypto-deposit"
    } else {
        "/simulate/sepa-deposit"
    };
    let created = stand.control(path, Some(body)).await.ok();
    (text(&created, "id"), text(&created, "status"))
}

async fn status(stand: &Stand, id: &str) -> String {
    text(
        &stand.control(&format!("/deposits/{id}"), None).await.ok(),
        "status",
    )
}

#[tokio::test]
async fn a_sender_who_is_the_user_becomes_known_and_another_is_sent_back() {
    let stand = Stand::start().await;
    stand.verified("u1").await;
    let from = |name: &str| json!({ "externalUserId": "u1", "amount": "10", "senderIban": IBAN, "senderName": name });
    let (_, own) = deposit(&stand, from("KOWALSKA Kanaria")).await;
    let (_, other) = deposit(&stand, from("Jan Nowak")).await;
    assert_eq!((&*own, &*other), ("CREDITED", "RETURNED"));
    assert_eq!(stand.held("u1", "eur").await, "10.00");
    let contacts = stand.get("/v1/sepa-deposit/contacts/u1").await.ok();
    assert_eq!(contacts["contacts"].as_array().unwrap().len(), 1);
    assert_eq!(
        contacts["contacts"][0]["status"], "REJECTED",
        "the last word counts"
    );

    let mut unsure = from("Jan Nowak");
    unsure["check"] = json!("PENDING");
    let (id, waiting) = deposit(&stand, unsure).await;
    assert_eq!(waiting, "CHECKING");
    let decision = json!({ "depositId": id, "approved": true });
    let decided = stand
        .control("/simulate/deposit-decision", Some(decision.clone()))
        .await
        .ok();
    assert_eq!(decided["status"], "CREDITED");
    assert_eq!(
        stand
            .control("/simulate/deposit-decision", Some(decision))
            .await
            .status,
        409
    );
    let contacts = stand.get("/v1/sepa-deposit/contacts/u1").await.ok();
    assert_eq!(contacts["contacts"][0]["status"], "APPROVED");
    assert!(stand.books_balance().await);
}

#[tokio::test]
async fn a_crypto_deposit_waits_for_the_chain_then_for_the_travel_rule() {
    let stand = Stand::start().await;
    stand.verified("u1").await;
    let body = json!({ "externalUserId": "u1", "amount": "0.5", "currency": "btc", "needsTravelRule": true });
    let (id, first) = deposit(&stand, body).await;
    assert_eq!(first, "CHECKING");
    let rule = format!("/v1/crypto-deposit/update-travel-rule/{id}");
    let data = json!({
        "externalUserId": "u1", "walletType": "SELF_CUSTODY",
        "details": { "iAmOwnerOfWallet": true },
    });
    let early = stand.patch(&rule, Some(data.clone())).await;
    early.refused(400, "P609", "deposit_must_wait_for_travel_rule");
    stand.advance(2_000).await;
    let details = format!("/v1/crypto-deposit/details/{id}");
    assert_eq!(
        stand.get(&details).await.ok()["status"],
        "WAITING_FOR_TR_DATA"
    );
    let nobodys = json!({ "walletType": "CUSTODIAL", "details": { "companyName": "Wallet Co" } });
    let nobodys = stand.patch(&rule, Some(nobodys)).await;
    nobodys.refused(404, "P607", "deposit_must_exist");

    stand.patch("/v1/user/suspend/u1", None).await.ok();
    stand.patch(&rule, Some(data)).await.ok();
    assert_eq!(
        (&*status(&stand, &id).await, &*stand.held("u1", "btc").await),
        ("HELD", "0.00000000")
    );
    stand.patch("/v1/user/unsuspend/u1", None).await.ok();
    assert_eq!(stand.held("u1", "btc").await, "0.50000000");
    assert_eq!(stand.get(&details).await.ok()["status"], "SUCCESSFUL");
    assert!(stand.books_balance().await);
}

#[tokio::test]
async fn closing_sends_back_whatever_is_not_credited() {
    let stand = Stand::start().await;
    stand.verified("u1").await;
    let coins = json!({ "externalUserId": "u1", "amount": "1", "currency": "eth" });
    let (coins, _) = deposit(&stand, coins).await;
    let euro = json!({ "externalUserId": "u1", "amount": "9", "check": "PENDING" });
    let (euro, _) = deposit(&stand, euro).await;
    stand.delete("/v1/user/u1", None).await.ok();
    stand.advance(10_000).await;
    assert_eq!(
        (
            &*status(&stand, &coins).await,
            &*status(&stand, &euro).await
        ),
        ("RETURNED", "RETURNED")
    );
    assert!(stand.books_balance().await);
}

async fn euro_of_partner(stand: &Stand) -> f64 {
    let balances = stand.get("/v1/partner/balances").await.ok();
    balance(&balances, "eur").parse().unwrap()
}

async fn pay(stand: &Stand, to: &str, id: &str, amount: &str, currency: &str) {
    let mut body = json!({ "amount": amount, "currency": currency, "network": "polygon" });
    body[to] = json!(id);
    stand.control("/simulate/payment", Some(body)).await.ok();
}

#[tokio::test]
async fn an_order_that_is_paid_in_two_parts_brings_exactly_what_was_wanted() {
    let stand = Stand::start().await;
    let before = euro_of_partner(&stand).await;
    let wanted = json!({ "currency": "usdc", "amount": "346.59", "network": "polygon" });
    let lock = stand.post("/v1/order/lock-rate", wanted).await.ok();
    let order = stand
        .post("/v1/order", json!({ "lockId": lock["lockId"] }))
        .await
        .ok();
    let id = text(&order, "orderId");
    let path = format!("/v1/order/details/{id}");
    stand.advance(1_000).await;
    pay(&stand, "orderId", &id, "100", "usdc").await;
    let part = stand.get(&path).await.ok();
    assert_eq!(
        (&part["status"], &part["receivedAmount"]),
        (&json!("PARTIALLY_PAID"), &json!(100))
    );
    let rest = lock["amount"].as_f64().unwrap() - 100.0;
    pay(&stand, "orderId", &id, &format!("{rest:.6}"), "usdc").await;
    for confirmations in [0, 1, 2] {
        let paid = stand.get(&path).await.ok();
        assert_eq!(
            (&paid["status"], &paid["confirmations"]),
            (&json!("WAITING_FOR_CONFIRMATION"), &json!(confirmations))
        );
        stand.advance(667).await;
    }
    let done = stand.get(&path).await.ok();
    assert_eq!(
        (&done["status"], &done["confirmations"]),
        (&json!("COMPLETED"), &json!(3))
    );
    assert!((euro_of_partner(&stand).await - before - 346.59).abs() < 1e-6);
    pay(&stand, "orderId", &id, "5", "usdc").await;
    assert!(
        (euro_of_partner(&stand).await - before - 346.59).abs() < 1e-6,
        "late: sent back"
    );
    let hash = text(&done, "transactionHash");
    assert!(hash.starts_with("0x") && hash.len() == 66, "{hash}");
    let after = stand.get(&path).await.ok();
    assert_eq!(after, done, "what is sent back is not what paid the order");
    assert!(stand.books_balance().await);
}

#[tokio::test]
async fn a_link_that_is_underpaid_waits_then_sends_back_or_accepts() {
    let stand = Stand::start().await;
    for accepts in [false, true] {
        let before = euro_of_partner(&stand).await;
        let body = json!({
            "amount": "25", "currency": "eur", "expiresInSeconds": 60,
            "underpaymentWindowSeconds": 120, "acceptUnderpayment": accepts,
        });
        let link = stand
            .post("/v1/payment-link/hosted-checkout", body)
            .await
            .ok();
        let id = text(&link, "paymentLinkId");
        let path = format!("/v1/payment-link/details/{id}");
        pay(&stand, "paymentLinkId", &id, "10", "usdc").await;
        stand.advance(60_000).await;
        assert_eq!(stand.get(&path).await.ok()["status"], "AWAITING_COMPLETION");
        stand.advance(60_000).await;
        let over = stand.get(&path).await.ok();
        let expected = if accepts {
            ("COMPLETED", "CONFIRMED")
        } else {
            ("EXPIRED", "RETURNED")
        };
        assert_eq!(
            (&over["status"], &over["transactions"][0]["status"]),
            (&json!(expected.0), &json!(expected.1))
        );
        let gained = euro_of_partner(&stand).await - before;
        assert_eq!(gained > 9.0, accepts, "{gained}");
        assert!(stand.books_balance().await);
    }
}

#[tokio::test]
async fn a_card_spends_within_its_limits_and_gets_back_what_is_reversed() {
    let stand = Stand::start().await;
    stand.funded("u1", "500").await;
    let card = stand.card("u1").await;
    let path = format!("/v1/card/limits/u1/{card}");
    let mut limits = stand.get(&path).await.ok();
    limits["dailyTrxAtm"] = json!(50);
    limits["externalUserId"] = json!("u1");
    limits["cardId"] = json!(card);
    stand
        .patch("/v1/card/limits", Some(limits.clone()))
        .await
        .ok();
    assert_eq!(stand.get(&path).await.ok()["dailyTrxAtm"], 50);
    limits["dailyTrxEcom"] = json!(60_000);
    let unordered = stand.patch("/v1/card/limits", Some(limits)).await;
    unordered.refused(400, "P403", "limits_must_be_ordered");

    let spend = async |amount: &str, channel: &str| {
        let body =
            json!({ "cardId": card, "amount": amount, "currency": "eur", "channel": channel });
        stand
            .control("/simulate/card-transaction", Some(body))
            .await
            .ok()
    };
    let settle = async |id: &Value, action: &str| {
        let body = json!({ "cardTransactionId": id, "action": action });
        stand
            .control("/simulate/card-settlement", Some(body))
            .await
            .status
    };
    let first = spend("40", "ATM").await;
    assert_eq!(first["approved"], true);
    let second = spend("20", "ATM").await;
    assert_eq!(second["rule"], "spending_must_be_within_limits");
    assert_eq!(spend("20", "POS").await["approved"], true);
    assert_eq!(settle(&first["id"], "REVERSE").await, 200);
    assert_eq!(
        spend("50", "ATM").await["approved"],
        true,
        "what came back may be spent again"
    );
    assert_eq!(stand.held("u1", "eur").await, "430.00");

    let paid = spend("30", "ECOM").await;
    assert_eq!(settle(&paid["id"], "REFUND").await, 409, "not cleared yet");
    stand.advance(2_000).await;
    assert_eq!(settle(&paid["id"], "REFUND").await, 200);
    assert_eq!(settle(&paid["id"], "REFUND").await, 409);
    assert_eq!(stand.held("u1", "eur").await, "430.00");

    let pin = json!({ "externalUserId": "u1", "cardId": card, "pin": "2468" });
    stand.patch("/v1/card/pin", Some(pin.clone())).await.ok();
    let card_of = json!({ "externalUserId": "u1", "cardId": card });
    stand.patch("/v1/card/block", Some(card_of)).await.ok();
    stand.patch("/v1/user/suspend/u1", None).await.ok();
    let frozen = stand.patch("/v1/card/pin", Some(pin)).await;
    frozen.refused(400, "P455", "L3 user_must_not_be_suspended");
    assert!(stand.books_balance().await);
}

#[tokio::test]
async fn a_card_costs_the_partner_a_quarter_of_a_euro_a_month_while_it_is_active() {
    let stand = Stand::start().await;
    stand.verified("u1").await;
    let card = stand.card("u1").await;
    let before = euro_of_partner(&stand).await;
    let month = 30 * 24 * 60 * 60 * 1_000;
    stand.advance(2 * month).await;
    assert!((before - euro_of_partner(&stand).await - 0.5).abs() < 1e-6);
    let body = json!({ "externalUserId": "u1", "cardId": card });
    stand.patch("/v1/card/block", Some(body)).await.ok();
    stand.advance(month).await;
    assert!(
        (before - euro_of_partner(&stand).await - 0.5).abs() < 1e-6,
        "blocked cards are free"
    );
    let history = stand
        .get("/v1/partner/transaction-history?limit=2")
        .await
        .ok();
    assert_eq!(history["transactions"][0]["type"], "CARD_FEE");
    assert!(stand.books_balance().await);
}

#[tokio::test]
async fn what_a_bank_or_a_chain_refuses_comes_back_in_full() {
    let stand = Stand::start().await;
    stand.funded("u1", "100").await;
    let payout = stand
        .post("/v1/sepa-transfer", crate::stand::payout("u1", "40"))
        .await
        .ok();
    assert_eq!(stand.held("u1", "eur").await, "59.00");
    let body = json!({ "transferId": payout["transferId"], "succeeds": false });
    stand
        .control("/simulate/payout-outcome", Some(body))
        .await
        .ok();
    assert_eq!(stand.held("u1", "eur").await, "100.00");

    let coins = json!({ "destinationExternalUserId": "u1", "amount": "1", "currency": "btc" });
    stand.post("/v1/transfer", coins).await.ok();
    let body = json!({
        "sourceExternalUserId": "u1", "currency": "BTC", "amount": 0.5, "walletAddress": "tb1qx",
        "name": "K", "walletType": "OTHER", "receiverType": "NATURAL",
    });
    let created = stand.post("/v1/crypto-withdrawal", body).await.ok();
    let body = json!({ "withdrawalId": created["withdrawalId"], "completed": false });
    stand
        .control("/simulate/withdrawal-outcome", Some(body))
        .await
        .ok();
    assert_eq!(stand.held("u1", "btc").await, "1.00000000");
    assert!(stand.books_balance().await);
}
