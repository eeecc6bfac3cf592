//! Texts of errors: what was asked, which rule refused, what to do, and nothing personal.

use expect_test::{Expect, expect};
use partner_api_domain::core::{Email, Money};
use partner_api_domain::{Error, Reason, UserUpdate};

use crate::fake::{Fake, Fault, anna};

fn check(error: &Error, expected: Expect) {
    expected.assert_eq(&error.to_string());
}

#[tokio::test]
async fn a_refusal_names_rule_code_remedy_and_what_is_allowed() {
    let fake = Fake::with_cards("C1");
    let error = fake
        .anna()
        .suspend(Reason::Fraud)
        .leaving_cards()
        .await
        .unwrap_err();
    check(&error, expect![[""]]);
    fake.anna().suspend(Reason::Fraud).await.unwrap();
    let one = "1 eur".parse::<Money>().unwrap();
    let error = fake
        .partner
        .transfers()
        .fund(&anna(), one)
        .await
        .unwrap_err();
    check(&error, expect![[""]]);
}

#[tokio::test]
async fn malformed_data_is_named_by_field_and_not_shown() {
    let fake = Fake::with_cards("");
    let update = UserUpdate::new().email(Email::unchecked("secret")).phone(
        "48601"
            .parse()
            .unwrap_or_else(|_| partner_api_domain::core::Phone::unchecked("secret")),
    );
    let error = fake.anna().update(update).await.unwrap_err();
    check(&error, expect![[""]]);
}

#[tokio::test]
async fn a_lost_answer_says_where_to_look() {
    let fake = Fake::with_cards("");
    fake.fail_at(0, Fault::LostAfter);
    let one = "1 eur".parse::<Money>().unwrap();
    let outcome = fake.partner.transfers().fund(&anna(), one).await.unwrap();
    check(&outcome.done().unwrap_err(), expect![[""]]);
}

#[tokio::test]
async fn a_failed_suspension_says_what_is_done() {
    let fake = Fake::with_cards("C1");
    fake.fail_at(2, Fault::Unsent);
    let error = fake.anna().suspend(Reason::Fraud).await.unwrap_err();
    check(&error, expect![[""]]);
}

#[tokio::test]
async fn money_left_says_what_is_there() {
    let fake = Fake::with_cards("");
    let ready = fake.anna().plan_closure().await.unwrap().ready().unwrap();
    check(&ready.confirm().await.unwrap_err(), expect![[""]]);
    fake.world().eur = "0".to_owned();
    ready.confirm().await.unwrap();
    check(&fake.anna().balances().await.unwrap_err(), expect![[""]]);
}
