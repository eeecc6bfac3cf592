//! Each thing whose answer can be lost, against a sandbox: what is found out about it, with the fault before and after
//! the provider has acted.

use std::future::Future;
use std::time::Duration;

use partner_api::journal::{Basis, Conclusion};
use partner_api::reconcile::{Limits, Reconciled, Why};
use partner_api::{
    ApiKey, Builder, Currency, Decision, Environment, Error, Money, NewWithdrawal, Outcome,
    PartnerApi, PayOut, Reason, User,
};
use partner_api_sandbox::Sandbox;
use partner_api_tests::driver::Driver;
use partner_api_tests::facade::new_user;
use partner_api_tests::persona::{ADDRESS, IBANS};
use partner_api_tests::wire::Wire;
use reqwest::Method;
use serde_json::json;

pub(crate) const SETTLING: Duration = Duration::from_millis(150);
pub(crate) const TIMEOUT: Duration = Duration::from_millis(300);

pub(crate) struct Lost {
    pub(crate) driver: Driver,
    pub(crate) partner: PartnerApi,
    pub(crate) anna: User,
    sandbox: Sandbox,
}

fn builder(sandbox: &Sandbox) -> Builder {
    let url = sandbox.api_url().parse().expect("a URL");
    PartnerApi::builder()
        .environment(Environment::Sandbox(url))
        .api_key(ApiKey::new(sandbox.api_key()))
}

pub(crate) fn money(text: &str) -> Money {
    text.parse().expect("money")
}

impl Lost {
    pub(crate) async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// A user with 500 eur and 500 usdc, and a partner whose assumptions fit the sandbox.
    pub(crate) async fn with(change: impl FnOnce(&mut Limits)) -> Self {
        let sandbox = Sandbox::builder().start().await.expect("a sandbox");
        let api = Wire::partner(sandbox.api_url(), sandbox.api_key());
        let control = Wire::control(sandbox.control_url(), sandbox.control_key());
        let mut driver = Driver::new(api, control);
        crate::crash::onboard(&mut driver, "anna").await;
        let mut limits = Limits::V2026_11;
        (limits.settling, limits.settling_outside) = (SETTLING, SETTLING);
        change(&mut limits);
        let partner = builder(&sandbox).limits(limits).build().expect("a client");
        let anna = partner.user("anna").expect("an id");
        Self {
            driver,
            partner,
            anna,
            sandbox,
        }
    }

    /// Loses the answer to a call; says what is found out at once, and once all is settled.
    pub(crate) async fn lose<T>(
        &self,
        operation: &str,
        fault: &str,
        call: impl Future<Output = Result<Outcome<T>, Error>>,
    ) -> (Reconciled, Reconciled) {
        let rule = json!({ "operation": operation, "fault": fault, "times": 1 });
        self.driver.control.post("/faults", rule).await.ok();
        let is_lost = match call.await {
            Ok(outcome) => outcome.is_unknown(),
            Err(error) => error.is_unresolved(),
        };
        assert!(is_lost, "{operation} {fault}");
        self.driver
            .control
            .call(Method::DELETE, "/faults", None)
            .await
            .ok();
        let at_once = self.partner.reconcile().await.expect("reconciled");
        tokio::time::sleep(TIMEOUT + SETTLING).await;
        (at_once, self.partner.reconcile().await.expect("reconciled"))
    }
}

