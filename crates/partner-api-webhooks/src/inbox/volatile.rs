//! An inbox in memory, for tests and first steps.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::fmt;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use partner_api_core::Timestamp;

use super::{
    Claimed, Counts, DeadLetter, Inbox, InboxFuture, Known, Lease, Letter, LetterId, Receipt,
};
use crate::decode::EventKey;
use crate::object::{Address, ObjectRef};

/// An inbox that lives and dies with its process.
///
/// # What it cannot promise
/// - After a crash or a restart every event that was acknowledged and not handled is lost, and nobody will send it again.
/// - Repetitions are recognised, and late events detected, only as far back as the process began.
/// - Other processes of the same partner do not see it.
#[derive(Default)]
pub struct VolatileInbox {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    last: u64,
    letters: BTreeMap<LetterId, Kept>,
    /// The newest letter of each key.
    by_key: HashMap<EventKey, LetterId>,
    /// The waiting letters of each object, first in line first.
    lines: HashMap<ObjectRef, VecDeque<LetterId>>,
    /// The waiting letters that are first in their line, or in none, by when they are due.
    heads: BTreeSet<(Timestamp, LetterId)>,
    objects: BTreeMap<ObjectRef, (Known, Timestamp)>,
    waiting: u64,
    dead: u64,
}

struct Kept {
    letter: Letter,
    received_at: Timestamp,
    claim: u64,
    attempt: u32,
    place: Place,
}

#[derive(Clone, PartialEq, Eq)]
enum Place {
    /// Not to be claimed before then; the end of its lease for one that is leased.
    Waiting(Timestamp),
    Dead(Box<str>),
    Handled,
}

impl State {
    /// Puts a letter that is due at `due` at the end of its object's line.
    fn enqueue(&mut self, id: LetterId, object: Option<&ObjectRef>, due: Timestamp) {
        self.waiting += 1;
        if let Some(object) = object {
            let line = self.lines.entry(object.clone()).or_default();
            line.push_back(id);
            if line.front() != Some(&id) {
                return;
            }
        }
        self.heads.insert((due, id));
    }

    /// Moves a leased letter; `false` if the lease was lost.
    fn settle(&mut self, lease: Lease, place: Place) -> bool {
        let id = lease.letter;
        let Some(kept) = self
            .letters
            .get_mut(&id)
            .filter(|it| it.claim == lease.claim)
        else {
            return false;
        };
        let Place::Waiting(due) = kept.place else {
            return false;
        };
        self.heads.remove(&(due, id));
        kept.place = place;
        match kept.place {
            Place::Waiting(later) => {
                kept.claim += 1;
                self.heads.insert((later, id));
                return true;
            }
            Place::Dead(_) => self.dead += 1,
            Place::Handled => kept.letter.body = Vec::new(),
        }
        self.waiting -= 1;
        let object = kept.letter.address.object.clone();
        self.leave_line(object.as_ref());
        true
    }

    /// The first of a line is gone; the next one may be claimed.
    fn leave_line(&mut self, object: Option<&ObjectRef>) {
        let Some(object) = object else {
            return;
        };
        let Some(line) = self.lines.get_mut(object) else {
            return;
        };
        line.pop_front();
        match line.front().map(|id| (*id, &self.letters[id].place)) {
            Some((id, Place::Waiting(due))) => {
                self.heads.insert((*due, id));
            }
            _ => {
                self.lines.remove(object);
            }
        }
    }
}

impl VolatileInbox {
    /// An empty inbox.
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No method panics between two changes, so a poisoned state is a whole one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, letter: Letter, now: Timestamp) -> Receipt {
        let mut state = self.state();
        if let Some(earlier) = state.by_key.get(&letter.key)
            && let Some(earlier) = state.letters.get(earlier)
        {
            let window = letter.address.repeats_within();
            if window.is_none_or(|window| now.since(earlier.received_at) < window) {
                return Receipt::Duplicate;
            }
        }
        state.last += 1;
        let id = LetterId::new(state.last);
        let place = match &letter.fault {
            Some(fault) => Place::Dead(fault.to_string().into()),
            None => Place::Waiting(now),
        };
        match place {
            Place::Waiting(due) => state.enqueue(id, letter.address.object.as_ref(), due),
            _ => state.dead += 1,
        }
        state.by_key.insert(letter.key.clone(), id);
        let kept = Kept {
            letter,
            received_at: now,
            claim: 0,
            attempt: 0,
            place,
        };
        state.letters.insert(id, kept);
        Receipt::Fresh(id)
    }

    fn lease(&self, at_most: usize, now: Timestamp, lease: Duration) -> Vec<Claimed> {
        let mut state = self.state();
        let due = state.heads.iter().take_while(|(due, _)| *due <= now);
        let due: Vec<_> = due.take(at_most).copied().collect();
        let mut claimed = Vec::new();
        for (due, id) in due {
            let state = &mut *state;
            let Some(kept) = state.letters.get_mut(&id) else {
                continue;
            };
            let ends = now.plus(lease);
            state.heads.remove(&(due, id));
            state.heads.insert((ends, id));
            kept.claim += 1;
            kept.attempt += 1;
            kept.place = Place::Waiting(ends);
            let object = kept.letter.address.object.as_ref();
            let known = object.and_then(|it| state.objects.get(it));
            claimed.push(Claimed {
                lease: Lease {
                    letter: id,
                    claim: kept.claim,
                },
                attempt: kept.attempt,
                letter: kept.letter.clone(),
                received_at: kept.received_at,
                known: known.map(|(known, _)| known.clone()),
            });
        }
        claimed
    }

    fn revive(&self, id: LetterId, address: Address, now: Timestamp) -> bool {
        let mut state = self.state();
        let Some(kept) = state.letters.get_mut(&id) else {
            return false;
        };
        if !matches!(kept.place, Place::Dead(_)) {
            return false;
        }
        kept.place = Place::Waiting(now);
        kept.attempt = 0;
        kept.claim += 1;
        kept.letter.fault = None;
        kept.letter.address = address.clone();
        state.dead -= 1;
        state.enqueue(id, address.object.as_ref(), now);
        true
    }
}

