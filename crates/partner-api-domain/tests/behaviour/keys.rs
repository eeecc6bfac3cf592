//! The caller's own keys, and the guard that keeps movements apart which could not be told from each other.

use partner_api_domain::core::{Currency, Money};
use partner_api_domain::journal::{Action, Conclusion, Reference};
use partner_api_domain::{Error, NewCard, NewLink, Outcome, PayOut, RequestKey};

use crate::fake::{Fake, Fault, anna};

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn key(text: &str) -> RequestKey {
    RequestKey::new(text).unwrap()
}

#[tokio::test]
async fn the_same_key_gives_the_receipt_of_then_in_every_process() {
    let fake = Fake::with_cards("");
    let fund = |fake: &Fake| {
        let funding = fake.partner.transfers().fund(&anna(), money("1 eur"));
        funding.key(key("job 1"))
    };
    let first = fund(&fake).await.unwrap().done().unwrap();
    assert!(!first.was_done_before);
    for fake in [&fake, &fake.restarted()] {
        let again = fund(fake).await.unwrap().done().unwrap();
        assert!(again.was_done_before);
        assert_eq!((again.id, again.intent), (first.id.clone(), first.intent));
    }
    assert_eq!((fake.steps(), fake.journal.entries().len()), (1, 1));
}

#[tokio::test]
async fn what_was_done_is_told_even_of_a_user_who_is_closed_since() {
    let fake = Fake::with_cards("");
    let fund = || {
        fake.partner
            .transfers()
            .fund(&anna(), money("1 eur"))
            .key(key("job"))
    };
    let _ = fund().await.unwrap().done().unwrap();
    let plan = fake.anna().plan_closure().await.unwrap();
    let ready = plan.ready().unwrap();
    ready
        .confirm()
        .forfeit_balances(&plan.balances)
        .await
        .unwrap();
    assert!(fund().await.unwrap().done().unwrap().was_done_before);
}

#[tokio::test]
async fn the_same_key_with_anything_else_is_refused() {
    let fake = Fake::with_cards("");
    let (transfers, user) = (fake.partner.transfers(), fake.anna());
    let payout = |iban: &str, title: &str| {
        let payout = PayOut::to_own_account(iban.parse().unwrap(), money("1 eur"));
        user.pay_out(payout.titled(title.parse().unwrap()))
            .key(key("job 2"))
    };
    let first = transfers
        .fund(&anna(), money("1 eur"))
        .key(key("job 1"))
        .await;
    let first = first.unwrap().done().unwrap();
    let iban = "DE89370400440532013000";
    let second = payout(iban, "rent").await.unwrap().done().unwrap();
    let steps = fake.steps();
    let errors: [(Error, _); 5] = [
        (
            transfers
                .fund(&anna(), money("2 eur"))
                .key(key("job 1"))
                .await
                .unwrap_err(),
            first.intent,
        ),
        (
            transfers
                .collect(&anna(), money("1 eur"))
                .key(key("job 1"))
                .await
                .unwrap_err(),
            first.intent,
        ),
        (
            transfers
                .fund(&anna(), money("1 eur"))
                .key(key("job 2"))
                .await
                .unwrap_err(),
            second.intent,
        ),
        (payout(iban, "rents").await.unwrap_err(), second.intent),
        (
            payout("GB82WEST12345698765432", "rent").await.unwrap_err(),
            second.intent,
        ),
    ];
    for (error, entry) in errors {
        assert_eq!(error.key_taken_by(), Some(entry), "{error}");
        assert!(
            !error.may_have_moved_money() && !error.to_string().contains("GB82"),
            "{error}"
        );
    }
    assert_eq!(fake.steps(), steps);
    assert!(
        payout(iban, "rent")
            .await
            .unwrap()
            .done()
            .unwrap()
            .was_done_before
    );
}

#[tokio::test]
async fn what_is_unknown_stays_unknown_under_its_key_and_is_not_sent_again() {
    let fake = Fake::with_cards("");
    fake.fail_at(0, Fault::LostAfter);
    let fund = || {
        fake.partner
            .transfers()
            .fund(&anna(), money("1 eur"))
            .key(key("job"))
    };
    let Outcome::Unknown(first) = fund().await.unwrap() else {
        panic!("the answer was lost");
    };
    assert_eq!(first.key, Some(key("job")));
    let Outcome::Unknown(again) = fund().await.unwrap() else {
        panic!("nobody knows more than before");
    };
    assert_eq!((again.intent, fake.steps()), (first.intent, 1));
    assert!(again.cause().to_string().contains("earlier attempt"));
}

