//! Loads many users and movements through the engine, and says on the way what memory, disk and latency are.
//!
//! `cargo bench -p partner-api-sandbox --bench load -- --users 1000000 --movements 10000000 [--dir DIRECTORY]`
//!
//! Users are made in stages of ten times the one before, from a thousand on; the movements are spread over the stages as the
//! users are. What is measured is the engine on disk, without HTTP. Without arguments it loads ten thousand users. The full
//! load takes about 5 GB in the directory (a temporary one where none is given) and is removed in the end.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use partner_api_core::documents::DocumentKind;
use partner_api_core::ledger::Account;
use partner_api_core::user::{Identity, Profile};
use partner_api_core::{Command, Country, HolderId, Money, Pii, TransferId, UserId};
use partner_api_sandbox::engine::{Data, Engine, EngineOptions};
use uuid::Uuid;

/// How many calls wait at a time while loading: as many as the writer takes in one batch.
const BULK: usize = 512;
/// How many wait while latency is measured.
const CLIENTS: usize = 64;
const EACH: Duration = Duration::from_secs(5);
const FIRST_STAGE: usize = 1_000;

struct Args {
    users: usize,
    movements: u64,
    dir: Option<PathBuf>,
}

impl Args {
    fn read() -> Result<Self, String> {
        let mut args = Self {
            users: 10_000,
            movements: 100_000,
            dir: None,
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("{word} wants a value"));
            let number = |text: String| text.parse().map_err(|_| format!("{text} is no number"));
            match &*word {
                "--users" => args.users = number(value()?)? as usize,
                "--movements" => args.movements = number(value()?)?,
                "--dir" => args.dir = Some(value()?.into()),
                // Cargo says so to every bench.
                "--bench" => {}
                _ => return Err(format!("{word} is none of --users, --movements, --dir")),
            }
        }
        if args.users < 2 {
            return Err("--users must be two or more".to_owned());
        }
        Ok(args)
    }

    /// How many users there are after each stage.
    fn stages(&self) -> Vec<usize> {
        let tens = std::iter::successors(Some(FIRST_STAGE), |size| size.checked_mul(10));
        let mut stages: Vec<_> = tens.take_while(|size| *size < self.users).collect();
        stages.push(self.users);
        stages
    }
}

fn main() {
    let args = Args::read().unwrap_or_else(|error| {
        eprintln!("{error}");
        std::process::exit(2);
    });
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(run(&args));
}

async fn run(args: &Args) {
    let dir = match &args.dir {
        Some(dir) => tempfile::tempdir_in(dir),
        None => tempfile::tempdir(),
    };
    let dir = dir.expect("a directory");
    let engine = Engine::open(EngineOptions {
        data: Data::Directory(dir.path().to_owned()),
        frozen_at: Some("2026-11-23T10:00:00.000Z".parse().expect("a moment")),
        partner_funds: vec!["10000000000.00 eur".parse().expect("money")],
        ..EngineOptions::default()
    });
    let engine = engine.expect("it opens");
    println!(
        "{:>9} {:>10} | {:>8} {:>8} | {:>7} {:>8} | {:>31} | {:>31} | {:>23} | {:>8}",
        "users",
        "decisions",
        "users/s",
        "moves/s",
        "RSS MB",
        "disk MB",
        "read us p50 / p95 / p99 / max",
        "write us p50 / p95 / p99 / max",
        "writes/s 64, 1 in flight",
        "KB/write"
    );
    let (mut users, mut movements) = (0, 0);
    for stage in args.stages() {
        let began = Instant::now();
        add_users(&engine, users..stage).await;
        let made = (stage - users) as f64 / began.elapsed().as_secs_f64();
        users = stage;
        // Each new user was paid in once, which is a movement too.
        let wanted = (args.movements as f64 * users as f64 / args.users as f64) as u64;
        let missing = wanted.saturating_sub(movements + users as u64);
        let began = Instant::now();
        transfers(&engine, BULK, users, movements, Until::Count(missing)).await;
        let moved = missing as f64 / began.elapsed().as_secs_f64();
        movements += missing;

        let reads = reads(&engine, users);
        let before = written_bytes();
        let many = transfers(&engine, CLIENTS, users, movements, Until::Time(EACH)).await;
        let written = before
            .zip(written_bytes())
            .map(|(before, after)| after - before);
        let one = transfers(&engine, 1, users, movements, Until::Time(EACH)).await;
        let seq = engine.read(|snapshot| snapshot.seq()).expect("it reads");
        println!(
            "{users:>9} {seq:>10} | {made:>8.0} {moved:>8.0} | {:>7} {:>8} | {:>31} | {:>31} | {:>14.0} {:>8.0} | {:>8}",
            resident_kilobytes().map_or("?".to_owned(), |size| (size / 1_024).to_string()),
            size_of(dir.path()) / 1_048_576,
            percentiles(reads),
            percentiles(many.clone()),
            many.len() as f64 / EACH.as_secs_f64(),
            one.len() as f64 / EACH.as_secs_f64(),
            written.map_or("?".to_owned(), |bytes| {
                format!("{:.1}", bytes as f64 / many.len() as f64 / 1_024.0)
            }),
        );
    }
    engine
        .audit()
        .expect("it reads")
        .expect("the books are in order");
    println!("the books are in order");
    engine.shutdown().await;
}

