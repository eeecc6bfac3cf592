//! A redirect would carry key and body to an address that nobody chose.

use partner_api_transport::{ErrorKind, RetryClass};

use crate::support::server::{Server, ok, say};
use crate::support::{builder, call, transport};

#[tokio::test]
async fn a_cross_origin_307_does_not_carry_key_and_body_elsewhere() {
    let elsewhere = Server::start([ok()]).await;
    let location = format!("location: {}/stolen", elsewhere.url());
    let server = Server::start([say("307 Temporary Redirect", &[&location], "")]).await;

    let error = call(&transport(&server.url()), RetryClass::OnlyIfUnsent)
        .await
        .unwrap_err();

    assert_eq!(
        elsewhere.requests(),
        Vec::<String>::new(),
        "key and body went elsewhere"
    );
    assert_eq!(error.kind(), ErrorKind::Redirected);
    assert_eq!(error.status().map(|it| it.as_u16()), Some(307));
    assert!(
        error.may_have_been_processed(),
        "a server that redirects may have acted before"
    );
    assert!(!error.is_transient());
}

#[tokio::test]
async fn a_redirect_within_the_origin_is_an_error_too() {
    let server = Server::start([say("302 Found", &["location: /v2"], ""), ok()]).await;
    let error = call(&transport(&server.url()), RetryClass::Safe)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Redirected);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn settings_of_a_given_builder_do_not_bring_redirects_back() {
    let elsewhere = Server::start([ok()]).await;
    let location = format!("location: {}/stolen", elsewhere.url());
    let server = Server::start([say("307 Temporary Redirect", &[&location], "")]).await;
    let given = reqwest::Client::builder().redirect(reqwest::redirect::Policy::limited(10));
    let transport = builder(&server.url())
        .reqwest_builder(given)
        .build()
        .unwrap();

    let error = call(&transport, RetryClass::Safe).await.unwrap_err();

    assert_eq!(
        elsewhere.requests(),
        Vec::<String>::new(),
        "key and body went elsewhere"
    );
    assert_eq!(error.kind(), ErrorKind::Redirected);
}

/// A ready client cannot be stopped from following, but its success is not taken for one.
#[tokio::test]
async fn a_redirect_followed_by_a_given_client_is_noticed() {
    let elsewhere = Server::start([ok()]).await;
    let location = format!("location: {}/stolen", elsewhere.url());
    let server = Server::start([say("307 Temporary Redirect", &[&location], "")]).await;
    let follows = reqwest::Client::builder()
        .tls_backend_preconfigured(crate::tls::any_config())
        .redirect(reqwest::redirect::Policy::limited(10))
        .build()
        .unwrap();
    let transport = builder(&server.url())
        .reqwest_client(follows)
        .build()
        .unwrap();

    let error = call(&transport, RetryClass::OnlyIfUnsent)
        .await
        .unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Redirected);
    assert!(error.may_have_been_processed());
}
