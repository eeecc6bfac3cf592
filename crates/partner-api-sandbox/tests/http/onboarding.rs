//! Documents and hosted verifications.

use reqwest::Method;
use serde_json::{Value, json};

use crate::stand::{API_KEY, Reply, Stand, client, identity, person, text};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n canary picture";
const PDF: &[u8] = b"%PDF-1.7 canary";

/// A form by hand: names, and what stands in them.
fn form(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, content) in parts {
        let file = if *name == "documentType" {
            ""
        } else {
            "; filename=\"canary.png\""
        };
        let head =
            format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    body
}

async fn send(stand: &Stand, path: &str, body: Vec<u8>) -> Reply {
    let request = client()
        .request(Method::POST, format!("{}{path}", stand.sandbox.api_url()))
        .header("x-api-key", API_KEY)
        .header("content-type", "multipart/form-data; boundary=edge")
        .body(body);
    let reply = Reply::read(request.send().await.unwrap(), true).await;
    assert!(!reply.text.contains("canary"), "{}", reply.text);
    reply
}

async fn kyc_files(stand: &Stand, parts: &[(&str, &[u8])]) -> Reply {
    send(stand, "/v1/user/kyc-files/u1", form(parts)).await
}

#[tokio::test]
async fn identity_files_follow_the_kind_of_document() {
    let stand = Stand::start().await;
    stand.registered("u1").await;
    let passport: &[(&str, &[u8])] = &[
        ("documentType", b"PASSPORT"),
        ("frontPhoto", PNG),
        ("selfie", PNG),
    ];
    assert_eq!(kyc_files(&stand, passport).await.status, 201);
    let card: &[(&str, &[u8])] = &[
        ("documentType", b"ID_CARD"),
        ("frontPhoto", PNG),
        ("backPhoto", PDF),
        ("selfie", PNG),
    ];
    assert_eq!(kyc_files(&stand, card).await.status, 201);
    let half: &[(&str, &[u8])] = &[
        ("documentType", b"ID_CARD"),
        ("frontPhoto", PNG),
        ("selfie", PNG),
    ];
    let half = kyc_files(&stand, half).await;
    half.invalid("backPhoto must be given for this documentType");
    let odd: &[(&str, &[u8])] = &[
        ("documentType", b"PASSPORT"),
        ("frontPhoto", PNG),
        ("backPhoto", PNG),
        ("canary", PNG),
    ];
    let odd = kyc_files(&stand, odd).await;
    odd.invalid(
        "every part must be of a documented name, selfie must be given once, \
         backPhoto must be left out for PASSPORT",
    );
    let wrong: &[(&str, &[u8])] = &[
        ("documentType", b"PASSPORT"),
        ("frontPhoto", b"GIF89a"),
        ("selfie", PNG),
    ];
    kyc_files(&stand, wrong)
        .await
        .refused(400, "P426", "file_must_be_of_taken_kind");
    let licence: &[(&str, &[u8])] = &[
        ("documentType", b"DRIVER_LICENSE"),
        ("frontPhoto", PNG),
        ("selfie", PNG),
    ];
    kyc_files(&stand, licence)
        .await
        .refused(400, "P403", "document_must_show_identity");
    let unknown = send(&stand, "/v1/user/kyc-files/ghost", form(passport)).await;
    unknown.refused(400, "P412", "user_must_exist");
}

#[tokio::test]
async fn a_proof_of_address_waits_for_a_decision_and_ends_with_approval() {
    let stand = Stand::start().await;
    stand.registered("u1").await;
    let add = async |files: usize| {
        let parts = vec![("files", PDF); files];
        send(&stand, "/v1/user/poa-files/u1", form(&parts)).await
    };
    let decide = async |decision: &str| {
        let body = json!({ "externalUserId": "u1", "decision": decision });
        stand.control("/simulate/poa-decision", Some(body)).await
    };
    assert_eq!(add(3).await.status, 201);
    add(1).await.refused(202, "P211", "poa_must_not_be_pending");
    decide("QUESTIONED").await.ok();
    assert_eq!(decide("APPROVED").await.status, 409);
    assert_eq!(add(1).await.status, 201);
    stand.advance(1_000).await;
    add(1)
        .await
        .refused(400, "P447", "poa_must_not_be_approved");
    for count in [0, 4] {
        add(count).await.invalid("files must be 1 to 3 files");
    }
}

