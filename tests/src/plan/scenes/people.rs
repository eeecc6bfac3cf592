//! People: verified, documented, judged, suspended, closed.

use proptest::{collection::vec, prelude::*, sample::select};

use super::{Scene, last, wait};
use crate::{
    oracle::{Command, Papers, Photos, Proof, Questions},
    plan::{
        command::{any_action, country, currency, user},
        papers,
    },
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
                born: None,
            };
            let files = with_files.then(|| shown(&user));
            let verify = verified(&user);
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
            let card = with_card.then(|| card(&user));
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
        let step = (0..12_u8, select(Proof::ALL), any::<bool>()).prop_map(
            move |(step, decision, approved)| match step {
                0 => shown(&one),
                1 | 2 => proven(&one),
                3 | 4 => Command::DecideProof {
                    user: one.clone(),
                    decision,
                },
                5 => hosted(&one),
                6 => Command::DecideKyc {
                    key: last(),
                    approved,
                },
                7 => verified(&one),
                8..=10 => Command::Decide {
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
            born: None,
        };
        let (kyc, files, verify) = (hosted(&user), shown(&user), verified(&user));
        let refuse = Command::Decide {
            user: user.clone(),
            approved: false,
        };
        let judge = |approved| Command::DecideKyc {
            key: last(),
            approved,
        };
        let starts = select(vec![
            vec![kyc.clone()],
            vec![kyc.clone(), judge(false), kyc.clone()],
            vec![kyc.clone(), judge(false), judge(false)],
            vec![kyc, judge(true), judge(false)],
            vec![files.clone()],
            vec![files.clone(), verify.clone()],
            vec![files, verify, refuse.clone(), refuse],
        ]);
        (starts, vec(step, 2..9))
            .prop_map(move |(start, steps)| [vec![create.clone()], start, steps].concat())
    })
}

/// Somebody new, with every kind of document.
pub(in crate::plan) fn papers_of_one() -> impl Strategy<Value = Scene> {
    let who = select(&["U3", "U4", "U5", "U6"][..]).prop_map(str::to_owned);
    who.prop_flat_map(|user| {
        let who = || Just(user.clone()).boxed();
        let step = prop_oneof![
            4 => papers::verify(who()),
            2 => papers::photos(who()),
            1 => papers::papers(who()),
            1 => papers::kyc(who()),
            1 => Just(Command::Decide { user: user.clone(), approved: false }),
        ];
        (papers::person(who()), vec(step, 2..8)).prop_map(|(create, steps)| {
            let mut scene = vec![create];
            scene.extend(steps);
            scene
        })
    })
}

fn shown(user: &str) -> Command {
    let (user, files) = (user.to_owned(), Photos::PASSPORT);
    Command::AddFiles { user, files }
}

fn proven(user: &str) -> Command {
    let (user, files) = (user.to_owned(), Papers::ONE);
    Command::AddProof { user, files }
}

fn verified(user: &str) -> Command {
    let (user, by) = (user.to_owned(), None);
    Command::Verify { user, by }
}

fn hosted(user: &str) -> Command {
    Command::StartKyc {
        user: user.to_owned(),
        key: String::new(),
        asked: Questions::BUSINESS,
    }
}

fn card(user: &str) -> Command {
    Command::CreateCard {
        user: user.to_owned(),
        key: String::new(),
    }
}

fn blocked(user: &str, card: &str) -> Command {
    let (user, card) = (user.to_owned(), card.to_owned());
    Command::BlockCard { user, card }
}

/// A proof of address, submitted and judged again and again.
pub(in crate::plan) fn proofs_of_one() -> impl Strategy<Value = Scene> {
    let judged = proptest::option::weighted(0.7, select(Proof::ALL));
    (user(), vec(judged, 2..8)).prop_map(|(user, judged)| {
        let step = |judged| match judged {
            None => proven(&user),
            Some(decision) => Command::DecideProof {
                user: user.clone(),
                decision,
            },
        };
        let first = proven(&user);
        std::iter::once(first)
            .chain(judged.into_iter().map(step))
            .collect()
    })
}

/// Somebody is suspended or closed, or neither, and then everything is asked.
pub(in crate::plan) fn one_is_asked_everything() -> impl Strategy<Value = Scene> {
    let who = prop_oneof![1 => Just("U1"), 2 => Just("U2"), 2 => Just("U3")];
    (who, 0..4_u8, any::<bool>()).prop_flat_map(|(user, first, has_things)| {
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
            born: None,
        };
        let mut scene = vec![create];
        if has_things {
            scene.extend([shown(user), hosted(user), card(user)]);
            // One card may have been there before.
            scene.extend(["#0", "#last"].map(|card| blocked(user, card)));
        }
        scene.push(first);
        vec(any_action(user), 5..20).prop_map(move |asked| [scene.clone(), asked].concat())
    })
}
