//! A journal in memory, for tests, scripts and first steps.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use partner_api_core::{Timestamp, UserId};

use super::{
    Begun, Conclusion, Entry, Intent, IntentId, Journal, JournalError, JournalFuture, Reference,
    RequestKey, Resolution, Resolved, Shape,
};

/// A journal that lives and dies with its process.
///
/// # What it cannot promise
/// - After a crash or a restart nothing is known: not which movements are in doubt, not which cards
///   a suspension blocked (so `unsuspend` restores none of them), not who was closed.
/// - Other processes of the same partner do not see it.
/// - Of movements, orders and the like that ended well or were refused it keeps the newest 10,000 only, so that a
///   process can run for months, and with the others it forgets their keys. What is unresolved, and everything about a
///   user's standing and cards, is kept.
#[derive(Default)]
pub struct VolatileJournal {
    state: Mutex<State>,
}

/// How many settled entries are kept that are only a record.
const SETTLED_MAX: usize = 10_000;

#[derive(Default)]
struct State {
    last: u64,
    entries: BTreeMap<IntentId, Entry>,
    by_user: HashMap<UserId, VecDeque<IntentId>>,
    by_shape: HashMap<Shape, VecDeque<IntentId>>,
    /// Which entry holds a key.
    keys: HashMap<RequestKey, IntentId>,
    /// Which unresolved entry has a guarded shape.
    in_doubt: HashMap<Shape, IntentId>,
    /// Which entry accounts for what the provider did.
    references: HashMap<Reference, IntentId>,
    /// What may be forgotten, oldest first.
    settled: VecDeque<IntentId>,
}

impl VolatileJournal {
    /// An empty journal.
    pub fn new() -> Self {
        Self::default()
    }

    /// Every entry, oldest first.
    pub fn entries(&self) -> Vec<Entry> {
        self.state().entries.values().cloned().collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No method panics between two changes, so a poisoned state is a whole one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How much it holds, not what.
impl fmt::Debug for VolatileJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self.state().entries.len();
        f.debug_struct("VolatileJournal")
            .field("entries", &entries)
            .finish_non_exhaustive()
    }
}

impl State {
    fn begin(&mut self, intent: Intent) -> Begun {
        let (key, shape) = (intent.key.clone(), intent.action.guarded_shape());
        let keyed = key.as_ref().and_then(|key| self.keys.get(key));
        let alike = shape.as_ref().and_then(|shape| self.in_doubt.get(shape));
        let entry = |id: Option<&IntentId>| id.and_then(|id| self.entries.get(id)).cloned();
        if let Some(instead) = Begun::instead(&intent, entry(keyed), entry(alike)) {
            return instead;
        }
        self.last += 1;
        let id = IntentId::new(self.last);
        for user in intent.action.users() {
            self.by_user.entry(user.clone()).or_default().push_back(id);
        }
        if let Some(shape) = intent.action.shape() {
            self.by_shape.entry(shape).or_default().push_back(id);
        }
        self.keys.extend(key.map(|key| (key, id)));
        self.in_doubt.extend(shape.map(|shape| (shape, id)));
        self.entries.insert(id, Entry::new(id, intent, None));
        Begun::New(id)
    }

    fn conclude(&mut self, id: IntentId, conclusion: Conclusion) -> Result<(), JournalError> {
        let Some(entry) = self.entries.get_mut(&id) else {
            return Err(JournalError::new(format!("this journal has no entry {id}")));
        };
        let was_settled = !entry.is_unresolved();
        if was_settled && conclusion.is_unknown() {
            return Ok(());
        }
        if let Some(before) = entry.reference()
            && self.references.get(before) == Some(&id)
        {
            self.references.remove(before);
        }
        entry.conclusion = Some(conclusion);
        if let Some(reference) = entry.reference() {
            self.references.entry(reference.clone()).or_insert(id);
        }
        if entry.is_unresolved() {
            return Ok(());
        }
        let action = &entry.intent.action;
        if let Some(shape) = action.guarded_shape()
            && self.in_doubt.get(&shape) == Some(&id)
        {
            self.in_doubt.remove(&shape);
        }
        if let Some(key) = &entry.intent.key {
            if !entry.frees_its_key() {
                self.keys.entry(key.clone()).or_insert(id);
            } else if self.keys.get(key) == Some(&id) {
                self.keys.remove(key);
            }
        }
        if !was_settled && !action.is_about_standing() {
            self.settled.push_back(id);
            self.forget_old();
        }
        Ok(())
    }

    fn resolve(&mut self, id: IntentId, conclusion: Conclusion) -> Result<Resolved, JournalError> {
        let claimant = conclusion
            .reference()
            .and_then(|it| self.references.get(it));
        let entry = self.entries.get(&id).cloned();
        match Resolved::instead(entry, claimant.copied()) {
            Some(instead) => Ok(instead),
            None => self.conclude(id, conclusion).map(|()| Resolved::Now),
        }
    }

    fn all<'a>(&'a self, ids: Option<&'a VecDeque<IntentId>>) -> impl Iterator<Item = &'a Entry> {
        let ids = ids.into_iter().flatten();
        ids.filter_map(|id| self.entries.get(id))
    }

