//! Creating a card.

use super::{Card, CardSecrets, CardState, Spending};
use crate::decide::Scene;
use crate::event::Event;
use crate::refusal::Gate;
use crate::rule::Rule;
use crate::user::UserAction;
use crate::{CardId, UserId};

/// What creating a card needs.
#[derive(Debug)]
pub(crate) struct NewCard<'a> {
    pub(crate) id: &'a CardId,
    pub(crate) user: &'a UserId,
    pub(crate) label: &'a str,
    pub(crate) secrets: &'a CardSecrets,
}

pub(crate) fn create(scene: &Scene<'_>, new: &NewCard<'_>) -> Result<Vec<Event>, Rule> {
    let mut gate = Gate::default();
    let user = scene.user(new.user, UserAction::CreateCard, &mut gate);
    if let Some(user) = user {
        let limits = &scene.policy.cards;
        let cards = || {
            scene
                .state
                .cards
                .values()
                .filter(|card| card.owner == user.holder)
        };
        let forbidden = scene
            .policy
            .card_forbidden_countries
            .contains(&user.country);
        gate.must(!forbidden, Rule::CountryMustAllowCards);
        let held = cards()
            .filter(|card| card.state != CardState::Deleted)
            .count();
        gate.must(held < limits.held, Rule::CardsHeldMustBeBelowLimit);
        for (limit, window) in limits.created {
            let since = scene.now.minus(window);
            let created = cards().filter(|card| card.created_at > since).count();
            gate.must(created < limit, Rule::CardsCreatedMustBeBelowLimit);
        }
    }
    gate.pass()?;
    let owner = user.ok_or(Rule::UserMustExist)?.holder;
    let card = Card {
        owner,
        state: CardState::Active,
        label: new.label.to_owned(),
        limits: scene.policy.spending,
        spending: Spending::default(),
        created_at: scene.now,
    };
    let secrets = Box::new(new.secrets.clone());
    let mut events = vec![Event::CardCreated {
        id: new.id.clone(),
        card,
        secrets,
    }];
    events.extend(super::fee::next(scene, scene.now, new.id));
    Ok(events)
}
