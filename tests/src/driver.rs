//! Runs commands against a sandbox: what the model names `C1` has another id there, and this is where the two meet.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    compare::atoms,
    oracle::{Command, Rule, Verdict},
    persona,
    wire::{Answer, Wire},
};

/// What a command met: done, or the rule and the wire's code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    pub refusal: Option<(String, String)>,
    pub seq: i64,
}

impl Observed {
    /// Whether this is what the oracle expects. The control API names rules only; it has no codes.
    pub fn agrees_with(&self, verdict: &Verdict) -> bool {
        match (&self.refusal, verdict) {
            (None, Ok(())) => true,
            (
                Some((rule, code)),
                Err(Rule {
                    name,
                    code: expected,
                    ..
                }),
            ) => rule == name && (code.is_empty() || code == expected),
            _ => false,
        }
    }

    /// As an oracle's verdict would be shown.
    pub fn show(&self) -> String {
        match &self.refusal {
            None => "ok".to_owned(),
            Some((rule, code)) => format!("{rule} {code}"),
        }
    }

    fn of(answer: &Answer) -> Self {
        let refusal = (!answer.status.is_success()).then(|| {
            let rule = answer
                .rule()
                .or(answer.json.get("rule").and_then(Value::as_str));
            let code = answer.code().unwrap_or_default().to_owned();
            (without_invariant(rule.unwrap_or(NO_RULE)), code)
        });
        Self {
            refusal,
            seq: answer.seq,
        }
    }
}

/// What the oracle calls a refusal that comes before any rule and names none.
pub const NO_RULE: &str = "input_must_be_well_formed";

/// `L4 card_must_not_be_active` without the first word.
pub fn without_invariant(rule: &str) -> String {
    rule.split(' ').next_back().unwrap_or(rule).to_owned()
}

/// The two ports of a sandbox, and the ids that it gave.
#[derive(Debug)]
pub struct Driver {
    pub partner: Wire,
    pub control: Wire,
    ids: BTreeMap<String, String>,
    /// The rates of each lock, by model key.
    pub rates: BTreeMap<String, BTreeMap<String, i64>>,
}

impl Driver {
    /// Drives the sandbox behind two addresses.
    pub fn new(partner: Wire, control: Wire) -> Self {
        Self {
            partner,
            control,
            ids: BTreeMap::new(),
            rates: BTreeMap::new(),
        }
    }

    /// Goes on against another sandbox over the same data: a restart changes the ports.
    pub fn reconnect(&mut self, partner: Wire, control: Wire) {
        (self.partner, self.control) = (partner, control);
    }

    /// Forgets everything, as the sandbox does when it is reset; connections stay open.
    pub fn forget(&mut self) {
        self.ids.clear();
        self.rates.clear();
        self.partner.forget_seq();
    }

    /// The sandbox's id of what the model calls `key`; a name that nobody has, for what was never made.
    pub fn id(&self, key: &str) -> String {
        self.ids
            .get(key)
            .cloned()
            .unwrap_or_else(|| format!("no-{key}"))
    }

    /// Notes the sandbox's id of what the model calls `key`.
    pub fn learn(&mut self, key: &str, id: String) {
        self.ids.insert(key.to_owned(), id);
    }

    /// Everything that got an id, by model key.
    pub fn known(&self) -> &BTreeMap<String, String> {
        &self.ids
    }

