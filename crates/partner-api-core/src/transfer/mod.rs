//! Internal transfers: between the partner and a user, or between two users. Done at once.

use crate::decide::Scene;
use crate::event::{Event, Movement};
use crate::ledger::{Account, Balanced};
use crate::refusal::Gate;
use crate::rule::Rule;
use crate::steps::{self, Step, step, words};
use crate::user::UserAction;
use crate::{HolderId, Money, Timestamp, TransferId, UserId};

words! {
    /// Where an internal transfer stands.
    TransferState {
        /// Accepted; never seen from outside, as settlement follows in the same decision (ASSUMED A32).
        Pending = "pending",
        /// The money moved.
        Successful = "successful",
    }
}

words! {
    /// What happens to an internal transfer.
    TransferAction {
        /// The money moves.
        Settle = "settle",
    }
}

/// The lifecycle of an internal transfer.
pub const STEPS: &[Step<TransferState, TransferAction>] = &[step(
    TransferState::Pending,
    TransferAction::Settle,
    TransferState::Successful,
    &[Rule::FundsMustSuffice],
)];

/// An internal transfer; a side that is not given is the partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Where the money came from.
    pub source: Option<HolderId>,
    /// Where the money went.
    pub destination: Option<HolderId>,
    /// How much.
    pub money: Money,
    /// Where it stands.
    pub state: TransferState,
    /// When it was created.
    pub created_at: Timestamp,
}

pub(crate) fn create(
    scene: &Scene<'_>,
    id: &TransferId,
    source: Option<&UserId>,
    destination: Option<&UserId>,
    money: Money,
) -> Result<Vec<Event>, Rule> {
    let mut gate = Gate::default();
    scene.money(money, &mut gate);
    let given = source.is_some() || destination.is_some();
    gate.must(given, Rule::SourceOrDestinationMustBeGiven);
    gate.must(!given || source != destination, Rule::PartiesMustDiffer);
    let mut side = |id: Option<&UserId>| {
        let user = id.map(|id| scene.user(id, UserAction::Transfer, &mut gate));
        user.flatten().map(|user| user.holder)
    };
    let (source, destination) = (side(source), side(destination));
    let account = |holder: Option<HolderId>| holder.map_or(Account::Partner, Account::User);
    scene.funds(account(source), money, &mut gate);
    gate.pass()?;
    let step = steps::find(STEPS, TransferState::Pending, TransferAction::Settle);
    let state = step.map_or(TransferState::Pending, |step| step.to);
    let transfer = Transfer {
        source,
        destination,
        money,
        state,
        created_at: scene.now,
    };
    Ok(vec![
        Event::TransferCreated {
            id: id.clone(),
            transfer,
        },
        Event::Booked {
            movement: Movement::Transfer(id.clone()),
            legs: Balanced::pay(account(source), account(destination), money),
        },
    ])
}
