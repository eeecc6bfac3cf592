//! Blocking, unblocking and deleting a card, and changing its PIN.

use super::{Card, CardAction, CardState, STEPS};
use crate::decide::Scene;
use crate::event::Event;
use crate::refusal::Gate;
use crate::rule::Rule;
use crate::steps;
use crate::user::UserAction;
use crate::{CardId, Pin, UserId};

pub(crate) fn change(
    scene: &Scene<'_>,
    id: &UserId,
    card_id: &CardId,
    action: CardAction,
) -> Result<Vec<Event>, Rule> {
    let asked = match action {
        CardAction::Block => UserAction::BlockCard,
        CardAction::Unblock => UserAction::UnblockCard,
        CardAction::Delete => UserAction::DeleteCard,
        CardAction::Use => UserAction::UseCard,
    };
    let mut gate = Gate::default();
    let user = scene.user(id, asked, &mut gate);
    let card = user.and_then(|user| {
        scene
            .state
            .cards
            .get(card_id)
            .filter(|card| card.owner == user.holder)
    });
    let step = card.and_then(|card| steps::find(STEPS, card.state, action));
    if user.is_some() {
        gate.must(step.is_some(), Rule::CardMustExist);
    }
    gate.pass()?;
    Ok(match step {
        Some(step) if step.from != step.to => {
            vec![Event::CardChanged {
                card: card_id.clone(),
                to: step.to,
            }]
        }
        _ => vec![],
    })
}

/// The user's card, unless it is deleted; the gate learns what forbids the action.
pub(super) fn own_card<'a>(
    scene: &Scene<'a>,
    user: &UserId,
    id: &CardId,
    action: UserAction,
    gate: &mut Gate,
) -> Option<&'a Card> {
    let user = scene.user(user, action, gate)?;
    let card = scene.state.cards.get(id);
    let card = card.filter(|card| card.owner == user.holder && card.state != CardState::Deleted);
    gate.must(card.is_some(), Rule::CardMustExist);
    card
}

pub(crate) fn change_pin(
    scene: &Scene<'_>,
    user: &UserId,
    id: &CardId,
    pin: &Pin,
) -> Result<Vec<Event>, Rule> {
    let mut gate = Gate::default();
    let card = own_card(scene, user, id, UserAction::ChangePin, &mut gate);
    gate.pass()?;
    let owner = card.ok_or(Rule::CardMustExist)?.owner;
    Ok(vec![Event::CardPinChanged {
        card: id.clone(),
        owner,
        pin: Box::new(pin.clone()),
    }])
}
