//! The engine, driven as handlers drive it, on every store.

mod copies;
mod erasure;
mod failures;
mod files;
mod model;
mod people;
mod stories;
mod time;
mod write_behind;

use std::path::Path;
use std::time::Duration;

use partner_api_core::ledger::Account;
use partner_api_core::{Command, Currency, Money, Policy, Rule, Timestamp, UserId};

use super::*;
use people::{create_user, fresh, identity};

const START: &str = "2026-11-23T10:00:00.000Z";

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn user(id: &str) -> UserId {
    id.parse().unwrap()
}

/// A stopped clock and a partner with a million.
fn options(data: Data) -> EngineOptions {
    EngineOptions {
        rate_seed: None,
        data,
        policy: Policy::default(),
        frozen_at: Some(START.parse().unwrap()),
        partner_funds: vec![money("1000000.00 eur"), money("10 btc")],
    }
}

fn ephemeral() -> Engine {
    Engine::open(options(Data::Ephemeral)).unwrap()
}

fn durable(dir: &Path) -> Engine {
    Engine::open(options(Data::Directory(dir.to_owned()))).unwrap()
}

/// Goes on where the directory was left.
fn reopened(dir: &Path) -> Engine {
    let mut options = options(Data::Directory(dir.to_owned()));
    options.frozen_at = None;
    Engine::open(options).unwrap()
}

async fn ok(engine: &Engine, command: Command) -> Vec<Event> {
    let kind = command.kind();
    let decided = engine.execute(command).await.unwrap();
    decided
        .verdict
        .unwrap_or_else(|refusal| panic!("{kind}: {refusal}"))
}

async fn refused(engine: &Engine, command: Command) -> Rule {
    let decided = engine.execute(command).await.unwrap();
    decided.verdict.expect_err("it should be refused").rule
}

/// A verified user with so much money.
async fn verified(engine: &Engine, id: &str, funds: &str) {
    ok(engine, create_user(id)).await;
    ok(
        engine,
        Command::AddVerification {
            user: user(id),
            identity: identity(id),
        },
    )
    .await;
    engine.advance_clock(Duration::from_secs(1)).await.unwrap();
    ok(engine, transfer(None, Some(id), funds)).await;
}

fn transfer(source: Option<&str>, destination: Option<&str>, funds: &str) -> Command {
    Command::Transfer {
        id: fresh(),
        source: source.map(user),
        destination: destination.map(user),
        money: money(funds),
    }
}

fn eur_of(engine: &Engine, id: &str) -> i64 {
    let balances = engine
        .read(|snapshot| {
            let account = match snapshot.user(&user(id))? {
                Some(user) => Account::User(user.holder),
                None => return Ok(vec![]),
            };
            snapshot.balances(account)
        })
        .unwrap();
    let eur = balances.into_iter().find(|(it, _)| *it == Currency::EUR);
    eur.map_or(0, |(_, atoms)| atoms / 1_000_000)
}

fn check_books(engine: &Engine) -> Audit {
    let books = engine.read(|snapshot| snapshot.books()).unwrap();
    assert!(books.iter().all(|it| it.sum == 0), "{books:?}");
    engine.audit().unwrap().unwrap()
}

/// The words of all decisions, with the rule of each that was refused.
fn log(engine: &Engine) -> Vec<String> {
    let decisions = engine.read(|snapshot| snapshot.decisions(0, usize::MAX));
    let decisions = decisions.unwrap();
    let mut last = (0, Timestamp::MIN);
    for decision in &decisions {
        assert!(
            last.0 < decision.seq && last.1 <= decision.at,
            "{decision:?}"
        );
        last = (decision.seq, decision.at);
    }
    let line = |it: Decision| match it.rule {
        Some(rule) => format!("{} {}", it.deed, rule.name()),
        None => it.deed.to_string(),
    };
    decisions.into_iter().map(line).collect()
}
