//! A torture kit for a partner's own receiver of webhooks: what it is sent, and a verdict on what it made of it.
//!
//! A seeded mix goes to the receiver's real address: events in order, repeated, at once and overtaken by their own later
//! statuses; forged ones with a missing, wrong or doubled secret; and bodies that are broken, huge or of a kind that nobody
//! knows yet. Genuine events are tried five times, as the provider does, without its pauses.
//!
//! ```no_run
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use partner_api_sandbox::torture::Torture;
//!
//! let torture = Torture::new("http://127.0.0.1:8080", "the-secret")?.seed(7);
//! let verdict = torture.run(async || None).await; // or Some(effects), for the half that no answer shows
//! println!("{verdict}");
//! assert!(verdict.is_clean());
//! # Ok(()) }
//! ```
//!
//! # What it can see
//! Answers show what was acknowledged. Whether an acknowledged event was lost, processed twice or applied backwards only
//! the partner knows: give the [`Effect`]s, one for each time that something was done, in their order. Without them
//! those rows say that they were not looked at.
//!
//! # Never here
//! A second set of payloads: bodies are the samples of `crate::webhooks`, about objects that do not exist.

mod plan;
mod verdict;

use std::time::Duration;

use axum::http::{HeaderValue, Uri};
use tokio::task::JoinSet;

pub use verdict::{Check, Row, Verdict};

use crate::InvalidUrl;
use crate::engine::Outcome;
use crate::webhooks::{Sender, check_url};
use plan::{Authorization, Plan, Shot};

/// How often a genuine event is tried, as the provider does.
const ATTEMPTS: u32 = 5;
/// The pause between two of them; the provider's are 8 to 64 seconds.
const PAUSE: Duration = Duration::from_millis(50);
/// How many objects are in the air at once.
const AT_ONCE: usize = 8;
/// How long the receiver may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// How long effects may follow their acknowledgement, unless said otherwise.
const EFFECTS_WITHIN: Duration = Duration::from_secs(10);

/// Something that the partner did because of an event.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct Effect {
    /// The provider's id of the object, such as a transfer's.
    pub object: String,
    /// The status that was taken over.
    pub status: String,
}

/// What is to be sent, and where.
#[derive(Clone)]
pub struct Torture {
    url: String,
    secret: String,
    bearer: bool,
    seed: u64,
    objects: usize,
    effects_within: Duration,
}

impl std::fmt::Debug for Torture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Torture")
            .field("url", &self.url)
            .field("seed", &self.seed)
            .field("objects", &self.objects)
            .finish_non_exhaustive()
    }
}

/// Why a receiver cannot be tortured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TortureError {
    /// The address is not `http`, or not one of this machine.
    #[error(
        "only a receiver on this machine is tortured, at an address such as http://127.0.0.1:8080; run the kit beside it"
    )]
    Url(#[from] InvalidUrl),
    /// The secret cannot travel in a header.
    #[error(
        "the secret must be visible ASCII and not empty; give the one that the receiver expects"
    )]
    Secret,
}

