//! A receiver that is down for ten virtual minutes misses its events, comes back, reconciles, and knows what the provider
//! knows; what it learns that way goes through the same handler, marked as recovered.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use partner_api::webhooks::inbox::{Counts, Origin};
use partner_api::webhooks::{
    EventKind, Handler, HandlerError, Inbox as _, Incoming, Intake, ObjectRef, Receiver,
    Reconciler, Secret, VolatileInbox, http,
};
use partner_api::{
    ApiKey, Currency, Environment, NewWithdrawal, PartnerApi, PayOut, SqliteInbox, Timestamp,
};
use partner_api_tests::effects::SECRET;
use partner_api_tests::oracle::ActiveCards;
use partner_api_tests::stand::{API_KEY, Stand};
use partner_api_types::WEBHOOKS;
use serde_json::{Value, json};

/// The partner's records: what it believes of each object, and from where.
#[derive(Clone, Default)]
struct Records(Arc<Mutex<BTreeMap<ObjectRef, (String, Origin)>>>);

impl Handler for Records {
    async fn handle(&self, incoming: &Incoming) -> Result<(), HandlerError> {
        let payload = incoming
            .event
            .payload()
            .ok_or_else(|| HandlerError::give_up("unknown"))?;
        let payload = serde_json::to_value(payload)?;
        let status = payload["status"].as_str().unwrap_or_default().to_owned();
        if let (Some(object), true) = (&incoming.object, incoming.position.is_news()) {
            let record = (status, incoming.origin);
            self.0
                .lock()
                .expect("nobody panics")
                .insert(object.clone(), record);
        }
        Ok(())
    }
}

impl Records {
    fn of(&self, kind: EventKind, id: &dyn ToString) -> Option<(String, Origin)> {
        let object = ObjectRef::new(kind, id.to_string());
        self.0.lock().expect("nobody panics").get(&object).cloned()
    }
}

/// Serves until the handle is aborted.
async fn serve(intake: &Intake, address: SocketAddr) -> (SocketAddr, tokio::task::JoinHandle<()>) {
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .expect("the port is free");
    let address = listener.local_addr().expect("an address");
    let router = http::router(intake.clone());
    let serving = tokio::spawn(async move {
        axum::serve(listener, router).await.expect("it serves");
    });
    (address, serving)
}

async fn control(stand: &Stand, path: &str, body: Value) -> Value {
    stand.driver.control.post(path, body).await.ok().json
}

