//! Every change that takes one request and may not be repeated: what each promises about failures, the journal and
//! dropped futures.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Waker};

use partner_api_domain::core::card::SpendingLimits;
use partner_api_domain::core::{Currency, DepositId, Money};
use partner_api_domain::journal::{Action, Conclusion, Entry};
use partner_api_domain::{Error, NewCard, NewLink, NewWithdrawal, Operation, PayOut, TravelRule};
use partner_api_domain::{Hosted, Outcome, verbs::Verb};

use crate::documents::{file, passport, questionnaire};
use crate::fake::{FAULTS, Fake, Fault, anna, card};

/// How a change ended, whatever it gives when it is done.
#[derive(Debug)]
enum End {
    Done,
    Unknown,
    NotDone(Error),
}

type Ending = Pin<Box<dyn Future<Output = End>>>;

/// A change that gives an outcome.
fn outcome<T: Send + 'static, V: Verb<Output = Outcome<T>>>(operation: Operation<V>) -> Ending {
    plain_with(operation, |outcome| match outcome {
        Outcome::Done(_) => End::Done,
        Outcome::Unknown(_) => End::Unknown,
    })
}

/// A change whose lost answer is an error.
fn plain<V: Verb>(operation: Operation<V>) -> Ending {
    plain_with(operation, |_| End::Done)
}

fn plain_with<V: Verb>(operation: Operation<V>, end: fn(V::Output) -> End) -> Ending {
    Box::pin(async move {
        match operation.await {
            Ok(output) => end(output),
            Err(error) if error.is_unresolved() => End::Unknown,
            Err(error) => End::NotDone(error),
        }
    })
}

/// Each change by its name in the journal, and whether it may cost somebody.
const CHANGES: [(&str, bool); 18] = [
    ("transfer", true),
    ("exchange", true),
    ("pay_out", true),
    ("withdraw", true),
    ("create_card", true),
    ("create_order", true),
    ("create_link", true),
    ("own exchange", true),
    ("own pay_out", true),
    ("own withdraw", true),
    ("hosted create_link", true),
    ("start_verification", true),
    ("add_kyc_files", false),
    ("add_poa_files", false),
    ("supply_travel_rule", false),
    ("create_wallet", false),
    ("change_pin", false),
    ("set_limits", false),
];

/// What is read before the change is sent: the cards that are there, so that a new one can be told.
fn reads_before(name: &str) -> usize {
    usize::from(name == "create_card")
}

/// The change, ready to be polled; locks are made before.
async fn change(fake: &Fake, name: &str) -> Ending {
    let (user, partner) = (fake.anna(), &fake.partner);
    let own = partner.own_account();
    let (euro, btc) = (money("1 eur"), money("0.01 btc"));
    let payout = || {
        let iban = "DE89370400440532013000".parse().unwrap();
        PayOut::to_own_account(iban, euro).titled("rent".parse().unwrap())
    };
    let withdrawal = || {
        let (address, name) = ("bc1q".parse().unwrap(), "Anna".parse().unwrap());
        NewWithdrawal::to_own_keys(btc, address, name)
    };
    let deposit = DepositId::new("D1").unwrap();
    let link = NewLink::new(euro.amount());
    match name {
        "transfer" => outcome(partner.transfers().fund(&anna(), euro)),
        "exchange" => {
            let lock = user.exchange().lock().await.unwrap();
            outcome(user.exchange().execute(&lock, euro, Currency::BTC))
        }
        "own exchange" => {
            let lock = own.exchange().lock().await.unwrap();
            outcome(own.exchange().execute(&lock, euro, Currency::BTC))
        }
        "pay_out" => outcome(user.pay_out(payout())),
        "own pay_out" => outcome(own.pay_out(payout())),
        "withdraw" => outcome(user.withdraw(withdrawal())),
        "own withdraw" => outcome(own.withdraw(withdrawal())),
        "create_card" => {
            let new = NewCard::new("holiday", "1234".parse().unwrap()).unwrap();
            outcome(user.cards().create(new))
        }
        "start_verification" => outcome(user.hosted_verification().start(questionnaire())),
        "add_kyc_files" => plain(user.documents().add_identity(passport())),
        "add_poa_files" => plain(user.documents().add_proof_of_address(file().into())),
        "create_order" => {
            let lock = partner.orders().lock(euro.amount(), Currency::BTC);
            outcome(partner.orders().create(&lock.await.unwrap()))
        }
        "create_link" => outcome(partner.payment_links().create(link)),
        "hosted create_link" => {
            let link = link.hosted(Hosted::default());
            outcome(partner.payment_links().create(link))
        }
        "supply_travel_rule" => {
            plain(user.supply_travel_rule(&deposit, TravelRule::from_own_wallet()))
        }
        "create_wallet" => plain(own.create_wallet(Currency::BTC, None)),
        "change_pin" => plain(
            user.cards()
                .change_pin(&card("C1"), "4321".parse().unwrap()),
        ),
        "set_limits" => {
            let limits = SpendingLimits::default();
            plain(user.cards().set_limits(&card("C1"), limits))
        }
        other => panic!("no change {other}"),
    }
}

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn last(fake: &Fake) -> Entry {
    fake.journal.entries().pop().expect("an entry")
}

