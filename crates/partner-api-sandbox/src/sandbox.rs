//! Building, starting and stopping a sandbox.

use std::fmt;
use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use partner_api_core::{
    ActiveCards, Amount, ClosedLoop, Country, Currency, DocumentsNeeded, FeeSchedule, Money,
    Policy, Timestamp,
};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::control::Control;
use crate::engine::outbox::Errand;
use crate::engine::{
    Data, Engine, EngineError, EngineOptions, Erased, OpenError, Receiver, SnapshotError,
};
use crate::faults::SharedFaults;
use crate::http::{Api, Observed, Port};
use crate::limit::{Limiter, RateLimit};
use crate::requests::Requests;
use crate::web::{self, Web};
use crate::webhooks::{Dispatcher, InvalidUrl, Options, SharedChaos, check_url};
use crate::{control, http};

/// A running sandbox: two servers, the engine behind them, and its data.
///
/// Dropping it stops it without waiting; [`stop`](Self::stop) lets calls in flight end first.
#[derive(Debug)]
pub struct Sandbox {
    engine: Engine,
    api: Server,
    control: Server,
    keys: Keys,
    web: Web,
    stop: watch::Sender<bool>,
    webhooks: Option<Dispatcher>,
}

#[derive(Debug)]
struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
}

struct Keys {
    api: String,
    control: String,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys([redacted])")
    }
}

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address can be reached from other machines, and that was not asked for.
    #[error(
        "{0} can be reached from other machines; listen on 127.0.0.1, or allow it with `allow_non_loopback`"
    )]
    NotLoopback(SocketAddr),
    /// A key is empty or cannot travel in a header.
    #[error("the {0} key must be visible ASCII and not empty; choose another one")]
    Key(&'static str),
    /// The address cannot be listened on.
    #[error("cannot listen on {0}; is another sandbox running there? port 0 picks a free one")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// Webhooks cannot be sent to an address.
    #[error(transparent)]
    WebhookUrl(#[from] InvalidUrl),
    /// The data cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The snapshot to begin with was not restored; the data is as it was.
    #[error("{} is not restored", .0.display())]
    Restore(PathBuf, #[source] SnapshotError),
    /// A receiver of webhooks cannot be written down.
    #[error("the receivers of webhooks cannot be written down")]
    Receivers(#[source] EngineError),
    /// Opening the data did not come to an end.
    #[error("opening the data was cut off; start again")]
    CutOff(#[source] tokio::task::JoinError),
}

/// What a sandbox is started with. Every part has a default.
#[derive(Clone)]
pub struct SandboxBuilder {
    listen: SocketAddr,
    control_listen: SocketAddr,
    allow_non_loopback: bool,
    api_key: Option<String>,
    control_key: Option<String>,
    data: Data,
    policy: Policy,
    partner_funds: Vec<Money>,
    frozen_at: Option<Timestamp>,
    rate_seed: Option<u64>,
    rate_limit: Option<RateLimit>,
    restore: Option<(PathBuf, Erased)>,
    receivers: Vec<Receiver>,
    webhooks: Options,
    requests_log: usize,
    look: Option<Arc<http::Look>>,
}

impl fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxBuilder")
            .field("listen", &self.listen)
            .field("control_listen", &self.control_listen)
            .field("data", &self.data)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

const ANY_LOOPBACK: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

impl Default for SandboxBuilder {
    fn default() -> Self {
        Self {
            listen: ANY_LOOPBACK,
            control_listen: ANY_LOOPBACK,
            allow_non_loopback: false,
            api_key: None,
            control_key: None,
            data: Data::Ephemeral,
            policy: Policy::default(),
            partner_funds: default_funds(),
            frozen_at: None,
            rate_seed: None,
            rate_limit: None,
            restore: None,
            receivers: Vec::new(),
            webhooks: Options::default(),
            requests_log: 1_000,
            look: None,
        }
    }
}

/// A million of each currency that is served.
fn default_funds() -> Vec<Money> {
    let million = Amount::parse("1000000").unwrap_or_default();
    let served = Currency::KNOWN.iter();
    served
        .filter_map(|currency| Money::new(million, *currency).ok())
        .collect()
}

impl SandboxBuilder {
    /// Where the Partner API listens; by default any free port of 127.0.0.1.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Where the control API listens; by default any free port of 127.0.0.1.
    pub fn control_listen(mut self, address: SocketAddr) -> Self {
        self.control_listen = address;
        self
    }

    /// Lets other machines in. The keys travel in plain text: only for networks that you trust.
    pub fn allow_non_loopback(mut self) -> Self {
        self.allow_non_loopback = true;
        self
    }

    /// The key that callers send as `x-api-key`; by default a random one.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// The key of the control API, sent as `x-control-key`; by default a random one.
    pub fn control_key(mut self, key: impl Into<String>) -> Self {
        self.control_key = Some(key.into());
        self
    }

    /// Keeps everything in a directory, which is created if need be. Without it nothing is kept.
    pub fn data_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.data = Data::Directory(directory.into());
        self
    }

    /// Which reading of L4 holds: whether a user with an active card can be suspended.
    pub fn active_cards(mut self, reading: ActiveCards) -> Self {
        self.policy.active_cards = reading;
        self
    }

    /// Where a payout that names no receiver may go; by default to any account.
    pub fn closed_loop(mut self, reading: ClosedLoop) -> Self {
        self.policy.closed_loop = reading;
        self
    }

    /// Whether identity data waits for documents; by default it does not.
    pub fn documents(mut self, needed: DocumentsNeeded) -> Self {
        self.policy.documents = needed;
        self
    }

    /// Whose residents are asked for a proof of address; by default everybody may give one.
    pub fn poa_countries(mut self, countries: impl IntoIterator<Item = Country>) -> Self {
        self.policy.poa_countries = Some(countries.into_iter().collect());
        self
    }

    /// What the provider takes, which is by contract; by default what the older price list and staging's samples say.
    pub fn fees(mut self, fees: FeeSchedule) -> Self {
        self.policy.fees = fees;
        self
    }

    /// All numbers and choices of the rules at once, limits and delays among them; replaces what was chosen before.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// What the partner holds at the start and after a reset; by default a million of each currency.
    pub fn partner_funds(mut self, funds: impl IntoIterator<Item = Money>) -> Self {
        self.partner_funds = funds.into_iter().collect();
        self
    }

    /// Starts with a stopped clock.
    pub fn frozen_at(mut self, moment: Timestamp) -> Self {
        self.frozen_at = Some(moment);
        self
    }

    /// Which of the possible markets the rates follow: the same seed and moment give the same rates. Data that is there
    /// already keeps the seed that it has, unless one is given here; a new sandbox begins with 0.
    pub fn rate_seed(mut self, seed: u64) -> Self {
        self.rate_seed = Some(seed);
        self
    }

    /// How many calls the key may make in a while; by default as many as it likes. What is too much is answered with 429
    /// and `Retry-After`. The control API can change it; a restart begins with what is given here.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = Some(limit);
        self
    }

    /// Begins with what a snapshot holds, in place of what is there: a file of the control API's `/snapshot` or of
    /// [`Engine::save`]. The clock is the snapshot's, and what was frozen stands still. A snapshot that would bring back the
    /// data of users who were closed since is refused, unless `erased` says that this is meant.
    pub fn restore(mut self, file: impl Into<PathBuf>, erased: Erased) -> Self {
        self.restore = Some((file.into(), erased));
        self
    }

    /// Tells somebody everything that happens from now on: one POST an event, to the provider's path for it below `url`,
    /// with `secret` as `Authorization`. May be called more than once; a receiver that is known from before goes on where
    /// it was.
    pub fn webhooks(self, url: impl Into<String>, secret: impl Into<String>) -> Self {
        self.webhook_receiver(Receiver::new(url, secret))
    }

    /// As [`webhooks`](Self::webhooks), with a choice of events and paths.
    pub fn webhook_receiver(mut self, receiver: Receiver) -> Self {
        self.receivers.push(receiver);
        self
    }

    /// Lets webhooks leave this machine. They and their secrets travel in plain text: only for networks that you trust.
    pub fn allow_webhooks_anywhere(mut self) -> Self {
        self.webhooks.anywhere = true;
        self
    }

    /// How long a receiver may take to answer, in real time; by default five seconds (ASSUMED A69).
    pub fn webhook_timeout(mut self, timeout: Duration) -> Self {
        self.webhooks.timeout = timeout;
        self
    }

    /// How many of the last calls the web page can show; by default a thousand, and with 0 none is kept. They are kept in
    /// memory, and redacted before.
    pub fn requests_log(mut self, calls: usize) -> Self {
        self.requests_log = calls;
        self
    }

    /// Shows every call and its answer to `look`, on both ports, before the answer leaves: for tests that hold them against
    /// the specification. It sees keys and personal data.
    pub fn observe(mut self, look: impl Fn(&Observed<'_>) + Send + Sync + 'static) -> Self {
        self.look = Some(Arc::new(look));
        self
    }

    /// Opens the data and starts both servers. When this returns, they answer.
    ///
    /// # Errors
    ///
    /// Where an address is taken or open to other machines, a key or secret cannot travel, or the data is locked by another
    /// process, not writable, or written by a newer version.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        for address in [self.listen, self.control_listen] {
            if !self.allow_non_loopback && !address.ip().is_loopback() {
                return Err(StartError::NotLoopback(address));
            }
        }
        let keys = Keys {
            api: self.api_key.unwrap_or_else(random_key),
            control: self.control_key.unwrap_or_else(random_key),
        };
        for (name, key) in [("API", &keys.api), ("control", &keys.control)] {
            if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(StartError::Key(name));
            }
        }
        let mut receivers = self.receivers;
        for receiver in &mut receivers {
            receiver.url = check_url(&receiver.url, self.webhooks.anywhere)?;
            if !control::is_secret(&receiver.secret) {
                return Err(StartError::Key("webhook"));
            }
        }
        let api = listen(self.listen).await?;
        let control = listen(self.control_listen).await?;
        let options = EngineOptions {
            data: self.data,
            policy: self.policy,
            frozen_at: self.frozen_at,
            rate_seed: self.rate_seed,
            partner_funds: self.partner_funds,
        };
        // Opening reads files and may wait for a disk: not on a thread that serves.
        let engine = tokio::task::spawn_blocking(move || Engine::open(options))
            .await
            .map_err(StartError::CutOff)??;
        if let Some((path, erased)) = self.restore {
            let restored = match File::open(&path) {
                Ok(file) => engine.restore(file, erased).await,
                Err(error) => Err(error.into()),
            };
            restored.map_err(|error| StartError::Restore(path, error))?;
        }
        for receiver in receivers {
            let added = engine.errand(Errand::Add(receiver)).await;
            added.map_err(StartError::Receivers)?;
        }
        let (stop, stopped) = watch::channel(false);
        let (faults, limiter) = (SharedFaults::default(), Limiter::default());
        limiter.set(self.rate_limit);
        let chaos = SharedChaos::default();
        let webhooks = Dispatcher::start(engine.clone(), self.webhooks, chaos.clone());
        let watched = |router, port| match &self.look {
            Some(look) => http::observed(router, port, Arc::clone(look)),
            None => router,
        };
        let requests = Requests::new(self.requests_log);
        let partner = Api::new(
            engine.clone(),
            &keys.api,
            faults.clone(),
            limiter.clone(),
            requests.clone(),
        );
        let api_url = format!("http://{}", api.0);
        let router = watched(http::router(partner.clone()), Port::Partner);
        let api = serve(api, router, stopped.clone());
        let scene = Control {
            engine: engine.clone(),
            key: keys.control.as_str().into(),
            faults,
            limiter,
            chaos,
            webhooks: self.webhooks,
            stopping: stopped.clone(),
        };
        let web = Web::new(scene.clone(), partner, api_url, requests, control.0);
        // The page is not what the specification of the control API speaks of, so it is not watched.
        let router = watched(control::router(scene), Port::Control).merge(web::router(web.clone()));
        let control = serve(control, router, stopped);
        Ok(Sandbox {
            engine,
            api,
            control,
            keys,
            web,
            stop,
            webhooks: Some(webhooks),
        })
    }
}

