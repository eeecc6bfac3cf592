//! Operations by their name: the same policy as the generated methods, and the answer as it came.

use partner_api_client::{Part, Plain};

use super::*;

async fn named(
    api: &Api,
    operation: OperationId,
    plain: Plain,
) -> Result<http::Response<Bytes>, Error> {
    api.call_by_name(operation, CallOptions::new(), plain).await
}

fn of_anna() -> Plain {
    Plain::new().parameter("externalUserId", "anna-1")
}

#[tokio::test]
async fn a_read_is_asked_again_and_its_answer_comes_as_it_was() {
    let odd = r#"{"nobody":"specified this"}"#;
    let (api, requests) = provider([Says(400, P501), BreaksOff, Says(200, odd)]);
    let plain = of_anna().parameter("limit", "5");
    let answer = named(&api, OperationId::GetUserHistory, plain)
        .await
        .unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.body()[..]),
        (200, odd.as_bytes())
    );
    let requests = requests.lock().unwrap();
    assert_eq!(requests.len(), 3);
    let path = requests[0].uri().path_and_query().unwrap().as_str();
    assert_eq!(path, "/stem/v1/user/transaction-history/anna-1?limit=5");
    assert_eq!(requests[0].headers()["x-api-key"], "canary-key");
}

#[tokio::test]
async fn what_moves_money_is_sent_once_and_a_lost_answer_is_doubt() {
    for (turn, sent, is_doubt) in [
        (Says(503, ""), 1, true),
        (BreaksOff, 1, true),
        (Says(400, P412), 1, false),
    ] {
        let (api, requests) = provider([turn]);
        let body = Plain::new().json(TRANSFER);
        let error = named(&api, OperationId::CreateTransfer, body)
            .await
            .unwrap_err();
        assert_eq!(error.may_have_been_processed(), is_doubt);
        let requests = requests.lock().unwrap();
        assert_eq!(requests.len(), sent);
        assert_eq!(requests[0].body(), TRANSFER);
        assert_eq!(requests[0].headers()["content-type"], "application/json");
        assert!(!shown(&error).contains("canary"), "{error}");
    }
}

#[tokio::test]
async fn replaced_paths_and_forms_are_those_of_every_call() {
    let (api, requests) = provider([Says(200, DONE)]);
    let api = api
        .with_path(OperationId::SuspendUser, "/v2/{externalUserId}/freeze")
        .unwrap();
    named(&api, OperationId::SuspendUser, of_anna())
        .await
        .unwrap();
    let form = of_anna().form([("kind\r\n".to_owned(), Part::Text("x".to_owned()))]);
    named(&api, OperationId::AddPoaFiles, form).await.unwrap();
    let requests = requests.lock().unwrap();
    assert_eq!(requests[0].uri().path(), "/stem/v2/anna-1/freeze");
    let body = String::from_utf8_lossy(requests[1].body());
    assert!(
        body.contains("form-data; name=\"kind\"\r\n\r\nx\r\n"),
        "{body}"
    );
}

#[tokio::test]
async fn what_does_not_fit_the_path_is_never_sent() {
    let (api, requests) = provider([Says(200, DONE)]);
    for plain in [Plain::new(), Plain::new().parameter("externalUserId", "..")] {
        let error = named(&api, OperationId::DeleteUser, plain)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unfit);
        assert!(!error.may_have_been_processed());
    }
    assert!(requests.lock().unwrap().is_empty());
}
