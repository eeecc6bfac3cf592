//! What goes wrong on purpose.

use serde_json::{Value, json};

use super::{
    Answer, Receiver, SECRET, a_while, crypto_deposit, deliveries, settled, told, transfer,
};
use crate::stand::Stand;

async fn chaos(rule: Value) -> (Stand, Receiver) {
    let (stand, receiver) = told().await;
    stand.verified("ada").await;
    receiver.arrived(1).await;
    stand.control("/webhooks/chaos", Some(rule)).await.ok();
    (stand, receiver)
}

#[tokio::test]
async fn a_duplicate_comes_twice_and_counts_once() {
    let (stand, receiver) = chaos(json!({"chaos": "DUPLICATE", "times": 1})).await;
    transfer(&stand, "ada").await;
    let posts = receiver.arrived(3).await;
    assert_eq!(posts[1].text, posts[2].text);
    let delivered = settled(&stand, "?event=p2p_transfer", "DELIVERED", 1).await;
    assert_eq!(delivered[0]["attempts"].as_array().unwrap().len(), 2);
    assert_eq!(delivered[0]["attempts"][1]["chaos"], "DUPLICATE");
    transfer(&stand, "ada").await;
    receiver.arrived(4).await;
}

#[tokio::test]
async fn what_is_late_holds_up_what_follows_it() {
    let (stand, receiver) =
        chaos(json!({"chaos": "LATE", "times": 1, "milliseconds": 5_000})).await;
    crypto_deposit(&stand, "ada").await;
    stand.advance(2_000).await;
    let other = transfer(&stand, "ada").await;
    let posts = receiver.arrived(2).await;
    assert_eq!(posts[1].body["id"], other.as_str());
    stand.advance(2_999).await;
    a_while().await;
    receiver.arrived(2).await;
    stand.advance(1).await;
    receiver.arrived(4).await;
    let statuses = receiver.statuses("/crypto-deposit-webhook");
    assert_eq!(statuses, ["WAITING_FOR_VERIFICATION", "SUCCESSFUL"]);
}

#[tokio::test]
async fn what_is_reordered_is_overtaken() {
    let (stand, receiver) =
        chaos(json!({"chaos": "REORDERED", "times": 1, "milliseconds": 5_000})).await;
    crypto_deposit(&stand, "ada").await;
    stand.advance(2_000).await;
    receiver.arrived(2).await;
    stand.advance(3_000).await;
    receiver.arrived(3).await;
    let statuses = receiver.statuses("/crypto-deposit-webhook");
    assert_eq!(statuses, ["SUCCESSFUL", "WAITING_FOR_VERIFICATION"]);
    settled(&stand, "", "DELIVERED", 3).await;
}

#[tokio::test]
async fn what_is_dropped_never_comes() {
    let rule = json!({"chaos": "DROPPED", "event": "p2p_transfer"});
    let (stand, receiver) = chaos(rule).await;
    transfer(&stand, "ada").await;
    settled(&stand, "?event=p2p_transfer", "DROPPED", 1).await;
    stand.advance(600_000).await;
    a_while().await;
    receiver.arrived(1).await;
    let rules = stand.control("/webhooks/chaos", None).await.ok();
    assert_eq!(rules["rules"][0]["hits"], 1);
}

#[tokio::test]
async fn a_wrong_secret_is_an_attempt_that_is_repeated_with_the_right_one() {
    let (stand, receiver) = chaos(json!({"chaos": "WRONG_SECRET", "times": 1})).await;
    receiver.answer(|_, post| {
        Answer::Status(if post.authorization == SECRET {
            200
        } else {
            401
        })
    });
    transfer(&stand, "ada").await;
    let posts = receiver.arrived(2).await;
    assert_ne!(posts[1].authorization, SECRET);
    stand.advance(8_000).await;
    let posts = receiver.arrived(3).await;
    assert_eq!(
        (&*posts[2].authorization, &posts[2].text),
        (SECRET, &posts[1].text)
    );
    let delivered = settled(&stand, "?event=p2p_transfer", "DELIVERED", 1).await;
    assert_eq!(delivered[0]["attempts"][0]["chaos"], "WRONG_SECRET");
}

#[tokio::test]
async fn what_is_truncated_is_half_of_it() {
    let (stand, receiver) = chaos(json!({"chaos": "TRUNCATED", "times": 1})).await;
    receiver.answer(|_, post| Answer::Status(if post.body.is_null() { 400 } else { 200 }));
    transfer(&stand, "ada").await;
    receiver.arrived(2).await;
    stand.advance(8_000).await;
    let posts = receiver.arrived(3).await;
    assert!(posts[2].text.starts_with(&posts[1].text));
    assert_eq!(posts[1].text.len(), posts[2].text.len() / 2);
}

/// Two sandboxes with the same seed hit the same events, and another seed hits others.
#[tokio::test]
async fn a_seed_says_which_ones() {
    async fn dropped(seed: i64) -> Vec<String> {
        let rule =
            json!({"chaos": "DROPPED", "percent": 40, "seed": seed, "event": "p2p_transfer"});
        let (stand, _receiver) = chaos(rule).await;
        for _ in 0..30 {
            transfer(&stand, "ada").await;
        }
        for _ in 0..2_000 {
            let found = deliveries(&stand, "?event=p2p_transfer").await;
            if found.len() == 30 {
                let dropped = found.iter().filter(|it| it["state"] == "DROPPED");
                return dropped.map(|it| it["id"].to_string()).collect();
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        panic!("not every event has a fate");
    }
    let (first, again, other) = tokio::join!(dropped(7), dropped(7), dropped(8));
    assert_eq!(first, again);
    assert_ne!(first, other);
    assert!((3..28).contains(&first.len()), "{first:?}");
}

#[tokio::test]
async fn chaos_can_be_listed_ended_and_mistaken() {
    let stand = Stand::start().await;
    let rule = json!({"chaos": "LATE", "percent": 30, "seed": -4, "event": "exchange"});
    let added = stand.control("/webhooks/chaos", Some(rule)).await.ok();
    let listed = stand.control("/webhooks/chaos", None).await.ok();
    assert_eq!(listed["rules"][0], added);
    for wrong in [
        json!({"chaos": "MELTED"}),
        json!({"chaos": "LATE", "percent": 101}),
        json!({"chaos": "LATE", "event": "no_such_event"}),
        json!({"chaos": "LATE", "milliseconds": 86_400_001}),
    ] {
        let reply = stand.control("/webhooks/chaos", Some(wrong)).await;
        assert_eq!(reply.status, 400, "{}", reply.text);
    }
    let cleared = stand.control_delete("/webhooks/chaos").await.ok();
    assert_eq!(cleared, json!({"rules": []}));
}
