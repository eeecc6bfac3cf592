//! Building a transport: everything that can be wrong is wrong here, before the first request.

use std::net::IpAddr;
use std::sync::Arc;

use http::{HeaderName, HeaderValue};
use reqwest::Url;

use crate::tls::{self, TlsProblem};
use crate::transport::{Origin, Parts};
use crate::{
    ApiKey, Behavior, Classifier, Clock, Observer, Random, ReqwestWire, SystemClock, SystemRandom,
    Transport, Wire,
};

/// Collects what a [`Transport`] needs; see [`Transport::builder`].
#[derive(Debug)]
#[must_use]
pub struct Builder<C> {
    classifier: C,
    base_url: String,
    key_header: HeaderName,
    key: ApiKey,
    behavior: Behavior,
    user_agent: String,
    allow_plain_http: bool,
    exchange: Exchange,
    proxies: Vec<reqwest::Proxy>,
    roots: Vec<Vec<u8>>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    observer: Option<Arc<dyn Observer>>,
}

/// Who performs the exchange.
#[derive(Debug)]
enum Exchange {
    Own(Box<reqwest::ClientBuilder>),
    Client(reqwest::Client),
    Wire(Arc<dyn Wire>),
}

/// Why a transport cannot be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The base URL does not parse, or has parts that a base URL cannot have.
    #[error("base URL is not usable: {0}; give scheme, host and at most a path")]
    BaseUrl(&'static str),
    /// The key would travel in clear text to another machine.
    #[error(
        "plain http to `{host}` would send the key in clear text; use https, a loopback address, \
         or allow it explicitly"
    )]
    PlainHttp {
        /// The host that was named.
        host: Box<str>,
    },
    /// The key cannot be sent.
    #[error("the API key is not usable: {0}; copy it again as issued")]
    ApiKey(&'static str),
    /// The user agent cannot be sent.
    #[error("the user agent holds a character that a header cannot hold; use printable ASCII")]
    UserAgent,
    /// A given root certificate does not parse, or the system offers none.
    #[error("certificates are not usable")]
    Certificates(#[source] TlsProblem),
    /// A setting of the connection (proxy, certificates) is given together with a ready client.
    #[error("`{0}` has no effect on a ready client; set it there, or give a client builder")]
    Overridden(&'static str),
    /// reqwest refused the settings.
    #[error("the HTTP client cannot be built")]
    HttpClient(#[source] reqwest::Error),
}

impl<C: Classifier> Builder<C> {
    pub(crate) fn new(base_url: &str, key_header: HeaderName, key: ApiKey, classifier: C) -> Self {
        Self {
            classifier,
            base_url: base_url.to_owned(),
            key_header,
            key,
            behavior: Behavior::default(),
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")).to_owned(),
            allow_plain_http: false,
            exchange: Exchange::Own(Box::new(reqwest::Client::builder())),
            proxies: Vec::new(),
            roots: Vec::new(),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            observer: None,
        }
    }

    /// Timeouts, retries and limits.
    pub fn behavior(mut self, behavior: Behavior) -> Self {
        self.behavior = behavior;
        self
    }

    /// The `User-Agent` of every request.
    pub fn user_agent(mut self, product: &str) -> Self {
        self.user_agent = product.to_owned();
        self
    }

    /// Adds to the `User-Agent`, so that the server's operators see who calls: `shop/1.2`.
    pub fn user_agent_suffix(mut self, suffix: &str) -> Self {
        self.user_agent.push(' ');
        self.user_agent.push_str(suffix);
        self
    }

    /// Allows plain http to other machines, key included. For test networks only.
    pub fn allow_plain_http(mut self) -> Self {
        self.allow_plain_http = true;
        self
    }

    /// Sends through a proxy. Without this, the usual environment variables count, except towards
    /// this machine over plain http: that never takes a proxy which was not named here.
    pub fn proxy(mut self, proxy: reqwest::Proxy) -> Self {
        self.proxies.push(proxy);
        self
    }

    /// Trusts the certificates of a PEM text besides those of the system.
    pub fn root_certificates_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(pem.into());
        self
    }

    /// Starts from these settings of reqwest. What safety needs is set on top of them: no
    /// redirects, no retries and no verbose log of reqwest's own, our TLS.
    pub fn reqwest_builder(mut self, builder: reqwest::ClientBuilder) -> Self {
        self.exchange = Exchange::Own(Box::new(builder));
        self
    }

    /// Uses a ready client, to share its pool.
    ///
    /// What a ready client does cannot be changed any more. A redirect that it follows is reported
    /// as an error *after* key and body have gone to the new address, and its own retry policy
    /// and proxies stay in force: build it with `redirect(Policy::none())` and
    /// `retry(reqwest::retry::never())`, or better give [`Self::reqwest_builder`] a builder.
    pub fn reqwest_client(mut self, client: reqwest::Client) -> Self {
        self.exchange = Exchange::Client(client);
        self
    }

    /// Replaces the network; see [`InProcess`](crate::InProcess).
    pub fn wire(mut self, wire: impl Wire + 'static) -> Self {
        self.exchange = Exchange::Wire(Arc::new(wire));
        self
    }

    /// Replaces the clock.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Replaces the source of jitter.
    pub fn random(mut self, random: impl Random + 'static) -> Self {
        self.random = Arc::new(random);
        self
    }

    /// Tells how every call ended, for metrics.
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Builds the transport. No request is made.
    ///
    /// # Errors
    /// Names the setting that cannot be used, and never quotes the key.
    pub fn build(self) -> Result<Transport<C>, BuildError> {
        let base_url = base_url(&self.base_url)?;
        let is_plain = base_url.scheme() == "http";
        let is_loopback = is_loopback(&base_url);
        if is_plain && !is_loopback && !self.allow_plain_http {
            let host = base_url.host_str().unwrap_or_default().into();
            return Err(BuildError::PlainHttp { host });
        }
        let key = self.key.header().map_err(BuildError::ApiKey)?;
        let user_agent =
            HeaderValue::from_str(&self.user_agent).map_err(|_| BuildError::UserAgent)?;

        let connection = Connection {
            behavior: &self.behavior,
            // Through a proxy the key would leave this machine in clear text; a proxy that is set for
            // everything else must not bring that about.
            ignores_proxies: is_plain && is_loopback,
            needs_tls: !is_plain,
            proxies: &self.proxies,
            roots: &self.roots,
        };
        let (http_client, wire): (_, Arc<dyn Wire>) = match self.exchange {
            Exchange::Own(builder) => {
                let client = connection.client(*builder)?;
                (
                    client.clone(),
                    Arc::new(ReqwestWire::without_redirects(client)),
                )
            }
            Exchange::Client(client) => {
                connection.must_be_untouched()?;
                (client.clone(), Arc::new(ReqwestWire::new(client)))
            }
            Exchange::Wire(wire) => {
                connection.must_be_untouched()?;
                // It only builds requests, so it needs to trust nobody.
                let idle = Connection {
                    needs_tls: false,
                    ..connection
                };
                (idle.client(reqwest::Client::builder())?, wire)
            }
        };
        Ok(Transport::from_parts(Parts {
            classifier: self.classifier,
            base_url: self.base_url.trim_end_matches('/').into(),
            origin: Origin::of(&base_url),
            key_header: self.key_header,
            key,
            user_agent,
            behavior: self.behavior,
            http_client,
            wire,
            clock: self.clock,
            random: self.random,
            observer: self.observer,
        }))
    }
}

/// How the client of our own connects.
struct Connection<'a> {
    behavior: &'a Behavior,
    ignores_proxies: bool,
    needs_tls: bool,
    proxies: &'a [reqwest::Proxy],
    roots: &'a [Vec<u8>],
}

impl Connection<'_> {
    /// What safety needs comes last, so that nothing given can undo it.
    fn client(&self, given: reqwest::ClientBuilder) -> Result<reqwest::Client, BuildError> {
        let mut roots = Vec::new();
        for pem in self.roots {
            roots.extend(tls::certificates(pem).map_err(BuildError::Certificates)?);
        }
        let tls = if self.needs_tls {
            tls::config(roots)
        } else {
            tls::config_without_roots()
        };
        let given = if self.ignores_proxies {
            given.no_proxy()
        } else {
            given
        };
        let builder = self
            .proxies
            .iter()
            .cloned()
            .fold(given, reqwest::ClientBuilder::proxy);
        builder
            .connect_timeout(self.behavior.connect_timeout)
            .pool_idle_timeout(self.behavior.pool_idle_timeout)
            .tls_backend_preconfigured(tls.map_err(BuildError::Certificates)?)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            // It would log every byte, key included.
            .connection_verbose(false)
            .build()
            .map_err(BuildError::HttpClient)
    }

    /// A setting without effect would be believed to have one.
    fn must_be_untouched(&self) -> Result<(), BuildError> {
        if !self.proxies.is_empty() {
            return Err(BuildError::Overridden("proxy"));
        }
        if !self.roots.is_empty() {
            return Err(BuildError::Overridden("root_certificates_pem"));
        }
        Ok(())
    }
}

fn base_url(text: &str) -> Result<Url, BuildError> {
    let url = Url::parse(text).map_err(|_| BuildError::BaseUrl("it does not parse"))?;
    let problem = if !matches!(url.scheme(), "https" | "http") {
        "the scheme is neither https nor http"
    } else if !url.username().is_empty() || url.password().is_some() {
        "it holds a user name or a password"
    } else if url.query().is_some() || url.fragment().is_some() {
        "it holds a query or a fragment"
    } else {
        return Ok(url);
    };
    Err(BuildError::BaseUrl(problem))
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>();
    address.map_or(host == "localhost", |address| address.is_loopback())
}
