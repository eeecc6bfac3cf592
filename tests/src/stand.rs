//! A sandbox with a stopped clock, the driver of its two ports, and the oracle that watches both.

use std::collections::BTreeMap;

use partner_api_sandbox::Sandbox;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    compare::{amounts_of, atoms},
    driver::{Driver, without_invariant},
    oracle::{ActiveCards, Command, Oracle},
    wire::Wire,
};

/// The keys of every stand; long enough to be recognised wherever they must not be.
pub const API_KEY: &str = "canary-api-key-4f1d8e";
/// See [`API_KEY`].
pub const CONTROL_KEY: &str = "canary-control-key-77aa";

/// A sandbox and all that watches it.
#[derive(Debug)]
pub struct Stand {
    /// What should be true.
    pub oracle: Oracle,
    /// Talks to the sandbox.
    pub driver: Driver,
    active_cards: ActiveCards,
    /// `None` only while it restarts.
    sandbox: Option<Sandbox>,
    /// Where a durable sandbox keeps its data.
    dir: Option<TempDir>,
}

/// One entry of the list of decisions.
#[derive(Clone, Debug)]
pub struct Decision {
    pub seq: i64,
    pub command: String,
    pub subject: String,
    pub rule: Option<String>,
}

impl Stand {
    /// A sandbox that keeps nothing.
    pub async fn start(active_cards: ActiveCards) -> Self {
        Self::start_in(active_cards, None).await
    }

    /// A sandbox that keeps its data in a directory of its own and can be restarted.
    pub async fn start_durable(active_cards: ActiveCards) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        Self::start_in(active_cards, Some(dir)).await
    }

    async fn start_in(active_cards: ActiveCards, dir: Option<TempDir>) -> Self {
        let sandbox = open(active_cards, dir.as_ref()).await;
        let driver = driver(&sandbox);
        driver.control.post("/clock/freeze", json!({})).await.ok();
        let oracle = oracle(active_cards, &driver).await;
        Self {
            oracle,
            driver,
            active_cards,
            sandbox: Some(sandbox),
            dir,
        }
    }

    /// Stops the sandbox and opens its data again.
    pub async fn restart(&mut self) {
        assert!(
            self.dir.is_some(),
            "a sandbox that keeps nothing cannot be restarted"
        );
        let running = self.sandbox.take().expect("the sandbox runs");
        running.stop().await;
        let sandbox = open(self.active_cards, self.dir.as_ref()).await;
        let Driver {
            partner, control, ..
        } = driver(&sandbox);
        self.driver.reconnect(partner, control);
        self.sandbox = Some(sandbox);
    }

    /// Starts over with nobody but the partner.
    pub async fn reset(&mut self) {
        self.driver.control.post("/reset", json!({})).await.ok();
        self.driver.forget();
        self.oracle = oracle(self.active_cards, &self.driver).await;
    }

    /// Runs a command that the model and the sandbox must both accept.
    pub async fn apply(&mut self, command: Command) {
        assert_eq!(self.oracle.apply(&command), Ok(()), "{command}");
        let observed = self.driver.perform(&command).await;
        assert_eq!(observed.refusal, None, "{command}");
        self.learn_rates(&command);
    }

    /// Tells the model what rates a lock got.
    pub fn learn_rates(&mut self, command: &Command) {
        let Command::Lock { key, .. } = command else {
            return;
        };
        if let (Some(lock), Some(rates)) =
            (self.oracle.locks.get_mut(key), self.driver.rates.get(key))
        {
            lock.rates.clone_from(rates);
        }
    }

    /// Creates a verified user who holds some EUR.
    pub async fn onboard(&mut self, user: &str, amount: &str) {
        let user = user.to_owned();
        self.apply(Command::Create {
            user: user.clone(),
            country: "PL".to_owned(),
        })
        .await;
        self.apply(Command::Verify { user: user.clone() }).await;
        self.apply(Command::Decide {
            user: user.clone(),
            approved: true,
        })
        .await;
        let (amount, currency) = (amount.to_owned(), "eur".to_owned());
        self.apply(Command::Transfer {
            source: None,
            destination: Some(user),
            amount,
            currency,
        })
        .await;
    }

    /// A driver of the same sandbox that knows the same ids, for a client of its own.
    pub fn another_driver(&self) -> Driver {
        let mut another = driver(self.sandbox.as_ref().expect("the sandbox runs"));
        for (key, id) in self.driver.known() {
            another.learn(key, id.clone());
        }
        another
    }

    /// Everything that was decided.
    pub async fn decisions(&self) -> Vec<Decision> {
        decisions(&self.driver.control).await
    }

    /// The key of the Partner API.
    pub fn api_key(&self) -> &'static str {
        API_KEY
    }

    /// `http://HOST:PORT` of the Partner API.
    pub fn partner_address(&self) -> &str {
        self.driver.partner.base()
    }

    /// Where the data is, if it is kept.
    pub fn data_dir(&self) -> &std::path::Path {
        self.dir.as_ref().expect("this stand keeps its data").path()
    }

    /// Stops the sandbox and leaves its directory behind.
    pub async fn stop(mut self) -> TempDir {
        self.sandbox.take().expect("the sandbox runs").stop().await;
        self.dir.take().expect("this stand keeps its data")
    }
}

