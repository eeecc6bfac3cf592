//! Reconciling: what was missed is found, once, and comes by the same way marked as recovered.

use std::collections::BTreeMap;
use std::sync::Mutex;

use partner_api_core::Timestamp;
use partner_api_webhooks::inbox::Origin;
use partner_api_webhooks::{
    EventKind, EventPayload, ObjectRef, Position, Provider, ProviderError, ProviderFuture,
    Reconciler, Sighting,
};

use crate::support::{Notes, PAYOUTS, intake, payout, take};

/// A provider that knows payouts by id.
#[derive(Debug, Default)]
struct Records {
    payouts: Mutex<BTreeMap<String, &'static str>>,
    /// Ids that cannot be read now.
    broken: Vec<&'static str>,
    has_no_history: bool,
}

fn event(id: &str, status: &str) -> EventPayload {
    let body = format!(r#"{{"id":"{id}","status":"{status}","fee":1}}"#);
    EventPayload::read(
        EventKind::SepaTransfer,
        &mut serde_json::Deserializer::from_str(&body),
    )
    .unwrap()
}

impl Provider for &'static Records {
    fn state<'a>(&'a self, object: &'a ObjectRef) -> ProviderFuture<'a, Option<EventPayload>> {
        Box::pin(async move {
            if self.broken.contains(&object.id()) {
                return Err(ProviderError::new("the line is dead"));
            }
            let payouts = self.payouts.lock().unwrap();
            Ok(payouts
                .get(object.id())
                .map(|status| event(object.id(), status)))
        })
    }

    fn since(&self, _: Timestamp) -> ProviderFuture<'_, Vec<Sighting>> {
        Box::pin(async move {
            if self.has_no_history {
                return Err(ProviderError::new("no history today"));
            }
            let payouts = self.payouts.lock().unwrap();
            // One half as objects, the other as events: both ways lead to the inbox.
            let sighting = |(index, (id, status)): (usize, (&String, &&str))| match index % 2 {
                0 => Sighting::Object(ObjectRef::new(EventKind::SepaTransfer, id.as_str())),
                _ => Sighting::Event(Box::new(event(id, status))),
            };
            Ok(payouts.iter().enumerate().map(sighting).collect())
        })
    }
}

fn records(payouts: &[(&str, &'static str)]) -> Records {
    let payouts = payouts
        .iter()
        .map(|(id, status)| ((*id).to_owned(), *status))
        .collect();
    Records {
        payouts: Mutex::new(payouts),
        ..Records::default()
    }
}

#[tokio::test]
async fn what_was_missed_is_recovered_once_and_nothing_else() {
    let (intake, notes) = (intake(), Notes::fine());
    let worker = intake.worker(notes.clone());
    take(&intake, PAYOUTS, &payout("open", "PENDING")).await;
    take(&intake, PAYOUTS, &payout("done", "SUCCESSFUL")).await;
    take(&intake, PAYOUTS, &payout("still", "PENDING")).await;
    worker.run_until_idle().await.unwrap();
    notes.seen.lock().unwrap().clear();
    let provider: &'static Records = Box::leak(Box::new(records(&[
        ("open", "FAILED"),
        ("done", "SUCCESSFUL"),
        ("still", "PENDING"),
        ("never heard of", "SUCCESSFUL"),
    ])));
    let reconciler = Reconciler::new(intake.clone(), provider);
    let report = reconciler.reconcile_since(Timestamp::EPOCH).await.unwrap();
    assert_eq!(
        (report.polled, report.recovered, report.is_complete()),
        (2, 2, true)
    );
    worker.run_until_idle().await.unwrap();
    {
        let seen = notes.seen.lock().unwrap();
        assert!(
            seen.iter()
                .all(|it| it.origin == Origin::Recovered && it.position.is_news())
        );
    }
    let mut lines = notes.lines();
    lines.sort();
    assert_eq!(lines, ["never heard of First 1", "open Forward 1"]);

    let again = reconciler.reconcile_since(Timestamp::EPOCH).await.unwrap();
    assert_eq!((again.polled, again.recovered), (1, 0));

    // The provider's own event, with other content, comes after all: it says nothing new.
    take(&intake, PAYOUTS, &payout("open", "FAILED")).await;
    worker.run_until_idle().await.unwrap();
    assert_eq!(
        notes.seen.lock().unwrap().last().unwrap().position,
        Position::Same
    );
}

#[tokio::test]
async fn what_cannot_be_asked_is_reported_and_found_the_next_time() {
    let (intake, notes) = (intake(), Notes::fine());
    let worker = intake.worker(notes.clone());
    for id in ["broken", "fine"] {
        take(&intake, PAYOUTS, &payout(id, "PENDING")).await;
    }
    worker.run_until_idle().await.unwrap();
    let payouts = [("broken", "FAILED"), ("fine", "SUCCESSFUL")];
    let broken = Records {
        broken: vec!["broken"],
        has_no_history: true,
        ..records(&payouts)
    };
    let reconciler = Reconciler::new(intake.clone(), &*Box::leak(Box::new(broken)));
    let report = reconciler.reconcile_since(Timestamp::EPOCH).await.unwrap();
    assert_eq!(
        (report.polled, report.recovered, report.is_complete()),
        (2, 1, false)
    );
    assert_eq!(report.failed[0].0.id(), "broken");
    assert!(report.history.is_some());
    let reconciler = Reconciler::new(intake.clone(), &*Box::leak(Box::new(records(&payouts))));
    assert_eq!(
        reconciler
            .reconcile_since(Timestamp::EPOCH)
            .await
            .unwrap()
            .recovered,
        1
    );
    worker.run_until_idle().await.unwrap();
    let object = ObjectRef::new(EventKind::SepaTransfer, "broken");
    assert_eq!(
        &*intake.inbox().known(&object).await.unwrap().unwrap().status,
        "FAILED"
    );
}
