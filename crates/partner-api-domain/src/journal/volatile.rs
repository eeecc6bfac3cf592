//! A journal in memory, for tests, scripts and first steps.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use partner_api_core::UserId;

use super::{Conclusion, Entry, Intent, IntentId, Journal, JournalError, JournalFuture};

/// A journal that lives and dies with its process.
///
/// # What it cannot promise
/// - After a crash or a restart nothing is known: not which movements are in doubt, not which cards
///   a suspension blocked (so `unsuspend` restores none of them), not who was closed.
/// - Other processes of the same partner do not see it.
/// - Of movements, orders and the like that ended well or were refused it keeps the newest 10,000 only, so that a
///   process can run for months. What is unresolved, and everything about a user's standing and cards, is kept.
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
    fn begin(&mut self, intent: Intent) -> IntentId {
        self.last += 1;
        let id = IntentId::new(self.last);
        for user in intent.action.users() {
            self.by_user.entry(user.clone()).or_default().push_back(id);
        }
        self.entries.insert(id, Entry::new(id, intent, None));
        id
    }

    fn conclude(&mut self, id: IntentId, conclusion: Conclusion) -> Result<(), JournalError> {
        let Some(entry) = self.entries.get_mut(&id) else {
            return Err(JournalError::new(format!("this journal has no entry {id}")));
        };
        let was_settled = !entry.is_unresolved();
        entry.conclusion = Some(conclusion);
        let is_record = !entry.intent.action.is_about_standing();
        if !was_settled && !entry.is_unresolved() && is_record {
            self.settled.push_back(id);
            self.forget_old();
        }
        Ok(())
    }

    fn forget_old(&mut self) {
        while self.settled.len() > SETTLED_MAX {
            let Some(entry) = self
                .settled
                .pop_front()
                .and_then(|id| self.entries.remove(&id))
            else {
                return;
            };
            for user in entry.intent.action.users() {
                let Some(ids) = self.by_user.get_mut(user) else {
                    continue;
                };
                // What is forgotten is old, so it stands near the front.
                if let Some(position) = ids.iter().position(|id| *id == entry.id) {
                    ids.remove(position);
                }
            }
        }
    }
}

impl Journal for VolatileJournal {
    fn begin(&self, intent: Intent) -> JournalFuture<'_, IntentId> {
        Box::pin(async move { Ok(self.state().begin(intent)) })
    }

    fn conclude(&self, id: IntentId, conclusion: Conclusion) -> JournalFuture<'_, ()> {
        Box::pin(async move { self.state().conclude(id, conclusion) })
    }

    fn entries_of<'a>(&'a self, user: &'a UserId) -> JournalFuture<'a, Vec<Entry>> {
        Box::pin(async move {
            let state = self.state();
            let ids = state.by_user.get(user).into_iter().flatten();
            Ok(ids
                .filter_map(|id| state.entries.get(id))
                .cloned()
                .collect())
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
    use partner_api_core::{Money, Timestamp};

    use super::*;
    use crate::journal::Action;

    fn funding(user: &str) -> Intent {
        let money: Money = "1 eur".parse().unwrap();
        let destination = Some(UserId::new(user).unwrap());
        let action = Action::Transfer {
            source: None,
            destination,
            money,
        };
        Intent::new(action, Timestamp::EPOCH)
    }

    #[tokio::test]
    async fn an_intent_is_unresolved_until_it_is_concluded() {
        let journal = VolatileJournal::new();
        let id = journal.begin(funding("anna")).await.unwrap();
        assert_eq!(journal.unresolved().await.unwrap().len(), 1);
        journal
            .conclude(id, Conclusion::Unknown { cards: vec![] })
            .await
            .unwrap();
        assert_eq!(journal.unresolved().await.unwrap().len(), 1);
        journal.conclude(id, Conclusion::done()).await.unwrap();
        assert_eq!(journal.unresolved().await.unwrap(), []);
    }

    #[tokio::test]
    async fn old_settled_records_are_forgotten_and_what_is_unresolved_or_about_standing_is_not() {
        let journal = VolatileJournal::new();
        let user = UserId::new("anna").unwrap();
        let suspend = Action::Suspend {
            user: user.clone(),
            cards: vec![],
        };
        let in_doubt = journal.begin(funding("anna")).await.unwrap();
        let suspended = Intent::new(suspend, Timestamp::EPOCH);
        let suspended = journal.begin(suspended).await.unwrap();
        journal
            .conclude(suspended, Conclusion::done())
            .await
            .unwrap();
        let link = || {
            let money = "1 eur".parse().unwrap();
            Intent::new(Action::CreateLink { money }, Timestamp::EPOCH)
        };
        for number in 0..SETTLED_MAX + 5 {
            let intent = match number % 2 {
                0 => funding("anna"),
                _ => link(),
            };
            let id = journal.begin(intent).await.unwrap();
            journal.conclude(id, Conclusion::done()).await.unwrap();
        }
        assert_eq!(journal.entries().len(), SETTLED_MAX + 2);
        let kept = journal.entries_of(&user).await.unwrap();
        assert_eq!((kept[0].id, kept[1].id), (in_doubt, suspended));
    }

    #[tokio::test]
    async fn concluding_what_was_never_begun_is_an_error() {
        let error = VolatileJournal::new()
            .conclude(IntentId::new(7), Conclusion::done())
            .await;
        assert_eq!(
            error.unwrap_err().to_string(),
            "this journal has no entry #7"
        );
    }
}
