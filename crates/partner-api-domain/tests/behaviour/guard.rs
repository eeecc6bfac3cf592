//! The guard: denies what is hopeless, doubts what is doubtful, and learns from every answer.

use partner_api_domain::core::{Money, Rule};
use partner_api_domain::{NewCard, Operation, Reason, verbs};

use crate::fake::{Fake, anna};

fn funding(fake: &Fake) -> Operation<verbs::Transfer> {
    fake.partner
        .transfers()
        .fund(&anna(), "1 eur".parse::<Money>().unwrap())
}

async fn closed() -> Fake {
    let fake = Fake::with_cards("");
    let plan = fake.anna().plan_closure().await.unwrap();
    plan.ready()
        .unwrap()
        .confirm()
        .forfeit_balances(&plan.balances)
        .await
        .unwrap();
    fake
}

#[tokio::test]
async fn after_a_confirmed_close_nothing_is_sent_nor_journaled() {
    let fake = closed().await;
    let (steps, entries) = (fake.steps(), fake.journal.entries().len());
    let anna = fake.anna();
    let card = NewCard::new("holiday", "1234".parse().unwrap()).unwrap();
    let errors = [
        anna.balances().await.unwrap_err(),
        anna.cards().list().await.unwrap_err(),
        anna.cards().create(card).await.unwrap_err(),
        anna.suspend(Reason::Fraud).await.unwrap_err(),
        anna.unsuspend().await.unwrap_err(),
        anna.plan_closure().await.unwrap_err(),
        anna.exchange().lock().await.unwrap_err(),
        funding(&fake).await.unwrap_err(),
    ];
    for error in errors {
        assert!(error.is_denied_locally(), "{error}");
        assert_eq!(error.rule(), Some(Rule::UserMustNotBeClosed));
    }
    assert_eq!(
        (fake.steps(), fake.journal.entries().len()),
        (steps, entries)
    );
    // Another process with the same journal knows it too.
    assert!(
        fake.restarted()
            .anna()
            .balances()
            .await
            .unwrap_err()
            .is_denied_locally()
    );
    assert_eq!(fake.steps(), steps);
}

#[tokio::test]
async fn what_is_doubtful_is_sent_with_the_doubt_in_the_result() {
    let fake = Fake::with_cards("");
    fake.anna().suspend(Reason::Fraud).await.unwrap();
    let before = fake.steps();
    let error = funding(&fake).await.unwrap_err();
    assert_eq!(fake.steps(), before + 1, "it was sent");
    assert_eq!(error.rule(), Some(Rule::UserMustNotBeSuspended));
    assert_eq!(error.doubt().unwrap().rule(), Rule::UserMustNotBeSuspended);
}

#[tokio::test]
async fn strict_refuses_what_is_doubtful_and_journals_nothing() {
    let fake = Fake::with_cards("");
    fake.anna().suspend(Reason::Fraud).await.unwrap();
    let (steps, entries) = (fake.steps(), fake.journal.entries().len());
    let error = funding(&fake).strict().await.unwrap_err();
    assert!(error.is_denied_locally());
    assert_eq!(
        error.to_string(),
        "cannot transfer for user anna: user anna is believed to be suspended (L3), and strict was \
         asked for; nothing was sent; unsuspend the user first"
    );
    assert_eq!(
        (fake.steps(), fake.journal.entries().len()),
        (steps, entries)
    );
}

#[tokio::test]
async fn a_doubt_that_was_wrong_is_corrected_by_the_answer() {
    let fake = Fake::with_cards("");
    fake.anna().suspend(Reason::Fraud).await.unwrap();
    // Somebody else unsuspends.
    fake.world().standing = Some(partner_api_domain::core::user::Standing::Open);
    let receipt = funding(&fake).await.unwrap().done().unwrap();
    assert!(receipt.doubt.is_some());
    let receipt = funding(&fake).strict().await.unwrap().done().unwrap();
    assert_eq!(receipt.doubt, None);
}

#[tokio::test]
async fn p455_teaches_that_somebody_else_suspended() {
    let fake = Fake::with_cards("");
    fake.world().standing = Some(partner_api_domain::core::user::Standing::Suspended);
    assert_eq!(funding(&fake).await.unwrap_err().doubt(), None);
    assert!(
        funding(&fake)
            .strict()
            .await
            .unwrap_err()
            .is_denied_locally()
    );
    // Learnt from the journal too.
    let restarted = fake.restarted();
    assert!(
        funding(&restarted)
            .strict()
            .await
            .unwrap_err()
            .is_denied_locally()
    );
}

#[tokio::test]
async fn p454_teaches_that_the_user_is_open() {
    let fake = Fake::with_cards("C1");
    fake.anna().suspend(Reason::Fraud).await.unwrap();
    fake.world().standing = Some(partner_api_domain::core::user::Standing::Open);
    fake.world().cards.insert("C1".to_owned(), "ACTIVE");
    fake.anna()
        .suspend(Reason::Fraud)
        .leaving_cards()
        .await
        .unwrap_err();
    assert_eq!(
        funding(&fake).strict().await.unwrap().done().unwrap().doubt,
        None
    );
}

#[tokio::test]
async fn p412_alone_is_a_doubt_and_never_a_denial() {
    let fake = Fake::with_cards("");
    let standing = fake.world().standing.take();
    assert_eq!(
        fake.anna().balances().await.unwrap_err().rule(),
        Some(Rule::UserMustExist)
    );
    let before = fake.steps();
    let error = fake.anna().balances().await.unwrap_err();
    assert_eq!(
        (fake.steps(), error.is_denied_locally()),
        (before + 1, false)
    );
    assert_eq!(error.doubt().unwrap().rule(), Rule::UserMustExist);
    // It was a mishap elsewhere; nothing had to be repaired here.
    fake.world().standing = standing;
    funding(&fake).await.unwrap().done().unwrap();
    assert!(funding(&fake).strict().await.is_ok());
}
