//! The crash theorem: a client process carries out random plans of movements against a sandbox process that fails in
//! every way it can; both are killed with -9 at random instants and started again. In the end every movement is done or
//! refused, and the provider's books hold exactly those that are done, once each.
//!
//! Method: the client asks for each movement under a key of its own until it has ended; what is in doubt it leaves to
//! reconciliation. The parent kills, restarts, and then compares three things that share no code: the plan, the
//! journal's file (read with SQL), and the provider's histories and details (read with a plain client).
//!
//! Each planted bug makes this fail: retrying what broke off and writing the intent after sending make movements that no
//! entry accounts for; without the guard two movements of one shape are in doubt together and are never told apart;
//! and where somebody else makes movements of the same shape, taking the first that fits claims theirs.
//!
//! `SAFETY_SEEDS` and `SAFETY_KILLS` make it longer.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::{Child, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use partner_api_tests::{
    compare::books_balance,
    driver::Driver,
    movements::{ALIKE, Dice, Movement, USERS, plan},
    oracle::Command,
    process::Process,
    stand::API_KEY,
    wire::Wire,
};
use reqwest::Method;
use serde_json::json;

use crate::books::{Ended, is_failed_payout, is_same, movements_of, read_journal};

/// How long a client may take to end everything, once nobody kills it any more.
const END_WITHIN: Duration = Duration::from_secs(60);
/// The same where a bug is planted: such a client may never end.
const END_WITHIN_WITH_BUG: Duration = Duration::from_secs(10);

/// What a round is about.
#[derive(Clone, Copy, Debug)]
struct Round {
    seed: u64,
    kills: u64,
    movements: u64,
    planted: Option<&'static str>,
    /// Whether somebody else makes movements of the same shapes, past the journal.
    has_stranger: bool,
}

impl Round {
    fn end_within(&self) -> Duration {
        match self.planted {
            // Not to end is what this one makes wrong, so it gets the time that a client without it needs.
            Some("forgets-the-guard") => END_WITHIN / 2,
            Some(_) => END_WITHIN_WITH_BUG,
            None => END_WITHIN,
        }
    }
}

/// What happened in a round.
#[derive(Debug, Default)]
struct Tally {
    done: usize,
    /// Of those, payouts that were accepted and failed for lack of money.
    failed: usize,
    refused: usize,
    kills: u64,
    restarts: u64,
    /// What is wrong; nothing if the theorem holds.
    wrong: Vec<String>,
}

