//! Loads many users and movements through the engine, and says on the way what memory, disk and latency are, and whether
//! they stay as they are with few.
//!
//! `cargo bench -p partner-api-sandbox --bench load -- --users 1000000 --movements 10000000 [--dir DIRECTORY]`
//!
//! Users are made in stages of ten times the one before, from a thousand on; the movements are spread over the stages as the
//! users are. After each stage the sandbox takes turns with a second one that has a thousand users, so the ratios hold on a
//! busy machine too.
//!
//! Everything is measured twice. Over HTTP is what somebody who uses the sandbox sees, so whether latency is flat is asked
//! there; client and server share the machine and the time on processors. In the engine, without sockets, is where to look
//! when it is not flat: what the store adds is a larger share of less.
//!
//! Memory is told in two parts: what is anonymous is this process's own; what is backed by files are pages that the system
//! may take back at any time. Both are of all sandboxes and of the client.
//!
//! Without arguments it loads ten thousand users. The full load takes about 5 GB in the directory (a temporary one where none
//! is given) and is removed in the end.

mod people;
mod wire;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use partner_api_sandbox::Sandbox;
use people::{
    BULK, Done, Until, add_users, at, funds, moment, reads, scattered, transfers, uniform,
};
use tempfile::TempDir;

/// How often the two sandboxes take turns at each series, and how long a turn is.
const TURNS: usize = 4;
const TURN: Duration = Duration::from_secs(1);
const FEW: usize = 1_000;

/// What is measured: where, what is asked, and how many ask at a time.
struct Series(Layer, Asked, usize);

#[derive(Clone, Copy)]
enum Layer {
    Http,
    Engine,
}

#[derive(Clone, Copy)]
enum Asked {
    /// A user's balances.
    Read,
    /// A transfer between users, answered when it is on disk.
    Write,
}

#[rustfmt::skip] // a table is read by its columns
const SERIES: [Series; 7] = [
    Series(Layer::Http,   Asked::Read,  1),
    Series(Layer::Http,   Asked::Read,  32),
    Series(Layer::Http,   Asked::Write, 1),
    Series(Layer::Http,   Asked::Write, 64),
    Series(Layer::Engine, Asked::Read,  1),
    Series(Layer::Engine, Asked::Write, 1),
    Series(Layer::Engine, Asked::Write, 64),
];

/// What was measured over all turns, of each series.
type Measured = [Done; SERIES.len()];

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
    let (mut load, mut few) = (World::new(args).await, World::new(args).await);
    few.grow(FEW, 0).await;
    let mut stages = Vec::new();
    for users in args.stages() {
        // As many movements a user in each stage.
        let movements = (args.movements as f64 * users as f64 / args.users as f64) as u64;
        println!("{}", load.grow(users, movements).await);
        let measured = duel(&mut load, &mut few).await;
        print_measured(users, &measured);
        stages.push((users, measured.map(|it| it.map(|done| figures(&done)))));
    }
    print_ratios(&stages);
    for world in [load, few] {
        let users = world.users;
        world.sandbox.stop().await;
        // Stopping writes no balances, so they are added up again as after a kill.
        let began = Instant::now();
        let sandbox = start(world.dir.path()).await;
        let took = began.elapsed();
        let books = sandbox.engine().audit().expect("it reads");
        books.expect("the books are in order");
        sandbox.stop().await;
        println!("{users} users: started again in {took:.0?}; the books are in order");
    }
}

async fn start(dir: &Path) -> Sandbox {
    let sandbox = Sandbox::builder()
        .api_key(wire::KEY)
        .data_dir(dir)
        .frozen_at(moment())
        .partner_funds([funds()]);
    sandbox.start().await.expect("it starts")
}

/// A sandbox on disk, and how much was done in it.
struct World {
    sandbox: Sandbox,
    address: SocketAddr,
    users: usize,
    reads: u64,
    movements: u64,
    dir: TempDir,
}

impl World {
    async fn new(args: &Args) -> Self {
        let dir = match &args.dir {
            Some(dir) => tempfile::tempdir_in(dir),
            None => tempfile::tempdir(),
        };
        let dir = dir.expect("a directory");
        let sandbox = start(dir.path()).await;
        Self {
            address: wire::address(&sandbox).expect("an address"),
            sandbox,
            users: 0,
            reads: 0,
            movements: 0,
            dir,
        }
    }

    /// Makes it so large, and says how fast that was and what it is now.
    async fn grow(&mut self, users: usize, movements: u64) -> String {
        let engine = self.sandbox.engine();
        let began = Instant::now();
        let new = users - self.users;
        add_users(engine, self.users..users).await;
        let users_per_second = new as f64 / began.elapsed().as_secs_f64();
        self.users = users;
        // Each new user was paid in once, which is a movement too.
        self.movements += new as u64;
        let until = Until::Count(movements.saturating_sub(self.movements));
        let done = transfers(engine, BULK, users, uniform, self.movements, until).await;
        self.movements += done.count;
        let movements = match done.count {
            0 => "no more movements, the turns made enough".to_owned(),
            _ => format!("{:.0} movements/s with {BULK} in flight", done.per_second()),
        };
        let seq = engine.read(|it| it.seq()).expect("it reads");
        format!(
            "{users} users, {seq} decisions: {users_per_second:.0} users/s, {movements}; \
             memory {} MB and {} MB of files, disk {} MB",
            resident_megabytes("RssAnon:"),
            resident_megabytes("RssFile:"),
            size_of(self.dir.path()) / 1_048_576,
        )
    }

