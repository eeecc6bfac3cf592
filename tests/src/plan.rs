//! Random stories: up to fifty commands, weighted so that users get verified, funded, carded, frozen and closed.
//!
//! A strategy cannot know which cards will exist, so a generated command names them by a number (`#7`); [`Naming`]
//! turns it into the seventh (modulo) thing that exists by then, or into a name that nobody has.

use std::{collections::BTreeMap, fmt};

use proptest::{collection::vec, prelude::*, sample::select};

use crate::oracle::{ActiveCards, Command, Oracle, parse};

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

/// Stories of at most `length` commands; with `restarts`, the provider is sometimes stopped and started.
pub fn plans(length: usize, restarts: bool) -> impl Strategy<Value = Plan> {
    let restarts = u32::from(restarts);
    let piece = prop_oneof![
        2 => onboarding(user()),
        1 => one_lock_used_often(),
        1 => days_of_new_cards(),
        30 => command().prop_map(|command| vec![command]),
        restarts => Just(vec![Command::Restart]),
    ];
    // Every story opens with two who can act, or most of it would be refusals of strangers.
    let opening = (
        onboarding(Just("U1".to_owned())),
        onboarding(Just("U2".to_owned())),
    );
    (opening, vec(piece, 0..length)).prop_map(move |((one, two), pieces)| {
        let commands = one
            .into_iter()
            .chain(two)
            .chain(pieces.into_iter().flatten());
        Plan(commands.take(length).collect())
    })
}

/// One command, any state.
pub fn command() -> impl Strategy<Value = Command> {
    let named = |make: fn(String) -> Command| user().prop_map(make);
    let sent = (party(), party(), amount(), currency());
    prop_oneof![
        1 => (user(), country()).prop_map(|(user, country)| Command::Create { user, country }),
        1 => named(|user| Command::Verify { user }),
        1 => (user(), any::<bool>()).prop_map(|(user, approved)| Command::Decide { user, approved }),
        1 => (user(), field()).prop_map(|(user, field)| Command::Update { user, field }),
        3 => named(|user| Command::Suspend { user }),
        2 => named(|user| Command::Unsuspend { user }),
        1 => named(|user| Command::Close { user }),
        1 => named(|user| Command::Balances { user }),
        4 => sent.prop_map(|(source, destination, amount, currency)| {
            Command::Transfer { source, destination, amount, currency }
        }),
        2 => (user(), amount()).prop_map(|(user, amount)| Command::Deposit { user, key: String::new(), amount }),
        2 => (user(), amount(), currency()).prop_map(|(user, amount, currency)| {
            Command::PayOut { user, key: String::new(), amount, currency }
        }),
        2 => named(|user| Command::Lock { user, key: String::new() }),
        2 => (user(), pick(), amount(), currency(), currency()).prop_map(|(user, lock, amount, from, to)| {
            Command::Exchange { user, key: String::new(), lock, amount, from, to }
        }),
        1 => (pick(), any::<bool>()).prop_map(|(key, completed)| Command::DecideExchange { key, completed }),
        3 => named(|user| Command::CreateCard { user, key: String::new() }),
        2 => (user(), pick()).prop_map(|(user, card)| Command::BlockCard { user, card }),
        1 => (user(), pick()).prop_map(|(user, card)| Command::UnblockCard { user, card }),
        1 => (user(), pick()).prop_map(|(user, card)| Command::DeleteCard { user, card }),
        2 => (pick(), amount(), currency()).prop_map(|(card, amount, currency)| {
            Command::UseCard { card, amount, currency }
        }),
        2 => distance().prop_map(|milliseconds| Command::Advance { milliseconds }),
    ]
}

