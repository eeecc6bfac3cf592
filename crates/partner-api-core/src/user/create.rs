//! Creating a user.

use super::{Profile, Standing, User, Verification};
use crate::decide::Scene;
use crate::event::Event;
use crate::rule::Rule;
use crate::{Country, HolderId, UserId};

pub(crate) fn create(
    scene: &Scene<'_>,
    id: &UserId,
    holder: HolderId,
    country: Country,
    profile: &Profile,
) -> Result<Vec<Event>, Rule> {
    // L13, and L7: a closed user still stands in the state, so its id stays taken.
    if scene.state.users.contains_key(id) {
        return Err(Rule::UserIdMustBeUnused);
    }
    let user = User {
        holder,
        country,
        verification: Verification::Registered,
        standing: Standing::Open,
    };
    Ok(vec![Event::UserCreated {
        id: id.clone(),
        user,
        profile: Box::new(profile.clone()),
    }])
}
