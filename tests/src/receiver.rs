//! A partner's server that keeps what it is told.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use serde_json::Value;

/// What was told.
#[derive(Clone, Debug)]
pub struct Told {
    pub path: String,
    pub authorization: String,
    pub body: Value,
    /// What was answered.
    pub status: u16,
}

/// Says with which status the n-th post is answered, counted from 0.
type Judge = Arc<dyn Fn(usize) -> u16 + Send + Sync>;

/// A server on a free port of this machine. It serves until its runtime ends.
#[derive(Clone)]
pub struct Receiver {
    /// Where it listens.
    pub url: String,
    told: Arc<Mutex<Vec<Told>>>,
    judge: Judge,
}

impl Receiver {
    /// Starts one that answers as `judge` says.
    pub async fn start(judge: impl Fn(usize) -> u16 + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a free port");
        let address = listener.local_addr().expect("it has an address");
        let receiver = Self {
            url: format!("http://{address}"),
            told: Arc::default(),
            judge: Arc::new(judge),
        };
        let router = Router::new().fallback(take).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    /// All that was told, in order of arrival.
    pub fn told(&self) -> Vec<Told> {
        self.told.lock().expect("nobody panics here").clone()
    }
}

impl std::fmt::Debug for Receiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Receiver").field("url", &self.url).finish()
    }
}

async fn take(
    State(receiver): State<Receiver>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let authorization = headers.get("authorization");
    let authorization = authorization.and_then(|it| it.to_str().ok());
    let mut told = receiver.told.lock().expect("nobody panics here");
    let status = (receiver.judge)(told.len());
    told.push(Told {
        path: uri.path().to_owned(),
        authorization: authorization.unwrap_or_default().to_owned(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
        status,
    });
    StatusCode::from_u16(status).expect("a status")
}
