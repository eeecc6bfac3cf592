//! Differences to find, one a row.

use partner_api::raw::OperationId::{self, *};
use serde_json::{Value, json};

use super::super::record::{Record, Verdict};
use super::tampering::{Call, Reply};

/// Something that a provider might do otherwise.
pub(super) struct Plant {
    /// The assumption that it refutes; or, after `finding:`, a part of what is found.
    pub(super) expected: &'static str,
    /// Which calls it concerns.
    pub(super) concerns: fn(&Call) -> bool,
    /// What it answers instead.
    pub(super) change: fn(&Call, &mut Reply),
}

impl std::fmt::Debug for Plant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.expected)
    }
}

impl Plant {
    pub(super) fn is_reported_in(&self, record: &Record) -> bool {
        match self.expected.strip_prefix("finding:") {
            Some(part) => record
                .findings()
                .iter()
                .any(|finding| finding.contains(part)),
            None => matches!(record.verdict(self.expected), Some(Verdict::Refuted(_))),
        }
    }
}

/// Would be in the report if anything of an answer were.
pub(super) const CANARY: &str = "canary-9f3a";

/// Every field is of another kind, and there is one more.
pub(super) const EVERYTHING: Plant = Plant {
    expected: "",
    concerns: |_| true,
    change: |_, reply| spoil(&mut reply.body),
};

fn spoil(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(spoil);
            fields.insert(format!("x{CANARY}"), json!(CANARY));
        }
        Value::Array(items) => items.iter_mut().for_each(spoil),
        Value::String(text) => *text = format!("{text}{CANARY}"),
        Value::Number(_) => *value = json!(CANARY),
        _ => {}
    }
}

fn is(call: &Call, operation: OperationId) -> bool {
    call.operation == Some(operation)
}

/// A call that succeeds.
fn done(call: &Call, operation: OperationId) -> bool {
    is(call, operation) && call.status < 300
}

/// A call that is refused.
fn refused(call: &Call, operation: OperationId) -> bool {
    is(call, operation) && 400 <= call.status
}

fn refuse(reply: &mut Reply, status: u16, code: &str) {
    *reply = Reply {
        status,
        body: json!({ "errorCode": code }),
    };
}

fn succeed(reply: &mut Reply) {
    *reply = Reply {
        status: 200,
        body: json!({}),
    };
}

const fn plant(
    expected: &'static str,
    concerns: fn(&Call) -> bool,
    change: fn(&Call, &mut Reply),
) -> Plant {
    Plant {
        expected,
        concerns,
        change,
    }
}

