//! Suspending: cards first, never less locked, and a report of what is done.

use partner_api_domain::Reason;
use partner_api_domain::core::Rule;
use partner_api_domain::core::user::Standing;
use partner_api_domain::journal::{Action, Conclusion};

use crate::fake::{FAULTS, Fake, Fault, card};

#[tokio::test]
async fn active_cards_are_blocked_first_and_others_left_alone() {
    let fake = Fake::with_cards("C1 C2 C3-blocked C4-deleted");
    let report = fake.anna().suspend(Reason::Fraud).await.unwrap();
    assert_eq!(report.blocked, [card("C1"), card("C2")]);
    assert_eq!(
        (fake.standing(), fake.active()),
        (Standing::Suspended, String::new())
    );
    let steps = [
        "GET /v1/card/all/anna",
        "PATCH /v1/card/block C1",
        "PATCH /v1/card/block C2",
        "PATCH /v1/user/suspend/anna",
    ];
    assert_eq!(fake.steps_since(0), steps);
}

#[tokio::test]
async fn the_list_of_cards_reason_actor_and_time_are_journaled_before_the_first_block() {
    let fake = Fake::with_cards("C1 C2");
    fake.fail_at(1, Fault::Unsent); // the first block
    let partner = fake.partner.clone().with_actor("ops:7");
    let _ = partner
        .user("anna")
        .unwrap()
        .suspend(Reason::StolenAccount)
        .await;
    let entry = &fake.journal.entries()[0];
    let Action::Suspend { cards, .. } = &entry.intent.action else {
        panic!("{entry:?}")
    };
    assert_eq!(cards, &[card("C1"), card("C2")]);
    assert_eq!(entry.intent.reason, Some(Reason::StolenAccount));
    assert_eq!(entry.intent.actor.as_ref().unwrap().as_str(), "ops:7");
    assert!(0 < entry.intent.at.millis());
}

#[tokio::test]
async fn under_the_freezing_reading_it_works_alike() {
    let fake = Fake::with_cards("C1");
    fake.world().refuses_active_cards = false;
    let report = fake.anna().suspend(Reason::Fraud).await.unwrap();
    assert_eq!(
        (report.blocked, fake.standing()),
        (vec![card("C1")], Standing::Suspended)
    );
}

#[tokio::test]
async fn leaving_cards_touches_none_and_is_refused_where_the_provider_refuses() {
    let fake = Fake::with_cards("C1");
    let error = fake
        .anna()
        .suspend(Reason::Fraud)
        .leaving_cards()
        .await
        .unwrap_err();
    assert_eq!(error.rule(), Some(Rule::CardMustNotBeActive));
    assert_eq!(fake.steps_since(0), ["PATCH /v1/user/suspend/anna"]);
    fake.world().refuses_active_cards = false;
    fake.anna()
        .suspend(Reason::Fraud)
        .leaving_cards()
        .await
        .unwrap();
    assert_eq!(
        (fake.standing(), fake.active().as_str()),
        (Standing::Suspended, "C1")
    );
}

#[tokio::test]
async fn a_card_that_becomes_active_in_between_is_blocked_in_another_round() {
    let fake = Fake::with_cards("C1");
    // Just before the suspension, which is the third request.
    fake.world().meddling.insert(2, |world| {
        world.cards.insert("C2".to_owned(), "ACTIVE");
    });
    let report = fake.anna().suspend(Reason::Fraud).await.unwrap();
    assert_eq!(
        (report.rounds, report.blocked),
        (2, vec![card("C1"), card("C2")])
    );
    fake.anna().unsuspend().await.unwrap();
    assert_eq!(fake.active(), "C1 C2");
}

