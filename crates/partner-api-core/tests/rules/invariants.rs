//! L1 to L14 (L11 and L12 in `limits`), a test each, under random plans and both readings of L4. What bites when a rule is broken is here.

use std::collections::BTreeSet;

use partner_api_core::card::CardState;
use partner_api_core::deposit::DepositState;
use partner_api_core::ledger::{Account, Outside};
use partner_api_core::user::{Standing, UserAction, Verification};
use partner_api_core::{
    ActiveCards, Command, CommandKind, Event, HolderId, Owner, Rule, State, Timestamp, UserId,
    decide,
};
use proptest::prelude::*;

use crate::books::{Sums, gained, sum_of, total};
use crate::guard::probes;
use crate::plan::{Step, USERS, always};
use crate::verdict::expected;
use crate::world::{World, is, is_approved};

const LARGEST_MOVEMENT: i64 = 100_000_000 * 100_000_000;

/// Every decision, on every state on the way, is the one that plain conditions expect; so is the rule that refuses.
#[test]
fn every_verdict_is_the_first_broken_rule_in_precedence() {
    always(check_verdict);
}

pub(crate) fn check_verdict(step: &Step<'_>) -> Result<(), TestCaseError> {
    let verdict = step.verdict.as_ref().map(|_| ());
    let verdict = verdict.map_err(|refusal| refusal.rule);
    prop_assert_eq!(
        verdict,
        expected(step.before, step.command),
        "{:?}",
        step.command
    );
    Ok(())
}

/// No moment, however odd, makes a decision panic; and what is refused on it is still refused with a reason.
#[test]
fn deciding_is_total() {
    let edges = [Timestamp::MIN, Timestamp::EPOCH, Timestamp::MAX];
    always(|step| {
        for now in edges {
            let verdict = decide(&step.before.policy, &step.before.state, step.command, now);
            if let Err(refusal) = verdict {
                prop_assert!(Rule::ALL.contains(&refusal.rule));
                prop_assert!(refusal.to_string().starts_with("cannot "), "{refusal}");
            }
        }
        let nowhere = State::default();
        let verdict = decide(&step.before.policy, &nowhere, step.command, step.before.now);
        let kind = step.command.kind();
        let needs_nobody = [CommandKind::CreateUser, CommandKind::ReceiveDeposit];
        prop_assert!(
            verdict.is_err() || needs_nobody.contains(&kind),
            "{:?}",
            step.command
        );
        Ok(())
    });
}

#[test]
fn l1_the_country_never_changes() {
    always(|step| {
        for (id, user) in &step.before.state.users {
            prop_assert_eq!(step.after.state.users[id].country, user.country);
        }
        if step.command.kind() == CommandKind::UpdateUser {
            prop_assert_eq!(&step.before.state.users, &step.after.state.users);
        }
        Ok(())
    });
}

#[test]
fn l2_identity_is_never_taken_again_after_approval_and_an_update_never_touches_it() {
    always(|step| {
        for (id, user) in &step.before.state.users {
            let after = step.after.state.users[id].verification;
            let was_approved = user.verification == Verification::Approved;
            prop_assert!(
                !was_approved || after == Verification::Approved,
                "{} lost it",
                id
            );
        }
        for event in step.verdict.iter().flatten() {
            let kind = step.command.kind();
            match event {
                Event::IdentityRecorded { holder, .. } => {
                    prop_assert_eq!(kind, CommandKind::AddVerification);
                    prop_assert!(!is_approved(step.before.state.holder(*holder)));
                }
                Event::ProfileUpdated { .. } => prop_assert_eq!(kind, CommandKind::UpdateUser),
                _ => {}
            }
        }
        Ok(())
    });
}

/// A suspended user's balance moves only by what was in flight before, and by closing; no card comes, is unblocked or is
/// used; nothing is credited.
#[test]
fn l3_nothing_moves_and_no_card_comes_alive_while_suspended() {
    always(check_freeze);
}

