//! What every [`Journal`] promises, as a suite: run it against your own.
//!
//! Each check makes a journal of its own and panics where a promise is broken.

use std::fmt::Debug;
use std::sync::Arc;

use partner_api_core::{CardId, LockId, Money, Owner, Timestamp, TransferId, UserId};

use super::{
    Action, Basis, Begun, Conclusion, Entry, Fingerprint, Intent, IntentId, Journal, PayOutToken,
    Reference, RequestKey, Resolution, Resolved,
};
use crate::reason::{Actor, Reason};

/// Runs every check; `make` gives an empty journal each time.
///
/// # Panics
/// A promise is broken; the message says which.
pub async fn run(make: impl AsyncFn() -> Arc<dyn Journal>) {
    an_entry_says_what_was_begun_and_how_it_ended(&*make().await).await;
    a_key_stands_for_one_request(&*make().await).await;
    a_key_is_free_again_where_nothing_was_completed(&*make().await).await;
    one_shape_is_in_doubt_once(&*make().await).await;
    what_has_a_natural_key_is_not_held_up(&*make().await).await;
    a_doubt_is_settled_once(&*make().await).await;
    a_movement_is_accounted_for_once(&*make().await).await;
    the_call_itself_knows_best(&*make().await).await;
    entries_are_found_by_user_and_by_shape(&*make().await).await;
    of_many_at_once_one_begins(make().await).await;
    a_dropped_future_leaves_a_whole_intent_or_none(&*make().await).await;
}

/// What a journal whose work is done by polling alone may show as "dropped before anything happened".
const POLLS_MAX: usize = 50;

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(second * 1000).expect("a time of a test")
}

fn user(id: &str) -> UserId {
    UserId::new(id).expect("an id")
}

fn key(text: &str) -> RequestKey {
    RequestKey::new(text).expect("a key")
}

fn transfer(to: &str, money: &str) -> Action {
    Action::Transfer {
        source: None,
        destination: Some(user(to)),
        money: euro(money),
    }
}

fn euro(text: &str) -> Money {
    format!("{text} eur").parse().expect("money")
}

fn reference(id: &str) -> Reference {
    Reference::Transfer(TransferId::new(id).expect("an id"))
}

fn done(id: &str) -> Conclusion {
    Conclusion::done_as(reference(id))
}

fn refused() -> Conclusion {
    Conclusion::Refused {
        code: Some("P433".into()),
        rule: None,
    }
}

fn unknown() -> Conclusion {
    Conclusion::Unknown { cards: Vec::new() }
}

fn intent(action: Action) -> Intent {
    Intent::new(action, at(10))
}

fn keyed(name: &str, action: Action) -> Intent {
    let mut intent = intent(action);
    intent.fingerprint = Some(Fingerprint::of(&key(name), &["details"]));
    intent.key = Some(key(name));
    intent
}

async fn begin(journal: &dyn Journal, intent: Intent) -> IntentId {
    match journal.begin(intent).await {
        Ok(Begun::New(id)) => id,
        other => panic!("the intent should begin, and not {other:?}"),
    }
}

async fn conclude(journal: &dyn Journal, id: IntentId, conclusion: Conclusion) {
    journal.conclude(id, conclusion).await.expect("concluded");
}

async fn resolve(journal: &dyn Journal, id: IntentId, conclusion: Conclusion) -> Resolved {
    let resolution = Resolution::new(conclusion, Basis::Person, at(100));
    journal.resolve(id, resolution).await.expect("an answer")
}

async fn entry(journal: &dyn Journal, id: IntentId) -> Entry {
    let entry = journal.entry(id).await.expect("an answer");
    entry.expect("the entry is there")
}

fn same<T: PartialEq + Debug>(found: T, wanted: T, what: &str) {
    assert_eq!(found, wanted, "{what}");
}

