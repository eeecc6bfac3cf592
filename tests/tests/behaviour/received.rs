//! Kills a real receiver process at random while events arrive, and looks at what came of them: every event that was
//! acknowledged, and every one that the sender went on sending, took effect exactly once and in its object's order; and
//! nothing took effect that was never sent.
//!
//! Method: senders send each event until it is acknowledged, as the provider does, and each object's one after the other.
//! `WEBHOOK_KILLS` says how often the process is killed, `WEBHOOK_SEED` where the random choices begin. A receiver that
//! acknowledges before it has written loses events here; one that forgets what it acknowledged applies some twice; a
//! worker that claims without a lease leaves some for ever.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use partner_api::SqliteInbox;
use partner_api::webhooks::Inbox as _;
use partner_api_tests::effects::{SECRET, open};
use partner_api_tests::wire::plain_client;

const SENDERS: usize = 6;

/// A receiver process; killed when dropped.
struct Process {
    child: Child,
    url: String,
}

impl Process {
    fn start(dir: &Path) -> Self {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_receiver-child"))
            .arg(dir)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the receiver process starts");
        let stdout = child.stdout.take().expect("stdout is piped");
        let mut address = String::new();
        BufReader::new(stdout)
            .read_line(&mut address)
            .expect("the process prints its address");
        Self {
            child,
            url: format!("http://{}/sepa-transfer-webhook", address.trim()),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the senders share: where the receiver is now, and when to end.
#[derive(Default)]
struct Stage {
    url: Mutex<String>,
    is_over: std::sync::atomic::AtomicBool,
}

/// Sends the events of one object after the other until the stage is over, each until it is acknowledged; says how many
/// events there were of each object, and how often something was sent in vain.
async fn send(stage: Arc<Stage>, sender: usize, seed: u64) -> (BTreeMap<String, u64>, u64) {
    let client = plain_client();
    let mut random = fastrand::Rng::with_seed(seed);
    let mut sent = BTreeMap::new();
    let mut in_vain = 0;
    for number in 0.. {
        if stage.is_over.load(std::sync::atomic::Ordering::Relaxed) {
            break;
        }
        let object = format!("s{sender}-{}", random.u8(0..3));
        // The number makes each an event of its own, and the object's numbers grow.
        let body = format!(r#"{{"id":"{object}","status":"PENDING","n":{number}}}"#);
        loop {
            let url = stage.url.lock().expect("nobody panics").clone();
            let request = client
                .post(&url)
                .header("authorization", SECRET)
                .timeout(Duration::from_secs(2))
                .body(body.clone());
            match request.send().await {
                Ok(answer) if answer.status().as_u16() == 200 => break,
                _ => in_vain += 1,
            }
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
        // Some are sent once more although they were acknowledged.
        if random.u8(0..8) == 0 {
            let url = stage.url.lock().expect("nobody panics").clone();
            let _ = client
                .post(&url)
                .header("authorization", SECRET)
                .timeout(Duration::from_secs(2))
                .body(body)
                .send()
                .await;
        }
        *sent.entry(object).or_insert(0) += 1;
    }
    (sent, in_vain)
}

fn setting(name: &str, usual: u64) -> u64 {
    let value = std::env::var(name).ok();
    value.map_or(usual, |it| it.parse().expect("a number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_that_is_killed_loses_nothing_and_repeats_nothing() {
    let (kills, seed) = (setting("WEBHOOK_KILLS", 8), setting("WEBHOOK_SEED", 7));
    let dir = tempfile::tempdir().expect("a directory");
    let mut random = fastrand::Rng::with_seed(seed);
    let stage = Arc::new(Stage::default());
    let mut process = Process::start(dir.path());
    *stage.url.lock().unwrap() = process.url.clone();
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| tokio::spawn(send(stage.clone(), sender, random.u64(..))))
        .collect();
    for _ in 0..kills {
        tokio::time::sleep(Duration::from_millis(random.u64(5..250))).await;
        drop(process);
        process = Process::start(dir.path());
        *stage.url.lock().unwrap() = process.url.clone();
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    stage
        .is_over
        .store(true, std::sync::atomic::Ordering::Relaxed);
    let (mut sent, mut in_vain) = (BTreeMap::new(), 0);
    for sender in senders {
        let (events, vain) = sender.await.unwrap();
        sent.extend(events);
        in_vain += vain;
    }
    let inbox = SqliteInbox::open(dir.path()).unwrap();
    // What waits gets less, however slow the machine is.
    let backlog = inbox.counts().await.unwrap().waiting;
    let (mut least, mut since) = (backlog, std::time::Instant::now());
    while least != 0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let waiting = inbox.counts().await.unwrap().waiting;
        if waiting < least {
            (least, since) = (waiting, std::time::Instant::now());
        }
        assert!(
            since.elapsed() < Duration::from_secs(60),
            "{waiting} of {backlog} wait for ever"
        );
    }
    assert_eq!(inbox.counts().await.unwrap().dead, 0);
    drop(process);

    let effects = open(dir.path());
    let count = |sql: &str| {
        effects
            .query_row(sql, [], |row| row.get::<_, i64>(0))
            .unwrap()
            .unsigned_abs()
    };
    let total: u64 = sent.values().sum();
    let mut totals = effects
        .prepare("SELECT object, total FROM totals ORDER BY object")
        .unwrap();
    let totals = totals.query_map([], |row| {
        Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()))
    });
    let totals: BTreeMap<String, u64> = totals.unwrap().map(Result::unwrap).collect();
    assert_eq!(
        totals, sent,
        "each event took effect once, and nothing else did"
    );
    assert_eq!(count("SELECT count(*) FROM effects"), total);
    let late = "SELECT count(*) FROM effects AS one JOIN effects AS other
                ON one.object = other.object AND one.place < other.place AND one.number >= other.number";
    assert_eq!(
        count(late),
        0,
        "each object's events took effect in their order"
    );
    let runs = count("SELECT count(*) FROM runs");
    println!(
        "{kills} kills, seed {seed}: {total} events, {in_vain} sent in vain, {backlog} waited at the end, {runs} runs of the handler"
    );
    assert!(
        total < runs,
        "handlers that failed or were killed ran again"
    );
    assert!(kills == 0 || 0 < in_vain, "the kills hit somebody");
}
