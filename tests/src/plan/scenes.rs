//! Short walks to states that single commands rarely reach, and what is asked there.

use proptest::{collection::vec, prelude::*, sample::select, strategy::BoxedStrategy};

use super::command::{
    amount, any_action, coin, coins, country, currency, distance, limits, link, pay, quote,
    use_card, user,
};
use crate::oracle::{Check, Command, Hosted, Proof, Sender, Settling};

/// Some commands that belong together.
type Scene = Vec<Command>;

/// What was made last of a kind.
fn last() -> String {
    "#last".to_owned()
}

fn wait(milliseconds: i64) -> Command {
    Command::Advance { milliseconds }
}

/// Somebody gets verified, mostly, and then funded and perhaps a card.
pub(super) fn onboarding(who: impl Strategy<Value = String>) -> impl Strategy<Value = Scene> {
    let approval = prop_oneof![8 => Just(Some(0)), 2 => Just(Some(1_000)), 1 => Just(None)];
    // Under strict terms nobody is verified without.
    let more = (
        any::<bool>(),
        prop_oneof![1 => Just(false), 8 => Just(true)],
    );
    (who, country(), approval, 1..300_u32, currency(), more).prop_map(
        |(user, country, approval, amount, currency, (with_card, with_files))| {
            let create = Command::Create {
                user: user.clone(),
                country,
            };
            let files = with_files.then(|| Command::AddFiles { user: user.clone() });
            let verify = Command::Verify { user: user.clone() };
            let approve = match approval {
                Some(0) => Some(Command::Decide {
                    user: user.clone(),
                    approved: true,
                }),
                Some(milliseconds) => Some(wait(milliseconds)),
                None => None,
            };
            let fund = Command::Transfer {
                key: String::new(),
                source: None,
                destination: Some(user.clone()),
                amount: amount.to_string(),
                currency,
            };
            let card = with_card.then_some(Command::CreateCard {
                user,
                key: String::new(),
            });
            let all = [Some(create), files, Some(verify), approve, Some(fund), card];
            all.into_iter().flatten().collect()
        },
    )
}

/// The same lock, used and decided again and again.
pub(super) fn one_lock_used_often() -> impl Strategy<Value = Scene> {
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

/// As many cards as a day allows, and one more, for some days.
pub(super) fn days_of_new_cards() -> impl Strategy<Value = Scene> {
    (user(), 1..4_usize, 4..7_usize).prop_map(|(user, days, a_day)| {
        let card = Command::CreateCard {
            user,
            key: String::new(),
        };
        let mut day = vec![card; a_day];
        day.push(wait(86_400_000));
        vec![day; days].concat()
    })
}

/// A deposit arrives that is not credited at once, and whatever can be decided about it is, in any order.
pub(super) fn one_deposit_decided_often() -> impl Strategy<Value = Scene> {
    let steps = vec(0..8_u8, 1..6);
    user().prop_flat_map(move |user| {
        let unsure = (amount(), proptest::option::of(0..2_usize)).prop_map({
            let user = user.clone();
            move |(amount, account)| Command::Deposit {
                user: user.clone(),
                key: String::new(),
                amount,
                sender: Sender {
                    account,
                    check: Check::Unsure,
                },
            }
        });
        let owner = Just(Some(user.clone())).boxed();
        let arrival = prop_oneof![1 => unsure, 3 => coins(owner)];
        let confirmed = Command::DecideDeposit {
            key: last(),
            approved: true,
        };
        let first = select(vec![None, Some(confirmed), Some(wait(2_000))]);
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
                3 => Command::TravelRule {
                    owner: Some(user.clone()),
                    key: last(),
                },
                4 => Command::Suspend { user: user.clone() },
                5 => Command::Unsuspend { user: user.clone() },
                6 => wait(2_000),
                _ => Command::Read {
                    user: user.clone(),
                    what: crate::oracle::Reading::Contacts,
                },
            };
            std::iter::once(arrival)
                .chain(first)
                .chain(steps.into_iter().map(step))
                .collect()
        })
    })
}

