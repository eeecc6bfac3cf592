//! Bulk work by the real command: cut off by kill -9, and each user touched once.
//!
//! Method: a list is worked off by a process that is killed whenever its outcome file has grown to a random length, and
//! started again with the same command. In the end three things that share no code are compared: the list, the outcome
//! file, and what the sandbox says it decided. `BULK_USERS`, `BULK_KILLS` and `BULK_AT_ONCE` make it larger.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::stand::Stand;

fn number(variable: &str, usual: usize) -> usize {
    let text = std::env::var(variable).ok();
    text.map_or(usual, |text| text.parse().expect("a number"))
}

fn list(stand: &Stand, users: usize) {
    let ids: String = (0..users).map(|number| format!("u{number}\n")).collect();
    std::fs::write(stand.path("ids.csv"), format!("id\n{ids}")).expect("a file");
}

/// The whole lines of a file, without the first.
fn lines(path: &Path) -> usize {
    let bytes = std::fs::read(path).unwrap_or_default();
    bytes
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
        .saturating_sub(1)
}

/// What the outcome file says of each user.
fn outcomes(path: &Path) -> BTreeMap<String, String> {
    let mut outcomes = BTreeMap::new();
    for record in csv::Reader::from_path(path).expect("a file").records() {
        let record = record.expect("a row");
        let before = outcomes.insert(record[0].to_owned(), record[1].to_owned());
        assert_eq!(before, None, "{} has one row", &record[0]);
    }
    outcomes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_instant_and_given_again_it_suspends_each_user_once() {
    let (users, kills) = (number("BULK_USERS", 300), number("BULK_KILLS", 4));
    let at_once = number("BULK_AT_ONCE", 32).to_string();
    let stand = Stand::start();
    let began = Instant::now();
    stand.people(users, 100).await;
    eprintln!(
        "{users} users made in {:.1} s",
        began.elapsed().as_secs_f64()
    );
    list(&stand, users);
    let out = stand.path("ids.suspend.csv");
    let args = [
        "users",
        "suspend",
        "--from",
        "ids.csv",
        "--reason",
        "fraud",
        "--yes",
        "--at-once",
        &at_once,
    ];
    let mut seed = fastrand::Rng::with_seed(7);
    let began = Instant::now();
    let mut killed_at = Vec::new();
    for kill in 0..kills {
        let from = lines(&out);
        // So that some are left for the last one.
        let upto = users * (kill + 1) / (kills + 1);
        let goal = seed.usize(from.min(upto)..=upto);
        let mut child = stand.partner(&args).spawn().expect("it starts");
        while lines(&out) < goal && child.try_wait().expect("ours").is_none() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        child.kill().expect("ours");
        child.wait().expect("ours");
        killed_at.push(lines(&out));
    }
    let (code, told, errors) = stand.ends(&args);
    let took = began.elapsed().as_secs_f64();
    assert_eq!(code, 0, "{told} {errors}");
    eprintln!(
        "killed at {killed_at:?}; all in {took:.1} s, {:.0} a second; the last run: {told}",
        users as f64 / took
    );

    let rows = outcomes(&out);
    assert_eq!(rows.len(), users);
    assert!(rows.values().all(|outcome| outcome == "done"));
    let (accepted, refused, last) = stand.decisions("suspend").await;
    assert_eq!((accepted.len(), refused), (users, 0));
    let twice: Vec<_> = accepted.iter().filter(|(_, times)| **times != 1).collect();
    assert!(twice.is_empty(), "{twice:?}");

    // Given once more, nothing is sent; and without the outcome file the journal still knows.
    let (code, told, _) = stand.ends(&args);
    assert_eq!(code, 0, "{told}");
    let run = std::fs::read_to_string(stand.path("ids.suspend.csv.run")).expect("a file");
    let run: serde_json::Value = serde_json::from_str(&run).expect("JSON");
    let again = [
        &args[..],
        &[
            "--run",
            run["run"].as_str().expect("a name"),
            "--outcome",
            "again.csv",
        ],
    ]
    .concat();
    let (code, told, errors) = stand.ends(&again);
    assert_eq!(code, 0, "{told} {errors}");
    assert!(errors.contains("done by this run before"), "{errors}");
    assert_eq!(outcomes(&stand.path("again.csv")), rows);
    assert_eq!(stand.decisions("suspend").await.2, last);
}