    /// Runs one command by hand-written requests. `Restart` is the caller's business.
    pub async fn perform(&mut self, command: &Command) -> Observed {
        match command {
            Command::Create { user, country } => {
                self.post(
                    "/v1/user/balances/crypto-and-fiat",
                    persona::new_user(user, country),
                )
                .await
            }
            Command::Verify { user } => {
                self.post("/v1/user/verification", persona::identity(user))
                    .await
            }
            Command::Decide { user, approved } => {
                let body = json!({"externalUserId": user, "approved": approved});
                self.control("/simulate/verification-decision", body).await
            }
            Command::Update { user, field } => {
                self.patch(&format!("/v1/user/{user}"), Some(persona::update(field)))
                    .await
            }
            Command::Suspend { user } => {
                self.patch(&format!("/v1/user/suspend/{user}"), None).await
            }
            Command::Unsuspend { user } => {
                self.patch(&format!("/v1/user/unsuspend/{user}"), None)
                    .await
            }
            Command::Close { user } => Observed::of(
                &self
                    .partner
                    .call(Method::DELETE, &format!("/v1/user/{user}"), None)
                    .await,
            ),
            Command::Balances { user } => {
                Observed::of(&self.partner.get(&format!("/v1/user/balances/{user}")).await)
            }
            Command::Transfer {
                source,
                destination,
                amount,
                currency,
            } => {
                let mut body = json!({"amount": amount, "currency": currency});
                for (field, user) in [
                    ("sourceExternalUserId", source),
                    ("destinationExternalUserId", destination),
                ] {
                    if let Some(user) = user {
                        body[field] = json!(user);
                    }
                }
                self.post("/v1/transfer", body).await
            }
            Command::Deposit { user, key, amount } => {
                let body = json!({"externalUserId": user, "amount": amount});
                let answer = self.control.post("/simulate/sepa-deposit", body).await;
                self.created(key, "id", &answer)
            }
            Command::PayOut {
                user,
                key,
                amount,
                currency,
            } => {
                let answer = self
                    .partner
                    .post("/v1/sepa-transfer", persona::payout(user, amount, currency))
                    .await;
                self.created(key, "transferId", &answer)
            }
            Command::Lock { user, key } => {
                let answer = self
                    .partner
                    .get(&format!("/v1/exchange/get-lock/{user}"))
                    .await;
                if answer.status.is_success() {
                    let rates = answer.json["rates"]
                        .as_object()
                        .expect("rates by currency")
                        .iter();
                    let rates = rates.map(|(currency, rate)| (currency.clone(), atoms(rate)));
                    self.rates.insert(key.clone(), rates.collect());
                }
                self.created(key, "id", &answer)
            }
            Command::Exchange {
                user,
                key,
                lock,
                amount,
                from,
                to,
            } => {
                // A number where it survives as one; 0.00000001 would be written 1e-8.
                let number: Value = serde_json::from_str(amount).expect("amounts are JSON numbers");
                let written = number.to_string();
                let amount = if written == *amount {
                    number
                } else {
                    json!(amount)
                };
                let body = json!({
                    "sourceExternalUserId": user, "amount": amount, "currencyFrom": from, "currencyTo": to,
                    "lockId": self.id(lock),
                });
                let answer = self.partner.post("/v1/exchange", body).await;
                self.created(key, "exchangeId", &answer)
            }
            Command::DecideExchange { key, completed } => {
                let body = json!({"exchangeId": self.id(key), "completed": completed});
                self.control("/simulate/exchange-outcome", body).await
            }
            Command::CreateCard { user, key } => {
                let answer = self
                    .partner
                    .post("/v1/card/virtual", persona::new_card(user))
                    .await;
                self.created(key, "cardId", &answer)
            }
            Command::BlockCard { user, card } => {
                self.card(Method::PATCH, "/v1/card/block", user, card).await
            }
            Command::UnblockCard { user, card } => {
                self.card(Method::PATCH, "/v1/card/unblock", user, card)
                    .await
            }
            Command::DeleteCard { user, card } => {
                self.card(Method::DELETE, "/v1/card", user, card).await
            }
            Command::UseCard {
                card,
                amount,
                currency,
            } => {
                let body = json!({"cardId": self.id(card), "amount": amount, "currency": currency});
                let answer = self.control.post("/simulate/card-transaction", body).await;
                if !answer.status.is_success() {
                    return Observed::of(&answer);
                }
                let rule = answer.json.get("rule").and_then(Value::as_str);
                let refusal = rule.map(|rule| (without_invariant(rule), String::new()));
                assert_eq!(
                    answer.json["approved"],
                    refusal.is_none(),
                    "{}",
                    answer.text
                );
                Observed {
                    refusal,
                    seq: answer.seq,
                }
            }
            Command::Advance { milliseconds } => {
                self.control("/clock/advance", json!({"milliseconds": milliseconds}))
                    .await
            }
            Command::Restart => unreachable!("a driver cannot restart what it drives"),
        }
    }

    async fn post(&self, path: &str, body: Value) -> Observed {
        Observed::of(&self.partner.post(path, body).await)
    }

    async fn patch(&self, path: &str, body: Option<Value>) -> Observed {
        Observed::of(&self.partner.call(Method::PATCH, path, body.as_ref()).await)
    }

    async fn control(&self, path: &str, body: Value) -> Observed {
        Observed::of(&self.control.post(path, body).await)
    }

    async fn card(&self, method: Method, path: &str, user: &str, card: &str) -> Observed {
        let body = json!({"externalUserId": user, "cardId": self.id(card)});
        Observed::of(&self.partner.call(method, path, Some(&body)).await)
    }

    fn created(&mut self, key: &str, field: &str, answer: &Answer) -> Observed {
        if answer.status.is_success() {
            self.learn(key, answer.text_of(field));
        }
        Observed::of(answer)
    }
}
