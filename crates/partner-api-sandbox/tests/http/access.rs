//! Keys, paths and methods: who gets in, and where to.

use partner_api_types::{OPERATIONS, OperationId};
use reqwest::Method;

use crate::stand::{API_KEY, CONTROL_KEY, Reply, Stand, client};

#[tokio::test]
async fn only_the_one_right_key_opens() {
    let stand = Stand::start().await;
    let url = format!("{}/v1/partner/balances", stand.sandbox.api_url());
    for (keys, text) in [
        (&[][..], "Access Denied. xo1"),
        (&[""], "Access Denied. xo2"),
        (&["wrong"], "Access Denied. xo2"),
        (&[CONTROL_KEY], "Access Denied. xo2"),
        (&[API_KEY, API_KEY], "Access Denied. xo2"),
        (&["wrong", API_KEY], "Access Denied. xo2"),
    ] {
        let mut request = client().get(&url);
        for key in keys {
            request = request.header("x-api-key", *key);
        }
        let reply = Reply::read(request.send().await.unwrap(), true).await;
        assert_eq!((reply.status, &*reply.text), (401, text), "{keys:?}");
    }
    stand.get("/v1/partner/balances").await.ok();
}

#[tokio::test]
async fn the_control_port_has_a_key_of_its_own() {
    let stand = Stand::start().await;
    for path in ["/books", "/clock", "/users/u1", "/decisions", "/nowhere"] {
        let url = format!("{}{path}", stand.sandbox.control_url());
        let keyless = client().get(&url);
        let mixed_up = client().get(&url).header("x-control-key", API_KEY);
        let doubled = client()
            .get(&url)
            .header("x-control-key", CONTROL_KEY)
            .header("x-control-key", CONTROL_KEY);
        for request in [keyless, mixed_up, doubled] {
            let reply = Reply::read(request.send().await.unwrap(), false).await;
            assert_eq!(reply.status, 401, "{path}");
            assert_eq!(reply.body["error"], "the control key is missing or wrong");
        }
    }
}

/// Every operation of the specification is there, and wants a key.
#[tokio::test]
async fn every_operation_is_routed() {
    let stand = Stand::start().await;
    for operation in OPERATIONS {
        let path: Vec<&str> = operation
            .path
            .split('/')
            .map(|part| if part.starts_with('{') { "x" } else { part })
            .collect();
        let method: Method = operation.method.as_str().parse().unwrap();
        let url = format!("{}{}", stand.sandbox.api_url(), path.join("/"));
        let keyless = client().request(method.clone(), url).send().await.unwrap();
        let keyless = Reply::read(keyless, true).await;
        // The page is opened by the user's browser, which has no key.
        let is_page = operation.id == OperationId::OpenKycVerification;
        assert_eq!(keyless.status == 401, !is_page, "{}", operation.id);
        let reply = stand.call(method, &path.join("/"), None).await;
        let is_served = reply.body["errorMessage"] != "no such path" && reply.status != 405;
        assert!(is_served, "{}: {}", operation.id, reply.text);
    }
}

#[tokio::test]
async fn nothing_else_is_routed() {
    let stand = Stand::start().await;
    for path in [
        "/",
        "/v1",
        "/v1/",
        "/v2/partner/balances",
        "/v1/partner/balances/",
        "/v1/user/balances/",
        "/v1/user/balances/u1/more",
        "//v1/partner/balances",
        "/V1/partner/balances",
        "/books",
        "/clock",
    ] {
        stand.get(path).await.refused(404, "P403", "-");
    }
    for (method, path) in [
        (Method::PUT, "/v1/transfer"),
        (Method::GET, "/v1/transfer"),
        (Method::POST, "/v1/partner/balances"),
        (Method::DELETE, "/v1/card/block"),
        (Method::GET, "/v1/user/u1"),
        (Method::OPTIONS, "/v1/card"),
        (Method::TRACE, "/v1/card"),
    ] {
        stand
            .call(method, path, None)
            .await
            .refused(405, "P403", "-");
    }
    // HEAD asks for nothing but may do as GET does, and reading a lock makes one.
    let seq = stand.get("/v1/exchange/get-rate").await.seq;
    let url = format!("{}/v1/exchange/get-lock/u1", stand.sandbox.api_url());
    let head = client()
        .head(url)
        .header("x-api-key", API_KEY)
        .send()
        .await
        .unwrap();
    assert_eq!(head.status(), 405);
    assert_eq!(stand.get("/v1/exchange/get-rate").await.seq, seq);
    let reply = stand.control("/v1/partner/balances", None).await;
    assert_eq!(
        (reply.status, &reply.body["error"]),
        (404, &"there is no such path".into())
    );
}