#[tokio::test]
async fn forms_that_are_none_and_files_that_are_too_large_are_refused() {
    let stand = Stand::start().await;
    stand.registered("u1").await;
    let path = "/v1/user/poa-files/u1";
    let mut large = PDF.to_vec();
    large.resize(5 * 1024 * 1024 + 1, b'x');
    let reply = send(&stand, path, form(&[("files", &large)])).await;
    reply.refused(400, "P440", "file_must_be_small_enough");
    let whole = form(&[("files", PDF)]);
    let cut = send(&stand, path, whole[..whole.len() - 20].to_vec()).await;
    cut.invalid("body must be a well-formed form");
    let huge = send(&stand, path, vec![b'x'; 16 * 1024 * 1024]).await;
    assert_eq!(
        (huge.status, &huge.body["errorCode"]),
        (413, &json!("P403"))
    );
    let reply = stand.post(path, json!({ "files": [] })).await;
    reply.invalid("content-type must be multipart/form-data with a boundary");
}

fn questionnaire(change: impl FnOnce(&mut Value)) -> Value {
    let mut body = json!({
        "externalUserId": "u1", "documentType": "PASSPORT", "country": "PL",
        "incomeSource": "SALARY", "openAccountReason": "DAILY_USE", "occupation": "IT",
        "additionalInfo": "I am a programmer",
    });
    change(&mut body);
    body
}

#[tokio::test]
async fn a_hosted_verification_is_opened_without_a_key_and_decided_later() {
    let stand = Stand::start().await;
    stand.registered("u1").await;
    let created = stand.post("/v1/kyc", questionnaire(|_| {})).await.ok();
    let id = text(&created, "verificationId");
    let again = stand.post("/v1/kyc", questionnaire(|_| {})).await;
    again.refused(400, "P602", "kyc_must_be_open");

    let url = format!("{}/v1/kyc/verification/u1/{id}", stand.sandbox.api_url());
    let page = client().get(url).send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    let page = page.text().await.unwrap();
    assert!(page.contains("https://ui.idenfy.com/?authToken="), "{page}");
    let elsewhere = stand.get("/v1/kyc/verification/u1/ghost").await;
    elsewhere.refused(404, "P445", "kyc_must_exist");

    let status = format!("/v1/kyc/status/{id}");
    assert_eq!(stand.get(&status).await.ok()["status"], "PENDING");
    let named = json!({ "verificationId": id, "approved": false, "reasons": ["of ZS0001234"] });
    let refused = stand.control("/simulate/kyc-decision", Some(named)).await;
    assert_eq!(refused.status, 400);
    assert!(!refused.text.contains("ZS0001234"), "{}", refused.text);
    assert_eq!(stand.get(&status).await.ok()["status"], "PENDING");
    let rejection = json!({ "verificationId": id, "approved": false, "reasons": ["blurred"] });
    stand
        .control("/simulate/kyc-decision", Some(rejection))
        .await
        .ok();
    let rejected = stand.get(&status).await.ok();
    assert_eq!(
        (&rejected["status"], &rejected["reasons"]),
        (&json!("REJECTED"), &json!(["blurred"]))
    );
    let second = stand.post("/v1/kyc", questionnaire(|_| {})).await.ok();
    stand.advance(1_000).await;
    let status = format!("/v1/kyc/status/{}", text(&second, "verificationId"));
    assert_eq!(stand.get(&status).await.ok()["status"], "APPROVED");
}

#[tokio::test]
async fn a_country_that_does_not_exist_is_refused_wherever_one_is_taken() {
    let stand = Stand::start().await;
    let form = "must be of the documented type and form";
    for code in ["ZZ", "UK", "pl"] {
        for field in ["country", "citizenship", "nationality", "birthCountry"] {
            let mut body = person("u1");
            body[field] = json!(code);
            let reply = stand.post("/v1/user/balances/crypto-and-fiat", body).await;
            reply.invalid(&format!("{field} {form}"));
        }
        let mut body = identity("u1");
        body["issuingCountry"] = json!(code);
        let reply = stand.post("/v1/user/verification", body).await;
        reply.invalid(&format!("issuingCountry {form}"));
        let reply = stand
            .post(
                "/v1/kyc",
                questionnaire(|body| body["country"] = json!(code)),
            )
            .await;
        reply.invalid(&format!("country {form}"));
        let body = json!({ "walletType": "CUSTODIAL", "details": { "country": code } });
        let path = "/v1/crypto-deposit/update-travel-rule/d1";
        let reply = stand.patch(path, Some(body)).await;
        reply.invalid(&format!("details {form}"));
    }
    stand
        .control("/users/u1", None)
        .await
        .refused(404, "none", "-");
}

