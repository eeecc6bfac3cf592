//! Changes to a user under a key: once, however often they are asked for, and what is in doubt is found out first.

use partner_api_domain::core::Rule;
use partner_api_domain::core::user::Standing;
use partner_api_domain::journal::{Basis, Conclusion, Entry};
use partner_api_domain::{ClosureProof, Error, Reason, RequestKey, SuspendReport, UserUpdate};

use crate::fake::{Fake, Fault, card};

const SUSPEND: &str = "PATCH /v1/user/suspend/anna";
const UNSUSPEND: &str = "PATCH /v1/user/unsuspend/anna";
const LOOK: &str = "GET /v1/exchange/get-lock/anna";
const CARDS: &str = "GET /v1/card/all/anna";

fn key() -> RequestKey {
    "run-1".parse().unwrap()
}

async fn suspend(fake: &Fake) -> Result<SuspendReport, Error> {
    fake.anna().suspend(Reason::Fraud).key(key()).await
}

fn last(fake: &Fake) -> Entry {
    fake.journal.entries().pop().unwrap()
}

#[tokio::test]
async fn a_suspension_that_was_done_is_told_again_in_every_process_and_not_sent() {
    let fake = Fake::with_cards("C1");
    let first = suspend(&fake).await.unwrap();
    assert!(!first.was_done_before);
    let steps = fake.steps();
    for fake in [fake.clone(), fake.restarted()] {
        let again = suspend(&fake).await.unwrap();
        assert!(again.was_done_before && again.suspended);
        assert_eq!(
            (again.blocked, again.intents),
            (vec![card("C1")], first.intents.clone())
        );
    }
    assert_eq!((fake.steps(), fake.journal.entries().len()), (steps, 1));
    // Another key, or none, asks anew.
    let _ = fake.anna().suspend(Reason::Fraud).await.unwrap();
    assert_eq!(fake.steps_since(steps), [CARDS, SUSPEND]);
}

#[tokio::test]
async fn a_suspension_in_doubt_that_happened_is_found_out_and_not_sent_again() {
    let fake = Fake::with_cards("C1");
    fake.fail_at(2, Fault::LostAfter);
    assert!(suspend(&fake).await.unwrap_err().is_unresolved());
    let (fake, steps) = (fake.restarted(), fake.steps());
    let again = suspend(&fake).await.unwrap();
    assert!(again.was_done_before);
    assert_eq!(fake.steps_since(steps), [LOOK]);
    // Its cards are the suspension's, and its end restores them.
    let opened = fake.anna().unsuspend().await.unwrap();
    assert_eq!(opened.restored, [card("C1")]);
}

#[tokio::test]
async fn a_suspension_in_doubt_that_did_not_happen_is_sent_again() {
    for verified in [true, false] {
        let fake = Fake::with_cards("C1");
        fake.world().verified = verified;
        fake.fail_at(2, Fault::LostBefore);
        assert!(suspend(&fake).await.unwrap_err().is_unresolved());
        let (fake, steps) = (fake.restarted(), fake.steps());
        let again = suspend(&fake).await.unwrap();
        assert!(!again.was_done_before);
        assert_eq!(fake.steps_since(steps), [LOOK, CARDS, SUSPEND]);
        // The card that the first attempt blocked is still restored.
        let opened = fake.anna().unsuspend().await.unwrap();
        assert_eq!(opened.restored, [card("C1")]);
    }
}

#[tokio::test]
async fn while_nobody_can_tell_nothing_is_sent() {
    let fake = Fake::with_cards("");
    fake.fail_at(1, Fault::LostAfter);
    assert!(suspend(&fake).await.unwrap_err().is_unresolved());
    let steps = fake.steps();
    fake.fail_at(0, Fault::Unsent);
    assert!(suspend(&fake).await.unwrap_err().is_transient());
    assert_eq!(fake.steps_since(steps), [LOOK]);
    assert!(last(&fake).is_unresolved());
}

#[tokio::test]
async fn a_refusal_is_told_again_and_what_never_left_is_sent() {
    let fake = Fake::with_cards("");
    fake.fail_at(1, Fault::Refused);
    let _ = suspend(&fake).await.unwrap_err();
    let steps = fake.steps();
    let again = suspend(&fake).await.unwrap_err();
    assert!(again.refused_before_in().is_some() && fake.steps() == steps);
    let fake = Fake::with_cards("");
    fake.fail_at(1, Fault::Unsent);
    let _ = suspend(&fake).await.unwrap_err();
    assert!(!suspend(&fake).await.unwrap().was_done_before);
}

#[tokio::test]
async fn a_round_that_found_a_new_card_hands_the_key_to_the_next() {
    let fake = Fake::with_cards("");
    fake.world().meddling.insert(1, |world| {
        world.cards.insert("C1".to_owned(), "ACTIVE");
    });
    let report = suspend(&fake).await.unwrap();
    assert_eq!((report.rounds, report.blocked), (2, vec![card("C1")]));
    let steps = fake.steps();
    assert!(suspend(&fake).await.unwrap().was_done_before);
    assert_eq!(fake.steps(), steps);
}

#[tokio::test]
async fn the_same_key_for_another_change_is_refused() {
    let fake = Fake::with_cards("");
    let entry = suspend(&fake).await.unwrap().intents[0];
    let steps = fake.steps();
    let error = fake.anna().unsuspend().key(key()).await.unwrap_err();
    assert_eq!(error.key_taken_by(), Some(entry));
    assert_eq!(fake.steps(), steps);
}

