//! The history of balances.

use serde_json::{Value, json};

use crate::stand::{Stand, funding, payout, text};

async fn page(stand: &Stand, query: &str) -> (Vec<Value>, Option<String>) {
    let path = format!("/v1/user/transaction-history/u1{query}");
    let body = stand.get(&path).await.ok();
    let entries = body["transactions"].as_array().unwrap().clone();
    (entries, body["nextCursor"].as_str().map(str::to_owned))
}

fn cents(entry: &Value) -> i64 {
    let amount: f64 = text(entry, "amount").parse().unwrap();
    (amount * 100.0).round() as i64
}

#[tokio::test]
async fn every_movement_is_there_once_and_they_add_up_to_the_balance() {
    let stand = Stand::start().await;
    stand.funded("u1", "100").await;
    stand
        .post("/v1/sepa-transfer", payout("u1", "20"))
        .await
        .ok();
    stand.advance(2_000).await;
    let back = json!({ "sourceExternalUserId": "u1", "amount": "5", "currency": "eur" });
    stand.post("/v1/transfer", back).await.ok();
    let (entries, next) = page(&stand, "").await;
    let kinds: Vec<String> = entries.iter().map(|entry| text(entry, "type")).collect();
    assert_eq!(
        kinds,
        ["INTERNAL_TRANSFER", "SEPA_TRANSFER", "INTERNAL_TRANSFER"]
    );
    let amounts: Vec<i64> = entries.iter().map(cents).collect();
    assert_eq!(amounts, [-500, -2_100, 10_000]);
    assert_eq!((next, &*stand.held("u1", "eur").await), (None, "74.00"));
}

#[tokio::test]
async fn pages_are_stable_while_somebody_writes() {
    let stand = Stand::start().await;
    stand.funded("u1", "1").await;
    for _ in 0..6 {
        stand.post("/v1/transfer", funding("u1", "1")).await.ok();
    }
    let (all, _) = page(&stand, "").await;
    let mut seen = Vec::new();
    let mut query = "?limit=2".to_owned();
    loop {
        let (entries, next) = page(&stand, &query).await;
        assert!(entries.len() <= 2);
        seen.extend(entries);
        stand.post("/v1/transfer", funding("u1", "1")).await.ok();
        match next {
            Some(cursor) => query = format!("?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, all);
    let ids: std::collections::BTreeSet<String> = seen.iter().map(|it| text(it, "id")).collect();
    assert_eq!(ids.len(), 7);
}

#[tokio::test]
async fn odd_pages_are_refused_and_who_may_not_read_does_not() {
    let stand = Stand::start().await;
    stand.verified("u1").await;
    let path = "/v1/user/transaction-history/u1";
    for query in ["?limit=0", "?limit=101", "?limit=x", "?limit=-1"] {
        let reply = stand.get(&format!("{path}{query}")).await;
        reply.invalid("limit must be 1 to 100");
    }
    for cursor in ["x", "1", "1-", "-1", "1-x"] {
        let reply = stand.get(&format!("{path}?cursor={cursor}")).await;
        reply.invalid("cursor must be what the page before said in nextCursor");
    }
    assert_eq!(page(&stand, "?cursor=0-0").await, (vec![], None));
    stand.registered("u2").await;
    let unverified = stand.get("/v1/user/transaction-history/u2").await;
    unverified.refused(400, "P459", "L9 user_must_be_verified");
    let partner = stand
        .get("/v1/partner/transaction-history?limit=1")
        .await
        .ok();
    assert_eq!(partner["transactions"][0]["type"], "FUNDING");
}
