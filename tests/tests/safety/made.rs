//! What is made, or is gone, and moves no money by itself: cards, orders, links, and the closing of a user, when the answer
//! is lost.

use std::future::IntoFuture;

use partner_api::journal::Basis;
use partner_api::reconcile::Why;
use partner_api::{Currency, Decision, NewCard, NewLink, Outcome};
use serde_json::json;

use crate::lost::{Lost, SETTLING, TIMEOUT, both, found, is_empty, money};

fn new_card() -> NewCard {
    NewCard::new("holiday", "1234".parse().expect("a PIN")).expect("a card")
}

/// Cards carry no time, so the journal has those that were there before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_is_found_among_those_that_were_not_there_before() {
    let lost = Lost::new().await;
    let Lost { partner, anna, .. } = &lost;
    let create = || {
        anna.cards()
            .create(new_card())
            .timeout(TIMEOUT)
            .into_future()
    };
    // One of before the journal, of which it knows nothing.
    let raw = json!({ "externalUserId": "anna", "label": "old", "pin": "1234" });
    let api = &lost.driver.partner;
    api.post("/v1/card/virtual", raw.clone()).await.ok();
    both!(lost, "create_card", Basis::OnlyMatch, create());
    let known = create().await.expect("sent").done().expect("a card").id;
    // Somebody else makes one at the same time: two fit, and neither is the known one.
    let rule = json!({ "operation": "create_card", "fault": "DROP_AFTER", "times": 1 });
    lost.driver.control.post("/faults", rule).await.ok();
    assert!(create().await.expect("sent").is_unknown());
    api.post("/v1/card/virtual", raw).await.ok();
    tokio::time::sleep(TIMEOUT + SETTLING).await;
    let report = partner.reconcile().await.expect("reconciled");
    let [unclear] = &report.unclear[..] else {
        panic!("{report:?}");
    };
    assert_eq!(unclear.why, Why::SeveralFit);
    let candidates: Vec<String> = unclear
        .candidates
        .iter()
        .map(|it| it.reference.as_ref().expect("an id").to_string())
        .collect();
    assert_eq!(candidates.len(), 2, "{candidates:?}");
    assert!(!candidates.contains(&format!("card {known}")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_sole_mover_a_card_is_reported() {
    let lost = Lost::with(|limits| limits.sole_mover = false).await;
    let create = lost.anna.cards().create(new_card()).timeout(TIMEOUT);
    let (_, report) = lost
        .lose("create_card", "DROP_AFTER", create.into_future())
        .await;
    assert_eq!(report.unclear[0].why, Why::MayBeSomebodyElses);
    let card = report.unclear[0].candidates[0].reference.clone();
    let decision = Decision::Happened(card.expect("an id"));
    let decided = lost.partner.resolve(report.unclear[0].entry.id, decision);
    decided.await.expect("resolved");
}

impl Lost {
    /// The provider's id of the newest object that a command made, which only its operator can see.
    async fn newest(&self, command: &str) -> String {
        let decisions = partner_api_tests::stand::decisions(&self.driver.control).await;
        let newest = decisions.iter().rfind(|it| it.command == command);
        let subject = &newest.expect("it was made").subject;
        // Such as `checkout ID, 5 eur`.
        let object = subject.split(", ").next().expect("an object");
        let id = object.split(' ').nth(1).expect("an id");
        id.to_owned()
    }

    /// Somebody pays, and the chain confirms it.
    async fn pay(&self, field: &str, id: &str, amount: &str) {
        let control = &self.driver.control;
        let payment = json!({ field: id, "amount": amount, "currency": "usdc" });
        control.post("/simulate/payment", payment).await.ok();
        let advance = json!({ "milliseconds": 3_000 });
        control.post("/clock/advance", advance).await.ok();
    }
}

/// The provider lists neither. What somebody has paid is in the partner's history, where an order leads to its lock.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_found_once_somebody_has_paid_it() {
    let lost = Lost::with(|limits| limits.sole_mover = false).await;
    let orders = lost.partner.orders();
    let lock = async || {
        let lock = orders.lock(money("50 eur").amount(), Currency::USDC);
        lock.await.expect("a lock")
    };
    // Another one, of which the journal knows.
    let other = lock().await;
    let known = orders.create(&other).await.expect("sent").done();
    let known = known.expect("an order").id.to_string();
    let (_, report) = lost
        .lose("create_order", "DROP_BEFORE", async {
            orders.create(&lock().await).timeout(TIMEOUT).await
        })
        .await;
    assert_eq!(report.unclear[0].why, Why::NotPaid);
    let given_up = report.unclear[0].entry.id;
    let ours = lock().await;
    let create = orders.create(&ours).timeout(TIMEOUT).into_future();
    let (_, report) = lost.lose("create_order", "DROP_AFTER", create).await;
    assert_eq!(report.unclear.len(), 2);
    lost.pay("orderId", &known, &other.amount.to_string()).await;
    let report = lost.partner.reconcile().await.expect("reconciled");
    assert_eq!((report.unclear.len(), report.resolved.len()), (2, 0));
    let id = lost.newest("create_order").await;
    lost.pay("orderId", &id, &ours.amount.to_string()).await;
    let report = lost.partner.reconcile().await.expect("reconciled");
    assert_eq!(found(&report), (true, Basis::NaturalKey));
    assert_eq!(
        report.resolved[0]
            .conclusion
            .reference()
            .map(ToString::to_string),
        Some(format!("order {id}"))
    );
    assert_eq!(report.unclear[0].entry.id, given_up);
}

/// A link is found by its amount and time; two of them that are in doubt together are told apart by nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_is_found_once_somebody_has_paid_it() {
    let lost = Lost::new().await;
    let links = lost.partner.payment_links();
    let create = |euro: &str| {
        let link = NewLink::new(money(euro).amount());
        links.create(link).timeout(TIMEOUT).into_future()
    };
    let known = create("5 eur").await.expect("sent").done();
    let known = known.expect("a link").id.id.to_string();
    let (_, report) = lost
        .lose("create_payment_link", "DROP_AFTER", create("5 eur"))
        .await;
    assert_eq!(report.unclear[0].why, Why::NotPaid);
    let ours = lost.newest("create_link").await;
    lost.pay("paymentLinkId", &known, "20").await;
    let report = lost.partner.reconcile().await.expect("reconciled");
    assert_eq!(report.unclear[0].why, Why::NotPaid, "the other one is paid");
    lost.pay("paymentLinkId", &ours, "20").await;
    let report = lost.partner.reconcile().await.expect("reconciled");
    assert_eq!(found(&report), (true, Basis::OnlyMatch));
    let reference = report.resolved[0].conclusion.reference();
    assert_eq!(
        reference.map(ToString::to_string),
        Some(format!("payment link {ours}"))
    );

    let (_, report) = lost
        .lose("create_payment_link", "DROP_AFTER", create("7 eur"))
        .await;
    assert_eq!(report.unclear.len(), 1);
    let first = lost.newest("create_link").await;
    let (_, report) = lost
        .lose("create_payment_link", "DROP_AFTER", create("7 eur"))
        .await;
    assert_eq!(report.unclear.len(), 2, "the guard holds up no link");
    lost.pay("paymentLinkId", &first, "20").await;
    let report = lost.partner.reconcile().await.expect("reconciled");
    assert!(report.resolved.is_empty(), "{report:?}");
    for unclear in &report.unclear {
        assert_eq!(unclear.why, Why::AnotherEntryFits);
        assert_eq!(unclear.candidates.len(), 1);
    }
}

