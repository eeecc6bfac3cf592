//! What takes a user who is made for the purpose. First everything is asked of nobody, so that nothing can come of it.

use std::time::Duration;

use partner_api::Timestamp;
use partner_api::raw::OperationId::{self, *};
use partner_api::raw::types::operations::Method;
use partner_api::raw::types::words::{self, Rule, VALIDATION};
use serde_json::{Value, json};

use super::{Allowed, money};
use crate::parity::kit::{Ask, Kit, nobody, told};
use crate::parity::prober::{Body, Key};
use crate::parity::record;

/// How often to look whether a verification is decided.
const LOOK: Duration = Duration::from_millis(500);

pub(super) async fn play(kit: &mut Kit, allowed: &Allowed) {
    of_nobody(kit).await;
    lasting(kit).await;
    let user = format!("parity-{}", nobody());
    if !create(kit, &user).await {
        return;
    }
    updates(kit, &user).await;
    files(kit, &user).await;
    let is_active = verify(kit, &user, allowed.wait_seconds).await;
    if is_active {
        refusals(kit, &user).await;
    }
    if allowed.fees {
        hosted(kit, &user).await;
    }
    let was_suspended = suspend(kit, &user, is_active).await;
    let may_close = match (&allowed.money, is_active) {
        (Some(amount), true) => money::play(kit, &user, amount, was_suspended).await,
        (Some(_), false) => {
            kit.record
                .find("no money was moved: the user was not verified in time");
            true
        }
        (None, _) => true,
    };
    if may_close {
        close(kit, &user).await;
    } else {
        kit.record
            .left_behind
            .push(format!("user {user}, who may hold money"));
    }
}

/// Asks every change of users and things that are not there, or with a body that says nothing.
async fn of_nobody(kit: &mut Kit) {
    let (one, other) = (nobody(), nobody());
    let user = words::error_for(Rule::UserMustExist);
    let about = [one.as_str()];
    let city = json!({ "city": "Warszawa" });
    let named = json!({ "externalUserId": one, "cardId": other });
    for ask in [
        Ask::of(UpdateUser).about(&about).with(city),
        Ask::of(DeleteUser).about(&about),
        Ask::of(SuspendUser).about(&about),
        Ask::of(UnsuspendUser).about(&about),
        Ask::of(BlockCard).with(named.clone()),
        Ask::of(UnblockCard).with(named.clone()),
        Ask::of(DeleteCard).with(named),
    ] {
        kit.expect(&ask, user, None).await;
    }
    for operation in [
        CreateUser,
        AddUserVerification,
        AddKycFiles,
        AddPoaFiles,
        CreateKycVerification,
        CreateExchange,
        CreateSepaTransfer,
        CreateCard,
        UpdateCardPin,
        UpdateCardLimits,
        CreatePartnerWallet,
        CreateMasterTransfer,
        CreatePartnerExchange,
        CreatePartnerSepaTransfer,
        CreateWithdrawal,
        CreatePartnerWithdrawal,
        LockOrderRate,
        CreatePaymentLink,
        CreateHostedCheckout,
    ] {
        let ask = Ask::of(operation).about(&about).with(json!({}));
        kit.expect(&ask, &VALIDATION, None).await;
    }
    // Without a source and a destination nothing can move.
    let sides = words::error_for(Rule::SourceOrDestinationMustBeGiven);
    let body = json!({ "amount": "1", "currency": "eur" });
    kit.expect(&Ask::of(CreateTransfer).with(body), sides, None)
        .await;
    let lock = words::error_for(Rule::LockMustExist);
    let body = json!({ "lockId": one });
    kit.expect(&Ask::of(CreateOrder).with(body), lock, None)
        .await;
    let deposit = words::error_for(Rule::DepositMustExist);
    let body = json!({ "walletType": "SELF_CUSTODY", "details": { "iAmOwnerOfWallet": true } });
    kit.expect(
        &Ask::of(UpdateTravelRule).about(&about).with(body),
        deposit,
        None,
    )
    .await;

    let path = CreateTransfer.operation().path;
    let body = Body::Text("no JSON");
    let asked = kit.ask_anything(Method::Post, path, &body, Key::Own).await;
    kit.judge(CreateTransfer, asked.as_ref(), &VALIDATION, Some("A3"));
}

