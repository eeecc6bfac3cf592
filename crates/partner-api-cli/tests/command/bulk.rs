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
        // Not only when rows have just been written: those under way go in step, since they share commits.
        tokio::time::sleep(Duration::from_millis(seed.u64(0..25))).await;
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

/// A plan, and each of the four commands on a few users; what is told of them is what was done to them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_command_plans_asks_does_and_tells() {
    let stand = Stand::start();
    stand.people(4, 2).await;
    std::fs::write(
        stand.path("users.csv"),
        "id,standing\nu0,open\nu1,open\nu2,\nu3,open\nu9,closed\n",
    )
    .expect("a file");
    let (code, told, _) = stand.ends(&["records", "import", "users.csv", "--because", "core bank"]);
    assert_eq!(
        (code, &*told),
        (0, "5 users new, 0 known, 0 conflicts skipped\n")
    );
    let (code, told, _) = stand.ends(&["records", "import", "users.csv"]);
    assert_eq!(
        (code, &*told),
        (0, "0 users new, 5 known, 0 conflicts skipped\n")
    );

    // Looking changes nothing and writes nothing.
    std::fs::write(
        stand.path("ids.csv"),
        "\u{feff}id\r\nu0\r\nu1\r\nu2\r\nu1\r\nu9\r\n",
    )
    .expect("a file");
    let suspend = ["users", "suspend", "--from", "ids.csv", "--reason", "fraud"];
    let (code, told, errors) =
        stand.ends(&[&suspend[..], &["--dry-run", "--look", "--output", "csv"]].concat());
    assert_eq!(code, 0, "{errors}");
    expect_test::expect![[r#"
        count,what
        1,"repeated in the list, counted once"
        3,to change
        1,probably refused by user_must_exist
        2,with 2 cards to be blocked first
        1,would be refused by user_must_exist
    "#]]
    .assert_eq(&told);
    assert!(!stand.path("ids.suspend.csv").exists() && !stand.path("ids.suspend.csv.run").exists());
    let before = stand.decisions("suspend").await;
    assert_eq!(before.0.len(), 0);

    // Nobody to ask, and nobody said yes.
    let (code, _, errors) = stand.ends(&suspend);
    assert_eq!(code, 2, "{errors}");
    let (code, told, errors) = stand.ends(&[&suspend[..], &["--yes"]].concat());
    assert_eq!(code, 7, "{told} {errors}");
    let rows = outcomes(&stand.path("ids.suspend.csv"));
    assert_eq!(rows["u9"], "refused");
    assert_eq!(stand.decisions("suspend").await.0.len(), 3);
    let (_, told, _) = stand.ends(&[
        "users",
        "list",
        "--standing",
        "suspended",
        "--output",
        "csv",
    ]);
    let ids: Vec<&str> = told
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').next())
        .collect();
    assert_eq!(ids, ["u0", "u1", "u2"]);

    // Another list under the same name is refused, and says why.
    std::fs::write(stand.path("ids.csv"), "u0\nu3\n").expect("a file");
    let (code, _, errors) = stand.ends(&[&suspend[..], &["--yes"]].concat());
    assert!(code == 2 && errors.contains("another list"), "{errors}");

    // The outcome of one is the list of the next.
    let unsuspend = ["users", "unsuspend", "--from", "open.csv", "--yes"];
    std::fs::write(stand.path("open.csv"), "u0\nu1\nu2\n").expect("a file");
    let (code, told, errors) = stand.ends(&unsuspend);
    assert_eq!(code, 0, "{told} {errors}");
    assert_eq!(stand.decisions("unsuspend").await.0.len(), 3);

    let update = ["users", "update", "--from", "new.csv", "--yes"];
    std::fs::write(
        stand.path("new.csv"),
        "id;city;email\nu0;Gdynia;\nu1;;b@example.com\n",
    )
    .expect("a file");
    let (code, told, errors) = stand.ends(&update);
    assert_eq!(code, 0, "{told} {errors}");
    std::fs::write(stand.path("bad.csv"), "id,country\nu0,DE\nu1,\n").expect("a file");
    let (code, _, errors) = stand.ends(&["users", "update", "--from", "bad.csv", "--yes"]);
    assert_eq!(code, 2);
    assert!(
        errors.contains("line 2: country can never be changed")
            && errors.contains("line 3: nothing"),
        "{errors}"
    );

    // Closing: the sums have to be named, a yes is not enough.
    stand.fund("u0", "12.50").await;
    stand.fund("u2", "7.50").await;
    std::fs::write(stand.path("gone.csv"), "u0\nu1\nu2\n").expect("a file");
    let close = ["users", "close", "--from", "gone.csv"];
    let (code, told, _) = stand.ends(&[&close[..], &["--dry-run"]].concat());
    assert!(
        code == 0 && told.contains("lost in all: 20.00 eur"),
        "{told}"
    );
    for flags in [&["--yes"][..], &["--yes", "--forfeit-up-to", "19.99 eur"]] {
        let (code, _, errors) = stand.ends(&[&close[..], flags].concat());
        assert!(
            code == 3 && errors.contains("--forfeit-up-to \"20 eur\""),
            "{errors}"
        );
    }
    assert_eq!(stand.decisions("close").await.0.len(), 0);
    let last = [&close[..], &["--yes", "--forfeit-up-to", "20 eur"]].concat();
    let (code, told, errors) = stand.ends(&last);
    assert_eq!(code, 0, "{told} {errors}");
    let text = std::fs::read_to_string(stand.path("gone.close.csv")).expect("a file");
    assert!(
        text.contains("12.5 eur") && text.contains("7.5 eur"),
        "{text}"
    );
    assert_eq!(stand.decisions("close").await.0.len(), 3);
    let (code, _, errors) = stand.ends(&last);
    assert!(
        code == 0 && errors.contains("every user has had its turn"),
        "{errors}"
    );
}

/// Ctrl-C ends those under way, writes them down, and says how to go on.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_ends_those_under_way_and_says_how_to_go_on() {
    let users = 400;
    let stand = Stand::start();
    stand.people(users, users).await;
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
        "4",
    ];
    let mut command = stand.partner(&args);
    command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let child = command.spawn().expect("it starts");
    while lines(&out) < 20 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let interrupt = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupt.expect("kill is there").success());
    let output = child.wait_with_output().expect("it ends");
    let (told, errors) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert_eq!(output.status.code(), Some(7), "{told} {errors}");
    assert!(told.contains("for whom the same command goes on"), "{told}");
    let rows = outcomes(&out);
    assert!(rows.len() < users && rows.values().all(|it| it == "done"));
    assert_eq!(
        stand.decisions("suspend").await.0.len(),
        rows.len(),
        "none is in doubt"
    );
    assert_eq!(stand.ends(&args).0, 0);
    assert_eq!(outcomes(&out).len(), users);
    assert!(
        stand
            .decisions("suspend")
            .await
            .0
            .values()
            .all(|times| *times == 1)
    );
}
