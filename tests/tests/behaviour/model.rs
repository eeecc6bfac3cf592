//! Random stories, in the model and over HTTP against the sandbox: the same verdict for every command, the same world
//! afterwards. Without the sandbox's checks of any rule, or with a leg of its books lost, these fail. Each suite says how
//! many pairs of the transition tables it has reached, and has to reach a share of them.

use std::{
    cell::RefCell,
    collections::BTreeSet,
    sync::atomic::{AtomicUsize, Ordering},
};

use partner_api_tests::{
    drawn::check_drawn,
    facade::Facade,
    oracle::{ActiveCards, Terms},
    plan::{LENGTH, Plan, Turns, plans},
    run::run,
    stand::Stand,
    suite::Suite,
};
use proptest::test_runner::TestCaseError;

/// Tells many stories, each to a sandbox of its own, and returns every operation that succeeded.
fn check_stories(
    suite: Suite,
    turns: Turns,
    start: impl AsyncFn() -> Stand,
    story: impl AsyncFn(&Plan, &mut Stand) -> Result<(), String>,
) -> BTreeSet<String> {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let mut runner = suite.runner();
    let suite = RefCell::new((suite, BTreeSet::new()));
    let check = |plan: Plan| {
        let (told, stand) = runtime.block_on(async {
            let mut stand = start().await;
            let told = story(&plan, &mut stand).await;
            (told, stand)
        });
        let (suite, met) = &mut *suite.borrow_mut();
        suite.reached(&stand.oracle);
        met.extend(stand.driver.partner.met());
        met.extend(stand.driver.control.met());
        told.map_err(|told| TestCaseError::fail(format!("\n{told}")))
    };
    if let Err(error) = runner.run(&plans(LENGTH, turns), check) {
        panic!("{error}");
    }
    let (suite, met) = suite.into_inner();
    suite.check();
    let succeeded = met.into_iter().filter(|(_, status)| *status < 300);
    succeeded.map(|(operation, _)| operation).collect()
}

/// Through the SDK; and what its guard denies, the sandbox refuses too.
fn check_stories_through_the_sdk(name: &'static str, active_cards: ActiveCards, terms: Terms) {
    let denied = AtomicUsize::new(0);
    check_stories(
        Suite::new(name, 48, 82),
        Turns::NONE,
        async || Stand::start_under(active_cards, terms.clone(), false).await,
        async |plan, stand| {
            let mut facade = Facade::new(&stand.driver.partner);
            let told = run(plan, stand, Some(&mut facade)).await;
            denied.fetch_add(facade.denied, Ordering::Relaxed);
            told
        },
    );
    assert!(
        denied.into_inner() > 0,
        "in no story did the guard deny anything"
    );
}

#[test]
fn any_story_through_the_sdk_goes_as_the_model_says_when_active_cards_refuse_suspension() {
    let name = "through the SDK, active cards refuse suspension";
    check_stories_through_the_sdk(name, ActiveCards::Refuse, Terms::default());
}

#[test]
fn any_story_through_the_sdk_goes_as_the_model_says_when_suspension_freezes_cards() {
    let name = "through the SDK, suspension freezes cards, strict terms";
    check_stories_through_the_sdk(name, ActiveCards::Freeze, Terms::strict());
}

/// And every operation of both specifications is among those that succeed, but for a few that are left out for a reason.
#[test]
fn any_story_by_plain_requests_goes_as_the_model_says() {
    let met = check_stories(
        Suite::new("by plain requests", 112, 96),
        Turns::SNAPSHOTS,
        async || Stand::start(ActiveCards::Refuse).await,
        async |plan, stand| run(plan, stand, None).await,
    );
    check_drawn(&met);
}

#[test]
fn any_story_by_plain_requests_goes_as_the_model_says_under_strict_terms() {
    check_stories(
        Suite::new(
            "by plain requests, suspension freezes cards, strict terms",
            48,
            82,
        ),
        Turns::SNAPSHOTS,
        async || Stand::start_under(ActiveCards::Freeze, Terms::strict(), false).await,
        async |plan, stand| run(plan, stand, None).await,
    );
}

#[test]
fn restarts_in_the_middle_of_any_story_lose_nothing() {
    check_stories(
        Suite::new("with restarts", 24, 72),
        Turns::ALL,
        async || Stand::start_durable(ActiveCards::Refuse).await,
        async |plan, stand| run(plan, stand, None).await,
    );
}
