//! The operations that are written by hand: what they put on the wire, and what they make of answers.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use partner_api_client::types::{FILE_BYTES_MAX, KycId, OPERATIONS};
use partner_api_client::{File, InvalidFile, KycFiles, KycPage, PoaFiles, PoaFilesAnswer};

use super::*;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n canary-png";
const PDF: &[u8] = b"%PDF-1.7\r\n--canary-pdf--\r\n";
const P211: &str = r#"{"errorCode":"P211","errorMessage":"POA pending"}"#;

fn file(bytes: &'static [u8]) -> File {
    File::new(bytes).unwrap()
}

fn passport() -> KycFiles {
    let (page, selfie) = (file(PDF), file(PNG));
    KycFiles::Passport { page, selfie }
}

fn verification() -> KycId {
    "v-1".parse().unwrap()
}

async fn add_kyc(api: &Api, files: KycFiles) -> Result<types::Acknowledgement, Error> {
    let id = anna();
    let send = |client: Client| async move { client.add_kyc_files(&id, &files).await };
    api.call(CallOptions::new(), send).await
}

async fn add_poa(api: &Api) -> Result<PoaFilesAnswer, Error> {
    let (id, files) = (anna(), PoaFiles::new([file(PDF), file(PNG)]).unwrap());
    let send = |client: Client| async move { client.add_poa_files(&id, &files).await };
    api.call(CallOptions::new(), send).await
}

async fn open_page(api: &Api) -> Result<KycPage, Error> {
    let (id, verification) = (anna(), verification());
    let send =
        |client: Client| async move { client.open_kyc_verification(&id, &verification).await };
    api.call(CallOptions::new(), send).await
}

/// A server that answers one request, and then gives what came in over the wire: head and body.
fn server(answer: &'static str) -> (Api, JoinHandle<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let served = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut seen = Vec::new();
        let mut piece = [0; 4096];
        loop {
            let text = String::from_utf8_lossy(&seen).into_owned();
            if let Some((head, _)) = text.split_once("\r\n\r\n") {
                let head = head.to_ascii_lowercase();
                let length = head.split("content-length: ").nth(1).map_or(0, |rest| {
                    rest.split_whitespace().next().unwrap().parse().unwrap()
                });
                let body_at = seen.windows(4).position(|it| it == b"\r\n\r\n").unwrap() + 4;
                if body_at + length <= seen.len() {
                    stream.write_all(answer.as_bytes()).unwrap();
                    return (head, seen.split_off(body_at));
                }
            }
            let read = stream.read(&mut piece).unwrap();
            assert_ne!(read, 0, "the client hung up");
            seen.extend_from_slice(&piece[..read]);
        }
    });
    (
        Api::connect(&address, ApiKey::new("canary-key")).unwrap(),
        served,
    )
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = head.lines();
    lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

/// The parts of a form, cut apart without the help of what wrote it.
fn parts(head: &str, body: &[u8]) -> Vec<(String, Vec<u8>)> {
    let kind = header(head, "content-type").unwrap();
    let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
    let edge = format!("--{boundary}");
    let at = |from: usize| {
        let found = body[from..]
            .windows(edge.len())
            .position(|it| it == edge.as_bytes());
        from + found.expect("an edge")
    };
    assert_eq!(at(0), 0, "nothing stands before the first part");
    let mut parts = Vec::new();
    let mut start = edge.len();
    while body[start..] != *b"--\r\n" {
        let end = at(start);
        let part = body[start..end].strip_prefix(b"\r\n").unwrap();
        let part = part.strip_suffix(b"\r\n").unwrap();
        let cut = part.windows(4).position(|it| it == b"\r\n\r\n").unwrap();
        let named = String::from_utf8(part[..cut].to_vec()).unwrap();
        parts.push((named, part[cut + 4..].to_vec()));
        start = end + edge.len();
    }
    parts
}

