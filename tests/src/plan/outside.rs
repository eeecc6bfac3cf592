//! What only an operator of a sandbox asks for: the market, walks, snapshots.

use proptest::{prelude::*, sample::select};

use super::command::{coin, pick, user};
use crate::oracle::{Command, Walked};

/// Something about the market.
pub(super) fn market() -> impl Strategy<Value = Command> {
    prop_oneof![
        4 => set_rate(coin()),
        2 => coin().prop_map(|currency| Command::ReleaseRate { currency }),
        1 => (0..3_i64, select(&[0_i64, 1, 100, 5_000, 5_001][..]))
            .prop_map(|(seed, spread)| Command::Wander { seed, spread }),
        2 => Just(Command::FreezeMarket),
        1 => Just(Command::ResumeMarket),
    ]
}

/// A rate, from next to nothing to very much.
pub(super) fn set_rate(currency: impl Strategy<Value = String>) -> impl Strategy<Value = Command> {
    let rates = [
        "0.00000001",
        "0.5",
        "0.5",
        "1",
        "1",
        "2.00000003",
        "9",
        "60000.12345678",
        "1000000",
        "0",
    ];
    (currency, select(rates.to_vec())).prop_map(|(currency, rate)| Command::SetRate {
        currency,
        rate: rate.to_owned(),
    })
}

/// A walk of anything to any status that it can have, and seldom to one that it cannot.
pub(super) fn walk() -> impl Strategy<Value = Command> {
    select(Walked::ALL).prop_flat_map(|what| {
        let id = if what.is_of_user() {
            user().boxed()
        } else {
            pick().boxed()
        };
        let to = prop_oneof![
            19 => select(what.statuses()),
            1 => select(&["pending", "open", "credited", "gone"][..]),
        ];
        (id, to).prop_map(move |(id, to)| Command::Walk {
            what,
            id,
            to: to.to_owned(),
        })
    })
}

/// Everything is saved, or restored.
pub(super) fn snapshot() -> impl Strategy<Value = Command> {
    prop_oneof![
        1 => Just(Command::Save { key: String::new() }),
        1 => restore(),
    ]
}

/// What was saved is restored, mostly whatever was erased since.
pub(super) fn restore() -> impl Strategy<Value = Command> {
    let erased = proptest::bool::weighted(0.7);
    (pick(), erased).prop_map(|(key, erased)| Command::Restore { key, erased })
}
