//! Closing: a plan, a confirmation that names what is given up, and no account half closed.

use partner_api_domain::core::user::Standing;
use partner_api_domain::core::{Money, Rule};
use partner_api_domain::journal::{Action, Conclusion, Reference};
use partner_api_domain::{Blocker, ClosureProof, Decision, Holding, PayOut};

use crate::fake::{FAULTS, Fake, Fault, card};

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

async fn close(
    fake: &Fake,
    expected: &str,
) -> Result<partner_api_domain::ClosureReport, partner_api_domain::Error> {
    let plan = fake.anna().plan_closure().await?;
    plan.ready()?
        .confirm()
        .forfeit_balances([money(expected)])
        .await
}

#[tokio::test]
async fn a_plan_changes_nothing_and_names_what_would_be_lost() {
    let fake = Fake::with_cards("C1 C2-blocked C3-deleted");
    let plan = fake.anna().plan_closure().await.unwrap();
    assert_eq!(plan.balances.held(), [Holding::from(money("100 eur"))]);
    let cards: Vec<_> = plan.cards.iter().map(|card| card.id.as_str()).collect();
    assert_eq!(cards, ["C1", "C2"]);
    assert!(plan.blockers.is_empty() && plan.pending.is_empty());
    assert!(
        fake.steps_since(0)
            .iter()
            .all(|step| step.starts_with("GET"))
    );
    assert_eq!(fake.journal.entries(), []);
}

#[tokio::test]
async fn naming_exactly_what_is_there_closes() {
    let fake = Fake::with_cards("C1");
    let plan = fake.anna().plan_closure().await.unwrap();
    let before = fake.steps();
    let report = plan
        .ready()
        .unwrap()
        .confirm()
        .forfeit_balances(&plan.balances)
        .await
        .unwrap();
    assert_eq!(report.forfeited, [Holding::from(money("100 eur"))]);
    assert_eq!(report.proof, ClosureProof::Acknowledged);
    assert_eq!(fake.standing(), Standing::Closed);
    let steps = [
        "GET /v1/card/all/anna",
        "PATCH /v1/card/block C1",
        "PATCH /v1/user/suspend/anna",
        "GET /v1/user/balances/anna",
        "DELETE /v1/user/anna",
    ];
    assert_eq!(fake.steps_since(before), steps);
}

#[tokio::test]
async fn money_that_was_not_named_leaves_the_user_suspended_and_says_what_is_there() {
    let fake = Fake::with_cards("C1");
    let ready = fake.anna().plan_closure().await.unwrap().ready().unwrap();
    let error = ready.confirm().await.unwrap_err();
    assert_eq!(fake.standing(), Standing::Suspended);
    let progress = error.closure().unwrap();
    assert_eq!(
        progress.found.as_deref(),
        Some(&[Holding::from(money("100 eur"))][..])
    );
    assert_eq!(progress.suspension.blocked, [card("C1")]);
    assert!(
        !error.may_have_moved_money() && error.to_string().contains("100 eur"),
        "{error}"
    );
    // Nobody asked for a deletion, so none is journaled.
    assert!(
        !fake
            .journal
            .entries()
            .iter()
            .any(|it| matches!(it.intent.action, Action::Close { .. }))
    );
    // The way back: unsuspending restores the card that the closure blocked.
    fake.anna().unsuspend().await.unwrap();
    assert_eq!(fake.active(), "C1");
}

#[tokio::test]
async fn money_that_arrives_between_plan_and_confirmation_is_found() {
    let fake = Fake::with_cards("");
    fake.world().eur = "0".to_owned();
    let ready = fake.anna().plan_closure().await.unwrap().ready().unwrap();
    fake.world().eur = "0.01".to_owned();
    assert!(ready.confirm().await.unwrap_err().closure().is_some());
    assert_eq!(fake.standing(), Standing::Suspended);
    fake.world().eur = "0".to_owned();
    ready.confirm().await.unwrap();
    assert_eq!(fake.standing(), Standing::Closed);
}

#[tokio::test]
async fn a_user_who_was_never_verified_has_nothing_to_give_up() {
    let fake = Fake::with_cards("");
    fake.world().verified = false;
    let plan = fake.anna().plan_closure().await.unwrap();
    assert!(plan.balances.is_empty());
    plan.ready().unwrap().confirm().await.unwrap();
    assert_eq!(fake.standing(), Standing::Closed);
}

