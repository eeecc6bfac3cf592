//! How fast webhooks are delivered, and what receivers cost whoever calls. Prints figures; asserts none.
//!
//! `cargo bench -p partner-api-sandbox --bench webhooks`; data is on the disk of the temporary directory. Receivers and
//! clients share the machine with the sandbox, so ratios say more than figures.

mod people;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use partner_api_core::Money;
use partner_api_sandbox::Sandbox;
use people::{Until, add_users, uniform};
use rustls::{ClientConfig, RootCertStore};

const EACH: Duration = Duration::from_secs(5);
const USERS: usize = 200;
const CLIENTS: usize = 64;

/// As many as the sandbox sends to one receiver at once.
const AT_ONCE: usize = 16;

/// What is sent for a transfer, about.
const BODY: &str = r#"{"amount":0.01,"createdAt":"2026-03-01T12:00:00.000Z","currency":"eur","destinationExternalUserId":"user-100","id":"01a21d39-cff8-76de-865e-16d045a5c003","sourceExternalUserId":"user-99","status":"SUCCESSFUL"}"#;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(async {
        let (bare, _) = receiver(Duration::ZERO).await;
        let route = posts(&bare).await;
        println!("  bare axum POST route, {AT_ONCE} clients    {route:>8.0} requests/s");
        let delivered = deliveries().await;
        println!(
            "  deliveries to one receiver            {delivered:>8.0} a second   {:.2} x the bare route",
            delivered / route
        );
        let alone = transfers(&[]).await;
        println!("  transfers, no receiver                {alone:>8.0} a second");
        let (hanging, _) = receiver(Duration::from_secs(3_600)).await;
        let nobody = "http://127.0.0.1:1".to_owned();
        let (fast, _) = receiver(Duration::ZERO).await;
        for (name, urls) in [
            ("a dead receiver", vec![nobody.clone()]),
            ("a hanging receiver", vec![hanging.clone()]),
            ("a fast receiver", vec![fast.clone()]),
            ("all three", vec![nobody, hanging, fast]),
        ] {
            let with = transfers(&urls).await;
            println!(
                "  transfers, {name:<27}{with:>8.0} a second   {:.2} x without",
                with / alone
            );
        }
    });
}

/// A server that takes everything so much later, and how much it took.
async fn receiver(wait: Duration) -> (String, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let taken = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&taken);
    let take = async move |body: Bytes| {
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        assert!(!body.is_empty());
        counter.fetch_add(1, Ordering::Relaxed);
        StatusCode::OK
    };
    let router = Router::new().fallback(take);
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, taken)
}

/// Requests a second to a bare route.
async fn posts(url: &str) -> f64 {
    let tls =
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring supports them")
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth();
    let client = reqwest::Client::builder()
        .no_proxy()
        .tls_backend_preconfigured(tls);
    let client = client.build().expect("a client");
    let done = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let workers = (0..AT_ONCE).map(|_| {
        let (client, url, done) = (client.clone(), url.to_owned(), Arc::clone(&done));
        tokio::spawn(async move {
            while began.elapsed() < EACH {
                let answer = client.post(&url).body(BODY).send().await;
                assert!(answer.expect("it answers").status().is_success());
                done.fetch_add(1, Ordering::Relaxed);
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.expect("it does not panic");
    }
    done.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64()
}

/// A sandbox on disk that tells these, with users who can pay.
async fn sandbox(dir: &std::path::Path, urls: &[String]) -> Sandbox {
    let mut builder = Sandbox::builder()
        .data_dir(dir)
        .partner_funds(["1000000000.00 eur".parse::<Money>().expect("money")]);
    for url in urls {
        builder = builder.webhooks(url, "secret");
    }
    let sandbox = builder.start().await.expect("it starts");
    add_users(sandbox.engine(), 0..USERS).await;
    sandbox
}

/// Transfers a second while these are told.
async fn transfers(urls: &[String]) -> f64 {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let sandbox = sandbox(dir.path(), urls).await;
    let until = Until::Time(EACH);
    let done = people::transfers(sandbox.engine(), CLIENTS, USERS, uniform, 0, until).await;
    let rate = done.per_second();
    sandbox.stop().await;
    rate
}

/// Deliveries a second of a backlog.
async fn deliveries() -> f64 {
    const BACKLOG: u64 = 40_000;
    let dir = tempfile::tempdir().expect("a temporary directory");
    let (url, taken) = receiver(Duration::ZERO).await;
    let sandbox = sandbox(dir.path(), &[url]).await;
    let until = Until::Count(BACKLOG);
    people::transfers(sandbox.engine(), CLIENTS, USERS, uniform, 0, until).await;
    let (before, began) = (taken.load(Ordering::Relaxed), Instant::now());
    let all = BACKLOG as usize + 2 * USERS;
    while taken.load(Ordering::Relaxed) < all {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let rate = (all - before) as f64 / began.elapsed().as_secs_f64();
    sandbox.stop().await;
    rate
}
