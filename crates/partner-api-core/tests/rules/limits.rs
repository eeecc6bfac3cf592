//! L11 and L12: what is counted and timed. One user does little else, so that plans come to the limits, and the verdict
//! is checked on the way: a limit that is too strict bites as well.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use partner_api_core::card::CardState;
use partner_api_core::lock::LockState;
use partner_api_core::{Currency, HolderId};
use proptest::prelude::*;

use crate::invariants::check_verdict;
use crate::plan::{Move, Step, always, town, walk};
use crate::world::is_approved;

const DAY: Duration = Duration::from_secs(86_400);

/// Every exchange has a lock of its own, of the same user, made at most forty seconds before; and the lock is used up.
///
/// Plans of every kind hardly ever use one lock twice, or one that is just too old; so one user does little else here.
#[test]
fn l11_a_lock_is_used_once_and_in_time() {
    let exchange = (0_usize..2, proptest::bool::weighted(0.9)).prop_map(|(lock, is_owner)| {
        let (user, to) = (usize::from(!is_owner), Currency::BTC);
        let from = "0.01 eur";
        Move::Exchange {
            user,
            lock,
            from,
            to,
        }
    });
    let busy = prop_oneof![
        2 => Just(Move::Lock { user: 0 }),
        4 => exchange,
        1 => any::<bool>().prop_map(|completed| Move::Settle { exchange: 0, completed }),
        2 => proptest::sample::select(&[1, 2_000, 39_999, 40_000, 40_001][..])
            .prop_map(|milliseconds| Move::Wait { milliseconds }),
    ];
    walk(town, busy, |step| {
        check_verdict(step).and_then(|()| check_locks(step))
    });
    always(check_locks);
}

fn check_locks(step: &Step<'_>) -> Result<(), TestCaseError> {
    let state = &step.after.state;
    let mut used = BTreeSet::new();
    for exchange in state.exchanges.values() {
        prop_assert!(
            used.insert(&exchange.lock),
            "{} was used twice",
            exchange.lock
        );
        let lock = &state.locks[&exchange.lock];
        prop_assert_eq!(lock.state, LockState::Used);
        prop_assert_eq!(lock.owner, exchange.owner);
        let age = exchange.created_at.since(lock.created_at);
        prop_assert!(age <= Duration::from_secs(40), "used after {:?}", age);
    }
    let locks = state.locks.values();
    let spent = locks.filter(|it| it.state == LockState::Used);
    prop_assert_eq!(spent.count(), used.len());
    Ok(())
}

/// Counted anew at every moment: cards held, cards made in each window, and for whom.
#[test]
fn l12_cards_stay_within_their_limits() {
    let busy = prop_oneof![
        6 => Just(Move::Card { user: 0 }),
        3 => (0_usize..12).prop_map(|card| Move::Delete { user: 0, card }),
        1 => (0_usize..12).prop_map(|card| Move::Block { user: 0, card }),
        3 => proptest::sample::select(&[1, 43_200_000, 86_400_000, 864_000_000, 2_592_000_000][..])
            .prop_map(|milliseconds| Move::Wait { milliseconds }),
    ];
    walk(town, busy, |step| {
        check_verdict(step).and_then(|()| check_card_limits(step))
    });
    always(check_card_limits);
}

fn check_card_limits(step: &Step<'_>) -> Result<(), TestCaseError> {
    let state = &step.after.state;
    let mut by_owner = BTreeMap::<HolderId, Vec<_>>::new();
    for card in state.cards.values() {
        by_owner.entry(card.owner).or_default().push(card);
    }
    for (owner, cards) in by_owner {
        let user = state.holder(owner);
        prop_assert!(is_approved(user), "an unverified user has a card");
        prop_assert!(user.is_some_and(|user| user.country.as_str() != "KP"));
        let held = cards.iter().filter(|card| card.state != CardState::Deleted);
        prop_assert!(held.count() <= 10);
        for (limit, window) in [(5, DAY), (10, 30 * DAY), (20, 365 * DAY)] {
            // A window that ends with any card's creation: the fullest there can be.
            for last in &cards {
                let within = cards.iter().filter(|card| {
                    card.created_at <= last.created_at
                        && last.created_at.since(card.created_at) < window
                });
                prop_assert!(
                    within.count() <= limit,
                    "more than {} in {:?}",
                    limit,
                    window
                );
            }
        }
    }
    Ok(())
}
