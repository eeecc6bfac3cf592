//! The torture kit: our own receiver stands it, and every way to get it wrong is named.
//!
//! What fails without it: a verdict that is clean whatever the receiver does.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::routing::any;
use partner_api::webhooks::{
    Handler, HandlerError, Incoming, Intake, Receiver, Secret, VolatileInbox, http,
};
use partner_api_sandbox::torture::{Check, Effect, Torture, TortureError};
use serde_json::Value;

const SECRET: &str = "torture-secret";

#[derive(Clone, Default)]
struct Effects(Arc<Mutex<Vec<Effect>>>);

impl Effects {
    fn add(&self, object: &str, status: &str) {
        self.0.lock().unwrap().push(Effect {
            object: object.to_owned(),
            status: status.to_owned(),
        });
    }

    fn all(&self) -> Vec<Effect> {
        self.0.lock().unwrap().clone()
    }
}

impl Handler for Effects {
    async fn handle(&self, incoming: &Incoming) -> Result<(), HandlerError> {
        if let (Some(object), true) = (&incoming.object, incoming.position.is_news()) {
            let body: Value = serde_json::from_slice(&incoming.body)?;
            self.add(object.id(), body["status"].as_str().unwrap_or_default());
        }
        Ok(())
    }
}

async fn serve(app: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn our_own_receiver_stands_it() {
    for bearer in [false, true] {
        let effects = Effects::default();
        let secret = Secret::new(SECRET).unwrap();
        let receiver = Receiver::builder().secret(secret).build().unwrap();
        let intake = Intake::new(receiver, Arc::new(VolatileInbox::new()));
        let worker = intake.worker(effects.clone());
        let worker = tokio::spawn(worker.run(std::future::pending()));
        let url = serve(http::router(intake)).await;
        let torture = Torture::new(&url, SECRET).unwrap();
        let torture = if bearer { torture.bearer() } else { torture };
        let verdict = torture.run(async || Some(effects.all())).await;
        worker.abort();
        assert!(verdict.is_clean(), "{verdict}");
        assert!(
            verdict.rows.iter().all(|row| row.looked_at > Some(0)),
            "{verdict}"
        );
    }
}

/// What a receiver of a few lines gets wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    None,
    LetsEverybodyIn,
    TakesAPrefixOfTheSecret,
    Says403,
    LosesEverySeventh,
    ForgetsWhatItHasSeen,
    TakesWhateverComesLast,
    ActsBeforeItChecks,
    RefusesWhatIsNew,
    RefusesOneKind,
    FallsOver,
}