impl Torture {
    /// For the receiver below a base address of this machine, which accepts this secret.
    ///
    /// # Errors
    /// An address that is not `http` or not of this machine; a secret that no header can carry.
    pub fn new(url: &str, secret: impl Into<String>) -> Result<Self, TortureError> {
        let secret = secret.into();
        if secret.is_empty() || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(TortureError::Secret);
        }
        Ok(Self {
            url: check_url(url, false)?,
            secret,
            bearer: false,
            seed: 0,
            objects: 100,
            effects_within: EFFECTS_WITHIN,
        })
    }

    /// Sends the secret after `Bearer`; the provider's pages do not say which form it sends.
    pub fn bearer(mut self) -> Self {
        self.bearer = true;
        self
    }

    /// Which mix; the same seed sends the same. Objects are named after it, so that a receiver that remembers is given a
    /// new one each time.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// About how many objects; 100 by default.
    pub fn objects(mut self, objects: usize) -> Self {
        self.objects = objects;
        self
    }

    /// How long to wait for effects that are missing; ten seconds by default.
    pub fn effects_within(mut self, patience: Duration) -> Self {
        self.effects_within = patience;
        self
    }

    /// Sends everything, asks for the effects until they are complete or have been waited for, and judges.
    ///
    /// `effects` is asked once where it has none to give.
    pub async fn run(&self, effects: impl AsyncFn() -> Option<Vec<Effect>>) -> Verdict {
        let plan = Plan::new(self.seed, self.objects);
        let answers = self.send(&plan).await;
        let deadline = tokio::time::Instant::now() + self.effects_within;
        let seen = loop {
            let seen = effects().await;
            let is_complete = seen.as_ref().is_none_or(|seen| plan.is_complete(seen));
            if is_complete || deadline <= tokio::time::Instant::now() {
                break seen;
            }
            tokio::time::sleep(PAUSE).await;
        };
        verdict::judge(&plan, &answers, seen.as_deref())
    }

    /// Sends every line of shots, several lines at once, each in its own order; what was answered, by line and place.
    async fn send(&self, plan: &Plan) -> Vec<Vec<Answer>> {
        let sender = Sender::new(ANSWER_WITHIN);
        let mut answers: Vec<Vec<Answer>> = plan.lines.iter().map(|_| Vec::new()).collect();
        let mut lines = plan.lines.iter().enumerate();
        let mut running = JoinSet::new();
        loop {
            while running.len() < AT_ONCE
                && let Some((number, line)) = lines.next()
            {
                let (torture, sender, line) = (self.clone(), sender.clone(), line.clone());
                running.spawn(async move { (number, torture.send_line(&sender, &line).await) });
            }
            match running.join_next().await {
                Some(Ok((number, line))) => answers[number] = line,
                // A task of ours that panicked leaves its line unanswered, which the verdict shows.
                Some(Err(_)) => {}
                None => return answers,
            }
        }
    }

    async fn send_line(&self, sender: &Sender, line: &[Shot]) -> Vec<Answer> {
        let mut answers = Vec::new();
        for volley in line.chunk_by(|one, next| one.volley == next.volley) {
            let shots = volley.iter().map(|shot| self.shoot(sender, shot));
            answers.extend(futures_util::future::join_all(shots).await);
        }
        answers
    }

    async fn shoot(&self, sender: &Sender, shot: &Shot) -> Answer {
        let Ok(uri) = format!("{}{}", self.url, shot.path).parse::<Uri>() else {
            return None;
        };
        let attempts = if shot.what.is_genuine() { ATTEMPTS } else { 1 };
        let mut answer = None;
        for attempt in 0..attempts {
            if 0 < attempt {
                tokio::time::sleep(PAUSE).await;
            }
            let headers = self.headers(shot.authorization);
            let (outcome, _) = sender.send(&uri, headers, shot.body.clone()).await;
            answer = Some(outcome);
            if outcome.is_acknowledged() {
                break;
            }
        }
        answer
    }

    fn headers(&self, authorization: Authorization) -> Vec<HeaderValue> {
        let value = |secret: &str| {
            let text = match self.bearer {
                true => format!("Bearer {secret}"),
                false => secret.to_owned(),
            };
            let mut value = HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""));
            value.set_sensitive(true);
            value
        };
        let secret = &*self.secret;
        match authorization {
            Authorization::Right => vec![value(secret)],
            Authorization::Missing => vec![],
            Authorization::Empty => vec![HeaderValue::from_static("")],
            Authorization::Another => vec![value("another-secret")],
            Authorization::CutShort => vec![value(&secret[..secret.len() - 1])],
            Authorization::Longer => vec![value(&format!("{secret}x"))],
            Authorization::Twice => vec![value("another-secret"), value(secret)],
        }
    }
}

/// What came of a shot; nothing if it was not fired.
type Answer = Option<Outcome>;
