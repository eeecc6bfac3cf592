//! Blocking, unblocking, deleting and using a card.

use super::{CardAction, CardState, STEPS};
use crate::decide::Scene;
use crate::event::{Event, Movement};
use crate::ledger::{Account, Balanced, Outside};
use crate::refusal::Gate;
use crate::rule::Rule;
use crate::steps;
use crate::user::UserAction;
use crate::{CardId, CardTransactionId, Money, UserId};

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

pub(crate) fn spend(
    scene: &Scene<'_>,
    id: &CardTransactionId,
    card_id: &CardId,
    money: Money,
) -> Result<Vec<Event>, Rule> {
    let mut gate = Gate::default();
    scene.money(money, &mut gate);
    let card = scene.state.cards.get(card_id);
    let state = card.map(|card| card.state);
    gate.must(
        state.is_some_and(|state| state != CardState::Deleted),
        Rule::CardMustExist,
    );
    gate.must(state != Some(CardState::Blocked), Rule::CardMustBeActive);
    if let Some(card) = card {
        scene.acting_holder(card.owner, UserAction::UseCard, &mut gate);
        scene.funds(Account::User(card.owner), money, &mut gate);
    }
    gate.pass()?;
    let owner = card.ok_or(Rule::CardMustExist)?.owner;
    let (from, to) = (Account::User(owner), Account::Outside(Outside::CardNetwork));
    Ok(vec![Event::Booked {
        movement: Movement::CardTransaction(id.clone()),
        legs: Balanced::pay(from, to, money),
    }])
}
