//! The beliefs about all users of a process: a cache in front of the journal.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use partner_api_core::UserId;

use super::{Belief, Fact};
use crate::journal::Entry;

/// Beyond this many users the cache starts over; the journal knows them all.
const USERS_MAX: usize = 50_000;

#[derive(Debug, Default)]
pub(crate) struct Beliefs(Mutex<HashMap<UserId, Belief>>);

impl Beliefs {
    pub(crate) fn of(&self, user: &UserId) -> Option<Belief> {
        self.map().get(user).copied()
    }

    /// Takes what the journal says, unless something was learnt meanwhile.
    pub(crate) fn load(&self, user: &UserId, entries: &[Entry]) -> Belief {
        let mut map = self.map();
        if USERS_MAX <= map.len() {
            map.clear();
        }
        *map.entry(user.clone())
            .or_insert_with(|| Belief::of(entries))
    }

    /// Corrects a belief. `true` if the fact proves that the user is closed.
    pub(crate) fn learn(&self, user: &UserId, fact: &Fact) -> bool {
        let mut map = self.map();
        let Some(belief) = map.get_mut(user) else {
            return false;
        };
        let was_closed = belief.is_closed();
        *belief = belief.after(fact);
        belief.is_closed() && !was_closed
    }

    /// The journal has news about the user.
    pub(crate) fn forget(&self, user: &UserId) {
        self.map().remove(user);
    }

    fn map(&self) -> MutexGuard<'_, HashMap<UserId, Belief>> {
        // A belief is replaced in one assignment, so a poisoned map is a whole one.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