#[tokio::test]
async fn an_unsettled_payout_blocks_until_it_is_settled() {
    let fake = Fake::with_cards("");
    let iban = "DE89370400440532013000".parse().unwrap();
    let payout = PayOut::to_own_account(iban, money("1 eur")).titled("rent".parse().unwrap());
    fake.anna().pay_out(payout).await.unwrap().done().unwrap();
    let plan = fake.anna().plan_closure().await.unwrap();
    assert!(
        matches!(&plan.blockers[..], [Blocker::Unsettled(_)]),
        "{:?}",
        plan.blockers
    );
    let error = plan.ready().unwrap_err();
    assert_eq!(error.blockers().len(), 1);
    assert_eq!(
        error.to_string(),
        "cannot close user anna: payout P1 is not settled; wait until it is settled, or resolve it"
    );
    fake.world().payouts.insert("P1".to_owned(), "SUCCESSFUL");
    close(&fake, "100 eur").await.unwrap();
}

#[tokio::test]
async fn a_payout_started_between_plan_and_confirmation_stops_it() {
    let fake = Fake::with_cards("");
    let ready = fake.anna().plan_closure().await.unwrap().ready().unwrap();
    let iban = "DE89370400440532013000".parse().unwrap();
    let payout = PayOut::to_own_account(iban, money("1 eur")).titled("rent".parse().unwrap());
    fake.anna().pay_out(payout).await.unwrap().done().unwrap();
    let confirm = || ready.confirm().forfeit_balances([money("100 eur")]);
    let error = confirm().await.unwrap_err();
    assert_eq!(error.blockers().len(), 1);
    assert!(error.closure().unwrap().suspension.suspended);
    fake.world().payouts.insert("P1".to_owned(), "FAILED");
    confirm().await.unwrap();
}

#[tokio::test]
async fn a_movement_of_which_nobody_knows_blocks_until_somebody_tells() {
    let fake = Fake::with_cards("");
    fake.fail_at(0, Fault::LostAfter);
    let funding = fake
        .partner
        .transfers()
        .fund(fake.anna().id(), money("1 eur"))
        .await
        .unwrap();
    assert!(funding.is_unknown());
    let plan = fake.anna().plan_closure().await.unwrap();
    let [Blocker::Unresolved { intent, .. }] = &plan.blockers[..] else {
        panic!("{plan:?}")
    };
    let happened = || Decision::Happened(Reference::Transfer("T1".parse().unwrap()));
    fake.partner.resolve(*intent, happened()).await.unwrap();
    assert!(fake.anna().plan_closure().await.unwrap().ready().is_ok());
    assert!(
        fake.partner.resolve(*intent, happened()).await.is_err(),
        "it is resolved"
    );
}

#[tokio::test]
async fn the_provider_has_the_last_word_on_what_is_unsettled() {
    let fake = Fake::with_cards("");
    fake.world()
        .payouts
        .insert("not ours".to_owned(), "PENDING");
    let error = close(&fake, "100 eur").await.unwrap_err();
    assert_eq!(error.rule(), Some(Rule::MovementsMustBeSettled));
    assert_eq!(fake.standing(), Standing::Suspended);
    assert!(error.closure().unwrap().suspension.suspended);
}

#[tokio::test]
async fn a_lost_answer_to_the_deletion_is_looked_after() {
    let fake = Fake::with_cards("");
    let ready = fake.anna().plan_closure().await.unwrap().ready().unwrap();
    fake.fail_at(3, Fault::LostAfter); // list, suspend, balances, delete
    let report = ready
        .confirm()
        .forfeit_balances([money("100 eur")])
        .await
        .unwrap();
    assert_eq!(report.proof, ClosureProof::FoundGone);
    assert_eq!(fake.partner.unresolved().await.unwrap(), []);
    assert!(
        fake.anna()
            .balances()
            .await
            .unwrap_err()
            .is_denied_locally()
    );
}

#[tokio::test]
async fn a_deletion_that_stays_in_doubt_is_resolved_by_the_next_answer() {
    let fake = Fake::with_cards("");
    let ready = fake.anna().plan_closure().await.unwrap().ready().unwrap();
    fake.fail_at(3, Fault::LostAfter);
    fake.fail_at(4, Fault::Unsent); // the look
    let error = ready
        .confirm()
        .forfeit_balances([money("100 eur")])
        .await
        .unwrap_err();
    assert!(
        error.is_unresolved() && error.may_have_moved_money(),
        "{error}"
    );
    // After a restart the journal still knows that a deletion was sent; so P412 now confirms it.
    let fake = fake.restarted();
    let error = fake.anna().balances().await.unwrap_err();
    assert_eq!(error.rule(), Some(Rule::UserMustExist));
    assert_eq!(fake.partner.unresolved().await.unwrap(), []);
    assert!(
        fake.anna()
            .balances()
            .await
            .unwrap_err()
            .is_denied_locally()
    );
    assert!(
        fake.restarted()
            .anna()
            .balances()
            .await
            .unwrap_err()
            .is_denied_locally()
    );
}

