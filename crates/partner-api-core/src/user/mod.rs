//! Users: two independent axes, verification and standing. Start at [`STEPS`].

mod create;
mod identity;
mod profile;
mod standing;
mod state;
mod steps;
mod verify;

pub use identity::Identity;
pub use profile::{Profile, ProfileChanges};
pub use state::{Standing, User, Verification};
pub use steps::{
    Permission, STEPS, UserAction, VERIFICATION_STEPS, VerificationAction, permission,
};

pub(crate) use create::create;
pub(crate) use standing::{close, suspend, unsuspend, update};
pub(crate) use verify::{decide_verification, submit};