#[tokio::test]
async fn a_refusal_is_told_again_and_what_never_left_is_sent() {
    let fake = Fake::with_cards("");
    let fund = |name| {
        fake.partner
            .transfers()
            .fund(&anna(), money("1 eur"))
            .key(key(name))
    };
    fake.fail_at(0, Fault::Refused);
    assert_eq!(
        fund("refused").await.unwrap_err().refusal().unwrap().code(),
        "P499"
    );
    let again = fund("refused").await.unwrap_err();
    assert!(again.refused_before_in().is_some(), "{again}");
    assert!(again.to_string().contains("P499"), "{again}");
    assert_eq!(fake.steps(), 1);
    fake.fail_at(0, Fault::Unsent);
    assert!(fund("unsent").await.unwrap_err().is_transient());
    let receipt = fund("unsent").await.unwrap().done().unwrap();
    assert!(!receipt.was_done_before);
    assert_eq!(fake.steps(), 3);
}

#[tokio::test]
async fn cards_and_links_are_read_again_where_an_earlier_call_made_them() {
    let fake = Fake::with_cards("");
    let card = || {
        let new = NewCard::new("holiday", "1234".parse().unwrap()).unwrap();
        fake.anna().cards().create(new).key(key("card"))
    };
    let first = card().await.unwrap().done().unwrap();
    let again = card().await.unwrap().done().unwrap();
    assert!(again.was_done_before && !first.was_done_before);
    assert_eq!(again.id, first.id);
    assert_eq!(again.number.expose(), first.number.expose());
    let link = || {
        let new = NewLink::new(money("1 eur").amount());
        fake.partner.payment_links().create(new).key(key("link"))
    };
    let first = link().await.unwrap().done().unwrap();
    let again = link().await.unwrap().done().unwrap();
    assert!(again.was_done_before);
    assert_eq!((again.id.id, again.id.url), (first.id.id, first.id.url));
    // What came of it cannot be read now: still no second one.
    fake.fail_at(0, Fault::Trouble);
    let Outcome::Unknown(untold) = card().await.unwrap() else {
        panic!("it was done");
    };
    assert!(
        untold
            .cause()
            .to_string()
            .contains("was done under this key before")
    );
    let posts = fake.steps_since(0);
    assert_eq!(posts.iter().filter(|it| it.starts_with("POST")).count(), 2);
}

#[tokio::test]
async fn an_exchange_is_the_same_whatever_the_lock() {
    let fake = Fake::with_cards("");
    let user = fake.anna();
    let lock = user.exchange().lock().await.unwrap();
    let exchange = || {
        let execute = user
            .exchange()
            .execute(&lock, money("1 eur"), Currency::BTC);
        execute.key(key("job"))
    };
    let _ = exchange().await.unwrap().done().unwrap();
    let mut other = lock.clone();
    other.id = "L77".parse().unwrap();
    let again = user
        .exchange()
        .execute(&other, money("1 eur"), Currency::BTC)
        .key(key("job"));
    assert!(again.await.unwrap().done().unwrap().was_done_before);
}

#[tokio::test]
async fn a_second_movement_of_the_same_shape_waits_until_the_first_is_resolved() {
    let fake = Fake::with_cards("");
    let fund = |fake: &Fake| fake.partner.transfers().fund(&anna(), money("1 eur"));
    fake.fail_at(0, Fault::LostAfter);
    let Outcome::Unknown(first) = fund(&fake).await.unwrap() else {
        panic!("the answer was lost");
    };
    for fake in [&fake, &fake.restarted()] {
        let error = fund(fake).await.unwrap_err();
        assert_eq!(error.in_doubt_because_of(), Some(first.intent), "{error}");
        assert!(error.is_transient() && !error.may_have_moved_money());
    }
    let master = fake
        .partner
        .transfers()
        .fund_from_master(&anna(), money("1 eur"));
    assert_eq!(
        master.await.unwrap_err().in_doubt_because_of(),
        Some(first.intent)
    );
    assert_eq!(fake.steps(), 1);
    let other = fake
        .partner
        .transfers()
        .fund(&anna(), money("2 eur"))
        .await
        .unwrap();
    let _ = other.done().unwrap();
    fake.journal_conclude(first.intent, Conclusion::Absent)
        .await;
    let _ = fund(&fake).await.unwrap().done().unwrap();
}

#[tokio::test]
async fn a_payout_without_a_title_carries_a_token_that_the_journal_knows() {
    let fake = Fake::with_cards("");
    let iban = || "DE89370400440532013000".parse().unwrap();
    let payout = || PayOut::to_own_account(iban(), money("1 eur"));
    let untitled = || fake.anna().pay_out(payout()).key(key("job"));
    let receipt = untitled().await.unwrap().done().unwrap();
    let entry = fake.journal.entries().pop().unwrap();
    let Action::PayOut {
        token: Some(token), ..
    } = &entry.intent.action
    else {
        panic!("no token in {:?}", entry.intent.action);
    };
    assert_eq!(fake.world().titles, [token.as_str()]);
    assert_eq!(entry.reference(), Some(&Reference::PayOut(receipt.id)));
    // Another token would be made for the repeat; it is the same request all the same.
    assert!(untitled().await.unwrap().done().unwrap().was_done_before);
    let titled = fake
        .anna()
        .pay_out(payout().titled("rent".parse().unwrap()));
    let _ = titled.await.unwrap().done().unwrap();
    assert_eq!(fake.world().titles[1], "rent");
}
