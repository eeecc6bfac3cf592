//! The Partner API over HTTP: authenticates, reads, mints ids, hands a command to the engine, and renders the answer.
//!
//! Routes come from the generated operation table. No rule is decided here: writes are decided by the writer, reads ask
//! [`partner_api_core::admit`], and both walk the same tables.
//!
//! | File | Holds |
//! |---|---|
//! | `routes` | the operation table, as routes |
//! | `receive`, `input` | key and body; what is wrong with them |
//! | `onboarding`, `multipart`, `users`, `balances`, `history`, `transfers`, `exchange`, `sepa`, `deposits`, `withdrawals`, `orders`, `cards` | the operations |
//! | `mint` | new ids and cards |
//! | `chain` | what the simulated chains are like |
//! | `market`, `networks` | what is the same for everybody: rates, and limits of the networks |
//! | `fail` | faults: what a call gets instead of its answer |
//! | `observe` | watching calls |
//! | `listen`, `line` | connections: how long they are waited for, and how they are cut |
//! | `answer` | bodies, statuses and headers |
//!
//! Traces say which operation was called, what came of it and how long it took, and nothing that was sent.

mod answer;
mod balances;
mod cards;
pub(crate) mod chain;
mod deposits;
mod exchange;
mod fail;
mod history;
mod input;
mod line;
mod listen;
mod market;
mod mint;
mod multipart;
mod networks;
mod observe;
mod onboarding;
mod orders;
mod receive;
mod routes;
mod sepa;
mod transfers;
mod users;
mod withdrawals;

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use axum::Router;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::any;
use partner_api_core::user::{User, UserAction};
use partner_api_core::{Command, Event, Rule, UserId, admit};
use partner_api_types::OperationId;
use tracing::Instrument as _;
use tracing::field::Empty;

pub(crate) use answer::{Answer, Problem, is_stamped, stamp};
pub(crate) use input::{body, money, network};
pub(crate) use listen::listen;
pub(crate) use mint::fresh;
pub(crate) use observe::{Look, observed};
pub use observe::{Observed, Port};
use receive::BODY_LIMIT;
pub(crate) use receive::{has_key, read_up_to, read_whole};

use crate::engine::{Engine, Snapshot, StoreError};
use crate::faults::{Fault, SharedFaults};
use crate::limit::Limiter;
use crate::requests::{Entry, Requests, Sent};
use market::{Market, Quotes};
use networks::Networks;
use routes::{Route, resources};

/// What every handler can reach.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    engine: Engine,
    key: Arc<str>,
    market: Arc<Market>,
    faults: SharedFaults,
    limiter: Limiter,
    requests: Requests,
    networks: Arc<Networks>,
}

/// One call, as far as a handler needs it.
#[derive(Debug)]
struct Call {
    headers: HeaderMap,
    /// Path parameters, decoded, in the order of the path.
    path: Vec<String>,
    /// What stands behind the question mark, as it was sent.
    query: String,
    body: Vec<u8>,
}

/// The router of the Partner API.
pub(crate) fn router(api: Api) -> Router {
    // One count of references for each call, instead of one for each of its fields.
    let api = Arc::new(api);
    let router = resources()
        .into_iter()
        .fold(Router::new(), |router, resource| {
            let path = resource.path;
            let resource = Arc::new(resource);
            let handler =
                async move |State(api): State<Arc<Api>>, path: PathParams, request: Request| {
                    match resource.route(request.method()) {
                        Some(route) => noted(&api, route, path, request).await,
                        None => Problem::WrongMethod(resource.allow()).render(api.seq()),
                    }
                };
            router.route(path, any(handler))
        });
    router
        .fallback(async |State(api): State<Arc<Api>>| Problem::NoSuchPath.render(api.seq()))
        .with_state(api)
}

type PathParams = Result<RawPathParams, RawPathParamsRejection>;

/// What is known of a call besides its answer, for the log of requests.
#[derive(Debug, Default)]
struct Note {
    /// Whether there is a log.
    is_kept: bool,
    sent: Sent,
    rule: Option<Rule>,
    fault: Option<Fault>,
}

