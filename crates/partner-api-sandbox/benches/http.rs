//! The sandbox over real sockets, against a bare axum route that answers the same bytes.
//!
//! `cargo bench -p partner-api-sandbox --bench http`. Client and server share the machine; each figure is the median of
//! several rounds in which the contenders take turns, and what counts is the ratio. Time on processors, client's and server's
//! together, says the same on a busy machine. `-- reads`, `-- log` or `-- writes` measures only those.

mod people;
mod wire;

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::{Response, StatusCode};
use axum::routing::{get, post};
use partner_api_sandbox::{Sandbox, SandboxBuilder};
use people::{Cost, Meter};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use wire::{KEY, address, call, expect, get_request, post_request};

const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let wanted: Vec<_> = std::env::args().skip(1).collect();
    let is_wanted = |what: &str| {
        let mut named = wanted.iter().filter(|it| !it.starts_with('-')).peekable();
        named.peek().is_none() || named.any(|it| it == what)
    };
    runtime.block_on(async {
        if is_wanted("reads") {
            reads("in memory", Sandbox::builder()).await?;
            let directory = tempfile::tempdir()?;
            reads("on disk", Sandbox::builder().data_dir(directory.path())).await?;
        }
        if is_wanted("log") {
            log_of_requests().await?;
        }
        if is_wanted("writes") {
            writes().await?;
        }
        Ok(())
    })
}

/// One user's balances, 32 connections.
async fn reads(world: &str, builder: SandboxBuilder) -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = builder.api_key(KEY).start().await?;
    let address = address(&sandbox)?;
    prepare_all(address).await?;
    let request = |user: usize| get_request(&format!("/v1/user/balances/u{}", user % 64));
    let body = call(&mut TcpStream::connect(address).await?, &request(0))
        .await?
        .1;
    let bare = bare(body, StatusCode::OK).await?;
    let contenders = [("sandbox", address), ("bare axum route", bare)];
    let [ours, theirs] = duel(contenders, 32, 20_000, &request).await?;
    println!(
        "read balances {world}, 32 connections: {}",
        compare(&ours, &theirs)
    );
    sandbox.stop().await;
    Ok(())
}

/// What the log of requests costs a read.
async fn log_of_requests() -> Result<(), Box<dyn std::error::Error>> {
    let kept = Sandbox::builder().api_key(KEY).start().await?;
    let left_out = Sandbox::builder()
        .api_key(KEY)
        .requests_log(0)
        .start()
        .await?;
    let contenders = [("kept", address(&kept)?), ("left out", address(&left_out)?)];
    for (_, address) in contenders {
        prepare_all(address).await?;
    }
    let request = |user: usize| get_request(&format!("/v1/user/balances/u{}", user % 64));
    let [with, without] = duel(contenders, 32, 20_000, &request).await?;
    let cpu = |it: &Round| it.cost.cpu_micros(it.requests);
    println!(
        "read balances in memory, 32 connections, with the log of requests over without: ratio {:.2}; {} and {} us CPU each",
        with.rate / without.rate,
        cpu(&with),
        cpu(&without),
    );
    kept.stop().await;
    left_out.stop().await;
    Ok(())
}

/// Transfers from the partner to users, each answered after its commit is on disk.
async fn writes() -> Result<(), Box<dyn std::error::Error>> {
    let directory = tempfile::tempdir()?;
    let sandbox = Sandbox::builder()
        .api_key(KEY)
        .data_dir(directory.path())
        .start()
        .await?;
    let address = address(&sandbox)?;
    prepare_all(address).await?;
    let fund = |user: usize| {
        let user = user % 64;
        let body = format!(
            r#"{{"destinationExternalUserId":"u{user}","amount":"0.01","currency":"eur"}}"#
        );
        post_request("/v1/transfer", &body)
    };
    let answer = call(&mut TcpStream::connect(address).await?, &fund(0))
        .await?
        .1;
    let bare = bare(answer, StatusCode::CREATED).await?;
    let contenders = [("sandbox", address), ("bare axum route", bare)];
    let [many, theirs] = duel(contenders, 64, 20_000, &fund).await?;
    let [one, _] = duel([("sandbox", address), ("sandbox", address)], 1, 500, &fund).await?;
    println!(
        "durable transfers, 64 connections: {}",
        compare(&many, &theirs)
    );
    println!(
        "durable transfers, 1 connection: {:.0}/s; 64 over 1: {:.1} x",
        one.rate,
        many.rate / one.rate
    );
    // Hot: the partner collects from one user; uniform: from sixty-four.
    let hot = |_: usize| {
        let body = r#"{"sourceExternalUserId":"u0","amount":"0.00000001","currency":"btc"}"#;
        post_request("/v1/transfer", body)
    };
    let stock = post_request(
        "/v1/transfer",
        r#"{"destinationExternalUserId":"u0","amount":"1","currency":"btc"}"#,
    );
    call(&mut TcpStream::connect(address).await?, &stock).await?;
    // In turns too: what else the disk does at the time must not decide.
    let (mut hots, mut uniforms) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        hots.push(load(address, 64, 20_000, hot).await?);
        uniforms.push(load(address, 64, 20_000, fund).await?);
    }
    println!(
        "one hot account over uniform ones, 64 connections: {:.2} x",
        median(hots).rate / median(uniforms).rate
    );
    sandbox.stop().await;
    Ok(())
}

