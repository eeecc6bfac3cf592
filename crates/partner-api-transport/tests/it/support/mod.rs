//! What the tests share: a server that misbehaves on command, a classifier, a trace.

use std::time::Duration;

use http::HeaderName;
use partner_api_transport::{
    Answer, ApiKey, Behavior, Builder, Call, CallOptions, Classifier, Error, Random, RetryClass,
    Transport, Verdict,
};

pub(crate) mod server;
pub(crate) mod trace;

/// The key that must never be seen anywhere but in one header.
pub(crate) const KEY: &str = "canary-key-4f1d";

/// Reads bodies such as `BUSY`, `EXISTS` or `NO`, whatever the status.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words;

#[derive(Debug, PartialEq)]
pub(crate) struct Word(pub(crate) String);

impl std::fmt::Display for Word {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Classifier for Words {
    type Refusal = Word;

    fn classify(&self, _: &'static str, answer: &Answer) -> Verdict<Word> {
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        match text.as_str() {
            "BUSY" => Verdict::Failed(Word(text)),
            "EXISTS" | "NO" | "DENIED" => Verdict::Refused(Word(text)),
            _ => Verdict::Unrecognized,
        }
    }

    fn may_follow_own_success(&self, _: &'static str, refusal: &Word) -> bool {
        refusal.0 == "EXISTS"
    }
}

/// Always the longest pause, so that waiting times are exact.
#[derive(Debug)]
pub(crate) struct Longest;

impl Random for Longest {
    fn up_to(&self, most: Duration) -> Duration {
        most
    }
}

/// No pause at all, for tests over real sockets.
#[derive(Debug)]
pub(crate) struct Shortest;

impl Random for Shortest {
    fn up_to(&self, _: Duration) -> Duration {
        Duration::ZERO
    }
}

/// A builder towards `base_url` with the canary key.
pub(crate) fn builder(base_url: &str) -> Builder<Words> {
    let header = HeaderName::from_static("x-api-key");
    Transport::builder(base_url, header, ApiKey::new(KEY), Words).random(Shortest)
}

/// A transport towards `base_url` with the canary key.
pub(crate) fn transport(base_url: &str) -> Transport<Words> {
    builder(base_url).build().expect("the settings are usable")
}

/// The behaviour of the tests: as published, except for what `change` alters.
pub(crate) fn behavior(change: impl FnOnce(&mut Behavior)) -> Behavior {
    let mut behavior = Behavior::V2026_11;
    change(&mut behavior);
    behavior
}

/// `POST /v1/things/canary-path?token=canary-query` with a body.
pub(crate) fn post(transport: &Transport<Words>) -> reqwest::Request {
    let url = format!(
        "{}/v1/things/canary-path?token=canary-query",
        transport.base_url()
    );
    transport
        .http_client()
        .post(url)
        .body("canary-sent")
        .build()
        .expect("the URL parses")
}

/// `GET /v1/things`.
pub(crate) fn get(transport: &Transport<Words>) -> reqwest::Request {
    let url = format!("{}/v1/things", transport.base_url());
    transport
        .http_client()
        .get(url)
        .build()
        .expect("the URL parses")
}

/// Calls with a POST of this class.
pub(crate) async fn call(
    transport: &Transport<Words>,
    class: RetryClass,
) -> Result<Answer, Error<Word>> {
    transport
        .call(Call::new("do_it", class), post(transport))
        .await
}

/// Calls with a POST of this class and options.
pub(crate) async fn call_with(
    transport: &Transport<Words>,
    class: RetryClass,
    options: CallOptions,
) -> Result<Answer, Error<Word>> {
    transport
        .call(Call::new("do_it", class).options(options), post(transport))
        .await
}