    /// One turn.
    async fn measure(&mut self, Series(layer, asked, at_once): &Series) -> Done {
        let (users, engine) = (self.users, self.sandbox.engine());
        let first = match asked {
            Asked::Read => self.reads,
            Asked::Write => self.movements,
        };
        let done = match (layer, asked) {
            (Layer::Http, Asked::Read) => {
                self.requests(*at_once, first, move |n| read_request(n, users))
                    .await
            }
            (Layer::Http, Asked::Write) => {
                self.requests(*at_once, first, move |n| write_request(n, users))
                    .await
            }
            (Layer::Engine, Asked::Read) => reads(engine, users, first, TURN / 4),
            (Layer::Engine, Asked::Write) => {
                transfers(engine, *at_once, users, uniform, first, Until::Time(TURN)).await
            }
        };
        match asked {
            Asked::Read => self.reads += done.count,
            Asked::Write => self.movements += done.count,
        }
        done
    }

    async fn requests(
        &self,
        connections: usize,
        first: u64,
        request: impl Fn(u64) -> Vec<u8> + Clone + Send + 'static,
    ) -> Done {
        let done = wire::requests(self.address, connections, TURN, first, request).await;
        done.expect("every answer is a success")
    }
}

fn read_request(n: u64, users: usize) -> Vec<u8> {
    let user = scattered(n, users);
    wire::get_request(&format!("/v1/user/balances/user-{user}"))
}

fn write_request(n: u64, users: usize) -> Vec<u8> {
    let (from, to) = uniform(n, users);
    let body = format!(
        r#"{{"sourceExternalUserId":"user-{from}","destinationExternalUserId":"user-{to}","amount":"0.01","currency":"eur"}}"#
    );
    wire::post_request("/v1/transfer", &body)
}

/// Two worlds take turns.
async fn duel(one: &mut World, other: &mut World) -> [Measured; 2] {
    let mut measured = [Measured::default(), Measured::default()];
    for _ in 0..TURNS {
        for (place, series) in SERIES.iter().enumerate() {
            add(&mut measured[0][place], one.measure(series).await);
            add(&mut measured[1][place], other.measure(series).await);
        }
    }
    for done in measured.iter_mut().flatten() {
        done.took.sort_unstable();
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

fn print_measured(users: usize, [large, small]: &[Measured; 2]) {
    let heads = ["us p50", "p99", "max", "a second", "us CPU", "KB each"];
    let heads = heads.map(|head| format!("{head:>9}")).concat();
    println!(
        "{:22}{:>54}{:>57}",
        "",
        format!("with {users} users"),
        format!("with {FEW} users")
    );
    println!("{:22}{heads}   {heads}", "");
    for (series, (large, small)) in SERIES.iter().zip(large.iter().zip(small)) {
        println!("  {series:<20}{}   {}", cells(large), cells(small));
    }
}

fn cells(done: &Done) -> String {
    let micros = |share| at(share, &done.took).as_micros();
    format!(
        "{:>9}{:>9}{:>9}{:>9.0}{:>9}{:>9}",
        micros(0.5),
        micros(0.99),
        micros(1.0),
        done.per_second(),
        done.cost.cpu_micros(done.count),
        done.cost.kilobytes(done.count),
    )
}

/// What is compared, all in seconds: p50, p99, and of one among many the time between two answers and that on processors.
fn figures(done: &Done) -> [Option<f64>; 4] {
    let at = |share| Some(at(share, &done.took).as_secs_f64());
    let cpu = done.cost.cpu.map(|cpu| cpu.as_secs_f64());
    let cpu = cpu.map(|cpu| cpu / done.count as f64);
    [at(0.5), at(0.99), Some(1.0 / done.per_second()), cpu]
}

/// The figures of every series, with many users and with few.
type Stage = (usize, [[[Option<f64>; 4]; SERIES.len()]; 2]);

fn print_ratios(stages: &[Stage]) {
    println!("\ntimes what it is with {FEW} users, in turns; flat is up to 1.5, over HTTP:");
    let heads = ["p50", "p99", "1 / rate", "CPU each"];
    let heads = heads.map(|head| format!("{head:>10}")).concat();
    println!("{:22}{:>10}{heads}", "", "users");
    for (place, series) in SERIES.iter().enumerate() {
        for (users, [large, small]) in stages {
            let both = large[place].into_iter().zip(small[place]);
            let ratios = both.map(|(large, small)| match large.zip(small) {
                Some((large, small)) => format!("{:>10.2}", large / small),
                None => format!("{:>10}", "?"),
            });
            println!("  {series:<20}{users:>10}{}", ratios.collect::<String>());
        }
    }
}

impl std::fmt::Display for Series {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(layer, asked, at_once) = self;
        let layer = match layer {
            Layer::Http => "HTTP",
            Layer::Engine => "engine",
        };
        let asked = match asked {
            Asked::Read => "read",
            Asked::Write => "write",
        };
        f.pad(&format!("{layer}, {asked}, {at_once} at once"))
    }
}

/// What of this process is in memory; `?` where the system does not say so in a file.
fn resident_megabytes(kind: &str) -> String {
    let size = || {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let line = status.lines().find(|line| line.starts_with(kind))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    };
    size().map_or("?".to_owned(), |kilobytes| (kilobytes / 1_024).to_string())
}

fn size_of(dir: &Path) -> u64 {
    let files = std::fs::read_dir(dir).expect("the directory can be read");
    files
        .filter_map(|file| Some(file.ok()?.metadata().ok()?.len()))
        .sum()
}
