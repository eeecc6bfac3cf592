//! Runs commands against a sandbox: what the model names `C1` has another id there, and this is where the two meet.

mod money;
mod operate;
mod perform;

pub use self::{money::rates, perform::wire_limits};

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    oracle::{Rule, Verdict},
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
        // A proof of address that waits already is refused with a 202.
        let is_refused = !answer.status.is_success() || answer.code().is_some();
        let refusal = is_refused.then(|| {
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
    /// What each quote asks for, by model key.
    pub quoted: BTreeMap<String, i64>,
    /// From where to where each step of the last walk led.
    pub walked: Vec<String>,
    saved: BTreeMap<String, Saved>,
}

/// A snapshot, and what was known when it was taken.
#[derive(Debug)]
struct Saved {
    file: Vec<u8>,
    rates: BTreeMap<String, BTreeMap<String, i64>>,
    quoted: BTreeMap<String, i64>,
}

impl Driver {
    /// Drives the sandbox behind two addresses.
    pub fn new(partner: Wire, control: Wire) -> Self {
        Self {
            partner,
            control,
            ids: BTreeMap::new(),
            rates: BTreeMap::new(),
            quoted: BTreeMap::new(),
            walked: Vec::new(),
            saved: BTreeMap::new(),
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
        self.quoted.clear();
        self.partner.forget_seq();
    }

    /// The sandbox's id of what the model calls `key`; a name that nobody has, for what was never made.
    pub fn id(&self, key: &str) -> String {
        self.ids
            .get(key)
            .cloned()
            .unwrap_or_else(|| format!("no-{key}"))
    }

    /// Notes the sandbox's id of what the model calls `key`, if it calls it anything.
    pub fn learn(&mut self, key: &str, id: String) {
        if !key.is_empty() {
            self.ids.insert(key.to_owned(), id);
        }
    }

    /// Everything that got an id, by model key.
    pub fn known(&self) -> &BTreeMap<String, String> {
        &self.ids
    }

    async fn post(&self, path: &str, body: Value) -> Observed {
        Observed::of(&self.partner.post(path, body).await)
    }

    async fn get(&self, path: &str) -> Observed {
        Observed::of(&self.partner.get(path).await)
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
