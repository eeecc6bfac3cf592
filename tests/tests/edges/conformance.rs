//! Every operation is called at least once, refused at least once where it can be, and every answer fits the
//! specification (checked by the strict client on each call) and the schemas of the wire types.

use std::collections::BTreeSet;

use crate::{rest, webhooks};
use partner_api_tests::{
    oracle::{ActiveCards, Command, Reading, Receiver},
    persona,
    spec::Spec,
    stand::Stand,
};
use partner_api_types::{OPERATIONS, OperationId};
use reqwest::Method;
use serde_json::{Value, json};

/// Lives through everything that the API can do, and returns the answers by operation.
pub(crate) async fn tour(stand: &mut Stand) -> Vec<(&'static str, Value)> {
    let mut answers = Vec::new();
    let partner = &stand.driver.partner;
    let control = &stand.driver.control;
    let created = partner
        .post(
            "/v1/user/balances/crypto-and-fiat",
            persona::new_user("U1", "PL"),
        )
        .await
        .ok();
    answers.push(("create_user", created.json));
    answers.push((
        "add_user_verification",
        partner
            .post("/v1/user/verification", persona::identity("U1"))
            .await
            .ok()
            .json,
    ));
    control
        .post("/clock/advance", json!({"milliseconds": 5_000}))
        .await
        .ok();
    let update = partner
        .call(Method::PATCH, "/v1/user/U1", Some(&persona::update("city")))
        .await
        .ok();
    answers.push(("update_user", update.json));
    let funding = json!({"destinationExternalUserId": "U1", "amount": "100", "currency": "eur"});
    let transfer = partner.post("/v1/transfer", funding).await.ok();
    let details = partner
        .get(&format!(
            "/v1/transfer/details/{}",
            transfer.text_of("transferId")
        ))
        .await
        .ok();
    answers.extend([
        ("create_transfer", transfer.json),
        ("get_transfer", details.json),
    ]);
    answers.push((
        "get_user_balances",
        partner.get("/v1/user/balances/U1").await.ok().json,
    ));
    answers.push((
        "get_partner_balances",
        partner.get("/v1/partner/balances").await.ok().json,
    ));
    answers.push((
        "get_exchange_rates",
        partner.get("/v1/exchange/get-rate").await.ok().json,
    ));
    let lock = partner.get("/v1/exchange/get-lock/U1").await.ok();
    let exchange = json!({
        "sourceExternalUserId": "U1", "amount": 10.5, "currencyFrom": "eur", "currencyTo": "btc",
        "lockId": lock.text_of("id"),
    });
    let exchange = partner.post("/v1/exchange", exchange).await.ok();
    let id = exchange.text_of("exchangeId");
    answers.push((
        "get_exchange",
        partner
            .get(&format!("/v1/exchange/details/{id}"))
            .await
            .ok()
            .json,
    ));
    control
        .post(
            "/simulate/exchange-outcome",
            json!({"exchangeId": id, "completed": true}),
        )
        .await
        .ok();
    answers.push((
        "get_exchange",
        partner
            .get(&format!("/v1/exchange/details/{id}"))
            .await
            .ok()
            .json,
    ));
    answers.extend([
        ("lock_exchange_rate", lock.json),
        ("create_exchange", exchange.json),
    ]);
    let payout = partner
        .post("/v1/sepa-transfer", persona::payout("U1", "5", "eur"))
        .await
        .ok();
    let details = format!("/v1/sepa-transfer/details/{}", payout.text_of("transferId"));
    answers.push(("get_sepa_transfer", partner.get(&details).await.ok().json));
    control
        .post("/clock/advance", json!({"milliseconds": 3_600_000}))
        .await
        .ok();
    answers.push(("get_sepa_transfer", partner.get(&details).await.ok().json));
    answers.push(("create_sepa_transfer", payout.json));
    let card = partner
        .post("/v1/card/virtual", persona::new_card("U1"))
        .await
        .ok();
    let id = card.text_of("cardId");
    let named = json!({"externalUserId": "U1", "cardId": id});
    answers.push(("create_card", card.json));
    control
        .post(
            "/simulate/card-transaction",
            json!({"cardId": id, "amount": "1", "currency": "eur"}),
        )
        .await
        .ok();
    // A card payment that is not cleared would keep the user from being closed.
    control
        .post("/clock/advance", json!({"milliseconds": 2_000}))
        .await
        .ok();
    for (operation, method, path) in [
        ("block_card", Method::PATCH, "/v1/card/block"),
        ("unblock_card", Method::PATCH, "/v1/card/unblock"),
        ("delete_card", Method::DELETE, "/v1/card"),
    ] {
        answers.push(("list_cards", partner.get("/v1/card/all/U1").await.ok().json));
        answers.push((
            "get_card",
            partner
                .get(&format!("/v1/card/details/U1/{id}"))
                .await
                .ok()
                .json,
        ));
        answers.push((
            operation,
            partner.call(method, path, Some(&named)).await.ok().json,
        ));
    }
    answers.push((
        "suspend_user",
        partner
            .call(Method::PATCH, "/v1/user/suspend/U1", None)
            .await
            .ok()
            .json,
    ));
    let deposit = control
        .post(
            "/simulate/sepa-deposit",
            json!({"externalUserId": "U1", "amount": "3"}),
        )
        .await
        .ok();
    control.get("/users/U1").await.ok();
    answers.push((
        "unsuspend_user",
        partner
            .call(Method::PATCH, "/v1/user/unsuspend/U1", None)
            .await
            .ok()
            .json,
    ));
    control
        .get(&format!("/deposits/{}", deposit.text_of("id")))
        .await
        .ok();
    answers.push((
        "delete_user",
        partner
            .call(Method::DELETE, "/v1/user/U1", None)
            .await
            .ok()
            .json,
    ));
    answers.extend(rest::tour(stand).await);
    answers
}

