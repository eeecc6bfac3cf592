//! Building a partner: everything that can be wrong about the settings is wrong here.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use partner_api_domain::client::{self, Api};
use partner_api_domain::reconcile::Limits;
use partner_api_domain::{Actor, Journal, Partner};

use crate::raw::{Behavior, OperationId, Wire, WireFuture};
use crate::{ApiKey, Environment, Observer, PartnerApi};

/// The variable that [`Builder::api_key_from_env`] reads.
pub const API_KEY_VARIABLE: &str = "PARTNER_API_KEY";

/// Collects what a [`PartnerApi`] needs; see [`PartnerApi::builder`].
#[derive(Default)]
#[must_use = "nothing is built before `build`"]
pub struct Builder {
    environment: Option<Environment>,
    key: Option<ApiKey>,
    behavior: Option<Behavior>,
    observer: Option<Arc<dyn Observer>>,
    journal: Option<Kept>,
    actor: Option<Actor>,
    limits: Option<Limits>,
    reconcile_every: Option<Duration>,
    user_agent_suffix: Option<Box<str>>,
    paths: Vec<(OperationId, Box<str>)>,
    connection: Vec<Connection>,
}

/// Where intents and outcomes are kept.
#[derive(Debug)]
enum Kept {
    Given(Arc<dyn Journal>),
    #[cfg(feature = "records")]
    In(std::path::PathBuf),
}

/// Settings of the connection, in the order in which they were given.
enum Connection {
    Client(reqwest::Client),
    ClientBuilder(Box<reqwest::ClientBuilder>),
    RootCertificates(Vec<u8>),
    Wire(Arc<dyn Wire>),
}

/// Why a [`PartnerApi`] cannot be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// There is no default: it would be the wrong one for somebody.
    #[error("no environment is given; say .environment(Environment::Staging), or another one")]
    NoEnvironment,
    /// Every request carries a key.
    #[error("no API key is given; say .api_key(..) or .api_key_from_env()?")]
    NoApiKey,
    /// The variable is not set, or empty.
    #[error(
        "the environment variable {API_KEY_VARIABLE} holds no key; set it to the key as issued"
    )]
    NoApiKeyInEnv,
    /// A setting cannot be used; the cause says which.
    #[error("a setting of the client cannot be used")]
    Client(#[source] client::BuildError),
    /// The journal's file cannot be opened; the cause says what to do.
    #[cfg(feature = "records")]
    #[error("the journal cannot be opened")]
    Journal(#[source] partner_api_records::OpenError),
    /// There is nothing to reconcile on.
    #[error(
        "reconcile_every needs a tokio runtime; build inside of one, or call reconcile() yourself"
    )]
    NoRuntime,
    /// The path given for an operation cannot be used; the cause says why.
    #[error("a path cannot be used")]
    Path(#[source] client::InvalidPath),
}

impl Builder {
    /// Where requests go. Required.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// The key of that environment. Required.
    pub fn api_key(mut self, key: ApiKey) -> Self {
        self.key = Some(key);
        self
    }

    /// Takes the key from the environment variable `PARTNER_API_KEY`.
    ///
    /// # Errors
    /// The variable is not set, empty, or not text.
    pub fn api_key_from_env(self) -> Result<Self, BuildError> {
        match std::env::var(API_KEY_VARIABLE) {
            Ok(key) if !key.is_empty() => Ok(self.api_key(ApiKey::new(key))),
            _ => Err(BuildError::NoApiKeyInEnv),
        }
    }

    /// Where intents and outcomes are kept, in an implementation of your own. Without one, and without a directory, a
    /// [`VolatileJournal`](crate::VolatileJournal), which forgets everything with the process.
    pub fn journal(mut self, journal: Arc<dyn Journal>) -> Self {
        self.journal = Some(Kept::Given(journal));
        self
    }