/// A closed user is unknown to the provider from then on, and one that is not closed is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closure_is_found_by_the_user_being_gone() {
    let lost = Lost::new().await;
    let close = async || {
        let plan = lost.anna.plan_closure().await?;
        // The first look is before the delete, the second after its answer was lost.
        let rule = json!({ "operation": "get_user_balances", "fault": "DROP_AFTER", "calls": [2] });
        lost.driver.control.post("/faults", rule).await.ok();
        let confirm = plan.ready()?.confirm().without_retries();
        let confirm = confirm.forfeit_balances(plan.balances.held());
        confirm.timeout(TIMEOUT).await.map(Outcome::Done)
    };
    let (at_once, later) = lost.lose("delete_user", "DROP_BEFORE", close()).await;
    assert_eq!(at_once.waiting.len(), 1);
    assert_eq!(found(&later), (false, Basis::Absence));
    let balances = lost.anna.balances().await.expect("she is there");
    assert_eq!(balances.of(Currency::EUR).to_string(), "500");
    let (at_once, later) = lost.lose("delete_user", "DROP_AFTER", close()).await;
    assert_eq!(found(&at_once), (true, Basis::NaturalKey));
    assert!(is_empty(&later));
    // What was found out is believed: nothing is sent any more.
    let refused = lost.anna.exchange().lock().await.unwrap_err();
    assert!(refused.is_denied_locally(), "{refused}");
    partner_api_tests::compare::books_balance(&lost.driver).await;
}
