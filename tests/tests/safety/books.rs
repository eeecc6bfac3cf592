//! What is compared in the end: the journal's file, read with SQL, and the provider's records, read with a plain client.

use std::{collections::BTreeMap, path::Path, time::Duration};

use partner_api_tests::{
    movements::{Kind, Movement, USERS},
    process::Process,
};
use serde_json::Value;

/// Whether a movement is what was meant; the provider does not show whose title a payout has.
pub(crate) fn is_same(meant: &Movement, found: &Movement) -> bool {
    let kind = match meant.kind {
        Kind::PayOut => Kind::TitledPayOut,
        other => other,
    };
    let meant = Movement {
        kind,
        ..meant.clone()
    };
    meant == *found
}

/// A payout for which there was not enough money is accepted all the same, and fails without having moved anything.
pub(crate) async fn is_failed_payout(sandbox: &Process, meant: &Movement, reference: &str) -> bool {
    if !matches!(meant.kind, Kind::PayOut | Kind::TitledPayOut) {
        return false;
    }
    let path = format!("/v1/sepa-transfer/details/{reference}");
    let owner = meant.source.as_deref();
    loop {
        let it = sandbox.driver.partner.get(&path).await.ok().json;
        // The provider decides soon, one way or the other.
        if it["status"] != "PENDING" {
            let is_meant = is_same(meant, &movement(Kind::TitledPayOut, owner, &it));
            return it["status"] == "FAILED" && is_meant;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// How a movement ended, by the journal.
#[derive(Debug)]
pub(crate) enum Ended {
    Done(String),
    Refused,
    Unresolved,
}

/// What the journal's file says under each key, read without the SDK.
pub(crate) fn read_journal(dir: &Path) -> BTreeMap<String, Ended> {
    let path = dir.join("journal.db");
    if !path.exists() {
        return BTreeMap::new();
    }
    let file = rusqlite::Connection::open(path).expect("the journal's file opens");
    let select = "SELECT request_key, conclusion FROM entries WHERE holds_key = 1";
    let mut statement = file.prepare(select).expect("the table is there");
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let rows = statement.query_map([], read).expect("rows");
    let mut ended = BTreeMap::new();
    for row in rows {
        let (key, conclusion): (String, Option<String>) = row.expect("a row");
        let conclusion = conclusion.unwrap_or_else(|| "{}".to_owned());
        let conclusion: Value = serde_json::from_str(&conclusion).expect("JSON");
        let end = match conclusion["conclusion"].as_str() {
            Some("done") => {
                let reference = conclusion["reference"].as_object().expect("a reference");
                let id = reference.values().next().and_then(Value::as_str);
                Ended::Done(id.expect("an id").to_owned())
            }
            Some("refused") => Ended::Refused,
            _ => Ended::Unresolved,
        };
        ended.insert(key, end);
    }
    ended
}

/// Every movement in the provider's records, by its id.
pub(crate) async fn movements_of(sandbox: &Process) -> BTreeMap<String, Movement> {
    let partner = &sandbox.driver.partner;
    let mut made = BTreeMap::new();
    for user in USERS {
        let listed = partner.get(&format!("/v1/card/all/{user}")).await.ok().json;
        for card in listed["cards"].as_array().expect("a list") {
            let card = card["cardId"].as_str().expect("an id").to_owned();
            made.insert(card, Movement::of_card(user));
        }
    }
    let owners = USERS.iter().map(|user| Some(*user)).chain([None]);
    for owner in owners {
        let path = match owner {
            Some(user) => format!("/v1/user/transaction-history/{user}"),
            None => "/v1/partner/transaction-history".to_owned(),
        };
        let mut cursor = String::new();
        loop {
            let page = partner
                .get(&format!("{path}?limit=100{cursor}"))
                .await
                .ok()
                .json;
            for entry in page["transactions"].as_array().expect("a list") {
                let (kind, reference) = (&entry["type"], entry["reference"].as_str());
                let (kind, details) = match kind.as_str().expect("a type") {
                    "INTERNAL_TRANSFER" => (Kind::Transfer, "/v1/transfer/details/"),
                    "SEPA_TRANSFER" => (Kind::TitledPayOut, "/v1/sepa-transfer/details/"),
                    "EXCHANGE" => (Kind::Exchange, "/v1/exchange/details/"),
                    "CRYPTO_WITHDRAWAL" => (Kind::Withdrawal, "/v1/crypto-withdrawal/details/"),
                    _ => continue,
                };
                let reference = reference.expect("a movement has an id");
                if made.contains_key(reference) {
                    continue;
                }
                let it = partner
                    .get(&format!("{details}{reference}"))
                    .await
                    .ok()
                    .json;
                made.insert(reference.to_owned(), movement(kind, owner, &it));
            }
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
    }
    made
}

fn movement(kind: Kind, owner: Option<&str>, it: &Value) -> Movement {
    let text = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    let (source, destination) = match kind {
        Kind::Transfer => (
            text(&it["sourceExternalUserId"]),
            text(&it["destinationExternalUserId"]),
        ),
        _ => (owner.map(str::to_owned), None),
    };
    let (amount, currency) = match kind {
        Kind::Exchange => (&it["amountFrom"], &it["currencyFrom"]),
        _ => (&it["amount"], &it["currency"]),
    };
    let amount = text(amount).expect("an amount");
    let amount = match amount.contains('.') {
        true => amount
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned(),
        false => amount,
    };
    Movement {
        kind,
        source,
        destination,
        amount,
        currency: text(currency).expect("a currency"),
        into: match kind {
            Kind::Exchange => text(&it["currencyTo"]),
            _ => None,
        },
    }
}
