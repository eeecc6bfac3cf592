//! Updating, suspending, unsuspending and closing a user.

use super::{ProfileChanges, Standing, User, UserAction};
use crate::card::CardState;
use crate::decide::Scene;
use crate::deposit;
use crate::event::{Event, Movement};
use crate::ledger::{Account, Balanced};
use crate::rule::Rule;
use crate::{Amount, UserId};

pub(crate) fn update(
    scene: &Scene<'_>,
    id: &UserId,
    changes: &ProfileChanges,
) -> Result<Vec<Event>, Rule> {
    let user = scene.only_user(id, UserAction::Update)?;
    if *changes == ProfileChanges::default() {
        return Ok(vec![]);
    }
    let changes = Box::new(changes.clone());
    Ok(vec![Event::ProfileUpdated {
        holder: user.holder,
        changes,
    }])
}

pub(crate) fn suspend(scene: &Scene<'_>, id: &UserId) -> Result<Vec<Event>, Rule> {
    let user = scene.only_user(id, UserAction::Suspend)?;
    Ok(change_standing(user, Standing::Suspended))
}

pub(crate) fn unsuspend(scene: &Scene<'_>, id: &UserId) -> Result<Vec<Event>, Rule> {
    let user = scene.only_user(id, UserAction::Unsuspend)?;
    let mut events = change_standing(user, Standing::Open);
    // ASSUMED A24: what arrived while the user was suspended is credited now.
    deposit::release_held(scene, user, &mut events);
    Ok(events)
}

pub(crate) fn close(scene: &Scene<'_>, id: &UserId) -> Result<Vec<Event>, Rule> {
    let user = scene.only_user(id, UserAction::Close)?;
    let holder = user.holder;
    let mut events = Vec::new();
    let cards = scene
        .state
        .cards
        .iter()
        .filter(|(_, card)| card.owner == holder);
    for (id, _) in cards.filter(|(_, card)| card.state != CardState::Deleted) {
        events.push(Event::CardChanged {
            card: id.clone(),
            to: CardState::Deleted,
        });
    }
    // ASSUMED A24: a deposit that is not credited goes back to whoever sent it.
    deposit::return_open(scene, user, &mut events);
    // L8: what is cleared is booked, never lost.
    let mut legs = Balanced::default();
    for (currency, atoms) in scene.state.balances_of(Account::User(holder)) {
        if let Some(amount) = Amount::from_atoms(atoms) {
            legs.and_pay(Account::User(holder), Account::Forfeited, amount, currency);
        }
    }
    if !legs.is_empty() {
        events.push(Event::Booked {
            movement: Movement::Forfeit(holder),
            legs,
        });
    }
    events.extend(change_standing(user, Standing::Closed));
    events.push(Event::PersonErased { holder });
    Ok(events)
}

/// Nothing if the user stands there already (L6).
fn change_standing(user: &User, to: Standing) -> Vec<Event> {
    if user.standing == to {
        vec![]
    } else {
        vec![Event::StandingChanged {
            holder: user.holder,
            to,
        }]
    }
}
