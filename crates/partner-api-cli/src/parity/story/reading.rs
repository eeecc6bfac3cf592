//! What can be found out by reading alone. Locks are made on the way; nothing moves by them, and they expire.

use std::collections::{BTreeMap, BTreeSet};

use partner_api::raw::OperationId::{self, *};
use partner_api::raw::types::operations::Method;
use partner_api::raw::types::words::{
    self, AccessDenied, INVALID_CURRENCY, Refusal, Rule, TRANSFER_NOT_FOUND, VALIDATION,
};
use partner_api::{Currency, Network, Timestamp};
use serde_json::Value;

use crate::parity::kit::{Ask, Kit, nobody, told};
use crate::parity::prober::{Body, Key};

pub(super) async fn play(kit: &mut Kit, user: Option<&str>) {
    access(kit).await;
    errors(kit).await;
    balances(kit).await;
    rates(kit).await;
    fees(kit).await;
    plain(kit).await;
    strangers(kit).await;
    let mut seen = history(kit, GetPartnerHistory, &[]).await;
    if let Some(user) = user {
        of_user(kit, user).await;
        seen.extend(history(kit, GetUserHistory, &[user]).await);
    }
    details(kit, &seen).await;
}

async fn access(kit: &mut Kit) {
    let path = GetPartnerBalances.operation().path;
    for (key, denied) in [
        (Key::None, AccessDenied::NoKey),
        (Key::Wrong, AccessDenied::WrongKey),
    ] {
        let asked = kit.ask_anything(Method::Get, path, &Body::None, key).await;
        if let Some(answer) = asked {
            let is_so = answer.status == 401 && AccessDenied::in_body(&answer.text) == Some(denied);
            kit.record
                .judge(format!("access:{}", denied.body()), is_so, told(&answer));
        }
    }
}

async fn errors(kit: &mut Kit) {
    let path = "/v1/parity/no-such-path";
    let asked = kit
        .ask_anything(Method::Get, path, &Body::None, Key::Own)
        .await;
    if let Some(answer) = asked {
        let is_so = answer.status == 404 && answer.code() == Some(VALIDATION.code);
        kit.record.judge("A1", is_so, told(&answer));
    }
    let ask = Ask::of(GetPartnerHistory).query("limit=0");
    kit.expect(&ask, &VALIDATION, Some("A2")).await;
    let long = "a".repeat(256);
    let about = [long.as_str()];
    let ask = Ask::of(GetUserBalances).about(&about);
    kit.expect(&ask, &VALIDATION, Some("A4")).await;
}

async fn balances(kit: &mut Kit) {
    let ask = Ask::of(GetPartnerBalances);
    let first = kit.get(&ask).await;
    let second = kit.get(&ask).await;
    let (Some(first), Some(second)) = (first, second) else {
        return;
    };
    let ids = |body: &Value| -> Vec<Value> {
        let all = ["fiatBalances", "cryptoBalances"].map(|kind| list(body, kind));
        all.concat().iter().map(|it| it["id"].clone()).collect()
    };
    let is_so = ids(&first) == ids(&second);
    kit.record
        .judge("A30", is_so, "two reads show different ids");
    let mut wrong = Vec::new();
    for balance in list(&first, "cryptoBalances") {
        let Some(currency) = balance["name"].as_str() else {
            continue;
        };
        let Some(known) = Currency::KNOWN.iter().find(|it| it.as_str() == currency) else {
            kit.record
                .find("get_partner_balances: a currency that the reference data lacks");
            continue;
        };
        let Some(networks) = balance["networkConfig"].as_object() else {
            continue;
        };
        let found: BTreeSet<String> = networks.keys().map(|it| it.to_lowercase()).collect();
        let ours = Network::of(*known).iter().map(ToString::to_string);
        if found != ours.collect() {
            wrong.push(known.to_string());
        }
    }
    kit.record.judge(
        "A66",
        wrong.is_empty(),
        format!("other networks for {}", wrong.join(", ")),
    );
}

async fn rates(kit: &mut Kit) {
    let mut currencies = Vec::new();
    for operation in [GetExchangeRates, GetPartnerExchangeRates, GetOrderRates] {
        let rates = kit.get(&Ask::of(operation)).await;
        let names = rates.as_ref().and_then(Value::as_object);
        currencies.extend(names.map(|it| it.keys().cloned().collect::<BTreeSet<_>>()));
    }
    if let [users, partners, orders] = currencies.as_slice() {
        let is_so = users == partners && users == orders;
        kit.record
            .judge("A36", is_so, "the three name different currencies");
    }
    if let Some(lock) = kit.get(&Ask::of(LockPartnerExchangeRate)).await {
        judge_span(kit, "A37", &lock, "createdAt", "validUntil", 40);
        judge_number(kit, "A38", &lock["feePercentage"], "1.49");
    }
}

