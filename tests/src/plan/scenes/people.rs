//! People: verified, documented, judged, suspended, closed.

use proptest::{collection::vec, prelude::*, sample::select};

use super::{Scene, last, wait};
use crate::{
    oracle::{Command, Proof},
    plan::command::{any_action, country, currency, user},
};

/// Somebody gets verified, mostly, and then funded and perhaps a card.
pub(in crate::plan) fn onboarding(
    who: impl Strategy<Value = String>,
) -> impl Strategy<Value = Scene> {
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

/// Documents, shown and judged in any order.
pub(in crate::plan) fn documents_of_one() -> impl Strategy<Value = Scene> {
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
        let reject = Command::DecideKyc {
            key: last(),
            approved: false,
        };
        let starts = select(vec![
            vec![kyc.clone()],
            vec![kyc.clone(), reject, kyc],
            vec![files.clone()],
            vec![files, verify],
        ]);
        (starts, vec(step, 2..9))
            .prop_map(move |(start, steps)| [vec![create.clone()], start, steps].concat())
    })
}

/// A proof of address, submitted and judged again and again.
pub(in crate::plan) fn proofs_of_one() -> impl Strategy<Value = Scene> {
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
pub(in crate::plan) fn one_is_asked_everything() -> impl Strategy<Value = Scene> {
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
        let create = Command::Create {
            user: user.to_owned(),
            country: "PL".to_owned(),
        };
        vec(any_action(user), 5..20)
            .prop_map(move |asked| [vec![create.clone(), first.clone()], asked].concat())
    })
}