#[tokio::test]
async fn identity_files_arrive_byte_for_byte_under_the_names_of_their_parts() {
    let (api, served) = server("HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n");
    let (front, back, selfie) = (file(PNG), file(PDF), file(PNG));
    let done = add_kyc(
        &api,
        KycFiles::IdCard {
            front,
            back,
            selfie,
        },
    )
    .await;
    assert_eq!(
        done.unwrap().message,
        None,
        "no page tells what the body is"
    );
    let (head, body) = served.join().unwrap();
    assert!(
        head.starts_with("post /v1/user/kyc-files/anna-1 http/1.1\r\n"),
        "{head}"
    );
    assert_eq!(header(&head, "x-api-key"), Some("canary-key"));
    let length = header(&head, "content-length").unwrap();
    assert_eq!(
        length,
        body.len().to_string(),
        "sent in one piece, not in chunks"
    );
    let named = |name: &str, ending: &str, kind: &str| {
        format!(
            "Content-Disposition: form-data; name=\"{name}\"; filename=\"{name}.{ending}\"\r\n\
             Content-Type: {kind}"
        )
    };
    let document = "Content-Disposition: form-data; name=\"documentType\"".to_owned();
    assert_eq!(
        parts(&head, &body),
        [
            (document, b"ID_CARD".to_vec()),
            (named("frontPhoto", "png", "image/png"), PNG.to_vec()),
            (named("backPhoto", "pdf", "application/pdf"), PDF.to_vec()),
            (named("selfie", "png", "image/png"), PNG.to_vec()),
        ]
    );
}

#[tokio::test]
async fn all_files_that_show_where_somebody_lives_go_in_one_call() {
    let (api, served) = server("HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}");
    assert_eq!(add_poa(&api).await.unwrap(), PoaFilesAnswer::Added);
    let (head, body) = served.join().unwrap();
    assert!(
        head.starts_with("post /v1/user/poa-files/anna-1 http/1.1\r\n"),
        "{head}"
    );
    let parts = parts(&head, &body);
    assert!(
        parts
            .iter()
            .all(|(named, _)| named.contains("name=\"files\";"))
    );
    let files: Vec<_> = parts.into_iter().map(|(_, file)| file).collect();
    assert_eq!(files, [PDF, PNG]);
}

#[tokio::test]
async fn the_page_is_asked_for_without_a_key() {
    let (api, served) = server(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: 13\r\n\r\n<html></html>",
    );
    assert_eq!(open_page(&api).await.unwrap().html(), "<html></html>");
    let (head, _) = served.join().unwrap();
    assert!(
        head.starts_with("get /v1/kyc/verification/anna-1/v-1 http/1.1\r\n"),
        "{head}"
    );
    assert_eq!(header(&head, "x-api-key"), None);
    assert!(!head.contains("canary-key"), "{head}");
}

#[tokio::test]
async fn the_browsers_address_is_that_of_the_request_and_holds_no_key() {
    let (api, requests) = provider([ShowsPage("<html></html>")]);
    let path = "/v2/{verificationId}/of/{externalUserId}";
    let moved = api
        .clone()
        .with_path(OperationId::OpenKycVerification, path)
        .unwrap();
    for (api, expected) in [
        (api, "http://localhost/stem/v1/kyc/verification/anna-1/v-1"),
        (moved, "http://localhost/stem/v2/v-1/of/anna-1"),
    ] {
        let address = api.raw().kyc_page_address(&anna(), &verification());
        assert_eq!(address, expected);
        open_page(&api).await.unwrap();
        let asked = requests.lock().unwrap().pop().unwrap();
        assert_eq!(asked.uri().to_string(), expected);
    }
    let odd = "a b?c#d%2e".parse().unwrap();
    let (api, _) = provider([BreaksOff]);
    let address = api.raw().kyc_page_address(&odd, &verification());
    assert_eq!(
        address,
        "http://localhost/stem/v1/kyc/verification/a%20b%3Fc%23d%252e/v-1"
    );
}

#[tokio::test]
async fn paths_of_forms_can_be_replaced() {
    let (api, requests) = provider([Says(200, DONE)]);
    let path = "/v2/{externalUserId}/identity";
    let api = api.with_path(OperationId::AddKycFiles, path).unwrap();
    add_kyc(&api, passport()).await.unwrap();
    let path = requests.lock().unwrap()[0].uri().path().to_owned();
    assert_eq!(path, "/stem/v2/anna-1/identity");
}