/// Whether so many seconds lie between two moments of a body.
pub(super) fn judge_span(
    kit: &mut Kit,
    name: &str,
    body: &Value,
    from: &str,
    to: &str,
    seconds: i64,
) {
    let moment = |field: &str| body[field].as_str()?.parse::<Timestamp>().ok();
    if let (Some(from), Some(to)) = (moment(from), moment(to)) {
        let lasts = (to.millis() - from.millis()) / 1000;
        kit.record
            .judge(name, lasts == seconds, format!("it lasts {lasts} seconds"));
    }
}

/// Whether a number is this one.
pub(super) fn judge_number(kit: &mut Kit, name: &str, value: &Value, expected: &str) {
    if let Some(number) = value.as_number() {
        let is_so = number.to_string() == expected;
        kit.record.judge(name, is_so, format!("it is {number}"));
    }
}

async fn fees(kit: &mut Kit) {
    let mut fee = async |operation: OperationId, query: &str| {
        let fee = kit.get(&Ask::of(operation).query(query)).await;
        fee.map(|fee| fee["networkFee"].clone())
    };
    let usual = fee(GetNetworkFee, "currency=usdc").await;
    let ethereum = fee(GetNetworkFee, "currency=usdc&network=ethereum").await;
    let again = fee(GetNetworkFee, "currency=usdc").await;
    fee(GetNetworkFee, "currency=usdc&network=polygon").await;
    fee(GetPartnerNetworkFee, "currency=btc").await;
    // The fee may move between two reads; that it stood still shows in the third.
    if ethereum.is_some() && [&usual, &again].contains(&&ethereum) {
        kit.record.confirm("A53");
    } else if ethereum.is_some() && usual.is_some() && usual == again {
        kit.record.refute("A53", "the fee is not that of ethereum");
    } else {
        kit.record.leave_open(
            "A53",
            "the fee moved while it was read, or could not be read",
        );
    }
    let ask = Ask::of(GetNetworkFee).query("currency=zzz");
    kit.expect(&ask, &INVALID_CURRENCY, Some("A52")).await;
}

/// Reads of the partner's own that have nothing to be told apart by.
async fn plain(kit: &mut Kit) {
    for operation in [GetPartnerSepaDepositInfo, ListPartnerSepaContacts] {
        kit.succeed(&Ask::of(operation)).await;
    }
}

/// Asks about users and things that are not there.
async fn strangers(kit: &mut Kit) {
    let (one, other) = (nobody(), nobody());
    let user = words::error_for(Rule::UserMustExist);
    for operation in [
        GetUserBalances,
        GetUserHistory,
        ListCards,
        LockExchangeRate,
        GetUserSepaDepositInfo,
        ListUserSepaContacts,
    ] {
        let about = [one.as_str()];
        kit.expect(&Ask::of(operation).about(&about), user, Some("A7"))
            .await;
    }
    for operation in [GetCard, GetCardLimits] {
        let about = [one.as_str(), other.as_str()];
        kit.expect(&Ask::of(operation).about(&about), user, Some("A7"))
            .await;
    }
    let missing: [(OperationId, &Refusal); 9] = [
        (GetTransfer, &TRANSFER_NOT_FOUND),
        (GetExchange, words::error_for(Rule::ExchangeMustExist)),
        (
            GetPartnerExchange,
            words::error_for(Rule::ExchangeMustExist),
        ),
        (GetSepaTransfer, words::error_for(Rule::PayoutMustExist)),
        (GetCryptoDeposit, words::error_for(Rule::DepositMustExist)),
        (GetWithdrawal, words::error_for(Rule::WithdrawalMustExist)),
        (
            GetPartnerWithdrawal,
            words::error_for(Rule::WithdrawalMustExist),
        ),
        (GetOrder, words::error_for(Rule::OrderMustExist)),
        (GetPaymentLink, words::error_for(Rule::PaymentLinkMustExist)),
    ];
    for (operation, refusal) in missing {
        let about = [one.as_str()];
        kit.expect(&Ask::of(operation).about(&about), refusal, None)
            .await;
    }
    let kyc = words::error_for(Rule::KycMustExist);
    let about = [one.as_str()];
    kit.expect(&Ask::of(GetKycStatus).about(&about), kyc, None)
        .await;
    let about = [one.as_str(), other.as_str()];
    kit.ask(&Ask::of(OpenKycVerification).about(&about)).await;
}

