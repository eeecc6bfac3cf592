//! A sandbox, and a strict client for its two ports: what holds for every answer is checked on every answer.

use std::sync::{Arc, Mutex};

use partner_api_sandbox::{Observed, Port, Sandbox, SandboxBuilder};
use reqwest::{Method, redirect};
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};

use crate::requests::misfit;

pub(crate) const API_KEY: &str = "canary-api-key-81c2";
pub(crate) const CONTROL_KEY: &str = "canary-control-key-0b7f";
pub(crate) const IBAN: &str = "PL49109024028743516259813188";

/// A running sandbox whose clock stands still.
pub(crate) struct Stand {
    pub(crate) sandbox: Sandbox,
    client: reqwest::Client,
    #[allow(dead_code, reason = "says what it saw when it goes")]
    watch: Watch,
}

/// Fails the test in the end if something was seen.
struct Watch(Misfits);

/// What was answered or accepted and is not in `openapi/`.
#[derive(Clone, Default)]
struct Misfits(Arc<Mutex<Vec<String>>>);

impl Misfits {
    fn look(&self, seen: &Observed<'_>) {
        // The web page is no operation.
        let is_page = seen.port == Port::Control && seen.content_type != Some("application/json");
        if let Some(misfit) = misfit(seen).filter(|_| !is_page) {
            self.0.lock().unwrap().push(misfit);
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let misfits = self.0.0.lock().unwrap();
            assert!(misfits.is_empty(), "{misfits:#?}");
        }
    }
}

/// An answer that passed the checks.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) seq: u64,
    pub(crate) rule: Option<String>,
    pub(crate) text: String,
    /// `Null` where the answer is text.
    pub(crate) body: Value,
}

impl Stand {
    /// A sandbox that keeps nothing.
    pub(crate) async fn start() -> Self {
        Self::start_with(|builder| builder).await
    }

    /// A sandbox with other settings.
    pub(crate) async fn start_with(set: impl FnOnce(SandboxBuilder) -> SandboxBuilder) -> Self {
        let misfits = Misfits::default();
        let watch = misfits.clone();
        let watched = |builder| set(builder).observe(move |seen| watch.look(seen));
        Self::begin(watched, misfits).await
    }

    /// A sandbox whose answers nobody looks at: whoever looks has to have the whole of an answer first.
    pub(crate) async fn start_unwatched() -> Self {
        Self::begin(|builder| builder, Misfits::default()).await
    }

    async fn begin(set: impl FnOnce(SandboxBuilder) -> SandboxBuilder, misfits: Misfits) -> Self {
        let moment = "2026-03-01T12:00:00.000Z".parse().unwrap();
        let builder = Sandbox::builder()
            .api_key(API_KEY)
            .control_key(CONTROL_KEY)
            .frozen_at(moment);
        let sandbox = set(builder).start().await.unwrap();
        Self {
            sandbox,
            client: client(),
            watch: Watch(misfits),
        }
    }

    /// A request to the Partner API.
    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        let url = format!("{}{path}", self.sandbox.api_url());
        let mut request = self
            .client
            .request(method, url)
            .header("x-api-key", API_KEY);
        if let Some(body) = body {
            request = request.json(&body);
        }
        Reply::read(request.send().await.unwrap(), true).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.call(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Option<Value>) -> Reply {
        self.call(Method::PATCH, path, body).await
    }

    pub(crate) async fn delete(&self, path: &str, body: Option<Value>) -> Reply {
        self.call(Method::DELETE, path, body).await
    }

    /// A request to the control API: a `POST` if there is a body.
    pub(crate) async fn control(&self, path: &str, body: Option<Value>) -> Reply {
        let method = match body {
            Some(_) => Method::POST,
            None => Method::GET,
        };
        self.control_by(method, path, body).await
    }

