//! The matcher against histories made to mislead it: the world knows what happened, the matcher sees what the provider
//! shows.

use std::time::Duration;

use partner_api_core::{LockId, Owner, Timestamp, TransferId, UserId};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::matcher::{Case, Finding, judge};
use super::{Candidate, Limits, Why};
use crate::journal::{Action, Basis, Conclusion, Entry, Intent, IntentId, Reference};

/// What is in doubt. A card carries no time, and was not there before; a link shows once it is paid, and then says when it
/// was made.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Sort {
    Transfer,
    Card,
    Link,
}

/// Ours, of which nobody knows; and what the world knows of it.
#[derive(Clone, Debug)]
struct Ours {
    at: i64,
    until: i64,
    /// When the provider made it, by a true clock; nothing if it never did.
    made_at: Option<i64>,
    /// Whether somebody has paid it, if it is a link.
    is_paid: bool,
    was_told_unknown: bool,
}

/// A movement of the same shape that the journal accounts for, made by an earlier or later entry.
#[derive(Clone, Debug)]
struct Known {
    at: i64,
    made_at: i64,
}

/// A world of one shape. Times are seconds by our clock.
#[derive(Clone, Debug)]
struct World {
    sort: Sort,
    ours: Ours,
    known: Vec<Known>,
    /// What somebody else made, past the journal.
    foreign: Vec<i64>,
    /// How far the provider's clock is ahead of ours.
    skew: i64,
    looked_at: i64,
    /// Whether the provider's records leave out the ids of some movements.
    unnamed: bool,
}

const SKEW: i64 = 300;
const SETTLING: i64 = 600;
const START: i64 = 1_000_000;

fn limits(sole_mover: bool) -> Limits {
    Limits {
        clock_skew: Duration::from_secs(SKEW as u64),
        settling: Duration::from_secs(SETTLING as u64),
        sole_mover,
        ..Limits::V2026_11
    }
}

fn time(second: i64) -> Timestamp {
    Timestamp::from_millis(second * 1000).unwrap()
}

fn reference(number: usize) -> Reference {
    Reference::Transfer(TransferId::new(format!("T{number}")).unwrap())
}

fn transfer() -> Action {
    Action::Transfer {
        source: None,
        destination: Some(UserId::new("anna").unwrap()),
        money: "1 eur".parse().unwrap(),
    }
}

impl Sort {
    fn action(self) -> Action {
        match self {
            Self::Transfer => transfer(),
            Self::Card => Action::CreateCard {
                user: UserId::new("anna").unwrap(),
                before: Some(Vec::new()),
            },
            Self::Link => Action::CreateLink {
                money: "1 eur".parse().unwrap(),
            },
        }
    }
}

fn entry(id: u64, action: Action, at: i64, until: i64, conclusion: Option<Conclusion>) -> Entry {
    let mut intent = Intent::new(action, time(at));
    intent.until = time(until);
    Entry::new(IntentId::new(id), intent, conclusion)
}

/// What the matcher sees of a world, and the reference of what is ours.
fn seen(world: &World) -> (Entry, Vec<Candidate>, Vec<Entry>, Reference) {
    let ours = reference(0);
    let unknown = || Conclusion::Unknown { cards: Vec::new() };
    let conclusion = world.ours.was_told_unknown.then(unknown);
    let action = world.sort.action();
    let (at, until) = (world.ours.at, world.ours.until);
    let entry_ = entry(1, action.clone(), at, until, conclusion);
    let mut shown: Vec<(i64, Reference)> = Vec::new();
    let is_shown = world.sort != Sort::Link || world.ours.is_paid;
    let made_at = world.ours.made_at.filter(|_| is_shown);
    shown.extend(made_at.map(|at| (at, ours.clone())));
    let mut alike = vec![entry_.clone()];
    for (number, known) in world.known.iter().enumerate() {
        let name = reference(100 + number);
        let done = Conclusion::done_as(name.clone());
        let id = 2 + number as u64;
        let (from, to) = (known.at, known.at + 30);
        alike.push(entry(id, action.clone(), from, to, Some(done)));
        shown.push((known.made_at, name));
    }
    for (number, at) in world.foreign.iter().enumerate() {
        shown.push((*at, reference(200 + number)));
    }
    // What the provider has not made yet it does not show.
    shown.retain(|(at, _)| *at <= world.looked_at);
    // What is older than asked for is not looked at, and a card that was there before is not ours.
    let from = limits(true).records_from(&entry_.intent);
    shown.retain(|(at, _)| match world.sort {
        Sort::Card => world.ours.at < *at,
        Sort::Transfer | Sort::Link => from <= time(at + world.skew),
    });
    let candidates = shown
        .into_iter()
        .enumerate()
        .map(|(number, (at, name))| Candidate {
            reference: (!world.unnamed || number % 2 == 1).then_some(name),
            at: match world.sort {
                Sort::Card => entry_.intent.at,
                Sort::Transfer | Sort::Link => time(at + world.skew),
            },
            is_keyed: false,
        });
    let candidates: Vec<Candidate> = candidates.collect();
    (entry_, candidates, alike, ours)
}