/// Sixty-four users with balances.
async fn prepare_all(address: SocketAddr) -> std::io::Result<()> {
    for user in 0..64 {
        prepare(address, user).await?;
    }
    // Verified a second after they asked, in their order: the last one is the last.
    let last = get_request("/v1/user/balances/u63");
    while call(&mut TcpStream::connect(address).await?, &last)
        .await?
        .0
        != 200
    {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

async fn prepare(address: SocketAddr, user: usize) -> std::io::Result<()> {
    let mut socket = TcpStream::connect(address).await?;
    let person = format!(
        r#"{{"externalUserId":"u{user}","email":"u{user}@example.com","phone":"486012334567",
        "firstName":"Anna","lastName":"Nowak","birthDate":"1990-05-15","city":"Gdynia","postCode":"81-001",
        "country":"PL","citizenship":"PL","hasAcceptedP100Tc":true}}"#
    );
    expect(
        call(
            &mut socket,
            &post_request("/v1/user/balances/crypto-and-fiat", &person),
        )
        .await?,
    )?;
    let identity = format!(
        r#"{{"externalUserId":"u{user}","documentType":"PASSPORT","documentNumber":"EK7700123"}}"#
    );
    expect(
        call(
            &mut socket,
            &post_request("/v1/user/verification", &identity),
        )
        .await?,
    )
}

/// A server with one route for everything, which reads the body and answers fixed bytes.
async fn bare(body: Vec<u8>, status: StatusCode) -> std::io::Result<SocketAddr> {
    let body = Bytes::from(body);
    let answer = move |_: Bytes| {
        let mut response = Response::new(Body::from(body.clone()));
        *response.status_mut() = status;
        let json = axum::http::HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        async move { response }
    };
    let router = Router::new()
        .route("/v1/user/balances/{id}", get(answer.clone()))
        .route("/v1/transfer", post(answer));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

/// Requests in a row, as fast as they were answered.
#[derive(Clone, Copy)]
struct Round {
    /// Requests per second.
    rate: f64,
    requests: u64,
    cost: Cost,
}

fn compare(ours: &Round, theirs: &Round) -> String {
    let cpu = |it: &Round| it.cost.cpu_micros(it.requests);
    format!(
        "sandbox {:.0}/s, bare {:.0}/s, ratio {:.2}; {} and {} us CPU each",
        ours.rate,
        theirs.rate,
        ours.rate / theirs.rate,
        cpu(ours),
        cpu(theirs),
    )
}

/// Two servers that take turns: the median of the rounds.
async fn duel(
    contenders: [(&str, SocketAddr); 2],
    connections: usize,
    requests: usize,
    request: &(impl Fn(usize) -> Vec<u8> + Clone + Send + 'static),
) -> Result<[Round; 2], Box<dyn std::error::Error>> {
    let mut rates = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (rates, (_, address)) in rates.iter_mut().zip(contenders) {
            rates.push(load(address, connections, requests, request.clone()).await?);
        }
    }
    Ok(rates.map(median))
}

fn median(mut rounds: Vec<Round>) -> Round {
    rounds.sort_by(|a, b| a.rate.total_cmp(&b.rate));
    rounds[rounds.len() / 2]
}

/// Sends requests over open connections, one at a time on each; every answer must be a success.
async fn load(
    address: SocketAddr,
    connections: usize,
    requests: usize,
    request: impl Fn(usize) -> Vec<u8> + Clone + Send + 'static,
) -> Result<Round, Box<dyn std::error::Error>> {
    let meter = Meter::start();
    let mut clients = JoinSet::new();
    for connection in 0..connections {
        let request = request.clone();
        clients.spawn(async move {
            let mut socket = TcpStream::connect(address).await?;
            socket.set_nodelay(true)?;
            let bytes = request(connection);
            for _ in 0..requests / connections {
                expect(call(&mut socket, &bytes).await?)?;
            }
            std::io::Result::Ok(())
        });
    }
    while let Some(done) = clients.join_next().await {
        done??;
    }
    let cost = meter.cost();
    Ok(Round {
        rate: requests as f64 / cost.wall.as_secs_f64(),
        requests: requests as u64,
        cost,
    })
}