/// A receiver written by hand, wrong in one way.
fn receiver(flaw: Flaw, effects: Effects) -> Router {
    let seen = Arc::new(Mutex::new((
        HashSet::<(String, String)>::new(),
        HashSet::<String>::new(),
    )));
    let take = move |uri: Uri, headers: HeaderMap, body: Bytes| async move {
        let mut given = headers.get_all("authorization").iter();
        let only = given.next().filter(|_| given.next().is_none());
        let only = only.map(|it| it.as_bytes()).unwrap_or_default();
        let is_known = match flaw {
            Flaw::LetsEverybodyIn => true,
            Flaw::TakesAPrefixOfTheSecret => {
                !only.is_empty() && SECRET.as_bytes().starts_with(only)
            }
            _ => only == SECRET.as_bytes(),
        };
        let event: Option<Value> = serde_json::from_slice(&body).ok();
        let text = |names: &[&str]| {
            let found = event.as_ref()?.as_object()?;
            names
                .iter()
                .find_map(|name| found.get(*name)?.as_str())
                .map(str::to_owned)
        };
        let object = text(&["id", "cryptoDepositId", "orderId", "paymentLinkId"]);
        let status = text(&["status"]);
        let act = |object: &str, status: &str| {
            let mut seen = seen.lock().unwrap();
            let is_final = ["SUCCESSFUL", "FAILED", "COMPLETED", "REFUNDED"].contains(&status);
            let is_new = seen.0.insert((object.to_owned(), status.to_owned()));
            let is_over = !is_final && seen.1.contains(object);
            if is_final {
                seen.1.insert(object.to_owned());
            }
            let may_repeat = flaw == Flaw::ForgetsWhatItHasSeen;
            let may_go_back = flaw == Flaw::TakesWhateverComesLast;
            let is_lost = flaw == Flaw::LosesEverySeventh && seen.1.len().is_multiple_of(7);
            if (is_new || may_repeat) && (!is_over || may_go_back) && !is_lost {
                effects.add(object, status);
            }
        };
        if flaw == Flaw::ActsBeforeItChecks
            && !is_known
            && let (Some(object), Some(status)) = (&object, &status)
        {
            act(object, status);
        }
        if !is_known {
            let is_403 = flaw == Flaw::Says403;
            return if is_403 {
                StatusCode::FORBIDDEN
            } else {
                StatusCode::UNAUTHORIZED
            };
        }
        if flaw == Flaw::RefusesWhatIsNew
            && (uri.path().contains("not-yet-known") || status.as_deref() == Some("TELEPORTED"))
        {
            return StatusCode::NOT_FOUND;
        }
        if flaw == Flaw::RefusesOneKind && uri.path().contains("order") {
            return StatusCode::BAD_REQUEST;
        }
        match (&object, &status) {
            (Some(object), Some(status)) => act(object, status),
            _ if flaw == Flaw::FallsOver => return StatusCode::INTERNAL_SERVER_ERROR,
            _ => {}
        }
        StatusCode::OK
    };
    Router::new().fallback(any(take))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_way_to_get_it_wrong_is_named() {
    let flaws: [(Flaw, &[Check]); 11] = [
        (Flaw::None, &[]),
        (
            Flaw::LetsEverybodyIn,
            &[Check::AcceptedUnauthenticated, Check::ActedOnForged],
        ),
        (
            Flaw::TakesAPrefixOfTheSecret,
            &[Check::AcceptedUnauthenticated, Check::ActedOnForged],
        ),
        (Flaw::Says403, &[Check::NotAnsweredWith401]),
        (Flaw::LosesEverySeventh, &[Check::Lost]),
        (Flaw::ForgetsWhatItHasSeen, &[Check::ProcessedTwice]),
        (Flaw::TakesWhateverComesLast, &[Check::AppliedBackwards]),
        (Flaw::ActsBeforeItChecks, &[Check::ActedOnForged]),
        (Flaw::RefusesWhatIsNew, &[Check::RefusedUnknown]),
        (Flaw::RefusesOneKind, &[Check::RefusedGenuine, Check::Lost]),
        (Flaw::FallsOver, &[Check::FellOver]),
    ];
    // Side by side: a receiver that loses something is waited for.
    let local = tokio::task::LocalSet::new();
    let runs = flaws.map(|(flaw, expected)| {
        local.spawn_local(async move {
            let effects = Effects::default();
            let url = serve(receiver(flaw, effects.clone())).await;
            let torture = Torture::new(&url, SECRET).unwrap().seed(11).objects(60);
            let torture = torture.effects_within(std::time::Duration::from_secs(2));
            let verdict = torture.run(async || Some(effects.all())).await;
            assert_eq!(verdict.failed(), expected, "{flaw:?}\n{verdict}");
        })
    });
    local
        .run_until(async {
            for run in runs {
                run.await.unwrap();
            }
        })
        .await;
}

#[tokio::test]
async fn without_effects_half_of_the_verdict_is_open_and_says_so() {
    let url = serve(receiver(Flaw::ForgetsWhatItHasSeen, Effects::default())).await;
    let verdict = Torture::new(&url, SECRET).unwrap().run(async || None).await;
    assert!(verdict.is_clean(), "{verdict}");
    let open = verdict.rows.iter().filter(|row| row.looked_at.is_none());
    assert_eq!(open.count(), 4);
    assert!(verdict.to_string().contains("not looked at"), "{verdict}");
}

#[tokio::test]
async fn where_nobody_listens_nothing_is_clean() {
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let verdict = Torture::new(&url, SECRET)
        .unwrap()
        .objects(10)
        .run(async || None)
        .await;
    let failed = verdict.failed();
    assert!(
        failed.contains(&Check::RefusedGenuine) && failed.contains(&Check::FellOver),
        "{verdict}"
    );
}

#[test]
fn only_this_machine_is_tortured_and_the_secret_never_prints() {
    let there = Torture::new("http://192.0.2.1", SECRET);
    assert!(matches!(there, Err(TortureError::Url(_))));
    assert_eq!(
        Torture::new("http://127.0.0.1:1", "").unwrap_err(),
        TortureError::Secret
    );
    let here = Torture::new("http://127.0.0.1:1", SECRET).unwrap();
    assert!(!format!("{here:?}").contains(SECRET));
}
