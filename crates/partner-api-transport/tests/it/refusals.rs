//! Whatever the server says, it becomes a typed error that keeps what is known.

use std::time::Duration;

use partner_api_transport::{ErrorKind, RetryClass};

use crate::support::server::{Act, Server, say};
use crate::support::{call, call_with, transport};
use partner_api_transport::CallOptions;

const ONCE: CallOptions = CallOptions::new().without_retries();

#[tokio::test]
async fn an_html_503_keeps_status_and_retry_after() {
    let page = "<html><body>Service Unavailable</body></html>";
    let server = Server::start([say(
        "503 Service Unavailable",
        &["content-type: text/html", "retry-after: 7"],
        page,
    )])
    .await;
    let error = call_with(&transport(&server.url()), RetryClass::Safe, ONCE)
        .await
        .unwrap_err();
    assert_eq!(error.status().map(|it| it.as_u16()), Some(503));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert!(error.is_transient());
    assert_eq!(error.refusal(), None);
    assert_eq!(error.body(), page.as_bytes());
    assert!(!error.to_string().contains("html"), "{error}");
}

/// The date of the answer itself counts, so that a wrong clock on this machine does not matter.
#[tokio::test]
async fn retry_after_as_a_date_counts_from_the_date_of_the_answer() {
    let headers = [
        "date: Wed, 21 Oct 2015 07:28:00 GMT",
        "retry-after: Wed, 21 Oct 2015 07:28:30 GMT",
    ];
    let server = Server::start([say("429 Too Many Requests", &headers, "")]).await;
    let error = call_with(&transport(&server.url()), RetryClass::Safe, ONCE)
        .await
        .unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
}

#[tokio::test]
async fn an_empty_502_is_transient_and_leaves_doubt() {
    let server = Server::start([say("502 Bad Gateway", &[], "")]).await;
    let error = call(&transport(&server.url()), RetryClass::OnlyIfUnsent)
        .await
        .unwrap_err();
    assert_eq!(
        (error.status().map(|it| it.as_u16()), error.kind()),
        (Some(502), ErrorKind::Refused)
    );
    assert!(error.is_transient() && error.may_have_been_processed());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_401_in_plain_text_is_a_refusal_without_doubt() {
    let server = Server::start([say(
        "401 Unauthorized",
        &["content-type: text/plain"],
        "DENIED",
    )])
    .await;
    let error = call(&transport(&server.url()), RetryClass::OnlyIfUnsent)
        .await
        .unwrap_err();
    assert_eq!(error.refusal().map(|it| it.0.as_str()), Some("DENIED"));
    assert!(!error.may_have_been_processed() && !error.is_transient());
    assert_eq!(error.to_string(), "do_it: refused: DENIED (HTTP 401)");
}

#[tokio::test]
async fn an_unreadable_400_is_a_refusal_without_doubt() {
    let server = Server::start([say("400 Bad Request", &[], "\u{1}\u{2}")]).await;
    let error = call(&transport(&server.url()), RetryClass::OnlyIfUnsent)
        .await
        .unwrap_err();
    assert!(!error.may_have_been_processed() && !error.is_transient());
}

/// The classifier, not the status, says that a 400 is passing trouble.
#[tokio::test]
async fn trouble_that_calls_itself_400_is_retried_for_reads_and_never_for_money() {
    let script = || {
        [
            say("400 Bad Request", &[], "BUSY"),
            crate::support::server::ok(),
        ]
    };

    let server = Server::start(script()).await;
    let answer = call(&transport(&server.url()), RetryClass::Safe)
        .await
        .unwrap();
    assert_eq!(answer.attempts, 2);

    let server = Server::start(script()).await;
    let error = call(&transport(&server.url()), RetryClass::OnlyIfUnsent)
        .await
        .unwrap_err();
    assert_eq!((server.requests().len(), error.attempts()), (1, 1));
    assert!(error.is_transient() && error.may_have_been_processed());
}

#[tokio::test]
async fn a_body_that_ends_too_soon_is_a_broken_exchange() {
    let cut = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\nconnection: close\r\n\r\n{";
    let server = Server::start([Act::Say(cut.into())]).await;
    let error = call(&transport(&server.url()), RetryClass::OnlyIfUnsent)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert!(error.may_have_been_processed());
}
