//! What is asked, in order: reading; then, where it is allowed, writing and moving money.

mod money;
mod reading;
mod writing;

pub(super) use money::TRANSFERS_MAX;

use partner_api::raw::OperationId;
use partner_api::raw::types::words::AccessDenied;

use super::kit::{Ask, Kit};

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

/// Whether there is anybody who answers to this key; if not, nothing could be learnt.
///
/// # Errors
/// Says why not, and what to do.
pub(crate) async fn reach(kit: &mut Kit) -> Result<(), String> {
    let answer = kit.ask(&Ask::of(OperationId::GetPartnerBalances)).await;
    let Some(answer) = answer else {
        return Err("nobody answers there; look at the address and the network".to_owned());
    };
    match AccessDenied::in_body(&answer.text) {
        Some(denied) if answer.status == 401 => Err(denied.meaning().to_owned()),
        None if answer.status == 401 => Err("the key is not accepted there".to_owned()),
        _ => Ok(()),
    }
}

pub(crate) async fn play(kit: &mut Kit, allowed: &Allowed) {
    reading::play(kit, allowed.user.as_deref()).await;
    if allowed.writes {
        writing::play(kit, allowed).await;
    }
}
