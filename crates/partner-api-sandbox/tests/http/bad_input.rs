//! Input that no honest client sends: ids, amounts and bodies. Each is refused for its form, and nothing happens.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use reqwest::Method;
use serde_json::{Value, json};

use crate::stand::{API_KEY, Reply, Stand, client, funding, identity, new_card, payout, person};

// The requests are written by hand, which blocks a thread while another one serves.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn malformed_ids_in_paths() {
    let stand = Stand::start().await;
    let long = "a".repeat(10_240);
    for id in [
        "a%2Fb", "a%5Cb", "%00", "a%0Ab", "%7F", "%c2%85", "%2e", "%2E%2E", &long,
    ] {
        for (method, path, name) in [
            (
                Method::GET,
                format!("/v1/user/balances/{id}"),
                "externalUserId",
            ),
            (
                Method::PATCH,
                format!("/v1/user/suspend/{id}"),
                "externalUserId",
            ),
            (Method::DELETE, format!("/v1/user/{id}"), "externalUserId"),
            (Method::GET, format!("/v1/card/all/{id}"), "externalUserId"),
            (Method::GET, format!("/v1/card/details/u1/{id}"), "cardId"),
            (
                Method::GET,
                format!("/v1/exchange/get-lock/{id}"),
                "externalUserId",
            ),
            (
                Method::GET,
                format!("/v1/exchange/details/{id}"),
                "exchangeId",
            ),
            (
                Method::GET,
                format!("/v1/transfer/details/{id}"),
                "transferId",
            ),
            (
                Method::GET,
                format!("/v1/sepa-transfer/details/{id}"),
                "transferId",
            ),
        ] {
            // A client would take dots out of a path.
            let reply = raw(&stand, method.as_str(), &path);
            let message = format!("\"errorMessage\":\"{name} must be a well-formed id\"");
            assert!(
                reply.starts_with("HTTP/1.1 400 ") && reply.contains(&message),
                "{path}: {reply}"
            );
        }
    }
    for id in [".", ".."] {
        let reply = raw(&stand, "GET", &format!("/v1/user/balances/{id}"));
        assert!(
            reply.contains("externalUserId must be a well-formed id"),
            "{reply}"
        );
    }
    let reply = stand.get("/v1/user/balances/%ff%fe").await;
    reply.invalid("path must be UTF-8 where it is decoded");
}

#[tokio::test]
async fn null_is_no_way_to_leave_a_field_out() {
    let stand = Stand::start().await;
    stand.funded("u1", "10").await;
    let form = "must be of the documented type and form";
    let update = stand
        .patch("/v1/user/u1", Some(json!({ "city": null })))
        .await;
    update.invalid(&format!("city {form}"));
    let mut transfer = funding("u1", "1");
    transfer["sourceExternalUserId"] = Value::Null;
    let transfer = stand.post("/v1/transfer", transfer).await;
    transfer.invalid(&format!("sourceExternalUserId {form}"));
    let body = json!({ "externalUserId": "u1", "amount": "1", "senderName": null });
    let deposit = stand.control("/simulate/sepa-deposit", Some(body)).await;
    assert_eq!(
        (deposit.status, &deposit.body["error"]),
        (400, &format!("senderName {form}").into())
    );
    assert_eq!(stand.held("u1", "eur").await, "10.00");
}

#[tokio::test]
async fn malformed_ids_in_bodies() {
    let stand = Stand::start().await;
    let seq = stand.get("/v1/exchange/get-rate").await.seq;
    for id in [
        "",
        ".",
        "..",
        "a/b",
        "a\\b",
        "a\nb",
        "\u{0}",
        &"a".repeat(10_240),
    ] {
        let mut new = person("u1");
        new["externalUserId"] = json!(id);
        for (method, path, body, field) in [
            (
                Method::POST,
                "/v1/user/balances/crypto-and-fiat",
                new,
                "externalUserId",
            ),
            (
                Method::POST,
                "/v1/user/verification",
                identity(id),
                "externalUserId",
            ),
            (
                Method::POST,
                "/v1/transfer",
                funding(id, "1"),
                "destinationExternalUserId",
            ),
            (
                Method::POST,
                "/v1/sepa-transfer",
                payout(id, "1"),
                "sourceExternalUserId",
            ),
            (
                Method::POST,
                "/v1/card/virtual",
                new_card(id),
                "externalUserId",
            ),
            (
                Method::DELETE,
                "/v1/card",
                json!({ "externalUserId": "u1", "cardId": id }),
                "cardId",
            ),
        ] {
            let reply = stand.call(method, path, Some(body)).await;
            assert_eq!(reply.seq, seq, "nothing was decided");
            reply.invalid(&format!("{field} must be of the documented type and form"));
        }
    }
}