fn world() -> impl Strategy<Value = World> {
    // Half of all are crowded into a few minutes.
    let near = || prop_oneof![-900..900_i64, -7200..7200_i64];
    let known = (near(), 0..SETTLING).prop_map(|(at, later)| Known {
        at: START + at,
        made_at: START + at + later,
    });
    // A card that is made is listed after those that were there before.
    let made_at = proptest::option::of(1..30 + SETTLING);
    let sort = prop_oneof![2 => Just(Sort::Transfer), 1 => Just(Sort::Card), 1 => Just(Sort::Link)];
    (
        (sort, made_at, any::<bool>(), any::<bool>()),
        prop::collection::vec(known, 0..4),
        prop_oneof![3 => Just(Vec::new()), 1 => prop::collection::vec(near(), 1..4)],
        -SKEW..=SKEW,
        prop_oneof![0..60_i64, 0..2000_i64, 600..2000_i64].prop_map(|after| START + after),
        prop::bool::weighted(0.1),
    )
        .prop_map(
            |(
                (sort, made_at, is_paid, was_told_unknown),
                known,
                foreign,
                skew,
                looked_at,
                unnamed,
            )| World {
                sort,
                ours: Ours {
                    is_paid,
                    at: START,
                    until: START + 30,
                    made_at: made_at.map(|later| START + later),
                    was_told_unknown,
                },
                known,
                foreign: foreign.into_iter().map(|at| START + at).collect(),
                skew,
                looked_at,
                unnamed,
            },
        )
}