/// What is no user's, costs nothing, and expires or stays the same.
async fn lasting(kit: &mut Kit) {
    let ask = Ask::of(CreatePartnerWallet).with(json!({ "currency": "btc" }));
    let first = kit.get(&ask).await;
    let second = kit.get(&ask).await;
    if let (Some(first), Some(second)) = (first, second) {
        let is_so = first["wallet"] == second["wallet"];
        kit.record
            .judge("A31", is_so, "the second address is another one");
    }
    // A lock for an order does not say when it was made; another lock, made just before, does.
    let before = kit.get(&Ask::of(LockPartnerExchangeRate)).await;
    let body = json!({ "currency": "usdc", "amount": "10", "network": "polygon" });
    let lock = kit.get(&Ask::of(LockOrderRate).with(body)).await;
    if let (Some(before), Some(lock)) = (before, lock) {
        let moment = |value: &Value| value.as_str()?.parse::<Timestamp>().ok();
        let (made, ends) = (moment(&before["createdAt"]), moment(&lock["expiresAt"]));
        if let (Some(made), Some(ends)) = (made, ends) {
            let lasts = (ends.millis() - made.millis()) / 1000;
            let is_so = (40..=50).contains(&lasts);
            kit.record
                .judge("A57", is_so, format!("it lasts about {lasts} seconds"));
        }
    }
}

async fn create(kit: &mut Kit, user: &str) -> bool {
    let ask = Ask::of(CreateUser).with(person(user));
    if kit.succeed(&ask).await.is_none() {
        return false;
    }
    let taken = words::error_for(Rule::UserIdMustBeUnused);
    kit.expect(&ask, taken, None).await;
    let unverified = words::error_for(Rule::UserMustBeVerified);
    let about = [user];
    let ask = Ask::of(GetUserBalances).about(&about);
    kit.expect(&ask, unverified, Some("A10")).await;
    true
}

fn person(user: &str) -> Value {
    json!({
        "externalUserId": user, "email": format!("{user}@example.com"), "phone": "48601234567",
        "firstName": "Parity", "lastName": "Check", "birthDate": "1990-01-01", "street": "Prosta", "number": "1",
        "city": "Warszawa", "postCode": "00-838", "country": "PL", "citizenship": "PL", "hasAcceptedP100Tc": true,
    })
}

async fn updates(kit: &mut Kit, user: &str) {
    let about = [user];
    let ask = |body: Value| Ask::of(UpdateUser).about(&about).with(body);
    kit.succeed(&ask(json!({ "city": "Gdynia", "postCode": "81-001" })))
        .await;
    let refusal = words::error_for(Rule::FieldMustBeEditable);
    for (name, body) in [
        ("A11", json!({ "country": "DE" })),
        ("A12", json!({ "lastName": "Other" })),
        ("A13", json!({ "noSuchField": "x" })),
    ] {
        kit.expect(&ask(body), refusal, Some(name)).await;
    }
}

/// A picture of nothing: one black dot.
const DOT: &[u8] = &[
    0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0,
    0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 0x0a, b'I', b'D', b'A', b'T',
    0x78, 0x9c, 0x63, 0x60, 0, 0, 0, 2, 0, 1, 0x48, 0xaf, 0xa4, 0x71, 0, 0, 0, 0, b'I', b'E', b'N',
    b'D', 0xae, 0x42, 0x60, 0x82,
];

