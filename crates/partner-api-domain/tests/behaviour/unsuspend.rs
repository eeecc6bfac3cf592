//! Unsuspending: exactly the cards that our suspension blocked, resumable at every point.

use partner_api_domain::Reason;
use partner_api_domain::core::user::Standing;

use crate::fake::{FAULTS, Fake, card};

async fn suspended(cards: &str) -> Fake {
    let fake = Fake::with_cards(cards);
    fake.anna().suspend(Reason::Fraud).await.unwrap();
    fake
}

#[tokio::test]
async fn exactly_the_cards_that_we_blocked_are_restored() {
    let fake = suspended("C1 C2 C3-blocked").await;
    let report = fake.anna().unsuspend().await.unwrap();
    assert_eq!(report.restored, [card("C1"), card("C2")]);
    assert_eq!(
        (fake.standing(), fake.active().as_str()),
        (Standing::Open, "C1 C2")
    );
}

#[tokio::test]
async fn a_second_unsuspension_restores_nothing_more() {
    let fake = suspended("C1").await;
    fake.anna().unsuspend().await.unwrap();
    fake.anna().cards().block(&card("C1")).await.unwrap();
    let report = fake.anna().unsuspend().await.unwrap();
    assert_eq!((report.restored, fake.active().as_str()), (vec![], ""));
}

#[tokio::test]
async fn a_card_blocked_on_its_own_meanwhile_stays_blocked() {
    let fake = suspended("C1 C2").await;
    fake.anna().cards().block(&card("C1")).await.unwrap();
    fake.anna().unsuspend().await.unwrap();
    assert_eq!(fake.active(), "C2");
}

#[tokio::test]
async fn a_card_deleted_meanwhile_is_skipped_and_reported() {
    let fake = suspended("C1 C2").await;
    fake.world().cards.insert("C1".to_owned(), "DELETED");
    let report = fake.anna().unsuspend().await.unwrap();
    assert_eq!(
        (report.gone, report.restored),
        (vec![card("C1")], vec![card("C2")])
    );
}

#[tokio::test]
async fn leaving_cards_blocked_is_for_good_and_names_them() {
    let fake = suspended("C1").await;
    let report = fake
        .anna()
        .unsuspend()
        .leaving_cards_blocked()
        .await
        .unwrap();
    assert_eq!(
        (report.left_blocked, fake.active().as_str()),
        (vec![card("C1")], "")
    );
    fake.anna().suspend(Reason::Fraud).await.unwrap();
    fake.anna().unsuspend().await.unwrap();
    assert_eq!(fake.active(), "");
}

/// Every step fails once in every way, and the process is restarted: calling again finishes, and no
/// card is unblocked before the suspension is certainly lifted.
#[tokio::test]
async fn whatever_fails_calling_again_after_a_restart_finishes() {
    for fault in FAULTS {
        for step in 0..3 {
            let case = format!("{fault:?} at step {step}");
            let fake = suspended("C1 C2 C3-blocked").await;
            fake.fail_at(step, fault);
            let error = fake.anna().unsuspend().await.expect_err(&case);
            let report = error
                .unsuspension()
                .unwrap_or_else(|| panic!("{case}: {error}"));
            assert_eq!(report.unsuspended, step != 0, "{case}");
            if !report.unsuspended {
                assert_eq!(fake.active(), "", "{case}");
            }
            let fake = fake.restarted();
            fake.anna()
                .unsuspend()
                .await
                .unwrap_or_else(|error| panic!("{case}: {error}"));
            assert_eq!(
                (fake.standing(), fake.active().as_str()),
                (Standing::Open, "C1 C2"),
                "{case}"
            );
        }
    }
}

#[tokio::test]
async fn a_user_who_is_suspended_again_in_the_middle_keeps_the_rest_blocked() {
    let fake = suspended("C1 C2").await;
    let between = fake.steps() + 2;
    fake.world()
        .meddling
        .insert(between, |world| world.standing = Some(Standing::Suspended));
    let error = fake.anna().unsuspend().await.unwrap_err();
    let report = error.unsuspension().unwrap();
    assert_eq!((report.restored.len(), report.failed.len()), (1, 1));
    assert_eq!(fake.active(), "C1");
}
