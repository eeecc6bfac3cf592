//! Money that comes, goes and changes, and what the outside world says to it.

use proptest::{collection::vec, prelude::*, sample::select};

use super::{Scene, last, side, wait};
use crate::{
    oracle::{Check, Command, Receiver, Sender},
    plan::command::{amount, coin, distance, user},
};

/// The same lock, used and decided again and again.
pub(in crate::plan) fn one_lock_used_often() -> impl Strategy<Value = Scene> {
    let what = (1..30_u32, coin());
    let steps = vec((0..6_u8, distance()), 1..6);
    (side(), what, steps).prop_map(|(owner, (amount, to), steps)| {
        let exchange = Command::Exchange {
            owner: owner.clone(),
            key: String::new(),
            lock: last(),
            amount: amount.to_string(),
            from: "eur".to_owned(),
            to,
        };
        let lock = Command::Lock {
            owner,
            key: String::new(),
        };
        let decide = |completed| Command::DecideExchange {
            // After an exchange that was refused there is an older one to decide.
            key: "#0".to_owned(),
            completed,
        };
        let step = |(step, pause)| match step {
            0 => exchange.clone(),
            1 => wait(pause),
            step => decide(step % 2 == 0),
        };
        let steps: Vec<_> = steps.into_iter().map(step).collect();
        [vec![lock, exchange.clone()], steps].concat()
    })
}

/// A deposit arrives that is not credited at once, and whatever can be decided about it is, in any order.
pub(in crate::plan) fn one_deposit_decided_often() -> impl Strategy<Value = Scene> {
    // Seldom is the end the user's.
    let step = prop_oneof![20 => 0..8_u8, 1 => Just(8)];
    let steps = vec(step, 1..6).boxed();
    user().prop_flat_map(move |user| {
        let unsure = (amount(), proptest::option::of(0..2_usize)).prop_map({
            let user = user.clone();
            move |(amount, account)| Command::Deposit {
                owner: Some(user.clone()),
                key: String::new(),
                amount,
                sender: Sender {
                    account,
                    check: Check::Unsure,
                },
            }
        });
        let owner = Some(user.clone());
        let coin = select(&["btc", "usdc", "usdt", "doge"][..]);
        let coins = (coin, proptest::bool::weighted(0.7)).prop_map(move |(currency, asks)| {
            Command::CoinDeposit {
                owner: owner.clone(),
                key: String::new(),
                amount: "7".to_owned(),
                currency: currency.to_owned(),
                network: None,
                asks,
            }
        });
        let arrival = prop_oneof![1 => unsure, 3 => coins];
        let confirmed = Command::DecideDeposit {
            key: last(),
            approved: true,
        };
        let supplied = Command::TravelRule {
            owner: Some(user.clone()),
            key: last(),
        };
        let suspend = Command::Suspend { user: user.clone() };
        let block = Command::BlockCard {
            user: user.clone(),
            card: "#0".to_owned(),
        };
        let first = select(vec![
            vec![],
            vec![confirmed.clone()],
            vec![wait(2_000)],
            vec![block.clone(), suspend.clone(), confirmed.clone(), supplied],
            vec![confirmed.clone(), block, suspend, confirmed],
        ]);
        (arrival, first, steps.clone()).prop_map(move |(arrival, first, steps)| {
            let user = user.clone();
            let step = |step| match step {
                0 | 1 => Command::DecideDeposit {
                    key: last(),
                    approved: true,
                },
                2 => Command::DecideDeposit {
                    key: last(),
                    approved: false,
                },
                4 => Command::Suspend { user: user.clone() },
                5 => Command::Unsuspend { user: user.clone() },
                6 => wait(2_000),
                3 | 7 => Command::TravelRule {
                    owner: Some(user.clone()),
                    key: last(),
                },
                _ => Command::Close { user: user.clone() },
            };
            std::iter::once(arrival)
                .chain(first)
                .chain(steps.into_iter().map(step))
                .collect()
        })
    })
}

/// Somebody gets coins and withdraws some of them, and the chain decides, perhaps twice.
pub(in crate::plan) fn one_withdrawal() -> impl Strategy<Value = Scene> {
    let coin = select(&["btc", "usdc", "usdt", "doge", "pol"][..]).prop_map(str::to_owned);
    let network = select(vec![None, Some("polygon".to_owned())]);
    // Some chains carry nothing that is less than a whole coin or two.
    let amount = prop_oneof![6 => 1..6_000_u32, 1 => 1..90_u32];
    let amounts = vec(amount, 1..3);
    let ends = vec(proptest::option::weighted(0.7, any::<bool>()), 0..5);
    let kind = (coin, network);
    let closes = proptest::bool::weighted(0.2);
    (side(), kind, amounts, closes, ends).prop_map(|(owner, kind, amounts, closes, ends)| {
        let (currency, network) = kind;
        let coins = Command::CoinDeposit {
            owner: owner.clone(),
            key: String::new(),
            amount: "50".to_owned(),
            currency: currency.clone(),
            network: None,
            asks: false,
        };
        let confirmed = Command::DecideDeposit {
            key: last(),
            approved: true,
        };
        let withdraw = |hundredths: u32| Command::Withdraw {
            owner: owner.clone(),
            key: String::new(),
            amount: format!("{}.{:02}", hundredths / 100, hundredths % 100),
            currency: currency.clone(),
            network: network.clone().filter(|_| currency.starts_with("usd")),
        };
        let mut scene = vec![coins, confirmed];
        scene.extend(amounts.into_iter().map(withdraw));
        let leaver = owner.clone().filter(|_| closes);
        scene.extend(leaver.map(|user| Command::Close { user }));
        scene.extend(ends.into_iter().map(|end| match end {
            None => wait(2_000),
            Some(completed) => Command::DecideWithdrawal {
                key: "#0".to_owned(),
                completed,
            },
        }));
        scene
    })
}

/// A payout, and what its bank says, perhaps twice.
pub(in crate::plan) fn one_payout() -> impl Strategy<Value = Scene> {
    let to = select(Receiver::ALL);
    let ends = vec(any::<bool>(), 1..4);
    let turns = (any::<bool>(), proptest::bool::weighted(0.2));
    (side(), 1..60_u32, to, ends, turns).prop_map(|(owner, amount, to, ends, turns)| {
        let (waits, closes) = turns;
        let leaver = owner.clone().filter(|_| closes);
        let payout = Command::PayOut {
            owner,
            key: String::new(),
            amount: amount.to_string(),
            currency: "eur".to_owned(),
            to,
        };
        let mut scene = vec![payout];
        scene.extend(leaver.map(|user| Command::Close { user }));
        scene.extend(waits.then(|| wait(2_000)));
        scene.extend(ends.into_iter().map(|succeeds| Command::DecidePayOut {
            key: last(),
            succeeds,
        }));
        scene
    })
}
