//! The control API: the clock, the outside world, and what only the provider can see.

use serde_json::json;

use crate::stand::{Stand, identity, text};

#[tokio::test]
async fn the_clock_stands_runs_and_jumps() {
    let stand = Stand::start().await;
    let now = async || text(&stand.control("/clock", None).await.ok(), "now");
    assert_eq!(now().await, "2026-03-01T12:00:00.000Z");
    stand.advance(61_001).await;
    assert_eq!(now().await, "2026-03-01T12:01:01.001Z");
    let frozen = stand.control("/clock/freeze", Some(json!({}))).await.ok();
    assert_eq!(frozen["frozen"], true);
    let running = stand.control("/clock/resume", Some(json!({}))).await.ok();
    assert_eq!(running["frozen"], false);
    assert!("2026-03-01T12:01:01.001Z" <= &*now().await);
    for milliseconds in [-1, i64::MIN, i64::MAX, 101 * 366 * 24 * 60 * 60 * 1_000] {
        let by = Some(json!({ "milliseconds": milliseconds }));
        let reply = stand.control("/clock/advance", by).await;
        assert_eq!(reply.status, 400);
        assert_eq!(reply.body["error"], "the clock cannot be moved so far");
    }
}

#[tokio::test]
async fn a_distance_past_the_end_of_time_is_refused_and_nothing_changes() {
    let late = "9999-12-30T21:59:50.000Z".parse().unwrap();
    let stand = Stand::start_with(|builder| builder.frozen_at(late)).await;
    stand.registered("u1").await;
    stand
        .post("/v1/user/verification", identity("u1"))
        .await
        .ok();
    let clock = async || stand.control("/clock", None).await.ok();
    let before = clock().await;
    let advance = async |milliseconds: u64| {
        let by = Some(json!({ "milliseconds": milliseconds }));
        stand.control("/clock/advance", by).await
    };
    for milliseconds in [10_001, 3_162_240_000_000] {
        let refused = advance(milliseconds).await;
        assert_eq!(refused.status, 400);
        assert_eq!(
            refused.body["error"],
            "the clock cannot be moved past 9999-12-30T22:00:00.000Z, where time ends"
        );
    }
    assert_eq!(clock().await, before);
    let user = stand.control("/users/u1", None).await.ok();
    assert_eq!(user["verification"], "PENDING", "nothing fell due");
    assert_eq!(
        advance(10_000).await.ok()["now"],
        "9999-12-30T22:00:00.000Z"
    );
    assert_eq!(advance(0).await.status, 200);
    assert_eq!(advance(1).await.status, 400);
}

#[tokio::test]
async fn deposits_are_credited_held_or_returned() {
    let stand = Stand::start().await;
    stand.verified("u1").await;
    let deposit = async |user: &str| {
        let body = json!({
            "externalUserId": user, "amount": "12.34", "senderName": "Kanaria Kowalska", "senderIban": crate::stand::IBAN,
        });
        stand
            .control("/simulate/sepa-deposit", Some(body))
            .await
            .ok()
    };
    let status = async |id: &str| {
        let deposit = stand.control(&format!("/deposits/{id}"), None).await.ok();
        text(&deposit, "status")
    };
    assert_eq!(deposit("u1").await["status"], "CREDITED");
    assert_eq!(deposit("ghost").await["status"], "RETURNED");
    stand.patch("/v1/user/suspend/u1", None).await.ok();
    let held = text(&deposit("u1").await, "id");
    let state = stand.control("/users/u1", None).await.ok();
    assert_eq!(state["standing"], "SUSPENDED");
    assert_eq!(state["heldDeposits"][0]["id"], held);
    assert_eq!(
        state["balances"],
        json!([{ "currency": "eur", "amount": "12.34" }])
    );
    stand.patch("/v1/user/unsuspend/u1", None).await.ok();
    assert_eq!(status(&held).await, "CREDITED");
    assert_eq!(stand.held("u1", "eur").await, "24.68");
    assert!(stand.books_balance().await);

    let wrong = json!({ "externalUserId": "u1", "amount": "1", "senderIban": "PL00" });
    let reply = stand.control("/simulate/sepa-deposit", Some(wrong)).await;
    assert_eq!(
        (reply.status, &reply.body["error"]),
        (400, &"the sender is malformed".into())
    );
    let reply = stand.control("/deposits/ghost", None).await;
    assert_eq!(
        (reply.status, &reply.body["error"]),
        (404, &"there is no such deposit".into())
    );
}

