//! What is told of a call: once, however it ends, in the words of OpenTelemetry where it has some, and no secret.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use partner_api_transport::{
    Call, CallEnd, CallOptions, CallReport, ErrorKind, InProcess, Observer, Rate, RetryClass,
    Transport, WireError,
};

use crate::support::trace::Trace;
use crate::support::{Longest, Words, behavior, builder, call, call_with, get, post};

/// Keeps every report.
#[derive(Clone, Debug, Default)]
struct Kept(Arc<Mutex<Vec<CallReport>>>);

impl Observer for Kept {
    fn ended(&self, report: &CallReport) {
        self.0.lock().unwrap().push(report.clone());
    }
}

impl Kept {
    fn one(&self) -> CallReport {
        let mut reports = std::mem::take(&mut *self.0.lock().unwrap());
        assert_eq!(reports.len(), 1, "a call is told of once: {reports:?}");
        reports.remove(0)
    }
}

/// Answers with the statuses in turn, the last one for ever; 0 breaks off, 1 is unsent, 2 never answers.
fn scripted(turns: &'static [u16]) -> (Transport<Words>, Kept) {
    let kept = Kept::default();
    let count = Mutex::new(0);
    let wire = InProcess::new(move |_| {
        let mut count = count.lock().unwrap();
        let turn = turns.get(*count).or(turns.last()).copied().unwrap();
        *count += 1;
        async move {
            match turn {
                0 => Err(WireError::interrupted("reset")),
                1 => Err(WireError::unsent("refused")),
                2 => std::future::pending().await,
                status => Ok(http::Response::builder()
                    .status(status)
                    .body(Bytes::from_static(b"NO canary-answer"))
                    .unwrap()),
            }
        }
    });
    let built = builder("http://localhost")
        .wire(wire)
        .random(Longest)
        .behavior(behavior(|it| {
            it.rate = Some(Rate {
                per_second: 1,
                burst: 1,
            })
        }))
        .observer(Arc::new(kept.clone()))
        .build()
        .unwrap();
    (built, kept)
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_answered_says_how_long_it_took_and_what_for() {
    let (transport, kept) = scripted(&[200]);
    call(&transport, RetryClass::Safe).await.unwrap();
    let report = kept.one();
    assert_eq!((report.operation, report.end), ("do_it", CallEnd::Answered));
    assert_eq!(report.status.map(|it| it.as_u16()), Some(200));
    assert_eq!((report.attempts, report.is_in_doubt), (1, false));
    assert_eq!(report.waited_for_turn, Duration::ZERO);

    // The limiter's only token is spent, and comes back after a second.
    call(&transport, RetryClass::Safe).await.unwrap();
    let report = kept.one();
    assert_eq!(report.waited_for_turn, Duration::from_secs(1));
    assert_eq!(report.took, Duration::from_secs(1));
    let options = CallOptions::new().in_background();
    call_with(&transport, RetryClass::Safe, options)
        .await
        .unwrap();
    assert!(kept.one().is_in_background);
}

#[tokio::test(start_paused = true)]
async fn retries_and_their_pauses_are_counted() {
    let (transport, kept) = scripted(&[503, 0, 200]);
    call(&transport, RetryClass::Safe).await.unwrap();
    let report = kept.one();
    assert_eq!((report.end, report.attempts), (CallEnd::Answered, 3));
    // Pauses of 200 and 400 milliseconds, at their longest, and then the limiter's of what is left of each second.
    assert_eq!(report.waited_to_retry, Duration::from_millis(600));
    assert_eq!(report.waited_for_turn, Duration::from_millis(1400));
    assert_eq!(report.took, Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn only_what_may_have_happened_is_in_doubt() {
    for (turns, class, end, is_in_doubt) in [
        (
            &[0][..],
            RetryClass::OnlyIfUnsent,
            CallEnd::Failed(ErrorKind::Interrupted),
            true,
        ),
        (
            &[1],
            RetryClass::OnlyIfUnsent,
            CallEnd::Failed(ErrorKind::Unreachable),
            false,
        ),
        (
            &[0],
            RetryClass::Safe,
            CallEnd::Failed(ErrorKind::Interrupted),
            false,
        ),
        (
            &[2],
            RetryClass::OnlyIfUnsent,
            CallEnd::Failed(ErrorKind::TimedOut),
            true,
        ),
        (
            &[302],
            RetryClass::OnlyIfUnsent,
            CallEnd::Failed(ErrorKind::Redirected),
            true,
        ),
    ] {
        let (transport, kept) = scripted(turns);
        let error = call(&transport, class).await.unwrap_err();
        let report = kept.one();
        assert_eq!(
            (report.end, report.is_in_doubt),
            (end, is_in_doubt),
            "{turns:?} {class:?}"
        );
        assert_eq!(report.is_in_doubt, error.may_have_been_processed());
        assert_eq!(report.attempts, error.attempts());
    }
}

/// Whoever drops a call that changes something leaves it in doubt, unless it never left.
#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_is_told_of_too() {
    for (class, is_in_doubt) in [(RetryClass::OnlyIfUnsent, true), (RetryClass::Safe, false)] {
        let (transport, kept) = scripted(&[2]);
        let dropped = tokio::time::timeout(Duration::from_secs(2), call(&transport, class)).await;
        assert!(dropped.is_err());
        let report = kept.one();
        assert_eq!(
            (report.end, report.is_in_doubt),
            (CallEnd::Dropped, is_in_doubt)
        );
        assert_eq!((report.attempts, report.took), (1, Duration::from_secs(2)));
        // The next one still waits for the limiter when it is dropped: it was not sent.
        let (first, second) = (call(&transport, class), call(&transport, class));
        let both = async { tokio::join!(first, second) };
        let dropped = tokio::time::timeout(Duration::from_millis(10), both).await;
        assert!(dropped.is_err());
        let reports = std::mem::take(&mut *kept.0.lock().unwrap());
        let unsent = reports.iter().find(|it| it.attempts == 0).unwrap();
        assert_eq!((unsent.end, unsent.is_in_doubt), (CallEnd::Dropped, false));
    }
}

#[tokio::test(start_paused = true)]
async fn the_span_has_the_names_of_opentelemetry_and_no_secret() {
    let (trace, _guard) = Trace::capture();
    let (transport, kept) = scripted(&[503, 200]);
    let sent = Call::new("do_it", RetryClass::Safe).template("/v1/things/{thing}");
    transport.call(sent, post(&transport)).await.unwrap();
    let (failing, _) = scripted(&[0]);
    let sent = Call::new("look", RetryClass::OnlyIfUnsent);
    failing.call(sent, get(&failing)).await.unwrap_err();
    let text = trace.text();
    for said in [
        "call otel.name=\"do_it\" otel.kind=\"client\" partner_api.operation=\"do_it\" http.request.method=\"POST\" \
         server.address=\"localhost\" server.port=80 url.template=\"/v1/things/{thing}\"",
        "http.response.status_code=503",
        "http.request.resend_count=1",
        "http.response.status_code=200",
        "error.type=\"interrupted\"",
        "partner_api.in_doubt=true",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    assert!(!text.contains("canary"), "{text}");
    assert!(!format!("{kept:?}").contains("canary"));
}
