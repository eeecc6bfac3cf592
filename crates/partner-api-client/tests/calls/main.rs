//! Calls through the client, generated and by hand, answered in process or by a server of a few lines.

mod by_name;
mod carried;

use std::error::Error as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use partner_api_client::types::words::{AccessDenied, Rule};
use partner_api_client::types::{self, OperationId};
use partner_api_client::{
    Api, ApiKey, CallOptions, Client, Error, ErrorKind, InProcess, WireError, raw,
};

type Requests = Arc<Mutex<Vec<http::Request<Bytes>>>>;

/// What the provider does at one attempt.
#[derive(Clone, Copy)]
enum Turn {
    Says(u16, &'static str),
    ShowsPage(&'static str),
    BreaksOff,
    IsUnreachable,
}
use Turn::{BreaksOff, IsUnreachable, Says, ShowsPage};

const P501: &str = r#"{"errorCode":"P501","errorMessage":"Service temporarily unavailable"}"#;
const P412: &str =
    r#"{"errorCode":"P412","errorName":"invalid-user","errorMessage":"canary does not exist"}"#;
const P454: &str = r#"{"errorCode":"P454","errorName":"user-has-active-cards"}"#;
const DONE: &str = r#"{"message":"done"}"#;
const NO_BALANCES: &str = r#"{"cryptoBalances":[],"fiatBalances":[]}"#;
const TRANSFER: &str =
    r#"{"amount":"10.00","currency":"eur","destinationExternalUserId":"anna-1"}"#;

/// A provider that plays `turns`, the last one for ever.
fn provider(turns: impl Into<Vec<Turn>>) -> (Api, Requests) {
    let turns = turns.into();
    let requests = Requests::default();
    let seen = Arc::clone(&requests);
    let wire = InProcess::new(move |request| {
        let mut seen = seen.lock().unwrap();
        let turn = turns.get(seen.len()).or(turns.last()).copied().unwrap();
        seen.push(request);
        async move {
            match turn {
                Says(status, body) => Ok(http::Response::builder()
                    .status(status)
                    .body(Bytes::from(body))
                    .unwrap()),
                ShowsPage(page) => Ok(http::Response::builder()
                    .header("content-type", "text/html; charset=utf-8")
                    .body(Bytes::from(page))
                    .unwrap()),
                BreaksOff => Err(WireError::interrupted("connection reset")),
                IsUnreachable => Err(WireError::unsent("connection refused")),
            }
        }
    });
    let transport = Api::transport("http://localhost/stem/", ApiKey::new("canary-key")).wire(wire);
    (Api::new(transport.build().unwrap()), requests)
}

fn anna() -> types::UserId {
    "anna-1".parse().unwrap()
}

fn shown(error: &Error) -> String {
    format!(
        "{error} {error:?} {:?} {:?}",
        error.refusal(),
        error.source().map(ToString::to_string)
    )
}

async fn suspend(api: &Api) -> Result<types::Acknowledgement, Error> {
    let id = anna();
    api.call(CallOptions::new(), |client| async move {
        client.suspend_user(&id).await
    })
    .await
}

async fn delete(api: &Api) -> Result<types::Acknowledgement, Error> {
    let id = anna();
    api.call(CallOptions::new(), |client| async move {
        client.delete_user(&id).await
    })
    .await
}

async fn balances(api: &Api) -> Result<types::Balances, Error> {
    let id = anna();
    api.call(CallOptions::new(), |client| async move {
        client.get_user_balances(&id).await
    })
    .await
}

async fn transfer(api: &Api) -> Result<types::TransferCreated, Error> {
    let body: types::CreateTransferRequest = serde_json::from_str(TRANSFER).unwrap();
    let send = |client: Client| async move { client.create_transfer(&body).await };
    api.call(CallOptions::new(), send).await
}

#[tokio::test]
async fn a_refusal_is_typed_and_its_text_holds_no_personal_data() {
    let (api, _) = provider([Says(400, P412)]);
    let error = suspend(&api).await.unwrap_err();
    let refusal = error.refusal().unwrap();
    let words = (refusal.status(), refusal.code(), refusal.name());
    assert_eq!(words, (400, "P412", Some("invalid-user")));
    assert_eq!(refusal.rule(), Some(Rule::UserMustExist));
    assert_eq!(refusal.message(), Some("canary does not exist"));
    assert_eq!(
        error.to_string(),
        "suspend_user: refused: P412 invalid-user (HTTP 400)"
    );
    assert!(!shown(&error).contains("canary"), "{}", shown(&error));
    assert!(!error.may_have_been_processed() && !error.is_transient());

    let (api, _) = provider([Says(400, P454)]);
    let error = suspend(&api).await.unwrap_err();
    assert_eq!(
        error.refusal().and_then(|it| it.rule()),
        Some(Rule::CardMustNotBeActive)
    );
}

/// A code or a name that is no word could be anything, so it is not shown.
#[tokio::test]
async fn odd_error_bodies_are_refusals_without_a_code() {
    for body in [
        r#"{"errorCode":"canary canary@x.example"}"#,
        r#"{"errorCode":7}"#,
        r#"{"errorMessage":"canary"}"#,
        r#"["canary"]"#,
        "canary",
        "",
    ] {
        let (api, _) = provider([Says(400, body)]);
        let error = suspend(&api).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.refusal()),
            (ErrorKind::Refused, None),
            "{body}"
        );
        assert!(!shown(&error).contains("canary"), "{}", shown(&error));
    }
    let (api, _) = provider([Says(
        400,
        r#"{"errorCode":"P403","errorName":"canary canary"}"#,
    )]);
    let error = suspend(&api).await.unwrap_err();
    assert_eq!(
        error.refusal().map(|it| (it.code(), it.name())),
        Some(("P403", None))
    );
}