#[tokio::test]
async fn a_card_pays_what_its_user_has() {
    let stand = Stand::start().await;
    stand.funded("u1", "10").await;
    let card = stand.card("u1").await;
    let pay = async |amount: &str| {
        let body = json!({ "cardId": card, "amount": amount, "currency": "eur" });
        stand
            .control("/simulate/card-transaction", Some(body))
            .await
            .ok()
    };
    assert_eq!(pay("9.99").await["approved"], true);
    let declined = pay("0.02").await;
    assert_eq!(declined["approved"], false);
    assert_eq!(declined["rule"], "L10 funds_must_suffice");
    let named = json!({ "externalUserId": "u1", "cardId": card });
    stand.patch("/v1/card/block", Some(named)).await.ok();
    assert_eq!(pay("0.01").await["rule"], "card_must_be_active");
    assert_eq!(stand.held("u1", "eur").await, "0.01");
}

#[tokio::test]
async fn a_verification_can_be_decided_by_hand() {
    let stand = Stand::start().await;
    stand.registered("u1").await;
    let decide = async |user: &str, approved: bool| {
        let body = json!({ "externalUserId": user, "approved": approved });
        stand
            .control("/simulate/verification-decision", Some(body))
            .await
    };
    let early = decide("u1", true).await;
    assert_eq!(
        (early.status, &early.body["rule"]),
        (409, &"verification_must_be_pending".into())
    );
    let nobody = decide("ghost", true).await;
    assert_eq!(
        (nobody.status, &nobody.body["rule"]),
        (409, &"user_must_exist".into())
    );
    for approved in [false, true] {
        stand
            .post("/v1/user/verification", crate::stand::identity("u1"))
            .await
            .ok();
        let state = decide("u1", approved).await.ok();
        let expected = if approved { "APPROVED" } else { "REJECTED" };
        assert_eq!(state["verification"], expected);
    }
}

#[tokio::test]
async fn every_decision_is_listed_in_order_with_its_rule_and_nothing_personal() {
    let stand = Stand::start().await;
    stand.funded("u1", "100").await;
    let refused = stand
        .post("/v1/transfer", crate::stand::funding("ghost", "1"))
        .await;
    let list = async |query: &str| {
        let reply = stand
            .control(&format!("/decisions{query}"), None)
            .await
            .ok();
        assert!(!reply.to_string().contains("canary") && !reply.to_string().contains("u1"));
        reply["decisions"].as_array().unwrap().clone()
    };
    let all = list("").await;
    let commands: Vec<_> = all
        .iter()
        .map(|it| it["command"].as_str().unwrap())
        .collect();
    let expected = [
        "fund",
        "create_user",
        "add_verification",
        "decide_verification",
        "transfer",
        "transfer",
    ];
    assert_eq!(commands, expected);
    let last = all.last().unwrap();
    assert_eq!(last["seq"], refused.seq);
    assert_eq!(last["rule"], "user_must_exist");
    let seqs: Vec<_> = all.iter().map(|it| it["seq"].as_u64().unwrap()).collect();
    assert!(seqs.is_sorted_by(|a, b| a < b));
    assert_eq!(list(&format!("?after={}", seqs[3])).await, all[4..]);
    for query in ["?after=x", "?after=-1", "?before=1"] {
        let reply = stand.control(&format!("/decisions{query}"), None).await;
        assert_eq!(
            (reply.status, &reply.body["error"]),
            (400, &"the query is malformed".into())
        );
    }
}

#[tokio::test]
async fn a_reset_forgets_everybody_and_goes_on_counting() {
    let stand = Stand::start().await;
    stand.funded("u1", "100").await;
    let before = stand.get("/v1/exchange/get-rate").await.seq;
    let reply = stand.control("/reset", Some(json!({}))).await;
    assert!(before < reply.seq && reply.body["seq"] == reply.seq);
    stand
        .get("/v1/user/balances/u1")
        .await
        .refused(400, "P412", "user_must_exist");
    let partner = stand.get("/v1/partner/balances").await.ok();
    assert_eq!(crate::stand::balance(&partner, "eur"), "1000000.00");
    stand.funded("u1", "100").await;
    assert!(stand.books_balance().await);
}

#[tokio::test]
async fn control_refusals_say_what_to_do() {
    let stand = Stand::start().await;
    for (path, body, error) in [
        ("/users/a%2Fb", None, "the id in the path is malformed"),
        ("/users/%ff", None, "the id in the path is malformed"),
        ("/users/ghost", None, "there is no such user"),
        ("/nowhere", None, "there is no such path"),
        ("/books", Some(json!({})), "the path has no such method"),
        (
            "/clock/advance",
            Some(json!({})),
            "milliseconds must be given",
        ),
        (
            "/simulate/card-transaction",
            Some(json!({ "cardId": "", "amount": -1 })),
            "amount must be of the documented type and form, cardId must be of the documented type and form, \
             currency must be given",
        ),
        (
            "/simulate/sepa-deposit",
            Some(json!({ "externalUserId": "u1", "amount": "0.001" })),
            "amount has too many decimal places or is too large",
        ),
    ] {
        let reply = stand.control(path, body).await;
        assert_eq!(reply.body["error"], error, "{path}");
        assert!((400..500).contains(&reply.status) && !text(&reply.body, "remedy").is_empty());
    }
}
