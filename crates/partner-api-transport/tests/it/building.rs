//! What cannot be used is refused before the first request, without quoting the key.

use http::HeaderName;
use partner_api_transport::{ApiKey, BuildError, ErrorKind, RetryClass, StatusOnly, Transport};

use crate::support::server::{Server, ok};
use crate::support::{KEY, builder, get, transport};

fn build(base_url: &str) -> Result<(), BuildError> {
    builder(base_url).build().map(drop)
}

#[test]
fn plain_http_to_another_machine_is_refused() {
    for url in [
        "http://partner-api.example",
        "http://10.0.0.1:80",
        "http://localhost.evil.example",
    ] {
        let error = build(url).expect_err(url);
        assert!(
            matches!(error, BuildError::PlainHttp { .. }),
            "{url}: {error}"
        );
    }
}

#[test]
fn plain_http_to_this_machine_is_fine() {
    for url in [
        "http://127.0.0.1:4010",
        "http://[::1]:4010",
        "http://localhost:4010",
        "http://127.9.9.9",
    ] {
        build(url).expect(url);
    }
}

#[test]
fn plain_http_can_be_allowed() {
    builder("http://sandbox.internal")
        .allow_plain_http()
        .build()
        .expect("it was allowed");
}

#[test]
fn unusable_base_urls_are_refused() {
    for url in [
        "",
        "partner-api.example",
        "ftp://h",
        "https://u:p@h",
        "https://h?x=1",
        "https://h#x",
        "data:x",
    ] {
        let error = build(url).expect_err(url);
        assert!(matches!(error, BuildError::BaseUrl(_)), "{url}: {error}");
    }
}

#[test]
fn unusable_keys_are_refused_and_not_quoted() {
    for key in ["", " canary", "canary\n", "can\u{e4}ry"] {
        let header = HeaderName::from_static("x-api-key");
        let error = Transport::builder("http://localhost", header, ApiKey::new(key), StatusOnly)
            .build()
            .expect_err("the key is unusable");
        let shown = format!("{error} {error:?}");
        assert!(matches!(error, BuildError::ApiKey(_)), "{shown}");
        assert!(!shown.contains("canary"), "{shown}");
    }
}

#[test]
fn a_key_shows_itself_to_nobody() {
    assert_eq!(format!("{:?}", ApiKey::new(KEY)), "ApiKey([redacted])");
    assert!(
        !format!(
            "{:?} {:?}",
            builder("http://localhost"),
            transport("http://localhost")
        )
        .contains(KEY)
    );
}

#[test]
fn settings_that_a_ready_client_would_ignore_are_refused() {
    let ready = transport("http://localhost").http_client().clone();
    let proxy = reqwest::Proxy::all("http://localhost:1").unwrap();
    let error = builder("http://localhost")
        .reqwest_client(ready)
        .proxy(proxy)
        .build()
        .unwrap_err();
    assert!(matches!(error, BuildError::Overridden("proxy")), "{error}");
}

/// The key of one environment never reaches the address of another.
#[tokio::test]
async fn a_request_to_another_origin_is_not_sent() {
    let (here, elsewhere) = (Server::start([ok()]).await, Server::start([ok()]).await);
    let (ours, theirs) = (transport(&here.url()), transport(&elsewhere.url()));
    let call = partner_api_transport::Call::new("read", RetryClass::Safe);

    let error = ours.call(call, get(&theirs)).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Unfit);
    assert_eq!(error.attempts(), 0);
    assert_eq!(elsewhere.requests(), Vec::<String>::new());
}

/// What anybody may ask is asked without the key, also where somebody else put one in.
#[tokio::test]
async fn a_call_without_key_shows_none() {
    let server = Server::start([ok(), ok()]).await;
    let transport = transport(&server.url());
    let call = partner_api_transport::Call::new("read", RetryClass::Safe);
    transport.call(call, get(&transport)).await.unwrap();
    let mut request = get(&transport);
    let key = http::HeaderValue::from_static(KEY);
    request.headers_mut().insert("x-api-key", key);
    transport.call(call.without_key(), request).await.unwrap();
    let shown: Vec<_> = server.requests();
    let keys = shown.iter().map(|request| request.contains(KEY));
    assert_eq!(keys.collect::<Vec<_>>(), [true, false]);
}

/// Runs itself again with `HTTP_PROXY` set: this process must not change its own environment.
#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_of_the_environment_does_not_see_what_stays_on_this_machine() {
    const TARGET: &str = "TRANSPORT_TEST_TARGET";
    let read = partner_api_transport::Call::new("read", RetryClass::Safe);
    if let Ok(target) = std::env::var(TARGET) {
        let transport = transport(&target);
        transport.call(read, get(&transport)).await.unwrap();
        return;
    }
    let (server, proxy) = (Server::start([ok()]).await, Server::start([ok()]).await);
    let name = "building::a_proxy_of_the_environment_does_not_see_what_stays_on_this_machine";
    let mut again = std::process::Command::new(std::env::current_exe().unwrap());
    again
        .args([name, "--exact"])
        .env(TARGET, server.url())
        .env_remove("NO_PROXY");
    again.env_remove("no_proxy").env_remove("REQUEST_METHOD");
    again
        .env("HTTP_PROXY", proxy.url())
        .env("http_proxy", proxy.url());
    let ended = tokio::task::spawn_blocking(move || again.output().unwrap())
        .await
        .unwrap();
    assert!(
        ended.status.success(),
        "{}",
        String::from_utf8_lossy(&ended.stdout)
    );
    assert_eq!((server.requests().len(), proxy.requests().len()), (1, 0));
}

/// A proxy that is named is meant, such as a debugging proxy.
#[tokio::test]
async fn a_named_proxy_is_used_everywhere() {
    let (server, proxy) = (Server::start([ok()]).await, Server::start([ok()]).await);
    let named = reqwest::Proxy::all(proxy.url()).unwrap();
    let transport = builder(&server.url()).proxy(named).build().unwrap();
    let read = partner_api_transport::Call::new("read", RetryClass::Safe);
    transport.call(read, get(&transport)).await.unwrap();
    assert_eq!((server.requests().len(), proxy.requests().len()), (0, 1));
}

#[tokio::test]
async fn key_and_user_agent_are_sent_once_each() {
    let server = Server::start([ok()]).await;
    let transport = builder(&server.url())
        .user_agent("sdk/1")
        .user_agent_suffix("shop/2")
        .build()
        .unwrap();
    let mut request = get(&transport);
    request
        .headers_mut()
        .append("x-api-key", "another".parse().unwrap());

    transport
        .call(
            partner_api_transport::Call::new("read", RetryClass::Safe),
            request,
        )
        .await
        .unwrap();

    let sent = server.requests().remove(0);
    assert_eq!(sent.matches("x-api-key: ").count(), 1, "{sent}");
    assert!(sent.contains(&format!("x-api-key: {KEY}\r\n")), "{sent}");
    assert!(sent.contains("user-agent: sdk/1 shop/2\r\n"), "{sent}");
}