/// Creates, verifies and funds users.
async fn add_users(engine: &Engine, range: std::ops::Range<usize>) {
    for_each(engine, range.clone(), create).await;
    for_each(engine, range.clone(), verify).await;
    let second = Duration::from_secs(1);
    engine.advance_clock(second).await.expect("it advances");
    for_each(engine, range, |user| transfer(None, user, "500.00 eur")).await;
}

async fn for_each(engine: &Engine, range: std::ops::Range<usize>, command: fn(usize) -> Command) {
    let workers = (0..BULK).map(|worker| {
        let (engine, range) = (engine.clone(), range.clone());
        tokio::spawn(async move {
            for index in range.skip(worker).step_by(BULK) {
                do_it(&engine, command(index)).await;
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.expect("it does not panic");
    }
}

async fn do_it(engine: &Engine, command: Command) {
    let decided = engine.execute(command).await.expect("it is decided");
    decided.verdict.expect("it goes through");
}

#[derive(Clone, Copy)]
enum Until {
    Count(u64),
    Time(Duration),
}

/// Transfers between users who are picked evenly, so many in flight; how long each took.
async fn transfers(
    engine: &Engine,
    in_flight: usize,
    users: usize,
    first: u64,
    until: Until,
) -> Vec<Duration> {
    let next = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let workers = (0..in_flight).map(|_| {
        let (engine, next) = (engine.clone(), Arc::clone(&next));
        tokio::spawn(async move {
            let mut took = Vec::new();
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                match until {
                    Until::Count(count) if count <= n => return took,
                    Until::Time(time) if time <= began.elapsed() => return took,
                    _ => {}
                }
                let (from, to) = pair(first + n, users);
                let began = Instant::now();
                do_it(&engine, transfer(Some(from), to, "0.01 eur")).await;
                if matches!(until, Until::Time(_)) {
                    took.push(began.elapsed());
                }
            }
        })
    });
    let mut took = Vec::new();
    for worker in workers.collect::<Vec<_>>() {
        took.extend(worker.await.expect("it does not panic"));
    }
    took
}

/// Who pays whom in the n-th transfer.
fn pair(n: u64, users: usize) -> (usize, usize) {
    let from = scattered(n, users);
    (from, (from + 1 + n as usize % (users - 1)) % users)
}

fn scattered(n: u64, users: usize) -> usize {
    (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20) as usize % users
}

/// How long it takes to read what a balance request reads: the user, the balances, the number. One thread.
fn reads(engine: &Engine, users: usize) -> Vec<Duration> {
    let mut took = Vec::new();
    let end = Instant::now() + EACH;
    while Instant::now() < end {
        let id = user(scattered(took.len() as u64, users));
        let began = Instant::now();
        let balances = engine.read(|snapshot| {
            let user = snapshot.user(&id)?.expect("it was created");
            let balances = snapshot.balances(Account::User(user.holder))?;
            Ok((balances, snapshot.seq()?))
        });
        assert!(!balances.expect("it reads").0.is_empty());
        took.push(began.elapsed());
    }
    took
}

fn percentiles(mut took: Vec<Duration>) -> String {
    took.sort_unstable();
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize].as_micros();
    format!("{} / {} / {} / {}", at(0.5), at(0.95), at(0.99), at(1.0))
}

/// What of this process is in memory; nothing where the system does not say so in a file.
fn resident_kilobytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// What this process had the system write to disks so far; nothing where the system does not say so in a file.
fn written_bytes() -> Option<u64> {
    let counts = std::fs::read_to_string("/proc/self/io").ok()?;
    let line = counts
        .lines()
        .find(|line| line.starts_with("write_bytes:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn size_of(dir: &Path) -> u64 {
    let files = std::fs::read_dir(dir).expect("the directory can be read");
    files
        .filter_map(|file| Some(file.ok()?.metadata().ok()?.len()))
        .sum()
}

fn user(index: usize) -> UserId {
    UserId::new(format!("user-{index}")).expect("an id")
}

fn transfer(source: Option<usize>, destination: usize, money: &str) -> Command {
    Command::Transfer {
        id: TransferId::new(Uuid::now_v7().to_string()).expect("an id"),
        source: source.map(user),
        destination: Some(user(destination)),
        money: money.parse::<Money>().expect("money"),
    }
}

fn verify(index: usize) -> Command {
    Command::AddVerification {
        user: user(index),
        identity: Box::new(Identity {
            document: DocumentKind::Passport,
            document_number: Pii::unchecked("AB123456"),
            issuing_country: None,
            expiry: None,
        }),
    }
}

fn create(index: usize) -> Command {
    let country: Country = "PL".parse().expect("a country");
    Command::CreateUser {
        user: user(index),
        holder: HolderId(Uuid::now_v7()),
        country,
        profile: Box::new(Profile {
            email: Pii::unchecked("someone@example.com"),
            phone: Pii::unchecked("486012334567"),
            first_name: Pii::unchecked("Some"),
            last_name: Pii::unchecked("One"),
            birth_date: Pii::unchecked("1990-05-15"),
            street: None,
            number: None,
            city: Pii::unchecked("Somewhere"),
            post_code: Pii::unchecked("00-001"),
            citizenship: country,
            nationality: None,
            birth_country: None,
            national_id: None,
        }),
    }
}
