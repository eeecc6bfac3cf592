//! What is repeated, how often, after which pause, and what is known in the end.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use partner_api_transport::{CallOptions, ErrorKind, InProcess, RetryClass, Transport, WireError};
use tokio::time::Instant;

use crate::support::server::{Act, Server, closed_port, ok, say};
use crate::support::{Longest, Words, behavior, builder, call, call_with, transport};

use RetryClass::{Idempotent, OnlyIfUnsent, Safe};

/// What the wire does at one attempt: a status and body, or a failure.
#[derive(Clone, Copy, Debug)]
enum Turn {
    Says(u16, &'static str),
    Unsent,
    BreaksOff,
}
use Turn::{BreaksOff, Says, Unsent};

/// Plays `turns`, the last one for ever, and notes when each request came.
fn scripted(turns: &'static [Turn]) -> (Transport<Words>, Arc<Mutex<Vec<Instant>>>) {
    let times = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&times);
    let wire = InProcess::new(move |_| {
        let mut times = noted.lock().unwrap();
        let turn = turns.get(times.len()).or(turns.last()).copied().unwrap();
        times.push(Instant::now());
        async move {
            match turn {
                Says(status, body) => Ok(http::Response::builder()
                    .status(status)
                    .body(Bytes::from(body))
                    .unwrap()),
                Unsent => Err(WireError::unsent("connection refused")),
                BreaksOff => Err(WireError::interrupted("connection reset")),
            }
        }
    });
    (
        builder("http://localhost")
            .wire(wire)
            .random(Longest)
            .build()
            .unwrap(),
        times,
    )
}

/// `attempts` made, and whether the outcome is success, failure, or doubt.
async fn check(class: RetryClass, turns: &'static [Turn], attempts: u32, outcome: &str) {
    let (transport, times) = scripted(turns);
    let result = call(&transport, class).await;
    let (made, seen) = match &result {
        Ok(answer) => (answer.attempts, "success"),
        Err(error) if error.may_have_been_processed() => (error.attempts(), "doubt"),
        Err(error) => (error.attempts(), "failure"),
    };
    assert_eq!(
        (made, seen),
        (attempts, outcome),
        "{class:?} {turns:?}: {result:?}"
    );
    assert_eq!(times.lock().unwrap().len(), attempts as usize);
}

#[tokio::test(start_paused = true)]
async fn each_class_repeats_what_it_may() {
    check(Safe, &[Says(200, "")], 1, "success").await;
    check(
        Safe,
        &[BreaksOff, Says(503, ""), Says(200, "")],
        3,
        "success",
    )
    .await;
    check(Safe, &[BreaksOff], 3, "failure").await;
    check(Safe, &[Says(400, "NO")], 1, "failure").await;
    check(Safe, &[Says(404, "")], 1, "failure").await;
    check(Safe, &[Says(501, "")], 1, "failure").await;
    check(Safe, &[Says(429, ""), Says(200, "")], 2, "success").await;

    check(Idempotent, &[BreaksOff, Says(200, "")], 2, "success").await;
    check(
        Idempotent,
        &[Says(400, "BUSY"), Says(200, "")],
        2,
        "success",
    )
    .await;
    check(Idempotent, &[BreaksOff], 3, "doubt").await;
    check(Idempotent, &[Unsent], 3, "failure").await;
    check(Idempotent, &[BreaksOff, Unsent], 3, "doubt").await;
    check(Idempotent, &[Says(429, "")], 3, "failure").await;

    check(OnlyIfUnsent, &[Unsent, Says(200, "")], 2, "success").await;
    check(OnlyIfUnsent, &[Unsent], 3, "failure").await;
    check(
        OnlyIfUnsent,
        &[Unsent, BreaksOff, Says(200, "")],
        2,
        "doubt",
    )
    .await;
    check(OnlyIfUnsent, &[BreaksOff, Says(200, "")], 1, "doubt").await;
    check(
        OnlyIfUnsent,
        &[Says(400, "BUSY"), Says(200, "")],
        1,
        "doubt",
    )
    .await;
    check(OnlyIfUnsent, &[Says(500, "")], 1, "doubt").await;
    check(OnlyIfUnsent, &[Says(503, "")], 1, "doubt").await;
    check(OnlyIfUnsent, &[Says(408, "")], 1, "doubt").await;
    check(OnlyIfUnsent, &[Says(429, ""), Says(200, "")], 1, "failure").await;
    check(OnlyIfUnsent, &[Says(400, "EXISTS")], 1, "failure").await;
}

/// "It exists" after an attempt that broke off: perhaps that very attempt made it exist.
#[tokio::test(start_paused = true)]
async fn a_refusal_that_an_own_success_would_cause_is_doubt() {
    check(Idempotent, &[BreaksOff, Says(400, "EXISTS")], 2, "doubt").await;
    check(
        Idempotent,
        &[Says(503, ""), Says(400, "EXISTS")],
        2,
        "doubt",
    )
    .await;
    // Any other refusal by the API settles the matter, and so does one without earlier doubt.
    check(Idempotent, &[BreaksOff, Says(400, "NO")], 2, "failure").await;
    check(Idempotent, &[Unsent, Says(400, "EXISTS")], 2, "failure").await;
    check(
        Idempotent,
        &[Says(429, ""), Says(400, "EXISTS")],
        2,
        "failure",
    )
    .await;
    // A refusal that says nothing about the operation leaves the doubt as it was.
    check(Idempotent, &[BreaksOff, Says(401, "DENIED")], 2, "doubt").await;
    check(Idempotent, &[BreaksOff, Says(404, "")], 2, "doubt").await;
    check(Idempotent, &[BreaksOff, Says(429, "")], 3, "doubt").await;
}