async fn an_entry_says_what_was_begun_and_how_it_ended(journal: &dyn Journal) {
    let card = CardId::new("C1").expect("an id");
    let mut suspension = intent(Action::Suspend {
        user: user("anna"),
        cards: vec![card.clone()],
    });
    suspension.actor = Some(Actor::new("ops:7"));
    suspension.reason = Some(Reason::other("a \"reason\"\n"));
    suspension.until = at(40);
    let mut first = suspension.clone();
    first.fingerprint = None;
    let id = begin(journal, suspension).await;
    let second = begin(journal, keyed("k", transfer("anna", "1.50"))).await;
    assert!(id < second, "later entries have greater numbers");
    same(
        entry(journal, id).await,
        Entry::new(id, first, None),
        "the entry",
    );
    let kept = entry(journal, second).await.intent;
    same(
        kept,
        keyed("k", transfer("anna", "1.50")),
        "key and fingerprint",
    );
    let unresolved = journal.unresolved().await.expect("a list");
    let ids: Vec<IntentId> = unresolved.iter().map(|it| it.id).collect();
    same(
        ids,
        vec![id, second],
        "what was begun is unresolved, oldest first",
    );
    for conclusion in [
        unknown(),
        Conclusion::Partly {
            cards: vec![card],
            rule: Some(partner_api_core::Rule::CardMustNotBeActive),
        },
        refused(),
        Conclusion::NotSent,
        Conclusion::Absent,
        done("T1"),
    ] {
        conclude(journal, id, conclusion.clone()).await;
        let entry = entry(journal, id).await;
        same(
            entry.conclusion.as_ref(),
            Some(&conclusion),
            "the conclusion",
        );
    }
    let unresolved = journal.unresolved().await.expect("a list");
    same(unresolved.len(), 1, "what is concluded is resolved");
    let nobody = IntentId::new(u64::from(u32::MAX));
    assert!(
        journal.conclude(nobody, done("T2")).await.is_err(),
        "no such entry"
    );
    same(
        journal.entry(nobody).await.expect("an answer"),
        None,
        "no such entry",
    );
    same(
        resolve(journal, nobody, done("T2")).await,
        Resolved::NoSuchEntry,
        "no such entry",
    );
}

async fn a_key_stands_for_one_request(journal: &dyn Journal) {
    let first = || keyed("job 1", transfer("anna", "1"));
    let id = begin(journal, first()).await;
    for conclusion in [None, Some(unknown()), Some(refused()), Some(done("T1"))] {
        if let Some(conclusion) = &conclusion {
            conclude(journal, id, conclusion.clone()).await;
        }
        let entry = entry(journal, id).await;
        let again = journal.begin(first()).await.expect("an answer");
        same(
            again,
            Begun::Before(entry.clone()),
            "the same under the same key",
        );
        let under = journal.entry_under(&key("job 1")).await.expect("an answer");
        same(under, Some(entry.clone()), "found by its key");
        let other = keyed("job 1", transfer("anna", "2"));
        let other = journal.begin(other).await.expect("an answer");
        same(
            other,
            Begun::KeyTaken(entry.clone()),
            "another amount under the same key",
        );
        let mut other = first();
        other.fingerprint = Some(Fingerprint::of(&key("job 1"), &["other details"]));
        let other = journal.begin(other).await.expect("an answer");
        same(
            other,
            Begun::KeyTaken(entry),
            "other details under the same key",
        );
    }
    begin(journal, keyed("job 2", transfer("anna", "1"))).await;
    same(
        journal.entry_under(&key("job 3")).await.expect("an answer"),
        None,
        "an unused key",
    );
}

