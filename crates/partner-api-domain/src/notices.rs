//! What the provider's events teach: that something in doubt happened after all, and that a user is there.

use partner_api_core::user::UserAction;
use partner_api_core::{ExchangeId, LockId, OrderId, SepaTransferId, UserId};
use partner_api_types::{EventPayload, UserStatus};

use crate::call::now;
use crate::error::Error;
use crate::guard::{Command, Fact};
use crate::journal::{Action, Basis, Conclusion, IntentId, Reference, Resolution, Resolved};
use crate::partner::Partner;

/// What an event proves beyond doubt. Shapes and times are left to reconciling: an event names no time in which nothing
/// else can have happened.
enum Proof<'a> {
    /// The user exists and was verified.
    Active(&'a UserId),
    /// A lock was used; a lock is used once (L11).
    Exchange(&'a LockId, &'a ExchangeId),
    /// Likewise, for an order.
    Order(&'a LockId, &'a OrderId),
    /// A payout has this title, which may be our token.
    PayOut(&'a str, &'a SepaTransferId),
}

impl<'a> Proof<'a> {
    fn of(event: &'a EventPayload) -> Option<Self> {
        match event {
            EventPayload::UserBalanceGeneration(it) if it.status == UserStatus::Active => {
                Some(Self::Active(&it.external_user_id))
            }
            EventPayload::Exchange(it) => Some(Self::Exchange(it.lock_id.as_ref()?, &it.id)),
            EventPayload::OrderStatus(it) => Some(Self::Order(it.lock_id.as_ref()?, &it.order_id)),
            EventPayload::SepaTransfer(it) => {
                Some(Self::PayOut(it.transfer_title.as_ref()?.expose(), &it.id))
            }
            _ => None,
        }
    }

    /// How an action ended, if this tells.
    fn concludes(&self, action: &Action) -> Option<Conclusion> {
        match (self, action) {
            (Self::Active(active), Action::Create { user } | Action::Verify { user })
                if *active == user =>
            {
                Some(Conclusion::done())
            }
            (Self::Exchange(used, id), Action::Exchange { lock, .. }) if *used == lock => {
                Some(Conclusion::done_as(Reference::Exchange((*id).clone())))
            }
            (Self::Order(used, id), Action::CreateOrder { lock, .. }) if *used == lock => {
                Some(Conclusion::done_as(Reference::Order((*id).clone())))
            }
            (Self::PayOut(title, id), Action::PayOut { token, .. })
                if token.as_ref().is_some_and(|it| it.as_str() == *title) =>
            {
                Some(Conclusion::done_as(Reference::PayOut((*id).clone())))
            }
            _ => None,
        }
    }
}

impl Partner {
    /// Takes note of an event of the provider: settles the entries of the journal that it proves to have happened (by a
    /// user's id, a rate lock, or our token in a payout's title), and believes that a user is there. Says which entries.
    ///
    /// Never settles anything as not having happened, and never changes what is believed of a suspension: events come
    /// late. Repeating it changes nothing. Dropping the future may leave entries in doubt, for the next time.
    ///
    /// # Errors
    /// The journal cannot be used.
    pub async fn notice(&self, event: &EventPayload) -> Result<Vec<IntentId>, Error> {
        let Some(proof) = Proof::of(event) else {
            return Ok(Vec::new());
        };
        if let Proof::Active(user) = &proof {
            // Balances are there to be read; whether the user may transact is another question.
            let fact = Fact::done(Command::Act(UserAction::ReadBalances));
            self.beliefs().learn(user, &fact);
        }
        let mut settled = Vec::new();
        for entry in self.unresolved().await? {
            let Some(conclusion) = proof.concludes(&entry.intent.action) else {
                continue;
            };
            let resolution = Resolution::new(conclusion, Basis::Notice, now());
            let resolved = self.journal().resolve(entry.id, resolution).await;
            let resolved = resolved.map_err(|error| Error::journal("notice", None, error))?;
            if resolved == Resolved::Now {
                settled.push(entry.id);
                for user in entry.intent.action.users() {
                    self.beliefs().forget(user);
                }
            }
        }
        Ok(settled)
    }
}