#[tokio::test]
async fn the_end_of_a_suspension_is_found_out_too_and_its_cards_are_still_restored() {
    for (fault, sent) in [
        (
            Fault::LostAfter,
            &[LOOK, UNSUSPEND, "PATCH /v1/card/unblock C1"][..],
        ),
        (
            Fault::LostBefore,
            &[LOOK, UNSUSPEND, "PATCH /v1/card/unblock C1"],
        ),
    ] {
        let fake = Fake::with_cards("C1");
        let _ = fake.anna().suspend(Reason::Fraud).await.unwrap();
        fake.fail_at(0, fault);
        let unsuspend = || async { fake.anna().unsuspend().key(key()).await };
        assert!(unsuspend().await.unwrap_err().is_unresolved());
        let steps = fake.steps();
        let report = unsuspend().await.unwrap();
        assert_eq!(report.restored, [card("C1")]);
        assert_eq!(fake.steps_since(steps), sent, "{fault:?}");
        assert!(unsuspend().await.unwrap().was_done_before);
    }
    // Without cards there is nothing left to do.
    let fake = Fake::with_cards("");
    let _ = fake.anna().suspend(Reason::Fraud).await.unwrap();
    fake.fail_at(0, Fault::LostAfter);
    let _ = fake.anna().unsuspend().key(key()).await.unwrap_err();
    let steps = fake.steps();
    assert!(
        fake.anna()
            .unsuspend()
            .key(key())
            .await
            .unwrap()
            .was_done_before
    );
    assert_eq!(fake.steps_since(steps), [LOOK]);
}

#[tokio::test]
async fn a_doubt_that_somebody_has_decided_over_since_is_left_to_a_person() {
    let fake = Fake::with_cards("");
    let _ = fake.anna().suspend(Reason::Fraud).await.unwrap();
    fake.fail_at(0, Fault::LostAfter);
    let _ = fake.anna().unsuspend().key(key()).await.unwrap_err();
    let _ = fake.anna().suspend(Reason::ComplianceReview).await.unwrap();
    let steps = fake.steps();
    let error = fake.anna().unsuspend().key(key()).await.unwrap_err();
    assert!(error.is_unresolved(), "{error}");
    assert_eq!(
        (fake.steps(), fake.standing()),
        (steps, Standing::Suspended)
    );
}

#[tokio::test]
async fn an_update_in_doubt_is_not_repeated_and_other_values_need_another_key() {
    let fake = Fake::with_cards("");
    let update = |email: &str| {
        let update = UserUpdate::new().email(email.parse().unwrap());
        fake.anna().update(update).key(key())
    };
    fake.fail_at(0, Fault::LostAfter);
    assert!(update("a@example.com").await.unwrap_err().is_unresolved());
    let steps = fake.steps();
    assert!(update("a@example.com").await.unwrap_err().is_unresolved());
    let error = update("b@example.com").await.unwrap_err();
    assert!(error.key_taken_by().is_some() && !error.to_string().contains("example.com"));
    assert_eq!(fake.steps(), steps);
    let entry = last(&fake).id;
    fake.journal_conclude(entry, Conclusion::done()).await;
    update("a@example.com").await.unwrap();
    assert_eq!(fake.steps(), steps);
}

#[tokio::test]
async fn a_closure_is_told_again_with_what_it_gave_up() {
    for fault in [None, Some(Fault::LostAfter), Some(Fault::LostBefore)] {
        let fake = Fake::with_cards("");
        let plan = fake.anna().plan_closure().await.unwrap();
        let ready = plan.ready().unwrap();
        let close = || ready.confirm().forfeit_balances(&plan.balances).key(key());
        if let Some(fault) = fault {
            fake.fail_at(3, fault); // the delete
            fake.fail_at(4, Fault::Unsent); // the look after it
            assert!(close().await.unwrap_err().is_unresolved());
        }
        let first = close().await.unwrap();
        assert_eq!(first.was_done_before, fault == Some(Fault::LostAfter));
        let steps = fake.steps();
        let again = close().await.unwrap();
        assert!(again.was_done_before && again.proof == ClosureProof::Journaled);
        assert_eq!(again.forfeited.len(), 1, "{fault:?}");
        assert_eq!((fake.steps(), fake.standing()), (steps, Standing::Closed));
    }
}

#[tokio::test]
async fn reconciling_settles_a_suspension_by_how_the_user_is_treated() {
    let fake = Fake::with_cards("C1");
    fake.fail_at(2, Fault::LostAfter);
    let _ = fake.anna().suspend(Reason::Fraud).await.unwrap_err();
    let report = fake.partner.reconcile().await.unwrap();
    assert_eq!(report.resolved[0].basis, Basis::Standing);
    // Not under way any more, so that what shows counts at once; and the card is the suspension's.
    let opened = fake.anna().unsuspend().await.unwrap();
    assert_eq!(opened.restored, [card("C1")]);
}

#[tokio::test]
async fn a_closed_user_is_denied_under_a_new_key_and_told_under_the_old_one() {
    let fake = Fake::with_cards("");
    let _ = suspend(&fake).await.unwrap();
    let plan = fake.anna().plan_closure().await.unwrap();
    let ready = plan.ready().unwrap();
    ready
        .confirm()
        .forfeit_balances(&plan.balances)
        .await
        .unwrap();
    assert!(suspend(&fake).await.unwrap().was_done_before);
    let other = fake
        .anna()
        .suspend(Reason::Fraud)
        .key("run-2".parse().unwrap());
    assert_eq!(
        other.await.unwrap_err().rule(),
        Some(Rule::UserMustNotBeClosed)
    );
}
