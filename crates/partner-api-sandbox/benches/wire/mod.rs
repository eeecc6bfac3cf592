//! Requests by hand over open connections: a client library would be measured along.

#![allow(dead_code, reason = "no bench uses everything")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use partner_api_sandbox::Sandbox;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::people::{Done, Meter};

/// The key of every sandbox that is measured.
pub(crate) const KEY: &str = "bench";

pub(crate) fn address(sandbox: &Sandbox) -> Result<SocketAddr, std::net::AddrParseError> {
    sandbox.api_url().trim_start_matches("http://").parse()
}

pub(crate) fn get_request(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: bench\r\nx-api-key: {KEY}\r\n\r\n").into_bytes()
}

pub(crate) fn post_request(path: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: bench\r\nx-api-key: {KEY}\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

pub(crate) fn expect((status, body): (u16, Vec<u8>)) -> std::io::Result<()> {
    if (200..300).contains(&status) {
        Ok(())
    } else {
        Err(std::io::Error::other(format!(
            "{status}: {}",
            String::from_utf8_lossy(&body)
        )))
    }
}

/// One request and its answer.
pub(crate) async fn call(
    socket: &mut TcpStream,
    request: &[u8],
) -> std::io::Result<(u16, Vec<u8>)> {
    socket.write_all(request).await?;
    let mut buffer = Vec::with_capacity(8 * 1024);
    loop {
        if socket.read_buf(&mut buffer).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
        let length = head
            .split("content-length: ")
            .nth(1)
            .and_then(|rest| rest.split("\r\n").next());
        let length: usize = length.and_then(|length| length.parse().ok()).unwrap_or(0);
        let status = head
            .get(9..12)
            .and_then(|status| status.parse().ok())
            .unwrap_or(0);
        if buffer.len() >= end + 4 + length {
            return Ok((status, buffer.split_off(end + 4)));
        }
    }
}

/// For a time, over so many connections and one at a time on each: the n-th request is what `request` makes of `n`, and
/// every answer must be a success.
pub(crate) async fn requests(
    address: SocketAddr,
    connections: usize,
    time: Duration,
    first: u64,
    request: impl Fn(u64) -> Vec<u8> + Clone + Send + 'static,
) -> std::io::Result<Done> {
    let next = Arc::new(AtomicU64::new(first));
    let meter = Meter::start();
    let end = Instant::now() + time;
    let mut clients = JoinSet::new();
    for _ in 0..connections {
        let (request, next) = (request.clone(), Arc::clone(&next));
        clients.spawn(async move {
            let mut socket = TcpStream::connect(address).await?;
            socket.set_nodelay(true)?;
            let mut took = Vec::new();
            while Instant::now() < end {
                let bytes = request(next.fetch_add(1, Ordering::Relaxed));
                let began = Instant::now();
                expect(call(&mut socket, &bytes).await?)?;
                took.push(began.elapsed());
            }
            std::io::Result::Ok(took)
        });
    }
    let mut all = Done::default();
    while let Some(took) = clients.join_next().await {
        all.took.extend(took??);
    }
    all.count = all.took.len() as u64;
    all.cost = meter.cost();
    Ok(all)
}
