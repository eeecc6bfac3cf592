//! Bounds: the length of an answer and the pace of requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use partner_api_transport::{CallOptions, ErrorKind, InProcess, Rate, RetryClass};
use tokio::time::Instant;

use crate::support::server::{Act, Server, say};
use crate::support::{behavior, builder, call, call_with, transport};

#[tokio::test]
async fn an_answer_beyond_the_limit_is_given_up() {
    let long = "x".repeat(2_000);
    let chunked =
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n7d0\r\n{long}\r\n0\r\n\r\n");
    for act in [say("200 OK", &[], &long), Act::Say(chunked)] {
        let server = Server::start([act]).await;
        let transport = builder(&server.url())
            .behavior(behavior(|it| it.answer_bytes_max = 1_000))
            .build()
            .unwrap();
        let error = call(&transport, RetryClass::OnlyIfUnsent)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooLong);
        assert!(
            error.may_have_been_processed(),
            "the server answered with 200"
        );
        assert_eq!(server.requests().len(), 1, "a repeat would be as long");
    }
}

/// Only the head arrives; the announced length alone is enough to give up.
#[tokio::test]
async fn an_announced_length_beyond_the_limit_is_not_waited_for() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 999999999999\r\n\r\n";
    let server = Server::start([Act::SayAndStall(head.into())]).await;
    let error = call(&transport(&server.url()), RetryClass::Safe)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLong);
}

#[tokio::test]
async fn the_limit_holds_for_other_wires_too() {
    let wire = InProcess::new(|_| async { Ok(http::Response::new(Bytes::from(vec![0; 11]))) });
    let transport = builder("http://localhost")
        .wire(wire)
        .behavior(behavior(|it| it.answer_bytes_max = 10))
        .build()
        .unwrap();
    assert_eq!(
        call(&transport, RetryClass::Safe).await.unwrap_err().kind(),
        ErrorKind::TooLong
    );
}

#[tokio::test(start_paused = true)]
async fn a_rate_spreads_requests_after_the_burst() {
    let wire = InProcess::new(|_| async { Ok(http::Response::new(Bytes::new())) });
    let rate = Rate {
        per_second: 10,
        burst: 3,
    };
    let transport = builder("http://localhost")
        .wire(wire)
        .behavior(behavior(|it| it.rate = Some(rate)))
        .build()
        .unwrap();
    let start = Instant::now();
    let mut left_after = Vec::new();
    for _ in 0..6 {
        call(&transport, RetryClass::Safe).await.unwrap();
        left_after.push(start.elapsed().as_millis().next_multiple_of(10));
    }
    assert_eq!(left_after, [0, 0, 0, 100, 200, 300]);
}

#[tokio::test(start_paused = true)]
async fn what_runs_in_the_background_leaves_half_of_the_burst_to_others() {
    let wire = InProcess::new(|_| async { Ok(http::Response::new(Bytes::new())) });
    let rate = Rate {
        per_second: 10,
        burst: 5,
    };
    let transport = builder("http://localhost")
        .wire(wire)
        .behavior(behavior(|it| it.rate = Some(rate)))
        .build()
        .unwrap();
    let background = CallOptions::new().in_background();
    let start = Instant::now();
    let mut left_after = Vec::new();
    for _ in 0..5 {
        let sent = call_with(&transport, RetryClass::Safe, background).await;
        sent.unwrap();
        left_after.push(start.elapsed().as_millis().next_multiple_of(10));
    }
    assert_eq!(left_after, [0, 0, 0, 100, 200]);
    // Somebody who waits for an answer still has a turn at once.
    call(&transport, RetryClass::Safe).await.unwrap();
    assert!(start.elapsed().as_millis() < 210);
    // Under steady load what runs in the background goes without.
    for _ in 0..3 {
        call(&transport, RetryClass::Safe).await.unwrap();
    }
    let short = background.timeout(Duration::from_millis(100));
    let error = call_with(&transport, RetryClass::Safe, short).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::HeldBack);
}

#[tokio::test(start_paused = true)]
async fn a_429_holds_back_every_call_of_the_client() {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let wire = InProcess::new(move |_| {
        let first = counted.fetch_add(1, Ordering::Relaxed) == 0;
        async move {
            let answer = http::Response::builder();
            let answer = if first {
                answer.status(429).header("retry-after", "5")
            } else {
                answer
            };
            Ok(answer.body(Bytes::new()).unwrap())
        }
    });
    let transport = builder("http://localhost").wire(wire).build().unwrap();
    let start = Instant::now();

    let once = CallOptions::new().without_retries();
    let error = call_with(&transport, RetryClass::OnlyIfUnsent, once)
        .await
        .unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(5)));
    assert!(error.is_transient() && !error.may_have_been_processed());

    // Another clone and another call: it waits, and fails at once if it may not wait that long.
    let short = CallOptions::new().timeout(Duration::from_secs(1));
    let error = call_with(&transport.clone(), RetryClass::Safe, short)
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::HeldBack, 0));
    assert!(
        start.elapsed() < Duration::from_millis(10),
        "there was nothing to wait for"
    );
    assert!(error.retry_after() > Some(Duration::from_secs(4)));

    call(&transport.clone(), RetryClass::Safe).await.unwrap();
    assert!(Duration::from_secs(5) <= start.elapsed());
    assert_eq!(count.load(Ordering::Relaxed), 2);
}

/// A mistaken or hostile `Retry-After` does not put the client out of use.
#[tokio::test(start_paused = true)]
async fn a_pause_has_a_longest_length() {
    let wire = InProcess::new(|_| async {
        let answer = http::Response::builder()
            .status(429)
            .header("retry-after", "999999999");
        Ok(answer.body(Bytes::new()).unwrap())
    });
    let transport = builder("http://localhost").wire(wire).build().unwrap();
    let first = call(&transport, RetryClass::Safe).await.unwrap_err();
    assert_eq!(
        (first.attempts(), first.retry_after()),
        (1, Some(Duration::from_secs(999_999_999)))
    );
    let second = call(&transport, RetryClass::Safe).await.unwrap_err();
    assert_eq!(second.kind(), ErrorKind::HeldBack);
    assert!(
        second.retry_after() <= Some(Duration::from_secs(60)),
        "{second}"
    );
}
