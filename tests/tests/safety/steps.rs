//! The same theorem in one process, step by step: whichever write of the journal or exchange with the provider fails, and
//! wherever the future is dropped, asking again under the same key ends with one movement, which the journal knows.
//!
//! Method: a provider as small as the promise allows, a journal in a file that fails at the step in turn, before or after
//! it has written, and then a process that starts anew on that file and asks until it has an answer.

use std::collections::BTreeMap;
use std::future::Future;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Waker;
use std::time::Duration;

use partner_api::journal::{
    Begun, Conclusion, Entry, Intent, Journal, JournalError, JournalFuture, Resolution, Resolved,
    Shape,
};
use partner_api::raw::{Behavior, InProcess, Wire, WireError};
use partner_api::reconcile::Limits;
use partner_api::{
    ApiKey, Environment, Error, IntentId, Money, Outcome, PartnerApi, Receipt, RequestKey,
    SqliteJournal, Timestamp, TransferId, UserId,
};
use serde_json::{Value, json};

/// How an exchange fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Unsent,
    LostBefore,
    LostAfter,
    Trouble,
}

#[derive(Debug, Default)]
struct Provider {
    transfers: BTreeMap<String, Value>,
    exchanges: usize,
    fails_at: Option<(usize, Fault)>,
}

impl Provider {
    fn answer(&mut self, request: &http::Request<Vec<u8>>) -> Result<(u16, Value), WireError> {
        let number = self.exchanges;
        self.exchanges += 1;
        let fault = self
            .fails_at
            .filter(|(at, _)| *at == number)
            .map(|(_, fault)| fault);
        match fault {
            Some(Fault::Unsent) => return Err(WireError::unsent("no route")),
            Some(Fault::LostBefore) => return Err(WireError::interrupted("reset")),
            Some(Fault::Trouble) => return Ok((400, json!({ "errorCode": "P501" }))),
            Some(Fault::LostAfter) | None => {}
        }
        let answer = self.act(request);
        match fault {
            Some(_) => Err(WireError::interrupted("reset")),
            None => Ok((200, answer)),
        }
    }

    fn act(&mut self, request: &http::Request<Vec<u8>>) -> Value {
        let path: Vec<&str> = request
            .uri()
            .path()
            .trim_start_matches("/v1/")
            .split('/')
            .collect();
        match (request.method().as_str(), &path[..]) {
            ("POST", ["transfer"]) => {
                let mut body: Value = serde_json::from_slice(request.body()).expect("JSON");
                let id = format!("T{}", self.transfers.len());
                body["id"] = json!(id);
                body["status"] = json!("COMPLETED");
                body["createdAt"] = json!(now().to_string());
                self.transfers.insert(id.clone(), body);
                json!({ "transferId": id })
            }
            ("GET", ["transfer", "details", id]) => self.transfers[*id].clone(),
            ("GET", ["partner", "exchange", "get-lock"]) => {
                let now = now().to_string();
                json!({ "id": "L1", "rates": {}, "feePercentage": 1.49, "createdAt": now,
                    "validUntil": now })
            }
            ("GET", ["user", "transaction-history", _]) => {
                let entries = self.transfers.iter().rev().map(|(id, it)| {
                    json!({ "id": id, "type": "INTERNAL_TRANSFER", "reference": id,
                        "amount": it["amount"], "currency": "eur", "createdAt": it["createdAt"] })
                });
                json!({ "transactions": entries.collect::<Vec<_>>() })
            }
            other => panic!("the provider has no {other:?}"),
        }
    }
}

fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp::EPOCH.plus(since.expect("after 1970"))
}

fn wire(provider: &Arc<Mutex<Provider>>) -> Arc<dyn Wire> {
    let provider = Arc::clone(provider);
    Arc::new(InProcess::new(move |request| {
        let provider = Arc::clone(&provider);
        async move {
            // A step takes a while, so that a future can be dropped in its middle.
            tokio::task::yield_now().await;
            let request = request.map(|body| body.to_vec());
            let answered = provider.lock().expect("no panic").answer(&request);
            tokio::task::yield_now().await;
            let (status, body) = answered?;
            let response = http::Response::builder().status(status);
            let response = response.header("content-type", "application/json");
            Ok(response.body(body.to_string().into()).expect("an answer"))
        }
    }))
}

