//! The control API of webhooks: receivers, deliveries, sending again, samples, and waiting for events.

use std::time::{Duration, Instant};

use partner_api_types::WEBHOOKS;
use serde_json::{Value, json};

use super::{Answer, Receiver, SECRET, deliveries, settled, told, transfer};
use crate::stand::{Stand, text};

#[tokio::test]
async fn receivers_are_added_changed_listed_and_removed_and_a_secret_is_never_shown() {
    let (stand, receiver) = told().await;
    let again = json!({"url": receiver.url, "secret": "second-canary", "events": ["exchange"]});
    let changed = stand.control("/webhooks/receivers", Some(again)).await;
    assert!(!changed.text.contains("canary"), "{}", changed.text);
    let listed = stand.control("/webhooks/receivers", None).await;
    assert!(!listed.text.contains("canary"), "{}", listed.text);
    let expected = json!({"receivers": [
        {"id": 1, "url": receiver.url, "bearer": false, "events": ["exchange"], "paths": []},
    ]});
    assert_eq!(listed.ok(), expected);
    stand.funded("ada", "1.00").await;
    let removed = stand.control_delete("/webhooks/receivers/1").await;
    assert_eq!(removed.ok()["id"], 1);
    assert_eq!(
        stand.control_delete("/webhooks/receivers/1").await.status,
        404
    );
    let back = json!({"url": receiver.url, "secret": "s"});
    let back = stand.control("/webhooks/receivers", Some(back)).await.ok();
    assert_eq!(back["id"], 2, "a number never means two receivers");
    assert!(receiver.posts().is_empty());
}

#[tokio::test]
async fn what_a_removed_receiver_was_not_told_is_dropped() {
    let (stand, receiver) = told().await;
    receiver.answer(|_, _| Answer::Status(500));
    stand.funded("ada", "1.00").await;
    settled(&stand, "", "WAITING", 2).await;
    stand.control_delete("/webhooks/receivers/1").await.ok();
    settled(&stand, "", "DROPPED", 2).await;
    stand.advance(60_000).await;
    super::a_while().await;
    assert_eq!(receiver.posts().len(), 2);
}

#[tokio::test]
async fn receivers_elsewhere_and_secrets_that_cannot_travel_are_refused() {
    let stand = Stand::start().await;
    for (url, secret) in [
        ("http://example.com", "s"),
        ("https://127.0.0.1", "s"),
        ("http://user:pass@127.0.0.1", "s"),
        ("http://127.0.0.1:1", ""),
        ("http://127.0.0.1:1", "two words"),
    ] {
        let wanted = json!({"url": url, "secret": secret});
        let reply = stand.control("/webhooks/receivers", Some(wanted)).await;
        assert_eq!(reply.status, 400, "{url} {secret}: {}", reply.text);
    }
    let anywhere = Stand::start_with(|builder| builder.allow_webhooks_anywhere()).await;
    let wanted = json!({"url": "http://example.com", "secret": "s"});
    anywhere
        .control("/webhooks/receivers", Some(wanted))
        .await
        .ok();
}

