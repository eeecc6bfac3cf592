//! Verifying a user: submission, and the decision that follows.

use super::{Identity, UserAction, VERIFICATION_STEPS, VerificationAction};
use crate::command::Timer;
use crate::decide::Scene;
use crate::documents;
use crate::event::Event;
use crate::refusal::Gate;
use crate::rule::Rule;
use crate::steps;
use crate::{HolderId, UserId};

pub(crate) fn submit(
    scene: &Scene<'_>,
    id: &UserId,
    identity: &Identity,
) -> Result<Vec<Event>, Rule> {
    let mut gate = Gate::default();
    let user = scene.user(id, UserAction::Verify, &mut gate);
    identity.gate(user.map(|user| user.country), scene.now, &mut gate);
    if let Some(user) = user {
        documents::gate_submission(scene, user, &mut gate);
    }
    gate.pass()?;
    let Some((user, step)) = user.and_then(|user| {
        steps::find(
            VERIFICATION_STEPS,
            user.verification,
            VerificationAction::Submit,
        )
        .map(|step| (user, step))
    }) else {
        return Err(Rule::VerificationMustBeOpen);
    };
    let holder = user.holder;
    Ok(vec![
        Event::VerificationChanged {
            holder,
            to: step.to,
        },
        Event::IdentityRecorded {
            holder,
            identity: Box::new(identity.clone()),
        },
        Event::TimerSet {
            due: scene.now.plus(scene.policy.verification_delay),
            timer: Timer::Verification(holder),
        },
    ])
}

pub(crate) fn decide_verification(
    scene: &Scene<'_>,
    holder: HolderId,
    approved: bool,
) -> Result<Vec<Event>, Rule> {
    let mut gate = Gate::default();
    let user = scene.holder(holder, &mut gate);
    gate.pass()?;
    let action = if approved {
        VerificationAction::Approve
    } else {
        VerificationAction::Reject
    };
    let step = user.and_then(|user| steps::find(VERIFICATION_STEPS, user.verification, action));
    let step = step.ok_or(Rule::VerificationMustBePending)?;
    Ok(vec![Event::VerificationChanged {
        holder,
        to: step.to,
    }])
}
