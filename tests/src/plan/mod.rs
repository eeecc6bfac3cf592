//! Random stories: up to sixty commands, weighted so that users get verified, funded, carded, frozen and closed, and
//! that every rare state is walked to now and then.
//!
//! A strategy cannot know which cards will exist, so a generated command names them by a number (`#7`); [`Naming`]
//! turns it into the seventh (modulo) thing that exists by then, or into a name that nobody has.

mod command;
mod naming;
mod outside;
mod papers;
mod scenes;

use std::{collections::BTreeMap, fmt};

use proptest::{collection::vec, prelude::*};

use crate::oracle::{ActiveCards, Command, Oracle, Terms, parse};

pub use command::command;
pub use naming::{Naming, party};

/// A story; its `Debug` is a table, so that proptest's report of a shrunken case can be read.
#[derive(Clone)]
pub struct Plan(pub Vec<Command>);

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f)?;
        self.0
            .iter()
            .try_for_each(|command| writeln!(f, "    {command}"))
    }
}

/// How many commands a story has at most.
pub const LENGTH: usize = 60;

/// What may happen to the provider as a whole.
#[derive(Clone, Copy, Debug)]
pub struct Turns {
    /// It may be stopped and started.
    restarts: bool,
    /// It may be saved and restored.
    snapshots: bool,
}

impl Turns {
    /// Nothing.
    pub const NONE: Self = Self {
        restarts: false,
        snapshots: false,
    };
    /// It is saved and restored.
    pub const SNAPSHOTS: Self = Self {
        restarts: false,
        snapshots: true,
    };
    /// It is stopped and started as well.
    pub const ALL: Self = Self {
        restarts: true,
        snapshots: true,
    };
}

/// One command of any kind, about anybody and anything.
pub fn any_command() -> impl Strategy<Value = Command> {
    prop_oneof![
        6 => command(),
        1 => outside::market(),
        1 => outside::walk(),
        1 => outside::snapshot(),
    ]
}

/// Stories of at most `length` commands; `turns` may happen in the middle of them.
pub fn plans(length: usize, turns: Turns) -> impl Strategy<Value = Plan> {
    let (restarts, snapshots) = (u32::from(turns.restarts), u32::from(turns.snapshots));
    let piece = prop_oneof![
        2 => scenes::onboarding(command::user()),
        2 => scenes::one_lock_used_often(),
        1 => scenes::days_of_new_cards(),
        3 => scenes::one_deposit_decided_often(),
        2 => scenes::one_withdrawal(),
        2 => scenes::one_payout(),
        3 => scenes::one_checkout(),
        2 => scenes::one_underpaid_checkout(),
        2 => scenes::one_card_payment(),
        2 => scenes::one_card(),
        2 => scenes::days_of_spending(),
        2 => scenes::documents_of_one(),
        2 => scenes::proofs_of_one(),
        2 => scenes::papers_of_one(),
        2 => scenes::scripted_market(),
        5 => scenes::one_walk(),
        2 => scenes::one_hurried_checkout(),
        4 => scenes::one_is_asked_everything(),
        36 => command().prop_map(|command| vec![command]),
        2 => outside::market().prop_map(|command| vec![command]),
        4 => outside::walk().prop_map(|command| vec![command]),
    ];
    let piece = prop_oneof![
        60 => piece,
        restarts => Just(vec![Command::Restart]),
        snapshots => outside::snapshot().prop_map(|command| vec![command]),
        snapshots => scenes::back_and_forth(),
    ];
    // Every story opens with two who can act, or most of it would be refusals of strangers.
    let opening = (
        scenes::onboarding(Just("U1".to_owned())),
        scenes::onboarding(Just("U2".to_owned())),
    );
    (opening, vec(piece, 0..length / 2)).prop_map(move |((one, two), pieces)| {
        let commands = one
            .into_iter()
            .chain(two)
            .chain(pieces.into_iter().flatten());
        Plan(commands.take(length).collect())
    })
}

/// A day in March 2026, in milliseconds: people have to be born before.
const NOON: i64 = 1_772_452_800_000;

/// A model for stories that need no sandbox.
pub fn example_world(active_cards: ActiveCards, terms: Terms) -> Oracle {
    let atoms = |pairs: &[(&str, &str)]| -> BTreeMap<String, i64> {
        let pairs = pairs.iter();
        pairs
            .map(|(code, text)| ((*code).to_owned(), parse(text).expect("an amount")))
            .collect()
    };
    let rates = atoms(&[
        ("eur", "1"),
        ("btc", "60000"),
        ("eth", "3000.01"),
        ("ltc", "85"),
        ("doge", "0.1"),
        ("pol", "0.21987654"),
        ("usdc", "0.9"),
        ("usdt", "0.91"),
        ("eurt", "1"),
    ]);
    let funds = atoms(&[("eur", "1000000"), ("btc", "100"), ("usdc", "1000000")]);
    let mut world = Oracle::new(active_cards, terms, NOON, rates, &funds);
    for (code, network, fee) in [
        ("btc", "btc", "0.00001"),
        ("doge", "doge", "0.4"),
        ("usdc", "ethereum", "1.3"),
        ("usdc", "polygon", "0.02"),
        ("usdt", "ethereum", "1.32"),
        ("usdt", "polygon", "0.0213"),
        ("pol", "polygon", "0.1"),
    ] {
        let place = (code.to_owned(), network.to_owned());
        let fee = parse(fee).expect("an amount");
        world.network_fees.insert(place, fee);
    }
    world
}

#[cfg(test)]
mod tests {
    use proptest::{
        strategy::ValueTree,
        test_runner::{Config, TestRunner},
    };

    use super::*;
    use crate::oracle::RULES;

    /// A suite is only as good as its stories: were a rule never broken, nothing would test it.
    #[test]
    fn stories_break_every_rule_and_often_none() {
        let mut runner = TestRunner::new_with_rng(
            Config::default(),
            proptest::test_runner::TestRng::deterministic_rng(
                proptest::test_runner::RngAlgorithm::ChaCha,
            ),
        );
        let mut met: BTreeMap<&str, usize> = BTreeMap::new();
        for _ in 0..500 {
            let plan = plans(LENGTH, Turns::SNAPSHOTS)
                .new_tree(&mut runner)
                .expect("plans can be made")
                .current();
            let mut world = example_world(ActiveCards::Refuse, Terms::strict());
            let mut naming = Naming::default();
            for command in &plan.0 {
                let command = naming.resolve(command, &world);
                let verdict = world
                    .apply(&command)
                    .map_or_else(|rule| rule.name, |()| "ok");
                *met.entry(verdict).or_default() += 1;
            }
        }
        let never: Vec<_> = RULES
            .iter()
            .filter(|rule| !met.contains_key(rule.name))
            .collect();
        assert!(never.is_empty(), "no story breaks {never:?}: {met:#?}");
        let all: usize = met.values().sum();
        assert!(
            met["ok"] * 2 > all,
            "most commands should do something: {met:#?}"
        );
    }
}