/// Asks everything of somebody who does not exist.
async fn refusals(stand: &mut Stand) {
    let ghost = || "ghost".to_owned();
    let (amount, currency) = (|| "1".to_owned(), || "eur".to_owned());
    for command in [
        Command::Verify {
            user: ghost(),
            by: None,
        },
        Command::Update {
            user: ghost(),
            field: "city".into(),
        },
        Command::Suspend { user: ghost() },
        Command::Unsuspend { user: ghost() },
        Command::Close { user: ghost() },
        Command::Read {
            user: ghost(),
            what: Reading::Balances,
        },
        Command::Transfer {
            key: "T".into(),
            source: None,
            destination: None,
            amount: amount(),
            currency: currency(),
        },
        Command::PayOut {
            owner: Some(ghost()),
            key: "P".into(),
            amount: amount(),
            currency: currency(),
            to: Receiver::FirstAccount,
        },
        Command::Lock {
            owner: Some(ghost()),
            key: "L".into(),
        },
        Command::Exchange {
            owner: Some(ghost()),
            key: "X".into(),
            lock: "none".into(),
            amount: amount(),
            from: currency(),
            to: "btc".into(),
        },
        Command::CreateCard {
            user: ghost(),
            key: "C".into(),
        },
        Command::BlockCard {
            user: ghost(),
            card: "C".into(),
        },
        Command::UnblockCard {
            user: ghost(),
            card: "C".into(),
        },
        Command::DeleteCard {
            user: ghost(),
            card: "C".into(),
        },
    ] {
        assert!(
            stand.driver.perform(&command).await.refusal.is_some(),
            "{command}"
        );
    }
    for path in [
        "/v1/card/all/ghost",
        "/v1/card/details/ghost/C",
        "/v1/transfer/details/T",
        "/v1/exchange/details/X",
        "/v1/sepa-transfer/details/P",
    ] {
        assert!(
            !stand.driver.partner.get(path).await.status.is_success(),
            "{path}"
        );
    }
    rest::refusals(stand).await;
    let twice = persona::new_user("U1", "PL");
    let twice = stand
        .driver
        .partner
        .post("/v1/user/balances/crypto-and-fiat", twice)
        .await;
    assert_eq!(
        twice.code(),
        Some("P411"),
        "L13, and L7: the id of a closed user is not reused"
    );
}

/// Adds a fault rule that never strikes, looks at it, and takes it away.
async fn faults(stand: &Stand) {
    let control = &stand.driver.control;
    let rule = json!({"fault": "UNAVAILABLE", "percent": 0});
    let added = control.post("/faults", rule.clone()).await.ok();
    control.get("/faults").await.ok();
    let path = format!("/faults/{}", added.json["id"]);
    control.call(Method::DELETE, &path, None).await.ok();
    control.post("/faults", rule).await.ok();
    control.call(Method::DELETE, "/faults", None).await.ok();
}