/// When a step of the journal fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Before,
    After,
}

/// A journal in a file, one step of which fails.
#[derive(Debug)]
struct Failing {
    inner: SqliteJournal,
    steps: AtomicUsize,
    fails_at: Option<(usize, When)>,
}

impl Failing {
    fn step<'a, T: Send + 'a>(&'a self, step: JournalFuture<'a, T>) -> JournalFuture<'a, T> {
        let number = self.steps.fetch_add(1, Ordering::SeqCst);
        let when = self
            .fails_at
            .filter(|(at, _)| *at == number)
            .map(|(_, when)| when);
        let broken = || JournalError::new("the journal cannot be written");
        Box::pin(async move {
            match when {
                None => step.await,
                Some(When::Before) => Err(broken()),
                Some(When::After) => {
                    step.await?;
                    Err(broken())
                }
            }
        })
    }
}

impl Journal for Failing {
    fn begin(&self, intent: Intent) -> JournalFuture<'_, Begun> {
        self.step(self.inner.begin(intent))
    }

    fn conclude(&self, id: IntentId, conclusion: Conclusion) -> JournalFuture<'_, ()> {
        self.step(self.inner.conclude(id, conclusion))
    }

    fn resolve(&self, id: IntentId, resolution: Resolution) -> JournalFuture<'_, Resolved> {
        self.step(self.inner.resolve(id, resolution))
    }

    fn entry(&self, id: IntentId) -> JournalFuture<'_, Option<Entry>> {
        self.step(self.inner.entry(id))
    }

    fn entry_under<'a>(&'a self, key: &'a RequestKey) -> JournalFuture<'a, Option<Entry>> {
        self.step(self.inner.entry_under(key))
    }

    fn entries_of<'a>(&'a self, user: &'a UserId) -> JournalFuture<'a, Vec<Entry>> {
        self.step(self.inner.entries_of(user))
    }

    fn entries_like<'a>(
        &'a self,
        shape: &'a Shape,
        since: Timestamp,
    ) -> JournalFuture<'a, Vec<Entry>> {
        self.step(self.inner.entries_like(shape, since))
    }

    fn unresolved(&self) -> JournalFuture<'_, Vec<Entry>> {
        self.step(self.inner.unresolved())
    }
}

/// The longest that a call takes, after which its entry may be looked into.
const TIMEOUT: Duration = Duration::from_millis(15);

/// A provider and a journal's directory; each partner is a process that has just started.
struct World {
    provider: Arc<Mutex<Provider>>,
    dir: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        Self {
            provider: Arc::default(),
            dir: tempfile::tempdir().expect("a temporary directory"),
        }
    }

    fn partner(&self, fails_at: Option<(usize, When)>) -> (PartnerApi, Arc<Failing>) {
        let journal = Arc::new(Failing {
            inner: open(self.dir.path()),
            steps: AtomicUsize::new(0),
            fails_at,
        });
        let mut limits = Limits::V2026_11;
        (limits.settling, limits.settling_outside) = (Duration::ZERO, Duration::ZERO);
        let mut behavior = Behavior::V2026_11;
        behavior.attempts_max = 1;
        let url = "http://127.0.0.1:1".parse().expect("a URL");
        let partner = PartnerApi::builder()
            .environment(Environment::Sandbox(url))
            .api_key(ApiKey::new("key"))
            .behavior(behavior)
            .journal(Arc::clone(&journal) as Arc<dyn Journal>)
            .limits(limits)
            .wire(wire(&self.provider));
        (partner.build().expect("a client"), journal)
    }

    /// A new process asks until it has an answer; then the books and the journal are compared.
    async fn ends_well(&self, what: &str) {
        self.provider.lock().expect("no panic").fails_at = None;
        let (partner, _) = self.partner(None);
        let mut receipt = None;
        for _ in 0..50 {
            tokio::time::sleep(TIMEOUT / 3).await;
            if let Ok(Outcome::Done(done)) = ask(&partner).await {
                receipt = Some(done);
                break;
            }
        }
        let receipt = receipt.unwrap_or_else(|| panic!("{what}: it never ended"));
        let transfers: Vec<String> = self
            .provider
            .lock()
            .expect("no panic")
            .transfers
            .keys()
            .cloned()
            .collect();
        assert_eq!(transfers, [receipt.id.to_string()], "{what}");
        assert_eq!(partner.unresolved().await.expect("a list"), [], "{what}");
        let audit = open(self.dir.path()).verify().await;
        audit.unwrap_or_else(|error| panic!("{what}: {error}"));
    }
}