/// Serves a call and keeps it in the log.
async fn noted(api: &Api, route: &Route, path: PathParams, request: Request) -> Response {
    let mut note = Note {
        is_kept: api.requests.is_kept(),
        ..Note::default()
    };
    if !note.is_kept {
        return serve(api, route, path, request, &mut note).await;
    }
    let (started, called) = (Instant::now(), request.uri().path().into());
    let response = serve(api, route, path, request, &mut note).await;
    let is_cut = matches!(note.fault, Some(Fault::DropBefore | Fault::DropAfter));
    api.requests.add(Entry {
        number: 0,
        at: SystemTime::now(),
        operation: route.operation.id,
        path: called,
        sent: note.sent,
        status: (!is_cut).then(|| response.status().as_u16()),
        rule: note.rule,
        fault: note.fault.map(|fault| fault.kind().as_str()),
        micros: u32::try_from(started.elapsed().as_micros()).unwrap_or(u32::MAX),
        seq: answer::seq(response.headers()).unwrap_or_else(|| api.seq()),
    });
    response
}

async fn serve(
    api: &Api,
    route: &Route,
    path: PathParams,
    request: Request,
    note: &mut Note,
) -> Response {
    let operation = route.operation;
    let span = tracing::info_span!(
        "call",
        otel.name = operation.id.as_str(),
        otel.kind = "server",
        partner_api.operation = operation.id.as_str(),
        http.request.method = operation.method.as_str(),
        http.route = operation.path,
        http.response.status_code = Empty,
        partner_api.rule = Empty,
        partner_api.micros = Empty,
    );
    let started = Instant::now();
    let line = fail::line(&request);
    // Who has no key learns that, faults or not, and is not counted.
    let has_key = receive::authenticate(request.headers(), &api.key).is_ok();
    if has_key
        && operation.needs_key
        && let Err(retry_after) = api.limiter.admit(started)
    {
        span.record(
            "http.response.status_code",
            StatusCode::TOO_MANY_REQUESTS.as_u16(),
        );
        return fail::too_many(retry_after, api.seq());
    }
    let is_known = has_key || !operation.needs_key;
    let strike = || api.faults.change(|faults| faults.strike(operation.id));
    let fault = is_known.then(strike).flatten();
    note.fault = fault;
    match fault {
        Some(Fault::Latency(wait)) => tokio::time::sleep(wait).await,
        Some(Fault::DropBefore) => return fail::cut(line.as_ref()),
        _ => {}
    }
    let instead = fault.and_then(|fault| fail::instead(fault, api.seq()));
    if let Some(response) = instead {
        span.record("http.response.status_code", response.status().as_u16());
        return response;
    }
    let outcome = answer(api, route, path, request, note)
        .instrument(span.clone())
        .await;
    let response = match outcome {
        Ok(answer) => answer.render(),
        Err(problem) => {
            note.rule = problem.rule();
            if let Some(rule) = note.rule {
                span.record("partner_api.rule", rule.name());
            }
            if let Problem::Broken(error) = &problem {
                tracing::error!(parent: &span, error = error as &dyn std::error::Error, "the engine failed");
            }
            problem.render(api.seq())
        }
    };
    span.record("http.response.status_code", response.status().as_u16());
    span.record("partner_api.micros", started.elapsed().as_micros());
    match fault {
        Some(Fault::DropAfter) => fail::cut(line.as_ref()),
        Some(Fault::Truncate) => fail::truncate(response).await,
        _ => response,
    }
}

async fn answer(
    api: &Api,
    route: &Route,
    path: PathParams,
    request: Request,
    note: &mut Note,
) -> Result<Answer, Problem> {
    if route.operation.needs_key {
        receive::authenticate(request.headers(), &api.key)?;
    }
    let path = path.map_err(|_| Problem::invalid("path must be UTF-8 where it is decoded"))?;
    let spelled_out = route.spelled_out.iter().copied();
    let path = spelled_out.chain(path.iter().map(|(_, value)| value));
    let path = path.map(str::to_owned).collect();
    let (parts, body) = request.into_parts();
    let limit = match route.operation.id {
        OperationId::AddKycFiles | OperationId::AddPoaFiles => multipart::FORM_LIMIT,
        _ => BODY_LIMIT,
    };
    let body = read_up_to(body, limit).await?;
    if note.is_kept {
        note.sent = Sent::new(parts.uri.query().unwrap_or_default(), &body);
    }
    let call = Call {
        headers: parts.headers,
        path,
        query: parts.uri.query().unwrap_or_default().to_owned(),
        body,
    };
    dispatch(api, route.operation.id, &call).await
}