/// Somebody gets verified, mostly, and then funded and perhaps a card.
fn onboarding(user: impl Strategy<Value = String>) -> impl Strategy<Value = Vec<Command>> {
    let approval = prop_oneof![8 => Just(Some(0)), 2 => Just(Some(1_000)), 1 => Just(None)];
    (
        user,
        country(),
        approval,
        1..300_u32,
        currency(),
        any::<bool>(),
    )
        .prop_map(|(user, country, approval, amount, currency, with_card)| {
            let create = Command::Create {
                user: user.clone(),
                country,
            };
            let verify = Command::Verify { user: user.clone() };
            let approve = match approval {
                Some(0) => Some(Command::Decide {
                    user: user.clone(),
                    approved: true,
                }),
                Some(milliseconds) => Some(Command::Advance { milliseconds }),
                None => None,
            };
            let amount = amount.to_string();
            let fund = Command::Transfer {
                source: None,
                destination: Some(user.clone()),
                amount,
                currency,
            };
            let card = with_card.then_some(Command::CreateCard {
                user,
                key: String::new(),
            });
            [Some(create), Some(verify), approve, Some(fund), card]
                .into_iter()
                .flatten()
                .collect()
        })
}

/// The same lock and the same exchange, again and again.
fn one_lock_used_often() -> impl Strategy<Value = Vec<Command>> {
    (
        user(),
        1..50_u32,
        currency(),
        distance(),
        vec(any::<bool>(), 0..3),
    )
        .prop_map(|(user, amount, to, pause, decisions)| {
            let last = || "#last".to_owned();
            let exchange = Command::Exchange {
                user: user.clone(),
                key: String::new(),
                lock: last(),
                amount: amount.to_string(),
                from: "eur".to_owned(),
                to,
            };
            let lock = Command::Lock {
                user,
                key: String::new(),
            };
            let pause = Command::Advance {
                milliseconds: pause,
            };
            let mut commands = vec![lock, exchange.clone(), pause, exchange];
            let decide = |completed| Command::DecideExchange {
                key: last(),
                completed,
            };
            commands.extend(decisions.into_iter().map(decide));
            commands
        })
}

/// As many cards as a day allows, and one more, for some days.
fn days_of_new_cards() -> impl Strategy<Value = Vec<Command>> {
    (user(), 1..4_usize, 4..7_usize).prop_map(|(user, days, a_day)| {
        let card = Command::CreateCard {
            user,
            key: String::new(),
        };
        let mut day = vec![card; a_day];
        day.push(Command::Advance {
            milliseconds: 86_400_000,
        });
        vec![day; days].concat()
    })
}

fn user() -> impl Strategy<Value = String> {
    let name = |name: &'static str| Just(name.to_owned());
    prop_oneof![8 => name("U1"), 5 => name("U2"), 2 => name("U3"), 1 => name("nobody")]
}

fn party() -> impl Strategy<Value = Option<String>> {
    prop_oneof![1 => Just(None), 2 => user().prop_map(Some)]
}

fn country() -> impl Strategy<Value = String> {
    prop_oneof![8 => Just("PL"), 1 => Just("DE"), 1 => Just("RU")].prop_map(str::to_owned)
}

fn field() -> impl Strategy<Value = String> {
    let editable = ["email", "phone", "street", "number", "city", "postCode"];
    let fixed = [
        "country",
        "firstName",
        "birthDate",
        "citizenship",
        "nickname",
    ];
    prop_oneof![select(editable.to_vec()), select(fixed.to_vec())].prop_map(str::to_owned)
}

fn currency() -> impl Strategy<Value = String> {
    let code = |code: &'static str| Just(code.to_owned());
    prop_oneof![12 => code("eur"), 3 => code("btc"), 2 => code("usdc"), 1 => code("doge"), 1 => code("xyz")]
}

fn amount() -> impl Strategy<Value = String> {
    prop_oneof![
        10 => (1..120_u32).prop_map(|units| units.to_string()),
        4 => (1..9_999_u32).prop_map(|cents| format!("{}.{:02}", cents / 100, cents % 100)),
        1 => select(&["0", "0.001", "0.00000001", "0.123456", "90000000"][..]).prop_map(str::to_owned),
    ]
}

/// Around every delay and limit that a rule knows, and far beyond.
fn distance() -> impl Strategy<Value = i64> {
    let day = 86_400_000;
    select(vec![
        0,
        1,
        999,
        1_000,
        2_000,
        5_000,
        39_999,
        40_000,
        40_001,
        3_600_000,
        day - 1,
        day,
        31 * day,
        366 * day,
    ])
}

fn pick() -> impl Strategy<Value = String> {
    (0..40_u8).prop_map(|number| format!("#{number}"))
}