#[tokio::test]
async fn each_failure_of_each_change_is_an_error_or_unknown_and_never_a_second_request() {
    for (name, costs) in CHANGES {
        for fault in FAULTS {
            let fake = Fake::with_cards("C1");
            let ending = change(&fake, name).await;
            let before = fake.steps() + reads_before(name);
            fake.fail_at(reads_before(name), fault);
            let end = ending.await;
            assert_eq!(fake.steps(), before + 1, "{name} {fault:?}");
            let entry = last(&fake);
            let action = name.rsplit(' ').next().unwrap();
            assert_eq!(entry.intent.action.name(), action);
            assert_eq!(entry.intent.action.costs_money(), costs, "{name}");
            match (fault, end) {
                (Fault::Unsent, End::NotDone(error)) => {
                    assert!(!error.may_have_moved_money(), "{name}");
                    assert_eq!(entry.conclusion, Some(Conclusion::NotSent), "{name}");
                }
                (Fault::Refused, End::NotDone(error)) => {
                    assert_eq!(error.refusal().unwrap().code(), "P499", "{name}");
                    let refused = matches!(entry.conclusion, Some(Conclusion::Refused { .. }));
                    assert!(refused, "{name}");
                }
                (Fault::LostBefore | Fault::LostAfter | Fault::Trouble, End::Unknown) => {
                    assert!(entry.is_unresolved(), "{name} {fault:?}");
                }
                (fault, end) => panic!("{name} with {fault:?} ended as {end:?}"),
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_retries_repeats_each_only_where_it_provably_never_left() {
    // A wallet is made once however often it is asked for.
    let once = CHANGES.iter().filter(|(name, _)| *name != "create_wallet");
    for (name, _) in once {
        for (fault, steps) in [
            (Fault::Unsent, 2),
            (Fault::LostBefore, 1),
            (Fault::LostAfter, 1),
            (Fault::Trouble, 1),
        ] {
            let fake = Fake::with_cards("C1").retrying();
            let ending = change(&fake, name).await;
            let before = fake.steps() + reads_before(name);
            fake.fail_at(reads_before(name), fault);
            let end = ending.await;
            let is_unknown = matches!(end, End::Unknown);
            assert_eq!(is_unknown, steps == 1, "{name} {fault:?}: {end:?}");
            assert_eq!(fake.steps(), before + steps, "{name} {fault:?}");
        }
    }
}

#[tokio::test]
async fn what_may_have_been_sent_is_in_the_journal_wherever_the_future_is_dropped() {
    for (name, _) in CHANGES {
        for polls in 0.. {
            let fake = Fake::with_cards("C1");
            let mut ending = change(&fake, name).await;
            let before = fake.steps() + reads_before(name);
            let mut context = Context::from_waker(Waker::noop());
            let ended = (0..polls).any(|_| ending.as_mut().poll(&mut context).is_ready());
            drop(ending);
            let sent = fake.steps().saturating_sub(before);
            let entries = fake.journal.entries();
            assert!(
                sent <= entries.len(),
                "{name}, {polls} polls: sent without an intent"
            );
            let unresolved = fake.partner.unresolved().await.unwrap().len();
            if ended {
                assert_eq!((sent, unresolved), (1, 0), "{name}");
                assert!(polls > 1, "{name}: a future that never waits shows nothing");
                break;
            }
            assert_eq!(unresolved, entries.len(), "{name}, {polls} polls");
        }
    }
}

#[tokio::test]
async fn without_a_journal_none_is_sent() {
    for (name, _) in CHANGES {
        let fake = Fake::with_cards("C1");
        let broken = fake.with_journal(crate::journal::broken());
        let ending = change(&broken, name).await;
        let before = fake.steps() + reads_before(name);
        match ending.await {
            End::NotDone(error) => assert!(error.is_journal(), "{name}: {error}"),
            end => panic!("{name} ended as {end:?}"),
        }
        assert_eq!(fake.steps(), before, "{name}");
    }
}

/// Without the list a lost answer could not be found out; so if it cannot be read, nothing is sent. A refusal is left to the
/// creation itself, which says why.
#[tokio::test]
async fn a_card_is_not_created_where_the_cards_before_cannot_be_read() {
    for fault in FAULTS {
        let fake = Fake::with_cards("C1");
        let ending = change(&fake, "create_card").await;
        fake.fail_at(0, fault);
        match (fault, ending.await) {
            (Fault::Refused, End::Done) => {
                let entry = last(&fake);
                let before = &entry.intent.action;
                assert!(matches!(before, Action::CreateCard { before: None, .. }));
            }
            (Fault::Refused, end) => panic!("{end:?}"),
            (_, End::NotDone(error)) => {
                assert!(error.is_transient(), "{fault:?}: {error}");
                assert_eq!((fake.steps(), fake.journal.entries().len()), (1, 0));
            }
            (_, end) => panic!("{fault:?}: {end:?}"),
        }
    }
}

#[tokio::test]
async fn a_history_whose_pages_lead_in_a_circle_is_an_error_and_not_a_loop() {
    let fake = Fake::with_cards("");
    let error = fake.anna().history().entries().collect().await.unwrap_err();
    assert!(error.to_string().contains("report it"), "{error}");
    assert_eq!(fake.steps(), 7);
}

#[tokio::test]
async fn what_is_malformed_is_refused_before_it_is_sent() {
    let fake = Fake::with_cards("");
    let (partner, user) = (&fake.partner, fake.anna());
    let hosted = |hosted| NewLink::new(money("1 eur").amount()).hosted(hosted);
    let no_time = Some(std::time::Duration::ZERO);
    let network = partner_api_domain::core::Network::Polygon;
    let text = partner_api_domain::core::Pii::unchecked("");
    let errors = [
        partner
            .orders()
            .lock(money("0 eur").amount(), Currency::BTC)
            .await
            .err(),
        partner
            .orders()
            .lock(money("0.001 btc").amount(), Currency::BTC)
            .await
            .err(),
        partner
            .orders()
            .lock(money("1 eur").amount(), Currency::BTC)
            .on(network)
            .await
            .err(),
        partner
            .network_fee(Currency::BTC, Some(network))
            .await
            .err(),
        partner
            .own_account()
            .network_fee(Currency::BTC, Some(network))
            .await
            .err(),
        user.history().page(None).at_most(0).await.err(),
        user.history().page(None).at_most(101).await.err(),
        partner
            .payment_links()
            .create(hosted(Hosted {
                redirect_url: Some("javascript:alert(1)".into()),
                ..Hosted::default()
            }))
            .await
            .err(),
        partner
            .payment_links()
            .create(hosted(Hosted {
                redirect_url: Some("https://".into()),
                ..Hosted::default()
            }))
            .await
            .err(),
        partner
            .payment_links()
            .create(hosted(Hosted {
                expires_in: no_time,
                ..Hosted::default()
            }))
            .await
            .err(),
        partner
            .payment_links()
            .create(hosted(Hosted {
                underpayment_window: no_time,
                ..Hosted::default()
            }))
            .await
            .err(),
        user.supply_travel_rule(
            &DepositId::new("D1").unwrap(),
            TravelRule::from_company(text),
        )
        .await
        .err(),
    ];
    for (number, error) in errors.into_iter().enumerate() {
        let error = error.unwrap_or_else(|| panic!("case {number} was sent"));
        assert!(error.is_invalid(), "case {number}: {error}");
    }
    assert_eq!((fake.steps(), fake.journal.entries().len()), (0, 0));
}

/// As `gh:crypto-withdrawals` writes it, although the fee of the same network is asked for in lower case.
#[tokio::test]
async fn a_withdrawal_names_its_network_in_upper_case() {
    let fake = Fake::with_cards("");
    let polygon = partner_api_domain::core::Network::Polygon;
    let (address, name) = ("0xcafe".parse().unwrap(), "Anna".parse().unwrap());
    let withdrawal = NewWithdrawal::to_own_keys(money("5 usdc"), address, name).on(polygon);
    fake.anna()
        .withdraw(withdrawal)
        .await
        .unwrap()
        .done()
        .unwrap();
    assert_eq!(fake.world().last_body["network"], "POLYGON");
}
