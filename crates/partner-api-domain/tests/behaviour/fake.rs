//! A provider of one user, as small as the promises under test allow; every request is a step that can be made to fail.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use partner_api_domain::client::{Api, ApiKey, Behavior, InProcess, WireError};
use partner_api_domain::core::user::Standing;
use partner_api_domain::core::{CardId, Timestamp, UserId};
use partner_api_domain::journal::{Conclusion, IntentId, Journal};
use partner_api_domain::{Partner, User, VolatileJournal};
use serde_json::{Value, json};

/// How a step fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// No connection: the provider sees nothing.
    Unsent,
    /// The connection breaks, and the provider has seen nothing.
    LostBefore,
    /// The provider acts, and the connection breaks.
    LostAfter,
    /// The provider refuses with a code of its own.
    Refused,
    /// The provider is in trouble, and has not acted (`P501`, with HTTP 400).
    Trouble,
}

pub(crate) const FAULTS: [Fault; 5] = [
    Fault::Unsent,
    Fault::LostBefore,
    Fault::LostAfter,
    Fault::Refused,
    Fault::Trouble,
];

/// What the provider holds.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) standing: Option<Standing>,
    pub(crate) verified: bool,
    /// By id: active, blocked or deleted.
    pub(crate) cards: BTreeMap<String, &'static str>,
    pub(crate) eur: String,
    /// Whether suspending is refused while a card is active (L4).
    pub(crate) refuses_active_cards: bool,
    /// Where the hosted verification `V1` stands.
    pub(crate) kyc: &'static str,
    /// Where the proof of address stands, if anywhere.
    pub(crate) poa: Option<&'static str>,
    /// Payouts by id, with their status.
    pub(crate) payouts: BTreeMap<String, &'static str>,
    /// The titles of payouts, as they came.
    pub(crate) titles: Vec<String>,
    /// The body of the last request, if it was JSON.
    pub(crate) last_body: Value,
    /// Every request so far: method, path and the card in the body.
    pub(crate) steps: Vec<String>,
    /// Which steps fail, by number.
    pub(crate) faults: BTreeMap<usize, Fault>,
    /// Something that somebody else does just before a step.
    pub(crate) meddling: BTreeMap<usize, fn(&mut World)>,
}

/// The provider, with a partner that talks to it.
#[derive(Clone, Debug)]
pub(crate) struct Fake {
    world: Arc<Mutex<World>>,
    pub(crate) journal: Arc<VolatileJournal>,
    pub(crate) partner: Partner,
}

impl Fake {
    /// An open, verified user `anna` with 100 eur and these cards, such as `C1 C2 C3-blocked`.
    pub(crate) fn with_cards(cards: &str) -> Self {
        let cards = cards
            .split_whitespace()
            .map(|card| match card.split_once('-') {
                Some((id, "blocked")) => (id.to_owned(), "LOCKED_BY_USER"),
                Some((id, "deleted")) => (id.to_owned(), "DELETED"),
                _ => (card.to_owned(), "ACTIVE"),
            });
        let world = Arc::new(Mutex::new(World {
            standing: Some(Standing::Open),
            verified: true,
            cards: cards.collect(),
            eur: "100".to_owned(),
            refuses_active_cards: true,
            kyc: "PENDING",
            poa: None,
            payouts: BTreeMap::new(),
            titles: Vec::new(),
            last_body: Value::Null,
            steps: Vec::new(),
            faults: BTreeMap::new(),
            meddling: BTreeMap::new(),
        }));
        let journal = Arc::new(VolatileJournal::new());
        let partner = Partner::new(api(Arc::clone(&world), 1)).with_journal(journal.clone());
        Self {
            world,
            journal,
            partner,
        }
    }

    /// The same, seen by a client that retries; only for tests with a paused clock.
    pub(crate) fn retrying(&self) -> Self {
        let api = api(Arc::clone(&self.world), 3);
        Self {
            partner: Partner::new(api).with_journal(self.journal.clone()),
            ..self.clone()
        }
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().expect("the provider does not panic")
    }

    pub(crate) fn anna(&self) -> User {
        self.partner.user(anna()).expect("an id")
    }

