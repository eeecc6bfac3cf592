//! Kills a real sandbox process in the middle of a restore: afterwards there is all of what was, or all of what was
//! restored, and what was acknowledged is the latter.
//!
//! Method: a state with many rows is saved; a user who is in no snapshot is added; a restore begins, and SIGKILL follows
//! after a delay that differs from round to round, from before the request has arrived to after it was answered. A restore
//! in more than one commit leaves, sooner or later, neither state.

use std::time::{Duration, Instant};

use partner_api_tests::{compare::books_balance, persona, process::Process, stand::decisions};
use serde_json::json;

use crate::crash::start;

const USERS: usize = 120;
const CREATE: &str = "/v1/user/balances/crypto-and-fiat";

/// How long after the request the process is killed, in percent of how long a restore takes that nobody kills; nothing
/// for one that is waited for.
const DELAYS: [Option<u32>; 12] = [
    Some(0),
    Some(10),
    Some(25),
    Some(40),
    Some(50),
    Some(60),
    Some(70),
    Some(80),
    Some(90),
    Some(100),
    Some(110),
    None,
];

async fn is_there(process: &Process, user: &str) -> bool {
    let answer = process.driver.control.get(&format!("/users/{user}")).await;
    answer.status.is_success()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_in_the_middle_of_a_restore_leaves_the_old_state_or_the_new() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let process = start(dir.path());
    process
        .driver
        .control
        .post("/clock/freeze", json!({}))
        .await
        .ok();
    for number in 0..USERS {
        let user = persona::new_user(&format!("user-{number}"), "PL");
        process.driver.partner.post(CREATE, user).await.ok();
    }
    let file = process.driver.control.fetch_file("/snapshot").await;
    let began = Instant::now();
    let whole = process
        .driver
        .control
        .put_file("/snapshot", file.clone())
        .await;
    whole.expect("an answer").ok();
    let whole = began.elapsed();
    drop(process);

    let (mut old, mut new) = (0, 0);
    for (round, delay) in DELAYS.into_iter().enumerate() {
        let mut process = start(dir.path());
        let later = format!("later-{round}");
        let user = persona::new_user(&later, "PL");
        process.driver.partner.post(CREATE, user).await.ok();
        let before = decisions(&process.driver.control).await;
        let restoring = process.driver.control.put_file("/snapshot", file.clone());
        let patience = delay.map_or(Duration::MAX, |percent| whole * percent / 100);
        let acknowledged = tokio::select! {
            answer = restoring => {
                answer.expect("nobody killed it yet").ok();
                true
            }
            () = tokio::time::sleep(patience) => false,
        };
        process.kill();

        let process = start(dir.path());
        let after = decisions(&process.driver.control).await;
        let is_old = is_there(&process, &later).await;
        if is_old {
            assert!(!acknowledged, "round {round}: it was acknowledged");
            assert_eq!(after.len(), before.len(), "round {round}");
            old += 1;
        } else {
            let last = after.last().expect("a decision");
            assert_eq!(last.command, "restore", "round {round}");
            assert!(
                before.iter().all(|it| it.seq < last.seq),
                "numbers are not used again"
            );
            assert_eq!(
                after.len(),
                USERS + 2,
                "round {round}: funding, users, restore"
            );
            new += 1;
        }
        for number in 0..USERS {
            assert!(
                is_there(&process, &format!("user-{number}")).await,
                "round {round}"
            );
        }
        books_balance(&process.driver).await;
        let again = persona::new_user("user-7", "PL");
        let again = process.driver.partner.post(CREATE, again).await;
        assert_eq!(again.code(), Some("P411"), "names are known: {round}");
    }
    println!(
        "killed {} times: {old} old states, {new} new ones",
        DELAYS.len()
    );
    assert!(
        0 < old && 0 < new,
        "the delays reach before and after: {old}, {new}"
    );
}
