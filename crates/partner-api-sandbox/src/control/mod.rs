//! The control API: the clock, the outside world, and what only the provider can see. Nothing of it exists at the
//! provider; it has its own port and key.

mod bodies;
mod clock;
mod faults;
mod inspect;
mod limit;
mod money;
mod rates;
mod simulate;
mod snapshot;
mod walk;
mod webhooks;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use partner_api_core::Rule;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::watch;

use crate::engine::{Engine, EngineError};
use crate::faults::SharedFaults;
use crate::http::{Problem, body, has_key, is_stamped, read_whole, stamp};
use crate::limit::Limiter;
use crate::webhooks::{Options, SharedChaos};

pub(crate) use webhooks::is_secret;

/// What every handler can reach.
#[derive(Clone, Debug)]
pub(crate) struct Control {
    pub(crate) engine: Engine,
    pub(crate) key: Arc<str>,
    pub(crate) faults: SharedFaults,
    pub(crate) limiter: Limiter,
    pub(crate) chaos: SharedChaos,
    pub(crate) webhooks: Options,
    pub(crate) stopping: watch::Receiver<bool>,
}

impl Control {
    /// Whether the server takes no more calls, and waits for those that are in flight.
    pub(crate) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Resolves when that is so.
    pub(crate) async fn stopped(&self) {
        // Nobody holds the other end any more: then it is so as well.
        let _ = self.stopping.clone().wait_for(|stopping| *stopping).await;
    }
}

/// The router of the control API; its paths are those of `openapi/sandbox.yaml`.
pub(crate) fn router(control: Control) -> Router {
    let key = middleware::from_fn_with_state(control.clone(), authenticate);
    routes(control).layer(key)
}

/// The same, for those who have shown who they are in another way.
pub(crate) fn routes(control: Control) -> Router {
    Router::new()
        .route("/clock", get(clock::read))
        .route("/clock/freeze", post(clock::freeze))
        .route("/clock/resume", post(clock::resume))
        .route("/clock/advance", post(clock::advance))
        .route("/simulate/sepa-deposit", post(money::sepa_deposit))
        .route(
            "/simulate/card-transaction",
            post(simulate::card_transaction),
        )
        .route(
            "/simulate/verification-decision",
            post(simulate::verification_decision),
        )
        .route(
            "/simulate/exchange-outcome",
            post(simulate::exchange_outcome),
        )
        .route("/simulate/crypto-deposit", post(money::crypto_deposit))
        .route("/simulate/deposit-decision", post(money::deposit_decision))
        .route("/simulate/kyc-decision", post(simulate::kyc_decision))
        .route("/simulate/poa-decision", post(simulate::poa_decision))
        .route("/simulate/payout-outcome", post(money::payout_outcome))
        .route(
            "/simulate/withdrawal-outcome",
            post(money::withdrawal_outcome),
        )
        .route("/simulate/card-settlement", post(money::card_settlement))
        .route("/simulate/payment", post(money::payment))
        .route("/simulate/walk", post(walk::to_status))
        .route("/deposits/{depositId}", get(inspect::deposit))
        .route("/users/{externalUserId}", get(inspect::user))
        .route("/books", get(inspect::books))
        .route("/decisions", get(inspect::decisions))
        .route(
            "/faults",
            get(faults::list).post(faults::add).delete(faults::clear),
        )
        .route("/faults/{faultId}", delete(faults::remove))
        .route("/rates", get(rates::list))
        .route("/rates/{currency}", put(rates::set).delete(rates::release))
        .route("/rates/wander", post(rates::wander))
        .route("/rates/freeze", post(rates::freeze))
        .route("/rates/resume", post(rates::resume))
        .route(
            "/rate-limit",
            get(limit::look).put(limit::set).delete(limit::lift),
        )
        .route("/reset", post(clock::reset))
        .route("/snapshot", get(snapshot::save).put(snapshot::restore))
        .merge(webhooks::routes())
        .fallback(|| async { Refused::no_such_path() })
        .method_not_allowed_fallback(|| async { Refused::wrong_method() })
        .with_state(control)
}

