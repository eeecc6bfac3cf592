//! What a run does to one user.

use partner_api_core::user::UserAction;
use partner_api_core::{CardId, UserId};

use crate::balances::Holding;
use crate::error::Error;
use crate::guard::Command;
use crate::journal::{Reference, RequestKey};
use crate::operation::Operation;
use crate::partner::Partner;
use crate::reason::{Actor, Reason};
use crate::users::{Close, ClosurePlan, UserUpdate};

/// What a run does to one user; each does what the method of [`User`](crate::User) does.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Change {
    /// [Suspends](crate::User::suspend), cards first.
    Suspend(Reason),
    /// [Lifts the suspension](crate::User::unsuspend) and restores the cards that it blocked.
    Unsuspend,
    /// [Changes](crate::User::update) contact data and address.
    Update(UserUpdate),
    /// [Closes](crate::ReadyClosure::confirm) the account, **irreversibly**.
    Close(Closing),
}

/// A closure that was planned and looked at, with what it gives up: exactly what is there, or nothing is deleted.
///
/// None gives up anything without a plan:
///
/// ```compile_fail,E0451
/// use partner_api_domain::bulk::Closing;
/// let closing = Closing { forfeits: vec![], settled: vec![] };
/// ```
#[derive(Clone, Debug)]
pub struct Closing {
    forfeits: Vec<Holding>,
    settled: Vec<Reference>,
}

impl Closing {
    /// Gives up nothing: an account that holds something is not closed. Needs no plan.
    pub fn of_nothing() -> Self {
        Self {
            forfeits: Vec::new(),
            settled: Vec::new(),
        }
    }

    /// Gives up what the plan found.
    ///
    /// # Errors
    /// Something stands in the way: [`Error::blockers`] says what.
    pub fn of(plan: &ClosurePlan) -> Result<Self, Error> {
        let settled = plan.ready()?.into_settled();
        Ok(Self {
            forfeits: plan.balances.held(),
            settled,
        })
    }

    /// What is given up.
    pub fn forfeits(&self) -> &[Holding] {
        &self.forfeits
    }
}

/// What was done to a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Did {
    /// The cards that were blocked, or restored.
    pub cards: Vec<CardId>,
    /// What was given up.
    pub forfeited: Vec<Holding>,
    /// Whether an earlier run under the same name did it, so that nothing was sent now.
    pub was_done_before: bool,
}

/// What kind of change a run makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// [`Change::Suspend`].
    Suspend,
    /// [`Change::Unsuspend`].
    Unsuspend,
    /// [`Change::Update`].
    Update,
    /// [`Change::Close`].
    Close,
}

impl ChangeKind {
    /// What it is called, such as `suspend`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Unsuspend => "unsuspend",
            Self::Update => "update",
            Self::Close => "close",
        }
    }

    pub(super) fn command(self) -> Command {
        Command::Act(match self {
            Self::Suspend => UserAction::Suspend,
            Self::Unsuspend => UserAction::Unsuspend,
            Self::Update => UserAction::Update,
            Self::Close => UserAction::Close,
        })
    }
}

impl Change {
    pub(super) async fn make(
        self,
        partner: &Partner,
        id: &UserId,
        key: RequestKey,
        actor: Option<Actor>,
        reason: Option<Reason>,
    ) -> Result<Did, Error> {
        fn asked<V>(
            mut operation: Operation<V>,
            actor: Option<Actor>,
            reason: Option<Reason>,
        ) -> Operation<V> {
            if let Some(actor) = actor {
                operation = operation.by(actor.as_str());
            }
            match reason {
                Some(reason) => operation.because(reason),
                None => operation,
            }
        }
        let user = partner.user(id.clone())?;
        match self {
            Self::Suspend(reason) => {
                let operation = asked(user.suspend(reason), actor, None).key(key);
                let report = operation.await?;
                Ok(Did {
                    cards: report.blocked,
                    was_done_before: report.was_done_before,
                    ..Did::default()
                })
            }
            Self::Unsuspend => {
                let report = asked(user.unsuspend(), actor, reason).key(key).await?;
                Ok(Did {
                    cards: report.restored,
                    was_done_before: report.was_done_before,
                    ..Did::default()
                })
            }
            Self::Update(update) => {
                let report = asked(user.update(update), actor, reason).key(key).await?;
                Ok(Did {
                    was_done_before: report.was_done_before,
                    ..Did::default()
                })
            }
            Self::Close(Closing { forfeits, settled }) => {
                let verb = Close {
                    user: id.clone(),
                    expected: forfeits,
                    settled,
                };
                let reason = reason.unwrap_or(Reason::Closing);
                let operation = asked(Operation::new(partner, verb), actor, Some(reason));
                let report = operation.key(key).await?;
                Ok(Did {
                    cards: report.blocked,
                    forfeited: report.forfeited,
                    was_done_before: report.was_done_before,
                })
            }
        }
    }
}