async fn dispatch(api: &Api, operation: OperationId, call: &Call) -> Result<Answer, Problem> {
    match operation {
        OperationId::CreateUser => users::create(api, call).await,
        OperationId::AddUserVerification => users::verify(api, call).await,
        OperationId::UpdateUser => users::update(api, call).await,
        OperationId::SuspendUser => users::suspend(api, call).await,
        OperationId::UnsuspendUser => users::unsuspend(api, call).await,
        OperationId::DeleteUser => users::delete(api, call).await,
        OperationId::GetUserBalances => balances::of_user(api, call),
        OperationId::GetPartnerBalances => balances::of_partner(api),
        OperationId::CreateTransfer => transfers::create(api, call).await,
        OperationId::GetTransfer => transfers::details(api, call),
        OperationId::GetExchangeRates => exchange::rates(api),
        OperationId::LockExchangeRate => exchange::lock(api, call).await,
        OperationId::CreateExchange => exchange::create(api, call).await,
        OperationId::GetExchange => exchange::details(api, call, false),
        OperationId::AddKycFiles => onboarding::add_kyc_files(api, call).await,
        OperationId::AddPoaFiles => onboarding::add_poa_files(api, call).await,
        OperationId::CreateKycVerification => onboarding::start_kyc(api, call).await,
        OperationId::OpenKycVerification => onboarding::page(api, call),
        OperationId::GetKycStatus => onboarding::status(api, call),
        OperationId::UpdateCardPin => cards::change_pin(api, call).await,
        OperationId::GetCardLimits => cards::limits(api, call),
        OperationId::UpdateCardLimits => cards::set_limits(api, call).await,
        OperationId::GetUserHistory => history::of_user(api, call),
        OperationId::GetPartnerHistory => history::of_partner(api, call),
        OperationId::CreatePartnerWallet => balances::create_wallet(api, call).await,
        OperationId::CreateMasterTransfer => transfers::create_from_master(api, call).await,
        OperationId::GetPartnerExchangeRates | OperationId::GetOrderRates => exchange::rates(api),
        OperationId::LockPartnerExchangeRate => exchange::lock_of_partner(api).await,
        OperationId::CreatePartnerExchange => exchange::create_of_partner(api, call).await,
        OperationId::GetPartnerExchange => exchange::details(api, call, true),
        OperationId::GetPartnerSepaDepositInfo => deposits::info_of_partner(api),
        OperationId::GetUserSepaDepositInfo => deposits::info_of_user(api, call),
        OperationId::ListPartnerSepaContacts => deposits::contacts_of_partner(api),
        OperationId::ListUserSepaContacts => deposits::contacts_of_user(api, call),
        OperationId::CreatePartnerSepaTransfer => sepa::create_of_partner(api, call).await,
        OperationId::UpdateTravelRule => deposits::update_travel_rule(api, call).await,
        OperationId::GetCryptoDeposit => deposits::crypto_details(api, call),
        OperationId::GetNetworkFee | OperationId::GetPartnerNetworkFee => {
            withdrawals::network_fee(api, call)
        }
        OperationId::CreateWithdrawal => withdrawals::create(api, call).await,
        OperationId::CreatePartnerWithdrawal => withdrawals::create_of_partner(api, call).await,
        OperationId::GetWithdrawal => withdrawals::details(api, call, false),
        OperationId::GetPartnerWithdrawal => withdrawals::details(api, call, true),
        OperationId::LockOrderRate => orders::lock(api, call).await,
        OperationId::CreateOrder => orders::create(api, call).await,
        OperationId::GetOrder => orders::details(api, call),
        OperationId::CreatePaymentLink => orders::create_link(api, call).await,
        OperationId::CreateHostedCheckout => orders::create_hosted(api, call).await,
        OperationId::GetPaymentLink => orders::link_details(api, call),
        OperationId::CreateSepaTransfer => sepa::create(api, call).await,
        OperationId::GetSepaTransfer => sepa::details(api, call),
        OperationId::CreateCard => cards::create(api, call).await,
        OperationId::ListCards => cards::list(api, call),
        OperationId::GetCard => cards::details(api, call),
        OperationId::BlockCard => cards::block(api, call).await,
        OperationId::UnblockCard => cards::unblock(api, call).await,
        OperationId::DeleteCard => cards::delete(api, call).await,
        // An operation that the specification has and this server does not yet.
        _ => Err(Problem::NoSuchPath),
    }
}