fn open(dir: &Path) -> SqliteJournal {
    SqliteJournal::open(dir).expect("the journal opens")
}

fn ask(
    partner: &PartnerApi,
) -> impl Future<Output = Result<Outcome<Receipt<TransferId>>, Error>> + use<> {
    let (anna, euro) = (UserId::new("anna"), "1 eur".parse::<Money>());
    let (anna, euro) = (anna.expect("an id"), euro.expect("money"));
    let transfer = partner.transfers().fund(&anna, euro).timeout(TIMEOUT);
    let key = RequestKey::new("job").expect("a key");
    std::future::IntoFuture::into_future(transfer.key(key))
}

const FAULTS: [Fault; 4] = [
    Fault::Unsent,
    Fault::LostBefore,
    Fault::LostAfter,
    Fault::Trouble,
];

/// Asks, waits until its time is over, and asks again: a lost answer is looked up by the second call.
async fn ask_twice(partner: &PartnerApi) {
    let _ = ask(partner).await;
    tokio::time::sleep(TIMEOUT).await;
    let _ = ask(partner).await;
}

#[tokio::test]
async fn whichever_step_fails_it_happens_once() {
    let mut cases = 0;
    for fault in [None].into_iter().chain(FAULTS.map(Some)) {
        // How many steps there are depends on what fails; beyond the last one nothing does.
        for exchange in 0.. {
            let run = async |journal_fails: Option<(usize, When)>| {
                let world = World::new();
                let fails_at = fault.map(|fault| (exchange, fault));
                world.provider.lock().expect("no panic").fails_at = fails_at;
                let (partner, journal) = world.partner(journal_fails);
                ask_twice(&partner).await;
                let what = format!("{fault:?} at exchange {exchange}, journal {journal_fails:?}");
                let exchanges = world.provider.lock().expect("no panic").exchanges;
                let steps = journal.steps.load(Ordering::SeqCst);
                drop((partner, journal));
                world.ends_well(&what).await;
                (exchanges, steps)
            };
            let (exchanges, steps) = run(None).await;
            for step in 0..steps {
                for when in [When::Before, When::After] {
                    run(Some((step, when))).await;
                    cases += 1;
                }
            }
            if fault.is_none() || exchanges <= exchange {
                break;
            }
        }
    }
    eprintln!("{cases} cases");
    assert!(100 < cases, "{cases} cases");
}

#[tokio::test]
async fn wherever_the_future_is_dropped_it_happens_once() {
    let mut cases = 0;
    for fault in [None, Some(Fault::LostBefore), Some(Fault::LostAfter)] {
        for polls in 0.. {
            let world = World::new();
            world.provider.lock().expect("no panic").fails_at = fault.map(|fault| (0, fault));
            let (partner, _) = world.partner(None);
            let has_ended = {
                let mut future = std::pin::pin!(ask(&partner));
                let mut context = std::task::Context::from_waker(Waker::noop());
                let mut has_ended = false;
                for _ in 0..polls {
                    has_ended = future.as_mut().poll(&mut context).is_ready();
                    if has_ended {
                        break;
                    }
                    // The journal's thread answers in its own time; each poll is to find something new.
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
                has_ended
            };
            let sent = world.provider.lock().expect("no panic").exchanges;
            let known = open(world.dir.path())
                .entry_under(&RequestKey::new("job").expect("a key"))
                .await;
            let is_known = known.expect("an answer").is_some();
            assert!(
                sent == 0 || is_known,
                "{fault:?}, {polls} polls: sent without an intent"
            );
            drop(partner);
            world.ends_well(&format!("{fault:?}, {polls} polls")).await;
            cases += 1;
            if has_ended {
                assert!(3 < polls, "a future that never waits shows nothing");
                break;
            }
        }
    }
    eprintln!("{cases} cases");
}