#[rustfmt::skip] // a table is read by its columns
pub(super) const PLANTS: &[Plant] = &[
    // Errors.
    plant("A1", |it| it.operation.is_none(), |_, reply| reply.body = json!({ "statusCode": 404 })),
    plant("A2", |it| is(it, GetPartnerHistory) && it.query == "limit=0", |_, reply| refuse(reply, 400, "P499")),
    plant("A3", |it| it.body == "no JSON", |_, reply| refuse(reply, 400, "P499")),
    plant("A4", |it| refused(it, GetUserBalances) && it.before == 0, |_, reply| refuse(reply, 400, "P412")),
    plant("access:Access Denied. xo1", |it| it.status == 401, |_, reply| reply.status = 403),

    // Account management.
    plant("A7", |it| refused(it, ListCards), |_, reply| *reply = Reply { status: 200, body: json!({ "cards": [] }) }),
    plant("A8", |it| refused(it, DeleteUser), |it, reply| if 0 < it.before { refuse(reply, 400, "P413") }),
    plant("A9", |it| refused(it, CreateUser) && it.body.len() > 2, |it, reply| if it.before == 1 { succeed(reply) }),
    plant("A10", |it| refused(it, GetUserBalances), |_, reply| refuse(reply, 400, "P412")),
    plant("A11", |it| is(it, UpdateUser) && it.body.contains("country"), |_, reply| succeed(reply)),
    plant("A12", |it| is(it, UpdateUser) && it.body.contains("lastName"), |_, reply| succeed(reply)),
    plant("A13", |it| is(it, UpdateUser) && it.body.contains("noSuchField"), |_, reply| succeed(reply)),
    plant("A14", |it| refused(it, AddUserVerification) && it.body.len() > 2, |_, reply| succeed(reply)),
    plant("A15", |it| done(it, SuspendUser), |it, reply| if it.before == 1 { refuse(reply, 400, "P455") }),
    plant("A16", |it| done(it, UnsuspendUser), |it, reply| if it.before == 1 { refuse(reply, 400, "P456") }),
    plant("A17", |it| done(it, GetUserBalances), |it, reply| if it.before == 2 { refuse(reply, 400, "P455") }),
    plant("A18", |it| refused(it, LockExchangeRate), |it, reply| if 0 < it.before { succeed(reply) }),
    plant("A19", |it| done(it, CreateTransfer), |_, reply| refuse(reply, 400, "P455")),
    plant("A21", |it| done(it, SuspendUser), |it, reply| if it.before == 2 { refuse(reply, 400, "P454") }),

    // Balances.
    plant("A25", |it| done(it, GetPartnerHistory), |_, reply| backwards(reply)),
    plant("A26", |it| is(it, GetPartnerHistory) && it.query == "limit=101", |_, reply| succeed(reply)),
    plant("A27", |it| is(it, GetPartnerHistory) && it.query.contains("cursor"), |_, reply| reply.body["transactions"] = json!([])),
    plant("A28", |it| done(it, GetUserHistory), |_, reply| halve(reply)),
    plant("A29", |it| done(it, GetUserHistory), |_, reply| each(reply, |entry| entry["reference"] = json!("other"))),
    plant("A30", |it| done(it, GetPartnerBalances), |it, reply| set(reply, "/fiatBalances/0/id", json!(it.before.to_string()))),
    plant("A31", |it| done(it, CreatePartnerWallet), |it, reply| reply.body["wallet"] = json!(it.before.to_string())),
    plant("A66", |it| done(it, GetPartnerBalances), |_, reply| set(reply, "/cryptoBalances/0/networkConfig", json!({}))),

    // Transfers and exchange.
    plant("A32", |it| done(it, GetTransfer), |_, reply| reply.body["status"] = json!("PENDING")),
    plant("A33", |it| refused(it, CreateTransfer), |_, reply| if reply.body["errorCode"] == "P480" { succeed(reply) }),
    plant("A34", |it| done(it, GetTransfer), |_, reply| reply.body["sourceExternalUserId"] = json!("master")),
    plant("A36", |it| done(it, GetOrderRates), |_, reply| reply.body = json!({ "eur": 1 })),
    plant("A37", |it| done(it, LockPartnerExchangeRate), |_, reply| reply.body["validUntil"] = reply.body["createdAt"].clone()),
    plant("A38", |it| done(it, LockPartnerExchangeRate), |_, reply| reply.body["feePercentage"] = json!(1.5)),

    // Cards.
    plant("A44", |it| done(it, GetCardLimits), |_, reply| reply.body["dailyTrxAtm"] = json!(500)),
    plant("A45", |it| done(it, DeleteCard), |it, reply| if it.before == 1 { refuse(reply, 400, "P434") }),
    plant("A46", |it| refused(it, UpdateCardPin), |_, reply| if reply.body["errorCode"] == "P455" { succeed(reply) }),
    plant("A47", |it| refused(it, UpdateCardLimits) && it.body.len() > 2, |_, reply| succeed(reply)),
    plant("A48", |it| done(it, ListCards), |_, reply| if reply.body.pointer("/cards/0/status") == Some(&json!("DELETED")) { reply.body["cards"] = json!([]) }),

    // Crypto, orders, links, onboarding.
    plant("A52", |it| refused(it, GetNetworkFee), |_, reply| refuse(reply, 400, "P403")),
    plant("A53", |it| is(it, GetNetworkFee) && it.query == "currency=usdc", |_, reply| reply.body["networkFee"] = json!(77)),
    plant("A57", |it| done(it, LockOrderRate), |_, reply| reply.body["expiresAt"] = json!("2026-01-01T00:00:00.000Z")),
    plant("A58", |it| refused(it, CreateOrder), |_, reply| if reply.body["errorCode"] == "P492" { succeed(reply) }),
    plant("A61", |it| done(it, GetPaymentLink), |_, reply| reply.body["expiresAt"] = reply.body["createdAt"].clone()),
    plant("A63", |it| refused(it, CreateKycVerification) && it.body.len() > 2, |_, reply| succeed(reply)),
    plant("A64", |it| done(it, AddUserVerification), |_, reply| refuse(reply, 400, "P601")),
    plant("A67", |it| done(it, AddKycFiles), |_, reply| refuse(reply, 400, "P403")),
    plant("A76", |it| is(it, AddUserVerification) && it.body.contains("expiryDate"), |_, reply| succeed(reply)),
    plant("A78", |it| refused(it, AddKycFiles), |_, reply| if reply.body["errorCode"] == "P426" { succeed(reply) }),
    plant("code:P211 poa_must_not_be_pending", |it| done(it, AddPoaFiles), |it, reply| if it.before == 1 { succeed(reply) }),
    plant("A65", |it| refused(it, GetKycStatus), |it, reply| if 0 < it.before { succeed(reply) }),

    // Paths, shapes and codes.
    plant("path:suspend_user", |it| is(it, SuspendUser), |_, reply| *reply = Reply { status: 404, body: json!({ "statusCode": 404 }) }),
    plant("path:get_partner_history", |it| is(it, GetPartnerHistory), |_, reply| *reply = Reply { status: 405, body: Value::Null }),
    plant("shape:TransferStatus", |it| done(it, GetTransfer), |_, reply| reply.body["status"] = json!("DONE")),
    plant("shape:Transfer", |it| done(it, GetTransfer), |_, reply| forget(&mut reply.body, "createdAt")),
    plant("shape:NetworkFee", |it| done(it, GetPartnerNetworkFee), |_, reply| reply.body["networkFee"] = json!("0.1")),
    plant("shape:HistoryEntryType", |it| done(it, GetUserHistory), |_, reply| each(reply, |entry| entry["type"] = json!("GIFT"))),
    plant("shape:PaymentLinkTransaction", |it| done(it, GetPaymentLink), |_, reply| each(reply, |payment| forget(payment, "amountInEur"))),
    plant("shape:UpdateUserRequest", |it| done(it, UpdateUser), |_, reply| refuse(reply, 400, "P403")),
    plant("shape:Balances", |it| done(it, GetPartnerBalances), |_, reply| reply.body = json!({ "balances": [] })),
    plant("code:P494 transfer-not-found", |it| refused(it, GetTransfer), |_, reply| refuse(reply, 404, "P999")),
    plant("code:P428 payout_must_exist", |it| refused(it, GetSepaTransfer), |_, reply| reply.status = 400),
    plant("code:P411 user_id_must_be_unused", |it| refused(it, CreateUser) && it.body.len() > 2, |_, reply| refuse(reply, 400, "P409")),
    plant("finding:the field memo is not specified", |it| done(it, GetSepaTransfer), |_, reply| reply.body["memo"] = json!("x")),
    plant("finding:P999, which is not in the catalogue", |it| refused(it, GetOrder), |_, reply| refuse(reply, 404, "P999")),
    plant("finding:HTTP 200, which is not specified", |it| done(it, CreateTransfer), |_, reply| reply.status = 200),
    plant("finding:P433 is called invalid-user", |it| refused(it, CreateTransfer), |_, reply| if reply.body["errorCode"] == "P433" { reply.body["errorName"] = json!("invalid-user") }),
    plant("finding:without JSON", |it| refused(it, GetOrder), |_, reply| reply.body = json!("<html>")),
];

fn each(reply: &mut Reply, change: fn(&mut Value)) {
    let entries = reply.body["transactions"].as_array_mut();
    entries.into_iter().flatten().for_each(change);
}

fn set(reply: &mut Reply, place: &str, to: Value) {
    if let Some(value) = reply.body.pointer_mut(place) {
        *value = to;
    }
}

fn backwards(reply: &mut Reply) {
    if let Some(entries) = reply.body["transactions"].as_array_mut() {
        entries.reverse();
    }
}

fn halve(reply: &mut Reply) {
    each(reply, |entry| entry["amount"] = json!("0.5"));
}

fn forget(body: &mut Value, field: &str) {
    if let Some(fields) = body.as_object_mut() {
        fields.remove(field);
    }
}
