//! Compares everything that can be seen of a sandbox with what the oracle believes.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    driver::Driver,
    oracle::{CardState, Oracle, Standing, Verification, parse, show},
};

/// Every difference between model and sandbox, one a line; empty if they agree.
pub async fn differences(oracle: &Oracle, driver: &Driver) -> Vec<String> {
    let mut found = Findings::default();
    found.books(oracle, driver).await;
    for user in oracle.users.keys() {
        found.user(oracle, driver, user).await;
    }
    found.movements(oracle, driver).await;
    found.0
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

    async fn books(&mut self, oracle: &Oracle, driver: &Driver) {
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
    }

    async fn user(&mut self, oracle: &Oracle, driver: &Driver, name: &str) {
        let model = &oracle.users[name];
        let state = driver
            .control
            .get(&format!("/users/{name}"))
            .await
            .ok()
            .json;
        let standing = match model.standing {
            Standing::Open => "OPEN",
            Standing::Suspended => "SUSPENDED",
            Standing::Closed => "CLOSED",
        };
        self.same(
            &format!("standing of {name}"),
            standing,
            state["standing"].clone(),
        );
        let held = amounts(oracle.books.all_of(&format!("user:{name}")));
        let shown =
            list(&state, "balances").map(|entry| (text(entry, "currency"), text(entry, "amount")));
        self.same(
            &format!("balances of {name}"),
            json!(held),
            json!(shown.collect::<BTreeMap<_, _>>()),
        );
        let waiting: Vec<_> = oracle
            .deposits
            .iter()
            .filter(|(_, it)| it.user == name && it.status == "HELD")
            .collect();
        let mut waiting: Vec<_> = waiting
            .iter()
            .map(|(key, it)| (driver.id(key), show(it.atoms)))
            .collect();
        let mut shown: Vec<_> = list(&state, "heldDeposits")
            .map(|entry| (text(entry, "id"), text(entry, "amount")))
            .collect();
        waiting.sort();
        shown.sort();
        self.same(
            &format!("held deposits of {name}"),
            json!(waiting),
            json!(shown),
        );
        if model.standing == Standing::Closed {
            return;
        }
        let verification = match model.verification {
            Verification::Registered => "REGISTERED",
            Verification::Pending(_) => "PENDING",
            Verification::Approved => "APPROVED",
            Verification::Rejected => "REJECTED",
        };
        self.same(
            &format!("verification of {name}"),
            verification,
            state["verification"].clone(),
        );
        let cards = oracle.cards.iter().filter(|(_, card)| card.owner == name);
        let cards: BTreeMap<_, _> = cards
            .map(|(key, card)| (driver.id(key), control_word(card.state)))
            .collect();
        let shown =
            list(&state, "cards").map(|entry| (text(entry, "cardId"), text(entry, "state")));
        self.same(
            &format!("cards of {name}"),
            json!(cards),
            json!(shown.collect::<BTreeMap<_, _>>()),
        );
        if model.verification == Verification::Approved {
            let answer = driver
                .partner
                .get(&format!("/v1/user/balances/{name}"))
                .await
                .ok()
                .json;
            self.same(
                &format!("wire balances of {name}"),
                json!(held),
                json!(amounts(amounts_of(&answer))),
            );
        }
    }

    async fn movements(&mut self, oracle: &Oracle, driver: &Driver) {
        for (key, deposit) in &oracle.deposits {
            let shown = driver
                .control
                .get(&format!("/deposits/{}", driver.id(key)))
                .await
                .ok()
                .json;
            self.same(
                &format!("deposit {key}"),
                deposit.status,
                shown["status"].clone(),
            );
        }
        for (key, payout) in &oracle.payouts {
            let path = format!("/v1/sepa-transfer/details/{}", driver.id(key));
            let shown = driver.partner.get(&path).await.ok().json;
            self.same(
                &format!("payout {key}"),
                payout.status,
                shown["status"].clone(),
            );
            self.same(
                &format!("amount of {key}"),
                payout.from.1,
                atoms(&shown["amount"]),
            );
        }
        for (key, exchange) in &oracle.exchanges {
            let path = format!("/v1/exchange/details/{}", driver.id(key));
            let shown = driver.partner.get(&path).await.ok().json;
            self.same(
                &format!("exchange {key}"),
                exchange.status,
                shown["status"].clone(),
            );
            let received = exchange
                .to
                .as_ref()
                .filter(|_| exchange.status == "COMPLETED")
                .map(|to| to.1);
            let shown = shown
                .get("amountTo")
                .filter(|amount| !amount.is_null())
                .map(atoms);
            if exchange.status == "COMPLETED" {
                self.same(&format!("received by {key}"), received, shown);
            }
        }
    }
}

fn control_word(state: CardState) -> &'static str {
    match state {
        CardState::Active => "ACTIVE",
        CardState::Blocked => "BLOCKED",
        CardState::Deleted => "DELETED",
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
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    parse(&text).unwrap_or_else(|| panic!("{value} is not an amount"))
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