    /// The same provider and journal, seen by a process that has just started.
    pub(crate) fn restarted(&self) -> Self {
        let partner =
            Partner::new(api(Arc::clone(&self.world), 1)).with_journal(self.journal.clone());
        Self {
            partner,
            ..self.clone()
        }
    }

    /// The same provider, seen through another journal.
    pub(crate) fn with_journal(&self, journal: Arc<dyn Journal>) -> Self {
        Self {
            partner: self.partner.clone().with_journal(journal),
            ..self.clone()
        }
    }

    pub(crate) async fn journal_conclude(&self, intent: IntentId, conclusion: Conclusion) {
        self.journal
            .conclude(intent, conclusion)
            .await
            .expect("an entry");
    }

    /// The step of this number, counted from now, fails.
    pub(crate) fn fail_at(&self, step: usize, fault: Fault) {
        let mut world = self.world();
        let now = world.steps.len();
        world.faults.insert(now + step, fault);
    }

    /// The steps since `from`.
    pub(crate) fn steps_since(&self, from: usize) -> Vec<String> {
        self.world().steps[from..].to_vec()
    }

    pub(crate) fn steps(&self) -> usize {
        self.world().steps.len()
    }

    /// The ids of the active cards, in order.
    pub(crate) fn active(&self) -> String {
        let world = self.world();
        let active = world
            .cards
            .iter()
            .filter(|(_, status)| **status == "ACTIVE");
        active
            .map(|(id, _)| id.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    }

    pub(crate) fn standing(&self) -> Standing {
        self.world().standing.expect("anna exists")
    }
}

pub(crate) fn anna() -> UserId {
    UserId::new("anna").expect("an id")
}

pub(crate) fn card(id: &str) -> CardId {
    CardId::new(id).expect("an id")
}

/// With one attempt, every request is a step that the test decides about.
fn api(world: Arc<Mutex<World>>, attempts_max: u32) -> Api {
    let mut behavior = Behavior::V2026_11;
    behavior.attempts_max = attempts_max;
    let wire = InProcess::new(move |request| {
        let world = Arc::clone(&world);
        async move {
            // A step takes a while, so that a future can be dropped in its middle.
            tokio::task::yield_now().await;
            let answer = world
                .lock()
                .expect("the provider does not panic")
                .step(&request);
            tokio::task::yield_now().await;
            answer
        }
    });
    let transport = Api::transport("http://127.0.0.1:1", ApiKey::new("key"));
    Api::new(
        transport
            .behavior(behavior)
            .wire(wire)
            .build()
            .expect("a client"),
    )
}

type Answer = Result<Value, &'static str>;

impl World {
    fn step(&mut self, request: &http::Request<Bytes>) -> Result<http::Response<Bytes>, WireError> {
        let number = self.steps.len();
        if let Some(meddle) = self.meddling.remove(&number) {
            meddle(self);
        }
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        self.last_body = body.clone();
        let (method, path) = (request.method().as_str(), request.uri().path());
        let subject = body["cardId"]
            .as_str()
            .map(|card| format!(" {card}"))
            .unwrap_or_default();
        self.steps.push(format!("{method} {path}{subject}"));
        let fault = self.faults.get(&number).copied();
        let answer = match fault {
            Some(Fault::Unsent) => return Err(WireError::unsent("no route")),
            Some(Fault::LostBefore) => return Err(WireError::interrupted("reset")),
            Some(Fault::Refused) => Err("P499"),
            Some(Fault::Trouble) => Err("P501"),
            Some(Fault::LostAfter) | None => self.act(method, path, &body),
        };
        if fault == Some(Fault::LostAfter) {
            return Err(WireError::interrupted("reset"));
        }
        if let Ok(Value::String(page)) = &answer {
            let response = http::Response::builder().header("content-type", "text/html");
            return Ok(response.body(Bytes::from(page.clone())).expect("a page"));
        }
        let (status, body) = match answer {
            Ok(body) => (200, body),
            Err(code) => (
                400,
                json!({ "errorCode": code, "errorName": "name", "errorMessage": "?" }),
            ),
        };
        let response = http::Response::builder().status(status);
        let response = response.header("content-type", "application/json");
        Ok(response
            .body(Bytes::from(body.to_string()))
            .expect("an answer"))
    }

