//! Creating a user.

use super::{Profile, Standing, User, Verification};
use crate::decide::Scene;
use crate::event::Event;
use crate::refusal::Gate;
use crate::rule::Rule;
use crate::{Country, HolderId, UserId};

pub(crate) fn create(
    scene: &Scene<'_>,
    id: &UserId,
    holder: HolderId,
    country: Country,
    profile: &Profile,
) -> Result<Vec<Event>, Rule> {
    let mut gate = Gate::default();
    let is_plausible = profile.birth_date.is_plausible(scene.now);
    gate.must(is_plausible, Rule::BirthDateMustBePlausible);
    // L13, and L7: a closed user still stands in the state, so its id stays taken.
    let is_used = scene.state.users.contains_key(id);
    gate.must(!is_used, Rule::UserIdMustBeUnused);
    gate.pass()?;
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
