//! How fast the engine decides and reads, on the disk that holds the temporary directory, and what that costs. Prints
//! figures; asserts none.
//!
//! `cargo bench -p partner-api-sandbox --bench engine`; `BENCH_USERS` sets how many users there are.

mod people;

use std::time::{Duration, Instant};

use partner_api_sandbox::engine::Data;
use people::{Done, Pairs, Until, add_users, hot, open, reads, transfers, uniform};

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
    let (dir, users) = (tempfile::tempdir().expect("a directory"), users());
    for (place, data) in [
        ("on disk", Data::Directory(dir.path().to_owned())),
        ("in memory", Data::Ephemeral),
    ] {
        let engine = open(data);
        add_users(&engine, 0..users).await;
        println!("engine {place}, {users} users");
        let mut rates = Vec::new();
        let rounds: [(&str, usize, Pairs); 3] = [
            ("transfers, 1 in flight", 1, uniform),
            ("transfers, 64 in flight, uniform", 64, uniform),
            ("transfers, 64 in flight, one account", 64, hot),
        ];
        for (name, in_flight, pairs) in rounds {
            let done = transfers(&engine, in_flight, users, pairs, 0, Until::Time(EACH)).await;
            show(name, &done);
            rates.push(done.per_second());
        }
        let [one, many, hot] = rates[..] else { return };
        println!(
            "  64 in flight {:.1} x one; one account {:.2} x uniform",
            many / one,
            hot / many
        );
        show("balance reads, one thread", &reads(&engine, users, 0, EACH));
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

fn show(name: &str, done: &Done) {
    println!(
        "  {name:<38}{:>9.0} a second, {:>5} us CPU, {:>5} KB written",
        done.per_second(),
        done.cost.cpu_micros(done.count),
        done.cost.kilobytes(done.count),
    );
}