/// Gives what a story creates its names (`C1`, `L2`, ...), and finds what a number means.
#[derive(Debug, Default)]
pub struct Naming {
    /// Keeps the names of several clients apart.
    suffix: String,
    given: BTreeMap<char, u32>,
}

impl Naming {
    /// For one of several clients that run at once: what it creates is called like nothing of another client's.
    pub fn for_client(&self, number: usize) -> Self {
        Self {
            suffix: format!("-{number}"),
            given: BTreeMap::new(),
        }
    }

    /// The command with every name filled in, given what exists in `world`.
    pub fn resolve(&mut self, command: &Command, world: &Oracle) -> Command {
        let mut command = self.name(command);
        match &mut command {
            Command::Exchange { user, lock, .. } => {
                *lock = self.chosen('L', lock, owned(&world.locks, |lock| &lock.owner, user));
            }
            Command::DecideExchange { key, .. } => {
                *key = self.chosen('X', key, world.exchanges.keys().collect());
            }
            Command::BlockCard { user, card }
            | Command::UnblockCard { user, card }
            | Command::DeleteCard { user, card } => {
                *card = self.chosen('C', card, owned(&world.cards, |card| &card.owner, user));
            }
            Command::UseCard { card, .. } => {
                *card = self.chosen('C', card, world.cards.keys().collect());
            }
            _ => {}
        }
        command
    }

    /// The command with a name for what it creates.
    pub fn name(&mut self, command: &Command) -> Command {
        let mut command = command.clone();
        match &mut command {
            Command::Deposit { key, .. } => *key = self.next('D'),
            Command::PayOut { key, .. } => *key = self.next('P'),
            Command::Lock { key, .. } => *key = self.next('L'),
            Command::CreateCard { key, .. } => *key = self.next('C'),
            Command::Exchange { key, .. } => *key = self.next('X'),
            _ => {}
        }
        command
    }

    fn next(&mut self, kind: char) -> String {
        let number = self.given.entry(kind).or_insert(0);
        *number += 1;
        format!("{kind}{number}{}", self.suffix)
    }

    fn chosen(&self, kind: char, pick: &str, among: Vec<&String>) -> String {
        let Some(number) = pick.strip_prefix('#') else {
            return pick.to_owned();
        };
        if number == "last" {
            return format!(
                "{kind}{}{}",
                self.given.get(&kind).unwrap_or(&0),
                self.suffix
            );
        }
        let number: usize = number
            .parse()
            .expect("a pick is `#` and a number, or `#last`");
        // One number in forty names something that never existed.
        let missing = among.is_empty() || number == 39;
        if missing {
            "missing".to_owned()
        } else {
            among[number % among.len()].clone()
        }
    }
}

/// The user's own things three times, then everybody's: most picks are legal, some are somebody else's.
fn owned<'a, T>(
    things: &'a BTreeMap<String, T>,
    owner: fn(&T) -> &String,
    user: &str,
) -> Vec<&'a String> {
    let own = things
        .iter()
        .filter(|(_, thing)| owner(thing) == user)
        .map(|(key, _)| key);
    let own: Vec<_> = own.collect();
    let mut all = own.repeat(3);
    all.extend(things.keys());
    all
}

/// A model for stories that need no sandbox, with a country whose residents get no cards.
pub fn example_world(active_cards: ActiveCards) -> Oracle {
    let atoms = |pairs: &[(&str, &str)]| -> BTreeMap<String, i64> {
        let pairs = pairs.iter();
        pairs
            .map(|(code, text)| ((*code).to_owned(), parse(text).expect("an amount")))
            .collect()
    };
    let rates = atoms(&[
        ("eur", "1"),
        ("btc", "60000"),
        ("usdc", "0.9"),
        ("doge", "0.1"),
    ]);
    let funds = atoms(&[("eur", "1000000"), ("btc", "100"), ("usdc", "1000000")]);
    let mut world = Oracle::new(active_cards, 0, rates, &funds);
    world.card_forbidden_countries.insert("RU".to_owned());
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
            let plan = plans(50, false)
                .new_tree(&mut runner)
                .expect("plans can be made")
                .current();
            let mut world = example_world(ActiveCards::Refuse);
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
