//! The provider's schedule on the virtual clock: five attempts, each at its moment.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    Answer, Receiver, a_while, deliveries, eventually, settled, told, told_with, transfer,
};
use crate::stand::{Stand, text};

/// When each attempt was due, in seconds after the event.
fn moments(delivery: &Value) -> Vec<i64> {
    let at = |moment: &Value| {
        let moment: partner_api_core::Timestamp = moment.as_str().unwrap().parse().unwrap();
        moment.millis()
    };
    let attempts = delivery["attempts"].as_array().unwrap().iter();
    let began = at(&delivery["at"]);
    attempts.map(|it| at(&it["dueAt"]) - began).collect()
}

#[tokio::test]
async fn five_attempts_each_at_its_very_millisecond() {
    let (stand, receiver) = told().await;
    receiver.answer(|_, _| Answer::Status(503));
    stand.verified("ada").await;
    receiver.arrived(1).await;
    for (nth, wait) in [(2, 8_000), (3, 16_000), (4, 32_000), (5, 64_000)] {
        settled(&stand, "", "WAITING", 1).await;
        until_due(&stand).await;
        stand.advance(wait - 1).await;
        a_while().await;
        receiver.arrived(nth - 1).await;
        stand.advance(1).await;
        receiver.arrived(nth).await;
    }
    let given_up = settled(&stand, "", "GIVEN_UP", 1).await;
    assert_eq!(moments(&given_up[0]), [0, 8_000, 24_000, 56_000, 120_000]);
    let made = given_up[0]["attempts"].as_array().unwrap();
    for (number, attempt) in (1..).zip(made) {
        assert_eq!(attempt["number"], number);
        assert_eq!(attempt["httpStatus"], 503);
        assert_eq!(attempt["at"], attempt["dueAt"]);
        assert_eq!(attempt["bodyBytes"], receiver.posts()[0].text.len());
    }
    stand.advance(600_000).await;
    a_while().await;
    receiver.arrived(5).await;
}

/// Waits until the result of the last attempt is written down, so that the next one has its time.
async fn until_due(stand: &Stand) {
    for _ in 0..2_000 {
        let found = deliveries(stand, "").await;
        let made = found[0]["attempts"].as_array().unwrap().len();
        if found[0]["dueAt"].is_string() && 0 < made {
            let due = moments_of_next(&found[0]);
            if due == [8_000, 24_000, 56_000, 120_000][made - 1] {
                return;
            }
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("the next attempt got no time");
}

fn moments_of_next(delivery: &Value) -> i64 {
    let at = |name: &str| {
        let moment: partner_api_core::Timestamp = text(delivery, name).parse().unwrap();
        moment.millis()
    };
    at("dueAt") - at("at")
}

#[tokio::test]
async fn a_receiver_that_comes_back_in_time_gets_it() {
    let (stand, receiver) = told().await;
    receiver.answer(|nth, _| Answer::Status(if nth < 2 { 500 } else { 200 }));
    stand.verified("ada").await;
    receiver.arrived(1).await;
    stand.advance(60_000).await;
    receiver.arrived(3).await;
    let delivered = settled(&stand, "", "DELIVERED", 1).await;
    assert_eq!(moments(&delivered[0]), [0, 8_000, 24_000]);
}

#[tokio::test]
async fn a_receiver_that_is_down_for_ten_minutes_misses_its_events_and_gets_the_next() {
    let stand = Stand::start().await;
    // Nobody listens there yet.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let wanted = json!({"url": format!("http://{address}"), "secret": "s"});
    stand
        .control("/webhooks/receivers", Some(wanted))
        .await
        .ok();
    stand.funded("ada", "1.00").await;
    for _ in 0..3 {
        transfer(&stand, "ada").await;
    }
    stand.advance(600_000).await;
    let missed = settled(&stand, "", "GIVEN_UP", 5).await;
    for delivery in &missed {
        assert_eq!(moments(delivery), [0, 8_000, 24_000, 56_000, 120_000]);
        assert_eq!(delivery["attempts"][0]["failure"], "CONNECTION");
    }
    let receiver = Receiver::start_at(address).await;
    let id = transfer(&stand, "ada").await;
    let posts = receiver.arrived(1).await;
    assert_eq!(posts[0].body["id"], id.as_str());
}

#[tokio::test]
async fn only_200_acknowledges_and_a_redirect_is_not_followed() {
    let (stand, receiver) = told().await;
    receiver.answer(|nth, _| match nth {
        0 => Answer::Status(204),
        1 => Answer::Redirect,
        2 => Answer::Status(401),
        _ => Answer::Status(200),
    });
    stand.verified("ada").await;
    receiver.arrived(1).await;
    stand.advance(60_000).await;
    let posts = receiver.arrived(4).await;
    assert!(
        posts.iter().all(|it| it.path == "/webhook/user/status"),
        "{posts:#?}"
    );
    let delivered = settled(&stand, "", "DELIVERED", 1).await;
    let attempts = delivered[0]["attempts"].as_array().unwrap().iter();
    let statuses: Vec<_> = attempts.map(|it| it["httpStatus"].as_i64()).collect();
    assert_eq!(statuses, [Some(204), Some(307), Some(401), Some(200)]);
}

#[tokio::test]
async fn neither_a_slow_nor_a_dead_receiver_holds_up_the_api_or_another_receiver() {
    let (stand, slow) = told_with(|it| it.webhook_timeout(Duration::from_millis(400))).await;
    slow.answer(|_, _| Answer::Hang);
    let fast = Receiver::start().await;
    for url in [&fast.url, "http://127.0.0.1:1"] {
        let wanted = json!({"url": url, "secret": "s"});
        stand
            .control("/webhooks/receivers", Some(wanted))
            .await
            .ok();
    }
    stand.funded("ada", "1.00").await;
    let mut slowest = Duration::ZERO;
    for _ in 0..60 {
        let began = std::time::Instant::now();
        transfer(&stand, "ada").await;
        slowest = slowest.max(began.elapsed());
    }
    // The slow receiver takes 400 ms for each of its answers; nothing of that is felt.
    assert!(slowest < Duration::from_millis(400), "{slowest:?}");
    let fast_posts = || fast.posts().len();
    eventually(|| fast_posts() == 62).await;
    settled(&stand, "?receiverId=2", "DELIVERED", 62).await;
    eventually(|| 16 <= slow.posts().len()).await;
    let failed = deliveries(&stand, "?receiverId=1&state=WAITING").await;
    for delivery in &failed {
        assert_eq!(delivery["attempts"][0]["failure"], "TIMEOUT");
    }
}