    fn act(&mut self, method: &str, path: &str, body: &Value) -> Answer {
        let mut parts = path.trim_start_matches("/v1/").split('/');
        let route: Vec<&str> = parts.by_ref().collect();
        if let ["sepa-transfer", "details", id] = route[..] {
            let status = self.payouts.get(id).ok_or("P428")?;
            return Ok(
                json!({ "id": id, "amount": "1", "currency": "eur", "status": status,
                "createdAt": "2026-11-23T12:00:00.000Z" }),
            );
        }
        if (method, &route[..]) == ("POST", &["user", "balances", "crypto-and-fiat"][..]) {
            if self.standing.is_some() {
                return Err("P411");
            }
            self.standing = Some(Standing::Open);
            return Ok(json!({ "userId": "6f2c1ae0-8a1c-4d55-9c8e-0d9f0b2f1a11" }));
        }
        if let Some(answer) = self.act_for_partner(method, &route) {
            return answer;
        }
        let suspended = match self.standing {
            None | Some(Standing::Closed) => return Err("P412"),
            Some(standing) => standing == Standing::Suspended,
        };
        let card = body["cardId"].as_str().unwrap_or_default();
        match (method, &route[..]) {
            ("GET", ["user", "balances", _]) if !self.verified => Err("P459"),
            ("GET", ["user", "balances", _]) => Ok(json!({ "fiatBalances": [
                { "id": "b", "amount": self.eur, "name": "eur", "status": "ACTIVE" }
            ], "cryptoBalances": [] })),
            ("GET", ["card", "all", _]) => {
                let cards = self.cards.iter().map(|(id, status)| {
                    json!({ "cardId": id, "status": status, "label": "holiday", "cardLastDigits": "0001" })
                });
                Ok(json!({ "cards": cards.collect::<Vec<_>>() }))
            }
            ("PATCH", ["card", "block"]) => self.set_card(card, "LOCKED_BY_USER"),
            ("PATCH", ["card", "unblock"]) if suspended => Err("P455"),
            ("PATCH", ["card", "unblock"]) => self.set_card(card, "ACTIVE"),
            ("PATCH", ["user", "suspend", _]) => {
                let has_active = self.cards.values().any(|status| *status == "ACTIVE");
                if self.refuses_active_cards && has_active && !suspended {
                    return Err("P454");
                }
                self.standing = Some(Standing::Suspended);
                Ok(json!({}))
            }
            ("PATCH", ["user", "unsuspend", _]) => {
                self.standing = Some(Standing::Open);
                Ok(json!({}))
            }
            ("PATCH", ["user", _]) => Ok(json!({})),
            ("DELETE", ["user", _]) if self.payouts.values().any(|it| *it == "PENDING") => {
                Err("P488")
            }
            ("DELETE", ["user", _]) => {
                self.standing = Some(Standing::Closed);
                Ok(json!({}))
            }
            ("POST", ["user", "kyc-files", _]) => Ok(json!({})),
            ("POST", ["user", "poa-files", _]) => match self.poa {
                None => {
                    self.poa = Some("WAITING");
                    Ok(json!({}))
                }
                // A success on the wire, told by its body alone here.
                Some("WAITING") => Ok(json!({ "errorCode": "P211" })),
                Some("NOT_ASKED") => Err("P460"),
                Some(_) => Err("P447"),
            },
            ("POST", ["kyc"]) => Ok(json!({ "verificationId": "V1" })),
            ("GET", ["kyc", "verification", _, "V1"]) => Ok(json!("<html>page-canary</html>")),
            ("GET", ["kyc", "status", "V1"]) => Ok(json!({
                "verificationId": "V1", "externalUserId": "anna", "status": self.kyc,
                "reasons": ["reason-canary"],
            })),
            ("GET", ["kyc", ..]) => Err("P445"),
            ("POST", _) if suspended => Err("P455"),
            ("POST", ["transfer"]) => Ok(json!({ "transferId": "T1" })),
            ("POST", ["sepa-transfer"]) => {
                let title = body["transferTitle"].as_str().expect("a title");
                self.titles.push(title.to_owned());
                self.payouts.insert("P1".to_owned(), "PENDING");
                Ok(json!({ "transferId": "P1" }))
            }
            ("POST", ["card", "virtual"]) => {
                self.cards.insert("C9".to_owned(), "ACTIVE");
                Ok(
                    json!({ "cardId": "C9", "cardNumber": "4111111111111111", "cvv": "123", "exp": "01/30" }),
                )
            }
            ("GET", ["card", "details", _, _]) => Ok(json!({ "cardNumber": "4111111111111111",
                "cvv": "123", "exp": "01/30", "status": "ACTIVE" })),
            ("POST", ["user", "verification"]) => Ok(json!({})),
            ("GET", ["exchange", "get-lock", _]) if suspended => Err("P455"),
            ("GET", ["exchange", "get-lock", _]) if !self.verified => Err("P459"),
            ("GET", ["exchange", "get-lock", _]) => Ok(rate_lock()),
            ("POST", ["exchange"]) => Ok(json!({ "exchangeId": "E1" })),
            ("POST", ["crypto-withdrawal"]) => Ok(json!({ "withdrawalId": "W1" })),
            ("PATCH", ["card", "pin" | "limits"]) => Ok(json!({})),
            ("GET", ["user", "transaction-history", _]) => {
                // Round in a circle of three.
                let next = format!("page {}", self.steps.len() % 3);
                Ok(json!({ "transactions": [], "nextCursor": next }))
            }
            other => panic!("the fake provider has no {other:?}"),
        }
    }

