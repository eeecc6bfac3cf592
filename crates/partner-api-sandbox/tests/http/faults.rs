//! Faults on demand, over real sockets.

use reqwest::Method;
use serde_json::{Value, json};

use crate::stand::{API_KEY, CONTROL_KEY, Stand, client, funding};

/// Adds a rule; its id.
async fn add(stand: &Stand, rule: Value) -> u64 {
    let added = stand.control("/faults", Some(rule)).await.ok();
    added["id"].as_u64().unwrap()
}

/// A transfer of 5 EUR, whatever comes of it.
async fn pay(stand: &Stand) -> reqwest::Result<reqwest::Response> {
    let url = format!("{}/v1/transfer", stand.sandbox.api_url());
    let request = client().post(url).header("x-api-key", API_KEY);
    request.json(&funding("u1", "5")).send().await
}

async fn remove(stand: &Stand, path: &str) -> u16 {
    let url = format!("{}{path}", stand.sandbox.control_url());
    let request = client().request(Method::DELETE, url);
    let answer = request.header("x-control-key", CONTROL_KEY).send().await;
    answer.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_lost_answer_was_committed_once_and_a_lost_call_was_not() {
    let stand = Stand::start().await;
    stand.funded("u1", "10").await;
    let rule = |fault: &str| json!({ "fault": fault, "operation": "create_transfer", "times": 1 });
    for (fault, held) in [("DROP_AFTER", "15.00"), ("DROP_BEFORE", "15.00")] {
        add(&stand, rule(fault)).await;
        let error = pay(&stand).await.unwrap_err();
        assert!(error.is_request() && error.status().is_none(), "{error:?}");
        assert_eq!(stand.held("u1", "eur").await, held, "{fault}");
    }
    assert_eq!(pay(&stand).await.unwrap().status(), 201);
    assert_eq!(stand.held("u1", "eur").await, "20.00");
    assert!(stand.books_balance().await);
}

#[tokio::test]
async fn half_an_answer_arrives_and_its_call_was_committed() {
    let stand = Stand::start_unwatched().await;
    stand.funded("u1", "10").await;
    add(&stand, json!({ "fault": "TRUNCATE", "times": 1 })).await;
    let mut answer = pay(&stand).await.unwrap();
    let length = answer.content_length().unwrap();
    let half = answer.chunk().await.unwrap().unwrap();
    assert_eq!(half.len() as u64, length / 2);
    answer.chunk().await.unwrap_err();
    assert_eq!(stand.held("u1", "eur").await, "15.00");
}

#[tokio::test]
async fn answers_that_are_not_the_calls_own() {
    let stand = Stand::start().await;
    stand.funded("u1", "10").await;
    for (fault, status, retry_after, part) in [
        ("UNAVAILABLE", 400, None, "P501"),
        ("UNKNOWN_EXCEPTION", 400, None, "P500"),
        ("HTML_503", 503, Some("7"), "<html>"),
        ("TOO_MANY_REQUESTS", 429, Some("7"), "too many requests"),
    ] {
        let mut rule = json!({ "fault": fault, "times": 1 });
        if retry_after.is_some() {
            rule["retryAfterSeconds"] = json!(7);
        }
        add(&stand, rule).await;
        let answer = pay(&stand).await.unwrap();
        let found = answer.headers().get("retry-after");
        let found = found.map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(
            (answer.status().as_u16(), found.as_deref()),
            (status, retry_after)
        );
        assert!(answer.text().await.unwrap().contains(part), "{fault}");
    }
    assert_eq!(stand.held("u1", "eur").await, "10.00");
}

#[tokio::test]
async fn a_rule_hits_its_own_calls_of_its_own_operation_until_it_is_removed() {
    let stand = Stand::start().await;
    stand.funded("u1", "10").await;
    let rule = json!({ "fault": "UNAVAILABLE", "operation": "create_transfer", "calls": [2] });
    let id = add(&stand, rule).await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        assert_eq!(stand.get("/v1/partner/balances").await.status, 200);
        statuses.push(pay(&stand).await.unwrap().status().as_u16());
    }
    assert_eq!(statuses, [201, 400, 201]);
    let rules = stand.control("/faults", None).await.ok();
    let rule = &rules["faults"][0];
    assert_eq!((&rule["seen"], &rule["hits"]), (&json!(3), &json!(1)));
    let path = format!("/faults/{id}");
    assert_eq!(remove(&stand, &path).await, 200);
    assert_eq!(remove(&stand, &path).await, 404);
    add(&stand, json!({ "fault": "UNAVAILABLE" })).await;
    assert_eq!(pay(&stand).await.unwrap().status(), 400);
    assert_eq!(remove(&stand, "/faults").await, 200);
    assert_eq!(pay(&stand).await.unwrap().status(), 201);
}

#[tokio::test]
async fn a_seed_hits_the_same_calls_again_and_latency_delays_them() {
    let stand = Stand::start().await;
    let mut runs = Vec::new();
    for _ in 0..2 {
        let rule = json!({ "fault": "UNAVAILABLE", "percent": 50, "seed": 7 });
        let id = add(&stand, rule).await;
        let mut run = Vec::new();
        for _ in 0..32 {
            run.push(stand.get("/v1/partner/balances").await.status);
        }
        remove(&stand, &format!("/faults/{id}")).await;
        runs.push(run);
    }
    assert_eq!(runs[0], runs[1]);
    assert!(runs[0].contains(&200) && runs[0].contains(&400));
    add(&stand, json!({ "fault": "LATENCY", "milliseconds": 120 })).await;
    let started = std::time::Instant::now();
    assert_eq!(stand.get("/v1/partner/balances").await.status, 200);
    assert!(started.elapsed().as_millis() >= 120);
}

#[tokio::test]
async fn rules_that_make_no_sense_are_refused() {
    let stand = Stand::start().await;
    for (rule, error) in [
        (
            json!({ "fault": "TRUNCATE", "operation": "nothing" }),
            "there is no such operation",
        ),
        (
            json!({ "fault": "TRUNCATE", "percent": 101 }),
            "percent must be from 0 to 100",
        ),
        (
            json!({ "fault": "TRUNCATE", "percent": 1, "calls": [1] }),
            "calls and percent exclude each other",
        ),
        (
            json!({ "fault": "LATENCY" }),
            "milliseconds must be given for LATENCY",
        ),
        (
            json!({ "fault": "TRUNCATE", "milliseconds": 600_001 }),
            "milliseconds must be at most ten minutes",
        ),
    ] {
        let reply = stand.control("/faults", Some(rule)).await;
        assert_eq!((reply.status, &reply.body["error"]), (400, &error.into()));
    }
}
