//! Bugs that a suite about money must find, as switches of the client that it kills.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use partner_api::journal::{
    Begun, Conclusion, Entry, Intent, Journal, JournalFuture, Resolution, Resolved, Shape,
};
use partner_api::raw::{ReqwestWire, Wire, WireFuture};
use partner_api::{IntentId, RequestKey, SqliteJournal, Timestamp, UserId};
use partner_api_tests::wire::plain_client;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Planted {
    /// A request whose answer is lost is sent again.
    RetriesBlindly,
    /// The intent is written once the answer is there.
    SendsFirst,
    /// Intents of one shape are in doubt together: half of them are kept elsewhere.
    ForgetsTheGuard,
    /// Of several movements that fit, the first is taken.
    AcceptsAmbiguousMatches,
}

impl Planted {
    pub(crate) fn read(name: &str) -> Self {
        match name {
            "retries-blindly" => Self::RetriesBlindly,
            "sends-first" => Self::SendsFirst,
            "forgets-the-guard" => Self::ForgetsTheGuard,
            "accepts-ambiguous-matches" => Self::AcceptsAmbiguousMatches,
            other => panic!("no planted bug {other}"),
        }
    }
}

/// Sends again what broke off.
#[derive(Debug)]
pub(crate) struct ResendingWire(ReqwestWire);

impl Default for ResendingWire {
    fn default() -> Self {
        Self(ReqwestWire::new(plain_client()))
    }
}

impl Wire for ResendingWire {
    fn exchange(&self, request: reqwest::Request, answer_bytes_max: usize) -> WireFuture<'_> {
        Box::pin(async move {
            let again = request.try_clone();
            match (self.0.exchange(request, answer_bytes_max).await, again) {
                (Err(_), Some(again)) => self.0.exchange(again, answer_bytes_max).await,
                (answer, _) => answer,
            }
        })
    }
}

/// Keeps an intent in mind until it is concluded.
#[derive(Debug)]
pub(crate) struct SendsFirst {
    inner: SqliteJournal,
    last: AtomicU64,
    in_mind: Mutex<HashMap<IntentId, Intent>>,
}

impl SendsFirst {
    pub(crate) fn new(inner: SqliteJournal) -> Self {
        let first = AtomicU64::new(1 << 40);
        let in_mind = Mutex::default();
        Self {
            inner,
            last: first,
            in_mind,
        }
    }
}

impl Journal for SendsFirst {
    fn begin(&self, intent: Intent) -> JournalFuture<'_, Begun> {
        Box::pin(async move {
            if let Some(key) = &intent.key
                && let Some(entry) = self.inner.entry_under(key).await?
            {
                return Ok(Begun::Before(entry));
            }
            let id = IntentId::new(self.last.fetch_add(1, Ordering::SeqCst));
            self.in_mind.lock().expect("no panic").insert(id, intent);
            Ok(Begun::New(id))
        })
    }

    fn conclude(&self, id: IntentId, conclusion: Conclusion) -> JournalFuture<'_, ()> {
        Box::pin(async move {
            let intent = self.in_mind.lock().expect("no panic").remove(&id);
            let Some(intent) = intent else {
                return self.inner.conclude(id, conclusion).await;
            };
            match self.inner.begin(intent).await? {
                Begun::New(id) => self.inner.conclude(id, conclusion).await,
                _ => Ok(()),
            }
        })
    }

    fn resolve(&self, id: IntentId, resolution: Resolution) -> JournalFuture<'_, Resolved> {
        self.inner.resolve(id, resolution)
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

/// Two journals that know nothing of each other, chosen by the key; the entries of the second have odd numbers.
#[derive(Debug)]
pub(crate) struct TwoJournals([SqliteJournal; 2]);

impl TwoJournals {
    pub(crate) fn new(first: SqliteJournal, second: SqliteJournal) -> Self {
        Self([first, second])
    }

    fn by_key(key: Option<&RequestKey>) -> usize {
        key.map_or(0, |key| {
            key.as_str().bytes().map(usize::from).sum::<usize>() % 2
        })
    }

    fn by_id(id: IntentId) -> (usize, IntentId) {
        (usize::from(id.get() % 2 == 1), IntentId::new(id.get() / 2))
    }

    fn outside(which: usize, id: IntentId) -> IntentId {
        IntentId::new(id.get() * 2 + which as u64)
    }

    fn renamed(which: usize, mut entry: Entry) -> Entry {
        entry.id = Self::outside(which, entry.id);
        entry
    }

    async fn both<'a>(
        &'a self,
        list: impl Fn(&'a SqliteJournal) -> JournalFuture<'a, Vec<Entry>>,
    ) -> Result<Vec<Entry>, partner_api::journal::JournalError> {
        let mut all = Vec::new();
        for (which, journal) in self.0.iter().enumerate() {
            let entries = list(journal).await?.into_iter();
            all.extend(entries.map(|entry| Self::renamed(which, entry)));
        }
        Ok(all)
    }
}

impl Journal for TwoJournals {
    fn begin(&self, intent: Intent) -> JournalFuture<'_, Begun> {
        Box::pin(async move {
            let which = Self::by_key(intent.key.as_ref());
            Ok(match self.0[which].begin(intent).await? {
                Begun::New(id) => Begun::New(Self::outside(which, id)),
                Begun::Before(entry) => Begun::Before(Self::renamed(which, entry)),
                Begun::KeyTaken(entry) => Begun::KeyTaken(Self::renamed(which, entry)),
                Begun::InDoubt(entry) => Begun::InDoubt(Self::renamed(which, entry)),
                other => other,
            })
        })
    }

    fn conclude(&self, id: IntentId, conclusion: Conclusion) -> JournalFuture<'_, ()> {
        let (which, id) = Self::by_id(id);
        self.0[which].conclude(id, conclusion)
    }

    fn resolve(&self, id: IntentId, resolution: Resolution) -> JournalFuture<'_, Resolved> {
        let (which, id) = Self::by_id(id);
        self.0[which].resolve(id, resolution)
    }

    fn entry(&self, id: IntentId) -> JournalFuture<'_, Option<Entry>> {
        let (which, id) = Self::by_id(id);
        Box::pin(async move {
            let entry = self.0[which].entry(id).await?;
            Ok(entry.map(|entry| Self::renamed(which, entry)))
        })
    }

    fn entry_under<'a>(&'a self, key: &'a RequestKey) -> JournalFuture<'a, Option<Entry>> {
        let which = Self::by_key(Some(key));
        Box::pin(async move {
            let entry = self.0[which].entry_under(key).await?;
            Ok(entry.map(|entry| Self::renamed(which, entry)))
        })
    }

    fn entries_of<'a>(&'a self, user: &'a UserId) -> JournalFuture<'a, Vec<Entry>> {
        Box::pin(self.both(move |journal| journal.entries_of(user)))
    }

    fn entries_like<'a>(
        &'a self,
        shape: &'a Shape,
        since: Timestamp,
    ) -> JournalFuture<'a, Vec<Entry>> {
        Box::pin(self.both(move |journal| journal.entries_like(shape, since)))
    }

    fn unresolved(&self) -> JournalFuture<'_, Vec<Entry>> {
        Box::pin(self.both(|journal| journal.unresolved()))
    }
}