/// What nobody may conclude, whatever the world.
fn check(world: &World, sole_mover: bool) -> TestCaseResult {
    let (entry, candidates, alike, ours) = seen(world);
    let case = Case {
        entry: &entry,
        candidates: &candidates,
        alike: &alike,
        looked_at: time(world.looked_at),
    };
    let finding = judge(&case, &limits(sole_mover));
    let (happened, alone) = (world.ours.made_at, world.foreign.is_empty());
    match &finding {
        Finding::Absent => {
            prop_assert_eq!(happened, None, "forgotten");
            prop_assert_ne!(world.sort, Sort::Link, "it may not be paid yet");
            prop_assert!(START + 30 + SETTLING <= world.looked_at, "too early");
        }
        Finding::Is(found, basis) => {
            prop_assert!(sole_mover, "somebody else may have made it");
            prop_assert_eq!(*basis, Basis::OnlyMatch);
            // Where ours never happened or does not show, and somebody makes one past the journal in spite of the
            // assumption, that one cannot be told from ours. This is what the assumption is needed for, and all.
            let shows = happened.is_some() && (world.sort != Sort::Link || world.ours.is_paid);
            if alone || shows {
                prop_assert_eq!(found, &ours);
            }
            prop_assert!(
                !alike.iter().any(|it| it.reference() == Some(found)),
                "accounted for"
            );
        }
        Finding::NotYet(until) => prop_assert!(time(world.looked_at) < *until),
        Finding::Unclear(Why::NotPaid) => prop_assert_eq!(world.sort, Sort::Link),
        Finding::Unclear(why) => {
            let misled = world.unnamed || !world.foreign.is_empty() || !sole_mover;
            prop_assert!(misled, "nothing misleads here, but: {:?}", why);
        }
        Finding::Done => prop_assert!(false, "a transfer has an id"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn nothing_is_forgotten_and_nothing_is_taken_for_what_it_is_not(world in world()) {
        check(&world, true)?;
        check(&world, false)?;
    }

    /// Where nobody moves past the journal, once the records are settled everything is told.
    #[test]
    fn without_strangers_all_is_told_in_the_end(mut world in world()) {
        world.foreign.clear();
        world.unnamed = false;
        world.looked_at = START + 30 + SETTLING;
        let (entry, candidates, alike, ours) = seen(&world);
        let case = Case {
            entry: &entry,
            candidates: &candidates,
            alike: &alike,
            looked_at: time(world.looked_at),
        };
        let expected = match (world.ours.made_at, world.sort) {
            (Some(_), Sort::Link) if !world.ours.is_paid => Finding::Unclear(Why::NotPaid),
            (None, Sort::Link) => Finding::Unclear(Why::NotPaid),
            (Some(_), _) => Finding::Is(ours, Basis::OnlyMatch),
            (None, _) => Finding::Absent,
        };
        prop_assert_eq!(judge(&case, &limits(true)), expected);
    }
}

fn candidate(name: Option<usize>, second: i64, is_keyed: bool) -> Candidate {
    Candidate {
        reference: name.map(reference),
        at: time(START + second),
        is_keyed,
    }
}

fn finding(
    entry: &Entry,
    candidates: &[Candidate],
    alike: &[Entry],
    looked_at: i64,
    limits: &Limits,
) -> Finding {
    let case = Case {
        entry,
        candidates,
        alike,
        looked_at: time(START + looked_at),
    };
    judge(&case, limits)
}

#[test]
fn what_is_under_way_is_left_alone_and_absence_takes_its_time() {
    let limits = limits(true);
    let begun = entry(1, transfer(), START, START + 30, None);
    let settled = 30 + SETTLING;
    let at =
        |looked_at, candidates: &[Candidate]| finding(&begun, candidates, &[], looked_at, &limits);
    let there = [candidate(Some(0), 1, false)];
    assert_eq!(at(29, &there), Finding::NotYet(time(START + 30)));
    assert_eq!(at(30, &there), Finding::NotYet(time(START + settled)));
    assert_eq!(
        at(settled, &there),
        Finding::Is(reference(0), Basis::OnlyMatch)
    );
    assert_eq!(at(30, &[]), Finding::NotYet(time(START + settled)));
    assert_eq!(at(settled - 1, &[]), Finding::NotYet(time(START + settled)));
    assert_eq!(at(settled, &[]), Finding::Absent);
}

#[test]
fn what_leaves_the_provider_takes_longer_to_be_absent() {
    let payout = Action::PayOut {
        owner: Owner::Partner,
        money: "1 eur".parse().unwrap(),
        token: None,
    };
    let begun = entry(1, payout, START, START + 30, None);
    let limits = Limits::V2026_11;
    let days = |days: i64| days * 24 * 60 * 60;
    assert!(matches!(
        finding(&begun, &[], &[], days(3), &limits),
        Finding::NotYet(_)
    ));
    assert_eq!(finding(&begun, &[], &[], days(5), &limits), Finding::Absent);
}

#[test]
fn a_natural_key_is_enough_whoever_else_moves() {
    let exchange = Action::Exchange {
        owner: Owner::Partner,
        lock: LockId::new("L").unwrap(),
        money: "1 eur".parse().unwrap(),
        to: "btc".parse().unwrap(),
    };
    let begun = entry(1, exchange, START, START + 30, None);
    let limits = limits(false);
    let of = |candidates: &[Candidate]| finding(&begun, candidates, &[], 3000, &limits);
    let ours = candidate(Some(0), 1, true);
    assert_eq!(
        of(std::slice::from_ref(&ours)),
        Finding::Is(reference(0), Basis::NaturalKey)
    );
    assert_eq!(of(&[]), Finding::Absent);
    // The records do not say with which lock it was made: it may be ours.
    let silent = candidate(Some(1), 1, false);
    assert_eq!(
        of(std::slice::from_ref(&silent)),
        Finding::Unclear(Why::NotNamed)
    );
    assert_eq!(of(&[ours, silent]), Finding::Unclear(Why::SeveralFit));
}

/// An order is named by its lock, but only what somebody has paid is in the records.
#[test]
fn an_order_is_found_once_it_is_paid_and_never_absent() {
    let order = Action::CreateOrder {
        lock: LockId::new("L").unwrap(),
    };
    let begun = entry(1, order, START, START + 30, None);
    let limits = limits(false);
    let ours = [candidate(Some(0), 1, true)];
    let found = Finding::Is(reference(0), Basis::NaturalKey);
    assert_eq!(finding(&begun, &ours, &[], 30, &limits), found);
    for looked_at in [30, 3_000, 3_000_000] {
        let nothing = finding(&begun, &[], &[], looked_at, &limits);
        assert_eq!(nothing, Finding::Unclear(Why::NotPaid));
    }
}

#[test]
fn what_is_unclear_says_why() {
    let begun = entry(1, transfer(), START, START + 30, None);
    let inside = candidate(Some(0), 1, false);
    let limits_ = limits(true);
    let of = |candidates: &[Candidate], alike: &[Entry], limits: &Limits| match finding(
        &begun, candidates, alike, 3000, limits,
    ) {
        Finding::Unclear(why) => why,
        clear => panic!("{clear:?}"),
    };
    let two = [inside.clone(), candidate(Some(1), 2, false)];
    assert_eq!(of(&two, &[], &limits_), Why::SeveralFit);
    let before = [candidate(Some(1), -2000, false), inside.clone()];
    assert_eq!(of(&before, &[], &limits_), Why::SomebodyElseMoves);
    assert_eq!(
        of(std::slice::from_ref(&inside), &[], &limits(false)),
        Why::MayBeSomebodyElses
    );
    assert_eq!(
        of(&[candidate(None, 1, false)], &[], &limits_),
        Why::NotNamed
    );
    // Somebody found out that it happened, and did not say as what.
    let silent = entry(
        2,
        transfer(),
        START - 60,
        START - 30,
        Some(Conclusion::done()),
    );
    assert_eq!(of(&[inside], &[silent], &limits_), Why::AnotherEntryFits);
}