/// Lets ten minutes pass in steps, until nothing is on its way any more.
async fn ten_minutes_pass(stand: &Stand) {
    for _ in 0..10 {
        control(stand, "/clock/advance", json!({ "milliseconds": 60_000 })).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for _ in 0..600 {
        let waiting = stand
            .driver
            .control
            .get("/webhooks/deliveries?state=WAITING")
            .await
            .ok();
        if waiting.json["deliveries"]
            .as_array()
            .is_some_and(Vec::is_empty)
        {
            return;
        }
        control(stand, "/clock/advance", json!({ "milliseconds": 1_000 })).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("deliveries wait for ever");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_that_was_away_catches_up_with_the_provider() {
    let dir = tempfile::tempdir().expect("a directory");
    let receiver = Receiver::builder()
        .secret(Secret::new(SECRET).unwrap())
        .build()
        .unwrap();
    let inbox = Arc::new(SqliteInbox::open(dir.path()).unwrap());
    let intake = Intake::new(receiver, inbox.clone());
    let records = Records::default();
    let worker = intake.worker(records.clone());
    let (address, serving) = serve(&intake, "127.0.0.1:0".parse().unwrap()).await;

    let mut stand = Stand::start(ActiveCards::Refuse).await;
    let told = json!({ "url": format!("http://{address}"), "secret": SECRET });
    control(&stand, "/webhooks/receivers", told).await;
    stand.onboard("U1", "100").await;
    let partner = PartnerApi::builder()
        .environment(Environment::Sandbox(
            stand.driver.partner.base().parse().unwrap(),
        ))
        .api_key(ApiKey::new(API_KEY))
        .build()
        .unwrap();
    let user = partner.user("U1").unwrap();

    // While it listens, it is told.
    for _ in 0..200 {
        worker.run_until_idle().await.unwrap();
        if records
            .of(EventKind::UserBalanceGeneration, &"U1")
            .is_some()
        {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let told = records.of(EventKind::UserBalanceGeneration, &"U1");
    assert_eq!(told, Some(("ACTIVE".to_owned(), Origin::Provider)));

    // Then it is away, and a lot happens.
    serving.abort();
    let _ = serving.await;
    let clock = stand.driver.control.get("/clock").await.ok().json;
    let from: Timestamp = clock["now"]
        .as_str()
        .expect("the clock shows a moment")
        .parse()
        .unwrap();
    let iban = || "PL61109010140000071219812874".parse().unwrap();
    let payout = |amount: &str| {
        let money = format!("{amount} eur").parse().unwrap();
        user.pay_out(PayOut::to_own_account(iban(), money).titled("rent".parse().unwrap()))
    };
    let paid = payout("5").await.unwrap().done().unwrap().id;
    // It fails at settlement, has moved nothing, and is in no history.
    let unfunded = payout("5000").await.unwrap().done().unwrap().id;
    let lock = user.exchange().lock().await.unwrap();
    let exchange = user
        .exchange()
        .execute(&lock, "10 eur".parse().unwrap(), Currency::BTC);
    let exchange = exchange.await.unwrap().done().unwrap().id;
    let fund = partner
        .transfers()
        .fund(user.id(), "1 btc".parse().unwrap());
    let transfer = fund.await.unwrap().done().unwrap().id;
    let out = NewWithdrawal::to_custodian(
        "0.25 btc".parse().unwrap(),
        "tb1qx".parse().unwrap(),
        "Anna".parse().unwrap(),
    );
    let withdrawal = user.withdraw(out).await.unwrap().done().unwrap().id;
    let body = json!({ "externalUserId": "U1", "amount": "2", "currency": "eth", "needsTravelRule": false });
    let deposit = control(&stand, "/simulate/crypto-deposit", body).await;
    let deposit = deposit["id"].as_str().expect("an id").to_owned();
    ten_minutes_pass(&stand).await;
    let given_up = stand
        .driver
        .control
        .get("/webhooks/deliveries?state=GIVEN_UP")
        .await
        .ok()
        .json;
    let given_up = given_up["deliveries"].as_array().expect("a list").len();
    assert!(6 <= given_up, "{given_up} events were given up");

    // It comes back. Nobody sends these events any more.
    let (_, serving) = serve(&intake, address).await;
    worker.run_until_idle().await.unwrap();
    let objects = [
        (EventKind::SepaTransfer, paid.to_string(), "SUCCESSFUL"),
        (EventKind::SepaTransfer, unfunded.to_string(), "FAILED"),
        (EventKind::Exchange, exchange.to_string(), "COMPLETED"),
        (EventKind::P2pTransfer, transfer.to_string(), "SUCCESSFUL"),
        (
            EventKind::CryptoWithdrawal,
            withdrawal.to_string(),
            "SUCCESSFUL",
        ),
        (EventKind::CryptoDeposit, deposit, "SUCCESSFUL"),
    ];
    for (kind, id, _) in &objects {
        assert_eq!(records.of(*kind, id), None, "{kind} was missed");
    }
    let reconciler = Reconciler::new(intake.clone(), partner.provider([user.id().clone()]));
    let report = reconciler.reconcile_since(from).await.unwrap();
    assert!(report.is_complete(), "{report:?}");
    worker.run_until_idle().await.unwrap();
    for (kind, id, status) in &objects {
        let record = Some(((*status).to_owned(), Origin::Recovered));
        assert_eq!(records.of(*kind, id), record, "{kind} {id}");
        // And that is what the provider says.
        let known = inbox
            .known(&ObjectRef::new(*kind, id.as_str()))
            .await
            .unwrap()
            .unwrap();
        assert_eq!((&*known.status, known.is_final), (*status, true));
    }
    assert_eq!(
        partner.payout(&unfunded).await.unwrap().status.as_str(),
        "FAILED"
    );

    let again = reconciler.reconcile_since(from).await.unwrap();
    assert_eq!((again.recovered, again.is_complete()), (0, true));

    // What happens from now on is told again.
    let fund = partner
        .transfers()
        .fund(user.id(), "1 eur".parse().unwrap());
    let transfer = fund.await.unwrap().done().unwrap().id;
    for _ in 0..200 {
        worker.run_until_idle().await.unwrap();
        if records.of(EventKind::P2pTransfer, &transfer).is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let told = records.of(EventKind::P2pTransfer, &transfer);
    assert_eq!(told, Some(("SUCCESSFUL".to_owned(), Origin::Provider)));
    serving.abort();
}

/// Both ends of every event: what the sandbox writes, the receiver reads, and nothing of it ends among the dead letters.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_event_that_the_sandbox_sends_can_be_read() {
    let receiver = Receiver::builder()
        .secret(Secret::new(SECRET).unwrap())
        .build()
        .unwrap();
    let inbox = Arc::new(VolatileInbox::new());
    let intake = Intake::new(receiver, inbox.clone());
    let (address, serving) = serve(&intake, "127.0.0.1:0".parse().unwrap()).await;
    let stand = Stand::start(ActiveCards::Refuse).await;
    let told = json!({ "url": format!("http://{address}"), "secret": SECRET, "bearer": true });
    control(&stand, "/webhooks/receivers", told).await;
    for webhook in WEBHOOKS {
        control(
            &stand,
            "/webhooks/trigger",
            json!({ "event": webhook.kind.as_str() }),
        )
        .await;
    }
    let records = Records::default();
    let worker = intake.worker(records.clone());
    let seen = || records.0.lock().expect("nobody panics").len();
    for _ in 0..400 {
        worker.run_until_idle().await.unwrap();
        if seen() == WEBHOOKS.len() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let kinds: BTreeSet<_> = records
        .0
        .lock()
        .unwrap()
        .keys()
        .map(ObjectRef::kind)
        .collect();
    assert_eq!(kinds, WEBHOOKS.iter().map(|it| it.kind).collect());
    assert_eq!(inbox.counts().await.unwrap(), Counts::default());
    serving.abort();
}
