//! A sandbox with a stopped clock, the driver of its two ports, and the oracle that watches both.

use std::sync::{Arc, Mutex};

use partner_api_sandbox::{Observed, Sandbox};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    compare::{amounts_of, atoms, moment},
    driver::{Driver, rates, without_invariant},
    oracle::{ActiveCards, Command, Oracle, Terms},
    policy::policy,
    requests::misfit,
    wire::Wire,
};

/// The keys of every stand; long enough to be recognised wherever they must not be.
pub const API_KEY: &str = "canary-api-key-4f1d8e";
/// When every stand starts.
const START: &str = "2026-03-02T10:00:00.000Z";

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
    terms: Terms,
    /// `None` only while it restarts.
    sandbox: Option<Sandbox>,
    /// Where a durable sandbox keeps its data.
    dir: Option<TempDir>,
    watch: Watch,
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
        Self::start_under(active_cards, Terms::default(), false).await
    }

    /// A sandbox that keeps its data in a directory of its own and can be restarted.
    pub async fn start_durable(active_cards: ActiveCards) -> Self {
        Self::start_under(active_cards, Terms::default(), true).await
    }

    /// A sandbox under these terms, `durable` or not. Its clock always starts at the same moment, so that whatever is
    /// done goes as it went before, rates and all.
    pub async fn start_under(active_cards: ActiveCards, terms: Terms, durable: bool) -> Self {
        let dir = durable.then(|| tempfile::tempdir().expect("a temporary directory"));
        let watch = Watch::default();
        let sandbox = open(active_cards, &terms, dir.as_ref(), true, &watch).await;
        let driver = driver(&sandbox);
        let oracle = oracle(active_cards, &terms, &driver).await;
        Self {
            oracle,
            driver,
            active_cards,
            terms,
            sandbox: Some(sandbox),
            dir,
            watch,
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
        let dir = self.dir.as_ref();
        let sandbox = open(self.active_cards, &self.terms, dir, false, &self.watch).await;
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
        self.oracle = oracle(self.active_cards, &self.terms, &self.driver).await;
    }

    /// Tells the model what the market is now, where a command is about to need it.
    pub async fn look_at_market(&mut self, command: &Command) {
        match command {
            Command::Lock { .. }
            | Command::Quote { .. }
            | Command::Pay { .. }
            | Command::Walk { .. } => {
                let answer = self.driver.partner.get("/v1/order/rates").await.ok();
                self.oracle.hear(rates(&answer.json));
            }
            Command::Withdraw {
                owner,
                currency,
                network,
                ..
            } => {
                let Some(network) = Oracle::network(currency, network.as_deref()) else {
                    return;
                };
                let of = if owner.is_some() { "" } else { "partner/" };
                let path = format!(
                    "/v1/{of}crypto-withdrawal/get-network-fee?currency={currency}&network={network}"
                );
                let answer = self.driver.partner.get(&path).await;
                if answer.status.is_success() {
                    let fee = atoms(&answer.json["networkFee"]);
                    let place = (currency.clone(), network);
                    self.oracle.network_fees.insert(place, fee);
                }
            }
            _ => {}
        }
    }

    /// Tells the model what every withdrawal would cost now, for as long as time stands still.
    pub async fn look_at_whole_market(&mut self) {
        let currencies: Vec<_> = self.oracle.rates.keys().cloned().collect();
        for currency in currencies {
            for network in [
                None,
                Some("polygon".to_owned()),
                Some("ethereum".to_owned()),
            ] {
                let command = Command::Withdraw {
                    owner: None,
                    key: String::new(),
                    amount: "1".to_owned(),
                    currency: currency.clone(),
                    network,
                };
                self.look_at_market(&command).await;
            }
        }
    }

    /// Runs a command that the model and the sandbox must both accept.
    pub async fn apply(&mut self, command: Command) {
        self.look_at_market(&command).await;
        assert_eq!(self.oracle.apply(&command), Ok(()), "{command}");
        let observed = self.driver.perform(&command).await;
        assert_eq!(observed.refusal, None, "{command}");
    }

    /// Creates a verified user who holds some EUR.
    pub async fn onboard(&mut self, user: &str, amount: &str) {
        let user = user.to_owned();
        self.apply(Command::Create {
            user: user.clone(),
            country: "PL".to_owned(),
            born: None,
        })
        .await;
        self.apply(Command::Verify {
            user: user.clone(),
            by: None,
        })
        .await;
        self.apply(Command::Decide {
            user: user.clone(),
            approved: true,
        })
        .await;
        let (amount, currency) = (amount.to_owned(), "eur".to_owned());
        self.apply(Command::Transfer {
            key: String::new(),
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

/// Holds every call of a stand, through whatever client, and every answer against the specification; says so in the end.
#[derive(Clone, Debug, Default)]
struct Watch(Arc<Mutex<Vec<String>>>);

impl Watch {
    fn look(&self, seen: &Observed<'_>) {
        if let Some(misfit) = misfit(seen) {
            self.0
                .lock()
                .expect("nothing panics while it is held")
                .push(misfit);
        }
    }
}

impl Drop for Stand {
    fn drop(&mut self) {
        let misfits = self
            .watch
            .0
            .lock()
            .expect("nothing panics while it is held");
        if !std::thread::panicking() {
            assert!(misfits.is_empty(), "{misfits:#?}");
        }
    }
}

/// A restarted sandbox goes on at its own time.
async fn open(
    active_cards: ActiveCards,
    terms: &Terms,
    dir: Option<&TempDir>,
    is_new: bool,
    watch: &Watch,
) -> Sandbox {
    let watch = watch.clone();
    let mut builder = Sandbox::builder()
        .observe(move |seen| watch.look(seen))
        .api_key(API_KEY)
        .control_key(CONTROL_KEY)
        .policy(policy(active_cards, terms));
    if let Some(dir) = dir {
        builder = builder.data_dir(dir.path());
    }
    if is_new {
        builder = builder.frozen_at(START.parse().expect("a moment"));
    }
    builder.start().await.expect("the sandbox starts")
}

fn driver(sandbox: &Sandbox) -> Driver {
    let partner = Wire::partner(sandbox.api_url().to_string(), API_KEY);
    let control = Wire::control(sandbox.control_url().to_string(), CONTROL_KEY);
    Driver::new(partner, control)
}

/// The model of a sandbox that has nobody but its partner yet.
async fn oracle(active_cards: ActiveCards, terms: &Terms, driver: &Driver) -> Oracle {
    let market = driver.partner.get("/v1/exchange/get-rate").await.ok().json;
    let funds = driver.partner.get("/v1/partner/balances").await.ok().json;
    let clock = driver.control.get("/clock").await.ok().json;
    let now = moment(&clock["now"]);
    let (rates, funds) = (rates(&market), amounts_of(&funds));
    Oracle::new(active_cards, terms.clone(), now, rates, &funds)
}