/// Reads of a user who is there. Card numbers are not read.
async fn of_user(kit: &mut Kit, user: &str) {
    let about = [user];
    for operation in [
        GetUserBalances,
        GetUserSepaDepositInfo,
        ListUserSepaContacts,
        LockExchangeRate,
    ] {
        kit.succeed(&Ask::of(operation).about(&about)).await;
    }
    let cards = kit.get(&Ask::of(ListCards).about(&about)).await;
    let card = cards.and_then(|body| {
        let cards = list(&body, "cards");
        let used = cards.iter().find(|it| it["status"] != "DELETED")?;
        used["cardId"].as_str().map(str::to_owned)
    });
    if let Some(card) = card {
        let about = [user, card.as_str()];
        kit.succeed(&Ask::of(GetCardLimits).about(&about)).await;
    }
}

/// Reads a history; gives an id of each kind of movement that it names.
async fn history(
    kit: &mut Kit,
    operation: OperationId,
    about: &[&str],
) -> BTreeMap<String, String> {
    let mut seen = BTreeMap::new();
    let ask = Ask::of(operation).about(about);
    if let Some(first) = kit.get(&ask.clone().query("limit=2")).await {
        paging(kit, &ask, &first).await;
    }
    let too_many = ask.clone().query("limit=101");
    kit.expect(&too_many, &VALIDATION, Some("A26")).await;
    let most = kit.ask(&ask.clone().query("limit=100")).await;
    kit.judge_success("A26", operation, most.as_ref());
    let Some(page) = most.and_then(|it| it.json) else {
        return seen;
    };
    let entries = list(&page, "transactions");
    let moments: Vec<&str> = entries
        .iter()
        .filter_map(|it| it["createdAt"].as_str())
        .collect();
    match (moments.first(), moments.last()) {
        (Some(first), Some(last)) if first != last => {
            kit.record.judge(
                "A25",
                last < first && moments.is_sorted_by(|a, b| b <= a),
                "older entries come first",
            );
        }
        _ => kit
            .record
            .leave_open("A25", "a history in which nothing happened at two times"),
    }
    for entry in entries {
        if let (Some(kind), Some(id)) = (entry["type"].as_str(), entry["reference"].as_str()) {
            seen.entry(kind.to_owned()).or_insert_with(|| id.to_owned());
        }
    }
    seen
}

async fn paging(kit: &mut Kit, ask: &Ask<'_>, first: &Value) {
    let Some(cursor) = first["nextCursor"].as_str() else {
        kit.record.leave_open("A27", "a history of one page");
        return;
    };
    let query = format!("limit=2&cursor={cursor}");
    let second = kit.get(&ask.clone().query(&query)).await;
    let Some(second) = second else {
        kit.record
            .refute("A27", "the page that nextCursor names cannot be read");
        return;
    };
    let ids = |page: &Value| -> Vec<String> {
        let each = list(page, "transactions");
        each.iter().map(|it| it["id"].to_string()).collect()
    };
    let (first, second) = (ids(first), ids(&second));
    let is_so = !second.is_empty() && second.iter().all(|id| !first.contains(id));
    kit.record.judge(
        "A27",
        is_so,
        "the second page is empty, or repeats the first",
    );
}

/// Reads what a history refers to.
async fn details(kit: &mut Kit, seen: &BTreeMap<String, String>) {
    for (kind, operations) in [
        ("INTERNAL_TRANSFER", &[GetTransfer][..]),
        ("SEPA_TRANSFER", &[GetSepaTransfer]),
        ("EXCHANGE", &[GetExchange, GetPartnerExchange]),
        ("CRYPTO_DEPOSIT", &[GetCryptoDeposit]),
        ("CRYPTO_WITHDRAWAL", &[GetWithdrawal, GetPartnerWithdrawal]),
        ("ORDER", &[GetOrder]),
        ("PAYMENT_LINK", &[GetPaymentLink]),
    ] {
        if let Some(id) = seen.get(kind) {
            let about = [id.as_str()];
            // Whether it is a user's or the partner's, the history does not say.
            for operation in operations {
                kit.ask(&Ask::of(*operation).about(&about)).await;
            }
        }
    }
}

/// The entries of a list in a body; none where there is no list.
pub(super) fn list(body: &Value, field: &str) -> Vec<Value> {
    body[field].as_array().cloned().unwrap_or_default()
}
