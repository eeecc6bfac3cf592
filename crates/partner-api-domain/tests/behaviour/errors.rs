//! Texts of errors: what was asked, which rule refused, what to do, and nothing personal.

use expect_test::{Expect, expect};
use partner_api_domain::core::{Email, Money, Phone};
use partner_api_domain::{Error, Reason, UserUpdate};

use crate::fake::{Fake, Fault, anna};

/// The text, with a line for each part.
fn check(error: &Error, expected: Expect) {
    expected.assert_eq(&format!("{}\n", error.to_string().replace("; ", ";\n")));
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
    check(
        &error,
        expect![[r#"
        cannot suspend user anna: a card is active (L4, P454);
        block or delete it first, or suspend through the domain layer, which does;
        user anna is not confirmed as suspended, cards blocked: none
    "#]],
    );
    fake.anna().suspend(Reason::Fraud).await.unwrap();
    let one = "1 eur".parse::<Money>().unwrap();
    let error = fake
        .partner
        .transfers()
        .fund(&anna(), one)
        .await
        .unwrap_err();
    check(
        &error,
        expect![[r#"
            cannot transfer for user anna: the user is suspended (L3, P455);
            unsuspend the user first;
            allowed meanwhile: update, verify, suspend, unsuspend, close, add_kyc_files, start_kyc, read_kyc, add_poa_files, read_balances, read_history, read_deposit_info, read_contacts, supply_travel_rule, read_cards, read_limits, block_card, delete_card;
            this was to be expected: user anna is believed to be suspended (L3)
        "#]],
    );
}

#[tokio::test]
async fn malformed_data_is_named_by_field_and_not_shown() {
    let fake = Fake::with_cards("");
    let update = UserUpdate::new();
    let update = update
        .email(Email::unchecked("secret"))
        .phone(Phone::unchecked("secret"));
    let error = fake.anna().update(update).await.unwrap_err();
    check(
        &error,
        expect![[r#"
        cannot update user anna: email: not a well-formed Email;
        give one @ with text on both sides and no spaces, at most 254 characters;
        phone: not a well-formed Phone;
        give 6 to 15 digits with the country code and no plus
    "#]],
    );
}

#[tokio::test]
async fn a_lost_answer_says_where_to_look() {
    let fake = Fake::with_cards("");
    fake.fail_at(0, Fault::LostAfter);
    let one = "1 eur".parse::<Money>().unwrap();
    let outcome = fake.partner.transfers().fund(&anna(), one).await.unwrap();
    check(
        &outcome.done().unwrap_err(),
        expect![[r#"
        cannot transfer for user anna: the answer was lost, so it may have happened;
        entry #1 of the journal keeps it, look before repeating it
    "#]],
    );
}

#[tokio::test]
async fn a_failed_suspension_says_what_is_done() {
    let fake = Fake::with_cards("C1");
    fake.fail_at(2, Fault::Unsent);
    let error = fake.anna().suspend(Reason::Fraud).await.unwrap_err();
    check(
        &error,
        expect![[r#"
            cannot suspend user anna: nobody answers at the provider's address, so the call had no effect;
            user anna is not confirmed as suspended, cards blocked: C1
        "#]],
    );
}

#[tokio::test]
async fn money_left_says_what_is_there() {
    let fake = Fake::with_cards("");
    let ready = fake.anna().plan_closure().await.unwrap().ready().unwrap();
    check(
        &ready.confirm().await.unwrap_err(),
        expect![[r#"
        cannot close user anna: the account holds 100 eur, and nothing was given up;
        nothing was deleted;
        collect the money, or forfeit exactly what is there;
        user anna is suspended, cards blocked: none, on the account: 100 eur
    "#]],
    );
    fake.world().eur = "0".to_owned();
    ready.confirm().await.unwrap();
    check(
        &fake.anna().balances().await.unwrap_err(),
        expect![[r#"
        cannot get user balances for user anna: user anna is closed (L7), which is final;
        nothing is allowed any more;
        nothing was sent
    "#]],
    );
}