#[tokio::test(start_paused = true)]
async fn a_form_is_sent_again_only_where_it_provably_never_left_and_then_as_it_was() {
    let (api, requests) = provider([IsUnreachable, Says(201, DONE)]);
    add_kyc(&api, passport()).await.unwrap();
    let sent = std::mem::take(&mut *requests.lock().unwrap());
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0].body(), sent[1].body());
    assert_eq!(sent[0].headers(), sent[1].headers());
    assert!(sent[0].body().windows(PDF.len()).any(|it| it == PDF));

    for turn in [BreaksOff, Says(400, P501), Says(503, "<html>")] {
        let (api, requests) = provider([turn]);
        let error = add_poa(&api).await.unwrap_err();
        assert!(error.may_have_been_processed(), "{error}");
        assert_eq!(requests.lock().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn pending_is_a_success_and_may_be_said_by_status_or_by_body() {
    for (turn, answer) in [
        (Says(201, DONE), PoaFilesAnswer::Added),
        (Says(201, ""), PoaFilesAnswer::Added),
        (Says(202, P211), PoaFilesAnswer::Pending),
        (Says(202, ""), PoaFilesAnswer::Pending),
        (Says(200, P211), PoaFilesAnswer::Pending),
    ] {
        let (api, _) = provider([turn]);
        assert_eq!(add_poa(&api).await.unwrap(), answer);
    }
}

#[tokio::test]
async fn refusals_of_files_are_typed() {
    for (code, status, rule) in [
        ("P412", 400, Rule::UserMustExist),
        ("P426", 400, Rule::FileMustBeOfTakenKind),
        ("P440", 400, Rule::FileMustBeSmallEnough),
        ("P447", 400, Rule::PoaMustNotBeApproved),
        ("P460", 404, Rule::PoaMustBeAsked),
    ] {
        let body = format!("{{\"errorCode\":\"{code}\",\"errorMessage\":\"canary\"}}").leak();
        let (api, _) = provider([Says(status, body)]);
        let error = add_poa(&api).await.unwrap_err();
        assert_eq!(error.refusal().and_then(|it| it.rule()), Some(rule));
        assert!(!error.may_have_been_processed(), "{error}");
        assert!(!shown(&error).contains("canary"), "{}", shown(&error));
    }
    for denied in AccessDenied::ALL {
        let (api, _) = provider([Says(401, denied.body())]);
        let error = add_kyc(&api, passport()).await.unwrap_err();
        let said = error.refusal().and_then(|it| it.access_denied());
        assert_eq!(said, Some(*denied));
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_is_a_read_and_what_is_no_page_is_not_taken_for_one() {
    let (api, requests) = provider([BreaksOff, Says(400, P501), ShowsPage("<html></html>")]);
    open_page(&api).await.unwrap();
    assert_eq!(requests.lock().unwrap().len(), 3);

    let (api, _) = provider([Says(400, P412)]);
    let error = open_page(&api).await.unwrap_err();
    let rule = error.refusal().and_then(|it| it.rule());
    assert_eq!(rule, Some(Rule::UserMustExist));

    for odd in ["\"canary\"", "<html>canary</html>", ""] {
        let (api, _) = provider([Says(200, odd)]);
        let error = open_page(&api).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Undecodable);
        assert!(!shown(&error).contains("canary"), "{}", shown(&error));
    }
}

#[tokio::test(start_paused = true)]
async fn an_upload_ends_by_its_deadline() {
    let wire = InProcess::new(|_| std::future::pending());
    let transport = Api::transport("http://localhost", ApiKey::new("canary-key")).wire(wire);
    let api = Api::new(transport.build().unwrap());
    let (id, files) = (anna(), passport());
    let soon = CallOptions::new().timeout(Duration::from_secs(3));
    let send = |client: Client| async move { client.add_kyc_files(&id, &files).await };
    let error = api.call(soon, send).await.unwrap_err();
    assert!(error.is_timeout() && error.may_have_been_processed());
}

/// A file that is not fit cannot be made, so no call can be given one; and nothing shows what is in one that can.
#[tokio::test]
async fn what_is_too_large_or_of_another_kind_is_never_sent() {
    let mut large = PDF.to_vec();
    large.resize(FILE_BYTES_MAX + 1, 0);
    let too_large = File::new(large).unwrap_err();
    assert!(matches!(too_large, InvalidFile::TooLarge { .. }));
    let other = File::new(b"canary".as_slice()).unwrap_err();
    assert_eq!(other, InvalidFile::UnknownKind);
    assert!(!format!("{other} {other:?}").contains("canary"));
    let too_many = PoaFiles::new(vec![file(PDF); 4]).unwrap_err();
    assert_eq!(too_many, InvalidFile::Count { files: 4 });
    let shown = format!("{:?} {:#?}", passport(), PoaFiles::from(file(PDF)));
    assert!(
        !shown.contains("canary") && !shown.contains("99, 97"),
        "{shown}"
    );
}

#[test]
fn every_operation_has_a_method_generated_or_by_hand() {
    let sources = [
        include_str!("../../src/generated.rs"),
        include_str!("../../src/carried/mod.rs"),
    ];
    for operation in OPERATIONS {
        let method = format!("pub async fn {}<'a>(", operation.id);
        let written = sources.iter().filter(|it| it.contains(&method)).count();
        assert_eq!(written, 1, "{}", operation.id);
    }
}
