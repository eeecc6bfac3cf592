//! Starting, stopping and starting again.

use std::net::TcpListener;
use std::time::Duration;

use partner_api_sandbox::engine::OpenError;
use partner_api_sandbox::{Sandbox, StartError};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::stand::{API_KEY, Stand, client, funding, payout, text};

#[tokio::test]
async fn a_restart_loses_nothing_and_goes_on_where_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let open = async || Stand::start_with(|builder| builder.data_dir(directory.path())).await;
    let stand = open().await;
    stand.funded("u1", "100").await;
    let card = stand.card("u1").await;
    let payout = text(
        &stand
            .post("/v1/sepa-transfer", payout("u1", "40"))
            .await
            .ok(),
        "transferId",
    );
    let named = json!({ "externalUserId": "u1", "cardId": card });
    stand.patch("/v1/card/block", Some(named)).await.ok();
    let before = stand.get("/v1/user/balances/u1").await;
    let details = stand.get(&format!("/v1/card/details/u1/{card}")).await.ok();
    stand.sandbox.stop().await;

    let stand = open().await;
    let after = stand.get("/v1/user/balances/u1").await;
    assert_eq!((after.seq, after.text), (before.seq, before.text));
    let details_again = stand.get(&format!("/v1/card/details/u1/{card}")).await.ok();
    assert_eq!(details_again, details);
    stand.advance(2_000).await;
    let settled = stand
        .get(&format!("/v1/sepa-transfer/details/{payout}"))
        .await
        .ok();
    assert_eq!(settled["status"], "SUCCESSFUL", "the timer survived");
    assert!(stand.books_balance().await);
}

#[tokio::test]
async fn stopping_closes_both_ports_and_lets_go_of_the_data() {
    let directory = tempfile::tempdir().unwrap();
    let stand = Stand::start_with(|builder| builder.data_dir(directory.path())).await;
    stand.registered("u1").await; // leaves an idle connection behind
    let ports = [stand.sandbox.api_url(), stand.sandbox.control_url()];
    stand.sandbox.stop().await;
    for url in ports {
        TcpListener::bind(url.strip_prefix("http://").unwrap()).expect("the port is free");
    }
    Sandbox::builder()
        .data_dir(directory.path())
        .start()
        .await
        .unwrap();
}

/// What was decided is kept and answered: transfers run while the sandbox stops, and when it is opened again it holds
/// exactly those that were acknowledged. Without letting calls end, some would be there that nobody was told of.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_keeps_and_answers_what_was_decided() {
    let directory = tempfile::tempdir().unwrap();
    let open = async || Stand::start_with(|builder| builder.data_dir(directory.path())).await;
    let stand = open().await;
    stand.funded("u1", "1").await;
    let url = format!("{}/v1/transfer", stand.sandbox.api_url());
    let payers: Vec<_> = (0..8)
        .map(|_| {
            let request = client().post(&url).header("x-api-key", API_KEY);
            let request = request.json(&funding("u1", "1"));
            tokio::spawn(async move {
                let mut acknowledged = 0;
                // The connection breaks once the sandbox is gone.
                while let Ok(response) = request.try_clone().unwrap().send().await {
                    assert_eq!(response.status(), 201);
                    acknowledged += 1;
                }
                acknowledged
            })
        })
        .collect();
    let held = async |stand: &Stand| stand.held("u1", "eur").await.parse::<f64>().unwrap();
    while held(&stand).await < 100.0 {
        tokio::task::yield_now().await;
    }
    stand.sandbox.stop().await;
    let mut acknowledged = 1;
    for payer in payers {
        acknowledged += payer.await.unwrap();
    }
    let stand = open().await;
    assert_eq!(held(&stand).await, f64::from(acknowledged));
    assert!(stand.books_balance().await);
}

