//! Orders and links, paid in any way at any time.

use proptest::{collection::vec, prelude::*, sample::select};

use super::{Scene, last, wait};
use crate::{
    oracle::{Command, Hosted},
    plan::command::{distance, link, pay, quote},
};

/// An order or a link, paid in any way at any time.
pub(in crate::plan) fn one_checkout() -> impl Strategy<Value = Scene> {
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

/// A hosted checkout that is paid in part, waits until its window is over, or nearly, and is paid on.
pub(in crate::plan) fn one_underpaid_checkout() -> impl Strategy<Value = Scene> {
    let later = vec(pay(Just(last()).boxed()), 0..3);
    let turns = (any::<bool>(), any::<bool>(), any::<bool>());
    (1..60_i64, turns, later).prop_map(|(seconds, (accepts, is_early, is_all), later)| {
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
        let pay = |share: &str| Command::Pay {
            checkout: last(),
            amount: share.to_owned(),
            currency: "#due".to_owned(),
            network: None,
        };
        let pause = wait(1_000 * (seconds - i64::from(is_early)));
        let more = pay(if is_all { "#rest" } else { "#part" });
        let mut scene = vec![link, pay("#part"), pause, more];
        scene.extend(later);
        // What is early is not confirmed before the window is over.
        scene.push(wait(1_000));
        scene
    })
}
