//! A call through the facade against hand-written reqwest and serde, on the same request to the same server.
//!
//! `cargo bench -p partner-api --bench call`. The server is a thread of its own that answers fixed bytes; the contenders
//! take turns, and what counts is the ratio of the medians and the difference in allocations.

use std::net::SocketAddr;
use std::time::Instant;

use allocation_counter::measure;
use partner_api::{ApiKey, Environment, PartnerApi, User};
use serde::Deserialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

const ROUNDS: usize = 9;
const CALLS: usize = 2_000;
const BODY: &str = concat!(
    r#"{"fiatBalances":[{"id":"b1","amount":"250.00","name":"eur","rate":1,"iban":"LT333130010135556427","#,
    r#""status":"ACTIVE"}],"cryptoBalances":[{"id":"b2","amount":"0.00100000","name":"btc","rate":85000,"wallet":null}]}"#
);

/// What a careful hand would write down.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code)] // read from the wire, as the facade does; that is what is measured
struct Balances {
    fiat_balances: Vec<Fiat>,
    crypto_balances: Vec<Crypto>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Fiat {
    id: String,
    amount: String,
    name: String,
    rate: f64,
    iban: Option<String>,
    status: String,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Crypto {
    id: String,
    amount: String,
    name: String,
    rate: f64,
    wallet: Option<String>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = server()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let url = format!("http://{address}");
    let partner = PartnerApi::builder()
        .environment(Environment::Sandbox(url.parse()?))
        .api_key(ApiKey::new("bench"))
        .build()?;
    let anna = partner.user("anna-1")?;
    let hand = reqwest::Client::builder()
        .no_proxy()
        .tls_backend_preconfigured(no_tls()?)
        .build()?;
    let path = format!("{url}/v1/user/balances/anna-1");

    let facade = |calls| time(&runtime, calls, || through_facade(&anna));
    let by_hand = |calls| time(&runtime, calls, || written_by_hand(&hand, &path));
    // Connections, caches and the branch predictor get to know both.
    facade(CALLS);
    by_hand(CALLS);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(facade(CALLS));
        theirs.push(by_hand(CALLS));
    }
    let (ours, theirs) = (median(ours), median(theirs));
    let ours_allocations = allocations(&runtime, || through_facade(&anna));
    let their_allocations = allocations(&runtime, || written_by_hand(&hand, &path));
    println!(
        "read balances: facade {:.1} us, by hand {:.1} us, ratio {:.2}",
        ours * 1e6,
        theirs * 1e6,
        ours / theirs
    );
    println!(
        "allocations a call: facade {ours_allocations}, by hand {their_allocations}, {} extra",
        ours_allocations as i64 - their_allocations as i64
    );
    Ok(())
}

async fn through_facade(anna: &User) {
    anna.balances().await.expect("the server answers");
}

async fn written_by_hand(client: &reqwest::Client, path: &str) {
    let request = client.get(path).header("x-api-key", "bench");
    let response = request
        .send()
        .await
        .and_then(reqwest::Response::error_for_status);
    let body: Balances = response
        .expect("the server answers")
        .json()
        .await
        .expect("it fits");
    std::hint::black_box(body);
}

/// Seconds a call.
fn time<F: Future<Output = ()>>(runtime: &Runtime, calls: usize, call: impl Fn() -> F) -> f64 {
    runtime.block_on(async {
        let start = Instant::now();
        for _ in 0..calls {
            call().await;
        }
        start.elapsed().as_secs_f64() / calls as f64
    })
}

/// Allocations of this thread for one call; the server's are on its own.
fn allocations<F: Future<Output = ()>>(runtime: &Runtime, call: impl Fn() -> F) -> u64 {
    const MANY: u64 = 100;
    let info = measure(|| {
        runtime.block_on(async {
            for _ in 0..MANY {
                call().await;
            }
        });
    });
    info.count_total / MANY
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn no_tls() -> Result<rustls::ClientConfig, rustls::Error> {
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider);
    Ok(config
        .with_safe_default_protocol_versions()?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth())
}

/// A server that answers every request with the same bytes.
fn server() -> Result<SocketAddr, Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || {
        runtime.block_on(async {
            while let Ok((mut socket, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let length = BODY.len();
                    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json";
                    let answer = format!("{head}\r\ncontent-length: {length}\r\n\r\n{BODY}");
                    let mut request = [0; 4096];
                    while let Ok(1..) = socket.read(&mut request).await {
                        if socket.write_all(answer.as_bytes()).await.is_err() {
                            break;
                        }
                    }
                });
            }
        });
    });
    Ok(address)
}
