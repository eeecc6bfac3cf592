//! What the benches share: users with money, what they do, how long it takes and what it costs.

#![allow(dead_code, reason = "no bench uses everything")]

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use partner_api_core::documents::DocumentKind;
use partner_api_core::ledger::Account;
use partner_api_core::user::{Identity, Profile};
use partner_api_core::{Command, Country, HolderId, Money, Pii, Timestamp, TransferId, UserId};
use partner_api_sandbox::engine::{Data, Engine, EngineOptions};
use uuid::Uuid;

/// How many calls wait at a time while loading: as many as the writer takes in one batch.
pub(crate) const BULK: usize = 512;

/// Where the clock is stopped.
pub(crate) fn moment() -> Timestamp {
    "2026-11-23T10:00:00.000Z".parse().expect("a moment")
}

/// More than a partner ever spends.
pub(crate) fn funds() -> Money {
    "10000000000.00 eur".parse().expect("money")
}

/// An engine with a stopped clock, and a partner who never runs out of money.
pub(crate) fn open(data: Data) -> Engine {
    let engine = Engine::open(EngineOptions {
        data,
        frozen_at: Some(moment()),
        partner_funds: vec![funds()],
        ..EngineOptions::default()
    });
    engine.expect("it opens")
}

/// Creates, verifies and funds users.
pub(crate) async fn add_users(engine: &Engine, range: Range<usize>) {
    for_each(engine, range.clone(), create).await;
    for_each(engine, range.clone(), verify).await;
    let second = Duration::from_secs(1);
    engine.advance_clock(second).await.expect("it advances");
    for_each(engine, range, |user| transfer(None, user, "500.00 eur")).await;
}

async fn for_each(engine: &Engine, range: Range<usize>, command: fn(usize) -> Command) {
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

/// How long to go on.
#[derive(Clone, Copy)]
pub(crate) enum Until {
    Count(u64),
    Time(Duration),
}

/// What was done.
#[derive(Default)]
pub(crate) struct Done {
    pub(crate) count: u64,
    /// How long each took, where it went on for a time.
    pub(crate) took: Vec<Duration>,
    pub(crate) cost: Cost,
}

impl Done {
    pub(crate) fn per_second(&self) -> f64 {
        self.count as f64 / self.cost.wall.as_secs_f64()
    }
}

/// Who pays whom in the n-th transfer of so many users.
pub(crate) type Pairs = fn(u64, usize) -> (usize, usize);

/// Everybody pays anybody.
pub(crate) fn uniform(n: u64, users: usize) -> (usize, usize) {
    let from = scattered(n, users);
    (from, (from + 1 + n as usize % (users - 1)) % users)
}

/// Everybody pays the same one.
pub(crate) fn hot(n: u64, users: usize) -> (usize, usize) {
    (1 + n as usize % (users - 1), 0)
}

/// The n-th of so many users, picked evenly.
pub(crate) fn scattered(n: u64, users: usize) -> usize {
    (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20) as usize % users
}

/// Transfers with so many in flight, each waited for until it is acknowledged.
pub(crate) async fn transfers(
    engine: &Engine,
    in_flight: usize,
    users: usize,
    pairs: Pairs,
    first: u64,
    until: Until,
) -> Done {
    let next = Arc::new(AtomicU64::new(0));
    let meter = Meter::start();
    let began = Instant::now();
    let workers = (0..in_flight).map(|_| {
        let (engine, next) = (engine.clone(), Arc::clone(&next));
        tokio::spawn(async move {
            let mut done = Done::default();
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                match until {
                    Until::Count(count) if count <= n => return done,
                    Until::Time(time) if time <= began.elapsed() => return done,
                    _ => {}
                }
                let (from, to) = pairs(first + n, users);
                let began = Instant::now();
                do_it(&engine, transfer(Some(from), to, "0.01 eur")).await;
                done.count += 1;
                if matches!(until, Until::Time(_)) {
                    done.took.push(began.elapsed());
                }
            }
        })
    });
    let mut all = Done::default();
    for worker in workers.collect::<Vec<_>>() {
        let done = worker.await.expect("it does not panic");
        all.count += done.count;
        all.took.extend(done.took);
    }
    all.cost = meter.cost();
    all
}

/// Reads on one thread what a balance request reads: the user, the balances, the number.
pub(crate) fn reads(engine: &Engine, users: usize, first: u64, time: Duration) -> Done {
    let mut done = Done::default();
    let meter = Meter::start();
    let end = Instant::now() + time;
    while Instant::now() < end {
        let id = user(scattered(first + done.count, users));
        let began = Instant::now();
        let balances = engine.read(|snapshot| {
            let user = snapshot.user(&id)?.expect("it was created");
            let balances = snapshot.balances(Account::User(user.holder))?;
            Ok((balances, snapshot.seq()?))
        });
        assert!(!balances.expect("it reads").0.is_empty());
        done.took.push(began.elapsed());
        done.count += 1;
    }
    done.cost = meter.cost();
    done
}

pub(crate) async fn do_it(engine: &Engine, command: Command) {
    let decided = engine.execute(command).await.expect("it is decided");
    decided.verdict.expect("it goes through");
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

/// What something cost this process. Time on processors and bytes written say the same on a busy machine as on a quiet one.
#[derive(Clone, Copy, Default)]
pub(crate) struct Cost {
    pub(crate) wall: Duration,
    /// On all threads; nothing where the system does not say so in a file.
    pub(crate) cpu: Option<Duration>,
    /// To disks; nothing where the system does not say so in a file.
    pub(crate) written: Option<u64>,
}

impl Cost {
    /// Microseconds on processors for each of so many.
    pub(crate) fn cpu_micros(&self, count: u64) -> String {
        let micros = |cpu: Duration| format!("{:.1}", cpu.as_secs_f64() * 1e6 / count as f64);
        self.cpu.map_or("?".to_owned(), micros)
    }

    /// Kilobytes written for each of so many.
    pub(crate) fn kilobytes(&self, count: u64) -> String {
        let kilobytes = |bytes: u64| format!("{:.1}", bytes as f64 / 1_024.0 / count as f64);
        self.written.map_or("?".to_owned(), kilobytes)
    }
}

/// Measures a cost.
pub(crate) struct Meter {
    began: Instant,
    cpu: Option<Duration>,
    written: Option<u64>,
}

impl Meter {
    pub(crate) fn start() -> Self {
        Self {
            began: Instant::now(),
            cpu: cpu(),
            written: written(),
        }
    }

    pub(crate) fn cost(&self) -> Cost {
        let cpu = cpu().zip(self.cpu).map(|(now, before)| now - before);
        let written = written().zip(self.written);
        Cost {
            wall: self.began.elapsed(),
            cpu,
            written: written.map(|(now, before)| now - before),
        }
    }
}

fn cpu() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name in parentheses may hold anything; what follows are numbers, time in hundredths of a second.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    Some(Duration::from_millis(10 * (ticks()? + ticks()?)))
}

fn written() -> Option<u64> {
    let counts = std::fs::read_to_string("/proc/self/io").ok()?;
    let line = counts.lines().find(|it| it.starts_with("write_bytes:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// What is at a share of the way from the least to the most.
pub(crate) fn at(share: f64, sorted: &[Duration]) -> Duration {
    let last = sorted.len().saturating_sub(1);
    let index = (last as f64 * share) as usize;
    sorted.get(index).copied().unwrap_or_default()
}
