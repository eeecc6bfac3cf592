//! A call ends when it was to end, and stops when it is dropped.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use partner_api_transport::{CallOptions, InProcess, RetryClass, Transport};
use tokio::time::Instant;

use crate::support::server::{Act, Server};
use crate::support::{Longest, Words, behavior, builder, call, call_with, transport};

/// A server that never answers, in process; counts requests.
fn silent() -> (Transport<Words>, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let wire = InProcess::new(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        std::future::pending()
    });
    (
        builder("http://localhost")
            .wire(wire)
            .random(Longest)
            .build()
            .unwrap(),
        count,
    )
}

/// The head arrives at once; without a deadline over the body this would hang.
#[tokio::test]
async fn a_slow_body_ends_at_the_deadline() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{";
    let server = Server::start([Act::SayAndStall(head.into())]).await;
    let options = CallOptions::new()
        .timeout(Duration::from_millis(100))
        .without_retries();
    let transport = transport(&server.url());
    let call = call_with(&transport, RetryClass::OnlyIfUnsent, options);
    let error = tokio::time::timeout(Duration::from_secs(20), call)
        .await
        .expect("the call ends by itself")
        .unwrap_err();
    assert!(error.is_timeout() && error.is_transient() && error.may_have_been_processed());
}

#[tokio::test(start_paused = true)]
async fn a_read_is_tried_again_after_each_attempt_timeout() {
    let (transport, count) = silent();
    let start = Instant::now();
    let hanging = tokio::time::timeout(
        Duration::from_secs(3600),
        call(&transport, RetryClass::Safe),
    );
    let error = hanging.await.expect("the call ends by itself").unwrap_err();
    assert_eq!((error.attempts(), count.load(Ordering::Relaxed)), (3, 3));
    assert!(error.is_timeout() && !error.may_have_been_processed());
    // Three attempts of 10 s and pauses of 0.2 s and 0.4 s do not fit into 30 s: the deadline ends it.
    assert_eq!(start.elapsed().as_millis().next_multiple_of(10), 30_000);
}

/// Giving up early would gain nothing but doubt.
#[tokio::test(start_paused = true)]
async fn a_request_that_may_not_be_repeated_gets_the_whole_call() {
    let (transport, count) = silent();
    let start = Instant::now();
    let hanging = tokio::time::timeout(
        Duration::from_secs(3600),
        call(&transport, RetryClass::OnlyIfUnsent),
    );
    let error = hanging.await.expect("the call ends by itself").unwrap_err();
    assert_eq!((error.attempts(), count.load(Ordering::Relaxed)), (1, 1));
    assert!(error.is_timeout() && error.may_have_been_processed());
    assert_eq!(start.elapsed().as_millis().next_multiple_of(10), 30_000);
}

#[tokio::test(start_paused = true)]
async fn no_retry_starts_that_could_not_end_before_the_deadline() {
    let wire = InProcess::new(|_| async {
        Ok(http::Response::builder()
            .status(503)
            .header("retry-after", "60")
            .body(Bytes::new())
            .unwrap())
    });
    let transport = builder("http://localhost").wire(wire).build().unwrap();
    let start = Instant::now();
    let error = call(&transport, RetryClass::Safe).await.unwrap_err();
    assert_eq!(
        (error.attempts(), error.retry_after()),
        (1, Some(Duration::from_secs(60)))
    );
    assert!(
        start.elapsed() < Duration::from_secs(1),
        "waiting would have been in vain"
    );
}

/// Nothing is spawned: once the future is gone, an hour passes without another request.
#[tokio::test(start_paused = true)]
async fn a_dropped_call_leaves_nothing_that_retries() {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let wire = InProcess::new(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        async {
            Ok(http::Response::builder()
                .status(503)
                .body(Bytes::new())
                .unwrap())
        }
    });
    let patient = behavior(|it| it.backoff_first = Duration::from_secs(5));
    let transport = builder("http://localhost")
        .wire(wire)
        .behavior(patient)
        .random(Longest)
        .build()
        .unwrap();

    // Dropped in the first pause.
    tokio::time::timeout(Duration::from_secs(1), call(&transport, RetryClass::Safe))
        .await
        .unwrap_err();
    assert_eq!(count.load(Ordering::Relaxed), 1);
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert_eq!(count.load(Ordering::Relaxed), 1);
    assert_eq!(
        tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks(),
        0
    );
}

/// "No limit" is said with the longest duration there is.
#[tokio::test(start_paused = true)]
async fn the_longest_timeout_is_no_overflow() {
    let wire = InProcess::new(|_| async { Ok(http::Response::new(Bytes::new())) });
    let endless = behavior(|it| {
        it.attempt_timeout = Duration::MAX;
        it.pause_max = Duration::MAX;
        it.backoff_max = Duration::MAX;
    });
    let transport = builder("http://localhost")
        .wire(wire)
        .behavior(endless)
        .build()
        .unwrap();
    let options = CallOptions::new().timeout(Duration::MAX);
    call_with(&transport, RetryClass::Safe, options)
        .await
        .unwrap();
}

/// A call made of several requests may have no time left for the next one; that request never leaves.
#[tokio::test(start_paused = true)]
async fn nothing_leaves_once_the_time_is_over() {
    let (transport, sent) = silent();
    let options = CallOptions::new().timeout(Duration::ZERO);
    let error = call_with(&transport, RetryClass::OnlyIfUnsent, options)
        .await
        .unwrap_err();
    assert!(error.is_timeout() && !error.may_have_been_processed());
    assert_eq!(sent.load(Ordering::Relaxed), 0);
}