#[tokio::test]
async fn confirming_again_after_a_deletion_in_doubt_finds_it_done() {
    let fake = Fake::with_cards("");
    let ready = fake.anna().plan_closure().await.unwrap().ready().unwrap();
    fake.fail_at(3, Fault::LostAfter);
    fake.fail_at(4, Fault::Unsent);
    assert!(
        ready
            .confirm()
            .forfeit_balances([money("100 eur")])
            .await
            .is_err()
    );
    let report = ready
        .confirm()
        .forfeit_balances([money("100 eur")])
        .await
        .unwrap();
    assert_eq!(report.proof, ClosureProof::FoundGone);
    assert_eq!(report.forfeited, [Holding::from(money("100 eur"))]);
}

/// Every step of the confirmation fails once in every way: the account is closed or at least as
/// locked as before, and confirming again closes it.
#[tokio::test]
async fn whatever_fails_the_account_is_closed_or_more_locked_and_repeating_closes() {
    for fault in FAULTS {
        for step in 0..5 {
            let case = format!("{fault:?} at step {step}");
            let fake = Fake::with_cards("C1");
            let plan = fake.anna().plan_closure().await.unwrap();
            let ready = plan.ready().unwrap();
            fake.fail_at(step, fault);
            let result = ready.confirm().forfeit_balances(&plan.balances).await;
            let closed = fake.standing() == Standing::Closed;
            assert!(closed || result.is_err(), "{case}: {result:?}");
            if let Err(error) = &result {
                let lost = fault == Fault::LostAfter && step == 4;
                assert!(!lost, "{case}: the look after the deletion tells: {error}");
                assert!(!closed, "{case}: {error}");
            }
            // Reading the balances or deleting failed: the user stays suspended.
            if 3 <= step && !closed {
                assert_eq!(fake.standing(), Standing::Suspended, "{case}");
            }
            if !closed {
                ready
                    .confirm()
                    .forfeit_balances(&plan.balances)
                    .await
                    .expect(&case);
            }
            assert_eq!(fake.standing(), Standing::Closed, "{case}");
            let closes = fake.journal.entries().into_iter().filter(|entry| {
                matches!(entry.intent.action, Action::Close { .. })
                    && matches!(entry.conclusion, Some(Conclusion::Done { .. }))
            });
            assert!(0 < closes.count(), "{case}");
        }
    }
}

#[tokio::test]
async fn once_closed_no_earlier_deletion_is_left_in_doubt() {
    let fake = Fake::with_cards("");
    let ready = fake.anna().plan_closure().await.unwrap().ready().unwrap();
    fake.fail_at(3, Fault::LostBefore);
    let confirm = || ready.confirm().forfeit_balances([money("100 eur")]);
    assert!(confirm().await.unwrap_err().is_unresolved());
    assert_eq!(confirm().await.unwrap().proof, ClosureProof::Acknowledged);
    assert_eq!(fake.partner.unresolved().await.unwrap(), []);
}

/// The client repeats a deletion whose answer was lost, and is told that there is no such user.
#[tokio::test(start_paused = true)]
async fn a_retried_deletion_that_finds_nobody_is_a_closure() {
    let fake = Fake::with_cards("").retrying();
    let ready = fake.anna().plan_closure().await.unwrap().ready().unwrap();
    fake.fail_at(3, Fault::LostAfter);
    let report = ready
        .confirm()
        .forfeit_balances([money("100 eur")])
        .await
        .unwrap();
    assert_eq!(report.proof, ClosureProof::FoundGone);
    let deletes = fake
        .steps_since(0)
        .into_iter()
        .filter(|step| step.starts_with("DELETE"));
    assert_eq!(deletes.count(), 2);
}

#[tokio::test]
async fn a_user_whom_somebody_else_deleted_just_before_is_closed_too() {
    let fake = Fake::with_cards("");
    let ready = fake.anna().plan_closure().await.unwrap().ready().unwrap();
    let deletion = fake.steps() + 3;
    fake.world()
        .meddling
        .insert(deletion, |world| world.standing = Some(Standing::Closed));
    let report = ready
        .confirm()
        .forfeit_balances([money("100 eur")])
        .await
        .unwrap();
    assert_eq!(report.proof, ClosureProof::FoundGone);
    assert!(
        fake.anna()
            .balances()
            .await
            .unwrap_err()
            .is_denied_locally()
    );
}