#[tokio::test]
async fn amounts_that_are_none() {
    let stand = Stand::start().await;
    stand.verified("u1").await;
    for amount in [
        json!("-1"),
        json!(-1),
        json!("NaN"),
        json!(""),
        json!(" 1"),
        json!("1e2"),
        json!("1,5"),
        json!("123456789012345678901234567890"),
        json!("0.000000001"),
        json!(0.000_000_001),
        json!("92233720368.54775808"),
        Value::Null,
        json!(true),
        json!(["1"]),
    ] {
        let message = "amount must be of the documented type and form";
        let mut transfer = funding("u1", "");
        transfer["amount"] = amount.clone();
        stand.post("/v1/transfer", transfer).await.invalid(message);
        let mut out = payout("u1", "");
        out["amount"] = amount;
        stand.post("/v1/sepa-transfer", out).await.invalid(message);
    }
    for currency in [
        json!("e"),
        json!("e u"),
        json!("€"),
        json!(978),
        json!("e".repeat(10_240)),
    ] {
        let mut transfer = funding("u1", "1");
        transfer["currency"] = currency;
        let reply = stand.post("/v1/transfer", transfer).await;
        reply.invalid("currency must be of the documented type and form");
    }
    // Exact to the last digit, in both forms.
    for amount in [json!("0.01"), json!(0.01), json!(1e-2), json!("00.010")] {
        let mut transfer = funding("u1", "");
        transfer["amount"] = amount;
        stand.post("/v1/transfer", transfer).await.ok();
    }
    assert_eq!(stand.held("u1", "eur").await, "0.04");
}

#[tokio::test]
async fn bodies_that_are_none() {
    let stand = Stand::start().await;
    let send = async |body: &str, kind: Option<&str>| {
        let url = format!("{}/v1/transfer", stand.sandbox.api_url());
        let mut request = client()
            .post(url)
            .header("x-api-key", API_KEY)
            .body(body.to_owned());
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        Reply::read(request.send().await.unwrap(), true).await
    };
    let json = Some("application/json");
    send("", json).await.invalid("body must not be empty");
    for body in [
        "{",
        "not json",
        "{\"amount\":1,}",
        "{} {}",
        &"[".repeat(60_000),
    ] {
        send(body, json)
            .await
            .invalid("body must be well-formed JSON");
    }
    for body in ["null", "[]", "7", "\"text\""] {
        let message = "body must be one JSON object of the documented shape";
        send(body, json).await.invalid(message);
    }
    send("{}", json)
        .await
        .invalid("amount must be given, currency must be given");
    for kind in [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
    ] {
        send("{}", kind)
            .await
            .invalid("content-type must be application/json");
    }
    let huge = format!("{{\"amount\":\"{}\"}}", "1".repeat(8 * 1024 * 1024));
    let reply = send(&huge, json).await.refused(413, "P403", "-");
    assert_eq!(reply.body["errorMessage"], "body must be at most 64 KiB");
}

/// What the handler does not need is read all the same, up to the limit.
#[tokio::test]
async fn a_body_where_none_is_wanted_is_ignored() {
    let stand = Stand::start().await;
    stand.registered("u1").await;
    let body = Some(json!({ "reason": "fraud" }));
    stand.patch("/v1/user/suspend/u1", body).await.ok();
    let huge = Some(json!("x".repeat(100_000)));
    stand
        .patch("/v1/user/suspend/u1", huge)
        .await
        .refused(413, "P403", "-");
}

/// A request as it stands, and the whole answer.
fn raw(stand: &Stand, method: &str, path: &str) -> String {
    let url = stand.sandbox.api_url();
    let address = url.strip_prefix("http://").unwrap();
    let mut socket = TcpStream::connect(address).unwrap();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nx-api-key: {API_KEY}\r\nconnection: close\r\n\r\n"
    );
    socket.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    answer
}
