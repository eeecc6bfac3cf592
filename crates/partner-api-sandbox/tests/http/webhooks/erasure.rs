//! L14: what a closed user's events would say is in no file and is not sent any more.

use serde_json::json;

use super::{Answer, Receiver, settled};
use crate::stand::{IBAN, Stand, text};

#[tokio::test]
async fn events_of_a_closed_user_are_dropped_and_leave_no_byte() {
    let dir = tempfile::tempdir().unwrap();
    let receiver = Receiver::start().await;
    receiver.answer(|_, _| Answer::Status(500));
    let stand = Stand::start_with(|builder| {
        builder
            .data_dir(dir.path())
            .webhooks(receiver.url.clone(), "s")
    })
    .await;
    stand.funded("canary-user", "20.00").await;
    let deposit = json!({
        "externalUserId": "canary-user", "amount": "9.50", "senderIban": IBAN,
        "senderName": "Canary Sender", "check": "MATCH",
    });
    stand
        .control("/simulate/sepa-deposit", Some(deposit))
        .await
        .ok();
    let card = stand.card("canary-user").await;
    let payment = json!({"cardId": card, "amount": "1.00", "currency": "eur", "channel": "ECOM"});
    let path = "/simulate/card-transaction";
    stand.control(path, Some(payment)).await.ok();
    super::eventually(|| 5 <= receiver.posts().len()).await;
    let codes: Vec<String> = receiver
        .posts()
        .iter()
        .filter(|post| post.body["code"].is_string())
        .map(|post| text(&post.body, "code"))
        .collect();
    assert_eq!(codes.len(), 2);
    stand.advance(2_000).await;
    let block = json!({"externalUserId": "canary-user", "cardId": card});
    stand.patch("/v1/card/block", Some(block)).await.ok();
    stand.delete("/v1/user/canary-user", None).await.ok();

    let canaries = ["canary-user", "Canary Sender", IBAN, &codes[0], &codes[1]];
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for canary in canaries {
            let is_in = bytes
                .windows(canary.len())
                .any(|it| it == canary.as_bytes());
            assert!(!is_in, "{canary} is in {}", path.display());
        }
    }

    receiver.answer(|_, _| Answer::Status(200));
    let before = receiver.posts().len();
    stand.advance(600_000).await;
    // These say whom they are about, or a code of a card that is gone.
    for event in [
        "user_balance_generation",
        "p2p_transfer",
        "card_3ds_code",
        "card_activation_code",
    ] {
        let dropped = settled(&stand, &format!("?event={event}"), "DROPPED", 1).await;
        assert!(dropped[0]["body"].is_null(), "{dropped:?}");
    }
    settled(&stand, "?event=sepa_deposit", "DELIVERED", 1).await;
    settled(&stand, "?event=card_transaction", "DELIVERED", 2).await;
    for post in &receiver.posts()[before..] {
        for canary in canaries {
            assert!(!post.text.contains(canary), "{}", post.text);
        }
    }
}
