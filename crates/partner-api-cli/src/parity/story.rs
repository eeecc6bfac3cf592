//! What is asked, in order: reading; then, where it is allowed, writing and moving money.

mod money;
mod reading;
mod writing;

pub(super) use money::TRANSFERS_MAX;

use super::kit::Kit;

/// What a run may do.
#[derive(Clone, Debug, Default)]
pub(crate) struct Allowed {
    /// A user to read of.
    pub(crate) user: Option<String>,
    /// Whether a user may be made for the purpose, and closed again.
    pub(crate) writes: bool,
    /// How much euro may be moved to that user and back, each time.
    pub(crate) money: Option<String>,
    /// Whether a verification may be started that costs by contract.
    pub(crate) fees: bool,
    /// How long to wait for that user's verification, in seconds.
    pub(crate) wait_seconds: u64,
}

pub(crate) async fn play(kit: &mut Kit, allowed: &Allowed) {
    reading::play(kit, allowed.user.as_deref()).await;
    if allowed.writes {
        writing::play(kit, allowed).await;
    }
}