#[tokio::test]
async fn rounds_are_bounded_and_the_error_says_what_is_done() {
    let fake = Fake::with_cards("C1");
    for step in 0..40 {
        fake.world().meddling.insert(step, |world| {
            world.cards.insert("C2".to_owned(), "ACTIVE");
        });
    }
    let error = fake.anna().suspend(Reason::Fraud).await.unwrap_err();
    assert_eq!(error.rule(), Some(Rule::CardMustNotBeActive));
    let report = error.suspension().unwrap();
    assert_eq!((report.rounds, report.suspended), (3, false));
    assert!(report.blocked.contains(&card("C1")));
}

#[tokio::test]
async fn a_card_deleted_in_between_is_no_reason_to_stop() {
    let fake = Fake::with_cards("C1 C2");
    fake.world().meddling.insert(1, |world| {
        world.cards.insert("C1".to_owned(), "DELETED");
    });
    let report = fake.anna().suspend(Reason::Fraud).await.unwrap();
    assert_eq!(
        (report.gone, report.blocked),
        (vec![card("C1")], vec![card("C2")])
    );
}

/// Every step fails once in every way. The account must never be less locked than before, what can
/// be locked must be, the report must tell the truth, and repeating must finish.
#[tokio::test]
async fn whatever_fails_the_account_is_left_more_locked_and_repeating_finishes() {
    for reading in [true, false] {
        for fault in FAULTS {
            for step in 0..4 {
                let fake = Fake::with_cards("C1 C2 C3-blocked");
                fake.world().refuses_active_cards = reading;
                fake.fail_at(step, fault);
                let case = format!("refuses: {reading}, {fault:?} at step {step}");
                let result = fake.anna().suspend(Reason::Fraud).await;

                let world = fake.world().clone();
                assert_ne!(world.cards["C3"], "ACTIVE", "{case}");
                let suspended = world.standing == Some(Standing::Suspended);
                let report = match &result {
                    Ok(report) => report,
                    Err(error) => error
                        .suspension()
                        .unwrap_or_else(|| panic!("{case}: {error}")),
                };
                assert_eq!(report.suspended, result.is_ok(), "{case}");
                assert!(suspended || !report.suspended, "{case}");
                for card in &report.blocked {
                    assert_ne!(world.cards[card.as_str()], "ACTIVE", "{case}");
                }
                // A failure in one place does not keep the rest from being locked.
                let untouched = world
                    .cards
                    .values()
                    .filter(|status| **status == "ACTIVE")
                    .count();
                if step == 0 {
                    let told = report.not_listed.is_some() || report.rounds == 2;
                    assert!(told, "{case}: {report:?}");
                } else {
                    assert!(untouched <= 1, "{case}: {:?}", world.cards);
                }

                fake.anna()
                    .suspend(Reason::Fraud)
                    .await
                    .unwrap_or_else(|it| panic!("{case}: {it}"));
                assert_eq!(
                    (fake.standing(), fake.active().as_str()),
                    (Standing::Suspended, ""),
                    "{case}"
                );
                fake.anna().unsuspend().await.unwrap();
                assert_eq!(
                    (fake.standing(), fake.active().as_str()),
                    (Standing::Open, "C1 C2"),
                    "{case}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_lost_answer_to_the_suspension_is_unresolved() {
    let fake = Fake::with_cards("C1");
    fake.fail_at(2, Fault::LostAfter);
    let error = fake.anna().suspend(Reason::Fraud).await.unwrap_err();
    assert!(
        error.is_unresolved() && !error.may_have_moved_money(),
        "{error}"
    );
    let unresolved = fake.partner.unresolved().await.unwrap();
    assert_eq!(unresolved.len(), 1);
    let conclusion = Some(Conclusion::Unknown {
        cards: vec![card("C1")],
    });
    assert_eq!(unresolved[0].conclusion, conclusion);
}

#[tokio::test]
async fn an_unknown_user_stops_it_at_once() {
    let fake = Fake::with_cards("");
    fake.world().standing = None;
    let error = fake.anna().suspend(Reason::Fraud).await.unwrap_err();
    assert_eq!(error.rule(), Some(Rule::UserMustExist));
    assert_eq!((fake.steps(), fake.journal.entries().len()), (1, 0));
}