#[tokio::test]
async fn nobody_is_born_ahead_of_the_sandboxs_clock_or_before_1900() {
    let stand = Stand::start().await;
    let create = async |id: &str, born: &str| {
        let mut body = person(id);
        body["birthDate"] = json!(born);
        stand.post("/v1/user/balances/crypto-and-fiat", body).await
    };
    for born in ["9999-12-31", "1899-12-31", "0001-01-01"] {
        let reply = create("u1", born).await;
        reply.refused(400, "P403", "birth_date_must_be_plausible");
    }
    let reply = create("u1", "2025-02-29").await;
    reply.invalid("birthDate must be a date that exists, as YYYY-MM-DD");
    create("u1", "1900-01-01").await.ok();
}

#[tokio::test]
async fn identity_data_follows_the_kind_of_document() {
    let stand = Stand::start().await;
    stand.registered("u1").await;
    let verify = async |change: Value| {
        let mut body = identity("u1");
        let fields = body.as_object_mut().unwrap();
        fields.extend(change.as_object().unwrap().clone());
        stand.post("/v1/user/verification", body).await
    };
    for (change, rule) in [
        (
            json!({ "documentType": "DRIVER_LICENSE" }),
            "document_must_show_identity",
        ),
        (
            json!({ "documentNumber": "EK 7700123" }),
            "document_number_must_fit_kind",
        ),
        (
            json!({ "documentType": "RESIDENCE_PERMIT", "expiryDate": "2999-01-01" }),
            "permit_must_be_of_residence",
        ),
        (
            json!({ "documentType": "RESIDENCE_PERMIT", "issuingCountry": "DE", "expiryDate": "2999-01-01" }),
            "permit_must_be_of_residence",
        ),
        (
            json!({ "documentType": "RESIDENCE_PERMIT", "issuingCountry": "PL" }),
            "permit_must_expire",
        ),
        (
            json!({ "expiryDate": "2020-01-01" }),
            "document_must_not_be_expired",
        ),
    ] {
        verify(change).await.refused(400, "P403", rule);
    }
    let reply = verify(json!({ "documentType": "LIBRARY_CARD", "expiryDate": "soon" })).await;
    reply.invalid(
        "documentType must be a documented type, expiryDate must be a date that exists, as YYYY-MM-DD",
    );
    let permit = json!({
        "documentType": "RESIDENCE_PERMIT", "documentNumber": "RP-12345", "issuingCountry": "PL",
        "expiryDate": "2999-01-01",
    });
    verify(permit).await.ok();
    stand.advance(1_000).await;
    stand.get("/v1/user/balances/u1").await.ok();
}

#[tokio::test]
async fn what_is_asked_follows_from_where_the_money_comes_from() {
    let stand = Stand::start().await;
    stand.registered("u1").await;
    for (change, message) in [
        (
            json!({ "incomeSource": "BUSINESS_ACTIVITY" }),
            "taxId must be given for this incomeSource, occupation must be left out for this incomeSource, \
             additionalInfo must be left out for this incomeSource",
        ),
        (
            json!({ "incomeSource": "INVESTMENTS" }),
            "occupation must be left out for this incomeSource",
        ),
        (
            json!({ "incomeSource": "LOTTERY", "openAccountReason": "FUN" }),
            "incomeSource must be a documented source, openAccountReason must be a documented reason, \
             occupation must be left out for this incomeSource",
        ),
    ] {
        let body = questionnaire(|body| {
            let fields = body.as_object_mut().unwrap();
            fields.extend(change.as_object().unwrap().clone());
        });
        stand.post("/v1/kyc", body).await.invalid(message);
    }
}