#[tokio::test]
async fn connections_without_a_call_do_not_hold_up_a_stop() {
    let stand = Stand::start().await;
    stand.get("/v1/exchange/get-rate").await.ok();
    let address = stand.sandbox.api_url().replace("http://", "");
    let mut silent = TcpStream::connect(&address).await.unwrap();
    let mut begun = TcpStream::connect(&address).await.unwrap();
    begun.write_all(b"GET / HT").await.unwrap();
    // They are accepted before this one is answered.
    stand.get("/v1/exchange/get-rate").await.ok();
    stand.sandbox.stop().await;
    // Closed by the stop, and not only by the patience that a connection gets.
    for connection in [&mut silent, &mut begun] {
        let end = tokio::time::timeout(Duration::from_secs(20), async {
            connection.read(&mut [0; 8]).await.unwrap_or(0)
        });
        assert_eq!(end.await.unwrap(), 0);
    }
}

#[tokio::test]
async fn dropping_lets_go_of_the_data_too() {
    let directory = tempfile::tempdir().unwrap();
    let stand = Stand::start_with(|builder| builder.data_dir(directory.path())).await;
    stand.registered("u1").await;
    drop(stand);
    // A dropped sandbox stops in the background.
    let mut opened = Err(StartError::Key("not tried"));
    for _ in 0..600 {
        opened = Sandbox::builder().data_dir(directory.path()).start().await;
        if opened.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    opened.unwrap();
}

#[tokio::test]
async fn what_falls_due_happens_by_itself_while_the_clock_runs() {
    let stand = Stand::start().await;
    stand.control("/clock/resume", Some(json!({}))).await.ok();
    stand.registered("u1").await;
    stand
        .post("/v1/user/verification", crate::stand::identity("u1"))
        .await
        .ok();
    for _ in 0..600 {
        if stand.get("/v1/user/balances/u1").await.status == 200 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the verification was never approved");
}

#[tokio::test]
async fn a_sandbox_that_cannot_start_says_why() {
    let open_to_all = "0.0.0.0:0".parse().unwrap();
    let error = Sandbox::builder()
        .listen(open_to_all)
        .start()
        .await
        .unwrap_err();
    assert!(matches!(error, StartError::NotLoopback(_)), "{error}");
    let error = Sandbox::builder()
        .control_listen(open_to_all)
        .start()
        .await
        .unwrap_err();
    assert!(matches!(error, StartError::NotLoopback(_)), "{error}");
    let allowed = Sandbox::builder()
        .listen(open_to_all)
        .allow_non_loopback()
        .start()
        .await;
    allowed.unwrap().stop().await;

    for key in ["", "two words", "tab\t", "zażółć"] {
        let error = Sandbox::builder().api_key(key).start().await.unwrap_err();
        assert!(matches!(error, StartError::Key("API")), "{error}");
        assert!(key.is_empty() || !format!("{error} {error:?}").contains(key));
    }
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let error = Sandbox::builder()
        .listen(address)
        .start()
        .await
        .unwrap_err();
    assert!(
        matches!(error, StartError::Listen(at, _) if at == address),
        "{error}"
    );

    let directory = tempfile::tempdir().unwrap();
    let first = Sandbox::builder()
        .data_dir(directory.path())
        .start()
        .await
        .unwrap();
    let error = Sandbox::builder()
        .data_dir(directory.path())
        .start()
        .await
        .unwrap_err();
    assert!(
        matches!(error, StartError::Open(OpenError::Locked { .. })),
        "{error}"
    );
    first.stop().await;
}

#[tokio::test]
async fn keys_are_random_where_none_is_given_and_never_printed() {
    let first = Sandbox::builder().start().await.unwrap();
    let second = Sandbox::builder().start().await.unwrap();
    let keys = [
        first.api_key(),
        first.control_key(),
        second.api_key(),
        second.control_key(),
    ];
    let different: std::collections::BTreeSet<_> = keys.iter().collect();
    assert_eq!(different.len(), 4);
    let shown = format!("{first:?} {:?}", Sandbox::builder().api_key("canary"));
    assert!(!shown.contains(first.api_key()) && !shown.contains("canary"));
}
