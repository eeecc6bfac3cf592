//! The journal: an intent before every change, and nothing sent without one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use partner_api_domain::core::{Money, Timestamp, UserId};
use partner_api_domain::journal::{
    Action, Begun, Conclusion, Entry, Intent, IntentId, Journal, JournalError, JournalFuture,
    Reference, Resolution, Resolved, Shape,
};
use partner_api_domain::{Identity, NewCard, Reason, RequestKey, UserUpdate, VolatileJournal};

use crate::fake::{Fake, anna, card};

/// A journal that can be broken.
#[derive(Debug, Default)]
struct Breakable {
    inner: VolatileJournal,
    cannot_begin: AtomicBool,
    cannot_conclude: AtomicBool,
}

impl Breakable {
    fn broken<'a, T: 'a>(what: &str) -> JournalFuture<'a, T> {
        let error = JournalError::new(what).caused_by("disk full");
        Box::pin(async move { Err(error) })
    }
}

impl Journal for Breakable {
    fn begin(&self, intent: Intent) -> JournalFuture<'_, Begun> {
        match self.cannot_begin.load(Ordering::SeqCst) {
            true => Self::broken("the journal cannot be written"),
            false => self.inner.begin(intent),
        }
    }

    fn conclude(&self, id: IntentId, conclusion: Conclusion) -> JournalFuture<'_, ()> {
        match self.cannot_conclude.load(Ordering::SeqCst) {
            true => Self::broken("the journal cannot be written"),
            false => self.inner.conclude(id, conclusion),
        }
    }

    fn resolve(&self, id: IntentId, resolution: Resolution) -> JournalFuture<'_, Resolved> {
        match self.cannot_conclude.load(Ordering::SeqCst) {
            true => Self::broken("the journal cannot be written"),
            false => self.inner.resolve(id, resolution),
        }
    }

    fn entry(&self, id: IntentId) -> JournalFuture<'_, Option<Entry>> {
        self.inner.entry(id)
    }

    fn entry_under<'a>(&'a self, key: &'a RequestKey) -> JournalFuture<'a, Option<Entry>> {
        self.inner.entry_under(key)
    }

    fn entries_of<'a>(&'a self, user: &'a UserId) -> JournalFuture<'a, Vec<Entry>> {
        self.inner.entries_of(user)
    }

    fn entries_like<'a>(
        &'a self,
        shape: &'a Shape,
        since: Timestamp,
    ) -> JournalFuture<'a, Vec<Entry>> {
        self.inner.entries_like(shape, since)
    }

    fn unresolved(&self) -> JournalFuture<'_, Vec<Entry>> {
        self.inner.unresolved()
    }
}

/// A journal in which nothing can be begun.
pub(crate) fn broken() -> Arc<dyn Journal> {
    let journal = Breakable::default();
    journal.cannot_begin.store(true, Ordering::SeqCst);
    Arc::new(journal)
}

fn one_euro() -> Money {
    "1 eur".parse().unwrap()
}

#[tokio::test]
async fn nothing_is_sent_if_the_intent_cannot_be_written() {
    let fake = Fake::with_cards("C1");
    let journal = Arc::new(Breakable::default());
    journal.cannot_begin.store(true, Ordering::SeqCst);
    let partner = fake.partner.clone().with_journal(journal);
    let anna_ = partner.user("anna").unwrap();
    let identity = Identity::passport("ZS0001234".parse().unwrap());
    let new_card = NewCard::new("holiday", "1234".parse().unwrap()).unwrap();
    let errors = [
        partner
            .transfers()
            .fund(&anna(), one_euro())
            .await
            .unwrap_err(),
        anna_.cards().create(new_card).await.unwrap_err(),
        anna_.cards().block(&card("C1")).await.unwrap_err(),
        anna_.verify(identity).await.unwrap_err(),
        anna_
            .update(UserUpdate::new().city("Ulm".parse().unwrap()))
            .await
            .unwrap_err(),
        anna_.suspend(Reason::Fraud).await.unwrap_err(),
        anna_.unsuspend().await.unwrap_err(),
    ];
    for error in errors {
        assert!(
            error.is_journal() && !error.may_have_moved_money(),
            "{error}"
        );
        let cause = std::error::Error::source(&error).unwrap();
        assert_eq!(cause.to_string(), "the journal cannot be written");
    }
    let changes = fake
        .steps_since(0)
        .into_iter()
        .filter(|step| !step.starts_with("GET"));
    assert_eq!(changes.count(), 0);
}

#[tokio::test]
async fn an_outcome_that_cannot_be_written_leaves_the_entry_unresolved() {
    let fake = Fake::with_cards("");
    let journal = Arc::new(Breakable::default());
    journal.cannot_conclude.store(true, Ordering::SeqCst);
    let partner = fake.partner.clone().with_journal(journal);
    let outcome = partner.transfers().fund(&anna(), one_euro()).await.unwrap();
    assert!(
        outcome.done().is_ok(),
        "it happened, whatever the journal says"
    );
    assert_eq!(partner.unresolved().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_transfer_is_found_under_both_users_with_its_reference() {
    let fake = Fake::with_cards("");
    let ben = UserId::new("ben").unwrap();
    let transfers = fake.partner.transfers();
    let receipt = transfers
        .between(&anna(), &ben, one_euro())
        .by("ops:7")
        .because(Reason::other("refund"))
        .await
        .unwrap()
        .done()
        .unwrap();
    for user in [&anna(), &ben] {
        let entries = fake.partner.journal().entries_of(user).await.unwrap();
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].id, receipt.intent);
        let done = Conclusion::Done {
            reference: Some(Reference::Transfer(receipt.id.clone())),
            cards: Vec::new(),
        };
        assert_eq!(entries[0].conclusion, Some(done));
        assert_eq!(entries[0].intent.actor.as_ref().unwrap().as_str(), "ops:7");
        assert_eq!(entries[0].intent.reason, Some(Reason::other("refund")));
    }
}

#[tokio::test]
async fn personal_data_is_not_journaled() {
    let fake = Fake::with_cards("");
    let update = UserUpdate::new().email("secret@example.com".parse().unwrap());
    fake.anna().update(update).await.unwrap();
    let new_card = NewCard::new("secret-label", "9876".parse().unwrap()).unwrap();
    fake.anna()
        .cards()
        .create(new_card)
        .await
        .unwrap()
        .done()
        .unwrap();
    let entries = fake.journal.entries();
    assert!(matches!(entries[0].intent.action, Action::Update { .. }));
    let text = format!("{entries:?}");
    for secret in ["secret", "9876", "4111"] {
        assert!(!text.contains(secret), "{text}");
    }
}
