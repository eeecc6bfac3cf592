//! Compares everything that can be seen of a sandbox with what the oracle believes.

mod history;
mod market;
mod movements;
mod users;

use std::collections::BTreeMap;

use partner_api_types::Timestamp;
use serde_json::{Value, json};

use crate::{
    driver::Driver,
    oracle::{Command, Oracle, parse, show},
};

/// Every difference between model and sandbox, one a line; empty if they agree.
pub async fn differences(oracle: &Oracle, driver: &Driver) -> Vec<String> {
    let mut found = Findings::default();
    found.partner(oracle, driver).await;
    for user in oracle.users.keys() {
        found.user(oracle, driver, user).await;
    }
    found.movements(oracle, driver).await;
    found.checkouts(oracle, driver).await;
    found.histories(oracle, driver).await;
    found.market(oracle, driver).await;
    found.0
}

/// How a walk went otherwise than the model says, if this is one.
pub fn misled(command: &Command, oracle: &Oracle, driver: &Driver) -> Option<String> {
    let Command::Walk { .. } = command else {
        return None;
    };
    let steps = oracle.walked.iter();
    let steps = steps.filter_map(|step| Some((step.from, step.to?)));
    let model: Vec<_> = steps
        .map(|(from, to)| format!("{from}>{to}").to_uppercase())
        .collect();
    (model != driver.walked).then(|| {
        format!(
            "the model goes by {model:?}, the sandbox by {:?}",
            driver.walked
        )
    })
}

/// Only what no crash may break: the books of every currency sum to zero, and nobody but the outside world owes.
pub async fn books_balance(driver: &Driver) {
    let books = driver.control.get("/books").await.ok().json;
    for currency in list(&books, "currencies") {
        assert_eq!(
            currency["sum"], "0",
            "L8: the books of {currency} do not sum to zero"
        );
        for account in list(currency, "accounts") {
            let owes = account["total"]
                .as_str()
                .expect("totals are text")
                .starts_with('-');
            assert!(
                !owes || account["kind"] == "OUTSIDE",
                "L10: {account} of {}",
                currency["currency"]
            );
        }
    }
}

#[derive(Default)]
struct Findings(Vec<String>);

impl Findings {
    fn same(&mut self, what: &str, model: impl Into<Value>, sandbox: impl Into<Value>) {
        let (model, sandbox) = (model.into(), sandbox.into());
        if model != sandbox {
            self.0.push(format!(
                "{what}: the model has {model}, the sandbox {sandbox}"
            ));
        }
    }

    /// The design's word for a state, as the wire and the control API shout it.
    fn same_word(&mut self, what: &str, model: &str, sandbox: &Value) {
        self.same(what, model.to_uppercase(), sandbox.clone());
    }

    /// The books of everybody, and what the partner sees of its own.
    async fn partner(&mut self, oracle: &Oracle, driver: &Driver) {
        let books = driver.control.get("/books").await.ok().json;
        let mut totals = BTreeMap::new();
        for currency in list(&books, "currencies") {
            let code = text(currency, "currency");
            self.same(&format!("sum of {code}"), "0", currency["sum"].clone());
            for account in list(currency, "accounts") {
                let key = (text(account, "kind").to_lowercase(), code.clone());
                totals.insert(key, text(account, "total"));
            }
        }
        totals.retain(|_, total| total != "0");
        let kind = |kind: &str| {
            if kind == "user" {
                "users".to_owned()
            } else {
                kind.to_owned()
            }
        };
        let model = oracle.books.totals().into_iter();
        let model: BTreeMap<_, _> = model
            .map(|((account, currency), atoms)| ((kind(&account), currency), show(atoms)))
            .collect();
        self.same("books", format!("{model:?}"), format!("{totals:?}"));
        let partner = driver.partner.get("/v1/partner/balances").await.ok().json;
        self.same(
            "partner",
            json!(amounts(oracle.books.all_of("partner"))),
            json!(amounts(amounts_of(&partner))),
        );
        let path = "/v1/partner/sepa-deposit/info";
        driver.partner.get(path).await.ok();
        let path = "/v1/partner/sepa-deposit/contacts";
        self.contacts(oracle, driver, &None, path).await;
        for entry in list(&partner, "cryptoBalances") {
            let code = text(entry, "name");
            let usual = Oracle::network(&code, None).expect("crypto travels");
            let made = oracle.wallets.contains(&(code.clone(), usual));
            let what = format!("wallet of {code}");
            self.same(&what, made, !entry["wallet"].is_null());
        }
    }
}

/// The balances of an answer that are not zero.
pub fn amounts_of(answer: &Value) -> BTreeMap<String, i64> {
    let both = list(answer, "fiatBalances").chain(list(answer, "cryptoBalances"));
    let shown = both.map(|entry| (text(entry, "name"), atoms(&entry["amount"])));
    shown.filter(|(_, atoms)| *atoms != 0).collect()
}

fn amounts(held: BTreeMap<String, i64>) -> BTreeMap<String, String> {
    held.into_iter()
        .map(|(currency, atoms)| (currency, show(atoms)))
        .collect()
}

/// An amount of the wire, text or number.
pub fn atoms(value: &Value) -> i64 {
    let text = match value.as_f64() {
        // Read as a float, which holds the digits of every amount of a story. Its JSON may have an exponent; this has none.
        Some(number) => number.to_string(),
        None => value.as_str().unwrap_or_default().to_owned(),
    };
    parse(&text).unwrap_or_else(|| panic!("{value} is not an amount"))
}

/// A moment of the wire, in milliseconds.
pub fn moment(value: &Value) -> i64 {
    let moment: Result<Timestamp, _> = value.as_str().unwrap_or_default().parse();
    moment
        .unwrap_or_else(|_| panic!("{value} is no moment"))
        .millis()
}

fn list<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    value[field]
        .as_array()
        .unwrap_or_else(|| panic!("no list {field} in {value}"))
        .iter()
}

fn text(value: &Value, field: &str) -> String {
    value[field]
        .as_str()
        .unwrap_or_else(|| panic!("no text {field} in {value}"))
        .to_owned()
}
