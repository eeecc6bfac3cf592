//! The worker: at least once, in order per object, with pauses, dead letters, and a graceful end.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use partner_api_webhooks::inbox::{Counts, Origin};
use partner_api_webhooks::{
    Backoff, Event, EventKind, EventPayload, Handler, HandlerError, Incoming, Intake, ObjectRef,
    Random, Receiver, Redriven, Secret, VolatileInbox,
};
use tokio::sync::oneshot;

use crate::support::{
    Fault, Faulty, Notes, PAYOUTS, SECRET, Then, TokioClock, intake, over, payout, take,
};

#[derive(Debug)]
struct Most;

impl Random for Most {
    fn up_to(&self, most: Duration) -> Duration {
        most
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_is_handed_over_with_its_place_in_its_objects_life() {
    let (intake, notes) = (intake(), Notes::fine());
    let worker = intake.worker(notes.clone());
    for body in [
        payout("a", "PENDING"),
        payout("a", "SUCCESSFUL"),
        payout("a", "SUCCESSFUL"),
        r#"{"status":"PENDING","id":"a","note":"late"}"#.to_owned(),
        r#"{"status":"FAILED","id":"a"}"#.to_owned(),
        r#"{"status":"SUCCESSFUL","id":"a","note":"again"}"#.to_owned(),
        payout("b", "FAILED"),
    ] {
        take(&intake, PAYOUTS, &body).await;
    }
    take(&intake, "/loan-webhook", r#"{"loan":1}"#).await;
    worker.run_until_idle().await.unwrap();
    let mut lines = notes.lines();
    let others = lines
        .split_off(0)
        .into_iter()
        .partition::<Vec<_>, _>(|it| it.starts_with('a'));
    let (of_a, mut others) = others;
    others.sort();
    assert_eq!(
        of_a,
        [
            "a First 1",
            "a Forward 1",
            "a Late 1",
            "a Conflict 1",
            "a Same 1"
        ]
    );
    assert_eq!(others, ["b First 1", "nothing Unordered 1"]);
    let seen = notes.seen.lock().unwrap().clone();
    assert_eq!(seen[0].origin, Origin::Provider);
    let unknown = seen.iter().find_map(|it| match &it.event {
        Event::Unknown(unknown) => Some(unknown),
        _ => None,
    });
    let unknown = unknown.unwrap();
    assert_eq!(
        (&*unknown.path, &unknown.body[..]),
        ("/loan-webhook", &br#"{"loan":1}"#[..])
    );
    let object = ObjectRef::new(EventKind::SepaTransfer, "a");
    let known = intake.inbox().known(&object).await.unwrap().unwrap();
    assert_eq!((&*known.status, known.is_final), ("SUCCESSFUL", true));
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_tried_again_after_growing_pauses_and_then_is_a_dead_letter() {
    let intake = intake();
    let notes = Notes::new(|incoming| match incoming.object.as_ref().unwrap().id() {
        "bad" => Then::Fail("no"),
        "worse" => Then::GiveUp("never"),
        "odd" if incoming.attempt == 1 => Then::Panic,
        "slow" if incoming.attempt == 1 => Then::Take(Duration::from_secs(3600)),
        _ => Then::Fine,
    });
    for id in ["bad", "worse", "odd", "slow", "good"] {
        take(&intake, PAYOUTS, &payout(id, "PENDING")).await;
    }
    take(&intake, PAYOUTS, &payout("bad", "SUCCESSFUL")).await;
    let backoff = Backoff {
        first: Duration::from_secs(10),
        most: Duration::from_secs(25),
        attempts: 4,
    };
    let worker = intake
        .worker(notes.clone())
        .backoff(backoff)
        .handler_timeout(Duration::from_secs(5))
        .with_random(Arc::new(Most));
    let began = tokio::time::Instant::now();
    let (stop, stopped) = oneshot::channel::<()>();
    let run = tokio::spawn(worker.run(async { drop(stopped.await) }));
    let inbox = intake.inbox().clone();
    while inbox.counts().await.unwrap().waiting != 0 || notes.lines().len() < 14 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(
            began.elapsed() < Duration::from_secs(300),
            "{:?}",
            notes.lines()
        );
    }
    stop.send(()).unwrap();
    run.await.unwrap();
    let lines = notes.lines();
    let of = |id: &str| {
        lines
            .iter()
            .filter(|it| it.starts_with(&format!("{id} ")))
            .cloned()
            .collect::<Vec<_>>()
    };
    // The first one is dead, so of the second one nothing earlier is known either.
    let four = ["bad First 1", "bad First 2", "bad First 3", "bad First 4"];
    assert_eq!(of("bad"), [four, four].concat());
    assert_eq!(of("worse"), ["worse First 1"]);
    assert_eq!(of("odd"), ["odd First 1", "odd First 2"]);
    assert_eq!(of("slow"), ["slow First 1", "slow First 2"]);
    assert_eq!(of("good"), ["good First 1"]);
    let dead = intake.dead_letters(None).await.unwrap();
    let whys: Vec<_> = dead.iter().map(|it| &*it.why).collect();
    assert_eq!(whys, ["no", "never", "no"]);
    assert!(Duration::from_secs(10 + 20 + 25) <= began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_dead_letter_is_redriven_once_it_can_be_read_or_handled() {
    let intake = intake();
    take(&intake, PAYOUTS, r#"{"id":"a","status":7}"#).await;
    take(&intake, PAYOUTS, &payout("b", "PENDING")).await;
    let failing = Notes::new(|_| Then::GiveUp("not yet"));
    intake.worker(failing).run_until_idle().await.unwrap();
    let dead = intake.dead_letters(None).await.unwrap();
    assert_eq!(dead.len(), 2);
    assert!(matches!(
        intake.redrive(&dead[0]).await.unwrap(),
        Redriven::Unreadable(_)
    ));
    assert_eq!(intake.redrive(&dead[1]).await.unwrap(), Redriven::Back);
    assert_eq!(intake.redrive(&dead[1]).await.unwrap(), Redriven::Gone);
    let notes = Notes::fine();
    intake.worker(notes.clone()).run_until_idle().await.unwrap();
    assert_eq!(notes.lines(), ["b First 1"]);
    assert!(intake.discard(&dead[0]).await.unwrap());
    assert_eq!(intake.inbox().counts().await.unwrap(), Counts::default());
}

/// Counts how many handlers run at once, over all objects and of each.
#[derive(Clone, Default)]
struct Crowd {
    now: Arc<Mutex<Vec<String>>>,
    most: Arc<AtomicUsize>,
}

impl Handler for Crowd {
    async fn handle(&self, incoming: &Incoming) -> Result<(), HandlerError> {
        let id = incoming.object.as_ref().unwrap().id().to_owned();
        {
            let mut now = self.now.lock().unwrap();
            assert!(!now.contains(&id), "two at a time of {id}");
            now.push(id.clone());
            self.most.fetch_max(now.len(), Ordering::Relaxed);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        self.now.lock().unwrap().retain(|it| *it != id);
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn handlers_run_side_by_side_but_not_for_one_object_and_not_too_many() {
    let intake = intake();
    for number in 0..40 {
        let body = format!(
            r#"{{"id":"p{}","status":"PENDING","n":{number}}}"#,
            number % 10
        );
        take(&intake, PAYOUTS, &body).await;
    }
    let crowd = Crowd::default();
    // Two workers, as two processes would be.
    let (one, other) = (
        intake.worker(crowd.clone()).at_once(3),
        intake.worker(crowd.clone()).at_once(3),
    );
    let (one, other) = tokio::join!(one.run_until_idle(), other.run_until_idle());
    one.unwrap();
    other.unwrap();
    assert_eq!(intake.inbox().counts().await.unwrap(), Counts::default());
    assert_eq!(crowd.most.load(Ordering::Relaxed), 6);
}

#[tokio::test(start_paused = true)]
async fn stopping_lets_what_runs_finish_and_starts_nothing_else() {
    let intake = intake();
    let notes = Notes::new(|_| Then::Take(Duration::from_secs(3)));
    take(&intake, PAYOUTS, &payout("a", "PENDING")).await;
    take(&intake, PAYOUTS, &payout("a", "SUCCESSFUL")).await;
    let worker = intake.worker(notes.clone());
    worker.run(tokio::time::sleep(Duration::from_secs(1))).await;
    assert_eq!(notes.lines(), ["a First 1"]);
    let counts = intake.inbox().counts().await.unwrap();
    assert_eq!(counts.waiting, 1);
    assert!(
        intake
            .inbox()
            .known(&ObjectRef::new(EventKind::SepaTransfer, "a"))
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_is_dropped_leaves_its_events_to_the_next_one() {
    let intake = intake();
    let stuck = Notes::new(|_| Then::Take(Duration::from_secs(1_000_000)));
    take(&intake, PAYOUTS, &payout("a", "PENDING")).await;
    let worker = intake
        .worker(stuck.clone())
        .handler_timeout(Duration::from_secs(10));
    let run = tokio::time::timeout(Duration::from_secs(1), worker.run(std::future::pending()));
    assert!(run.await.is_err());
    let notes = Notes::fine();
    let worker = intake.worker(notes.clone());
    worker
        .run(tokio::time::sleep(Duration::from_secs(60)))
        .await;
    assert_eq!(notes.lines(), ["a First 2"]);
}

#[tokio::test(start_paused = true)]
async fn the_bell_wakes_a_worker_and_without_it_a_look_does() {
    let intake = intake();
    let (near, far) = (Notes::fine(), Notes::fine());
    let hour = Duration::from_secs(3600);
    let near_worker = intake.worker(near.clone()).look_every(hour);
    let near_run = tokio::spawn(near_worker.run(tokio::time::sleep(hour)));
    tokio::task::yield_now().await;
    take(&intake, PAYOUTS, &payout("a", "PENDING")).await;
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(near.lines(), ["a First 1"]);
    near_run.abort();
    // A worker of another process hears no bell.
    let far_worker = partner_api_webhooks::Worker::new(intake.inbox().clone(), far.clone())
        .with_clock(Arc::new(TokioClock::new()));
    let far_run = tokio::spawn(far_worker.run(std::future::pending()));
    tokio::task::yield_now().await;
    take(&intake, PAYOUTS, &payout("b", "PENDING")).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(far.lines(), ["b First 1"]);
    far_run.abort();
}

/// Whatever fails on the way, every event that was acknowledged is handed over at least once, and each object's in order.
#[tokio::test(start_paused = true)]
async fn an_inbox_that_fails_now_and_then_loses_nothing() {
    for seed in 0..20 {
        let random = Mutex::new(fastrand::Rng::with_seed(seed));
        let intake = over(Arc::new(Faulty::new(move || {
            match random.lock().unwrap().u8(0..10) {
                0 => Fault::Before,
                1 => Fault::After,
                _ => Fault::None,
            }
        })));
        let notes = Notes::new(|incoming| match incoming.attempt % 3 {
            1 => Then::Fail("now and then"),
            _ => Then::Fine,
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let worker = intake.worker(notes.clone()).at_once(3);
        let run = tokio::spawn(worker.run(async { drop(stopped.await) }));
        let authenticated = intake.receiver().authenticate([SECRET]).unwrap();
        for number in 0..20 {
            let body = format!(
                r#"{{"id":"p{}","status":"PENDING","n":{number}}}"#,
                number % 4
            );
            // The provider sends it again until it is acknowledged.
            while intake
                .take(&authenticated, PAYOUTS, body.as_bytes())
                .await
                .is_err()
            {}
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        while !matches!(intake.inbox().counts().await, Ok(Counts { waiting: 0, .. })) {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        stop.send(()).unwrap();
        run.await.unwrap();
        let seen = notes.seen.lock().unwrap();
        for id in 0..4 {
            let id = format!("p{id}");
            let mut deliveries: Vec<_> = seen
                .iter()
                .filter(|it| it.object.as_ref().unwrap().id() == id)
                .map(|it| it.delivery)
                .collect();
            assert!(deliveries.is_sorted(), "seed {seed}");
            deliveries.dedup();
            assert_eq!(deliveries.len(), 5, "seed {seed}");
        }
    }
}

/// What was recovered came by no path, so the paths of this partner do not decide what it is.
#[tokio::test(start_paused = true)]
async fn a_recovered_event_stays_what_it_is_whatever_the_paths() {
    let receiver = Receiver::builder()
        .secret(Secret::new(SECRET).unwrap())
        .path(EventKind::SepaTransfer, "/payouts")
        .path(EventKind::Exchange, PAYOUTS)
        .build()
        .unwrap();
    let intake = Intake::new(receiver, Arc::new(VolatileInbox::new()))
        .with_clock(Arc::new(TokioClock::new()));
    let body = payout("a", "FAILED");
    let mut reader = serde_json::Deserializer::from_str(&body);
    let payload = EventPayload::read(EventKind::SepaTransfer, &mut reader).unwrap();
    intake.recover(&payload).await.unwrap();
    let failing = Notes::new(|_| Then::GiveUp("not yet"));
    intake.worker(failing).run_until_idle().await.unwrap();
    let dead = intake.dead_letters(None).await.unwrap();
    assert_eq!(intake.redrive(&dead[0]).await.unwrap(), Redriven::Back);
    let notes = Notes::fine();
    intake.worker(notes.clone()).run_until_idle().await.unwrap();
    let seen = notes.seen.lock().unwrap();
    let kind = seen[0].object.as_ref().map(ObjectRef::kind);
    assert_eq!(
        (kind, seen[0].origin),
        (Some(EventKind::SepaTransfer), Origin::Recovered)
    );
}
