//! The shape of the tables, the order and names of the rules, and the texts of refusals.

use std::collections::BTreeSet;
use std::fmt::Debug;

use expect_test::{Expect, expect};
use partner_api_core::card::{self, CardState, CardTransactionState, Channel};
use partner_api_core::checkout::{self, CheckoutState};
use partner_api_core::deposit::{self, DepositState};
use partner_api_core::documents::{self, PoaState};
use partner_api_core::exchange::{self, ExchangeState};
use partner_api_core::kyc::{self, KycState};
use partner_api_core::lock::{self, LockState};
use partner_api_core::sepa_transfer::{self, SepaTransferState};
use partner_api_core::steps::{Step, allowed, find, path, reachable};
use partner_api_core::transfer::{self, TransferState};
use partner_api_core::user::{self, Standing, UserAction, Verification};
use partner_api_core::withdrawal::{self, WithdrawalState};
use partner_api_core::{ActiveCards, Command, CommandKind, Invariant, Rule, decide};

use crate::people::{secrets, the};
use crate::plan::town;

/// One row a question, and every state can be reached from where things begin.
fn check_table<S, A>(steps: &'static [Step<S, A>], beginnings: &[S], states: &[S])
where
    S: Copy + PartialEq + Debug,
    A: Copy + PartialEq + Debug,
{
    check_paths(steps, states);
    for step in steps {
        let rows = steps
            .iter()
            .filter(|it| it.from == step.from && it.on == step.on);
        assert_eq!(
            rows.count(),
            1,
            "{:?} {:?} has two rows",
            step.from,
            step.on
        );
    }
    for state in states {
        let is_reached = beginnings
            .iter()
            .any(|from| reachable(steps, *from).contains(state));
        assert!(is_reached, "nothing leads to {state:?}");
    }
}

/// Every state that can be reached is reached by the shortest way, and no other state by any.
fn check_paths<S, A>(steps: &'static [Step<S, A>], states: &[S])
where
    S: Copy + PartialEq + Debug,
    A: Copy + PartialEq + Debug,
{
    let lengths = shortest(steps, states);
    for (from, lengths) in states.iter().zip(lengths) {
        for (to, length) in states.iter().zip(lengths) {
            let found = path(steps, *from, *to, |_| true);
            assert_eq!(found.as_ref().map(Vec::len), length, "{from:?} to {to:?}");
            let mut state = *from;
            for row in found.iter().flatten() {
                state = find(steps, state, row.on).expect("a row of the table").to;
            }
            assert_eq!(state == *to, length.is_some(), "{from:?} to {to:?}");
        }
    }
}

/// The number of rows between any two states, by going over all pairs again and again (Floyd and Warshall).
fn shortest<S: Copy + PartialEq, A>(steps: &[Step<S, A>], states: &[S]) -> Vec<Vec<Option<usize>>> {
    let is_row = |a: usize, b: usize| {
        steps
            .iter()
            .any(|step| step.from == states[a] && step.to == states[b])
    };
    let all = 0..states.len();
    let direct = |a: usize| {
        let lengths = all.clone().map(|b| match a == b {
            true => Some(0),
            false => is_row(a, b).then_some(1),
        });
        lengths.collect()
    };
    let mut lengths: Vec<Vec<Option<usize>>> = all.clone().map(direct).collect();
    for over in all.clone() {
        for a in all.clone() {
            for b in all.clone() {
                let via = lengths[a][over].zip(lengths[over][b]);
                let via = via.map(|(there, on)| there + on);
                lengths[a][b] = lengths[a][b].into_iter().chain(via).min();
            }
        }
    }
    lengths
}

#[test]
fn a_path_takes_open_rows_only_and_the_first_of_equal_ones() {
    use checkout::CheckoutAction::{AcceptPart, AssignWallet, Confirm, Expire, PayFull, PayPart};
    let walk = |from, to, closed: &[checkout::CheckoutAction]| {
        let rows = path(checkout::STEPS, from, to, |row| !closed.contains(&row.on))?;
        Some(rows.iter().map(|row| row.on).collect::<Vec<_>>())
    };
    let (start, end) = (CheckoutState::WaitingForWallet, CheckoutState::Completed);
    assert_eq!(
        walk(start, end, &[]),
        Some(vec![AssignWallet, PayPart, AcceptPart])
    );
    assert_eq!(
        walk(start, end, &[AcceptPart]),
        Some(vec![AssignWallet, PayFull, Confirm])
    );
    assert_eq!(walk(start, end, &[AcceptPart, Confirm]), None);
    assert_eq!(walk(end, end, &[]), Some(vec![]));
    assert_eq!(walk(end, CheckoutState::Expired, &[]), None);
    assert_eq!(
        walk(CheckoutState::Open, CheckoutState::Expired, &[]),
        Some(vec![Expire])
    );
}

#[test]
fn every_table_answers_once_and_reaches_every_state() {
    use SepaTransferState::{Funded, Unfunded};
    check_table(user::STEPS, &[Standing::Open], Standing::ALL);
    check_table(
        user::VERIFICATION_STEPS,
        &[Verification::Registered],
        Verification::ALL,
    );
    check_table(card::STEPS, &[CardState::Active], CardState::ALL);
    check_table(
        transfer::STEPS,
        &[TransferState::Pending],
        TransferState::ALL,
    );
    check_table(
        sepa_transfer::STEPS,
        &[Funded, Unfunded],
        SepaTransferState::ALL,
    );
    check_table(
        exchange::STEPS,
        &[ExchangeState::Pending],
        ExchangeState::ALL,
    );
    check_table(lock::STEPS, &[LockState::Open], LockState::ALL);
    check_table(deposit::STEPS, &[DepositState::Checking], DepositState::ALL);
    check_table(
        withdrawal::STEPS,
        &[WithdrawalState::Pending],
        WithdrawalState::ALL,
    );
    check_table(
        card::TRANSACTION_STEPS,
        &[CardTransactionState::Authorised],
        CardTransactionState::ALL,
    );
    check_table(kyc::STEPS, &[KycState::Pending], KycState::ALL);
    check_table(documents::POA_STEPS, &[PoaState::Missing], PoaState::ALL);
    check_table(
        checkout::STEPS,
        &[CheckoutState::WaitingForWallet],
        CheckoutState::ALL,
    );
}

#[test]
fn l7_no_row_leaves_closed_and_l2_none_leaves_approved() {
    assert_eq!(allowed(user::STEPS, Standing::Closed).count(), 0);
    assert_eq!(
        allowed(user::VERIFICATION_STEPS, Verification::Approved).count(),
        0
    );
}

/// Whoever adds an action decides here, too, whether a suspended user may.
#[test]
fn l3_what_a_suspended_user_has_no_row_for() {
    let denied = UserAction::ALL.iter().copied();
    let denied = denied.filter(|it| find(user::STEPS, Standing::Suspended, *it).is_none());
    let denied: Vec<_> = denied.map(UserAction::as_str).collect();
    expect!["transfer, pay_out, withdraw, lock_rate, exchange, receive_deposit, create_card, unblock_card, change_pin, set_limits, use_card"]
        .assert_eq(&denied.join(", "));
    for action in UserAction::ALL.iter().copied() {
        assert!(
            find(user::STEPS, Standing::Open, action).is_some(),
            "{action}"
        );
    }
}

#[test]
fn l6_repeating_has_a_row_that_changes_nothing() {
    for (standing, action) in [
        (Standing::Suspended, UserAction::Suspend),
        (Standing::Open, UserAction::Unsuspend),
    ] {
        let row = find(user::STEPS, standing, action).expect("L6 has a row");
        assert_eq!((row.to, row.needs), (standing, &[][..]));
    }
}

#[test]
fn rules_are_in_order_of_precedence_and_have_names_of_their_own() {
    assert!(Rule::ALL.is_sorted(), "the declaration is the precedence");
    let names: BTreeSet<_> = Rule::ALL.iter().map(|rule| rule.name()).collect();
    assert_eq!(names.len(), Rule::ALL.len());
    for rule in Rule::ALL {
        assert_eq!(rule.name().parse(), Ok(*rule));
        assert_eq!(rule.to_string().parse(), Ok(*rule));
    }
    assert!("L4 no_such_rule".parse::<Rule>().is_err());
}

/// The rest are guarded by types (L2), by what closing decides (L8, L14), or by rows without effect (L5, L6).
#[test]
fn the_invariants_that_a_rule_guards() {
    let guarded = Rule::ALL.iter().filter_map(|rule| rule.invariant());
    let guarded: BTreeSet<Invariant> = guarded.collect();
    let guarded: Vec<_> = guarded.into_iter().map(|it| it.to_string()).collect();
    expect!["L1 L3 L4 L7 L9 L10 L11 L12 L13"].assert_eq(&guarded.join(" "));
}

#[test]
fn stored_words_are_read_back() {
    macro_rules! check {
        ($($words:ty),*) => {$(
            let words: BTreeSet<_> = <$words>::ALL.iter().map(|it| it.as_str()).collect();
            assert_eq!(words.len(), <$words>::ALL.len());
            for it in <$words>::ALL {
                assert_eq!(it.as_str().parse(), Ok(*it));
            }
        )*};
    }
    check!(
        Standing,
        Verification,
        UserAction,
        CardState,
        TransferState,
        SepaTransferState
    );
    check!(ExchangeState, LockState, DepositState, CommandKind);
}

fn check_text(command: &Command, expected: Expect) {
    let mut world = town(ActiveCards::Refuse);
    world.must(&Command::CreateCard {
        id: the("C1"),
        user: the("U1"),
        label: "holiday".to_owned(),
        secrets: Box::new(secrets()),
    });
    world.must(&Command::Suspend { user: the("U2") });
    world.must(&Command::Close { user: the("U3") });
    let refusal = decide(&world.policy, &world.state, command, world.now);
    let refusal = refusal.expect_err("every text is of a refusal");
    let allowed: Vec<_> = refusal.allowed.iter().map(|it| it.as_str()).collect();
    expected.assert_eq(&format!("{refusal}\nallowed: {}", allowed.join(" ")));
}

#[test]
fn refusals_say_what_was_asked_what_stands_in_the_way_and_what_to_do() {
    check_text(
        &Command::Suspend { user: the("U1") },
        expect![[r#"
            cannot suspend user U1: card C1 is active (L4); block or delete it first, or suspend through the domain layer, which does
            allowed: update verify suspend unsuspend close add_kyc_files start_kyc read_kyc add_poa_files read_balances read_history read_deposit_info read_contacts read_cards transfer pay_out withdraw lock_rate exchange receive_deposit supply_travel_rule create_card block_card unblock_card delete_card change_pin read_limits set_limits use_card"#]],
    );
    check_text(
        &Command::Transfer {
            id: the("T1"),
            source: Some(the("U1")),
            destination: Some(the("U2")),
            money: the("1.00 eur"),
        },
        expect![[r#"
            cannot transfer from user U1 to user U2: user U2 is suspended (L3); unsuspend the user first
            allowed: update verify suspend unsuspend close add_kyc_files start_kyc read_kyc add_poa_files read_balances read_history read_deposit_info read_contacts supply_travel_rule read_cards read_limits block_card delete_card"#]],
    );
    check_text(
        &Command::Unsuspend { user: the("U3") },
        expect![[r#"
            cannot unsuspend user U3: user U3 is closed (L7); nothing can be done any more; create a user under a new id
            allowed: "#]],
    );
    check_text(
        &Command::UseCard {
            id: the("S1"),
            card: the("C1"),
            money: the("100.01 eur"),
            channel: Channel::Pos,
        },
        expect![[r#"
            cannot use card C1: the balance is too small (L10); fund it first, or move less
            allowed: update verify suspend unsuspend close add_kyc_files start_kyc read_kyc add_poa_files read_balances read_history read_deposit_info read_contacts read_cards transfer pay_out withdraw lock_rate exchange receive_deposit supply_travel_rule create_card block_card unblock_card delete_card change_pin read_limits set_limits use_card"#]],
    );
    check_text(
        &Command::SettlePayOut {
            id: the("P1"),
            succeeds: true,
        },
        expect![[r#"
            cannot settle payout P1: the payout does not exist; check the id
            allowed: "#]],
    );
}
