//! Stories as tables: a command a row, its outcome last, two spaces or more between them.
//!
//! `holds WHO AMOUNT CURRENCY` looks at the books instead of asking for anything; `WHO` is a user, `partner`,
//! `suspense`, `settlement`, `forfeited` or `rounding`.

use crate::{
    compare::{differences, misled},
    oracle::{ActiveCards, Command, parse},
    pure::PureWorld,
    stand::Stand,
};

/// A row of a story.
#[derive(Clone, Debug)]
pub enum Row {
    /// Ask for something, and what is answered: `ok`, or a rule with its invariant and code.
    Ask(Command, String),
    /// What an account holds.
    Holds(String, i64, String),
}

/// Reads a table.
pub fn rows(story: &str) -> Vec<Row> {
    let lines = story
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| row(line).unwrap_or_else(|wrong| panic!("{line}: {wrong}")))
        .collect()
}

fn row(line: &str) -> Result<Row, String> {
    if let Some(holding) = line.strip_prefix("holds ") {
        let words: Vec<_> = holding.split_whitespace().collect();
        let [who, amount, currency] = words[..] else {
            return Err("holds WHO AMOUNT CURRENCY".to_owned());
        };
        let atoms = parse(amount).ok_or("an amount that cannot be read")?;
        let is_user = who.starts_with('U');
        let account = if is_user {
            format!("user:{who}")
        } else {
            who.to_owned()
        };
        return Ok(Row::Holds(account, atoms, currency.to_owned()));
    }
    let (command, outcome) = line
        .split_once("  ")
        .ok_or("two spaces come before the outcome")?;
    Ok(Row::Ask(command.parse()?, outcome.trim().to_owned()))
}

/// Runs a story in the model, in the pure rules and, over real sockets, in a sandbox; under both readings of L4.
pub async fn check_story(story: &str) {
    for active_cards in [ActiveCards::Refuse, ActiveCards::Freeze] {
        check_story_under(active_cards, story).await;
    }
}

/// Runs a story under one reading of L4.
pub async fn check_story_under(active_cards: ActiveCards, story: &str) {
    let mut stand = Stand::start_durable(active_cards).await;
    let mut rules = PureWorld::beside(&stand.oracle);
    for row in rows(story) {
        let (command, outcome) = match row {
            Row::Ask(command, outcome) => (command, outcome),
            Row::Holds(account, atoms, currency) => {
                assert_eq!(
                    stand.oracle.books.of(&account, &currency),
                    atoms,
                    "{account} {currency}"
                );
                continue;
            }
        };
        stand.look_at_market(&command).await;
        let verdict = stand.oracle.apply(&command);
        let told = verdict.map_or_else(|rule| rule.to_string(), |()| "ok".to_owned());
        assert_eq!(told, outcome, "{active_cards:?}, the model: {command}");
        let decided = rules.follow(&command, &stand.oracle, verdict);
        assert_eq!(
            decided,
            verdict.map_err(|rule| rule.name),
            "{active_cards:?}, the rules: {command}"
        );
        if command == Command::Restart {
            stand.restart().await;
            continue;
        }
        let observed = stand.driver.perform(&command).await;
        assert!(
            observed.agrees_with(&verdict),
            "{active_cards:?}, the sandbox: {command} {}",
            observed.show()
        );
        assert_eq!(
            misled(&command, &stand.oracle, &stand.driver),
            None,
            "{active_cards:?}, {command}"
        );
    }
    assert_eq!(
        rules.differences(&stand.oracle),
        [""; 0],
        "{active_cards:?}, the rules"
    );
    let found = differences(&stand.oracle, &stand.driver).await;
    assert!(found.is_empty(), "{active_cards:?}:\n{}", found.join("\n"));
}