#[tokio::test]
async fn access_denied_in_plain_text_is_typed() {
    for denied in AccessDenied::ALL {
        let (api, requests) = provider([Says(401, denied.body())]);
        let error = transfer(&api).await.unwrap_err();
        assert_eq!(
            error.refusal().and_then(|it| it.access_denied()),
            Some(*denied)
        );
        assert!(!error.may_have_been_processed() && !error.is_transient());
        assert_eq!(requests.lock().unwrap().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn p501_is_trouble_although_it_arrives_as_400() {
    let (api, requests) = provider([Says(400, P501), Says(200, NO_BALANCES)]);
    balances(&api).await.unwrap();
    assert_eq!(requests.lock().unwrap().len(), 2, "a read is tried again");

    let (api, requests) = provider([Says(400, P501), Says(200, DONE)]);
    let error = transfer(&api).await.unwrap_err();
    assert_eq!(requests.lock().unwrap().len(), 1, "money is not");
    assert!(error.is_transient() && error.may_have_been_processed());
    assert_eq!(error.refusal().map(|it| it.code()), Some("P501"));
}

/// "No such user" after a lost answer: perhaps the lost answer was that the user is deleted.
#[tokio::test(start_paused = true)]
async fn a_refusal_after_a_lost_answer_is_doubt_if_success_would_cause_it() {
    let (api, _) = provider([BreaksOff, Says(400, P412)]);
    let error = delete(&api).await.unwrap_err();
    assert_eq!(
        (error.attempts(), error.may_have_been_processed()),
        (2, true)
    );
    assert_eq!(error.refusal().map(|it| it.code()), Some("P412"));

    let (api, _) = provider([Says(400, P412)]);
    assert!(!delete(&api).await.unwrap_err().may_have_been_processed());
    let (api, _) = provider([BreaksOff, Says(400, P412)]);
    let error = suspend(&api).await.unwrap_err();
    assert!(
        !error.may_have_been_processed(),
        "suspending makes nobody disappear"
    );
}

#[tokio::test]
async fn requests_carry_the_key_and_not_the_version_of_the_specification() {
    let (api, requests) = provider([Says(200, DONE)]);
    suspend(&api).await.unwrap();
    let request = requests.lock().unwrap().remove(0);
    assert_eq!(request.uri().path(), "/stem/v1/user/suspend/anna-1");
    assert_eq!(request.method(), "PATCH");
    assert_eq!(request.headers()["x-api-key"], "canary-key");
    assert!(request.headers()["x-api-key"].is_sensitive());
    assert_eq!(request.headers().get("api-version"), None);
    let agent = request.headers()["user-agent"].to_str().unwrap();
    assert!(agent.starts_with("partner-api-rust/"), "{agent}");
}

#[tokio::test]
async fn a_path_can_be_replaced() {
    let (api, requests) = provider([Says(200, DONE)]);
    let path = "/v2/users/{externalUserId}/frozen";
    let api = api.with_path(OperationId::SuspendUser, path).unwrap();
    suspend(&api).await.unwrap();
    delete(&api).await.unwrap();
    let requests = requests.lock().unwrap();
    let paths: Vec<_> = requests
        .iter()
        .map(|request| request.uri().path())
        .collect();
    assert_eq!(
        paths,
        ["/stem/v2/users/anna-1/frozen", "/stem/v1/user/anna-1"]
    );
}

#[tokio::test]
async fn an_undecodable_success_names_the_place_and_leaves_doubt_for_money_only() {
    let (api, _) = provider([Says(200, r#"{"transferId":{"canary":1}}"#)]);
    let error = transfer(&api).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.may_have_been_processed()),
        (ErrorKind::Undecodable, true)
    );
    assert!(shown(&error).contains("`transferId`"), "{}", shown(&error));
    assert!(!shown(&error).contains("canary"), "{}", shown(&error));

    let (api, _) = provider([Says(200, "<html>canary</html>")]);
    let error = balances(&api).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.may_have_been_processed()),
        (ErrorKind::Undecodable, false)
    );
    assert!(!shown(&error).contains("canary"), "{}", shown(&error));
}

/// The provider's pages contradict each other on 200 and 201.
#[tokio::test]
async fn any_success_status_is_success_if_the_body_can_be_read() {
    let (api, _) = provider([Says(201, NO_BALANCES)]);
    assert!(balances(&api).await.unwrap().fiat_balances.is_empty());
}

#[tokio::test(start_paused = true)]
async fn options_hold_for_one_call() {
    let (api, requests) = provider([BreaksOff]);
    let id = anna();
    let once = CallOptions::new()
        .without_retries()
        .timeout(Duration::from_secs(1));
    let call = api.call(once, |client| async move { client.suspend_user(&id).await });
    assert_eq!(call.await.unwrap_err().attempts(), 1);
    assert_eq!(suspend(&api).await.unwrap_err().attempts(), 3);
    assert_eq!(requests.lock().unwrap().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn the_raw_client_goes_through_the_same_policy() {
    let (api, requests) = provider([Says(400, P501), Says(400, P454)]);
    let error = api.raw().suspend_user(&anna()).await.unwrap_err();
    let raw::Error::ErrorResponse(refusal) = error else {
        panic!("it was refused: {error}")
    };
    assert_eq!(refusal.into_inner().error_code, "P454");
    assert_eq!(requests.lock().unwrap().len(), 2);
}

/// progenitor's error has no room for ours, so ours is among its sources.
#[tokio::test(start_paused = true)]
async fn a_failure_behind_the_raw_client_can_still_be_asked() {
    let (api, _) = provider([BreaksOff]);
    let error = api.raw().suspend_user(&anna()).await.unwrap_err();
    let mut cause = error.source();
    let typed = loop {
        let it = cause.expect("the typed error is among the sources");
        match it.downcast_ref::<Error>() {
            Some(typed) => break typed,
            None => cause = it.source(),
        }
    };
    assert_eq!(
        (typed.kind(), typed.attempts()),
        (ErrorKind::Interrupted, 3)
    );
    assert!(typed.may_have_been_processed());
}

#[tokio::test]
async fn a_call_can_be_spawned() {
    let (api, _) = provider([Says(200, DONE)]);
    tokio::spawn(async move { suspend(&api).await })
        .await
        .unwrap()
        .unwrap();
}

#[test]
fn nothing_shows_the_key() {
    let (api, _) = provider([BreaksOff]);
    assert!(!format!("{api:?} {:?}", api.raw()).contains("canary-key"));
}
