//! Random stories, in the model and over HTTP against the sandbox: the same verdict for every command, the same world
//! afterwards. Without the sandbox's checks of any rule, or with a leg of its books lost, these fail.

use std::sync::Mutex;

use partner_api_tests::{
    oracle::ActiveCards,
    plan::{Plan, plans},
    run::run,
    stand::Stand,
};
use proptest::test_runner::{Config, TestCaseError, TestRunner};

/// Runs many stories on one sandbox, reset in between. `PROPTEST_CASES` asks for more than `cases`.
fn check_stories(cases: u32, restarts: bool, start: impl AsyncFn() -> Stand) {
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
    let story = |plan: Plan| {
        let mut stand = stand
            .lock()
            .expect("a failed story does not poison the stand");
        runtime.block_on(async {
            stand.reset().await;
            run(&plan, &mut stand)
                .await
                .map_err(|told| TestCaseError::fail(format!("\n{told}")))
        })
    };
    if let Err(error) = TestRunner::new(config).run(&plans(50, restarts), story) {
        panic!("{error}");
    }
}

#[test]
fn any_story_goes_as_the_model_says_when_active_cards_refuse_suspension() {
    check_stories(256, false, async || Stand::start(ActiveCards::Refuse).await);
}

#[test]
fn any_story_goes_as_the_model_says_when_suspension_freezes_cards() {
    check_stories(256, false, async || Stand::start(ActiveCards::Freeze).await);
}

#[test]
fn restarts_in_the_middle_of_any_story_lose_nothing() {
    check_stories(48, true, async || {
        Stand::start_durable(ActiveCards::Refuse).await
    });
}
