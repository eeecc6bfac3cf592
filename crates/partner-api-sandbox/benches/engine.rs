//! How fast the engine decides and reads, on the disk that holds the temporary directory. Prints figures; asserts none.
//!
//! `cargo bench -p partner-api-sandbox --bench engine`; `BENCH_USERS` sets how many users there are.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use partner_api_core::documents::DocumentKind;
use partner_api_core::ledger::Account;
use partner_api_core::user::{Identity, Profile};
use partner_api_core::{Command, Country, HolderId, Money, Pii, TransferId, UserId};
use partner_api_sandbox::engine::{Data, Engine, EngineOptions};
use uuid::Uuid;

const EACH: Duration = Duration::from_secs(3);

/// A thousand, unless the environment says otherwise.
fn users() -> usize {
    let text = std::env::var("BENCH_USERS").ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(1_000)
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(run());
}

async fn run() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    for (place, data) in [
        ("on disk", Data::Directory(dir.path().to_owned())),
        ("in memory", Data::Ephemeral),
    ] {
        let engine = open(data).await;
        println!("engine {place}, {} users", users());
        let one = transfers(&engine, 1, uniform).await;
        let many = transfers(&engine, 64, uniform).await;
        let hot = transfers(&engine, 64, hot).await;
        println!("  transfers/s, 1 in flight               {one:>9.0}");
        println!(
            "  transfers/s, 64 in flight, uniform     {many:>9.0}   {:.1} x one",
            many / one
        );
        println!(
            "  transfers/s, 64 in flight, one account {hot:>9.0}   {:.2} x uniform",
            hot / many
        );
        let reads = reads(&engine).await;
        println!("  balance reads/s, one thread            {reads:>9.0}");
        let size = engine.read(|snapshot| snapshot.seq()).expect("it reads");
        let began = Instant::now();
        engine
            .audit()
            .expect("it reads")
            .expect("the books are in order");
        println!("  audit of {size} decisions: {:.0?}", began.elapsed());
        engine.shutdown().await;
    }
}

async fn open(data: Data) -> Engine {
    let engine = Engine::open(EngineOptions {
        data,
        frozen_at: Some("2026-11-23T10:00:00.000Z".parse().expect("a moment")),
        partner_funds: vec!["1000000000.00 eur".parse().expect("money")],
        ..EngineOptions::default()
    })
    .expect("it opens");
    for_each_user(&engine, create).await;
    for_each_user(&engine, verify).await;
    let second = Duration::from_secs(1);
    engine.advance_clock(second).await.expect("it advances");
    for_each_user(&engine, |index| transfer(None, Some(index), "500.00 eur")).await;
    engine
}

async fn for_each_user(engine: &Engine, command: fn(usize) -> Command) {
    let users = users();
    let workers = (0..64).map(|worker| {
        let engine = engine.clone();
        tokio::spawn(async move {
            for index in (worker..users).step_by(64) {
                do_it(&engine, command(index)).await;
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.expect("it does not panic");
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

async fn do_it(engine: &Engine, command: Command) {
    let decided = engine.execute(command).await.expect("it is decided");
    decided.verdict.expect("it goes through");
}

/// Who pays whom in the n-th transfer.
type Pairs = fn(u64, usize) -> (usize, usize);

fn uniform(n: u64, users: usize) -> (usize, usize) {
    let from = (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33) as usize % users;
    (from, (from + 1 + n as usize % (users - 1)) % users)
}

/// Everybody pays the same one.
fn hot(n: u64, users: usize) -> (usize, usize) {
    (1 + n as usize % (users - 1), 0)
}

/// Acknowledged transfers a second with so many in flight.
async fn transfers(engine: &Engine, in_flight: usize, pairs: Pairs) -> f64 {
    let users = users();
    let next = Arc::new(AtomicU64::new(0));
    let done = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let workers = (0..in_flight).map(|_| {
        let (engine, next, done) = (engine.clone(), Arc::clone(&next), Arc::clone(&done));
        tokio::spawn(async move {
            while began.elapsed() < EACH {
                let (from, to) = pairs(next.fetch_add(1, Ordering::Relaxed), users);
                do_it(&engine, transfer(Some(from), Some(to), "0.01 eur")).await;
                done.fetch_add(1, Ordering::Relaxed);
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.expect("it does not panic");
    }
    done.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64()
}

/// Reads a second of what a balance request reads: the user, the balances, the number.
async fn reads(engine: &Engine) -> f64 {
    let users = users();
    let began = Instant::now();
    let mut done = 0_u64;
    while began.elapsed() < EACH {
        let id = user(done as usize % users);
        let balances = engine.read(|snapshot| {
            let user = snapshot.user(&id)?.expect("it was created");
            let balances = snapshot.balances(Account::User(user.holder))?;
            Ok((balances, snapshot.seq()?))
        });
        assert!(!balances.expect("it reads").0.is_empty());
        done += 1;
    }
    done as f64 / began.elapsed().as_secs_f64()
}

fn user(index: usize) -> UserId {
    UserId::new(format!("user-{index}")).expect("an id")
}

fn transfer(source: Option<usize>, destination: Option<usize>, money: &str) -> Command {
    Command::Transfer {
        id: TransferId::new(Uuid::now_v7().to_string()).expect("an id"),
        source: source.map(user),
        destination: destination.map(user),
        money: money.parse::<Money>().expect("money"),
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