/// Somebody gets coins and withdraws some of them, and the chain decides, perhaps twice.
pub(super) fn one_withdrawal() -> impl Strategy<Value = Scene> {
    let coin = select(&["btc", "usdc", "usdt", "doge", "pol"][..]).prop_map(str::to_owned);
    let network = select(vec![None, Some("polygon".to_owned())]);
    let amounts = vec(1..6_000_u32, 1..3);
    let ends = vec(proptest::option::of(any::<bool>()), 0..4);
    (side(), coin, network, amounts, ends).prop_map(|(owner, currency, network, amounts, ends)| {
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
pub(super) fn one_payout() -> impl Strategy<Value = Scene> {
    let to = select(crate::oracle::Receiver::ALL);
    let ends = vec(any::<bool>(), 1..3);
    (side(), 1..60_u32, to, ends, any::<bool>()).prop_map(|(owner, amount, to, ends, waits)| {
        let payout = Command::PayOut {
            owner,
            key: String::new(),
            amount: amount.to_string(),
            currency: "eur".to_owned(),
            to,
        };
        let mut scene = vec![payout];
        scene.extend(waits.then(|| wait(2_000)));
        scene.extend(ends.into_iter().map(|succeeds| Command::DecidePayOut {
            key: last(),
            succeeds,
        }));
        scene
    })
}

/// An order or a link, paid in any way at any time.
pub(super) fn one_checkout() -> impl Strategy<Value = Scene> {
    let order = (quote(), distance(), any::<bool>()).prop_map(|(quote, pause, late)| {
        let order = Command::Order {
            key: String::new(),
            quote: last(),
        };
        let mut scene = vec![quote];
        scene.extend(late.then(|| wait(pause)));
        scene.extend([order.clone(), order]);
        scene.pop();
        scene
    });
    let link = link().prop_map(|link| vec![link]);
    let times = select(&[0_i64, 1_000, 1_000, 2_000, 60_000, 15 * 60_000, 30 * 60_000][..]);
    let step = prop_oneof![
        3 => pay(Just(last()).boxed()),
        2 => times.prop_map(wait),
    ];
    let start = prop_oneof![order, link];
    (start, vec(step, 1..8)).prop_map(|(mut scene, steps)| {
        scene.extend(steps);
        scene
    })
}

/// A hosted checkout that is paid in part, waits until its window is over, and is paid on.
pub(super) fn one_underpaid_checkout() -> impl Strategy<Value = Scene> {
    let later = vec(pay(Just(last()).boxed()), 0..3);
    (1..60_i64, any::<bool>(), later).prop_map(|(seconds, accepts, later)| {
        let link = Command::Link {
            key: String::new(),
            amount: "30".to_owned(),
            currency: "eur".to_owned(),
            hosted: Some(Hosted {
                expires: seconds,
                window: seconds,
                accepts,
            }),
        };
        let part = Command::Pay {
            checkout: last(),
            amount: "#part".to_owned(),
            currency: "#due".to_owned(),
            network: None,
        };
        let mut scene = vec![link, part.clone(), wait(seconds * 1_000), part];
        scene.extend(later);
        scene
    })
}

/// A card payment, taken, given up and paid back in any order.
pub(super) fn one_card_payment() -> impl Strategy<Value = Scene> {
    let settle = select(Settling::ALL).prop_map(|action| Command::SettleCard {
        key: last(),
        action,
    });
    let step = prop_oneof![4 => settle, 1 => Just(wait(2_000)), 1 => Just(wait(86_400_000))];
    let channel = select(crate::oracle::Channel::ALL);
    let again = proptest::option::of(use_card(Just(last()).boxed()));
    (user(), 1..30_u32, channel, vec(step, 1..7), again).prop_map(
        |(user, amount, channel, steps, again)| {
            let card = Command::CreateCard {
                user,
                key: String::new(),
            };
            let pay = Command::UseCard {
                key: String::new(),
                card: last(),
                amount: amount.to_string(),
                currency: "eur".to_owned(),
                channel,
            };
            let mut scene = vec![card, pay];
            scene.extend(steps);
            scene.extend(again);
            scene
        },
    )
}

/// A card, with whatever can be done to it, in any order.
pub(super) fn one_card() -> impl Strategy<Value = Scene> {
    user().prop_flat_map(|user| {
        let card = Command::CreateCard {
            user: user.clone(),
            key: String::new(),
        };
        let step = (0..7_u8, limits()).prop_map(move |(step, limits)| {
            let (user, card) = (user.clone(), last());
            match step {
                0 | 1 => Command::BlockCard { user, card },
                2 | 3 => Command::UnblockCard { user, card },
                4 => Command::DeleteCard { user, card },
                5 => Command::ChangePin { user, card },
                _ => Command::SetLimits { user, card, limits },
            }
        });
        let step = prop_oneof![3 => step, 1 => use_card(Just(last()).boxed())];
        vec(step, 2..7).prop_map(move |mut steps| {
            steps.insert(0, card.clone());
            steps
        })
    })
}

/// What a card may spend, what it spends on two days, and what comes back of it.
pub(super) fn days_of_spending() -> impl Strategy<Value = Scene> {
    let day = (
        use_card(Just(last()).boxed()),
        vec((0..7_u8, limits()), 0..4),
    );
    let fund = 20..90_u32;
    (user(), limits(), fund, vec(day, 1..4)).prop_map(|(user, limits, fund, days)| {
        let fund = Command::Transfer {
            key: String::new(),
            source: None,
            destination: Some(user.clone()),
            amount: fund.to_string(),
            currency: "eur".to_owned(),
        };
        let card = Command::CreateCard {
            user: user.clone(),
            key: String::new(),
        };
        let first = Command::SetLimits {
            user: user.clone(),
            card: last(),
            limits,
        };
        let mut scene = vec![fund, card, first];
        for (payment, steps) in days {
            scene.push(payment.clone());
            scene.extend(steps.into_iter().map(|(step, limits)| match step {
                0 => payment.clone(),
                1 => wait(2_000),
                2 => wait(86_400_000),
                3 => Command::SettleCard {
                    key: "#0".to_owned(),
                    action: Settling::Refund,
                },
                4 => Command::SettleCard {
                    key: last(),
                    action: Settling::Reverse,
                },
                5 => Command::SettleCard {
                    key: last(),
                    action: Settling::Refund,
                },
                _ => Command::SetLimits {
                    user: user.clone(),
                    card: last(),
                    limits,
                },
            }));
        }
        scene
    })
}

/// Documents, shown and judged in any order.
pub(super) fn documents_of_one() -> impl Strategy<Value = Scene> {
    let who = select(&["U1", "U2", "U3", "U4", "U5"][..]).prop_map(str::to_owned);
    (who, country()).prop_flat_map(|(user, country)| {
        let one = user.clone();
        let step = (0..11_u8, select(Proof::ALL), any::<bool>()).prop_map(
            move |(step, decision, approved)| match step {
                0 => Command::AddFiles { user: one.clone() },
                1 | 2 => Command::AddProof { user: one.clone() },
                3 | 4 => Command::DecideProof {
                    user: one.clone(),
                    decision,
                },
                5 => Command::StartKyc {
                    user: one.clone(),
                    key: String::new(),
                },
                6 => Command::DecideKyc {
                    key: last(),
                    approved,
                },
                7 => Command::Verify { user: one.clone() },
                8 | 9 => Command::Decide {
                    user: one.clone(),
                    approved,
                },
                _ => Command::OpenKyc {
                    user: one.clone(),
                    kyc: last(),
                },
            },
        );
        let create = Command::Create {
            user: user.clone(),
            country,
        };
        let kyc = Command::StartKyc {
            user: user.clone(),
            key: String::new(),
        };
        let files = Command::AddFiles { user: user.clone() };
        let verify = Command::Verify { user };
        let starts = select(vec![vec![kyc], vec![files.clone()], vec![files, verify]]);
        (starts, vec(step, 2..9))
            .prop_map(move |(start, steps)| [vec![create.clone()], start, steps].concat())
    })
}

/// A proof of address, submitted and judged again and again.
pub(super) fn proofs_of_one() -> impl Strategy<Value = Scene> {
    let judged = proptest::option::weighted(0.7, select(Proof::ALL));
    (user(), vec(judged, 2..8)).prop_map(|(user, judged)| {
        let step = |judged| match judged {
            None => Command::AddProof { user: user.clone() },
            Some(decision) => Command::DecideProof {
                user: user.clone(),
                decision,
            },
        };
        let first = Command::AddProof { user: user.clone() };
        std::iter::once(first)
            .chain(judged.into_iter().map(step))
            .collect()
    })
}

/// Somebody is suspended or closed, or neither, and then everything is asked.
pub(super) fn one_is_asked_everything() -> impl Strategy<Value = Scene> {
    let who = prop_oneof![1 => Just("U1"), 2 => Just("U2"), 2 => Just("U3")];
    (who, 0..4_u8).prop_flat_map(|(user, first)| {
        let first = match first {
            0 => Command::Close {
                user: user.to_owned(),
            },
            1 => Command::Unsuspend {
                user: user.to_owned(),
            },
            _ => Command::Suspend {
                user: user.to_owned(),
            },
        };
        vec(any_action(user), 5..20).prop_map(move |mut asked| {
            asked.insert(0, first.clone());
            asked
        })
    })
}

fn side() -> BoxedStrategy<Option<String>> {
    prop_oneof![1 => Just(None), 4 => user().prop_map(Some)].boxed()
}
