//! Kills a real sandbox process at random instants while it tells a receiver what happens: every event of a committed
//! decision is delivered at least once, and none of a decision that is not there.
//!
//! Method: clients pay and pay out; after a random number of answers the process gets SIGKILL and its data is opened
//! again, many times. The receiver refuses every fifth post, so that retries are cut off as well. In the end the clock is
//! moved over every retry, and what the receiver acknowledged is compared with the decisions. A dispatcher that moves on
//! before its result is committed loses events here; one that sends before the cause is committed tells phantoms.
//!
//! `DELIVERY_KILLS` says how often it is killed, `DELIVERY_SEED` when.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use partner_api_tests::{
    persona,
    process::Process,
    receiver::Receiver,
    stand::{API_KEY, decisions},
    wire::Wire,
};
use reqwest::Method;
use serde_json::json;

use crate::crash::onboard_all;

fn number(variable: &str, default: u64) -> u64 {
    let text = std::env::var(variable).ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(default)
}

async fn pay_until_killed(base: String, client: usize, answers: Arc<AtomicUsize>) {
    let wire = Wire::partner(base, API_KEY);
    for nth in 0_usize.. {
        let user = format!("U{}", (client + nth) % 4);
        let (path, body) = if nth % 3 == 2 {
            ("/v1/sepa-transfer", persona::payout(&user, "0.01", "eur"))
        } else {
            let body = json!({"destinationExternalUserId": user, "amount": "5", "currency": "eur"});
            ("/v1/transfer", body)
        };
        match wire.try_call(Method::POST, path, Some(&body)).await {
            Ok(_) => answers.fetch_add(1, Ordering::SeqCst),
            Err(_) => return,
        };
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_while_telling_loses_no_event_and_invents_none() {
    let kills = number("DELIVERY_KILLS", 8);
    let mut random = fastrand::Rng::with_seed(number("DELIVERY_SEED", 1));
    let receiver = Receiver::start(|nth| if nth % 5 == 4 { 500 } else { 200 }).await;
    let dir = tempfile::tempdir().expect("a temporary directory");
    let mut process = Process::start(env!("CARGO_BIN_EXE_sandbox-child"), dir.path());
    let wanted = json!({"url": receiver.url, "secret": "s"});
    let control = &process.driver.control;
    control.post("/webhooks/receivers", wanted).await.ok();
    onboard_all(&mut process.driver).await;
    for _ in 0..kills {
        let answers = Arc::new(AtomicUsize::new(0));
        let clients: Vec<_> = (0..4)
            .map(|client| {
                let base = process.driver.partner.base().to_owned();
                tokio::spawn(pay_until_killed(base, client, Arc::clone(&answers)))
            })
            .collect();
        let enough = random.usize(1..60);
        while answers.load(Ordering::SeqCst) < enough {
            tokio::time::sleep(Duration::from_micros(random.u64(1..3_000))).await;
        }
        process.kill();
        for client in clients {
            client
                .await
                .expect("a client stops at the first broken connection");
        }
        process = Process::start(env!("CARGO_BIN_EXE_sandbox-child"), dir.path());
    }
    settle(&process).await;

    let mut expected = BTreeSet::new();
    for decision in decisions(&process.driver.control).await {
        let kind = match &*decision.command {
            "transfer" => "transfer",
            "settle_pay_out" => "payout",
            _ => continue,
        };
        if decision.rule.is_none() {
            let parts = decision.subject.split(", ");
            let id = parts.filter_map(|part| part.strip_prefix(kind)).next();
            expected.insert(id.expect("it names its object").trim().to_owned());
        }
    }
    let mut acknowledged: BTreeMap<String, usize> = BTreeMap::new();
    let mut posts = 0;
    for told in receiver.told() {
        if told.path == "/webhook/user/status" {
            continue;
        }
        posts += 1;
        let id = told.body["id"]
            .as_str()
            .expect("a movement has an id")
            .to_owned();
        assert!(expected.contains(&id), "a phantom: {told:?}");
        if told.status == 200 {
            *acknowledged.entry(id).or_default() += 1;
        }
    }
    let lost: Vec<_> = expected
        .iter()
        .filter(|id| !acknowledged.contains_key(*id))
        .collect();
    assert!(lost.is_empty(), "never told: {lost:?}");
    let twice = acknowledged.values().filter(|count| 1 < **count).count();
    println!(
        "{kills} kills, {} events, {posts} posts, {twice} events acknowledged more than once",
        expected.len()
    );
}

/// Moves the clock over every retry, and waits until nothing is to be told any more.
async fn settle(process: &Process) {
    let control = &process.driver.control;
    let advance = json!({"milliseconds": 3_600_000});
    for _ in 0..4_000 {
        control.post("/clock/advance", advance.clone()).await.ok();
        let events = control.get("/webhooks/events").await.ok();
        let waiting = control.get("/webhooks/deliveries?state=WAITING").await.ok();
        let is_empty = waiting.json["deliveries"]
            .as_array()
            .is_some_and(Vec::is_empty);
        if is_empty
            && waiting.json["next"].is_null()
            && is_caught_up(process, &events.text_of("next")).await
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("something was never told");
}

/// Whether there are as many deliveries as events up to an id.
async fn is_caught_up(process: &Process, until: &str) -> bool {
    let control = &process.driver.control;
    let count = async |path: &str, list: &str, after: Option<&str>| {
        let (mut found, mut after) = (0, after.map(str::to_owned));
        loop {
            let from = after
                .as_ref()
                .map_or(String::new(), |it| format!("&after={it}"));
            let page = control
                .get(&format!("{path}?limit=1000{from}"))
                .await
                .ok()
                .json;
            let items = page[list].as_array().expect("a list");
            found += items.len();
            let next = page["next"].as_str().map(str::to_owned);
            if items.is_empty() || next.is_none() || next.as_deref() == Some(until) {
                return found;
            }
            after = next;
        }
    };
    let events = count("/webhooks/events", "events", Some("0-0")).await;
    events == count("/webhooks/deliveries", "deliveries", None).await
}