/// Reads the whole list of decisions, page by page.
pub async fn decisions(control: &Wire) -> Vec<Decision> {
    let mut all: Vec<Decision> = Vec::new();
    loop {
        let after = all.last().map_or(0, |decision| decision.seq);
        let page = control
            .get(&format!("/decisions?after={after}"))
            .await
            .ok()
            .json;
        let page = page["decisions"]
            .as_array()
            .expect("a list of decisions")
            .clone();
        if page.is_empty() {
            return all;
        }
        let text = |entry: &Value, field: &str| entry[field].as_str().map(str::to_owned);
        all.extend(page.iter().map(|entry| Decision {
            seq: entry["seq"].as_i64().expect("a number"),
            command: text(entry, "command").expect("a command"),
            subject: text(entry, "subject").expect("a subject"),
            rule: text(entry, "rule").map(|rule| without_invariant(&rule)),
        }));
    }
}

async fn open(active_cards: ActiveCards, dir: Option<&TempDir>) -> Sandbox {
    let active_cards = match active_cards {
        ActiveCards::Refuse => partner_api_sandbox::ActiveCards::Refuse,
        ActiveCards::Freeze => partner_api_sandbox::ActiveCards::Freeze,
    };
    let builder = Sandbox::builder()
        .api_key(API_KEY)
        .control_key(CONTROL_KEY)
        .active_cards(active_cards);
    let builder = match dir {
        Some(dir) => builder.data_dir(dir.path()),
        None => builder,
    };
    builder.start().await.expect("the sandbox starts")
}

fn driver(sandbox: &Sandbox) -> Driver {
    let partner = Wire::partner(sandbox.api_url().to_string(), API_KEY);
    let control = Wire::control(sandbox.control_url().to_string(), CONTROL_KEY);
    Driver::new(partner, control)
}

/// The model of a sandbox that has nobody but its partner yet.
async fn oracle(active_cards: ActiveCards, driver: &Driver) -> Oracle {
    let rates = driver.partner.get("/v1/exchange/get-rate").await.ok().json;
    let rates = rates.as_object().expect("rates by currency").iter();
    let rates: BTreeMap<_, _> = rates
        .map(|(currency, rate)| (currency.clone(), atoms(rate)))
        .collect();
    let funds = driver.partner.get("/v1/partner/balances").await.ok().json;
    // Only distances of time matter, so the model's clock starts at zero.
    Oracle::new(active_cards, 0, rates, &amounts_of(&funds))
}
