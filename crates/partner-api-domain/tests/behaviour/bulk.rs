//! Bulk work: each user once, whatever is cut off, and on from there.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use partner_api_domain::bulk::{
    Bulk, Change, ChangeKind, Closing, End, Expected, FAILURES_IN_ROW_MAX, Stopped,
};
use partner_api_domain::client::{Api, ApiKey, Behavior, InProcess, WireError};
use partner_api_domain::core::UserId;
use partner_api_domain::{Partner, Reason, VolatileJournal};
use serde_json::json;

use crate::fake::{Fake, Fault};

const SUSPEND: Change = Change::Suspend(Reason::Fraud);

/// A provider of any number of users without cards, which counts.
#[derive(Clone, Default)]
struct Many(Arc<Mutex<Seen>>);

#[derive(Default)]
struct Seen {
    /// How often each user was suspended.
    suspended: BTreeMap<String, u32>,
    at_once: usize,
    at_once_max: usize,
    is_down: bool,
    turns_away: Option<u16>,
}

impl Many {
    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.0.lock().unwrap()
    }

    fn partner(&self, behavior: Behavior, journal: &Arc<VolatileJournal>) -> Partner {
        let many = self.clone();
        let wire = InProcess::new(move |request: http::Request<bytes::Bytes>| {
            let many = many.clone();
            async move {
                let path = request.uri().path().to_owned();
                let (is_down, turns_away) = {
                    let mut seen = many.seen();
                    seen.at_once += 1;
                    seen.at_once_max = seen.at_once_max.max(seen.at_once);
                    (seen.is_down, seen.turns_away)
                };
                tokio::time::sleep(Duration::from_millis(5)).await;
                let mut seen = many.seen();
                seen.at_once -= 1;
                if is_down {
                    return Err(WireError::unsent("no route"));
                }
                let user = path.rsplit('/').next().unwrap().to_owned();
                let is_suspended = seen.suspended.contains_key(&user);
                let (status, body) = match path.trim_start_matches("/v1/") {
                    _ if turns_away.is_some() => {
                        (turns_away.unwrap_or_default(), json!("Access Denied. xo1"))
                    }
                    it if it.starts_with("card/all/") => (200, json!({ "cards": [] })),
                    it if it.starts_with("exchange/get-lock/") && is_suspended => (
                        400,
                        json!({ "errorCode": "P455", "errorName": "name", "errorMessage": "?" }),
                    ),
                    it if it.starts_with("exchange/get-lock/") => (200, crate::fake::rate_lock()),
                    it if it.starts_with("user/suspend/") => {
                        *seen.suspended.entry(user).or_default() += 1;
                        (200, json!({}))
                    }
                    other => panic!("{other}"),
                };
                let response = http::Response::builder().status(status);
                let response = response.header("content-type", "application/json");
                let body = match body {
                    serde_json::Value::String(text) => text,
                    other => other.to_string(),
                };
                Ok(response.body(bytes::Bytes::from(body)).unwrap())
            }
        });
        let transport = Api::transport("http://127.0.0.1:1", ApiKey::new("key"));
        let api = Api::new(transport.behavior(behavior).wire(wire).build().unwrap());
        Partner::new(api).with_journal(journal.clone())
    }
}

fn once() -> Behavior {
    let mut behavior = Behavior::V2026_11;
    behavior.attempts_max = 1;
    behavior
}

fn suspensions(users: usize) -> Vec<(UserId, Change)> {
    let user = |number| UserId::new(format!("u{number}")).unwrap();
    (0..users).map(|number| (user(number), SUSPEND)).collect()
}

fn bulk(partner: &Partner) -> Bulk {
    partner.users().bulk("run".parse().unwrap()).at_once(8)
}

/// The plan after the crash says what the journal knows, and the run goes on from there.
#[tokio::test(start_paused = true)]
async fn cut_off_anywhere_and_run_again_each_user_is_suspended_once() {
    for cut_after in [0, 1, 7, 12, 13, 40, 110] {
        let (many, journal) = (Many::default(), Arc::new(VolatileJournal::new()));
        let partner = many.partner(once(), &journal);
        let told = Arc::new(Mutex::new(Vec::new()));
        {
            let (told, bulk) = (told.clone(), bulk(&partner));
            let run = bulk.run(suspensions(100), |ended| {
                told.lock().unwrap().push(ended.user.clone())
            });
            // Dropped in the middle of whatever it does, as a process that is killed.
            let cut = tokio::time::timeout(Duration::from_millis(cut_after), run).await;
            assert!(cut.is_err());
        }
        let bulk = bulk(&many.partner(once(), &journal));
        let plan = bulk
            .plan(
                ChangeKind::Suspend,
                suspensions(100).into_iter().map(|(user, _)| user),
            )
            .await
            .unwrap();
        let count = |of| plan.counts().get(&of).copied().unwrap_or(0);
        let (done, in_doubt) = (count(Expected::Done), count(Expected::InDoubt));
        assert!(told.lock().unwrap().len() <= done);
        let before = many.seen().suspended.len();
        assert!(done <= before && before <= done + in_doubt);
        let tally = bulk.run(suspensions(100), |_| {}).await;
        assert!(tally.is_all_done() && tally.done == 100, "{tally}");
        assert!(many.seen().suspended.values().all(|times| *times == 1));
        assert_eq!(many.seen().suspended.len(), 100);
        // Once more does nothing.
        let again = bulk.run(suspensions(100), |_| {}).await;
        assert_eq!((again.done, again.done_before), (100, 100));
        assert!(many.seen().suspended.values().all(|times| *times == 1));
    }
}