    /// A request to the control API.
    pub(crate) async fn control_by(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Reply {
        let url = format!("{}{path}", self.sandbox.control_url());
        let mut request = self.client.request(method, url);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let request = request.header("x-control-key", CONTROL_KEY);
        Reply::read(request.send().await.unwrap(), false).await
    }

    /// A `DELETE` of the control API.
    pub(crate) async fn control_delete(&self, path: &str) -> Reply {
        let url = format!("{}{path}", self.sandbox.control_url());
        let request = self.client.delete(url).header("x-control-key", CONTROL_KEY);
        Reply::read(request.send().await.unwrap(), false).await
    }

    /// Lets time pass.
    pub(crate) async fn advance(&self, milliseconds: u64) {
        let by = json!({ "milliseconds": milliseconds });
        self.control("/clock/advance", Some(by)).await.ok();
    }

    /// A user who was created and no more.
    pub(crate) async fn registered(&self, id: &str) {
        self.post("/v1/user/balances/crypto-and-fiat", person(id))
            .await
            .ok();
    }

    /// A user who is verified.
    pub(crate) async fn verified(&self, id: &str) {
        self.registered(id).await;
        self.post("/v1/user/verification", identity(id)).await.ok();
        self.advance(1_000).await;
    }

    /// A user who is verified and holds some EUR.
    pub(crate) async fn funded(&self, id: &str, amount: &str) {
        self.verified(id).await;
        self.post("/v1/transfer", funding(id, amount)).await.ok();
    }

    /// A new card's id.
    pub(crate) async fn card(&self, id: &str) -> String {
        let created = self.post("/v1/card/virtual", new_card(id)).await.ok();
        text(&created, "cardId")
    }

    /// What a user holds of a currency, as the balances show it.
    pub(crate) async fn held(&self, id: &str, currency: &str) -> String {
        let balances = self.get(&format!("/v1/user/balances/{id}")).await.ok();
        balance(&balances, currency)
    }

    /// Whether the books of every currency sum to zero.
    pub(crate) async fn books_balance(&self) -> bool {
        let books = self.control("/books", None).await.ok();
        let currencies = books["currencies"].as_array().unwrap();
        currencies.iter().all(|currency| currency["sum"] == "0")
    }
}

impl Reply {
    /// Reads an answer and checks what holds for all of them.
    pub(crate) async fn read(response: reqwest::Response, is_partner: bool) -> Self {
        let status = response.status().as_u16();
        let header = |name: &str| {
            let value = response.headers().get(name)?;
            Some(value.to_str().unwrap().to_owned())
        };
        let kind = header("content-type").expect("every answer says what it is");
        let seq = header("x-sandbox-seq").expect("every answer carries a number");
        let seq = seq.parse().unwrap();
        let rule = header("x-sandbox-rule");
        // RFC 9110, 15.5.6: who asks with a wrong method is told the right ones.
        assert_eq!(status == 405, header("allow").is_some());
        let text = response.text().await.unwrap();
        let body = if kind == "application/json" {
            serde_json::from_str(&text).unwrap()
        } else {
            assert_eq!(
                (status, &*kind),
                (401, "text/plain; charset=utf-8"),
                "{text}"
            );
            Value::Null
        };
        assert!(
            !text.contains(API_KEY) && !text.contains(CONTROL_KEY),
            "{text}"
        );
        if !(200..300).contains(&status) && is_partner && !body.is_null() {
            let fields: Vec<&str> = body.as_object().unwrap().keys().map(|it| &**it).collect();
            let is_bad_input = body["errorCode"] == "P403";
            let expected: &[&str] = if is_bad_input {
                &["errorCode", "errorMessage"]
            } else {
                &["errorCode", "errorMessage", "errorName"]
            };
            assert_eq!(fields, expected, "{text}");
        }
        Self {
            status,
            seq,
            rule,
            text,
            body,
        }
    }

    /// The body of what must be a success.
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{self:?}");
        self.body
    }

    /// Checks a refusal by status, code and rule; a rule of `-` is none.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str, rule: &str) -> Self {
        let found = (
            self.status,
            self.body["errorCode"].as_str().unwrap_or("none"),
            self.rule.as_deref().unwrap_or("-"),
        );
        assert_eq!(found, (status, code, rule), "{}", self.text);
        self
    }

    /// Checks that the input was refused for its form, with this message.
    #[track_caller]
    pub(crate) fn invalid(self, message: &str) {
        let reply = self.refused(400, "P403", "-");
        assert_eq!(reply.body["errorMessage"], message);
    }
}

/// A client that goes straight to the address.
pub(crate) fn client() -> reqwest::Client {
    // Plain HTTP only; yet a client cannot be built without some TLS.
    let tls =
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth();
    let client = reqwest::Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .tls_backend_preconfigured(tls);
    client.build().unwrap()
}

pub(crate) fn person(id: &str) -> Value {
    json!({
        "externalUserId": id, "email": "kanaria@canary.example", "phone": "48601777333",
        "firstName": "Kanaria", "lastName": "Kowalska", "birthDate": "1991-04-17",
        "street": "Kanarkowa", "number": "7/2", "city": "Gdynia", "postCode": "81-001",
        "country": "PL", "citizenship": "PL", "hasAcceptedP100Tc": true,
    })
}

pub(crate) fn identity(id: &str) -> Value {
    json!({ "externalUserId": id, "documentType": "PASSPORT", "documentNumber": "EK7700123" })
}

pub(crate) fn funding(id: &str, amount: &str) -> Value {
    json!({ "destinationExternalUserId": id, "amount": amount, "currency": "eur" })
}

pub(crate) fn payout(id: &str, amount: &str) -> Value {
    json!({
        "sourceExternalUserId": id, "amount": amount, "currency": "eur",
        "destinationIban": IBAN, "transferTitle": "canary rent",
    })
}

pub(crate) fn new_card(id: &str) -> Value {
    json!({ "externalUserId": id, "label": "holiday", "pin": "7391" })
}

/// A text field.
#[track_caller]
pub(crate) fn text(body: &Value, field: &str) -> String {
    let text = body[field].as_str();
    text.unwrap_or_else(|| panic!("no text {field} in {body}"))
        .to_owned()
}

/// The amount of a currency in balances.
#[track_caller]
pub(crate) fn balance(balances: &Value, currency: &str) -> String {
    let of = |kind: &str| balances[kind].as_array().unwrap().clone();
    let mut all = of("fiatBalances").into_iter().chain(of("cryptoBalances"));
    let found = all.find(|balance| balance["name"] == currency);
    text(
        &found.expect("every known currency has a balance"),
        "amount",
    )
}