fn number(variable: &str, usual: u64) -> u64 {
    let text = std::env::var(variable).ok();
    text.map_or(usual, |text| text.parse().expect("a number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_movement_is_made_twice_and_none_is_forgotten() {
    let (first, seeds) = (number("SAFETY_FIRST_SEED", 1), number("SAFETY_SEEDS", 2));
    let kills = number("SAFETY_KILLS", 8);
    let mut total = Tally::default();
    for seed in first..first + seeds {
        let tally = run(Round {
            seed,
            kills,
            movements: 60,
            planted: None,
            has_stranger: false,
        })
        .await;
        assert_eq!(tally.wrong, Vec::<String>::new(), "seed {seed}");
        total.done += tally.done;
        total.failed += tally.failed;
        total.refused += tally.refused;
        total.kills += tally.kills;
        total.restarts += tally.restarts;
        eprintln!("seed {seed}: {tally:?}");
    }
    eprintln!("seeds {first}..{}: {total:?}", first + seeds);
    assert!(0 < total.done && 0 < total.refused, "{total:?}");
}

/// Each bug by what it makes wrong. A client without a bug passes the same rounds in the same time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_planted_bug_is_caught() {
    let short = |seed, planted, has_stranger| Round {
        seed,
        kills: 4,
        movements: if seed < ALIKE { 60 } else { 8 },
        planted,
        has_stranger,
    };
    for seed in [100, ALIKE] {
        let without = run(short(seed, None, false)).await;
        assert_eq!(
            without.wrong,
            Vec::<String>::new(),
            "a client without a bug, seed {seed}"
        );
    }
    let planted = [
        ("retries-blindly", "nobody meant", 100, false),
        ("sends-first", "nobody meant", 100, false),
        (
            "forgets-the-guard",
            "not every movement has ended",
            ALIKE,
            false,
        ),
        ("accepts-ambiguous-matches", "stranger's", 100, true),
    ];
    let mut caught = Vec::new();
    for (bug, symptom, first, has_stranger) in planted {
        // A bug may not show by every seed.
        for seed in first..first + 4 {
            let tally = run(short(seed, Some(bug), has_stranger)).await;
            let shown = tally.wrong.iter().find(|it| it.contains(symptom));
            if let Some(shown) = shown {
                caught.push(format!("{bug}, seed {seed}: {shown}"));
                break;
            }
        }
    }
    eprintln!("caught {} of {}: {caught:#?}", caught.len(), planted.len());
    assert_eq!(caught.len(), planted.len(), "{caught:#?}");
}

async fn run(round: Round) -> Tally {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let (data, journal) = (dir.path().join("sandbox"), dir.path().join("journal"));
    let start = || Process::start(env!("CARGO_BIN_EXE_sandbox-child"), &data);
    let mut sandbox = start();
    for user in USERS {
        onboard(&mut sandbox.driver, user).await;
    }
    let before = movements_of(&sandbox).await;
    let mut dice = Dice::new(round.seed ^ 0x6b69_6c6c);
    let mut tally = Tally::default();
    break_things(&sandbox, &mut dice).await;
    let mut mover = Mover::start(&journal, &sandbox, round);
    let mut strange = BTreeSet::new();
    for _ in 0..round.kills {
        let until = Instant::now() + Duration::from_millis(40 + dice.below(500));
        if round.has_stranger {
            stranger(&sandbox, until, &mut strange).await;
        }
        tokio::time::sleep(until.saturating_duration_since(Instant::now())).await;
        if dice.below(4) == 0 {
            // The provider's machine dies, and a moment later the client's.
            sandbox.kill();
            tokio::time::sleep(Duration::from_millis(dice.below(30))).await;
            mover.kill();
            sandbox = start();
            break_things(&sandbox, &mut dice).await;
            tally.restarts += 1;
        } else {
            mover.kill();
        }
        tally.kills += 1;
        mover = Mover::start(&journal, &sandbox, round);
    }
    // Nothing fails any more; what arrives late has arrived.
    sandbox
        .driver
        .control
        .call(Method::DELETE, "/faults", None)
        .await
        .ok();
    let has_ended = mover.ends_within(round.end_within()).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    if !has_ended {
        tally.wrong.push("not every movement has ended".to_owned());
    }
    books_balance(&sandbox.driver).await;
    let mut made = movements_of(&sandbox).await;
    made.retain(|reference, _| !before.contains_key(reference));
    compare(&sandbox, &journal, round, &made, &strange, &mut tally).await;
    tally
}

/// Plan, journal and books side by side.
async fn compare(
    sandbox: &Process,
    journal: &Path,
    round: Round,
    made: &BTreeMap<String, Movement>,
    strange: &BTreeSet<String>,
    tally: &mut Tally,
) {
    let mut accounted = BTreeSet::new();
    let mut ended = read_journal(journal);
    ended.extend(read_journal(&journal.join("other")));
    for (index, meant) in plan(round.seed, round.movements).into_iter().enumerate() {
        let key = format!("movement {index}");
        match ended.get(&key) {
            Some(Ended::Done(reference)) => {
                tally.done += 1;
                match made.get(reference) {
                    _ if strange.contains(reference) => {
                        tally
                            .wrong
                            .push(format!("{key} is taken for a stranger's {reference}"));
                    }
                    Some(found) if is_same(&meant, found) => {}
                    None if is_failed_payout(sandbox, &meant, reference).await => {
                        tally.failed += 1;
                    }
                    found => tally
                        .wrong
                        .push(format!("{key} is {meant:?}, and {reference} is {found:?}")),
                }
                if !accounted.insert(reference.clone()) {
                    tally.wrong.push(format!("{reference} accounts for two"));
                }
            }
            Some(Ended::Refused) => tally.refused += 1,
            found => tally.wrong.push(format!("{key} is {found:?}")),
        }
    }
    for (reference, found) in made {
        if !accounted.contains(reference) && !strange.contains(reference) {
            tally
                .wrong
                .push(format!("nobody meant {reference}, {found:?}"));
        }
    }
}

/// A verified user with 500 eur and 500 usdc.
pub(crate) async fn onboard(driver: &mut Driver, user: &str) {
    let user = user.to_owned();
    for command in [
        Command::Create {
            user: user.clone(),
            country: "PL".to_owned(),
            born: None,
        },
        Command::Verify {
            user: user.clone(),
            by: None,
        },
        Command::Decide {
            user: user.clone(),
            approved: true,
        },
    ] {
        let observed = driver.perform(&command).await;
        assert_eq!(observed.refusal, None, "{command}");
    }
    for currency in ["eur", "usdc"] {
        let body =
            json!({"destinationExternalUserId": user, "amount": "500", "currency": currency});
        driver.partner.post("/v1/transfer", body).await.ok();
    }
}

/// Every way to fail, on what moves money, and some on what is read.
async fn break_things(sandbox: &Process, dice: &mut Dice) {
    let moves = [
        "create_transfer",
        "create_sepa_transfer",
        "create_partner_sepa_transfer",
        "create_exchange",
        "create_withdrawal",
        "create_card",
    ];
    let faults = [
        ("DROP_BEFORE", 10),
        ("DROP_AFTER", 15),
        ("UNKNOWN_EXCEPTION", 5),
        ("HTML_503", 5),
        ("TRUNCATE", 5),
        ("LATENCY", 10),
    ];
    let mut rules = Vec::new();
    for operation in moves {
        rules.extend(faults.map(|(fault, percent)| (operation, fault, percent)));
    }
    rules.push(("get_user_history", "DROP_AFTER", 10));
    rules.push(("get_transfer", "HTML_503", 10));
    rules.push(("list_cards", "DROP_AFTER", 10));
    rules.push(("get_card", "HTML_503", 10));
    for (operation, fault, percent) in rules {
        let mut rule = json!({ "operation": operation, "fault": fault, "percent": percent,
            "seed": dice.below(1 << 40) });
        if fault == "LATENCY" {
            // Longer than the client waits: it commits when nobody listens any more.
            rule["milliseconds"] = json!(1200);
        }
        sandbox.driver.control.post("/faults", rule).await.ok();
    }
}

/// Somebody else who funds the same users with the same amounts, and knows what is theirs.
async fn stranger(sandbox: &Process, until: Instant, strange: &mut BTreeSet<String>) {
    let wire = Wire::partner(sandbox.driver.partner.base(), API_KEY);
    let is_late = AtomicBool::new(false);
    for user in USERS.iter().cycle() {
        if until <= Instant::now() || is_late.load(Ordering::Relaxed) {
            return;
        }
        // By the operation that nobody else uses and that does not fail, so that its answers are not lost.
        let body = json!({"destinationExternalUserId": user, "amount": "1", "currency": "eur"});
        let path = "/v1/partner/transfer-master-balance";
        let answer = wire.try_call(Method::POST, path, Some(&body)).await;
        match answer {
            Ok(answer) => {
                strange.insert(answer.text_of("transferId"));
            }
            Err(_) => is_late.store(true, Ordering::Relaxed),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The client process; killed when dropped.
struct Mover(Child);

impl Mover {
    fn start(journal: &Path, sandbox: &Process, round: Round) -> Self {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_mover-child"));
        command
            .arg(journal)
            .arg(sandbox.driver.partner.base())
            .arg(round.seed.to_string())
            .arg(round.movements.to_string())
            .args(round.planted)
            .stdout(Stdio::null());
        Self(command.spawn().expect("the client process starts"))
    }

    fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        self.0.wait().expect("the process ends");
    }

    async fn ends_within(&mut self, time: Duration) -> bool {
        let began = Instant::now();
        while began.elapsed() < time {
            if let Some(status) = self.0.try_wait().expect("a child of ours") {
                assert!(status.success(), "the client failed: {status}");
                return true;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        false
    }
}

impl Drop for Mover {
    fn drop(&mut self) {
        self.kill();
    }
}
