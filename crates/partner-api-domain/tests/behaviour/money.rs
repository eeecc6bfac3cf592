//! Money: sent at most once, and three ways to end.

use partner_api_domain::core::{Money, Rule, UserId};
use partner_api_domain::journal::Conclusion;
use partner_api_domain::{NewCard, Outcome, PayOut};

use crate::fake::{FAULTS, Fake, Fault, anna};

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

#[tokio::test]
async fn each_failure_is_an_error_or_unknown_and_never_a_second_request() {
    for fault in FAULTS {
        let fake = Fake::with_cards("");
        fake.fail_at(0, fault);
        let result = fake.partner.transfers().fund(&anna(), money("1 eur")).await;
        assert_eq!(fake.steps(), 1, "{fault:?}");
        let entry = fake.journal.entries().pop().unwrap();
        match fault {
            Fault::Unsent => {
                assert!(!result.unwrap_err().may_have_moved_money());
                assert_eq!(entry.conclusion, Some(Conclusion::NotSent));
            }
            Fault::Refused => {
                assert_eq!(result.unwrap_err().refusal().unwrap().code(), "P499");
                let refused = Conclusion::Refused {
                    code: Some("P499".into()),
                    rule: None,
                };
                assert_eq!(entry.conclusion, Some(refused));
            }
            Fault::LostBefore | Fault::LostAfter | Fault::Trouble => {
                let Outcome::Unknown(unresolved) = result.unwrap() else {
                    panic!("{fault:?}")
                };
                assert_eq!(unresolved.intent, entry.id);
                assert!(entry.is_unresolved());
                let error = Outcome::<()>::Unknown(unresolved).done().unwrap_err();
                assert!(
                    error.may_have_moved_money() && error.is_unresolved(),
                    "{error}"
                );
            }
        }
    }
}

#[tokio::test]
async fn malformed_input_is_refused_with_nothing_sent_and_nothing_journaled() {
    let fake = Fake::with_cards("");
    let transfers = fake.partner.transfers();
    let iban = "DE89370400440532013000";
    let bad_iban = partner_api_domain::core::Iban::unchecked("DE00370400440532013000");
    let title = || "rent".parse().unwrap();
    let errors = [
        transfers.fund(&anna(), money("0 eur")).await.unwrap_err(),
        transfers
            .between(&anna(), &anna(), money("1 eur"))
            .await
            .unwrap_err(),
        fake.anna()
            .pay_out(PayOut::to_own_account(bad_iban, money("1 eur")).titled(title()))
            .await
            .unwrap_err(),
        fake.anna()
            .pay_out(PayOut::to_own_account(iban.parse().unwrap(), money("0 eur")).titled(title()))
            .await
            .unwrap_err(),
        fake.anna()
            .update(partner_api_domain::UserUpdate::new())
            .await
            .unwrap_err(),
        NewCard::new("ab", "1234".parse().unwrap()).unwrap_err(),
        NewCard::new("holiday", partner_api_domain::core::Pin::unchecked("12")).unwrap_err(),
        fake.partner.user("..").unwrap_err(),
    ];
    for error in &errors {
        assert!(error.is_invalid() && !error.is_transient(), "{error}");
        assert!(!error.to_string().contains("DE00"), "{error}");
    }
    assert_eq!(errors[0].rule(), Some(Rule::AmountMustBePositive));
    assert_eq!(errors[1].rule(), Some(Rule::PartiesMustDiffer));
    assert_eq!((fake.steps(), fake.journal.entries().len()), (0, 0));
}

#[tokio::test]
async fn a_refusal_of_a_transfer_between_two_says_nothing_about_either() {
    let fake = Fake::with_cards("");
    let ben = UserId::new("ben").unwrap();
    fake.world().standing = None;
    let error = fake
        .partner
        .transfers()
        .between(&anna(), &ben, money("1 eur"))
        .await
        .unwrap_err();
    assert_eq!(error.rule(), Some(Rule::UserMustExist));
    assert_eq!(fake.anna().balances().await.unwrap_err().doubt(), None);
}

#[tokio::test(start_paused = true)]
async fn a_transfer_is_repeated_only_where_it_provably_never_left() {
    for (fault, steps) in [
        (Fault::Unsent, 2),
        (Fault::LostBefore, 1),
        (Fault::Trouble, 1),
    ] {
        let fake = Fake::with_cards("").retrying();
        fake.fail_at(0, fault);
        let outcome = fake
            .partner
            .transfers()
            .fund(&anna(), money("1 eur"))
            .await
            .unwrap();
        assert_eq!(outcome.is_unknown(), steps == 1, "{fault:?}");
        assert_eq!(fake.steps(), steps, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn without_retries_every_request_is_sent_once() {
    let fake = Fake::with_cards("").retrying();
    fake.fail_at(0, Fault::Trouble);
    assert!(
        fake.anna()
            .balances()
            .without_retries()
            .await
            .unwrap_err()
            .is_transient()
    );
    assert_eq!(fake.steps(), 1);
    fake.fail_at(0, Fault::Trouble);
    fake.anna().balances().await.unwrap();
    assert_eq!(fake.steps(), 3);
}

#[tokio::test(start_paused = true)]
async fn waiting_until_active_ends_with_the_balances_or_when_the_time_is_over() {
    let fake = Fake::with_cards("");
    fake.world().verified = false;
    let seconds = std::time::Duration::from_secs;
    let error = fake
        .anna()
        .wait_until_active()
        .within(seconds(3))
        .await
        .unwrap_err();
    assert!(error.is_timeout() && error.is_transient(), "{error}");
    let later = fake.steps() + 4;
    fake.world()
        .meddling
        .insert(later, |world| world.verified = true);
    let balances = fake
        .anna()
        .wait_until_active()
        .within(seconds(30))
        .await
        .unwrap();
    assert_eq!(
        balances.of(money("1 eur").currency()),
        money("100 eur").amount()
    );
}
