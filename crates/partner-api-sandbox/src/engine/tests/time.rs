//! Virtual time: what falls due, in which order, and what reopening makes of it.

use std::time::Instant;

use partner_api_core::deposit::{IbanCheck, Source};
use partner_api_core::{CheckoutId, Network, Owner};

use super::people::{create_card, fresh, pay_out};
use super::*;

fn at(seconds: u64) -> Timestamp {
    let start: Timestamp = START.parse().unwrap();
    start.plus(Duration::from_secs(seconds))
}

#[tokio::test]
async fn what_falls_due_is_done_in_order_each_at_its_own_time() {
    let dir = tempfile::tempdir().unwrap();
    for engine in [ephemeral(), durable(dir.path())] {
        verified(&engine, "anna", "10.00 eur").await; // approved at 1 s
        ok(&engine, pay_out("anna", "1.00 eur")).await; // due at 3 s
        ok(&engine, create_user("ben")).await;
        let submit = Command::AddVerification {
            user: user("ben"),
            identity: identity("ben"),
        };
        ok(&engine, submit).await; // due at 2 s
        ok(&engine, pay_out("anna", "99.00 eur")).await; // due at 3 s, too
        let due = engine.read(|it| it.timers_due(at(3))).unwrap();
        assert_eq!(
            due.iter().map(|it| it.0).collect::<Vec<_>>(),
            [at(2), at(3), at(3)]
        );
        let clock = engine
            .advance_clock(Duration::from_secs(3_600))
            .await
            .unwrap();
        assert_eq!(
            clock,
            ClockReading {
                now: at(3_601),
                frozen: true
            }
        );
        let decisions = engine.read(|it| it.decisions(9, 10)).unwrap();
        let facts: Vec<_> = decisions
            .iter()
            .map(|it| (it.at, it.deed.as_str()))
            .collect();
        assert_eq!(
            facts,
            [
                (at(2), "decide_verification"),
                (at(3), "settle_pay_out"),
                (at(3), "settle_pay_out"),
            ]
        );
        // The first had the money, the second had not.
        assert_eq!(
            [decisions[1].bookings.len(), decisions[2].bookings.len()],
            [1, 0]
        );
        check_books(&engine);
    }
}