#[tokio::test]
async fn a_delivery_is_sent_again_on_request() {
    let (stand, receiver) = told().await;
    stand.funded("ada", "1.00").await;
    let delivered = settled(&stand, "?event=p2p_transfer", "DELIVERED", 1).await;
    let id = text(&delivered[0], "id");
    let path = format!("/webhooks/deliveries/{id}/resend");
    let resent = stand.control(&path, Some(json!({}))).await.ok();
    assert_eq!(resent, json!({"deliveries": 1}));
    let posts = receiver.arrived(3).await;
    assert_eq!(posts[2].path, "/transfer-webhook");
    let sent: Vec<_> = posts.iter().filter(|it| it.path == posts[2].path).collect();
    assert_eq!(sent[0].text, sent[1].text);
    for _ in 0..2_000 {
        let found = stand
            .control(&format!("/webhooks/deliveries/{id}"), None)
            .await
            .ok();
        assert_eq!(found["body"], posts[2].text.as_str());
        if found["state"] == "DELIVERED" && found["attempts"].as_array().unwrap().len() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for unknown in ["9999-0-1", "1-0-7", "x"] {
        let path = format!("/webhooks/deliveries/{unknown}/resend");
        let reply = stand.control(&path, Some(json!({}))).await;
        assert_eq!(reply.status, 404, "{unknown}");
    }
}

#[tokio::test]
async fn what_was_given_up_can_be_sent_again_with_five_new_attempts() {
    let (stand, receiver) = told().await;
    receiver.answer(|_, _| Answer::Status(500));
    stand.verified("ada").await;
    receiver.arrived(1).await;
    stand.advance(600_000).await;
    let given_up = settled(&stand, "", "GIVEN_UP", 1).await;
    receiver.arrived(5).await;
    let path = format!("/webhooks/deliveries/{}/resend", text(&given_up[0], "id"));
    stand.control(&path, Some(json!({}))).await.ok();
    receiver.arrived(6).await;
    receiver.answer(|_, _| Answer::Status(200));
    settled(&stand, "", "WAITING", 1).await;
    stand.advance(8_000).await;
    receiver.arrived(7).await;
    let delivered = settled(&stand, "", "DELIVERED", 1).await;
    assert_eq!(delivered[0]["attempts"][6]["number"], 7);
}

#[tokio::test]
async fn a_range_is_replayed_to_a_receiver_that_came_later() {
    let (stand, first) = told().await;
    stand.funded("ada", "1.00").await;
    stand.advance(60_000).await;
    let from = stand.control("/clock", None).await.ok()["now"].clone();
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(transfer(&stand, "ada").await);
    }
    let last = settled(&stand, "", "DELIVERED", 6).await;
    let late = Receiver::start().await;
    let wanted = json!({"url": late.url, "secret": SECRET});
    stand
        .control("/webhooks/receivers", Some(wanted))
        .await
        .ok();
    let range = json!({"from": from, "receiverId": 2});
    let replayed = stand.control("/webhooks/replay", Some(range)).await.ok();
    assert_eq!(replayed, json!({"deliveries": 4}));
    let posts = late.arrived(4).await;
    let mut got: Vec<_> = posts.iter().map(|it| text(&it.body, "id")).collect();
    got.sort();
    assert_eq!(got, ids);
    first.arrived(6).await;
    // By number, to everybody, the last one only.
    let seq = text(&last[5], "id")
        .split('-')
        .next()
        .unwrap()
        .parse::<u64>()
        .unwrap();
    let range = json!({"fromSeq": seq, "toSeq": seq});
    let replayed = stand.control("/webhooks/replay", Some(range)).await.ok();
    assert_eq!(replayed, json!({"deliveries": 2}));
    first.arrived(7).await;
    late.arrived(5).await;
    // Numbers have 63 bits, as the specification says.
    for name in ["fromSeq", "toSeq"] {
        for number in [json!(-1), json!(9_223_372_036_854_775_808_u64)] {
            let range = json!({name: number});
            let refused = stand.control("/webhooks/replay", Some(range)).await;
            assert_eq!(refused.status, 400, "{name}");
        }
    }
}

#[tokio::test]
async fn a_sample_of_every_event_can_be_triggered_and_is_marked() {
    let (stand, receiver) = told().await;
    for (index, webhook) in WEBHOOKS.iter().enumerate() {
        let event = json!({"event": webhook.kind.as_str()});
        let triggered = stand.control("/webhooks/trigger", Some(event)).await.ok();
        let object = text(&triggered, "objectId");
        assert!(object.starts_with("sample-"), "{object}");
        let posts = receiver.arrived(index + 1).await;
        let last = posts.last().unwrap();
        assert_eq!(
            (&*last.path, &*last.text),
            (webhook.path, triggered["body"].as_str().unwrap())
        );
        assert!(last.text.contains(&object));
    }
    let reply = stand
        .control("/webhooks/trigger", Some(json!({"event": "x"})))
        .await;
    assert_eq!(reply.status, 400);
}