/// Files of the user; the provider has no way to read them back.
async fn files(kit: &mut Kit, user: &str) {
    let about = [user];
    let passport = Ask::of(AddKycFiles).about(&about);
    let passport = passport.form(&[
        ("documentType", b"PASSPORT"),
        ("frontPhoto", DOT),
        ("selfie", DOT),
    ]);
    let added = kit.ask(&passport).await;
    kit.judge_success("A67", AddKycFiles, added.as_ref());
    let no_file = Ask::of(AddKycFiles).about(&about);
    let no_file = no_file.form(&[
        ("documentType", b"PASSPORT"),
        ("frontPhoto", b"\x00"),
        ("selfie", DOT),
    ]);
    kit.expect(
        &no_file,
        words::error_for(Rule::FileMustBeOfTakenKind),
        Some("A78"),
    )
    .await;
    let bill = Ask::of(AddPoaFiles).about(&about).form(&[("files", DOT)]);
    let waits = words::error_for(Rule::PoaMustNotBePending);
    if kit.ask(&bill).await.is_some_and(|it| it.status == 201) {
        // Success by its status, and a refusal by its code.
        let again = kit.ask(&bill).await;
        let holds = again
            .as_ref()
            .is_some_and(|it| it.status == 202 && it.code() == Some(waits.code));
        if let Some(again) = again {
            kit.record.judge(record::code(waits), holds, told(&again));
        }
    }
}

/// Submits identity data; says whether the user has balances in the end.
async fn verify(kit: &mut Kit, user: &str, wait_seconds: u64) -> bool {
    let identity = json!({
        "externalUserId": user, "documentType": "PASSPORT", "documentNumber": "PC0000001", "issuingCountry": "PL",
    });
    let mut expired = identity.clone();
    expired["expiryDate"] = json!("2000-01-01");
    let past = words::error_for(Rule::DocumentMustNotBeExpired);
    let ask = Ask::of(AddUserVerification).with(expired);
    kit.expect(&ask, past, Some("A76")).await;
    let ask = Ask::of(AddUserVerification).with(identity);
    let added = kit.ask(&ask).await;
    kit.judge_success("A64", AddUserVerification, added.as_ref());
    let open = words::error_for(Rule::VerificationMustBeOpen);
    if !added.is_some_and(|it| it.is_success()) {
        return false;
    }
    kit.expect(&ask, open, Some("A14")).await;
    let about = [user];
    let ask = Ask::of(GetUserBalances).about(&about);
    for _ in 0..=wait_seconds.saturating_mul(2) {
        if kit.ask(&ask).await.is_some_and(|it| it.is_success()) {
            let asks = [
                GetUserHistory,
                ListCards,
                GetUserSepaDepositInfo,
                ListUserSepaContacts,
            ];
            for operation in asks {
                kit.succeed(&Ask::of(operation).about(&about)).await;
            }
            return true;
        }
        tokio::time::sleep(LOOK).await;
    }
    let why = format!("the verification was not decided within {wait_seconds} seconds");
    for name in ["A17", "A18"] {
        kit.record.leave_open(name, &*why);
    }
    false
}

/// What must be refused to a user who holds nothing; were it not, nothing could move either.
async fn refusals(kit: &mut Kit, user: &str) {
    let refuse = |rule: Rule| words::error_for(rule);
    let sent = |amount: &str, currency: &str| json!({ "sourceExternalUserId": user, "amount": amount, "currency": currency });
    for (rule, body) in [
        (Rule::FundsMustSuffice, sent("1000", "eur")),
        (Rule::AmountMustBePositive, sent("0", "eur")),
        (Rule::AmountMustFitCurrency, sent("0.001", "eur")),
        (Rule::CurrencyMustBeKnown, sent("1", "zzz")),
    ] {
        kit.expect(&Ask::of(CreateTransfer).with(body), refuse(rule), None)
            .await;
    }
    let wallet = json!({ "currency": "btc", "network": "polygon" });
    let ask = Ask::of(CreatePartnerWallet).with(wallet);
    kit.expect(&ask, refuse(Rule::NetworkMustCarryCurrency), None)
        .await;
    if let Some(lock) = kit.get(&Ask::of(LockExchangeRate).about(&[user])).await {
        let exchange = |lock: &Value, to: &str| {
            let exchange = json!({
                "sourceExternalUserId": user, "amount": 10, "currencyFrom": "eur", "currencyTo": to, "lockId": lock,
            });
            Ask::of(CreateExchange).with(exchange)
        };
        let same = exchange(&lock["id"], "eur");
        kit.expect(&same, refuse(Rule::CurrenciesMustDiffer), None)
            .await;
        let unknown = exchange(&json!(nobody()), "btc");
        kit.expect(&unknown, refuse(Rule::LockMustExist), None)
            .await;
    }
    let withdrawal = json!({
        "sourceExternalUserId": user, "currency": "usdc", "amount": 0.01, "walletAddress": "0x00", "name": "Parity",
        "walletType": "NON_CUSTODIAL", "receiverType": "NATURAL",
    });
    let ask = Ask::of(CreateWithdrawal).with(withdrawal);
    kit.expect(&ask, refuse(Rule::AmountMustReachMinimum), None)
        .await;
}

