//! HTTP as no client library speaks it: old, pipelined, chunked in odd ways, with too much of everything. Whatever comes,
//! the answer is well-formed or the connection closes, nothing is decided twice, and the next caller is served.

use std::time::Duration;

use partner_api_types::OPERATIONS;
use reqwest::Method;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::stand::{API_KEY, Reply, Stand, client, funding};

/// Sends bytes and reads until the server closes; all that it answered.
async fn exchange(stand: &Stand, sent: &[u8]) -> String {
    let address = stand.sandbox.api_url().replace("http://", "");
    let mut socket = TcpStream::connect(address).await.unwrap();
    // The server may close before it has read everything.
    drop(socket.write_all(sent).await);
    let mut answer = Vec::new();
    let read = socket.read_to_end(&mut answer);
    let read = tokio::time::timeout(Duration::from_secs(30), read).await;
    drop(read.expect("the server answers and closes"));
    String::from_utf8(answer).unwrap()
}

fn statuses(answers: &str) -> Vec<&str> {
    let lines = answers.split("HTTP/1.").skip(1);
    lines.map(|answer| &answer[2..5]).collect()
}

fn transfer(head: &str, body: &str) -> Vec<u8> {
    format!(
        "POST /v1/transfer HTTP/1.1\r\nhost: a\r\nx-api-key: {API_KEY}\r\ncontent-type: application/json\r\n{head}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// The chunks of a body, a few bytes each.
fn chunked(body: &str, extension: &str) -> String {
    let chunks = body.as_bytes().chunks(7).map(|chunk| {
        let text = std::str::from_utf8(chunk).unwrap();
        format!("{:x}{extension}\r\n{text}\r\n", chunk.len())
    });
    chunks.collect::<String>() + "0\r\n"
}

#[tokio::test]
async fn old_http_is_answered_and_closed() {
    let stand = Stand::start().await;
    let request = format!("GET /v1/exchange/get-rate HTTP/1.0\r\nx-api-key: {API_KEY}\r\n\r\n");
    let answer = exchange(&stand, request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.0 200 OK\r\n"), "{answer}");
    assert!(
        answer.to_lowercase().contains("content-length: "),
        "{answer}"
    );
    let older = exchange(&stand, b"GET /v1/exchange/get-rate\r\n\r\n").await;
    assert!(older.is_empty() || statuses(&older) == ["400"], "{older}");
}

#[tokio::test]
async fn pipelined_calls_are_answered_in_their_order() {
    let stand = Stand::start().await;
    stand.funded("u1", "1").await;
    let body = funding("u1", "1").to_string();
    let one = transfer(&format!("content-length: {}", body.len()), &body);
    let read = |close: &str| {
        format!(
            "GET /v1/user/balances/u1 HTTP/1.1\r\nhost: a\r\nx-api-key: {API_KEY}\r\n{close}\r\n"
        )
        .into_bytes()
    };
    let sent = [one.clone(), read(""), one, read("connection: close\r\n")].concat();
    let answers = exchange(&stand, &sent).await;
    assert_eq!(statuses(&answers), ["201", "200", "201", "200"]);
    let amounts = |amount| answers.find(&format!("\"amount\":\"{amount}\""));
    assert!(amounts("2.00") < amounts("3.00"), "{answers}");
}

#[tokio::test]
async fn chunks_are_put_together_or_refused() {
    let stand = Stand::start().await;
    stand.funded("u1", "1").await;
    let body = funding("u1", "1").to_string();
    let head = "transfer-encoding: chunked\r\nconnection: close";
    let trailer = "x-api-key: other\r\n\r\n";
    for (good, sent) in [
        (true, chunked(&body, "") + "\r\n"),
        (true, chunked(&body, ";name=value") + trailer),
        (false, format!("-1\r\n{body}\r\n0\r\n\r\n")),
        (false, format!("ffffffffffffffffff\r\n{body}\r\n0\r\n\r\n")),
        (false, format!("2\r\n{body}\r\n0\r\n\r\n")),
    ] {
        let answer = exchange(&stand, &transfer(head, &sent)).await;
        let wanted = if good { "201" } else { "400" };
        assert_eq!(statuses(&answer), [wanted], "{sent}");
    }
    // Two lengths, or a length and chunks: another server in between could see another body.
    for head in [
        "content-length: 5\r\ncontent-length: 6\r\nconnection: close",
        "content-length: 5, 6\r\nconnection: close",
        "content-length: +5\r\nconnection: close",
        "transfer-encoding: gzip\r\nconnection: close",
        "transfer-encoding: chunked, identity\r\nconnection: close",
    ] {
        let answer = exchange(&stand, &transfer(head, &body)).await;
        assert_eq!(statuses(&answer), ["400"], "{head}: {answer}");
    }
    let both = "content-length: 4\r\ntransfer-encoding: chunked\r\nconnection: close";
    let answer = exchange(&stand, &transfer(both, &(chunked(&body, "") + "\r\n"))).await;
    assert!(matches!(&*statuses(&answer), ["201" | "400"]), "{answer}");
    assert!(matches!(&*stand.held("u1", "eur").await, "3.00" | "4.00"));
}

#[tokio::test]
async fn too_much_head_is_refused() {
    let stand = Stand::start().await;
    let begin =
        format!("GET /v1/exchange/get-rate HTTP/1.1\r\nhost: a\r\nx-api-key: {API_KEY}\r\n");
    let many = |count: usize| -> String { (0..count).map(|it| format!("x-{it}: y\r\n")).collect() };
    let long = format!("x-long: {}\r\n", "y".repeat(1024 * 1024));
    for (head, status) in [
        (many(50), "200"),
        (many(10_000), "431"),
        (long, "431"),
        ("bad header\r\n".to_owned(), "400"),
        ("x-nul: a\0b\r\n".to_owned(), "400"),
    ] {
        let sent = format!("{begin}{head}connection: close\r\n\r\n");
        let answer = exchange(&stand, sent.as_bytes()).await;
        // A server that closes on unread bytes may take its answer back.
        let is_cut = answer.is_empty() && status != "200";
        assert!(
            is_cut || statuses(&answer) == [status],
            "{status}: {answer:.200}"
        );
    }
    let path = format!("GET /{} HTTP/1.1\r\nhost: a\r\n\r\n", "a".repeat(100_000));
    let answer = exchange(&stand, path.as_bytes()).await;
    assert!(
        answer.is_empty() || statuses(&answer) == ["414"],
        "{answer}"
    );
    stand.get("/v1/exchange/get-rate").await.ok();
}

#[tokio::test]
async fn a_name_of_a_header_is_read_in_any_case_and_a_method_is_not() {
    let stand = Stand::start().await;
    let ask = |method: &str, key: &str| {
        let line = format!("{method} /v1/partner/balances HTTP/1.1");
        format!("{line}\r\nhost: a\r\n{key}: {API_KEY}\r\nconnection: close\r\n\r\n").into_bytes()
    };
    for (method, key, status) in [
        ("GET", "X-API-KEY", "200"),
        ("GET", "x-aPi-KeY", "200"),
        ("get", "x-api-key", "405"),
        ("GETS", "x-api-key", "405"),
    ] {
        let answer = exchange(&stand, &ask(method, key)).await;
        assert_eq!(statuses(&answer), [status], "{method} {key}: {answer}");
    }
}

#[tokio::test]
async fn no_path_answers_head_or_options_and_each_says_what_it_does() {
    let stand = Stand::start().await;
    let seq = stand.get("/v1/exchange/get-rate").await.seq;
    let client = client();
    for operation in OPERATIONS {
        let path = operation.path.replace('{', "a").replace('}', "");
        for method in [Method::HEAD, Method::OPTIONS] {
            let url = format!("{}{path}", stand.sandbox.api_url());
            let request = client.request(method.clone(), url);
            let response = request.header("x-api-key", API_KEY).send().await.unwrap();
            let allow = response.headers()["allow"].to_str().unwrap().to_owned();
            let mut methods = allow.split(", ");
            assert!(
                methods.any(|it| it == operation.method.as_str()),
                "{path}: {allow}"
            );
            assert!(!allow.contains(method.as_str()), "{path}: {allow}");
            if method == Method::HEAD {
                assert_eq!(response.status(), 405);
                assert_eq!(response.text().await.unwrap(), "");
            } else {
                Reply::read(response, true).await.refused(405, "P403", "-");
            }
        }
    }
    assert_eq!(stand.get("/v1/exchange/get-rate").await.seq, seq);
}

#[tokio::test]
async fn a_query_is_read_by_name_and_the_first_of_two_counts() {
    let stand = Stand::start().await;
    stand.funded("u1", "1").await;
    let path = "/v1/user/transaction-history/u1";
    for (query, entries) in [
        ("?limit=1&limit=99", Some(1)),
        ("?unknown=1&&=&limit=%31", Some(1)),
        ("?LIMIT=0", Some(1)),
        ("?limit=", None),
        ("?limit=1%00", None),
        ("?limit=+1", None),
        ("?limit=99999999999999999999", None),
        ("?cursor=%ff", None),
        ("?cursor=-", None),
    ] {
        let reply = stand.get(&format!("{path}{query}")).await;
        match entries {
            Some(entries) => {
                let found = reply.ok()["transactions"].as_array().unwrap().len();
                assert_eq!(found, entries, "{query}");
            }
            None => drop(reply.refused(400, "P403", "-")),
        }
    }
}
