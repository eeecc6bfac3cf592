//! The router over real sockets: each answer, and that 200 means kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use partner_api_webhooks::inbox::Counts;
use partner_api_webhooks::{Inbox as _, Intake, VolatileInbox, http};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Fault, Faulty, OLD_SECRET, PAYOUTS, SECRET, over, payout};

async fn serve(intake: Intake) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, http::router(intake)).await });
    address
}

/// Sends bytes as they are and gives the status and the whole answer.
async fn send(address: std::net::SocketAddr, request: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The server may answer and close before it was sent whole.
    let _ = stream.write_all(request).await;
    let mut answer = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        match tokio::time::timeout(Duration::from_secs(10), stream.read(&mut chunk)).await {
            Ok(Ok(0)) | Ok(Err(_)) => break,
            Ok(Ok(bytes)) => answer.extend_from_slice(&chunk[..bytes]),
            Err(_) => panic!("no answer in time"),
        }
        if answer.windows(4).any(|it| it == b"\r\n\r\n") && answer.ends_with(b"}") {
            break;
        }
    }
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer
        .split(' ')
        .nth(1)
        .and_then(|it| it.parse().ok())
        .unwrap_or(0);
    (status, answer)
}

fn request(method: &str, path: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nhost: x\r\n{headers}content-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

fn with_secret(path: &str, body: &str) -> Vec<u8> {
    request(
        "POST",
        path,
        &format!("authorization: Bearer {SECRET}\r\n"),
        body,
    )
}

#[tokio::test]
async fn an_event_is_answered_once_it_is_kept() {
    let inbox = Arc::new(VolatileInbox::new());
    let address = serve(over(inbox.clone())).await;
    let body = payout("a", "PENDING");
    let (status, answer) = send(address, &with_secret(PAYOUTS, &body)).await;
    assert_eq!(status, 200);
    assert!(answer.ends_with("\r\n\r\n{}"), "{answer}");
    assert_eq!(
        send(address, &with_secret(PAYOUTS, &body)).await.0,
        200,
        "a repetition"
    );
    let old = request(
        "POST",
        PAYOUTS,
        &format!("Authorization: {OLD_SECRET}\r\n"),
        &payout("b", "PENDING"),
    );
    assert_eq!(send(address, &old).await.0, 200);
    assert_eq!(
        send(address, &with_secret("/loan-webhook", "{}")).await.0,
        200
    );
    assert_eq!(inbox.counts().await.unwrap().waiting, 3);
    assert_eq!(
        send(address, &with_secret(PAYOUTS, "not JSON")).await.0,
        200
    );
    assert_eq!(inbox.counts().await.unwrap().dead, 1);
}

#[tokio::test]
async fn what_is_not_shown_the_secret_is_refused_before_it_is_read() {
    let inbox = Arc::new(VolatileInbox::new());
    let address = serve(over(inbox.clone())).await;
    let body = payout("a", "PENDING");
    let right = format!("authorization: {SECRET}\r\n");
    for headers in [
        String::new(),
        "authorization: \r\n".to_owned(),
        "authorization: wrong\r\n".to_owned(),
        format!("authorization: Basic {SECRET}\r\n"),
        format!("{right}{right}"),
        format!("{right}authorization: wrong\r\n"),
        format!("authorization: {SECRET}, {SECRET}\r\n"),
        format!("x-authorization: {SECRET}\r\n"),
        format!("authorization: {}\r\n", "a".repeat(8_000)),
    ] {
        let (status, answer) = send(address, &request("POST", PAYOUTS, &headers, &body)).await;
        assert_eq!(status, 401, "{headers}");
        assert!(answer.to_lowercase().contains("www-authenticate: bearer"));
        assert_eq!(
            send(address, &request("GET", "/nowhere", &headers, ""))
                .await
                .0,
            401
        );
    }
    // The body never comes: nobody waits for it.
    let head = format!("POST {PAYOUTS} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000000\r\n\r\n");
    assert_eq!(send(address, head.as_bytes()).await.0, 401);
    assert_eq!(inbox.counts().await.unwrap(), Counts::default());
    // A header that is too large for the server altogether.
    let huge = format!("authorization: {}\r\n", "a".repeat(2_000_000));
    let status = send(address, &request("POST", PAYOUTS, &huge, &body))
        .await
        .0;
    assert!([431, 400, 0].contains(&status), "{status}");
}

#[tokio::test]
async fn bodies_that_are_too_large_or_break_off_are_refused() {
    let inbox = Arc::new(VolatileInbox::new());
    let address = serve(over(inbox.clone())).await;
    let large = "x".repeat(partner_api_webhooks::BODY_BYTES_MAX + 1);
    assert_eq!(send(address, &with_secret(PAYOUTS, &large)).await.0, 413);
    let chunked = format!(
        "POST {PAYOUTS} HTTP/1.1\r\nhost: x\r\nauthorization: {SECRET}\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{large}\r\n0\r\n\r\n",
        large.len()
    );
    assert_eq!(send(address, chunked.as_bytes()).await.0, 413);
    // One that does not end is refused as soon as it is too large.
    let endless = chunked.trim_end_matches("0\r\n\r\n");
    assert_eq!(send(address, endless.as_bytes()).await.0, 413);
    let bad_chunk = format!(
        "POST {PAYOUTS} HTTP/1.1\r\nhost: x\r\nauthorization: {SECRET}\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nx\r\n"
    );
    assert_eq!(send(address, bad_chunk.as_bytes()).await.0, 400);
    let get = request("GET", PAYOUTS, &format!("authorization: {SECRET}\r\n"), "");
    assert_eq!(send(address, &get).await.0, 405);
    assert_eq!(inbox.counts().await.unwrap(), Counts::default());
}

#[tokio::test]
async fn what_cannot_be_kept_is_not_acknowledged_and_health_says_so() {
    let is_off = Arc::new(AtomicBool::new(false));
    let switch = is_off.clone();
    let inbox = Arc::new(Faulty::new(move || match switch.load(Ordering::Relaxed) {
        true => Fault::Before,
        false => Fault::None,
    }));
    let address = serve(over(inbox.clone())).await;
    let health = request("GET", "/webhook/health", "", "");
    assert_eq!(send(address, &health).await.0, 200);
    is_off.store(true, Ordering::Relaxed);
    let event = with_secret(PAYOUTS, &payout("a", "PENDING"));
    assert_eq!(send(address, &event).await.0, 503);
    assert_eq!(send(address, &health).await.0, 503);
    is_off.store(false, Ordering::Relaxed);
    assert_eq!(send(address, &event).await.0, 200);
    assert_eq!(inbox.counts().await.unwrap().waiting, 1);
}