/// A hosted verification that nobody goes through.
async fn hosted(kit: &mut Kit, user: &str) {
    let asked = json!({
        "externalUserId": user, "documentType": "PASSPORT", "country": "PL", "incomeSource": "SALARY",
        "openAccountReason": "DAILY_USE", "occupation": "IT", "additionalInfo": "none",
    });
    let ask = Ask::of(CreateKycVerification).with(asked);
    let started = kit.get(&ask).await;
    let Some(id) = started.and_then(|it| it["verificationId"].as_str().map(str::to_owned)) else {
        return;
    };
    kit.expect(&ask, words::error_for(Rule::KycMustBeOpen), Some("A63"))
        .await;
    kit.succeed(&Ask::of(GetKycStatus).about(&[&id])).await;
    kit.succeed(&Ask::of(OpenKycVerification).about(&[user, &id]))
        .await;
    let missing = words::error_for(Rule::KycMustExist);
    let ask = Ask::of(GetKycStatus);
    kit.expect(&ask.about(&[user]), missing, Some("A65")).await;
}

/// Suspends and unsuspends, each twice; says whether that worked.
async fn suspend(kit: &mut Kit, user: &str, is_active: bool) -> bool {
    let about = [user];
    let ask = |operation: OperationId| Ask::of(operation).about(&about);
    if !kit
        .ask(&ask(SuspendUser))
        .await
        .is_some_and(|it| it.is_success())
    {
        return false;
    }
    let again = kit.ask(&ask(SuspendUser)).await;
    kit.judge_success("A15", SuspendUser, again.as_ref());
    if is_active {
        let read = kit.ask(&ask(GetUserBalances)).await;
        kit.judge_success("A17", GetUserBalances, read.as_ref());
        let suspended = words::error_for(Rule::UserMustNotBeSuspended);
        kit.expect(&ask(LockExchangeRate), suspended, Some("A18"))
            .await;
    }
    let first = kit.succeed(&ask(UnsuspendUser)).await;
    let again = kit.ask(&ask(UnsuspendUser)).await;
    kit.judge_success("A16", UnsuspendUser, again.as_ref());
    first.is_some()
}

async fn close(kit: &mut Kit, user: &str) {
    let about = [user];
    let closed = kit.succeed(&Ask::of(DeleteUser).about(&about)).await;
    if closed.is_none() {
        kit.record
            .left_behind
            .push(format!("user {user}, who could not be closed"));
        return;
    }
    let gone = words::error_for(Rule::UserMustNotBeClosed);
    let ask = Ask::of(GetUserBalances).about(&about);
    kit.expect(&ask, gone, Some("A8")).await;
    kit.expect(&Ask::of(DeleteUser).about(&about), gone, Some("A8"))
        .await;
    let taken = words::error_for(Rule::UserIdMustBeUnused);
    let ask = Ask::of(CreateUser).with(person(user));
    kit.expect(&ask, taken, Some("A9")).await;
}