pub(crate) fn check_freeze(step: &Step<'_>) -> Result<(), TestCaseError> {
    let (before, after) = (&step.before.state, &step.after.state);
    let suspended = before.users.values();
    let suspended = suspended.filter(|user| user.standing == Standing::Suspended);
    for user in suspended {
        let account = Account::User(user.holder);
        let gained = gained(before, after, account);
        let lost = gained.values().any(|atoms| *atoms < 0);
        let may_gain = [CommandKind::Unsuspend, CommandKind::SettleExchange];
        let kind = step.command.kind();
        prop_assert!(!lost || kind == CommandKind::Close, "{:?} takes", kind);
        prop_assert!(
            gained.is_empty() || lost || may_gain.contains(&kind),
            "{:?} gives",
            kind
        );
        let live = |state: &State| -> BTreeSet<_> {
            let cards = state.cards.iter();
            let cards =
                cards.filter(|(_, it)| it.owner == user.holder && it.state == CardState::Active);
            cards.map(|(id, _)| id.clone()).collect()
        };
        prop_assert!(
            live(after).is_subset(&live(before)),
            "{:?} livens a card",
            kind
        );
        let cards = |state: &State| {
            let cards = state.cards.values();
            cards.filter(|card| card.owner == user.holder).count()
        };
        prop_assert_eq!(cards(before), cards(after));
    }
    if let Command::ReceiveDeposit {
        id,
        owner: Owner::User(user),
        ..
    } = step.command
    {
        let deposit = after.deposits.get(id).map(|deposit| deposit.state);
        let is_suspended = is(step.before.user(user), Standing::Suspended);
        prop_assert!(!is_suspended || deposit != Some(DepositState::Credited));
    }
    Ok(())
}

/// In one reading no suspended user ever has an active card; in the other suspending is never refused for cards.
#[test]
fn l4_both_readings_hold() {
    always(|step| {
        let refused = step.verdict.as_ref().err().map(|refusal| refusal.rule);
        if step.after.policy.active_cards == ActiveCards::Freeze {
            prop_assert_ne!(refused, Some(Rule::CardMustNotBeActive));
            return Ok(());
        }
        let cards = step.after.state.cards.values();
        for card in cards.filter(|card| card.state == CardState::Active) {
            let is_suspended = is(step.after.state.holder(card.owner), Standing::Suspended);
            prop_assert!(!is_suspended, "a suspended user has an active card");
        }
        Ok(())
    });
}

/// Suspend, then unsuspend: the same is allowed and refused as before, and nothing else has changed either.
#[test]
fn l5_suspend_then_unsuspend_leaves_every_ability_as_it_was() {
    always(|step| {
        for user in USERS.map(|id| id.parse::<UserId>().expect("well-formed")) {
            let mut world = step.after.clone();
            if !is(world.user(&user), Standing::Open) {
                continue;
            }
            let blocked = block_all(&mut world, &user);
            world.must(&Command::Suspend { user: user.clone() });
            world.must(&Command::Unsuspend { user: user.clone() });
            for card in blocked {
                let user = user.clone();
                world.must(&Command::UnblockCard { user, card });
            }
            prop_assert_eq!(&world.state, &step.after.state);
            for (action, probe) in probes(&world, &user) {
                prop_assert_eq!(world.ask(&probe), step.after.ask(&probe), "{}", action);
            }
        }
        Ok(())
    });
}

/// What was held for the user is credited by unsuspending, to the atom, and by nothing else.
#[test]
fn l5_what_was_held_is_credited() {
    always(check_unsuspending);
}

pub(crate) fn check_unsuspending(step: &Step<'_>) -> Result<(), TestCaseError> {
    let (before, after) = (&step.before.state, &step.after.state);
    let user = match step.command {
        Command::Unsuspend { user } if step.verdict.is_ok() => step.before.user(user),
        _ => None,
    };
    let Some(user) = user else {
        return Ok(());
    };
    let credited = gained(before, after, Account::User(user.holder));
    prop_assert_eq!(credited, held_for(before, user.holder));
    prop_assert!(held_for(after, user.holder).is_empty());
    Ok(())
}

fn held_for(state: &State, holder: HolderId) -> Sums {
    let deposits = state.deposits.values();
    let held = deposits
        .filter(|it| it.owner == Some(Owner::User(holder)) && it.state == DepositState::Held);
    total(held.map(|it| it.money))
}