impl Inbox for VolatileInbox {
    fn receive(&self, letter: Letter, now: Timestamp) -> InboxFuture<'_, Receipt> {
        Box::pin(async move { Ok(self.take(letter, now)) })
    }

    fn claim(
        &self,
        at_most: usize,
        now: Timestamp,
        lease: Duration,
    ) -> InboxFuture<'_, Vec<Claimed>> {
        Box::pin(async move { Ok(self.lease(at_most, now, lease)) })
    }

    fn done(&self, lease: Lease, news: Option<Known>, now: Timestamp) -> InboxFuture<'_, bool> {
        Box::pin(async move {
            let mut state = self.state();
            let is_ours = state.settle(lease, Place::Handled);
            if let Some(news) = news.filter(|_| is_ours) {
                state.objects.insert(news.object.clone(), (news, now));
            }
            Ok(is_ours)
        })
    }

    fn retry_later<'a>(
        &'a self,
        lease: Lease,
        due: Timestamp,
        _: &'a str,
    ) -> InboxFuture<'a, bool> {
        Box::pin(async move { Ok(self.state().settle(lease, Place::Waiting(due))) })
    }

    fn bury<'a>(&'a self, lease: Lease, why: &'a str, _: Timestamp) -> InboxFuture<'a, bool> {
        Box::pin(async move { Ok(self.state().settle(lease, Place::Dead(why.into()))) })
    }

    fn dead_letters(
        &self,
        after: Option<LetterId>,
        at_most: usize,
    ) -> InboxFuture<'_, Vec<DeadLetter>> {
        Box::pin(async move {
            let state = self.state();
            let from = after.map_or(Bound::Unbounded, Bound::Excluded);
            let letters = state.letters.range((from, Bound::Unbounded));
            let dead = letters.filter_map(|(id, kept)| match &kept.place {
                Place::Dead(why) => Some(DeadLetter {
                    id: *id,
                    key: kept.letter.key.clone(),
                    path: kept.letter.path.clone(),
                    address: kept.letter.address.clone(),
                    body: kept.letter.body.clone(),
                    origin: kept.letter.origin,
                    received_at: kept.received_at,
                    why: why.clone(),
                }),
                _ => None,
            });
            Ok(dead.take(at_most).collect())
        })
    }

    fn redrive(&self, id: LetterId, address: Address, now: Timestamp) -> InboxFuture<'_, bool> {
        Box::pin(async move { Ok(self.revive(id, address, now)) })
    }

    fn discard(&self, id: LetterId, _: Timestamp) -> InboxFuture<'_, bool> {
        Box::pin(async move {
            let mut state = self.state();
            let kept = state.letters.get_mut(&id);
            let Some(kept) = kept.filter(|it| matches!(it.place, Place::Dead(_))) else {
                return Ok(false);
            };
            kept.place = Place::Handled;
            kept.letter.body = Vec::new();
            state.dead -= 1;
            Ok(true)
        })
    }

    fn known<'a>(&'a self, object: &'a ObjectRef) -> InboxFuture<'a, Option<Known>> {
        Box::pin(async move {
            let state = self.state();
            Ok(state.objects.get(object).map(|(known, _)| known.clone()))
        })
    }

    fn open_objects<'a>(
        &'a self,
        after: Option<&'a ObjectRef>,
        at_most: usize,
    ) -> InboxFuture<'a, Vec<Known>> {
        Box::pin(async move {
            let state = self.state();
            let from = after.map_or(Bound::Unbounded, Bound::Excluded);
            let objects = state.objects.range((from, Bound::Unbounded));
            let open = objects
                .map(|(_, (known, _))| known)
                .filter(|it| !it.is_final);
            Ok(open.take(at_most).cloned().collect())
        })
    }

    fn next_due(&self) -> InboxFuture<'_, Option<Timestamp>> {
        Box::pin(async move { Ok(self.state().heads.first().map(|(due, _)| *due)) })
    }

    fn counts(&self) -> InboxFuture<'_, Counts> {
        Box::pin(async move {
            let State { waiting, dead, .. } = *self.state();
            Ok(Counts { waiting, dead })
        })
    }

    fn forget(&self, before: Timestamp) -> InboxFuture<'_, u64> {
        Box::pin(async move {
            let mut state = self.state();
            let count = state.letters.len();
            state
                .letters
                .retain(|_, it| it.place != Place::Handled || before <= it.received_at);
            state
                .objects
                .retain(|_, (known, at)| !known.is_final || before <= *at);
            let newest = state
                .letters
                .iter()
                .map(|(id, it)| (it.letter.key.clone(), *id));
            state.by_key = newest.collect();
            Ok((count - state.letters.len()) as u64)
        })
    }
}

/// How much it holds, not what.
impl fmt::Debug for VolatileInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters = self.state().letters.len();
        f.debug_struct("VolatileInbox")
            .field("letters", &letters)
            .finish_non_exhaustive()
    }
}
