//! Everything as a file, and back.

use partner_api_sandbox::Sandbox;
use partner_api_sandbox::engine::Erased;
use serde_json::json;

use crate::stand::{API_KEY, CONTROL_KEY, Reply, Stand, client};

async fn save(stand: &Stand) -> Vec<u8> {
    let url = format!("{}/snapshot", stand.sandbox.control_url());
    let request = client().get(url).header("x-control-key", CONTROL_KEY);
    let answer = request.send().await.unwrap();
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(
        (
            answer.status().as_u16(),
            &*header("content-type"),
            &*header("cache-control")
        ),
        (200, "application/octet-stream", "no-store")
    );
    assert!(0 < header("x-sandbox-seq").parse::<u64>().unwrap());
    answer.bytes().await.unwrap().into()
}

async fn restore(stand: &Stand, query: &str, file: Vec<u8>) -> Reply {
    let url = format!("{}/snapshot{query}", stand.sandbox.control_url());
    let request = client()
        .put(url)
        .header("x-control-key", CONTROL_KEY)
        .header("content-type", "application/octet-stream")
        .body(file);
    Reply::read(request.send().await.unwrap(), false).await
}

#[tokio::test]
async fn a_sandbox_goes_back_and_another_one_begins_where_it_stood() {
    let stand = Stand::start().await;
    stand.funded("u1", "100").await;
    let card = stand.card("u1").await;
    let file = save(&stand).await;
    assert!(
        ![API_KEY, CONTROL_KEY].iter().any(|key| holds(&file, key)),
        "keys are not in it"
    );
    assert!(
        holds(&file, "kanaria@canary.example"),
        "people are, as the documentation says"
    );
    let clock = stand.control("/clock", None).await.ok();

    stand.advance(86_400_000).await;
    let spent = json!({ "cardId": card, "amount": "60", "currency": "eur" });
    stand
        .control("/simulate/card-transaction", Some(spent))
        .await
        .ok();
    stand.registered("u2").await;
    let restored = restore(&stand, "", file.clone()).await;
    let seq = restored.seq;
    assert_eq!(restored.ok()["seq"], seq);
    assert_eq!(stand.control("/clock", None).await.ok(), clock);
    assert_eq!(stand.held("u1", "eur").await, "100.00");
    let gone = stand.get("/v1/user/balances/u2").await;
    gone.refused(400, "P412", "user_must_exist");

    let other = Stand::start().await;
    other.funded("stranger", "1").await;
    restore(&other, "?bringBackErased=false", file.clone())
        .await
        .ok();
    assert_eq!(other.held("u1", "eur").await, "100.00");
    let gone = other.get("/v1/user/balances/stranger").await;
    gone.refused(400, "P412", "user_must_exist");
    assert!(other.books_balance().await);

    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("anna.snapshot");
    std::fs::write(&path, &file).unwrap();
    let data = dir.path().join("data");
    let builder = Sandbox::builder()
        .data_dir(&data)
        .restore(&path, Erased::Refuse);
    let sandbox = builder.start().await.unwrap();
    let found = sandbox.engine().read(|it| it.user(&"u1".parse().unwrap()));
    assert!(found.unwrap().is_some());
    sandbox.stop().await;
    let nothing = Sandbox::builder().restore(dir.path().join("none"), Erased::Refuse);
    let error = nothing.start().await.unwrap_err().to_string();
    assert!(error.ends_with("none is not restored"), "{error}");
}

fn holds(file: &[u8], text: &str) -> bool {
    file.windows(text.len()).any(|it| it == text.as_bytes())
}

#[tokio::test]
async fn l14_who_was_erased_comes_back_only_if_that_is_said() {
    let stand = Stand::start().await;
    stand.verified("u1").await;
    let file = save(&stand).await;
    stand.delete("/v1/user/u1", None).await.ok();
    assert!(!holds(&save(&stand).await, "kanaria@canary.example"));
    let refused = restore(&stand, "", file.clone()).await;
    assert_eq!(refused.status, 409);
    assert_eq!(
        refused.body,
        json!({
            "error": "the snapshot would bring back the erased data of users who were closed since (1)",
            "remedy": "send ?bringBackErased=true if that is meant, or take a snapshot of later",
        })
    );
    let state = stand.control("/users/u1", None).await.ok();
    assert_eq!(state["standing"], "CLOSED", "nothing was changed");
    restore(&stand, "?bringBackErased=true", file).await.ok();
    assert_eq!(
        stand.control("/users/u1", None).await.ok()["standing"],
        "OPEN"
    );
}

#[tokio::test]
async fn what_is_no_snapshot_is_refused() {
    let stand = Stand::start().await;
    let mut cut = save(&stand).await;
    cut.truncate(cut.len() - 1);
    let refused = restore(&stand, "", cut).await;
    assert_eq!(
        (refused.status, &refused.body["error"]),
        (400, &json!("the snapshot is damaged: it is cut short"))
    );
    let other = restore(&stand, "", b"{}".to_vec()).await;
    assert_eq!(other.body["error"], "this is no snapshot of a sandbox");
    let odd = restore(&stand, "?path=/etc/passwd", Vec::new()).await;
    assert_eq!(odd.body["error"], "the query is malformed");
    let json = stand
        .control_by(reqwest::Method::PUT, "/snapshot", Some(json!({})))
        .await;
    assert_eq!(json.body["error"], "the body is of another type");
}
