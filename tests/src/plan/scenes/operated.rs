//! Scenes in which an operator has a hand: a scripted market, walks, snapshots.

use proptest::{collection::vec, prelude::*, sample::select};

use super::{Scene, last, side, wait};
use crate::{
    oracle::{Check, Command, Hosted, Questions, Receiver, Sender, Walked},
    plan::{
        command::{command, pay, user},
        outside::{market, restore, set_rate, walk},
    },
};

/// Rates are set and released while somebody holds a lock, a quote, an order and a link.
pub(in crate::plan) fn scripted_market() -> impl Strategy<Value = Scene> {
    let coin = select(&["btc", "usdc", "doge"][..]).prop_map(str::to_owned);
    (side(), coin).prop_flat_map(|(owner, coin)| {
        let exchange = Command::Exchange {
            owner: owner.clone(),
            key: String::new(),
            lock: last(),
            amount: "5".to_owned(),
            from: "eur".to_owned(),
            to: coin.clone(),
        };
        let lock = Command::Lock {
            owner,
            key: String::new(),
        };
        let quote = Command::Quote {
            key: String::new(),
            amount: "20".to_owned(),
            currency: coin.clone(),
            network: None,
        };
        let order = Command::Order {
            key: String::new(),
            quote: last(),
        };
        let link = Command::Link {
            key: String::new(),
            amount: "20".to_owned(),
            currency: "eur".to_owned(),
            hosted: None,
        };
        let release = Command::ReleaseRate {
            currency: coin.clone(),
        };
        let asked = vec![
            lock.clone(),
            exchange.clone(),
            quote.clone(),
            order.clone(),
            link,
        ];
        let moves = vec![
            release,
            Command::FreezeMarket,
            Command::ResumeMarket,
            Command::Wander {
                seed: 1,
                spread: 5_000,
            },
            wait(1_000),
            wait(60_000),
        ];
        let step = prop_oneof![
            3 => set_rate(Just(coin.clone())),
            2 => select(moves),
            3 => select(asked),
            2 => pay(Just(last()).boxed()),
        ];
        let first = set_rate(Just(coin));
        (first, vec(step, 3..10)).prop_map(move |(first, steps)| {
            let held = vec![first, lock.clone(), quote.clone()];
            let used = vec![exchange.clone(), order.clone(), wait(1_000)];
            let (one, two) = steps.split_at(steps.len() / 3);
            [held, one.to_vec(), used, two.to_vec()].concat()
        })
    })
}

/// Something is made, and walked to one status after another; sometimes time passes.
pub(in crate::plan) fn one_walk() -> impl Strategy<Value = Scene> {
    let what = prop_oneof![
        2 => select(Walked::ALL),
        1 => select(&[Walked::Deposit, Walked::Link][..]),
    ];
    let choice = (what, user(), any::<[bool; 3]>());
    choice.prop_flat_map(|(what, user, turns)| {
        let start = start(what, &user, turns);
        let id = if what.is_of_user() { user } else { last() };
        let to = select(targets(what));
        let walk = to.prop_map(move |to| Command::Walk {
            what,
            id: id.clone(),
            to: to.to_owned(),
        });
        let times = select(&[1_000_i64, 2_000, 15 * 60_000, 86_400_000][..]).prop_map(wait);
        let step = prop_oneof![4 => walk, 1 => times];
        vec(step, 2..6).prop_map(move |steps| [start.clone(), steps].concat())
    })
}

/// Where walks lead to: to everything, and more often to where the ways part.
fn targets(what: Walked) -> Vec<&'static str> {
    let mut targets = what.statuses().to_vec();
    match what {
        Walked::Deposit => targets.extend(["waiting_for_travel_rule", "credited", "held", "held"]),
        Walked::Link => targets.extend(["underpaid", "underpaid", "underpaid", "completed"]),
        _ => {}
    }
    targets
}

/// An order or a hosted checkout, walked on faster than its timers go; then they go.
pub(in crate::plan) fn one_hurried_checkout() -> impl Strategy<Value = Scene> {
    let what = select(&[Walked::Order, Walked::Link][..]);
    let to = select(&["open", "underpaid", "confirming", "completed", "expired"][..]);
    let then = select(&["completed", "expired"][..]);
    let then = proptest::option::weighted(0.3, then);
    (what, any::<bool>(), to, then).prop_map(|(what, accepts, to, then)| {
        let walk = |to: &str| Command::Walk {
            what,
            id: last(),
            to: to.to_owned(),
        };
        let mut scene = start(what, "U1", [true, accepts, false]);
        scene.extend([walk(to), wait(1_000)]);
        scene.extend(then.map(walk));
        scene.extend([wait(2_000), wait(15 * 60_000)]);
        scene
    })
}