/// Walks a user to where users can get, and to where they cannot.
async fn walks(stand: &Stand) {
    let control = &stand.driver.control;
    let to = |to: &str| json!({"object": "USER_STANDING", "id": "U2", "to": to});
    let walked = control.post("/simulate/walk", to("SUSPENDED")).await.ok();
    assert_eq!(walked.json["steps"][0]["command"], "suspend");
    control.post("/simulate/walk", to("CLOSED")).await.ok();
    let refused = control.post("/simulate/walk", to("OPEN")).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
}

/// Moves the market, and limits calls to more than there will be.
async fn rates_and_limits(stand: &Stand) {
    let control = &stand.driver.control;
    control.get("/rates").await.ok();
    let nine = json!({"rate": "9"});
    let put = async |path: &str, body: &Value| control.call(Method::PUT, path, Some(body)).await;
    put("/rates/btc", &nine).await.ok();
    put("/rates/eur", &nine).await;
    control.call(Method::DELETE, "/rates/btc", None).await.ok();
    control
        .post("/rates/wander", json!({"seed": 7, "spreadBasisPoints": 50}))
        .await
        .ok();
    control.post("/rates/freeze", json!({})).await.ok();
    control.post("/rates/resume", json!({})).await.ok();
    let limit = json!({"calls": 100_000, "windowMilliseconds": 1_000});
    put("/rate-limit", &limit).await.ok();
    put("/rate-limit", &json!({"calls": 1, "windowMilliseconds": 0})).await;
    control.get("/rate-limit").await.ok();
    control.call(Method::DELETE, "/rate-limit", None).await.ok();
}

/// Saves everything, and goes back to it; then to something that is no snapshot.
async fn snapshots(stand: &Stand) {
    let control = &stand.driver.control;
    let file = control.fetch_file("/snapshot").await;
    control
        .put_file("/snapshot", file)
        .await
        .expect("an answer")
        .ok();
    let refused = control.put_file("/snapshot", b"no snapshot".to_vec()).await;
    assert_eq!(refused.expect("an answer").status, 400);
}

#[tokio::test]
async fn every_operation_answers_as_the_specification_says() {
    let mut stand = Stand::start(ActiveCards::Refuse).await;
    tour(&mut stand).await;
    refusals(&mut stand).await;
    stand.driver.control.get("/clock").await.ok();
    for path in ["/clock/resume", "/clock/freeze"] {
        stand.driver.control.post(path, json!({})).await.ok();
    }
    let decide = json!({"externalUserId": "ghost", "approved": true});
    stand
        .driver
        .control
        .post("/simulate/verification-decision", decide)
        .await;
    faults(&stand).await;
    stand.onboard("U2", "1").await;
    walks(&stand).await;
    rates_and_limits(&stand).await;
    snapshots(&stand).await;
    webhooks::tour_of_control(&stand).await;
    stand.driver.control.get("/books").await.ok();
    stand.decisions().await;
    stand.driver.control.post("/reset", json!({})).await.ok();
    let control = stand.driver.control.met();
    for operation in Spec::read("sandbox.yaml").operations.keys() {
        let succeeded = control
            .iter()
            .any(|(met, status)| met == operation && *status == 200);
        assert!(
            succeeded,
            "{operation} of the control API never succeeded: {control:?}"
        );
    }
    let met = stand.driver.partner.met();
    let spec = Spec::read("partner-api.yaml");
    for operation in spec.operations.keys() {
        let statuses: Vec<_> = met
            .iter()
            .filter(|(met, _)| met == operation)
            .map(|(_, status)| *status)
            .collect();
        assert!(
            statuses.iter().any(|status| *status < 300),
            "{operation} never succeeded: {statuses:?}"
        );
        let cannot_be_refused = matches!(
            &**operation,
            "get_partner_balances"
                | "get_exchange_rates"
                | "get_partner_exchange_rates"
                | "get_order_rates"
                | "lock_partner_exchange_rate"
                | "get_partner_sepa_deposit_info"
                | "list_partner_sepa_contacts"
        );
        assert!(
            cannot_be_refused || statuses.iter().any(|status| *status >= 400),
            "{operation} was never refused"
        );
    }
}

