//! Cards: made, blocked, used, and what comes back of what they spent.

use proptest::{collection::vec, prelude::*, sample::select};

use super::{Scene, last, wait};
use crate::{
    oracle::{Channel, Command, Limits, Settling},
    plan::command::{limits, use_card, user},
};

/// As many cards as a day allows, and one more, for some days.
pub(in crate::plan) fn days_of_new_cards() -> impl Strategy<Value = Scene> {
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

/// A card, with whatever can be done to it, in any order.
pub(in crate::plan) fn one_card() -> impl Strategy<Value = Scene> {
    user().prop_flat_map(|user| {
        let card = Command::CreateCard {
            user: user.clone(),
            key: String::new(),
        };
        let step = (0..8_u8, limits()).prop_map(move |(step, limits)| {
            let (user, card) = (user.clone(), last());
            match step {
                0 | 1 => Command::BlockCard { user, card },
                2 | 3 => Command::UnblockCard { user, card },
                4 | 5 => Command::DeleteCard { user, card },
                6 => Command::ChangePin { user, card },
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

/// A card payment, taken, given up and paid back in any order.
pub(in crate::plan) fn one_card_payment() -> impl Strategy<Value = Scene> {
    let settle = select(Settling::ALL).prop_map(|action| Command::SettleCard {
        key: last(),
        action,
    });
    let step = prop_oneof![4 => settle, 1 => Just(wait(2_000)), 1 => Just(wait(86_400_000))];
    let channel = select(Channel::ALL);
    let again = proptest::option::of(use_card(Just(last()).boxed()));
    let suspends = proptest::bool::weighted(0.3);
    let steps = (vec(step.clone(), 0..4), suspends, vec(step, 1..7));
    (user(), 1..30_u32, channel, steps, again).prop_map(
        |(user, amount, channel, (steps, suspends, more), again)| {
            let card = Command::CreateCard {
                user: user.clone(),
                key: String::new(),
            };
            let pay = Command::UseCard {
                key: String::new(),
                card: last(),
                amount: amount.to_string(),
                currency: "eur".to_owned(),
                channel,
            };
            let block = Command::BlockCard {
                user: user.clone(),
                card: last(),
            };
            let mut scene = vec![card, pay];
            scene.extend(steps);
            if suspends {
                scene.extend([block, Command::Suspend { user }]);
            }
            scene.extend(more);
            scene.extend(again);
            scene
        },
    )
}

/// What a card may spend, what it spends on some days, and what comes back of it; there is money enough.
pub(in crate::plan) fn days_of_spending() -> impl Strategy<Value = Scene> {
    let tight = |from: i64| [from..60, from..60, from..60];
    let limits = (tight(10), tight(0)).prop_map(|(daily, more)| Limits {
        daily,
        monthly: [0, 1, 2].map(|place| daily[place] + more[place]),
    });
    let step = (0..12_u8, 1..30_u32, 0..8_u8, limits.clone());
    let channels = vec(select(Channel::ALL), 12);
    (user(), limits, vec(step, 4..14), channels).prop_map(|(user, limits, steps, channels)| {
        let fund = Command::Transfer {
            key: String::new(),
            source: None,
            destination: Some(user.clone()),
            amount: "500".to_owned(),
            currency: "eur".to_owned(),
        };
        let card = Command::CreateCard {
            user: user.clone(),
            key: String::new(),
        };
        let set = |limits| Command::SetLimits {
            user: user.clone(),
            card: last(),
            limits,
        };
        let settle = |of: u8, action| Command::SettleCard {
            key: format!("#{of}"),
            action,
        };
        let mut scene = vec![fund, card, set(limits)];
        let steps = steps.into_iter().zip(channels.into_iter().cycle());
        scene.extend(
            steps.map(|((step, amount, of, limits), channel)| match step {
                0..6 => Command::UseCard {
                    key: String::new(),
                    card: last(),
                    amount: amount.to_string(),
                    currency: "eur".to_owned(),
                    channel,
                },
                6 => wait(2_000),
                7 => wait(86_400_000),
                8 => settle(of, Settling::Reverse),
                9 | 10 => settle(of, Settling::Refund),
                _ => set(limits),
            }),
        );
        scene
    })
}
