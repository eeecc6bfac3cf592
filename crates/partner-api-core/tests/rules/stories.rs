//! Stories as tables: a command a row, its outcome last, two spaces or more between them.
//!
//! The files in `stories/` are data that every world can be told; here it is the pure one, under both readings of L4, or
//! under the one that a `# under` line names. `holds WHO AMOUNT CURRENCY` looks at the books; `WHO` is a user or an account.
//! `restart` is for worlds that have something to restart.

use std::fs;
use std::path::Path;
use std::time::Duration;

use partner_api_core::card::Channel;
use partner_api_core::ledger::Account;
use partner_api_core::user::UserAction;
use partner_api_core::{ActiveCards, Command, Money, Owner, Rule, UserId};

use crate::people::{
    bank_deposit, holder, identity, new_city, profile, rates, receiver, secrets, the,
};
use crate::rows::{self, Row};
use crate::world::{READINGS, World};

#[test]
fn l1_l2_fixed_fields() {
    check_file("l1-l2-fixed-fields");
}

#[test]
fn l3_suspended() {
    check_file("l3-suspended");
}

#[test]
fn l4_refuse() {
    check_file("l4-refuse");
}

#[test]
fn l4_freeze() {
    check_file("l4-freeze");
}

#[test]
fn l5_l6_unsuspended() {
    check_file("l5-l6-unsuspended");
}

#[test]
fn l7_l13_closed() {
    check_file("l7-l13-closed");
}

#[test]
fn l8_forfeited() {
    check_file("l8-forfeited");
}

#[test]
fn l9_unverified() {
    check_file("l9-unverified");
}

#[test]
fn l10_funds() {
    check_file("l10-funds");
}

#[test]
fn l11_locks() {
    check_file("l11-locks");
}

#[test]
fn l12_cards() {
    check_file("l12-cards");
}

#[test]
fn precedence() {
    check_file("precedence");
}

#[test]
fn every_story_is_told() {
    let this = include_str!("stories.rs");
    for entry in fs::read_dir(folder()).expect("the stories are there") {
        let name = entry.expect("the stories can be listed").file_name();
        let name = name.to_string_lossy().replace(".story", "");
        let told = format!("check_file({name:?})");
        assert!(this.contains(&told), "stories/{name}.story has no test");
    }
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/stories"))
}

fn check_file(name: &str) {
    let path = folder().join(name).with_extension("story");
    let story = fs::read_to_string(&path).expect("the story is there");
    let story = rows::read(&story);
    let readings = match story.under {
        Some("refuse") => vec![ActiveCards::Refuse],
        Some("freeze") => vec![ActiveCards::Freeze],
        Some(other) => panic!("{name}: {other:?} is no reading of L4"),
        None => READINGS.to_vec(),
    };
    for reading in readings {
        check_story(name, World::new(reading), &story.rows);
    }
}