    /// Keeps the journal in a file of this directory, which is made if need be: what is in doubt survives a crash, and
    /// several processes of this machine share it. A disk of this machine, please: the locks do not hold over a network.
    ///
    /// The file is opened by [`build`](Self::build). Takes the place of [`journal`](Self::journal), and the other way
    /// round: the last one counts.
    #[cfg(feature = "records")]
    pub fn journal_dir(mut self, dir: impl Into<std::path::PathBuf>) -> Self {
        self.journal = Some(Kept::In(dir.into()));
        self
    }

    /// Who asks, for every operation that does not say it [itself](crate::Operation::by).
    pub fn actor(mut self, actor: impl Into<Actor>) -> Self {
        self.actor = Some(actor.into());
        self
    }

    /// What reconciliation takes for granted; the defaults are [`Limits::V2026_11`].
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// Reconciles at once and then every so often, in a task of its own that ends with the last clone of the
    /// [`PartnerApi`]. It sends reads only, and only for what is unresolved, [in the
    /// background](PartnerApi::in_background). What a person must decide is logged as a warning each time.
    pub fn reconcile_every(mut self, pause: Duration) -> Self {
        self.reconcile_every = Some(pause);
        self
    }

    /// Timeouts, retries and limits; name a dated one so that an update changes nothing.
    pub fn behavior(mut self, behavior: Behavior) -> Self {
        self.behavior = Some(behavior);
        self
    }

    /// Calls an operation on another path than the specification says. Some of ours are assumed;
    /// `cargo xtask coverage` lists which. Parameters stand in braces, as there:
    /// `.path(OperationId::SuspendUser, "/v1/user/{externalUserId}/suspend")`.
    pub fn path(mut self, operation: OperationId, path: impl Into<String>) -> Self {
        self.paths.push((operation, path.into().into_boxed_str()));
        self
    }

    /// Adds to the `User-Agent`, so that the provider sees who calls: `shop/1.2`.
    pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.user_agent_suffix = Some(suffix.into().into_boxed_str());
        self
    }

    /// Uses a ready client, to share its pool. What it does cannot be changed any more: build it
    /// without redirects and without retries of its own, or better give
    /// [`reqwest_builder`](Self::reqwest_builder) a builder.
    pub fn from_reqwest(mut self, client: reqwest::Client) -> Self {
        self.connection.push(Connection::Client(client));
        self
    }

    /// Starts from these settings of reqwest (a proxy, for example). What safety needs is set on top
    /// of them: no redirects, no retries of reqwest's own, our TLS.
    pub fn reqwest_builder(mut self, builder: reqwest::ClientBuilder) -> Self {
        self.connection
            .push(Connection::ClientBuilder(Box::new(builder)));
        self
    }

    /// Trusts the certificates of a PEM text besides those of the system.
    pub fn root_certificates_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.connection
            .push(Connection::RootCertificates(pem.into()));
        self
    }

    /// Replaces the network, so that unit tests need no socket: see
    /// [`InProcess`](crate::raw::InProcess).
    pub fn wire(mut self, wire: Arc<dyn Wire>) -> Self {
        self.connection.push(Connection::Wire(wire));
        self
    }

    /// Tells how every request ended, for metrics: see
    /// [the cookbook](crate#how-do-i-measure-it-and-see-what-is-in-doubt).
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Builds it. No request is made, but for [`reconcile_every`](Self::reconcile_every); a journal's file is opened.
    ///
    /// # Errors
    /// Says which setting is missing or cannot be used; never quotes the key.
    pub fn build(self) -> Result<PartnerApi, BuildError> {
        let environment = self.environment.ok_or(BuildError::NoEnvironment)?;
        let key = self.key.ok_or(BuildError::NoApiKey)?;
        let mut client = Api::transport(environment.base_url(), key);
        if let Environment::Sandbox(_) = environment {
            client = client.allow_plain_http();
        }
        if let Some(behavior) = self.behavior {
            client = client.behavior(behavior);
        }
        if let Some(observer) = self.observer {
            client = client.observer(observer);
        }
        if let Some(suffix) = &self.user_agent_suffix {
            client = client.user_agent_suffix(suffix);
        }
        for setting in self.connection {
            client = match setting {
                Connection::Client(ready) => client.reqwest_client(ready),
                Connection::ClientBuilder(builder) => client.reqwest_builder(*builder),
                Connection::RootCertificates(pem) => client.root_certificates_pem(pem),
                Connection::Wire(wire) => client.wire(Shared(wire)),
            };
        }
        let mut client = Api::new(client.build().map_err(BuildError::Client)?);
        for (operation, path) in &self.paths {
            client = client
                .with_path(*operation, path)
                .map_err(BuildError::Path)?;
        }
        let mut partner = Partner::new(client);
        match self.journal {
            None => {}
            Some(Kept::Given(journal)) => partner = partner.with_journal(journal),
            #[cfg(feature = "records")]
            Some(Kept::In(dir)) => {
                let journal = partner_api_records::SqliteJournal::open(dir);
                let journal = journal.map_err(BuildError::Journal)?;
                partner = partner.with_journal(Arc::new(journal));
            }
        }
        if let Some(actor) = self.actor {
            partner = partner.with_actor(actor);
        }
        if let Some(limits) = self.limits {
            partner = partner.with_limits(limits);
        }
        if let Some(pause) = self.reconcile_every {
            let runtime = tokio::runtime::Handle::try_current();
            let runtime = runtime.map_err(|_| BuildError::NoRuntime)?;
            partner.reconcile_every(&runtime, pause);
        }
        Ok(PartnerApi::over(partner))
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("environment", &self.environment)
            .field("has_key", &self.key.is_some())
            .field("behavior", &self.behavior)
            .field("observer", &self.observer)
            .field("journal", &self.journal)
            .field("actor", &self.actor)
            .field("limits", &self.limits)
            .field("reconcile_every", &self.reconcile_every)
            .field("paths", &self.paths)
            .finish_non_exhaustive()
    }
}