#[tokio::test]
async fn events_are_read_as_they_happen() {
    let stand = Stand::start().await;
    stand.funded("ada", "1.00").await;
    let all = stand.control("/webhooks/events?after=0-0", None).await.ok();
    let names: Vec<_> = all["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| text(it, "event"))
        .collect();
    assert_eq!(names, ["user_balance_generation", "p2p_transfer"]);
    let one = stand
        .control("/webhooks/events?after=0-0&limit=1", None)
        .await
        .ok();
    assert_eq!(one["events"].as_array().unwrap().len(), 1);
    assert_eq!(one["next"], one["events"][0]["id"]);
    let now = stand.control("/webhooks/events", None).await.ok();
    assert_eq!(now["events"], json!([]));

    let wait = format!(
        "/webhooks/events?after={}&waitMilliseconds=20000",
        text(&now, "next")
    );
    let began = Instant::now();
    let (waited, ()) = tokio::join!(stand.control(&wait, None), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        transfer(&stand, "ada").await;
    });
    let waited = waited.ok();
    assert_eq!(waited["events"].as_array().unwrap().len(), 1);
    assert!(began.elapsed() < Duration::from_secs(10));
    let wait = format!(
        "/webhooks/events?after={}&waitMilliseconds=100",
        text(&waited, "next")
    );
    let began = Instant::now();
    let nothing = stand.control(&wait, None).await.ok();
    assert_eq!(nothing["events"], json!([]));
    assert!(Duration::from_millis(100) <= began.elapsed());
}

#[tokio::test]
async fn whoever_waits_for_an_event_does_not_hold_up_the_end() {
    let stand = Stand::start().await;
    let url = format!(
        "{}/webhooks/events?after=0-0&waitMilliseconds=30000",
        stand.sandbox.control_url()
    );
    let waits = tokio::spawn(async move {
        let request = crate::stand::client().get(url);
        request
            .header("x-control-key", crate::stand::CONTROL_KEY)
            .send()
            .await
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let began = Instant::now();
    stand.sandbox.stop().await;
    assert!(
        began.elapsed() < Duration::from_secs(4),
        "{:?}",
        began.elapsed()
    );
    assert!(waits.await.unwrap().unwrap().status().is_success());
}

#[tokio::test]
async fn deliveries_are_paged_and_filtered() {
    let (stand, _receiver) = told().await;
    stand.funded("ada", "1.00").await;
    for _ in 0..5 {
        transfer(&stand, "ada").await;
    }
    let all = settled(&stand, "", "DELIVERED", 7).await;
    let (mut paged, mut after) = (Vec::<Value>::new(), String::new());
    loop {
        let path = format!("/webhooks/deliveries?limit=3{after}");
        let page = stand.control(&path, None).await.ok();
        paged.extend(page["deliveries"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(paged, all);
    let object = text(&all[3], "objectId");
    assert_eq!(
        deliveries(&stand, &format!("?objectId={object}")).await,
        [all[3].clone()]
    );
    assert_eq!(
        deliveries(&stand, "?event=user_balance_generation")
            .await
            .len(),
        1
    );
    assert!(deliveries(&stand, "?state=GIVEN_UP").await.is_empty());
    for wrong in [
        "?state=MELTED",
        "?event=x",
        "?limit=x",
        "?limit=0",
        "?after=1",
        "?what=1",
        "?limit=1&limit=2",
    ] {
        let reply = stand
            .control(&format!("/webhooks/deliveries{wrong}"), None)
            .await;
        assert_eq!(reply.status, 400, "{wrong}: {}", reply.text);
    }
}

#[tokio::test]
async fn receivers_and_what_they_were_not_told_outlive_the_sandbox() {
    let dir = tempfile::tempdir().unwrap();
    let receiver = Receiver::start().await;
    receiver.answer(|_, _| Answer::Status(500));
    let url = receiver.url.clone();
    let stand = Stand::start_with(|it| it.data_dir(dir.path()).webhooks(url, SECRET)).await;
    stand.funded("ada", "1.00").await;
    settled(&stand, "", "WAITING", 2).await;
    stand.sandbox.stop().await;
    receiver.answer(|_, _| Answer::Status(200));
    let stand = Stand::start_with(|it| it.data_dir(dir.path())).await;
    super::a_while().await;
    receiver.arrived(2).await;
    stand.advance(60_000).await;
    let posts = receiver.arrived(4).await;
    assert_eq!(posts[3].authorization, SECRET);
    settled(&stand, "", "DELIVERED", 2).await;
}