fn block_all(world: &mut World, user: &UserId) -> Vec<partner_api_core::CardId> {
    let holder = world.state.users[user].holder;
    let cards = world.state.cards.iter();
    let active = cards.filter(|(_, it)| it.owner == holder && it.state == CardState::Active);
    let active: Vec<_> = active.map(|(id, _)| id.clone()).collect();
    for card in active.iter().cloned() {
        let user = user.clone();
        world.must(&Command::BlockCard { user, card });
    }
    active
}

#[test]
fn l6_suspending_the_suspended_and_unsuspending_the_open_change_nothing() {
    always(|step| {
        for id in step.after.state.users.keys() {
            let user = id.clone();
            let command = match step.after.state.users[id].standing {
                Standing::Open => Command::Unsuspend { user },
                Standing::Suspended => Command::Suspend { user },
                Standing::Closed => continue,
            };
            let verdict = step.after.clone().perform(&command);
            prop_assert!(
                verdict.is_ok_and(|events| events.is_empty()),
                "{:?}",
                command
            );
        }
        Ok(())
    });
}

/// Whoever is closed stays so: every probe is refused for that reason, the id is taken, and a deposit goes back.
#[test]
fn l7_closed_is_for_ever() {
    always(|step| {
        for (id, user) in &step.before.state.users {
            if user.standing != Standing::Closed {
                continue;
            }
            prop_assert_eq!(Some(user), step.after.user(id));
            for (action, probe) in probes(step.after, id) {
                let rule = step.after.ask(&probe);
                prop_assert_eq!(rule, Err(Rule::UserMustNotBeClosed), "{}", action);
            }
            for action in [UserAction::ReadBalances, UserAction::ReadCards] {
                let rule = step.after.ask_to_read(id, action);
                prop_assert_eq!(rule, Err(Rule::UserMustNotBeClosed), "{}", action);
            }
        }
        if let Command::ReceiveDeposit {
            id,
            owner: Owner::User(user),
            ..
        } = step.command
        {
            let deposit = step.after.state.deposits.get(id).map(|it| it.state);
            let is_closed = is(step.before.user(user), Standing::Closed);
            prop_assert!(
                !is_closed || step.verdict.is_err() || deposit == Some(DepositState::Returned)
            );
        }
        Ok(())
    });
}

/// What closing clears arrives where it is booked, to the atom; what was held goes back. That the books sum to zero is
/// audited after every command of every plan.
#[test]
fn l8_what_closing_clears_is_booked() {
    always(check_closing);
}

pub(crate) fn check_closing(step: &Step<'_>) -> Result<(), TestCaseError> {
    let (before, after) = (&step.before.state, &step.after.state);
    let forfeited = gained(before, after, Account::Forfeited);
    let closed = match step.command {
        Command::Close { user } if step.verdict.is_ok() => step.before.user(user),
        _ => None,
    };
    let Some(user) = closed else {
        prop_assert!(forfeited.is_empty(), "{:?} forfeits", step.command);
        return Ok(());
    };
    prop_assert_eq!(forfeited, sum_of(before, Account::User(user.holder)));
    prop_assert!(sum_of(after, Account::User(user.holder)).is_empty());
    let returned = gained(before, after, Account::Outside(Outside::Sepa));
    prop_assert_eq!(returned, held_for(before, user.holder));
    let is_alive = |state| state != CardState::Deleted;
    let mut cards = after.cards.values();
    prop_assert!(!cards.any(|card| card.owner == user.holder && is_alive(card.state)));
    Ok(())
}

#[test]
fn l9_nobody_has_a_balance_before_approval() {
    always(|step| {
        for (id, user) in &step.after.state.users {
            let is_approved = user.verification == Verification::Approved;
            let reads = step.after.ask_to_read(id, UserAction::ReadBalances);
            let is_closed = user.standing == Standing::Closed;
            prop_assert_eq!(reads.is_ok(), is_approved && !is_closed);
            let holds = sum_of(&step.after.state, Account::User(user.holder));
            prop_assert!(is_approved || holds.is_empty(), "{} holds {:?}", id, holds);
        }
        Ok(())
    });
}

