//! Rate locks: guaranteed rates for one exchange, for a short time (L11).

use std::collections::BTreeMap;

use crate::decide::Scene;
use crate::event::Event;
use crate::refusal::Gate;
use crate::rule::Rule;
use crate::steps::{Step, step, words};
use crate::user::UserAction;
use crate::{Amount, Currency, LockId, Owner, Timestamp, UserId};

words! {
    /// Where a lock stands.
    LockState {
        /// Can be used until its time is over.
        Open = "open",
        /// Was used.
        Used = "used",
    }
}

words! {
    /// What happens to a lock.
    LockAction {
        /// An exchange is executed at its rates.
        Use = "use",
    }
}

/// The lifecycle of a lock; nothing leaves [`LockState::Used`].
pub const STEPS: &[Step<LockState, LockAction>] = &[step(
    LockState::Open,
    LockAction::Use,
    LockState::Used,
    &[Rule::LockMustNotBeExpired],
)];

/// EUR for one unit of each currency.
pub type Rates = BTreeMap<Currency, Amount>;

/// A lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// Whose lock it is.
    pub owner: Owner,
    /// The guaranteed rates.
    pub rates: Rates,
    /// Where it stands.
    pub state: LockState,
    /// When it was created.
    pub created_at: Timestamp,
    /// The last moment at which it can be used.
    pub valid_until: Timestamp,
}

pub(crate) fn create(
    scene: &Scene<'_>,
    id: &LockId,
    owner: &Owner<UserId>,
    rates: &Rates,
) -> Result<Vec<Event>, Rule> {
    let mut gate = Gate::default();
    let owner = scene.owner(owner, UserAction::LockRate, &mut gate);
    gate.pass()?;
    let lock = Lock {
        owner: owner.ok_or(Rule::UserMustExist)?,
        rates: rates.clone(),
        state: LockState::Open,
        created_at: scene.now,
        valid_until: scene.now.plus(scene.policy.lock_ttl),
    };
    Ok(vec![Event::LockCreated {
        id: id.clone(),
        lock,
    }])
}