    fn forget_old(&mut self) {
        while self.settled.len() > SETTLED_MAX {
            let Some(id) = self.settled.pop_front() else {
                return;
            };
            let Some(entry) = self.entries.remove(&id) else {
                continue;
            };
            for user in entry.intent.action.users() {
                if let Some(ids) = self.by_user.get_mut(user) {
                    strike(ids, id);
                }
            }
            if let Some(ids) = entry
                .intent
                .action
                .shape()
                .and_then(|it| self.by_shape.get_mut(&it))
            {
                strike(ids, id);
            }
            if let Some(reference) = entry.reference()
                && self.references.get(reference) == Some(&id)
            {
                self.references.remove(reference);
            }
            if let Some(key) = &entry.intent.key
                && self.keys.get(key) == Some(&id)
            {
                self.keys.remove(key);
            }
        }
    }
}

/// Takes an entry out of a list. What is forgotten is old, so it stands near the front.
fn strike(ids: &mut VecDeque<IntentId>, id: IntentId) {
    if let Some(position) = ids.iter().position(|it| *it == id) {
        ids.remove(position);
    }
}

impl Journal for VolatileJournal {
    fn begin(&self, intent: Intent) -> JournalFuture<'_, Begun> {
        Box::pin(async move { Ok(self.state().begin(intent)) })
    }

    fn conclude(&self, id: IntentId, conclusion: Conclusion) -> JournalFuture<'_, ()> {
        Box::pin(async move { self.state().conclude(id, conclusion) })
    }

    fn resolve(&self, id: IntentId, resolution: Resolution) -> JournalFuture<'_, Resolved> {
        Box::pin(async move { self.state().resolve(id, resolution.conclusion) })
    }

    fn entry(&self, id: IntentId) -> JournalFuture<'_, Option<Entry>> {
        Box::pin(async move { Ok(self.state().entries.get(&id).cloned()) })
    }

    fn entry_under<'a>(&'a self, key: &'a RequestKey) -> JournalFuture<'a, Option<Entry>> {
        Box::pin(async move {
            let state = self.state();
            let id = state.keys.get(key);
            Ok(id.and_then(|id| state.entries.get(id)).cloned())
        })
    }

    fn entries_of<'a>(&'a self, user: &'a UserId) -> JournalFuture<'a, Vec<Entry>> {
        Box::pin(async move {
            let state = self.state();
            Ok(state.all(state.by_user.get(user)).cloned().collect())
        })
    }

    fn entries_like<'a>(
        &'a self,
        shape: &'a Shape,
        since: Timestamp,
    ) -> JournalFuture<'a, Vec<Entry>> {
        Box::pin(async move {
            let state = self.state();
            let alike = state.all(state.by_shape.get(shape));
            Ok(alike.filter(|it| since <= it.intent.at).cloned().collect())
        })
    }

    fn unresolved(&self) -> JournalFuture<'_, Vec<Entry>> {
        Box::pin(async move {
            let state = self.state();
            let entries = state.entries.values().filter(|entry| entry.is_unresolved());
            Ok(entries.cloned().collect())
        })
    }
}

#[cfg(test)]
mod tests {
    use partner_api_core::{CardId, DepositId, LockId, Money, Owner, Timestamp};

    use super::*;
    use crate::journal::Action;

    async fn begin(journal: &VolatileJournal, intent: Intent) -> IntentId {
        match journal.begin(intent).await.unwrap() {
            Begun::New(id) => id,
            instead => panic!("{instead:?}"),
        }
    }

    fn funding(user: &str, money: &str) -> Intent {
        let money: Money = money.parse().unwrap();
        let destination = Some(UserId::new(user).unwrap());
        let action = Action::Transfer {
            source: None,
            destination,
            money,
        };
        Intent::new(action, Timestamp::EPOCH)
    }

    #[tokio::test]
    async fn it_is_a_journal() {
        crate::journal::conformance::run(async || std::sync::Arc::new(VolatileJournal::new()) as _)
            .await;
    }

    #[tokio::test]
    async fn old_settled_records_are_forgotten_and_what_is_unresolved_or_about_standing_is_not() {
        let journal = VolatileJournal::new();
        let user = UserId::new("anna").unwrap();
        let suspend = Action::Suspend {
            user: user.clone(),
            cards: vec![],
        };
        let in_doubt = begin(&journal, funding("anna", "2 eur")).await;
        let suspended = Intent::new(suspend, Timestamp::EPOCH);
        let suspended = begin(&journal, suspended).await;
        journal
            .conclude(suspended, Conclusion::done())
            .await
            .unwrap();
        // Everything that is only a record, whether it moves money or not.
        let records = [
            funding("anna", "1 eur").action,
            Action::CreateLink {
                money: "1 eur".parse().unwrap(),
            },
            Action::CreateOrder {
                lock: LockId::new("L").unwrap(),
            },
            Action::CreateWallet {
                currency: "eth".parse().unwrap(),
            },
            Action::SupplyTravelRule {
                owner: Owner::User(user.clone()),
                deposit: DepositId::new("D").unwrap(),
            },
            Action::SetLimits {
                user: user.clone(),
                card: CardId::new("C").unwrap(),
            },
        ];
        let number = SETTLED_MAX + 5 * records.len();
        for action in records.iter().cycle().take(number) {
            let intent = Intent::new(action.clone(), Timestamp::EPOCH);
            let id = begin(&journal, intent).await;
            journal.conclude(id, Conclusion::done()).await.unwrap();
        }
        assert_eq!(journal.entries().len(), SETTLED_MAX + 2);
        let kept = journal.entries_of(&user).await.unwrap();
        assert_eq!((kept[0].id, kept[1].id), (in_doubt, suspended));
    }
}
