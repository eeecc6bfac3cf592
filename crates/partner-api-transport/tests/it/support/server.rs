//! A server made by hand, because a proper one refuses to misbehave.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What happens to one connection.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Read the request, write these bytes, close.
    Say(String),
    /// Close at once, without reading.
    CloseUnread,
    /// Read the request and close without an answer.
    CloseAfterReading,
    /// Read the request and keep silent.
    KeepSilent,
    /// Read the request, write these bytes, then keep the connection open and silent.
    SayAndStall(String),
}

/// An answer with a status line, headers and a body.
pub(crate) fn say(status: &str, headers: &[&str], body: &str) -> Act {
    let mut text = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n", body.len());
    for header in headers {
        text.push_str(header);
        text.push_str("\r\n");
    }
    text.push_str("connection: close\r\n\r\n");
    text.push_str(body);
    Act::Say(text)
}

/// `200 OK` with a JSON body.
pub(crate) fn ok() -> Act {
    say("200 OK", &["content-type: application/json"], "{}")
}

/// Plays a script: the nth connection gets the nth act, later ones the last.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) async fn start(script: impl IntoIterator<Item = Act>) -> Self {
        let script: Vec<Act> = script.into_iter().collect();
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            for nth in 0.. {
                let Ok((stream, _)) = listener.accept().await else {
                    return;
                };
                let act = script
                    .get(nth)
                    .or(script.last())
                    .cloned()
                    .expect("a script has an act");
                tokio::spawn(play(stream, act, Arc::clone(&seen)));
            }
        });
        Self { address, requests }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests read so far, head and body as text.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests
            .lock()
            .expect("no test panics while it holds this")
            .clone()
    }
}

/// An address at which nobody listens.
pub(crate) async fn closed_port() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    listener.local_addr().expect("it is bound")
}

async fn play(mut stream: TcpStream, act: Act, seen: Arc<Mutex<Vec<String>>>) {
    if matches!(act, Act::CloseUnread) {
        return;
    }
    let Some(request) = read_request(&mut stream).await else {
        return;
    };
    seen.lock()
        .expect("no test panics while it holds this")
        .push(request);
    match act {
        Act::Say(text) => {
            let _ = stream.write_all(text.as_bytes()).await;
        }
        Act::SayAndStall(text) => {
            let _ = stream.write_all(text.as_bytes()).await;
            std::future::pending::<()>().await;
        }
        Act::KeepSilent => std::future::pending::<()>().await,
        Act::CloseUnread | Act::CloseAfterReading => {}
    }
}

/// Reads head and body of one request.
pub(crate) async fn read_request<S: AsyncReadExt + Unpin>(stream: &mut S) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0; 4096];
        let count = stream.read(&mut chunk).await.ok()?;
        if count == 0 {
            return None;
        }
        bytes.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length:")
                    .map(|it| it.trim().parse())
            })
            .map_or(Ok(0), |it| it)
            .unwrap_or(0_usize);
        if length <= body.len() {
            return Some(text);
        }
    }
}
