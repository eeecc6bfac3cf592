//! What receiving an event costs, against a bare axum route that takes the same requests and answers the same bytes.
//!
//! `cargo bench -p partner-api-records --features inbox --bench inbox`. Client and server share the machine; each figure is
//! the median of several rounds in which the contenders take turns, and what counts is the ratio. Every event is a new one
//! and is answered after it is on disk.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use partner_api_records::SqliteInbox;
use partner_api_webhooks::{Handler, HandlerError, Incoming, Intake, Receiver, Secret, http};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

const ROUNDS: usize = 5;
const SECRET: &str = "bench-secret";
const PATH: &str = "/sepa-transfer-webhook";

/// A payout as the provider's page shows it.
fn body(number: usize) -> String {
    format!(
        r#"{{"id":"0f0e7e5c-0000-4000-8000-{number:012}","type":"external","amount":"3.8","transferTitle":"rent","destinationIban":"PL49109024028743516259813188","receiverFirstName":null,"receiverLastName":null,"status":"SUCCESSFUL","currency":"eur","fee":0,"createdAt":"2025-08-05T10:33:54.730Z"}}"#
    )
}

fn receiver() -> Result<Receiver, Box<dyn std::error::Error>> {
    Ok(Receiver::builder().secret(Secret::new(SECRET)?).build()?)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    verify_and_decode()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let dir = tempfile::tempdir()?;
        let intake = Intake::new(receiver()?, Arc::new(SqliteInbox::open(dir.path())?));
        let ours = serve(http::router(intake.clone())).await?;
        let bare = serve(Router::new().route(PATH, post(async |_: Bytes| "{}"))).await?;
        for (connections, events) in [(64, 10_000), (1, 500)] {
            let (mut received, mut taken) = (Vec::new(), Vec::new());
            for _ in 0..ROUNDS {
                received.push(load(ours, connections, events).await?);
                taken.push(load(bare, connections, events).await?);
            }
            let (received, taken) = (median(received), median(taken));
            println!(
                "durable inbox, {connections} connections: {received:.0} events/s, bare {taken:.0}/s, ratio {:.2}",
                received / taken
            );
        }
        drain(&intake).await
    })
}

/// In memory, on one thread: the check of the secret, reading the payload, and the key.
fn verify_and_decode() -> Result<(), Box<dyn std::error::Error>> {
    const EVENTS: usize = 50_000;
    let receiver = receiver()?;
    let bodies: Vec<_> = (0..1_000).map(body).collect();
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let began = Instant::now();
        for number in 0..EVENTS {
            let authenticated = receiver.authenticate([SECRET])?;
            let letter = receiver.read(
                &authenticated,
                PATH,
                bodies[number % bodies.len()].as_bytes(),
            )?;
            assert!(letter.fault.is_none());
        }
        rounds.push(began.elapsed().as_secs_f64() * 1e6 / EVENTS as f64);
    }
    println!("verify and decode: {:.1} us an event", median(rounds));
    Ok(())
}

struct Nothing(AtomicUsize);

impl Handler for Nothing {
    async fn handle(&self, _: &Incoming) -> Result<(), HandlerError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

/// Hands what was received to a handler that does nothing: claims and their ends are durable too.
async fn drain(intake: &Intake) -> Result<(), Box<dyn std::error::Error>> {
    let waiting = intake.inbox().counts().await?.waiting;
    let began = Instant::now();
    intake
        .worker(Nothing(AtomicUsize::new(0)))
        .at_once(64)
        .run_until_idle()
        .await?;
    let rate = waiting as f64 / began.elapsed().as_secs_f64();
    println!("handled from the inbox, 64 at a time: {rate:.0} events/s ({waiting} events)");
    Ok(())
}

async fn serve(router: Router) -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(axum::serve(listener, router).into_future());
    Ok(address)
}

/// So many events over so many connections; how many a second.
async fn load(address: SocketAddr, connections: usize, events: usize) -> std::io::Result<f64> {
    // Never the same event twice, in whatever round.
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let mut clients = JoinSet::new();
    let began = Instant::now();
    for _ in 0..connections {
        clients.spawn(async move {
            let mut stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            for _ in 0..events / connections {
                call(&mut stream, &body(NEXT.fetch_add(1, Ordering::Relaxed))).await?;
            }
            std::io::Result::Ok(())
        });
    }
    while let Some(client) = clients.join_next().await {
        client.map_err(std::io::Error::other)??;
    }
    let rate = events as f64 / began.elapsed().as_secs_f64();
    // The disk may still be busy with what the other contender wrote.
    tokio::time::sleep(Duration::from_millis(100)).await;
    Ok(rate)
}

async fn call(stream: &mut TcpStream, body: &str) -> std::io::Result<()> {
    let length = body.len();
    let request = format!(
        "POST {PATH} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {SECRET}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::with_capacity(256);
    while !answer.ends_with(b"\r\n\r\n{}") {
        if stream.read_buf(&mut answer).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
    match answer.starts_with(b"HTTP/1.1 200") {
        true => Ok(()),
        false => Err(std::io::Error::other("not answered with 200")),
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