impl Api {
    pub(crate) fn new(
        engine: Engine,
        key: &str,
        faults: SharedFaults,
        limiter: Limiter,
        requests: Requests,
    ) -> Self {
        Self {
            networks: Arc::new(Networks::new(&engine.policy().fees)),
            engine,
            key: key.into(),
            market: Arc::default(),
            faults,
            limiter,
            requests,
        }
    }

    /// Answers a call that came from within: without key, faults and limits.
    pub(crate) async fn ask(
        &self,
        operation: OperationId,
        path: Vec<String>,
        body: &serde_json::Value,
    ) -> Result<Answer, Problem> {
        let kind = HeaderValue::from_static("application/json");
        let call = Call {
            headers: HeaderMap::from_iter([(CONTENT_TYPE, kind)]),
            path,
            query: String::new(),
            body: body.to_string().into_bytes(),
        };
        dispatch(self, operation, &call).await
    }

    /// Has a command decided; a refusal is a problem, and the facts come with the number of the decision.
    async fn execute(&self, command: Command) -> Result<(u64, Vec<Event>), Problem> {
        let decided = self
            .engine
            .execute(command)
            .await
            .map_err(Problem::Broken)?;
        match decided.verdict {
            Ok(events) => Ok((decided.seq, events)),
            Err(refusal) => Err(Problem::Refused {
                seq: decided.seq,
                rule: refusal.rule,
            }),
        }
    }

    /// The number of the last decision, for answers that have none of their own.
    fn seq(&self) -> u64 {
        self.engine
            .read(|snapshot| snapshot.seq())
            .unwrap_or_default()
    }

    /// What the market pays now.
    fn quotes(&self) -> Arc<Quotes> {
        self.market.at(self.engine.rates(), self.engine.clock().now)
    }

    /// Reads from a snapshot.
    fn read(
        &self,
        look: impl FnOnce(&Snapshot<'_>) -> Result<Result<Answer, Problem>, StoreError>,
    ) -> Result<Answer, Problem> {
        self.engine.read(look).map_err(Problem::Broken)?
    }

    /// Reads what a user may read, if the user's standing allows `action`.
    fn read_user(
        &self,
        id: &UserId,
        action: UserAction,
        look: impl FnOnce(&Snapshot<'_>, &User) -> Result<Result<Answer, Problem>, StoreError>,
    ) -> Result<Answer, Problem> {
        self.read(
            |snapshot| match admit(snapshot.user(id)?.as_ref(), action) {
                Ok(user) => look(snapshot, user),
                Err(rule) => Ok(Err(Problem::Refused {
                    seq: snapshot.seq()?,
                    rule,
                })),
            },
        )
    }

    /// Has a command decided whose answer is that it took effect.
    async fn acknowledge(&self, command: Command, message: &str) -> Result<Answer, Problem> {
        let (seq, _) = self.execute(command).await?;
        let message = Some(message.to_owned());
        let body = partner_api_types::Acknowledgement { message };
        Answer::json(StatusCode::OK, seq, &body)
    }
}

impl Call {
    /// The path's parameter at `index`, as an id of the wanted kind.
    fn id<T: TryFrom<String>>(&self, index: usize, name: &str) -> Result<T, Problem> {
        let text = self.path.get(index).cloned().unwrap_or_default();
        T::try_from(text).map_err(|_| Problem::invalid(format!("{name} must be a well-formed id")))
    }

    /// A parameter behind the question mark, decoded. Of two of one name the first counts, and one that nobody knows is
    /// as good as none (ASSUMED).
    fn query(&self, name: &str) -> Option<String> {
        let mut pairs = form_urlencoded::parse(self.query.as_bytes());
        let found = pairs.find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned())
    }

    /// The body, as JSON of the wanted shape.
    fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T, Problem> {
        body(&self.headers, &self.body)
    }
}
