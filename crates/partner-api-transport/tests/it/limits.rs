//! Bounds: the length of an answer and the pace of requests.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use partner_api_transport::{
    CallOptions, ErrorKind, InProcess, Rate, RetryClass, Transport, WireError,
};
use tokio::time::Instant;

use crate::support::server::{Act, Server, say};
use crate::support::{Words, behavior, builder, call, call_with, transport};

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

/// A wire that answers at once, and a transport with a rate over it.
fn paced(per_second: u32, burst: u32) -> Transport<Words> {
    let wire = InProcess::new(|_| async { Ok(http::Response::new(Bytes::new())) });
    builder("http://localhost")
        .wire(wire)
        .behavior(behavior(|it| it.rate = Some(Rate { per_second, burst })))
        .build()
        .unwrap()
}

const BACKGROUND: CallOptions = CallOptions::new().in_background();

#[tokio::test(start_paused = true)]
async fn what_runs_in_the_background_leaves_the_burst_to_others() {
    let transport = paced(10, 5);
    let start = Instant::now();
    let passed = || start.elapsed().as_millis() / 10 * 10;
    let mut left_after = Vec::new();
    for _ in 0..4 {
        let sent = call_with(&transport, RetryClass::Safe, BACKGROUND).await;
        sent.unwrap();
        left_after.push(passed());
    }
    assert_eq!(left_after, [0, 100, 200, 300]);
    // Of five that somebody waits for, only the last one has to wait for the turn that was taken.
    left_after.clear();
    for _ in 0..5 {
        call(&transport, RetryClass::Safe).await.unwrap();
        left_after.push(passed());
    }
    assert_eq!(left_after, [300, 300, 300, 300, 400]);
}

/// A hundred background calls are under way all the time; the others leave as if there were none.
#[tokio::test(start_paused = true)]
async fn a_background_load_delays_no_other_call() {
    let transport = paced(10, 3);
    let sent = Arc::new(AtomicUsize::new(0));
    for _ in 0..100 {
        let (transport, sent) = (transport.clone(), Arc::clone(&sent));
        tokio::spawn(async move {
            loop {
                let options = BACKGROUND.timeout(Duration::MAX);
                let answer = call_with(&transport, RetryClass::Safe, options).await;
                answer.unwrap();
                sent.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let asked = Instant::now();
        for _ in 0..2 {
            call(&transport, RetryClass::Safe).await.unwrap();
        }
        assert_eq!(asked.elapsed(), Duration::ZERO);
    }
    // Fifty seconds are five hundred turns, of which two hundred were taken.
    let sent = sent.load(Ordering::Relaxed);
    assert!((295..=305).contains(&sent), "{sent}");
}

#[tokio::test(start_paused = true)]
async fn a_background_call_without_a_turn_in_its_time_is_held_back_unsent() {
    let transport = paced(1, 3);
    for _ in 0..3 {
        call(&transport, RetryClass::Safe).await.unwrap();
    }
    let short = BACKGROUND.timeout(Duration::from_secs(1));
    // The one that is next, and one that queues behind it.
    let both = tokio::join!(
        call_with(&transport, RetryClass::OnlyIfUnsent, short),
        call_with(&transport, RetryClass::OnlyIfUnsent, short),
    );
    for error in [both.0.unwrap_err(), both.1.unwrap_err()] {
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::HeldBack, 0));
        assert!(error.is_transient() && !error.may_have_been_processed());
    }
}

/// No rate is set, and the server allows a hundred calls in ten seconds: the background learns to stay below that, so that
/// the others are told to wait during a small part of the time only.
#[tokio::test(start_paused = true)]
async fn without_a_rate_the_background_learns_how_much_it_may() {
    let window = Arc::new(Mutex::new((Instant::now(), 0)));
    let wire = InProcess::new(move |_| {
        let mut window = window.lock().unwrap();
        let length = Duration::from_secs(10);
        if length <= window.0.elapsed() {
            *window = (Instant::now(), 0);
        }
        window.1 += 1;
        let answer = match window.1 <= 100 {
            true => http::Response::builder(),
            false => {
                let left = length - window.0.elapsed();
                let seconds = left.as_secs_f64().ceil().to_string();
                http::Response::builder()
                    .status(429)
                    .header("retry-after", seconds)
            }
        };
        // An answer takes a while.
        async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Ok(answer.body(Bytes::new()).unwrap())
        }
    });
    let transport = builder("http://localhost").wire(wire).build().unwrap();
    let sent = Arc::new(AtomicUsize::new(0));
    for _ in 0..50 {
        let (transport, sent) = (transport.clone(), Arc::clone(&sent));
        tokio::spawn(async move {
            loop {
                let answer = call_with(&transport, RetryClass::Safe, BACKGROUND).await;
                sent.fetch_add(usize::from(answer.is_ok()), Ordering::Relaxed);
            }
        });
    }
    let (start, hour) = (Instant::now(), Duration::from_secs(3_600));
    let (mut asked, mut delayed) = (0, 0);
    while start.elapsed() < hour {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let before = Instant::now();
        call(&transport, RetryClass::Safe).await.unwrap();
        asked += 1;
        delayed += usize::from(Duration::from_millis(30) < before.elapsed());
    }
    let sent = sent.load(Ordering::Relaxed);
    assert!(delayed * 20 < asked, "{delayed} of {asked} had to wait");
    assert!(9_000 < sent, "of 36,000 that the server allows: {sent}");
}

/// The last half of the retry budget is not for the background.
#[tokio::test(start_paused = true)]
async fn background_calls_cannot_spend_the_whole_retry_budget() {
    let wire = InProcess::new(|_| async { Err(WireError::unsent("no route")) });
    let transport = builder("http://localhost")
        .wire(wire)
        .behavior(behavior(|it| {
            it.retry_budget.tokens_max = 40;
            it.attempts_max = 100;
            it.call_timeout = Duration::MAX;
        }))
        .build()
        .unwrap();
    let error = call_with(&transport, RetryClass::Safe, BACKGROUND).await;
    let error = error.unwrap_err();
    assert_eq!(error.attempts(), 5, "twenty tokens, five a retry");
    assert!(error.to_string().contains("background"), "{error}");
    let error = call(&transport, RetryClass::Safe).await.unwrap_err();
    assert_eq!(error.attempts(), 5, "and twenty for the others");
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