fn check_story(name: &str, mut world: World, rows: &[Row<'_>]) {
    for row in rows {
        let at = format!("{name}:{}: {}", row.number, row.line);
        let Some(outcome) = row.outcome else {
            let ["holds", who, amount, currency] = row.words[..] else {
                panic!("{at}: holds WHO AMOUNT CURRENCY");
            };
            let money: Money = the(&format!("{amount} {currency}"));
            let holds = world.state.balance(account(&world, who), money.currency());
            assert_eq!(holds, money.amount().atoms(), "{at}, in atoms");
            continue;
        };
        let told = match tell(&mut world, &row.words) {
            Ok(()) => "ok".to_owned(),
            Err(rule) => rule.to_string(),
        };
        assert_eq!(told, outcome, "{:?} {at}", world.policy.active_cards);
    }
}

fn account(world: &World, who: &str) -> Account {
    match who {
        "partner" => Account::Partner,
        "suspense" => Account::Suspense,
        "settlement" => Account::Settlement,
        "forfeited" => Account::Forfeited,
        "rounding" => Account::Rounding,
        "fees" => Account::Fees,
        user => Account::User(world.state.users[&the(user)].holder),
    }
}

fn tell(world: &mut World, words: &[&str]) -> Result<(), Rule> {
    let command = match *words {
        ["advance", milliseconds, "ms"] => {
            world.advance(Duration::from_millis(the(milliseconds)));
            return Ok(());
        }
        ["restart"] => return Ok(()),
        ["balances", user] => return world.ask_to_read(&the(user), UserAction::ReadBalances),
        _ => command(world, words)?,
    };
    let done = world.perform(&command);
    done.map(|_| ()).map_err(|refusal| refusal.rule)
}

fn command(world: &World, words: &[&str]) -> Result<Command, Rule> {
    let party = |word: &str| (word != "partner").then(|| the::<UserId>(word));
    // What is finer than its currency cannot be expressed here; whoever reads it refuses it by this rule.
    let money = |amount: &str, currency: &str| {
        Money::new(the(amount), the(currency)).map_err(|_| Rule::AmountMustFitCurrency)
    };
    let judge = |user: &str, approved| {
        let found = world.user(&the(user)).ok_or(Rule::UserMustExist)?;
        let holder = found.holder;
        Ok(Command::DecideVerification { holder, approved })
    };
    Ok(match words {
        ["create", user, "in", country] => Command::CreateUser {
            user: the(user),
            holder: holder(world.state.users.len() + 1),
            country: the(country),
            profile: Box::new(profile()),
        },
        ["verify", user] => Command::AddVerification {
            user: the(user),
            identity: Box::new(identity()),
        },
        ["approve", user] => judge(user, true)?,
        ["reject", user] => judge(user, false)?,
        [
            "update",
            user,
            "email" | "phone" | "street" | "number" | "city" | "postCode",
        ] => Command::UpdateUser {
            user: the(user),
            changes: Box::new(new_city()),
        },
        // L1, L2: there is no such field in `ProfileChanges`; whoever reads one refuses it by this rule.
        ["update", _, _] => return Err(Rule::FieldMustBeEditable),
        ["suspend", user] => Command::Suspend { user: the(user) },
        ["unsuspend", user] => Command::Unsuspend { user: the(user) },
        ["close", user] => Command::Close { user: the(user) },
        ["transfer", source, destination, amount, currency] => Command::Transfer {
            id: the(&format!("T{}", world.state.transfers.len())),
            source: party(source),
            destination: party(destination),
            money: money(amount, currency)?,
        },
        ["deposit", user, amount, currency, "as", id] => {
            bank_deposit(the(id), the(user), money(amount, currency)?)
        }
        ["payout", user, amount, currency, "as", id] => Command::PayOut {
            id: the(id),
            owner: Owner::User(the(user)),
            money: money(amount, currency)?,
            receiver: Box::new(receiver()),
        },
        ["lock", user, "as", id] => Command::LockRate {
            id: the(id),
            owner: Owner::User(the(user)),
            rates: rates(),
        },
        [
            "exchange",
            user,
            amount,
            from,
            "to",
            to,
            "with",
            lock,
            "as",
            id,
        ] => Command::Exchange {
            id: the(id),
            owner: Owner::User(the(user)),
            lock: the(lock),
            from: money(amount, from)?,
            to: the(to),
        },
        ["complete", id] => Command::SettleExchange {
            id: the(id),
            completed: true,
        },
        ["fail", id] => Command::SettleExchange {
            id: the(id),
            completed: false,
        },
        ["card", user, "as", id] => Command::CreateCard {
            id: the(id),
            user: the(user),
            label: "holiday".to_owned(),
            secrets: Box::new(secrets()),
        },
        ["block", user, card] => Command::BlockCard {
            user: the(user),
            card: the(card),
        },
        ["unblock", user, card] => Command::UnblockCard {
            user: the(user),
            card: the(card),
        },
        ["delete", user, card] => Command::DeleteCard {
            user: the(user),
            card: the(card),
        },
        ["use", card, amount, currency] => Command::UseCard {
            id: the(&format!("use-{}", world.state.card_transactions.len())),
            card: the(card),
            money: money(amount, currency)?,
            channel: Channel::Pos,
        },
        _ => panic!("{words:?} is no command"),
    })
}
