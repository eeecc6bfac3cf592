//! Histories: every movement once, in the order of the decisions that made it, with its moment and what moved it.

use serde_json::Value;

use super::{Findings, atoms, list, moment, text};
use crate::{
    driver::Driver,
    oracle::{Line, Oracle, Standing, Verification, show},
};

impl Findings {
    pub(super) async fn histories(&mut self, oracle: &Oracle, driver: &Driver) {
        let path = "/v1/partner/transaction-history";
        self.history(oracle, driver, "partner", path).await;
        for (name, user) in &oracle.users {
            let is_shown =
                user.standing != Standing::Closed && user.verification == Verification::Approved;
            if is_shown {
                let path = format!("/v1/user/transaction-history/{name}");
                let account = format!("user:{name}");
                self.history(oracle, driver, &account, &path).await;
            }
        }
    }

    async fn history(&mut self, oracle: &Oracle, driver: &Driver, account: &str, path: &str) {
        let lines: Vec<_> = oracle.books.history(account).collect();
        // Pages of different lengths, so that a decision may be cut anywhere.
        let entries = entries(driver, path, 2 + lines.len() % 7).await;
        let shown: Vec<_> = entries.iter().map(|entry| shown(entry, driver)).collect();
        // The newest decision comes first; what one decision moved is in no promised order.
        let mut model = Vec::new();
        for decision in lines
            .chunk_by(|one, other| one.decision == other.decision)
            .rev()
        {
            let place = model.len();
            let theirs = shown.get(place..place + decision.len()).unwrap_or_default();
            let mut rows: Vec<_> = decision.iter().map(|line| told(line, driver)).collect();
            rows.sort_by_key(|row| theirs.iter().position(|shown| shown == row));
            model.extend(rows);
        }
        self.same(&format!("history of {account}"), model, shown);
    }
}

/// The whole history, page by page, newest first.
async fn entries(driver: &Driver, path: &str, limit: usize) -> Vec<Value> {
    let mut all = Vec::new();
    let mut next = String::new();
    loop {
        let page = format!("{path}?limit={limit}{next}");
        let page = driver.partner.get(&page).await.ok().json;
        all.extend(list(&page, "transactions").cloned());
        match page.get("nextCursor").and_then(Value::as_str) {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return all,
        }
    }
}

fn told(line: &Line, driver: &Driver) -> String {
    // Only what stories name has an id that is known here.
    let of = driver.known().get(&line.of).map_or("-", |id| id);
    let (why, currency) = (line.why, &line.currency);
    let at = since(line.at, why);
    format!("{at} {why} {} {currency} {of}", show(line.atoms))
}

fn shown(entry: &Value, driver: &Driver) -> String {
    let (why, currency) = (text(entry, "type"), text(entry, "currency"));
    let at = since(moment(&entry["createdAt"]), &why);
    let amount = text(entry, "amount");
    let sign = if amount.starts_with('-') { "-" } else { "" };
    let amount = atoms(&amount.trim_start_matches('-').into());
    let of = entry.get("reference").and_then(Value::as_str);
    let of = of.filter(|of| driver.known().values().any(|id| id == of));
    format!(
        "{at} {why} {sign}{} {currency} {}",
        show(amount),
        of.unwrap_or("-")
    )
}

/// The funds were there before anybody looked at the clock.
fn since(at: i64, why: &str) -> i64 {
    if why == "FUNDING" { 0 } else { at }
}
