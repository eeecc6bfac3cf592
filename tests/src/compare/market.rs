//! The market: what is set, how it wanders, and what locks and quotes keep of it.

use serde_json::json;

use super::{Findings, atoms, list, moment, text};
use crate::{
    driver::{Driver, rates},
    oracle::{Oracle, Rates, show},
};

impl Findings {
    pub(super) async fn market(&mut self, oracle: &Oracle, driver: &Driver) {
        let market = &oracle.market;
        for absurd in &market.absurd {
            self.0
                .push(format!("the market says what it cannot: {absurd}"));
        }
        let shown = driver.control.get("/rates").await.ok().json;
        let set = list(&shown, "rates").filter(|rate| rate["set"] == true);
        let set: Rates = set
            .map(|rate| (text(rate, "currency"), atoms(&rate["rate"])))
            .collect();
        self.same("rates that are set", json!(market.set), json!(set));
        let how = json!([market.seed, market.spread]);
        let shown_how = json!([shown["seed"], shown["spreadBasisPoints"]]);
        self.same("how rates wander", how, shown_how);
        let frozen = shown.get("frozenAt").map(moment);
        self.same("where the market stands still", market.frozen, frozen);
        // Whoever asks is told the same.
        let all: Rates = list(&shown, "rates")
            .map(|rate| (text(rate, "currency"), atoms(&rate["rate"])))
            .collect();
        for path in ["/v1/exchange/get-rate", "/v1/partner/exchange/get-rate"] {
            let told = driver.partner.get(path).await.ok().json;
            self.same(path, json!(all), json!(rates(&told)));
        }
        for (key, kept) in &driver.rates {
            let model = oracle.locks.get(key).map(|lock| shown_rates(&lock.rates));
            let kept = shown_rates(kept);
            self.same(&format!("rates of {key}"), json!(model), json!(kept));
        }
    }
}

fn shown_rates(rates: &Rates) -> Vec<String> {
    let rates = rates.iter();
    rates
        .map(|(currency, rate)| format!("{currency} {}", show(*rate)))
        .collect()
}