/// That nobody inside owes is audited after every command of every plan; here: what there is can be spent to the last
/// cent, and not a cent more.
#[test]
fn l10_a_balance_is_spent_to_the_last_atom_and_no_further() {
    always(|step| {
        for (id, user) in &step.after.state.users {
            let able = user.standing == Standing::Open && is_approved(Some(user));
            let balances = step.after.state.balances_of(Account::User(user.holder));
            for (currency, atoms) in balances.filter(|_| able) {
                let spend = |atoms: i64| {
                    let amount = partner_api_core::Amount::from_atoms(atoms).expect("not negative");
                    let money =
                        partner_api_core::Money::new(amount, currency).expect("whole grains");
                    let (id, source) = ("T".parse().expect("well-formed"), Some(id.clone()));
                    step.after.ask(&Command::Transfer {
                        id,
                        source,
                        destination: None,
                        money,
                    })
                };
                let grain = 10_i64.pow(8 - u32::from(currency.decimals()));
                if LARGEST_MOVEMENT < atoms + grain {
                    continue;
                }
                if 0 < atoms {
                    prop_assert_eq!(spend(atoms), Ok(()));
                }
                prop_assert_eq!(spend(atoms + grain), Err(Rule::FundsMustSuffice));
            }
        }
        Ok(())
    });
}

/// One id, one user, for ever: whatever was created under it stays under it, and a second creation is refused.
#[test]
fn l13_an_id_is_given_once() {
    always(|step| {
        for (id, user) in &step.before.state.users {
            prop_assert_eq!(step.after.state.users[id].holder, user.holder);
        }
        let holders: BTreeSet<_> = step
            .after
            .state
            .users
            .values()
            .map(|it| it.holder)
            .collect();
        prop_assert_eq!(holders.len(), step.after.state.users.len());
        if let Command::CreateUser { user, .. } = step.command {
            let refused = step.verdict.as_ref().err().map(|refusal| refusal.rule);
            let is_used = step.before.user(user).is_some();
            prop_assert_eq!(refused, is_used.then_some(Rule::UserIdMustBeUnused));
        }
        Ok(())
    });
}

/// Closing ends with the order to erase; no other command gives it, and nothing personal comes of that user after it.
/// Nothing personal shows in what is printed.
#[test]
fn l14_closing_erases_and_nothing_personal_comes_after() {
    always(check_erasure);
}

pub(crate) fn check_erasure(step: &Step<'_>) -> Result<(), TestCaseError> {
    let (mut erased, mut personal) = (Vec::new(), Vec::new());
    for event in step.verdict.iter().flatten() {
        let owner = match event {
            Event::PersonErased { holder } => {
                erased.push(*holder);
                continue;
            }
            Event::UserCreated { user, .. } => user.holder,
            Event::IdentityRecorded { holder, .. } | Event::ProfileUpdated { holder, .. } => {
                *holder
            }
            Event::SepaTransferCreated { transfer, .. } => match transfer.owner {
                Owner::User(holder) => holder,
                Owner::Partner => continue,
            },
            Event::CardCreated { card, .. } => card.owner,
            _ => continue,
        };
        personal.push(owner);
    }
    let closed = match step.command {
        Command::Close { user } if step.verdict.is_ok() => step.before.user(user),
        _ => None,
    };
    let last = step.verdict.iter().flatten().last();
    let ends_with_erasure = matches!(last, Some(Event::PersonErased { .. }));
    prop_assert_eq!(ends_with_erasure, closed.is_some());
    prop_assert_eq!(erased, Vec::from_iter(closed.map(|user| user.holder)));
    for owner in personal {
        prop_assert!(!is(step.before.state.holder(owner), Standing::Closed));
    }
    let told = format!("{:?} {:?}", step.command, step.verdict).to_lowercase();
    for canary in [
        "canary",
        "4111111111111111",
        "de8937040044",
        "486012",
        "1990-05",
    ] {
        prop_assert!(!told.contains(canary), "{} is told", canary);
    }
    Ok(())
}
