//! What is written down before a request, so that its result can be told afterwards.

use crate::call::Context;
use crate::cards::list_cards;
use crate::error::Error;
use crate::journal::Action;

/// The action, with what the provider shows before it is asked for.
///
/// # Errors
/// What is needed cannot be read, so nothing should be sent.
pub(crate) async fn noted(cx: &Context, action: Action) -> Result<Action, Error> {
    let Action::CreateCard { user, .. } = action else {
        return Ok(action);
    };
    let before = match list_cards(cx, &user).await {
        Ok(cards) => Some(cards.into_iter().map(|card| card.id).collect()),
        // Whoever may not list them may not create one either; the provider says in a moment why.
        Err(error) if error.refusal().is_some() && !error.is_transient() => None,
        Err(error) => return Err(error),
    };
    Ok(Action::CreateCard { user, before })
}
