//! Secrets go in everywhere and come out nowhere.

use partner_api_transport::{Answer, Call, CallOptions, Error, ErrorKind, RetryClass, decode};

use crate::support::server::{Act, Server, closed_port, say};
use crate::support::trace::Trace;
use crate::support::{KEY, Word, call, call_with, transport};

const CANARY: &str = "canary";

/// Everything that a log or a report could print about an error.
fn shown(error: &Error<Word>) -> String {
    let mut text = format!("{error}\n{error:?}\n{error:#?}\n");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(&format!("{cause}\n{cause:?}\n"));
        source = cause.source();
    }
    text
}

/// Request and answer are full of canaries: path, query, key, headers, bodies.
#[tokio::test]
async fn no_error_and_no_trace_shows_what_was_sent_or_answered() {
    let (trace, _guard) = Trace::capture();
    let leaky = [
        "x-note: canary-header",
        "set-cookie: canary-cookie",
        "content-type: text/html",
    ];
    let long_head = "HTTP/1.1 200 OK\r\ncontent-length: 999999999\r\nx: canary-header\r\n\r\n";
    let acts = [
        say("503 Service Unavailable", &leaky, "canary-answer"),
        say("400 Bad Request", &leaky, "canary-answer"),
        say(
            "307 Temporary Redirect",
            &["location: http://canary-host.example/canary"],
            "canary",
        ),
        say("200 OK", &leaky, "canary-answer"),
        Act::CloseUnread,
        Act::CloseAfterReading,
        Act::KeepSilent,
        Act::Say("canary is not HTTP\r\n\r\n".into()),
        Act::SayAndStall(long_head.into()),
    ];
    for act in acts {
        let server = Server::start([act.clone()]).await;
        let transport = transport(&server.url());
        for class in [RetryClass::Safe, RetryClass::OnlyIfUnsent] {
            let options = CallOptions::new().timeout(std::time::Duration::from_millis(300));
            match call_with(&transport, class, options).await {
                Ok(answer) => assert!(!format!("{answer:?}").contains(CANARY), "{answer:?}"),
                Err(error) => {
                    let shown = shown(&error);
                    assert!(!shown.contains(CANARY), "{act:?}: {shown}");
                }
            }
        }
    }
    let nowhere = transport(&format!("http://{}", closed_port().await));
    let shown = shown(&call(&nowhere, RetryClass::Safe).await.unwrap_err());
    assert!(!shown.contains(CANARY), "{shown}");

    let text = trace.text();
    assert!(
        text.contains("operation=\"do_it\""),
        "the trace was captured: {text}"
    );
    assert!(!text.contains(CANARY) && !text.contains(KEY), "{text}");
}

#[test]
fn a_decode_error_names_the_place_and_not_the_value() {
    #[derive(Debug, serde::Deserialize)]
    struct Card {
        #[allow(dead_code, reason = "only its shape matters here")]
        number: u64,
    }
    let error = decode::<Vec<Card>>(br#"[{"number": 1}, {"number": "canary-4111"}]"#).unwrap_err();
    assert_eq!(error.path(), "[1].number");
    assert_eq!(
        error.to_string(),
        "a value of another kind than specified at `[1].number` (line 1, column 40)"
    );
    assert_eq!(
        decode::<u8>(b"1 canary").unwrap_err().to_string(),
        "the document is not JSON at `.` (line 1, column 3)"
    );
}

#[tokio::test]
async fn an_undecodable_success_has_been_carried_out() {
    let server = Server::start([say("200 OK", &[], "\"canary\"")]).await;
    let transport = transport(&server.url());
    let answer: Answer = call(&transport, RetryClass::OnlyIfUnsent).await.unwrap();
    let cause = decode::<u8>(&answer.body).unwrap_err();
    let error: Error<Word> =
        Error::undecodable(Call::new("do_it", RetryClass::OnlyIfUnsent), answer, cause);
    assert_eq!(error.kind(), ErrorKind::Undecodable);
    assert!(error.may_have_been_processed());
    assert!(!shown(&error).contains(CANARY), "{}", shown(&error));
    assert_eq!(error.body(), b"\"canary\"");
}

#[test]
fn an_error_is_one_word_wide() {
    assert_eq!(size_of::<Error<Word>>(), size_of::<usize>());
    assert_eq!(size_of::<Result<(), Error<Word>>>(), size_of::<usize>());
}
