//! Futures dropped at every poll: the journal holds a whole intent or none, and none too few.

use std::future::{Future, IntoFuture};
use std::pin::pin;
use std::task::{Context, Waker};

use partner_api_domain::core::Money;
use partner_api_domain::core::user::Standing;
use partner_api_domain::{Operation, Reason, verbs::Verb};

use crate::fake::{Fake, anna};

/// Polls the future this often at most, then drops it. `true` if it ended before.
async fn cut<V: Verb>(operation: Operation<V>, polls: usize) -> bool {
    let mut future = pin!(operation.into_future());
    for _ in 0..polls {
        let mut context = Context::from_waker(Waker::noop());
        if future.as_mut().poll(&mut context).is_ready() {
            return true;
        }
    }
    false
}

#[tokio::test]
async fn a_transfer_that_may_have_been_sent_is_always_in_the_journal() {
    for polls in 0.. {
        let fake = Fake::with_cards("");
        let money: Money = "1 eur".parse().unwrap();
        let ended = cut(fake.partner.transfers().fund(&anna(), money), polls).await;
        let entries = fake.journal.entries();
        assert!(
            fake.steps() <= entries.len(),
            "{polls} polls: sent without an intent"
        );
        if !ended && fake.steps() == 1 {
            assert_eq!(
                fake.partner.unresolved().await.unwrap().len(),
                1,
                "{polls} polls"
            );
        }
        if ended {
            assert_eq!(fake.partner.unresolved().await.unwrap(), []);
            assert!(1 < polls, "a future that never waits shows nothing");
            break;
        }
    }
}

#[tokio::test]
async fn a_suspension_cut_anywhere_is_no_less_locked_and_can_be_lifted_exactly() {
    for polls in 0.. {
        let fake = Fake::with_cards("C1 C2 C3-blocked");
        let ended = cut(fake.anna().suspend(Reason::Fraud), polls).await;
        let blocked = fake.active() != "C1 C2";
        assert!(
            !blocked || !fake.journal.entries().is_empty(),
            "{polls} polls"
        );
        // A new process, which knows the journal only.
        let fake = fake.restarted();
        fake.anna().unsuspend().await.unwrap();
        assert_eq!(
            (fake.standing(), fake.active().as_str()),
            (Standing::Open, "C1 C2"),
            "{polls}"
        );
        if ended {
            break;
        }
    }
}

#[tokio::test]
async fn an_unsuspension_cut_anywhere_is_finished_by_the_next() {
    for polls in 0.. {
        let fake = Fake::with_cards("C1 C2 C3-blocked");
        fake.anna().suspend(Reason::Fraud).await.unwrap();
        let ended = cut(fake.anna().unsuspend(), polls).await;
        assert!(
            fake.active().is_empty() || fake.standing() == Standing::Open,
            "{polls} polls"
        );
        let fake = fake.restarted();
        fake.anna().unsuspend().await.unwrap();
        assert_eq!(
            (fake.standing(), fake.active().as_str()),
            (Standing::Open, "C1 C2"),
            "{polls}"
        );
        if ended {
            break;
        }
    }
}

#[tokio::test]
async fn a_closure_cut_anywhere_is_closed_or_can_be_planned_again() {
    for polls in 0.. {
        let fake = Fake::with_cards("C1");
        let plan = fake.anna().plan_closure().await.unwrap();
        let confirm = plan
            .ready()
            .unwrap()
            .confirm()
            .forfeit_balances(&plan.balances);
        let ended = cut(confirm, polls).await;
        let fake = fake.restarted();
        if fake.standing() == Standing::Closed {
            let error = fake.anna().plan_closure().await.unwrap_err();
            assert!(
                error.is_denied_locally() || error.refusal().is_some(),
                "{polls}: {error}"
            );
            assert!(
                fake.anna()
                    .balances()
                    .await
                    .unwrap_err()
                    .is_denied_locally(),
                "{polls}"
            );
            assert_eq!(fake.partner.unresolved().await.unwrap().len(), 0, "{polls}");
        } else {
            let plan = fake.anna().plan_closure().await.unwrap();
            let ready = plan.ready().unwrap();
            ready
                .confirm()
                .forfeit_balances(&plan.balances)
                .await
                .unwrap();
            assert_eq!(fake.standing(), Standing::Closed, "{polls}");
        }
        if ended {
            break;
        }
    }
}