#[tokio::test(start_paused = true)]
async fn pauses_double_and_stop_doubling() {
    let times = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&times);
    let wire = InProcess::new(move |_| {
        noted.lock().unwrap().push(Instant::now());
        async {
            Ok(http::Response::builder()
                .status(503)
                .body(Bytes::new())
                .unwrap())
        }
    });
    let eager = behavior(|it| {
        it.attempts_max = 6;
        it.backoff_max = Duration::from_secs(1);
    });
    let transport = builder("http://localhost")
        .wire(wire)
        .behavior(eager)
        .random(Longest)
        .build()
        .unwrap();
    call(&transport, Safe).await.unwrap_err();
    let times = times.lock().unwrap();
    let pauses: Vec<_> = times
        .windows(2)
        .map(|it| (it[1] - it[0]).as_millis() / 10 * 10)
        .collect();
    assert_eq!(pauses, [200, 400, 800, 1_000, 1_000]);
}

#[tokio::test(start_paused = true)]
async fn a_budget_stops_retries_of_all_calls_and_refills_by_success() {
    let healthy = Arc::new(AtomicBool::new(false));
    let state = Arc::clone(&healthy);
    let wire = InProcess::new(move |_| {
        let status = if state.load(Ordering::Relaxed) {
            200
        } else {
            503
        };
        async move {
            Ok(http::Response::builder()
                .status(status)
                .body(Bytes::new())
                .unwrap())
        }
    });
    let tight = behavior(|it| {
        it.retry_budget.tokens_max = 15;
        it.retry_budget.retry_cost = 5;
        it.retry_budget.refund = 5;
    });
    let transport = builder("http://localhost")
        .wire(wire)
        .behavior(tight)
        .build()
        .unwrap();
    let mut attempts = Vec::new();
    for _ in 0..4 {
        attempts.push(call(&transport.clone(), Safe).await.unwrap_err().attempts());
    }
    assert_eq!(
        attempts,
        [3, 2, 1, 1],
        "two retries, then one, then the budget is spent"
    );

    healthy.store(true, Ordering::Relaxed);
    call(&transport, Safe).await.unwrap();
    healthy.store(false, Ordering::Relaxed);
    let error = call(&transport, Safe).await.unwrap_err();
    assert_eq!(
        error.attempts(),
        2,
        "a success gave back what one retry costs"
    );
    assert!(error.to_string().contains("retry budget"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn retries_can_be_turned_off_for_a_call() {
    let (transport, times) = scripted(&[Says(503, ""), Says(200, "")]);
    let once = CallOptions::new().without_retries();
    assert_eq!(
        call_with(&transport, Safe, once)
            .await
            .unwrap_err()
            .attempts(),
        1
    );
    assert_eq!(times.lock().unwrap().len(), 1);
}

/// Real sockets: nobody listens, so the request cannot have left.
#[tokio::test]
async fn a_refused_connection_is_retried_even_for_money_and_leaves_no_doubt() {
    let transport = transport(&format!("http://{}", closed_port().await));
    let error = call(&transport, OnlyIfUnsent).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Unreachable, 3)
    );
    assert!(!error.may_have_been_processed() && error.is_transient());
}

/// Real sockets: the connection stood, so nobody can tell how much was read.
#[tokio::test]
async fn a_dropped_connection_is_never_retried_for_money_and_leaves_doubt() {
    for act in [Act::CloseUnread, Act::CloseAfterReading] {
        let server = Server::start([act.clone(), ok()]).await;
        let error = call(&transport(&server.url()), OnlyIfUnsent)
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Interrupted, 1),
            "{act:?}"
        );
        assert!(error.may_have_been_processed(), "{act:?}");
    }
}

#[tokio::test]
async fn a_dropped_connection_is_retried_for_reads() {
    let server = Server::start([Act::CloseUnread, Act::CloseAfterReading, ok()]).await;
    assert_eq!(
        call(&transport(&server.url()), Safe)
            .await
            .unwrap()
            .attempts,
        3
    );
}

#[tokio::test]
async fn a_429_is_waited_out() {
    let server = Server::start([say("429 Too Many Requests", &["retry-after: 0"], ""), ok()]).await;
    assert_eq!(
        call(&transport(&server.url()), Safe)
            .await
            .unwrap()
            .attempts,
        2
    );
}

/// reqwest would repeat a POST underneath, where nobody counts.
#[tokio::test]
async fn retries_of_a_given_builder_are_turned_off() {
    let server = Server::start([Act::CloseAfterReading]).await;
    let repeats = reqwest::retry::for_host("127.0.0.1").classify_fn(|attempt| attempt.retryable());
    let given = reqwest::Client::builder().retry(repeats.no_budget());
    let transport = builder(&server.url())
        .reqwest_builder(given)
        .build()
        .unwrap();
    call(&transport, OnlyIfUnsent).await.unwrap_err();
    assert_eq!(server.requests().len(), 1);
}
