//! The checks that every adapter of the [`Inbox`] must pass; each panics where one does not.
//!
//! [`all`] needs a way to make an empty inbox. [`agrees_with_memory`] makes the same random moves on an inbox and on the
//! one in memory, and compares every answer; give it many seeds. What an adapter promises beyond a process (that a letter
//! survives being killed) only its own tests can check.

mod against_memory;

use std::sync::Arc;
use std::time::Duration;

use partner_api_core::Timestamp;
use partner_api_types::EventKind;

pub use self::against_memory::agrees_with_memory;
use crate::decode::EventKey;
use crate::inbox::{Claimed, Counts, Inbox, Known, Lease, Letter, LetterId, Origin, Receipt};
use crate::object::ObjectRef;
use crate::receiver::Receiver;
use crate::secret::Secret;

const LEASE: Duration = Duration::from_secs(60);

/// A moment so many seconds after the beginning of the test.
fn at(seconds: u64) -> Timestamp {
    Timestamp::EPOCH.plus(Duration::from_secs(1_000_000 + seconds))
}

/// A letter about a payout.
fn payout(id: &str, status: &str) -> Letter {
    letter(
        "/sepa-transfer-webhook",
        &format!(r#"{{"id":"{id}","status":"{status}"}}"#),
    )
}

fn letter(path: &str, body: &str) -> Letter {
    let secret = Secret::new("secret").expect("a secret");
    let receiver = Receiver::builder().secret(secret).build();
    receiver
        .expect("a receiver")
        .letter(None, path, body.into())
}

fn payout_ref(id: &str) -> ObjectRef {
    ObjectRef::new(EventKind::SepaTransfer, id)
}

/// Every check, each on an inbox of its own.
pub async fn all<F>(make: F)
where
    F: AsyncFn() -> Arc<dyn Inbox>,
{
    a_repetition_is_recognised(&*make().await).await;
    what_names_a_user_alone_is_news_again_after_its_window(&*make().await).await;
    objects_take_turns_and_each_keeps_its_order(&*make().await).await;
    a_lease_ends_and_an_old_one_changes_nothing(&*make().await).await;
    what_waits_for_another_attempt_holds_up_its_object(&*make().await).await;
    a_dead_letter_holds_up_nobody_and_comes_back_last(&*make().await).await;
    what_cannot_be_read_is_dead_at_once_and_may_be_discarded(&*make().await).await;
    what_is_known_changes_with_what_is_done(&*make().await).await;
    open_objects_come_in_pages(&*make().await).await;
    what_is_forgotten_is_news_again(&*make().await).await;
    every_byte_is_kept(&*make().await).await;
}

async fn receive(inbox: &dyn Inbox, letter: Letter, now: Timestamp) -> Receipt {
    inbox.receive(letter, now).await.expect("receive")
}

async fn fresh(inbox: &dyn Inbox, letter: Letter, now: Timestamp) -> LetterId {
    match receive(inbox, letter, now).await {
        Receipt::Fresh(id) => id,
        Receipt::Duplicate => panic!("a new letter was taken for a repetition"),
    }
}

async fn claim(inbox: &dyn Inbox, at_most: usize, now: Timestamp) -> Vec<Claimed> {
    inbox.claim(at_most, now, LEASE).await.expect("claim")
}

async fn claim_ids(inbox: &dyn Inbox, at_most: usize, now: Timestamp) -> Vec<LetterId> {
    let claimed = claim(inbox, at_most, now).await;
    claimed.iter().map(|it| it.lease.letter).collect()
}

async fn done(inbox: &dyn Inbox, lease: Lease, now: Timestamp) -> bool {
    inbox.done(lease, None, now).await.expect("done")
}

/// How many wait, how many are dead, and when something is due.
async fn pulse(inbox: &dyn Inbox) -> (u64, u64, Option<Timestamp>) {
    let Counts { waiting, dead } = inbox.counts().await.expect("counts");
    (waiting, dead, inbox.next_due().await.expect("next due"))
}

async fn a_repetition_is_recognised(inbox: &dyn Inbox) {
    let letter = payout("p1", "PENDING");
    fresh(inbox, letter.clone(), at(0)).await;
    assert_eq!(
        receive(inbox, letter.clone(), at(1)).await,
        Receipt::Duplicate
    );
    let [claimed] = &claim(inbox, 9, at(2)).await[..] else {
        panic!("one letter was received, so one can be claimed");
    };
    assert_eq!(claimed.letter, letter);
    assert_eq!(
        (claimed.received_at, claimed.attempt, &claimed.known),
        (at(0), 1, &None)
    );
    assert_eq!(
        receive(inbox, letter.clone(), at(3)).await,
        Receipt::Duplicate
    );
    assert!(done(inbox, claimed.lease, at(4)).await);
    let years = 100_000_000;
    assert_eq!(receive(inbox, letter, at(years)).await, Receipt::Duplicate);
    fresh(inbox, payout("p1", "SUCCESSFUL"), at(years)).await;
    fresh(inbox, payout("p2", "PENDING"), at(years)).await;
}

async fn what_names_a_user_alone_is_news_again_after_its_window(inbox: &dyn Inbox) {
    let path = EventKind::PoaVerificationStatus.webhook().path;
    let letter = letter(path, r#"{"externalUserId":"anna","status":"WAITING"}"#);
    let window = letter.address.repeats_within().expect("a window").as_secs();
    let first = fresh(inbox, letter.clone(), at(0)).await;
    assert_eq!(
        receive(inbox, letter.clone(), at(window - 1)).await,
        Receipt::Duplicate
    );
    let second = fresh(inbox, letter.clone(), at(window)).await;
    assert!(first < second);
    // The window begins anew.
    assert_eq!(
        receive(inbox, letter, at(2 * window - 1)).await,
        Receipt::Duplicate
    );
}

async fn objects_take_turns_and_each_keeps_its_order(inbox: &dyn Inbox) {
    let a1 = fresh(inbox, payout("a", "PENDING"), at(0)).await;
    let a2 = fresh(inbox, payout("a", "SUCCESSFUL"), at(0)).await;
    let b1 = fresh(inbox, payout("b", "PENDING"), at(1)).await;
    let odd1 = fresh(inbox, letter("/new-webhook", "{}"), at(2)).await;
    let odd2 = fresh(inbox, letter("/new-webhook", "[]"), at(2)).await;
    assert_eq!(
        claim_ids(inbox, 9, at(0)).await,
        [a1],
        "nothing else was received by then"
    );
    assert_eq!(claim_ids(inbox, 2, at(2)).await, [b1, odd1]);
    assert_eq!(
        claim_ids(inbox, 9, at(2)).await,
        [odd2],
        "what belongs to no object waits for nobody"
    );
    assert_eq!(claim_ids(inbox, 9, at(2)).await, []);
    let lease = Lease {
        letter: a1,
        claim: 1,
    };
    assert!(done(inbox, lease, at(3)).await);
    assert_eq!(claim_ids(inbox, 9, at(3)).await, [a2]);
}

async fn a_lease_ends_and_an_old_one_changes_nothing(inbox: &dyn Inbox) {
    let id = fresh(inbox, payout("p1", "PENDING"), at(0)).await;
    let first = claim(inbox, 1, at(0)).await.remove(0);
    assert_eq!(pulse(inbox).await.2, Some(at(60)));
    assert_eq!(claim_ids(inbox, 1, at(59)).await, []);
    let second = claim(inbox, 1, at(60)).await.remove(0);
    assert_eq!((second.lease.letter, second.attempt), (id, 2));
    assert!(!done(inbox, first.lease, at(61)).await);
    assert!(
        !inbox
            .retry_later(first.lease, at(0), "late")
            .await
            .expect("retry")
    );
    assert!(!inbox.bury(first.lease, "late", at(61)).await.expect("bury"));
    assert_eq!(claim_ids(inbox, 1, at(62)).await, []);
    assert!(done(inbox, second.lease, at(63)).await);
    assert!(!done(inbox, second.lease, at(63)).await, "twice");
    let nobody = Lease {
        letter: LetterId::new(id.get() + 1000),
        claim: 1,
    };
    assert!(!done(inbox, nobody, at(63)).await);
    assert_eq!(pulse(inbox).await, (0, 0, None));
}

async fn what_waits_for_another_attempt_holds_up_its_object(inbox: &dyn Inbox) {
    let first = fresh(inbox, payout("a", "PENDING"), at(0)).await;
    fresh(inbox, payout("a", "SUCCESSFUL"), at(0)).await;
    let claimed = claim(inbox, 9, at(0)).await.remove(0);
    assert!(
        inbox
            .retry_later(claimed.lease, at(100), "no")
            .await
            .expect("retry")
    );
    assert!(
        !done(inbox, claimed.lease, at(0)).await,
        "it was given back"
    );
    assert_eq!(pulse(inbox).await, (2, 0, Some(at(100))));
    assert_eq!(claim_ids(inbox, 9, at(99)).await, []);
    let again = claim(inbox, 9, at(100)).await;
    assert_eq!(again.len(), 1);
    assert_eq!((again[0].lease.letter, again[0].attempt), (first, 2));
    assert_eq!(again[0].letter.body, claimed.letter.body);
}

async fn a_dead_letter_holds_up_nobody_and_comes_back_last(inbox: &dyn Inbox) {
    let first = fresh(inbox, payout("a", "PENDING"), at(0)).await;
    let second = fresh(inbox, payout("a", "SUCCESSFUL"), at(0)).await;
    let claimed = claim(inbox, 9, at(0)).await.remove(0);
    assert!(
        inbox
            .bury(claimed.lease, "the handler said no", at(1))
            .await
            .expect("bury")
    );
    assert_eq!(pulse(inbox).await, (1, 1, Some(at(0))));
    let dead = inbox.dead_letters(None, 9).await.expect("dead letters");
    assert_eq!(dead.len(), 1);
    assert_eq!((dead[0].id, &*dead[0].why), (first, "the handler said no"));
    assert_eq!(
        (&dead[0].body, dead[0].received_at),
        (&claimed.letter.body, at(0))
    );
    assert_eq!(
        inbox
            .dead_letters(Some(first), 9)
            .await
            .expect("dead letters"),
        []
    );
    let buried = claimed.lease;
    let address = claimed.letter.address.clone();
    assert!(
        inbox
            .redrive(first, address.clone(), at(2))
            .await
            .expect("redrive")
    );
    assert!(
        !inbox.redrive(first, address, at(2)).await.expect("redrive"),
        "twice"
    );
    assert!(!done(inbox, buried, at(2)).await, "it was buried");
    let claimed = claim(inbox, 9, at(2)).await.remove(0);
    assert_eq!(claimed.lease.letter, second);
    assert!(done(inbox, claimed.lease, at(2)).await);
    let claimed = claim(inbox, 9, at(2)).await.remove(0);
    assert_eq!(
        (claimed.lease.letter, claimed.attempt),
        (first, 1),
        "with all its attempts ahead"
    );
    assert!(
        1 < claimed.lease.claim,
        "the number of a claim never goes back"
    );
    // The same event is no news while it lies there, nor afterwards.
    assert_eq!(
        receive(inbox, payout("a", "PENDING"), at(3)).await,
        Receipt::Duplicate
    );
}

async fn what_cannot_be_read_is_dead_at_once_and_may_be_discarded(inbox: &dyn Inbox) {
    let broken = letter("/sepa-transfer-webhook", r#"{"id":"p1","status":7}"#);
    assert!(broken.fault.is_some());
    let id = fresh(inbox, broken.clone(), at(0)).await;
    assert_eq!(
        receive(inbox, broken.clone(), at(1)).await,
        Receipt::Duplicate
    );
    assert_eq!(claim_ids(inbox, 9, at(1)).await, []);
    let dead = inbox.dead_letters(None, 9).await.expect("dead letters");
    assert_eq!((dead[0].id, &dead[0].body), (id, &broken.body));
    assert!(dead[0].why.contains("status"), "{}", dead[0].why);
    // A version that can read it finds out what it speaks of.
    let address = payout("p1", "PENDING").address;
    assert!(
        inbox
            .redrive(id, address.clone(), at(2))
            .await
            .expect("redrive")
    );
    let claimed = claim(inbox, 9, at(2)).await.remove(0);
    assert_eq!(
        (claimed.letter.address, claimed.letter.fault),
        (address, None)
    );
    assert!(
        inbox
            .bury(claimed.lease, "still not", at(3))
            .await
            .expect("bury")
    );
    assert!(inbox.discard(id, at(4)).await.expect("discard"));
    assert!(!inbox.discard(id, at(4)).await.expect("discard"), "twice");
    assert_eq!(pulse(inbox).await, (0, 0, None));
    assert_eq!(receive(inbox, broken, at(5)).await, Receipt::Duplicate);
}

async fn what_is_known_changes_with_what_is_done(inbox: &dyn Inbox) {
    let known = Known {
        object: payout_ref("p1"),
        status: "PENDING".into(),
        is_final: false,
    };
    fresh(inbox, payout("p1", "PENDING"), at(0)).await;
    fresh(inbox, payout("p1", "SUCCESSFUL"), at(0)).await;
    let claimed = claim(inbox, 1, at(0)).await.remove(0);
    let stale = Lease {
        claim: claimed.lease.claim + 1,
        ..claimed.lease
    };
    assert!(
        !inbox
            .done(stale, Some(known.clone()), at(1))
            .await
            .expect("done")
    );
    assert_eq!(inbox.known(&known.object).await.expect("known"), None);
    assert!(
        inbox
            .done(claimed.lease, Some(known.clone()), at(1))
            .await
            .expect("done")
    );
    assert_eq!(
        inbox.known(&known.object).await.expect("known"),
        Some(known.clone())
    );
    let claimed = claim(inbox, 1, at(1)).await.remove(0);
    assert_eq!(claimed.known, Some(known.clone()));
    let news = Known {
        status: "SUCCESSFUL".into(),
        is_final: true,
        ..known
    };
    assert!(
        inbox
            .done(claimed.lease, Some(news.clone()), at(2))
            .await
            .expect("done")
    );
    assert_eq!(inbox.known(&news.object).await.expect("known"), Some(news));
    assert_eq!(inbox.open_objects(None, 9).await.expect("open objects"), []);
}

async fn open_objects_come_in_pages(inbox: &dyn Inbox) {
    for number in 0..5 {
        let id = format!("p{number}");
        fresh(inbox, payout(&id, "PENDING"), at(0)).await;
        let claimed = claim(inbox, 1, at(0)).await.remove(0);
        let known = Known {
            object: payout_ref(&id),
            status: "PENDING".into(),
            is_final: number == 2,
        };
        assert!(
            inbox
                .done(claimed.lease, Some(known), at(0))
                .await
                .expect("done")
        );
    }
    let mut ids = Vec::new();
    let mut after = None;
    loop {
        let page = inbox
            .open_objects(after.as_ref(), 3)
            .await
            .expect("open objects");
        let Some(last) = page.last() else {
            break;
        };
        after = Some(last.object.clone());
        ids.extend(page.iter().map(|known| known.object.id().to_owned()));
    }
    assert_eq!(ids, ["p0", "p1", "p3", "p4"]);
}

async fn what_is_forgotten_is_news_again(inbox: &dyn Inbox) {
    for (seconds, id) in [(0, "old"), (0, "open"), (10, "new")] {
        fresh(inbox, payout(id, "SUCCESSFUL"), at(seconds)).await;
        if id != "open" {
            let claimed = claim(inbox, 9, at(seconds)).await;
            let claimed = claimed
                .into_iter()
                .find(|it| it.letter.address.object == Some(payout_ref(id)));
            let known = Known {
                object: payout_ref(id),
                status: "SUCCESSFUL".into(),
                is_final: true,
            };
            let lease = claimed.expect("the letter can be claimed").lease;
            assert!(
                inbox
                    .done(lease, Some(known), at(seconds))
                    .await
                    .expect("done")
            );
        }
    }
    assert_eq!(inbox.forget(at(10)).await.expect("forget"), 1);
    assert_eq!(inbox.forget(at(10)).await.expect("forget"), 0);
    assert_eq!(inbox.known(&payout_ref("old")).await.expect("known"), None);
    assert!(
        inbox
            .known(&payout_ref("new"))
            .await
            .expect("known")
            .is_some()
    );
    assert_eq!(
        receive(inbox, payout("open", "SUCCESSFUL"), at(11)).await,
        Receipt::Duplicate
    );
    assert_eq!(
        receive(inbox, payout("new", "SUCCESSFUL"), at(11)).await,
        Receipt::Duplicate
    );
    fresh(inbox, payout("old", "SUCCESSFUL"), at(11)).await;
}

async fn every_byte_is_kept(inbox: &dyn Inbox) {
    let all: Vec<u8> = (0..=255).collect();
    let mut odd = letter("/new-webhook", "{}");
    odd.body.clone_from(&all);
    odd.origin = Origin::Recovered;
    odd.key = EventKey::new("odd");
    fresh(inbox, odd.clone(), at(0)).await;
    assert_eq!(claim(inbox, 1, at(0)).await.remove(0).letter, odd);
}
