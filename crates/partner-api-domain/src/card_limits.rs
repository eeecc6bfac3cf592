//! A card's PIN and limits.

use partner_api_client::Client;
use partner_api_core::card::SpendingLimits;
use partner_api_core::user::UserAction;
use partner_api_core::{CardId, Pin, Rule, UserId};
use partner_api_types as types;
use partner_api_types::OperationId;

use crate::call::Context;
use crate::check::{Checks, Invalid};
use crate::error::Error;
use crate::guard::Command;
use crate::journal::Action;
use crate::operation::Verb;

/// The verb of [`Cards::change_pin`](crate::Cards::change_pin).
#[derive(Debug)]
pub struct ChangePin {
    pub(crate) user: UserId,
    pub(crate) card: CardId,
    pub(crate) pin: Pin,
}

impl Verb for ChangePin {
    type Output = ();

    async fn run(self, cx: Context) -> Result<(), Error> {
        let Self { user, card, pin } = self;
        let checked = Checks::new().text("pin", &pin).end();
        checked.map_err(|invalid| invalid.on("change a PIN", Some(&user)))?;
        let action = Action::ChangePin {
            user: user.clone(),
            card: card.clone(),
        };
        let body = types::UpdateCardPinRequest {
            card_id: card,
            external_user_id: user,
            pin,
        };
        let send = |client: Client| async move { client.update_card_pin(&body).await };
        cx.change(action, send).await?.done()?;
        Ok(())
    }
}

/// The verb of [`Cards::limits`](crate::Cards::limits).
#[derive(Debug)]
pub struct ReadLimits {
    pub(crate) user: UserId,
    pub(crate) card: CardId,
}

impl Verb for ReadLimits {
    type Output = SpendingLimits;

    async fn run(self, cx: Context) -> Result<SpendingLimits, Error> {
        let Self { user, card } = self;
        let id = user.clone();
        let send = |client: Client| async move { client.get_card_limits(&id, &card).await };
        let about = Some((&user, Command::Act(UserAction::ReadLimits)));
        Ok(cx
            .read(OperationId::GetCardLimits, about, send)
            .await?
            .into())
    }
}

/// The verb of [`Cards::set_limits`](crate::Cards::set_limits).
#[derive(Debug)]
pub struct SetLimits {
    pub(crate) user: UserId,
    pub(crate) card: CardId,
    pub(crate) limits: SpendingLimits,
}

impl Verb for SetLimits {
    type Output = ();

    async fn run(self, cx: Context) -> Result<(), Error> {
        let Self { user, card, limits } = self;
        if !limits.are_ordered() {
            let what = "a daily limit is over its monthly one; give at most that";
            let invalid = Invalid::new(what, Some(Rule::LimitsMustBeOrdered));
            return Err(invalid.on("set limits", Some(&user)));
        }
        let action = Action::SetLimits {
            user: user.clone(),
            card: card.clone(),
        };
        let limits = types::CardLimits::from(limits);
        let body = types::UpdateCardLimitsRequest {
            card_id: card,
            external_user_id: user,
            daily_trx_all: limits.daily_trx_all,
            daily_trx_atm: limits.daily_trx_atm,
            daily_trx_ecom: limits.daily_trx_ecom,
            monthly_trx_all: limits.monthly_trx_all,
            monthly_trx_atm: limits.monthly_trx_atm,
            monthly_trx_ecom: limits.monthly_trx_ecom,
        };
        let send = |client: Client| async move { client.update_card_limits(&body).await };
        cx.change(action, send).await?.done()?;
        Ok(())
    }
}