/// So that a caller can keep the wire and look at it later.
#[derive(Debug)]
struct Shared(Arc<dyn Wire>);

impl Wire for Shared {
    fn exchange(&self, request: reqwest::Request, answer_bytes_max: usize) -> WireFuture<'_> {
        self.0.exchange(request, answer_bytes_max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sandbox() -> Environment {
        Environment::Sandbox("http://127.0.0.1:4010".parse().unwrap())
    }

    #[test]
    fn environment_and_key_are_given_together_or_nothing_is_built() {
        let key = || ApiKey::new("canary-key");
        let built = PartnerApi::builder().api_key(key()).build();
        assert!(matches!(built, Err(BuildError::NoEnvironment)));
        let built = PartnerApi::builder().environment(sandbox()).build();
        assert!(matches!(built, Err(BuildError::NoApiKey)));
        for environment in [sandbox(), Environment::Staging, Environment::Production] {
            let builder = PartnerApi::builder()
                .environment(environment)
                .api_key(key());
            assert!(!format!("{builder:?}").contains("canary"));
            let partner = builder.build().unwrap();
            assert!(!format!("{partner:?}").contains("canary"));
        }
    }

    #[test]
    fn a_sandbox_may_be_another_machine_over_plain_http() {
        let there = Environment::Sandbox("http://sandbox.internal:4010".parse().unwrap());
        assert!(
            PartnerApi::builder()
                .environment(there)
                .api_key(ApiKey::new("key"))
                .build()
                .is_ok()
        );
    }

    #[test]
    fn a_key_that_cannot_be_sent_is_refused_without_quoting_it() {
        let builder = PartnerApi::builder().environment(sandbox());
        let error = builder
            .api_key(ApiKey::new("canary\nkey"))
            .build()
            .unwrap_err();
        let cause = std::error::Error::source(&error).unwrap();
        assert!(!format!("{error} {error:?} {cause} {cause:?}").contains("canary"));
    }

    #[test]
    fn a_path_with_other_parameters_is_refused() {
        let builder = PartnerApi::builder()
            .environment(sandbox())
            .api_key(ApiKey::new("key"));
        let built = builder.path(OperationId::SuspendUser, "/v1/freeze").build();
        assert!(matches!(built, Err(BuildError::Path(_))));
    }
}