async fn a_key_is_free_again_where_nothing_was_completed(journal: &dyn Journal) {
    let first = || keyed("job", transfer("anna", "1"));
    let mut ids = Vec::new();
    let partly = Conclusion::Partly {
        cards: Vec::new(),
        rule: None,
    };
    for conclusion in [Conclusion::NotSent, partly, Conclusion::Absent] {
        let id = begin(journal, first()).await;
        conclude(journal, id, conclusion).await;
        same(
            journal.entry_under(&key("job")).await.expect("an answer"),
            None,
            "freed",
        );
        ids.push(id);
    }
    let last = begin(journal, first()).await;
    conclude(journal, last, done("T3")).await;
    // It did happen, and says so too late: the key stays with whoever has it now.
    conclude(journal, ids[1], done("T2")).await;
    let under = journal.entry_under(&key("job")).await.expect("an answer");
    same(under.map(|it| it.id), Some(last), "the key's holder");
    same(
        entry(journal, ids[1]).await.reference(),
        Some(&reference("T2")),
        "the late truth",
    );
}

async fn one_shape_is_in_doubt_once(journal: &dyn Journal) {
    let first = begin(journal, intent(transfer("anna", "1"))).await;
    let alike = || intent(transfer("anna", "1.00"));
    for conclusion in [None, Some(unknown())] {
        if let Some(conclusion) = conclusion {
            conclude(journal, first, conclusion).await;
        }
        let entry = entry(journal, first).await;
        let second = journal.begin(alike()).await.expect("an answer");
        same(second, Begun::InDoubt(entry), "a second one of the shape");
    }
    begin(journal, intent(transfer("anna", "2"))).await;
    begin(journal, intent(transfer("ben", "1"))).await;
    conclude(journal, first, done("T1")).await;
    let second = begin(journal, alike()).await;
    // What the first says again is not about the second.
    conclude(journal, first, done("T1")).await;
    let third = journal.begin(alike()).await.expect("an answer");
    same(
        third,
        Begun::InDoubt(entry(journal, second).await),
        "the second is in doubt",
    );
    resolve(journal, second, Conclusion::Absent).await;
    begin(journal, alike()).await;
}

async fn what_has_a_natural_key_is_not_held_up(journal: &dyn Journal) {
    let owner = || Owner::User(user("anna"));
    let exchange = |lock: &str| Action::Exchange {
        owner: owner(),
        lock: LockId::new(lock).expect("an id"),
        money: euro("1"),
        to: partner_api_core::Currency::BTC,
    };
    let payout = |token| Action::PayOut {
        owner: owner(),
        money: euro("1"),
        token,
    };
    begin(journal, intent(exchange("L1"))).await;
    begin(journal, intent(exchange("L2"))).await;
    begin(journal, intent(payout(Some(PayOutToken::generate())))).await;
    begin(journal, intent(payout(Some(PayOutToken::generate())))).await;
    let titled = begin(journal, intent(payout(None))).await;
    let again = journal
        .begin(intent(payout(None)))
        .await
        .expect("an answer");
    same(
        again,
        Begun::InDoubt(entry(journal, titled).await),
        "a payout with the caller's title",
    );
}

async fn a_doubt_is_settled_once(journal: &dyn Journal) {
    let id = begin(journal, intent(transfer("anna", "1"))).await;
    same(
        resolve(journal, id, done("T1")).await,
        Resolved::Now,
        "resolved",
    );
    let settled = entry(journal, id).await;
    same(settled.conclusion.clone(), Some(done("T1")), "how");
    let again = resolve(journal, id, Conclusion::Absent).await;
    same(
        again,
        Resolved::Already(Box::new(settled.clone())),
        "resolved twice",
    );
    same(entry(journal, id).await, settled, "nothing was changed");
}

async fn a_movement_is_accounted_for_once(journal: &dyn Journal) {
    let first = begin(journal, intent(transfer("anna", "1"))).await;
    let second = begin(journal, intent(transfer("anna", "2"))).await;
    conclude(journal, first, done("T1")).await;
    let taken = resolve(journal, second, done("T1")).await;
    same(
        taken,
        Resolved::ReferenceTaken(first),
        "the first one's movement",
    );
    assert!(
        entry(journal, second).await.is_unresolved(),
        "nothing was changed"
    );
    // A card may be called what a transfer is called.
    let card = Reference::Card(CardId::new("T1").expect("an id"));
    let other = resolve(journal, second, Conclusion::done_as(card)).await;
    same(other, Resolved::Now, "another kind of thing of the same id");
}