#[tokio::test(start_paused = true)]
async fn never_more_under_way_than_said_and_never_so_many_that_one_misses_its_turn() {
    let (many, journal) = (Many::default(), Arc::new(VolatileJournal::new()));
    let partner = many.partner(once(), &journal);
    let tally = bulk(&partner).run(suspensions(50), |_| {}).await;
    assert_eq!((tally.done, many.seen().at_once_max), (50, 8));
    // One request a second: a hundred at a time would wait for longer than a call may take.
    let slow = Many::default();
    let mut behavior = once();
    behavior.rate = Some(partner_api_domain::client::transport::Rate {
        per_second: 1,
        burst: 1,
    });
    let journal = Arc::new(VolatileJournal::new());
    let partner = slow.partner(behavior, &journal);
    let tally = bulk(&partner)
        .at_once(100)
        .run(suspensions(60), |_| {})
        .await;
    assert_eq!(tally.done, 60, "{tally}");
}

#[tokio::test(start_paused = true)]
async fn a_stop_lets_those_under_way_end_and_begins_nobody_else() {
    let (many, journal) = (Many::default(), Arc::new(VolatileJournal::new()));
    let bulk = bulk(&many.partner(once(), &journal));
    let stop = bulk.stop();
    let tally = bulk.run(suspensions(100), |_| stop.tell()).await;
    assert_eq!(tally.stopped, Some(Stopped::Told));
    assert!(tally.done < 30, "{tally}");
    assert_eq!(many.seen().suspended.len(), tally.done);
    assert!(journal.entries().iter().all(|entry| !entry.is_unresolved()));
}

#[tokio::test(start_paused = true)]
async fn where_going_on_is_pointless_it_ends_and_says_why() {
    let journal = Arc::new(VolatileJournal::new());
    let down = Many::default();
    down.seen().is_down = true;
    let bulk_down = bulk(&down.partner(once(), &journal));
    let tally = bulk_down
        .run(suspensions(100), |ended| {
            assert_eq!(ended.end(), End::Failed)
        })
        .await;
    assert_eq!(tally.stopped, Some(Stopped::Failing));
    assert!(tally.failed < FAILURES_IN_ROW_MAX as usize + 8, "{tally}");
    // Back again, it goes on: what never left is not held against anybody.
    down.seen().is_down = false;
    assert_eq!(bulk_down.run(suspensions(100), |_| {}).await.done, 100);
}

/// Nobody looked at the request, so nobody is refused for good: with another key, or later, the same run goes on.
#[tokio::test(start_paused = true)]
async fn who_was_turned_away_at_the_door_has_another_turn_in_the_same_run() {
    for (status, why) in [(401, Stopped::NoAccess), (429, Stopped::Failing)] {
        let (many, journal) = (Many::default(), Arc::new(VolatileJournal::new()));
        many.seen().turns_away = Some(status);
        let bulk = bulk(&many.partner(once(), &journal));
        let tally = bulk.run(suspensions(100), |_| {}).await;
        assert_eq!(tally.stopped, Some(why), "{tally}");
        assert!(
            tally.failed == tally.ended() && tally.failed < 30,
            "{tally}"
        );
        many.seen().turns_away = None;
        let tally = bulk.run(suspensions(100), |_| {}).await;
        assert_eq!(tally.done, 100, "{tally}");
    }
}

#[tokio::test]
async fn a_closure_needs_a_plan_gives_up_what_that_found_and_nothing_else() {
    let fake = Fake::with_cards("C1");
    let close = fake.partner.users().bulk("close".parse().unwrap());
    let mut changes = Vec::new();
    close
        .closures([fake.anna().id().clone()], |user, plan| {
            changes.push((user, Change::Close(Closing::of(&plan.unwrap()).unwrap())));
        })
        .await;
    fake.world().eur = "100.01".to_owned();
    let tally = close.run(changes.clone(), |_| {}).await;
    assert_eq!((tally.failed, fake.standing().as_str()), (1, "suspended"));
    fake.world().eur = "100".to_owned();
    let mut forfeited = Vec::new();
    let tell = |ended: &partner_api_domain::bulk::Ended| {
        forfeited.extend(ended.result.as_ref().unwrap().forfeited.clone());
    };
    assert_eq!(close.run(changes, tell).await.done, 1);
    assert_eq!(forfeited[0].to_string(), "100 eur");
}

#[tokio::test]
async fn a_refusal_is_an_end_and_a_lost_answer_that_nothing_shows_stays_in_doubt() {
    let fake = Fake::with_cards("");
    let anna = || fake.anna().id().clone();
    let run = |name: &str| fake.partner.users().bulk(name.parse().unwrap());
    fake.fail_at(1, Fault::Refused);
    assert_eq!(run("a").run([(anna(), SUSPEND)], |_| {}).await.refused, 1);
    assert_eq!(run("a").run([(anna(), SUSPEND)], |_| {}).await.refused, 1);
    let update = partner_api_domain::UserUpdate::new().email("a@example.com".parse().unwrap());
    fake.fail_at(0, Fault::LostAfter);
    let (steps, update) = (fake.steps(), Change::Update(update));
    for _ in 0..2 {
        let tally = run("b").run([(anna(), update.clone())], |_| {}).await;
        assert_eq!(tally.in_doubt, 1);
    }
    assert_eq!(fake.steps_since(steps), ["PATCH /v1/user/anna"]);
}
