//! Random stories, in the model and over HTTP against the sandbox: the same verdict for every command, the same world
//! afterwards. Without the sandbox's checks of any rule, or with a leg of its books lost, these fail.

use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

use partner_api_tests::{
    facade::Facade,
    oracle::ActiveCards,
    plan::{Plan, plans},
    run::run,
    stand::Stand,
};
use proptest::test_runner::{Config, TestCaseError, TestRunner};

/// Runs many stories on one sandbox, reset in between. `PROPTEST_CASES` asks for other than `cases`.
fn check_stories(
    cases: u32,
    restarts: bool,
    start: impl AsyncFn() -> Stand,
    story: impl AsyncFn(&Plan, &mut Stand) -> Result<(), String>,
) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let cases = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(cases);
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Config::default()
    };
    let stand = Mutex::new(runtime.block_on(start()));
    let check = |plan: Plan| {
        let mut stand = stand.lock().expect("a story that fails does not panic");
        runtime.block_on(async {
            stand.reset().await;
            story(&plan, &mut stand)
                .await
                .map_err(|told| TestCaseError::fail(format!("\n{told}")))
        })
    };
    if let Err(error) = TestRunner::new(config).run(&plans(50, restarts), check) {
        panic!("{error}");
    }
}

/// Through the SDK; and what its guard denies, the sandbox refuses too.
fn check_stories_through_the_sdk(active_cards: ActiveCards) {
    let denied = AtomicUsize::new(0);
    check_stories(
        256,
        false,
        async || Stand::start(active_cards).await,
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
    check_stories_through_the_sdk(ActiveCards::Refuse);
}

#[test]
fn any_story_through_the_sdk_goes_as_the_model_says_when_suspension_freezes_cards() {
    check_stories_through_the_sdk(ActiveCards::Freeze);
}

#[test]
fn any_story_by_plain_requests_goes_as_the_model_says() {
    let start = async || Stand::start(ActiveCards::Refuse).await;
    check_stories(96, false, start, async |plan, stand| {
        run(plan, stand, None).await
    });
}

#[test]
fn restarts_in_the_middle_of_any_story_lose_nothing() {
    let start = async || Stand::start_durable(ActiveCards::Refuse).await;
    check_stories(48, true, start, async |plan, stand| {
        run(plan, stand, None).await
    });
}