async fn the_call_itself_knows_best(journal: &dyn Journal) {
    let id = begin(journal, keyed("job", transfer("anna", "1"))).await;
    resolve(journal, id, Conclusion::Absent).await;
    conclude(journal, id, unknown()).await;
    let kept = entry(journal, id).await.conclusion;
    same(
        kept,
        Some(Conclusion::Absent),
        "what is unknown replaces nothing known",
    );
    conclude(journal, id, done("T1")).await;
    same(
        entry(journal, id).await.conclusion,
        Some(done("T1")),
        "what the call knows",
    );
    let under = journal.entry_under(&key("job")).await.expect("an answer");
    same(under.map(|it| it.id), Some(id), "the key is held again");
}

async fn entries_are_found_by_user_and_by_shape(journal: &dyn Journal) {
    let mut ids = Vec::new();
    for second in 0..4 {
        let mut intent = intent(transfer("anna", "1"));
        intent.at = at(second);
        let id = begin(journal, intent).await;
        conclude(journal, id, refused()).await;
        ids.push(id);
    }
    let between = Action::Transfer {
        source: Some(user("anna")),
        destination: Some(user("ben")),
        money: euro("1"),
    };
    let between = begin(journal, intent(between)).await;
    let numbers = |entries: Vec<Entry>| entries.iter().map(|it| it.id).collect::<Vec<_>>();
    let of_anna = journal.entries_of(&user("anna")).await.expect("a list");
    same(
        numbers(of_anna),
        [&ids[..], &[between]].concat(),
        "anna's, oldest first",
    );
    let of_ben = journal.entries_of(&user("ben")).await.expect("a list");
    same(numbers(of_ben), vec![between], "ben's");
    let shape = transfer("anna", "1").shape().expect("a shape");
    let since = journal.entries_like(&shape, at(2)).await.expect("a list");
    same(
        numbers(since),
        ids[2..].to_vec(),
        "of this shape, from this time on",
    );
}

async fn of_many_at_once_one_begins(journal: Arc<dyn Journal>) {
    for round in 0..20 {
        let asked: Vec<_> = (0..16)
            .map(|number| {
                let journal = Arc::clone(&journal);
                let money = format!("{}", round + 1);
                // Half of them under one key, the others without: all of one shape.
                let intent = match number % 2 {
                    0 => keyed(&format!("round {round}"), transfer("anna", &money)),
                    _ => intent(transfer("anna", &money)),
                };
                tokio::spawn(async move { journal.begin(intent).await.expect("an answer") })
            })
            .collect();
        let mut begun = 0;
        for answer in asked {
            let answer = answer.await.expect("no panic");
            begun += usize::from(matches!(answer, Begun::New(_)));
        }
        same(begun, 1, "of many at once one begins");
    }
}

async fn a_dropped_future_leaves_a_whole_intent_or_none(journal: &dyn Journal) {
    let mut has_begun = false;
    for polls in 0..POLLS_MAX {
        let name = format!("cut {polls}");
        let wanted = keyed(&name, transfer("anna", &format!("{}", polls + 1)));
        {
            let mut future = journal.begin(wanted.clone());
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            for _ in 0..polls {
                if future.as_mut().poll(&mut context).is_ready() {
                    break;
                }
            }
        }
        // What was queued before this is done.
        let fence = begin(
            journal,
            intent(Action::Verify {
                user: user("fence"),
            }),
        )
        .await;
        conclude(journal, fence, refused()).await;
        let found = journal.entry_under(&key(&name)).await.expect("an answer");
        has_begun |= found.is_some();
        if let Some(entry) = found {
            same(entry.intent, wanted, "a whole intent");
            let unresolved = journal.unresolved().await.expect("a list");
            assert!(
                unresolved.iter().any(|it| it.id == entry.id),
                "and unresolved"
            );
        }
    }
    assert!(has_begun, "a future that is polled often enough begins");
}
