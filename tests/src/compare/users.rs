//! Users, with what belongs to them: balances, cards, open deposits, contacts and verifications.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Findings, amounts, amounts_of, atoms, list, text};
use crate::{
    driver::{Driver, wire_limits},
    oracle::{CardState, Oracle, Party, Standing, Verification, show},
    persona,
};

impl Findings {
    pub(super) async fn user(&mut self, oracle: &Oracle, driver: &Driver, name: &str) {
        let model = &oracle.users[name];
        let path = format!("/users/{name}");
        let state = driver.control.get(&path).await.ok().json;
        let what = format!("standing of {name}");
        self.same_word(&what, model.standing.word(), &state["standing"]);
        let held = amounts(oracle.books.all_of(&format!("user:{name}")));
        let shown =
            list(&state, "balances").map(|entry| (text(entry, "currency"), text(entry, "amount")));
        self.same(
            &format!("balances of {name}"),
            json!(held),
            json!(shown.collect::<BTreeMap<_, _>>()),
        );
        let owner = Some(Some(name.to_owned()));
        let open = oracle.deposits.iter();
        let open = open.filter(|(_, it)| it.owner == owner && it.is_open());
        let mut open: Vec<_> = open
            .map(|(key, it)| (driver.id(key), show(it.atoms)))
            .collect();
        let mut shown: Vec<_> = list(&state, "heldDeposits")
            .map(|entry| (text(entry, "id"), text(entry, "amount")))
            .collect();
        open.sort();
        shown.sort();
        self.same(
            &format!("open deposits of {name}"),
            json!(open),
            json!(shown),
        );
        if model.standing == Standing::Closed {
            return;
        }
        let what = format!("verification of {name}");
        self.same_word(&what, model.verification.word(), &state["verification"]);
        let cards = oracle.cards.iter().filter(|(_, card)| card.owner == name);
        let cards: BTreeMap<_, _> = cards
            .map(|(key, card)| (driver.id(key), card.state.word().to_uppercase()))
            .collect();
        let shown =
            list(&state, "cards").map(|entry| (text(entry, "cardId"), text(entry, "state")));
        self.same(
            &format!("cards of {name}"),
            json!(cards),
            json!(shown.collect::<BTreeMap<_, _>>()),
        );
        self.details(oracle, driver, name).await;
        self.limits(oracle, driver, name).await;
        if model.verification == Verification::Approved {
            let path = format!("/v1/user/balances/{name}");
            let answer = driver.partner.get(&path).await.ok().json;
            self.same(
                &format!("wire balances of {name}"),
                json!(held),
                json!(amounts(amounts_of(&answer))),
            );
            let path = format!("/v1/sepa-deposit/contacts/{name}");
            let owner = Some(name.to_owned());
            self.contacts(oracle, driver, &owner, &path).await;
        }
    }

    /// A card's number is shown as long as there is a card; of its secrets nothing is known here.
    async fn details(&mut self, oracle: &Oracle, driver: &Driver, name: &str) {
        for (key, card) in oracle.cards.iter().filter(|(_, card)| card.owner == name) {
            let path = format!("/v1/card/details/{name}/{}", driver.id(key));
            let answer = driver.partner.get(&path).await;
            let what = format!("details of {key}");
            if card.state == CardState::Deleted {
                self.same(&what, Some("P434"), answer.code());
            } else {
                let is_active = card.state == CardState::Active;
                let word = if is_active {
                    "ACTIVE"
                } else {
                    "LOCKED_BY_USER"
                };
                self.same(&what, word, answer.json["status"].clone());
            }
        }
    }

    async fn limits(&mut self, oracle: &Oracle, driver: &Driver, name: &str) {
        for (key, card) in &oracle.cards {
            // Most cards keep the limits that they were made with.
            let is_shown = card.owner == name && card.state != CardState::Deleted;
            if !is_shown || card.limits.daily[0] == 10_000 {
                continue;
            }
            let path = format!("/v1/card/limits/{name}/{}", driver.id(key));
            let shown = driver.partner.get(&path).await.ok().json;
            let model = wire_limits(&card.limits);
            for (field, model) in model.as_object().expect("limits by name") {
                let what = format!("{field} of {key}");
                self.same(&what, atoms(model), atoms(&shown[field]));
            }
        }
    }

    pub(super) async fn contacts(
        &mut self,
        oracle: &Oracle,
        driver: &Driver,
        owner: &Party,
        path: &str,
    ) {
        let answer = driver.partner.get(path).await.ok().json;
        let shown = list(&answer, "contacts").map(|it| (text(it, "iban"), text(it, "status")));
        let shown: BTreeMap<_, _> = shown.collect();
        let model = oracle.contacts.iter().filter(|((of, _), _)| of == owner);
        let model: BTreeMap<_, _> = model
            .map(|((_, number), word)| (persona::IBANS[*number], word.to_uppercase()))
            .collect();
        self.same(path, json!(model), json!(shown));
    }
}