/// The schema that the wire types give for an operation's answer: the same promise, generated the other way.
fn schema_of(operation: OperationId) -> Value {
    use partner_api_types as wire;
    fn of<T: schemars::JsonSchema>() -> Value {
        schemars::schema_for!(T).to_value()
    }
    match operation {
        OperationId::CreateUser => of::<wire::UserCreated>(),
        OperationId::GetUserBalances | OperationId::GetPartnerBalances => of::<wire::Balances>(),
        OperationId::CreateTransfer => of::<wire::TransferCreated>(),
        OperationId::GetTransfer => of::<wire::Transfer>(),
        OperationId::GetExchangeRates => of::<wire::Rates>(),
        OperationId::LockExchangeRate => of::<wire::ExchangeLock>(),
        OperationId::CreateExchange => of::<wire::ExchangeCreated>(),
        OperationId::GetExchange => of::<wire::Exchange>(),
        OperationId::CreateSepaTransfer => of::<wire::SepaTransferCreated>(),
        OperationId::GetSepaTransfer => of::<wire::SepaTransfer>(),
        OperationId::GetPartnerExchangeRates | OperationId::GetOrderRates => of::<wire::Rates>(),
        OperationId::LockPartnerExchangeRate => of::<wire::ExchangeLock>(),
        OperationId::CreatePartnerExchange => of::<wire::ExchangeCreated>(),
        OperationId::GetPartnerExchange => of::<wire::Exchange>(),
        OperationId::CreatePartnerSepaTransfer => of::<wire::SepaTransferCreated>(),
        OperationId::CreateMasterTransfer => of::<wire::TransferCreated>(),
        OperationId::GetUserHistory | OperationId::GetPartnerHistory => of::<wire::HistoryPage>(),
        OperationId::CreatePartnerWallet => of::<wire::Wallet>(),
        OperationId::GetPartnerSepaDepositInfo | OperationId::GetUserSepaDepositInfo => {
            of::<wire::SepaDepositInfo>()
        }
        OperationId::ListPartnerSepaContacts | OperationId::ListUserSepaContacts => {
            of::<wire::SepaContacts>()
        }
        OperationId::GetCryptoDeposit => of::<wire::CryptoDeposit>(),
        OperationId::GetNetworkFee | OperationId::GetPartnerNetworkFee => of::<wire::NetworkFee>(),
        OperationId::CreateWithdrawal | OperationId::CreatePartnerWithdrawal => {
            of::<wire::WithdrawalCreated>()
        }
        OperationId::GetWithdrawal | OperationId::GetPartnerWithdrawal => of::<wire::Withdrawal>(),
        OperationId::LockOrderRate => of::<wire::OrderLock>(),
        OperationId::CreateOrder => of::<wire::OrderCreated>(),
        OperationId::GetOrder => of::<wire::Order>(),
        OperationId::CreatePaymentLink | OperationId::CreateHostedCheckout => {
            of::<wire::PaymentLinkCreated>()
        }
        OperationId::GetPaymentLink => of::<wire::PaymentLink>(),
        OperationId::CreateKycVerification => of::<wire::KycVerificationCreated>(),
        OperationId::GetKycStatus => of::<wire::KycStatus>(),
        OperationId::GetCardLimits => of::<wire::CardLimits>(),
        OperationId::CreateCard => of::<wire::CardCreated>(),
        OperationId::ListCards => of::<wire::Cards>(),
        OperationId::GetCard => of::<wire::CardDetails>(),
        _ => of::<wire::Acknowledgement>(),
    }
}

#[tokio::test]
async fn every_answer_fits_the_schema_of_its_wire_type() {
    let mut stand = Stand::start(ActiveCards::Refuse).await;
    let answers = tour(&mut stand).await;
    let met: BTreeSet<_> = answers.iter().map(|(operation, _)| *operation).collect();
    for operation in OPERATIONS {
        assert!(
            met.contains(operation.id.as_str()),
            "{} was not called",
            operation.id
        );
    }
    // The page is no JSON.
    let answers = answers
        .into_iter()
        .filter(|(operation, _)| *operation != "open_kyc_verification");
    for (operation, answer) in answers {
        let schema = schema_of(operation.parse().expect("an operation"));
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let wrong: Vec<_> = validator
            .iter_errors(&answer)
            .map(|error| error.to_string())
            .collect();
        assert_eq!(wrong, [""; 0], "{operation}: {answer}");
        assert!(
            !validator.is_valid(&json!(7)),
            "{operation}: a schema that allows everything shows nothing"
        );
    }
}
