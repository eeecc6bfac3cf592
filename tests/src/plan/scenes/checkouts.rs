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

/// A hosted checkout that is paid in part, waits until its window is over, and is paid on.
pub(in crate::plan) fn one_underpaid_checkout() -> impl Strategy<Value = Scene> {
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