async fn authenticate(State(control): State<Control>, request: Request, next: Next) -> Response {
    let mut response = if has_key(request.headers(), "x-control-key", &control.key) {
        next.run(request).await
    } else {
        Refused::no_key().into_response()
    };
    if !is_stamped(response.headers()) {
        let latest = control.engine.read(|snapshot| snapshot.seq());
        stamp(response.headers_mut(), latest.unwrap_or_default());
    }
    response
}

/// What a handler answers.
type Reply<T> = Result<Json<T>, Refused>;

/// A JSON body, with the number of the decision, or of the last one that a read saw.
#[derive(Debug)]
struct Json<T> {
    seq: Option<u64>,
    body: T,
}

impl<T> Json<T> {
    /// What neither was decided nor comes from a snapshot.
    fn plain(body: T) -> Self {
        Self { seq: None, body }
    }

    fn at(seq: u64, body: T) -> Self {
        let seq = Some(seq);
        Self { seq, body }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        write(StatusCode::OK, self.seq, &self.body)
    }
}

/// Why a control call was not done, and what to do.
#[derive(Debug)]
struct Refused {
    status: StatusCode,
    error: String,
    remedy: String,
    rule: Option<Rule>,
    seq: Option<u64>,
    walked: Option<Box<walk::WalkedSoFar>>,
}

impl Refused {
    fn new(status: StatusCode, error: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            status,
            error: error.into(),
            remedy: remedy.into(),
            rule: None,
            seq: None,
            walked: None,
        }
    }

    fn no_key() -> Self {
        let remedy = "send the control key as x-control-key, once; the sandbox prints it where none was given";
        Self::new(
            StatusCode::UNAUTHORIZED,
            "the control key is missing or wrong",
            remedy,
        )
    }

    fn no_such_path() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "there is no such path",
            "see openapi/sandbox.yaml",
        )
    }

    fn wrong_method() -> Self {
        let error = "the path has no such method";
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            error,
            "see openapi/sandbox.yaml",
        )
    }

    fn bad(error: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, remedy)
    }

    fn missing(what: &str) -> Self {
        let error = format!("there is no such {what}");
        Self::new(
            StatusCode::NOT_FOUND,
            error,
            "check the id; a reset forgets everything",
        )
    }

    fn by_rule(rule: Rule) -> Self {
        Self {
            rule: Some(rule),
            ..Self::new(StatusCode::CONFLICT, rule.broken(), rule.remedy())
        }
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::Invalid { message, rule } => Self {
                rule,
                ..Self::bad(message, "see openapi/sandbox.yaml")
            },
            Problem::Refused { seq, rule } => Self {
                seq: Some(seq),
                ..Self::by_rule(rule)
            },
            Problem::TooLarge { limit } => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("the body is over {} KiB", limit / 1024),
                "send what openapi/sandbox.yaml asks for, and no more",
            ),
            Problem::Broken(error) => error.into(),
            _ => Self::bad("the call could not be read", "see openapi/sandbox.yaml"),
        }
    }
}

impl From<EngineError> for Refused {
    fn from(error: EngineError) -> Self {
        if matches!(error, EngineError::PastTheEnd) {
            return Self::bad(error.to_string(), "move it less far; see GET /clock");
        }
        let remedy = "nothing is lost that was acknowledged; try again, or restart the sandbox";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string(), remedy)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let body = bodies::ControlError {
            error: self.error,
            remedy: self.remedy,
            rule: self.rule.map(|rule| rule.to_string()),
            walked: self.walked.map(|walked| *walked).unwrap_or_default(),
        };
        write(self.status, self.seq, &body)
    }
}

fn write(status: StatusCode, seq: Option<u64>, body: &impl Serialize) -> Response {
    // Bodies are structs of strings and numbers: writing them cannot fail.
    let body = serde_json::to_vec(body).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(seq) = seq {
        stamp(headers, seq);
    }
    response
}

/// Reads a JSON body.
async fn read<T: DeserializeOwned>(request: Request) -> Result<T, Refused> {
    let (parts, whole) = request.into_parts();
    let bytes = read_whole(whole).await?;
    Ok(body(&parts.headers, &bytes)?)
}