    /// What concerns no user, or what every user may do while suspended.
    fn act_for_partner(&self, method: &str, route: &[&str]) -> Option<Answer> {
        let answer = match (method, route) {
            ("GET", ["partner", "exchange", "get-lock"]) => rate_lock(),
            ("POST", ["partner", "exchange"]) => json!({ "exchangeId": "E1" }),
            ("POST", ["partner", "sepa-transfer"]) => json!({ "transferId": "P9" }),
            ("POST", ["partner", "crypto-withdrawal"]) => json!({ "withdrawalId": "W1" }),
            ("POST", ["partner", "transfer-master-balance"]) => json!({ "transferId": "T1" }),
            ("POST", ["partner", "wallet"]) => {
                json!({ "wallet": "bc1", "currency": "btc", "network": "btc" })
            }
            ("POST", ["order", "lock-rate"]) => {
                json!({ "lockId": "L2", "amount": 0.1, "rate": "50000",
                "expiresAt": "2026-11-23T12:00:40.000Z", "currency": "btc", "destinationCurrency": "eur" })
            }
            ("POST", ["order"]) => json!({ "orderId": "O1" }),
            ("POST", ["payment-link"] | ["payment-link", "hosted-checkout"]) => json!({
                "paymentLinkId": "K1", "url": "https://pay.invalid", "expiresAt": "2026-11-24T12:00:00.000Z" }),
            ("GET", ["payment-link", "details", "K1"]) => {
                json!({ "paymentLinkId": "K1", "amount": "1",
                "currency": "eur", "createdAt": "2026-11-23T12:00:00.000Z", "receivedAmount": "0",
                "status": "WAITING_FOR_PAYMENT", "transactions": [], "url": "https://pay.invalid", "expiresAt": "2026-11-24T12:00:00.000Z" })
            }
            ("PATCH", ["crypto-deposit", "update-travel-rule", _]) => json!({}),
            _ => return None,
        };
        Some(Ok(answer))
    }

    fn set_card(&mut self, id: &str, status: &'static str) -> Answer {
        match self.cards.get_mut(id) {
            None | Some(&mut "DELETED") => Err("P434"),
            Some(card) => {
                *card = status;
                Ok(json!({}))
            }
        }
    }
}

/// Made now, so that clocks agree.
pub(crate) fn rate_lock() -> Value {
    let since = std::time::SystemTime::UNIX_EPOCH
        .elapsed()
        .expect("a clock");
    let now = Timestamp::EPOCH.plus(since).to_string();
    json!({ "id": "L1", "rates": { "btc": 50000 }, "feePercentage": 1.49,
        "createdAt": now, "validUntil": "2026-11-23T12:00:40.000Z" })
}
