//! Whether the provider's clock and ours agree, as far as is taken for granted.

use partner_api_client::Client;
use partner_api_types::OperationId;

use crate::call::{Context, now};
use crate::error::{Error, Kind};

/// Looks at the provider's clock and compares it with ours.
///
/// No endpoint tells the time, but a rate lock says when it was made; locking moves nothing, and a lock that is not used
/// expires. A partner who may not exchange is refused one: then the skew is only taken for granted, not looked at.
pub(super) async fn agree(cx: &Context) -> Result<(), Error> {
    let before = now();
    let send = |client: Client| async move { client.lock_partner_exchange_rate().await };
    let there = match cx.send(send).await {
        Ok(lock) => lock.created_at,
        Err(error) if error.refusal.is_some() => return Ok(()),
        Err(error) => {
            let operation = OperationId::LockPartnerExchangeRate;
            return Err(error.into_error(operation.as_str(), None));
        }
    };
    // It was made between the two.
    let by = before.since(there).max(there.since(now()));
    match by <= cx.partner().limits().clock_skew {
        true => Ok(()),
        false => Err(Error::new("reconcile", None, Kind::ClocksApart { by })),
    }
}