#[tokio::test]
async fn more_timers_than_a_batch_holds_are_all_done() {
    let engine = ephemeral();
    verified(&engine, "anna", "10.00 eur").await;
    for _ in 0..1_100 {
        ok(&engine, pay_out("anna", "0.01 eur")).await;
    }
    engine.advance_clock(Duration::from_secs(2)).await.unwrap();
    let settled = log(&engine).into_iter().filter(|it| it == "settle_pay_out");
    assert_eq!(settled.count(), 1_100);
    assert!(
        engine
            .read(|it| it.timers_due(Timestamp::MAX))
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_running_clock_does_what_falls_due_without_being_asked() {
    let mut running = options(Data::Ephemeral);
    running.frozen_at = None;
    running.policy.verification_delay = Duration::from_millis(30);
    let engine = Engine::open(running).unwrap();
    ok(&engine, create_user("anna")).await;
    let submit = Command::AddVerification {
        user: user("anna"),
        identity: identity("anna"),
    };
    ok(&engine, submit).await;
    let began = Instant::now();
    while log(&engine).last().unwrap() != "decide_verification" {
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "it never fell due"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_timer_without_delay_is_done_at_once_even_if_time_stands_still() {
    let mut options = options(Data::Ephemeral);
    options.policy.verification_delay = Duration::ZERO;
    let engine = Engine::open(options).unwrap();
    ok(&engine, create_user("anna")).await;
    let submit = Command::AddVerification {
        user: user("anna"),
        identity: identity("anna"),
    };
    ok(&engine, submit).await;
    ok(&engine, transfer(None, Some("anna"), "1.00 eur")).await;
}

#[tokio::test]
async fn a_frozen_clock_stands_a_resumed_one_goes_on_from_there() {
    let dir = tempfile::tempdir().unwrap();
    let engine = durable(dir.path());
    assert_eq!(
        engine.clock(),
        ClockReading {
            now: at(0),
            frozen: true
        }
    );
    let resumed = engine.resume_clock().await.unwrap();
    assert!(!resumed.frozen && at(0) <= resumed.now && resumed.now < at(3_600));
    let ahead = engine
        .advance_clock(Duration::from_secs(7_200))
        .await
        .unwrap();
    assert!(!ahead.frozen && at(7_200) <= ahead.now);
    drop(engine);
    let engine = reopened(dir.path());
    let now = engine.clock();
    assert!(
        !now.frozen && ahead.now <= now.now,
        "it is still two hours ahead"
    );
    assert!(now.now < at(4 * 3_600), "and it did not jump");
    let frozen = engine.freeze_clock().await.unwrap();
    drop(engine);
    assert_eq!(reopened(dir.path()).clock(), frozen);
}

#[tokio::test]
async fn time_never_runs_backwards_in_the_order_of_decisions() {
    let dir = tempfile::tempdir().unwrap();
    let engine = durable(dir.path());
    engine
        .advance_clock(Duration::from_secs(100))
        .await
        .unwrap();
    ok(&engine, create_user("anna")).await;
    drop(engine);
    // Asked to stand at an earlier moment, it stands at the last decision's.
    let engine = durable(dir.path());
    assert_eq!(
        engine.clock(),
        ClockReading {
            now: at(100),
            frozen: true
        }
    );
    ok(&engine, create_user("ben")).await;
    assert_eq!(log(&engine).len(), 3);
}

#[tokio::test]
async fn what_fell_due_while_nobody_was_there_is_done_at_opening() {
    let dir = tempfile::tempdir().unwrap();
    let mut running = options(Data::Directory(dir.path().to_owned()));
    running.frozen_at = None;
    running.policy.verification_delay = Duration::from_millis(1);
    let engine = Engine::open(running.clone()).unwrap();
    engine.freeze_clock().await.unwrap();
    ok(&engine, create_user("anna")).await;
    let submit = Command::AddVerification {
        user: user("anna"),
        identity: identity("anna"),
    };
    ok(&engine, submit).await;
    drop(engine);
    let engine = Engine::open(running).unwrap();
    engine.resume_clock().await.unwrap();
    tokio::time::sleep(Duration::from_millis(2)).await;
    drop(engine);
    let engine = reopened(dir.path());
    ok(&engine, transfer(None, Some("anna"), "1.00 eur")).await;
}

/// Everything that sets timers, with ids of its own, so that two engines can be told the same.
fn a_busy_day() -> Vec<Command> {
    let submit = |id: &str| Command::AddVerification {
        user: user(id),
        identity: identity(id),
    };
    let checkout: CheckoutId = fresh();
    let coins = Command::ReceiveDeposit {
        id: fresh(),
        owner: Owner::Partner,
        money: money("1.00000000 btc"),
        source: Source::Chain(Network::Bitcoin),
        sender: None,
        check: IbanCheck::Approved,
        needs_travel_rule: true,
    };
    let link = Command::CreateLink {
        id: checkout.clone(),
        is_hosted: true,
        euro: money("25.00 eur"),
        ttl: Some(Duration::from_secs(3 * 24 * 60 * 60)),
        underpayment_window: Some(Duration::from_secs(9 * 24 * 60 * 60)),
        accepts_part: false,
    };
    let part = Command::ReceivePayment {
        id: checkout,
        hash: fresh(),
        money: money("10.000000 usdc"),
        network: Network::Polygon,
        rate: "0.9".parse().unwrap(),
    };
    vec![
        submit("ben"),
        pay_out("anna", "1.00 eur"),
        create_card("anna", fresh()),
        create_card("anna", fresh()),
        Command::AddPoaFiles { user: user("anna") },
        coins,
        link,
        part,
    ]
}

/// How time is cut does not matter: 400 days at once are 400 times a day, decision by decision.
#[tokio::test]
async fn four_hundred_days_are_four_hundred_times_a_day() {
    let dir = tempfile::tempdir().unwrap();
    let (at_once, by_day) = (ephemeral(), durable(dir.path()));
    let people: Vec<Command> = vec![create_user("anna"), create_user("ben")];
    let approve = Command::DecideVerification {
        holder: match &people[0] {
            Command::CreateUser { holder, .. } => *holder,
            _ => unreachable!("the first command creates Anna"),
        },
        approved: true,
    };
    let before = [
        Command::AddVerification {
            user: user("anna"),
            identity: identity("anna"),
        },
        approve,
        transfer(None, Some("anna"), "10.00 eur"),
    ];
    let day = a_busy_day();
    for engine in [&at_once, &by_day] {
        for command in people.iter().chain(&before).chain(&day) {
            ok(engine, command.clone()).await;
        }
    }
    let one = Duration::from_secs(24 * 60 * 60);
    at_once.advance_clock(one * 400).await.unwrap();
    for _ in 0..400 {
        by_day.advance_clock(one).await.unwrap();
    }
    let whole = |engine: &Engine| {
        let state = engine.read(|it| {
            let due = it.timers_due(Timestamp::MAX)?;
            Ok((it.decisions(0, usize::MAX)?, it.books()?, due))
        });
        state.unwrap()
    };
    let (left, right) = (whole(&at_once), whole(&by_day));
    assert!(
        26 < left.0.len(),
        "a card has thirteen fees: {}",
        left.0.len()
    );
    assert_eq!(left, right);
    assert_eq!(at_once.clock(), by_day.clock());
    check_books(&at_once);
    check_books(&by_day);
}
