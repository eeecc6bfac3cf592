//! How many stories a suite tells, from which seed, and how much of the tables it has to reach by them.
//!
//! A normal run tells always the same stories, so that what it reaches is a fact about the suite and not about luck.
//! `PROPTEST_CASES` asks for more of them, each time others; with `MODEL_LONG` set, everything must be reached that can be.

use std::env;

use proptest::test_runner::{Config, RngAlgorithm, RngSeed, TestRng, TestRunner};

use crate::{
    coverage::Coverage,
    oracle::{Oracle, Reached},
};

/// One suite of random stories.
#[derive(Debug)]
pub struct Suite {
    name: &'static str,
    cases: u32,
    /// Whether these are the stories of a normal run.
    is_usual: bool,
    floor: usize,
    reached: Reached,
}

impl Suite {
    /// A suite that tells so many stories in a normal run, and reaches at least so many hundredths of all pairs by them.
    pub fn new(name: &'static str, cases: u32, floor: usize) -> Self {
        let asked = env::var("PROPTEST_CASES").ok();
        let asked = asked.and_then(|text| text.parse().ok());
        Self {
            name,
            cases: asked.unwrap_or(cases),
            is_usual: asked.is_none(),
            floor,
            reached: Reached::default(),
        }
    }

    /// What tells the stories.
    pub fn runner(&self) -> TestRunner {
        let config = Config {
            cases: self.cases,
            failure_persistence: None,
            max_shrink_iters: 2_000,
            ..Config::default()
        };
        let is_seeded = config.rng_seed != RngSeed::Random;
        if self.is_usual && !is_seeded {
            // Each suite tells its own.
            let seed = self
                .name
                .bytes()
                .fold(7_u8, |seed, byte| seed.wrapping_mul(31).wrapping_add(byte));
            let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
            return TestRunner::new_with_rng(config, rng);
        }
        TestRunner::new(config)
    }

    /// Notes what a story has reached.
    pub fn reached(&mut self, oracle: &Oracle) {
        self.reached.join(&oracle.reached);
    }

    /// Says how much was reached, and holds that it is enough.
    pub fn check(&self) {
        let coverage = Coverage::of(&self.reached);
        println!("{}: {} stories reached\n{coverage}", self.name, self.cases);
        let is_long = env::var_os("MODEL_LONG").is_some();
        let least = match (is_long, self.is_usual) {
            (true, _) => 100,
            (false, true) => self.floor,
            (false, false) => 0,
        };
        assert!(
            least <= coverage.percent(),
            "{}: less than {least} % of the pairs were reached\n{coverage}",
            self.name
        );
    }
}