/// What was found out of the only entry in doubt.
pub(crate) fn found(report: &Reconciled) -> (bool, Basis) {
    let [found] = &report.resolved[..] else {
        panic!("{report:?}");
    };
    match &found.conclusion {
        Conclusion::Done { .. } => (true, found.basis),
        Conclusion::Absent => (false, found.basis),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn is_empty(report: &Reconciled) -> bool {
    report.resolved.is_empty() && report.unclear.is_empty() && report.waiting.is_empty()
}

/// Loses it both ways: afterwards it is found by `basis`, at once if its name is enough; before, it is absent.
macro_rules! both {
    ($lost:expr, $operation:expr, $basis:expr, $call:expr) => {
        let (at_once, later) = $lost.lose($operation, "DROP_AFTER", $call).await;
        match $basis {
            Basis::NaturalKey => {
                assert_eq!(found(&at_once), (true, Basis::NaturalKey), $operation);
                assert!(is_empty(&later), $operation);
            }
            basis => {
                assert_eq!(at_once.waiting.len(), 1, $operation);
                assert_eq!(found(&later), (true, basis), $operation);
            }
        }
        let (at_once, later) = $lost.lose($operation, "DROP_BEFORE", $call).await;
        assert_eq!(at_once.waiting.len(), 1, $operation);
        assert_eq!(found(&later), (false, Basis::Absence), $operation);
    };
}

pub(crate) use both;

fn iban() -> partner_api::Iban {
    IBANS[0].parse().expect("an account")
}

fn withdrawal() -> NewWithdrawal {
    let (address, name) = (ADDRESS.parse(), "Anna".parse());
    let (address, name) = (address.expect("an address"), name.expect("a name"));
    NewWithdrawal::to_own_keys(money("20 usdc"), address, name)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_movement_of_a_user_is_found_or_found_absent() {
    let lost = Lost::new().await;
    let Lost { partner, anna, .. } = &lost;
    let euro = money("10 eur");
    let transfers = partner.transfers();
    both!(lost, "create_transfer", Basis::OnlyMatch, {
        transfers
            .fund(anna.id(), euro)
            .timeout(TIMEOUT)
            .into_future()
    });
    both!(lost, "create_transfer", Basis::OnlyMatch, {
        transfers
            .collect(anna.id(), euro)
            .timeout(TIMEOUT)
            .into_future()
    });
    both!(lost, "create_master_transfer", Basis::OnlyMatch, {
        transfers
            .fund_from_master(anna.id(), money("11 eur"))
            .timeout(TIMEOUT)
            .into_future()
    });
    let payout = || PayOut::to_own_account(iban(), euro);
    both!(lost, "create_sepa_transfer", Basis::NaturalKey, {
        anna.pay_out(payout()).timeout(TIMEOUT).into_future()
    });
    let titled = || payout().titled("rent".parse().expect("a title"));
    both!(lost, "create_sepa_transfer", Basis::OnlyMatch, {
        anna.pay_out(titled()).timeout(TIMEOUT).into_future()
    });
    both!(lost, "create_exchange", Basis::NaturalKey, {
        let lock = anna.exchange().lock().await.expect("a lock");
        let exchange = anna
            .exchange()
            .execute(&lock, money("50 eur"), Currency::BTC);
        exchange.timeout(TIMEOUT).into_future()
    });
    both!(lost, "create_withdrawal", Basis::OnlyMatch, {
        anna.withdraw(withdrawal()).timeout(TIMEOUT).into_future()
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_movement_of_the_partners_own_is_found_or_found_absent() {
    let lost = Lost::new().await;
    let own = lost.partner.own_account();
    let euro = money("10 eur");
    both!(lost, "create_partner_sepa_transfer", Basis::NaturalKey, {
        own.pay_out(PayOut::to_own_account(iban(), euro))
            .timeout(TIMEOUT)
            .into_future()
    });
    both!(lost, "create_partner_exchange", Basis::NaturalKey, {
        let lock = own.exchange().lock().await.expect("a lock");
        let exchange = own
            .exchange()
            .execute(&lock, money("50 eur"), Currency::BTC);
        exchange.timeout(TIMEOUT).into_future()
    });
    both!(lost, "create_partner_withdrawal", Basis::OnlyMatch, {
        own.withdraw(withdrawal()).timeout(TIMEOUT).into_future()
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_told_is_reported_with_what_there_is() {
    let lost = Lost::with(|limits| limits.sole_mover = false).await;
    let Lost { partner, anna, .. } = &lost;
    let euro = money("10 eur");
    let fund = || {
        partner
            .transfers()
            .fund(anna.id(), euro)
            .timeout(TIMEOUT)
            .into_future()
    };
    let (_, report) = lost.lose("create_transfer", "DROP_AFTER", fund()).await;
    let [unclear] = &report.unclear[..] else {
        panic!("{report:?}");
    };
    assert_eq!(
        (unclear.why, unclear.candidates.len()),
        (Why::MayBeSomebodyElses, 1)
    );
    let reference = unclear.candidates[0].reference.clone().expect("an id");
    assert!(
        unclear.to_string().contains(&reference.to_string()),
        "{unclear}"
    );
    // What does not fit is refused, and so is what another entry accounts for.
    let entry = unclear.entry.id;
    let vague = partner.resolve(entry, Decision::HappenedWithoutId).await;
    assert!(vague.unwrap_err().is_invalid());
    let decide = || partner.resolve(entry, Decision::Happened(reference.clone()));
    decide()
        .by("ops:7")
        .because(Reason::other("asked the provider"))
        .await
        .expect("resolved");
    assert!(decide().await.is_err(), "it is resolved");
    let (_, report) = lost.lose("create_transfer", "DROP_BEFORE", fund()).await;
    assert_eq!(found(&report), (false, Basis::Absence));
    let (_, report) = lost
        .lose("create_transfer", "DROP_BEFORE", async {
            partner
                .transfers()
                .fund(anna.id(), money("12 eur"))
                .timeout(TIMEOUT)
                .await
        })
        .await;
    assert_eq!(
        found(&report),
        (false, Basis::Absence),
        "absence rests on nobody else"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_the_background_all_is_found_out_without_being_asked() {
    let lost = Lost::new().await;
    let Lost { partner, anna, .. } = &lost;
    let (journal, limits) = (partner.journal().clone(), {
        let mut limits = Limits::V2026_11;
        limits.settling = SETTLING;
        limits
    });
    let background = builder(&lost.sandbox)
        .journal(journal)
        .limits(limits)
        .reconcile_every(Duration::from_millis(50))
        .build()
        .expect("a client");
    let rule = json!({ "operation": "create_transfer", "fault": "DROP_AFTER", "times": 1 });
    lost.driver.control.post("/faults", rule).await.ok();
    let fund = partner
        .transfers()
        .fund(anna.id(), money("10 eur"))
        .timeout(TIMEOUT);
    assert!(fund.await.expect("sent").is_unknown());
    let began = std::time::Instant::now();
    while !partner.unresolved().await.expect("a list").is_empty() {
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "nobody has looked"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(background);
}

/// A provider whose clock is months away shows nothing in the time in question: that must not look like absence.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_concluded_while_the_clocks_are_apart() {
    let lost = Lost::new().await;
    let control = &lost.driver.control;
    let day = json!({ "milliseconds": 24 * 60 * 60 * 1000 });
    control.post("/clock/advance", day).await.ok();
    let fund = lost
        .partner
        .transfers()
        .fund(lost.anna.id(), money("10 eur"));
    let (_, report) = lost
        .lose(
            "create_transfer",
            "DROP_AFTER",
            fund.timeout(TIMEOUT).into_future(),
        )
        .await;
    let [waiting] = &report.waiting[..] else {
        panic!("{report:?}");
    };
    let error = waiting.error.as_ref().expect("a reason").to_string();
    assert!(error.contains("86400 s apart"), "{error}");
    assert_eq!(lost.partner.unresolved().await.expect("a list").len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_user_is_found_by_its_id() {
    let lost = Lost::new().await;
    let partner = &lost.partner;
    let ben = || {
        let new = new_user("ben", "PL".parse().expect("a country"));
        let create = partner.users().create(new).timeout(TIMEOUT);
        async move { create.await.map(Outcome::Done) }
    };
    let (_, later) = lost.lose("create_user", "DROP_BEFORE", ben()).await;
    assert_eq!(found(&later), (false, Basis::Absence));
    let (at_once, _) = lost.lose("create_user", "DROP_AFTER", ben()).await;
    assert_eq!(found(&at_once), (true, Basis::NaturalKey));
}
