//! Bodies as the provider's pages show them, and what the types promise about any body.

use partner_api_types::{
    Acknowledgement, ApiError, Balances, CardCreated, CardSummary, Cards, CreateUserRequest,
    ExchangeLock, FiatBalanceStatus, Rates, SepaTransfer, SepaTransferStatus, Transfer,
    UpdateUserRequest,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Reads `json`, and checks that what is written again says the same.
fn check<T: DeserializeOwned + Serialize>(json: Value) -> T {
    // Through text, as bodies come: amounts are read from their digits.
    let body: T = serde_json::from_str(&json.to_string()).unwrap();
    assert_eq!(serde_json::to_value(&body).unwrap(), json);
    body
}

#[test]
fn balances_hold_both_forms_of_numbers() {
    let balances: Balances = check(json!({
        "fiatBalances": [{
            "id": "5f4f1d1e-6c2b-4a51-9b3a-2f6f2d6f0001",
            "amount": "12.5",
            "name": "eur",
            "rate": 1,
            "iban": "LT333130010135556427",
            "status": "ACTIVE"
        }],
        "cryptoBalances": [{
            "id": "5f4f1d1e-6c2b-4a51-9b3a-2f6f2d6f0002",
            "amount": "0.00000001",
            "name": "eth",
            "rate": 2231.07,
            "networkConfig": {
                "ethereum": {
                    "mainnet": false,
                    "name": "sepolia",
                    "withdrawal": { "feeWithdrawal": 0.003, "minWithdrawal": 0.0006 },
                    "deposit": { "minDeposit": 0 }
                }
            }
        }]
    }));
    assert_eq!(balances.crypto_balances[0].amount.0.atoms(), 1);
    assert_eq!(balances.fiat_balances[0].status, FiatBalanceStatus::Active);
}

#[test]
fn a_balance_that_waits_has_a_null_iban() {
    let text =
        r#"{"id":"b","amount":"0.00","name":"eur","iban":null,"status":"WAITING_TO_BE_ACTIVATED"}"#;
    let balance: partner_api_types::FiatBalance = serde_json::from_str(text).unwrap();
    assert!(balance.iban.is_none());
}

#[test]
fn the_payout_of_the_providers_page_is_read() {
    let payout: SepaTransfer = check(json!({
        "id": "7d3a",
        "type": "external",
        "amount": "16.02",
        "transferTitle": "Invoice 7",
        "destinationIban": "LT333130010135556427",
        "receiverFirstName": "Jan",
        "receiverLastName": "Kowalski",
        "status": "SUCCESSFUL",
        "currency": "eur",
        "fee": 1,
        "createdAt": "2025-05-05T10:00:00.000Z",
        "user": { "externalUserId": "u-1" }
    }));
    assert_eq!(payout.status, SepaTransferStatus::Successful);
}

#[test]
fn rates_are_a_map_of_exact_numbers() {
    let rates: Rates = check(json!({ "btc": 58321.11, "eur": 1, "usdt": 0.9245 }));
    assert_eq!(rates["usdt"].to_string(), "0.9245");
    let lock: ExchangeLock = check(json!({
        "id": "l-1",
        "rates": { "eth": 2231.07 },
        "feePercentage": 1.49,
        "createdAt": "2025-05-05T10:00:00.000Z",
        "validUntil": "2025-05-05T10:00:40.000Z"
    }));
    assert_eq!(lock.fee_percentage.scaled(2), Some(149));
}

#[test]
fn errors_of_every_generation_are_read() {
    check::<ApiError>(json!({ "errorCode": "P403", "errorMessage": "amount must be positive" }));
    check::<ApiError>(json!({ "errorCode": "P412", "errorName": "invalid-user" }));
    let text =
        r#"{"errorCode":"P999","errorName":"new","errorMessage":"?","hint":{"try":"again"}}"#;
    let error: ApiError = serde_json::from_str(text).unwrap();
    assert_eq!(error.error_code, "P999");
}

#[test]
fn what_a_newer_provider_adds_fails_no_response() {
    let text = r#"{"cards":[{"cardId":"c","status":"MELTED","label":"x","cardLastDigits":"0001","colour":"red"}],"next":7}"#;
    let cards: Cards = serde_json::from_str(text).unwrap();
    assert!(!cards.cards[0].status.is_known());
    assert_eq!(cards.cards[0].status.to_string(), "MELTED");
    assert!(serde_json::from_str::<Acknowledgement>(r#"{"userId":"u","suspended":true}"#).is_ok());
}

#[test]
fn null_and_absence_are_one_where_a_response_may_leave_a_field_out() {
    let start = r#"{"id":"t","amount":5,"currency":"eur","status":"SUCCESSFUL","createdAt":"2025-05-05T10:00:00.000Z""#;
    for rest in ["}", r#","sourceExternalUserId":null}"#] {
        let transfer: Transfer = serde_json::from_str(&format!("{start}{rest}")).unwrap();
        assert!(transfer.source_external_user_id.is_none());
    }
}

/// L1 and L2: what never changes cannot even be written down.
#[test]
fn an_update_has_no_room_for_country_or_identity() {
    for field in [
        "country",
        "citizenship",
        "firstName",
        "birthDate",
        "externalUserId",
        "anything",
    ] {
        let text = json!({ field: "PL" }).to_string();
        assert!(
            serde_json::from_str::<UpdateUserRequest>(&text).is_err(),
            "{field}"
        );
    }
    assert_eq!(
        serde_json::to_string(&UpdateUserRequest::default()).unwrap(),
        "{}"
    );
}

#[test]
fn debug_shows_no_personal_data() {
    let user: CreateUserRequest = check(json!({
        "externalUserId": "u-1",
        "email": "canary.email@example.pl",
        "phone": "48601234567",
        "firstName": "CanaryFirst",
        "lastName": "CanaryLast",
        "birthDate": "1990-05-15",
        "street": "CanaryStreet",
        "number": "123/5",
        "city": "CanaryCity",
        "postCode": "00-001",
        "country": "PL",
        "citizenship": "PL",
        "userIdentificationNumber": "90051512345",
        "hasAcceptedP100Tc": true
    }));
    let card: CardCreated = check(json!({
        "cardId": "c-1", "cardNumber": "4111111111111111", "cvv": "987", "exp": "01/30"
    }));
    let shown = format!("{user:?} {user:#?} {card:?}");
    let canaries = [
        "anary",
        "48601234567",
        "1990",
        "123/5",
        "00-001",
        "900515",
        "4111",
        "987",
        "01/30",
    ];
    for canary in canaries {
        assert!(!shown.contains(canary), "`{canary}` in {shown}");
    }
    assert!(
        shown.contains("u-1") && shown.contains("c-1"),
        "ids are shown: {shown}"
    );
}

#[test]
fn a_decode_error_says_where_and_not_what() {
    let text = r#"{"cardId":"c","status":"ACTIVE","label":7,"cardLastDigits":"0001"}"#;
    let error = serde_json::from_str::<CardSummary>(text).unwrap_err();
    assert_eq!((error.line(), error.is_data()), (1, true));
}
