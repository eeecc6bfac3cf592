//! Random stories, in the model and over HTTP against the sandbox: the same verdict for every command, the same world
//! afterwards. Without the sandbox's checks of any rule, or with a leg of its books lost, these fail. Each suite says how
//! many pairs of the transition tables it has reached, and has to reach a share of them.

use std::{
    cell::RefCell,
    collections::BTreeSet,
    sync::atomic::{AtomicUsize, Ordering},
};

use partner_api_tests::{
    facade::Facade,
    oracle::{ActiveCards, Terms},
    plan::{LENGTH, Plan, plans},
    run::run,
    stand::Stand,
    suite::Suite,
};
use partner_api_types::{Effect, OPERATIONS};
use proptest::test_runner::TestCaseError;

/// Tells many stories, each to a sandbox of its own, and returns every operation that succeeded.
fn check_stories(
    suite: Suite,
    restarts: bool,
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
        told.map_err(|told| TestCaseError::fail(format!("\n{told}")))
    };
    if let Err(error) = runner.run(&plans(LENGTH, restarts), check) {
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
        Suite::new(name, 48, 70),
        false,
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

/// And every operation of the specification that changes something is among those that succeed.
#[test]
fn any_story_by_plain_requests_goes_as_the_model_says() {
    let met = check_stories(
        Suite::new("by plain requests", 112, 82),
        false,
        async || Stand::start(ActiveCards::Refuse).await,
        async |plan, stand| run(plan, stand, None).await,
    );
    let changing = OPERATIONS.iter().filter(|it| it.effect != Effect::Safe);
    let never: Vec<_> = changing
        .map(|operation| operation.id.as_str())
        .filter(|operation| !met.contains(*operation))
        .collect();
    assert!(never.is_empty(), "no story does {never:?}");
}

#[test]
fn any_story_by_plain_requests_goes_as_the_model_says_under_strict_terms() {
    check_stories(
        Suite::new(
            "by plain requests, suspension freezes cards, strict terms",
            48,
            70,
        ),
        false,
        async || Stand::start_under(ActiveCards::Freeze, Terms::strict(), false).await,
        async |plan, stand| run(plan, stand, None).await,
    );
}

#[test]
fn restarts_in_the_middle_of_any_story_lose_nothing() {
    check_stories(
        Suite::new("with restarts", 24, 45),
        true,
        async || Stand::start_durable(ActiveCards::Refuse).await,
        async |plan, stand| run(plan, stand, None).await,
    );
}
