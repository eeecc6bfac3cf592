//! Loads many users and movements through the engine, and says on the way what memory, disk and latency are, and whether
//! they stay as they are with few.
//!
//! `cargo bench -p partner-api-sandbox --bench load -- --users 1000000 --movements 10000000 [--dir DIRECTORY]`
//!
//! Users are made in stages of ten times the one before, from a thousand on; the movements are spread over the stages as the
//! users are. What is measured is the engine on disk, without HTTP. After each stage it takes turns with a second engine that
//! has a thousand users, so the ratios hold on a busy machine too. Without arguments it loads ten thousand users. The full
//! load takes about 5 GB in the directory (a temporary one where none is given) and is removed in the end.

mod people;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use partner_api_sandbox::engine::{Data, Engine};
use people::{BULK, Done, Until, add_users, at, open, reads, transfers, uniform};
use tempfile::TempDir;

/// How many wait while latency under load is measured.
const CLIENTS: usize = 64;
/// How often the two engines take turns, and how long a turn is.
const TURNS: usize = 4;
const TURN: Duration = Duration::from_secs(2);
const FEW: usize = 1_000;

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
        let tens = std::iter::successors(Some(FEW), |size| size.checked_mul(10));
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
    let (mut load, mut few) = (World::new(args), World::new(args));
    few.grow(FEW, 0).await;
    let mut stages = Vec::new();
    for users in args.stages() {
        // As many movements a user in each stage.
        let movements = (args.movements as f64 * users as f64 / args.users as f64) as u64;
        let loaded = load.grow(users, movements).await;
        println!("{loaded}");
        let [large, small] = duel([&mut load, &mut few]).await;
        for (name, measured) in [("with these", &large), ("with 1000", &small)] {
            println!("  {name:>10} users: {measured}");
        }
        stages.push((users, ratios(&large, &small)));
    }
    println!("\ntimes what it is with {FEW} users, in turns (flat is up to 1.5):");
    let names = [
        "read p50",
        "1 write p50",
        "1 write p99",
        "64 writes p50",
        "64 writes p99",
        "CPU a write",
    ];
    let heads = names.map(|name| format!("{name:>14}"));
    println!("{:>10}{}", "users", heads.concat());
    for (users, ratios) in stages {
        let ratios = ratios.map(|it| it.map_or("?".to_owned(), |it| format!("{it:.2}")));
        let ratios = ratios.map(|it| format!("{it:>14}"));
        println!("{users:>10}{}", ratios.concat());
    }
    for world in [load, few] {
        let books = world.engine.audit().expect("it reads");
        books.expect("the books are in order");
        world.engine.shutdown().await;
    }
    println!("the books are in order");
}

/// An engine on disk, and how much was done in it.
struct World {
    engine: Engine,
    users: usize,
    movements: u64,
    dir: TempDir,
}

impl World {
    fn new(args: &Args) -> Self {
        let dir = match &args.dir {
            Some(dir) => tempfile::tempdir_in(dir),
            None => tempfile::tempdir(),
        };
        let dir = dir.expect("a directory");
        Self {
            engine: open(Data::Directory(dir.path().to_owned())),
            users: 0,
            movements: 0,
            dir,
        }
    }

    /// Makes it so large, and says how fast that was and what it is now.
    async fn grow(&mut self, users: usize, movements: u64) -> String {
        let began = Instant::now();
        let new = users - self.users;
        add_users(&self.engine, self.users..users).await;
        let users_per_second = new as f64 / began.elapsed().as_secs_f64();
        self.users = users;
        // Each new user was paid in once, which is a movement too.
        self.movements += new as u64;
        let until = Until::Count(movements.saturating_sub(self.movements));
        let done = self.pay(BULK, until).await;
        let seq = self.engine.read(|it| it.seq()).expect("it reads");
        format!(
            "{users} users, {seq} decisions: {users_per_second:.0} users/s, {:.0} movements/s with {BULK} in flight; \
             RSS {} MB, disk {} MB",
            done.per_second(),
            resident_kilobytes().map_or("?".to_owned(), |size| (size / 1_024).to_string()),
            size_of(self.dir.path()) / 1_048_576,
        )
    }

    async fn pay(&mut self, in_flight: usize, until: Until) -> Done {
        let (first, users) = (self.movements, self.users);
        let done = transfers(&self.engine, in_flight, users, uniform, first, until).await;
        self.movements += done.count;
        done
    }
}

/// What was measured, over all turns.
#[derive(Default)]
struct Measured {
    reads: Done,
    one: Done,
    many: Done,
}

/// Two worlds take turns.
async fn duel(worlds: [&mut World; 2]) -> [Measured; 2] {
    let mut measured = [Measured::default(), Measured::default()];
    let [mut a, mut b] = worlds.map(Some);
    for _ in 0..TURNS {
        for (world, measured) in [&mut a, &mut b].into_iter().zip(&mut measured) {
            let Some(world) = world else { continue };
            let first = measured.reads.count;
            add(
                &mut measured.reads,
                reads(&world.engine, world.users, first, TURN / 4),
            );
            add(&mut measured.one, world.pay(1, Until::Time(TURN / 2)).await);
            add(
                &mut measured.many,
                world.pay(CLIENTS, Until::Time(TURN)).await,
            );
        }
    }
    for measured in &mut measured {
        for done in [&mut measured.reads, &mut measured.one, &mut measured.many] {
            done.took.sort_unstable();
        }
    }
    measured
}

fn add(all: &mut Done, done: Done) {
    let sum = |a: Option<u64>, b: Option<u64>| Some(a.unwrap_or(0) + b?);
    all.count += done.count;
    all.took.extend(done.took);
    all.cost.wall += done.cost.wall;
    all.cost.written = sum(all.cost.written, done.cost.written);
    let cpu = all.cost.cpu.unwrap_or_default();
    all.cost.cpu = done.cost.cpu.map(|it| it + cpu);
}

fn ratios(large: &Measured, small: &Measured) -> [Option<f64>; 6] {
    let took = |pick: fn(&Measured) -> &Done, share| {
        let of = |it| at(share, &pick(it).took).as_secs_f64();
        Some(of(large) / of(small))
    };
    let cpu = |it: &Measured| Some(it.many.cost.cpu?.as_secs_f64() / it.many.count as f64);
    [
        took(|it| &it.reads, 0.5),
        took(|it| &it.one, 0.5),
        took(|it| &it.one, 0.99),
        took(|it| &it.many, 0.5),
        took(|it| &it.many, 0.99),
        cpu(large).zip(cpu(small)).map(|(a, b)| a / b),
    ]
}

impl std::fmt::Display for Measured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let micros = |done: &Done| {
            let at = |share| at(share, &done.took).as_micros();
            format!("{} / {} / {} / {}", at(0.5), at(0.95), at(0.99), at(1.0))
        };
        let (many, count) = (&self.many, self.many.count);
        write!(
            f,
            "us p50 / p95 / p99 / max: read {}, 1 write {}, {CLIENTS} writes {}; writes/s {:.0} and {:.0}; \
             {} us CPU and {} KB a write",
            micros(&self.reads),
            micros(&self.one),
            micros(many),
            self.one.per_second(),
            many.per_second(),
            many.cost.cpu_micros(count),
            many.cost.kilobytes(count),
        )
    }
}

/// What of this process is in memory; nothing where the system does not say so in a file.
fn resident_kilobytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn size_of(dir: &Path) -> u64 {
    let files = std::fs::read_dir(dir).expect("the directory can be read");
    files
        .filter_map(|file| Some(file.ok()?.metadata().ok()?.len()))
        .sum()
}
