//! The secret: which header values are let in.

use partner_api_webhooks::EventKind;
use partner_api_webhooks::{InvalidSecret, Receiver, ReceiverError, Rejection, Secret};

use crate::support::{OLD_SECRET, SECRET, receiver};

fn check(values: &[&[u8]], expected: bool) {
    let answer = receiver().authenticate(values);
    assert_eq!(answer.is_ok(), expected, "{values:?}");
    if let Err(rejection) = answer {
        assert_eq!(
            (rejection, rejection.status()),
            (Rejection::Unauthenticated, 401)
        );
    }
}

#[test]
fn the_secret_may_stand_bare_or_after_bearer_in_any_case() {
    for secret in [SECRET, OLD_SECRET] {
        for header in [
            "",
            "Bearer ",
            "bearer ",
            "BEARER ",
            "Bearer   ",
            "Bearer\t",
            "  Bearer ",
        ] {
            check(&[format!("{header}{secret}").as_bytes()], true);
        }
        check(&[format!("{secret}  ").as_bytes()], true);
    }
}

#[test]
fn everything_else_is_refused() {
    check(&[], false);
    let refused = [
        "",
        " ",
        "Bearer",
        "Bearer ",
        "Bearercurrent-secret",
        "Basic current-secret",
        "Token current-secret",
        "Bearer Bearer current-secret",
        "Bearer, current-secret",
        "current-secret, current-secret",
        "Bearer current-secret, Bearer current-secret",
        "current-secre",
        "current-secrets",
        "Current-Secret",
        "\"current-secret\"",
        "current-secret\0",
        "current-secret previous-secret",
        "wrong",
    ];
    for value in refused {
        check(&[value.as_bytes()], false);
    }
    check(&[&[0xff; 64]], false);
    check(&[&vec![b'a'; 1 << 20]], false);
    check(
        &[format!("Bearer {}{SECRET}", " ".repeat(100_000)).as_bytes()],
        true,
    );
}

#[test]
fn two_headers_are_refused_even_if_both_are_right() {
    let right = format!("Bearer {SECRET}");
    check(&[right.as_bytes(), right.as_bytes()], false);
    check(&[right.as_bytes(), b"wrong"], false);
    check(&[b"wrong", right.as_bytes()], false);
    check(&[b"", right.as_bytes()], false);
}

#[test]
fn a_receiver_needs_a_secret_that_can_be_sent_and_paths_that_differ() {
    assert_eq!(
        Receiver::builder().build().unwrap_err(),
        ReceiverError::NoSecret
    );
    assert_eq!(Secret::new("").unwrap_err(), InvalidSecret::Empty);
    for odd in ["canary\n", " canary", "can ary", "canary\u{e9}"] {
        let error = Secret::new(odd).unwrap_err();
        assert_eq!(error, InvalidSecret::NotSendable);
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
    let builder = || Receiver::builder().secret(Secret::new("s").unwrap());
    let shared = builder()
        .path(EventKind::Exchange, "/transfer-webhook/")
        .build();
    assert!(matches!(
        shared.unwrap_err(),
        ReceiverError::SharedPath { .. }
    ));
    for path in ["", "exchange", "/exchange?x=1"] {
        let error = builder()
            .path(EventKind::Exchange, path)
            .build()
            .unwrap_err();
        assert_eq!(error, ReceiverError::NotAPath(EventKind::Exchange));
    }
    let moved = builder().path(EventKind::Exchange, "/fx").build().unwrap();
    assert_eq!(moved.kind_at("/fx/?a=b"), Some(EventKind::Exchange));
    assert_eq!(moved.kind_at("/exchange-webhook"), None);
}

#[test]
fn a_body_that_is_too_large_is_refused_and_one_that_is_not_quite_is_kept() {
    let receiver = Receiver::builder()
        .secret(Secret::new(SECRET).unwrap())
        .body_bytes_max(10);
    let receiver = receiver.build().unwrap();
    let authenticated = receiver.authenticate([SECRET]).unwrap();
    assert!(receiver.read(&authenticated, "/x", &[b'x'; 10]).is_ok());
    let rejection = receiver
        .read(&authenticated, "/x", &[b'x'; 11])
        .unwrap_err();
    assert_eq!(
        (rejection, rejection.status()),
        (Rejection::TooLarge { bytes_max: 10 }, 413)
    );
}