/// 122 random bits.
fn random_key() -> String {
    Uuid::new_v4().simple().to_string()
}

async fn listen(address: SocketAddr) -> Result<(SocketAddr, TcpListener), StartError> {
    let bound = async {
        let listener = TcpListener::bind(address).await?;
        Ok((listener.local_addr()?, listener))
    };
    bound
        .await
        .map_err(|error| StartError::Listen(address, error))
}

fn serve(
    (address, listener): (SocketAddr, TcpListener),
    router: Router,
    mut stopped: watch::Receiver<bool>,
) -> Server {
    let task = tokio::spawn(async move {
        http::listen(listener, router, stopped.wait_for(|stopped| *stopped)).await;
    });
    Server { address, task }
}

impl Sandbox {
    /// Begins to build a sandbox.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// The base address of the Partner API, such as `http://127.0.0.1:4010`.
    pub fn api_url(&self) -> String {
        format!("http://{}", self.api.address)
    }

    /// The base address of the control API.
    pub fn control_url(&self) -> String {
        format!("http://{}", self.control.address)
    }

    /// An address that opens the web page, in one browser and once: whoever has it can do everything there. A new one can
    /// be had as often as needed; the page also takes the control key.
    pub fn web_link(&self) -> String {
        self.web.link()
    }

    /// The key that callers send as `x-api-key`.
    pub fn api_key(&self) -> &str {
        &self.keys.api
    }

    /// The key of the control API, sent as `x-control-key`.
    pub fn control_key(&self) -> &str {
        &self.keys.control
    }

    /// The engine behind the servers, for tests and tools that need no socket.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Stops accepting, lets calls in flight end, and closes the data.
    pub async fn stop(mut self) {
        self.webhooks.take();
        self.stop.send_replace(true);
        // A client that keeps its connection open and silent does not hold us up for ever.
        for task in [&mut self.api.task, &mut self.control.task] {
            if tokio::time::timeout(STOP_PATIENCE, &mut *task)
                .await
                .is_err()
            {
                task.abort();
            }
        }
        self.engine.shutdown().await;
    }
}

const STOP_PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.api.task.abort();
        self.control.task.abort();
    }
}
