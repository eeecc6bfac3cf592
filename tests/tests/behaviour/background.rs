//! Background work under a limit of calls: it takes what others leave, and no call is one too many.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use partner_api::raw::{Behavior, Rate, ReqwestWire, Wire, WireFuture};
use partner_api::{ApiKey, Environment, PartnerApi};
use partner_api_tests::{
    oracle::ActiveCards,
    stand::{API_KEY, Stand},
};
use reqwest::Method;
use serde_json::json;

/// Real sockets, and the order in which requests left.
#[derive(Debug)]
struct Order {
    wire: ReqwestWire,
    left: Mutex<Vec<String>>,
}

impl Order {
    fn left(&self) -> Vec<String> {
        self.left.lock().expect("no panic").clone()
    }
}

impl Wire for Order {
    fn exchange(&self, request: reqwest::Request, answer_bytes_max: usize) -> WireFuture<'_> {
        let path = request.url().path().to_owned();
        self.left.lock().expect("no panic").push(path);
        self.wire.exchange(request, answer_bytes_max)
    }
}

/// The provider allows 40 calls a second, the client sends 20 and 10 at once. Sixteen background calls are always under
/// way, and so is reconciling; five calls that somebody waits for leave together all the same, with nothing in between.
#[tokio::test]
async fn background_work_takes_no_turn_from_others_and_exceeds_no_limit() {
    let mut stand = Stand::start(ActiveCards::Refuse).await;
    stand.onboard("U1", "100").await;
    let control = &stand.driver.control;
    let limit = json!({"calls": 40, "windowMilliseconds": 1_000});
    control
        .call(Method::PUT, "/rate-limit", Some(&limit))
        .await
        .ok();
    let order = Arc::new(Order {
        wire: ReqwestWire::new(reqwest::Client::new()),
        left: Mutex::default(),
    });
    let mut behavior = Behavior::V2026_11;
    behavior.rate = Some(Rate {
        per_second: 20,
        burst: 10,
    });
    let address = stand.driver.partner.base().parse().expect("an address");
    let partner = PartnerApi::builder()
        .environment(Environment::Sandbox(address))
        .api_key(ApiKey::new(API_KEY))
        .behavior(behavior)
        .wire(Arc::clone(&order) as Arc<dyn Wire>)
        .build()
        .expect("a client");
    // Something for reconciling to look at: a movement whose answer is lost.
    let lose = json!({ "operation": "create_transfer", "fault": "DROP_AFTER", "times": 1 });
    control.post("/faults", lose).await.ok();
    let money = "1 eur".parse().expect("money");
    let anna = partner.user("U1").expect("an id");
    let lost = partner.transfers().fund(anna.id(), money).await;
    assert!(lost.expect("sent").is_unknown());

    let is_over = Arc::new(AtomicBool::new(false));
    let mut background = Vec::new();
    for _ in 0..16 {
        let (partner, is_over) = (partner.in_background(), Arc::clone(&is_over));
        background.push(tokio::spawn(async move {
            while !is_over.load(Ordering::Relaxed) {
                partner.balances().await.expect("has its turn");
            }
        }));
    }
    background.push(tokio::spawn({
        let (partner, is_over) = (partner.clone(), Arc::clone(&is_over));
        async move {
            while !is_over.load(Ordering::Relaxed) {
                let report = partner.reconcile().await.expect("a journal");
                assert_eq!(report.unclear.len() + report.waiting.len(), 1);
            }
        }
    }));
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let before = order.left().len();
        let (first, second, third, fourth, fifth) = tokio::join!(
            anna.balances(),
            anna.balances(),
            anna.balances(),
            anna.balances(),
            anna.balances(),
        );
        for balances in [first, second, third, fourth, fifth] {
            balances.expect("goes through");
        }
        let left = order.left();
        let together = &left[before..before + 5];
        assert!(
            together.iter().all(|it| it == "/v1/user/balances/U1"),
            "{together:?}"
        );
    }
    is_over.store(true, Ordering::Relaxed);
    for task in background {
        task.await.expect("no panic");
    }
    let left = order.left();
    let count = |path: &str| left.iter().filter(|it| it.starts_with(path)).count();
    assert!(20 < count("/v1/partner/balances"), "{left:?}");
    assert!(0 < count("/v1/partner/exchange/get-lock"), "{left:?}");
    let looked = control.get("/rate-limit").await.ok().json;
    assert_eq!(looked["refused"], 0, "{looked}");
    control.call(Method::DELETE, "/rate-limit", None).await.ok();
}
