//! Webhooks: what is told when, to whom, in which order, and what goes wrong on purpose.

mod chaos;
mod control;
mod erasure;
mod order;
mod schedule;
mod told;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use partner_api_sandbox::SandboxBuilder;
use serde_json::{Value, json};

use crate::stand::{Stand, text};

const SECRET: &str = "canary-webhook-secret-55d1";

/// What arrived at a receiver.
#[derive(Clone, Debug)]
struct Post {
    path: String,
    authorization: String,
    text: String,
    /// `Null` where it is no JSON.
    body: Value,
}

/// What a receiver answers with.
#[derive(Clone, Copy, Debug)]
enum Answer {
    Status(u16),
    /// None within a minute.
    Hang,
    /// To another path of its own.
    Redirect,
}

/// Decides what to answer to the n-th post, counted from 0.
type Judge = Arc<dyn Fn(usize, &Post) -> Answer + Send + Sync>;

#[derive(Clone)]
struct Receiver {
    url: String,
    posts: Arc<Mutex<Vec<Post>>>,
    judge: Arc<Mutex<Judge>>,
}

impl Receiver {
    /// One that acknowledges everything.
    async fn start() -> Self {
        Self::start_at(([127, 0, 0, 1], 0).into()).await
    }

    async fn start_at(address: std::net::SocketAddr) -> Self {
        let listener = tokio::net::TcpListener::bind(address).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let all = |_: usize, _: &Post| Answer::Status(200);
        let receiver = Self {
            url,
            posts: Arc::default(),
            judge: Arc::new(Mutex::new(Arc::new(all))),
        };
        let router = Router::new().fallback(receive).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    fn answer(&self, judge: impl Fn(usize, &Post) -> Answer + Send + Sync + 'static) {
        *self.judge.lock().unwrap() = Arc::new(judge);
    }

    fn posts(&self) -> Vec<Post> {
        self.posts.lock().unwrap().clone()
    }

    /// The statuses that were told at a path, in order of arrival.
    fn statuses(&self, path: &str) -> Vec<String> {
        let posts = self.posts().into_iter();
        let posts = posts.filter(|post| post.path == path);
        posts.map(|post| text(&post.body, "status")).collect()
    }

    /// Waits until so many posts have arrived; more must not.
    async fn arrived(&self, count: usize) -> Vec<Post> {
        eventually(|| count <= self.posts().len()).await;
        let posts = self.posts();
        assert_eq!(posts.len(), count, "{posts:#?}");
        posts
    }
}

async fn receive(
    State(receiver): State<Receiver>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let post = Post {
        path: uri.to_string(),
        authorization: headers["authorization"].to_str().unwrap().to_owned(),
        text: String::from_utf8(body.to_vec()).unwrap(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    };
    assert_eq!(headers["content-type"], "application/json");
    let judge = receiver.judge.lock().unwrap().clone();
    let answer = {
        let mut posts = receiver.posts.lock().unwrap();
        posts.push(post.clone());
        judge(posts.len() - 1, &post)
    };
    match answer {
        Answer::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Answer::Redirect => Redirect::temporary("/elsewhere").into_response(),
        Answer::Hang => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            StatusCode::OK.into_response()
        }
    }
}

/// Waits for what must happen soon.
async fn eventually(mut happens: impl FnMut() -> bool) {
    for _ in 0..2_000 {
        if happens() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it did not happen within ten seconds");
}

/// Time for what must not happen.
async fn a_while() {
    tokio::time::sleep(Duration::from_millis(150)).await;
}

/// A sandbox that tells a receiver everything.
async fn told() -> (Stand, Receiver) {
    told_with(|builder| builder).await
}

async fn told_with(set: impl FnOnce(SandboxBuilder) -> SandboxBuilder) -> (Stand, Receiver) {
    let receiver = Receiver::start().await;
    let url = receiver.url.clone();
    let stand = Stand::start_with(|builder| set(builder.webhooks(url, SECRET))).await;
    (stand, receiver)
}

/// A transfer from the partner; its id.
async fn transfer(stand: &Stand, user: &str) -> String {
    let funding = crate::stand::funding(user, "1.00");
    text(
        &stand.post("/v1/transfer", funding).await.ok(),
        "transferId",
    )
}

/// A crypto deposit; its id.
async fn crypto_deposit(stand: &Stand, user: &str) -> String {
    let deposit = json!({"externalUserId": user, "amount": "0.5", "currency": "eth"});
    let path = "/simulate/crypto-deposit";
    text(&stand.control(path, Some(deposit)).await.ok(), "id")
}

/// The deliveries that a query asks for.
async fn deliveries(stand: &Stand, query: &str) -> Vec<Value> {
    let path = format!("/webhooks/deliveries{query}");
    let page = stand.control(&path, None).await.ok();
    page["deliveries"].as_array().unwrap().clone()
}

/// Waits until every delivery that a query asks for is in a state, and there are so many.
async fn settled(stand: &Stand, query: &str, state: &str, count: usize) -> Vec<Value> {
    for _ in 0..2_000 {
        let found = deliveries(stand, query).await;
        if found.len() == count && found.iter().all(|it| it["state"] == state) {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!(
        "not {count} in {state}: {:#?}",
        deliveries(stand, query).await
    );
}