/// What is walked; what the turns are, each kind says for itself.
fn start(what: Walked, user: &str, turns: [bool; 3]) -> Scene {
    let key = String::new;
    let user = user.to_owned();
    let owner = Some(user.clone());
    let card = Command::CreateCard {
        user: user.clone(),
        key: key(),
    };
    let approved = Command::DecideDeposit {
        key: last(),
        approved: true,
    };
    let eur = || "eur".to_owned();
    match what {
        Walked::Verification => vec![Command::Create {
            user,
            country: "PL".to_owned(),
            born: None,
        }],
        Walked::Standing | Walked::Proof => Vec::new(),
        Walked::Kyc => vec![Command::StartKyc {
            user,
            key: key(),
            asked: Questions::BUSINESS,
        }],
        Walked::Card => vec![card],
        Walked::CardPayment => {
            let pay = Command::UseCard {
                key: key(),
                card: last(),
                amount: "5".to_owned(),
                currency: eur(),
                channel: crate::oracle::Channel::Pos,
            };
            vec![card, pay]
        }
        Walked::Payout => vec![Command::PayOut {
            owner: owner.filter(|_| turns[0]),
            key: key(),
            amount: if turns[1] { "7" } else { "7000000" }.to_owned(),
            currency: eur(),
            to: Receiver::Person,
        }],
        Walked::Withdrawal => {
            let coins = Command::CoinDeposit {
                owner: owner.clone(),
                key: key(),
                amount: "50".to_owned(),
                currency: "usdc".to_owned(),
                network: None,
                asks: false,
            };
            let withdraw = Command::Withdraw {
                owner,
                key: key(),
                amount: "5".to_owned(),
                currency: "usdc".to_owned(),
                network: Some("polygon".to_owned()),
            };
            vec![coins, approved, withdraw]
        }
        Walked::Exchange => {
            let lock = Command::Lock {
                owner: owner.clone(),
                key: key(),
            };
            let exchange = Command::Exchange {
                owner,
                key: key(),
                lock: last(),
                amount: "5".to_owned(),
                from: eur(),
                to: "btc".to_owned(),
            };
            vec![lock, exchange]
        }
        Walked::Deposit => {
            let [asks, by_chain, suspended] = turns;
            // Of somebody who has no card, and so can be suspended.
            let newcomer = || "U8".to_owned();
            let walk = |what, to: &str| Command::Walk {
                what,
                id: newcomer(),
                to: to.to_owned(),
            };
            let create = Command::Create {
                user: newcomer(),
                country: "PL".to_owned(),
                born: None,
            };
            let coins = Command::CoinDeposit {
                owner: Some(newcomer()),
                key: key(),
                amount: "50".to_owned(),
                currency: "usdc".to_owned(),
                network: None,
                asks,
            };
            let unsure = Command::Deposit {
                owner: (!asks).then(newcomer),
                key: key(),
                amount: "5".to_owned(),
                sender: Sender {
                    account: Some(0),
                    check: Check::Unsure,
                },
            };
            let arrival = if by_chain { coins } else { unsure };
            let mut scene = vec![create, walk(Walked::Verification, "approved"), arrival];
            scene.extend(suspended.then(|| walk(Walked::Standing, "suspended")));
            scene
        }
        Walked::Order => {
            let quote = Command::Quote {
                key: key(),
                amount: "20".to_owned(),
                currency: "doge".to_owned(),
                network: None,
            };
            let order = Command::Order {
                key: key(),
                quote: last(),
            };
            vec![quote, order]
        }
        Walked::Link => {
            let [is_hosted, accepts, underpaid] = turns;
            let link = Command::Link {
                key: key(),
                amount: "30".to_owned(),
                currency: eur(),
                hosted: (is_hosted || accepts).then_some(Hosted {
                    expires: 60,
                    window: 60,
                    accepts,
                }),
            };
            let walk = underpaid.then(|| Command::Walk {
                what,
                id: last(),
                to: "underpaid".to_owned(),
            });
            std::iter::once(link).chain(walk).collect()
        }
    }
}

/// Everything is saved, something happens, and everything is put back; then life goes on.
pub(in crate::plan) fn back_and_forth() -> impl Strategy<Value = Scene> {
    let restore = prop_oneof![
        2 => any::<bool>().prop_map(|erased| Command::Restore { key: last(), erased }),
        1 => restore(),
    ];
    let between = prop_oneof![6 => command(), 1 => market(), 1 => walk()];
    (vec(between, 1..8), restore).prop_map(|(between, restore)| {
        let save = Command::Save { key: String::new() };
        let mut scene = vec![save];
        scene.extend(between);
        scene.push(restore);
        scene
    })
}
