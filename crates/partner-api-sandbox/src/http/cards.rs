//! Virtual cards.

use axum::http::StatusCode;
use partner_api_core::card::CardState;
use partner_api_core::user::UserAction;
use partner_api_core::{CardId, Command, Currency, Rule, UserId};
use partner_api_types::{
    CardCreated, CardDetails, CardLimits, CardRequest, CardSummary, Cards, CreateCardRequest,
    UpdateCardLimitsRequest, UpdateCardPinRequest,
};

use super::input::{Checks, money};
use super::{Answer, Api, Call, Problem, fresh, mint};

pub(super) async fn create(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let request: CreateCardRequest = call.json()?;
    let mut checks = Checks::default();
    // The page asks for 3 to 30 characters; that some of them can be seen is ASSUMED A86.
    let is_seen = |it: char| !it.is_whitespace() && !it.is_control();
    let is_seen = request.label.chars().any(is_seen);
    checks.must(is_seen, "label", "more than blanks");
    checks.personal("pin", &request.pin);
    checks.pass()?;
    let id = fresh::<CardId>();
    let secrets = mint::card(request.pin, api.engine.clock().now);
    let command = Command::CreateCard {
        id: id.clone(),
        user: request.external_user_id,
        label: request.label.into(),
        secrets: Box::new(secrets.clone()),
    };
    let (seq, _) = api.execute(command).await?;
    let body = CardCreated {
        card_id: id,
        card_number: secrets.number,
        cvv: secrets.cvv,
        exp: secrets.expiry,
    };
    Answer::json(StatusCode::OK, seq, &body)
}

pub(super) fn list(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let user: UserId = call.id(0, "externalUserId")?;
    api.read_user(&user, UserAction::ReadCards, |snapshot, user| {
        let mut cards = Vec::new();
        for (card_id, card) in snapshot.cards(user.holder)? {
            let secrets = snapshot.card_secrets(user.holder, &card_id)?;
            cards.push(CardSummary {
                card_last_digits: secrets
                    .map_or_else(String::new, |it| it.number.last_four().to_owned()),
                status: card.state.into(),
                label: card.label,
                card_id,
            });
        }
        Ok(Answer::json(
            StatusCode::OK,
            snapshot.seq()?,
            &Cards { cards },
        ))
    })
}

pub(super) fn details(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let user: UserId = call.id(0, "externalUserId")?;
    let card: CardId = call.id(1, "cardId")?;
    api.read_user(&user, UserAction::ReadCards, |snapshot, user| {
        let seq = snapshot.seq()?;
        let found = snapshot.card(&card)?.filter(|it| it.owner == user.holder);
        // ASSUMED A48: a deleted card is still listed, but its number is not shown any more.
        let found = found.filter(|card| card.state != CardState::Deleted);
        let (Some(found), Some(secrets)) = (found, snapshot.card_secrets(user.holder, &card)?)
        else {
            return Ok(Err(Problem::Refused {
                seq,
                rule: Rule::CardMustExist,
            }));
        };
        let body = CardDetails {
            status: found.state.into(),
            card_number: secrets.number,
            cvv: secrets.cvv,
            exp: secrets.expiry,
        };
        Ok(Answer::json(StatusCode::OK, seq, &body))
    })
}

pub(super) async fn block(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let CardRequest {
        external_user_id: user,
        card_id: card,
    } = call.json()?;
    api.acknowledge(Command::BlockCard { user, card }, "Card blocked")
        .await
}

pub(super) async fn unblock(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let CardRequest {
        external_user_id: user,
        card_id: card,
    } = call.json()?;
    api.acknowledge(Command::UnblockCard { user, card }, "Card unblocked")
        .await
}

pub(super) async fn delete(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let CardRequest {
        external_user_id: user,
        card_id: card,
    } = call.json()?;
    api.acknowledge(Command::DeleteCard { user, card }, "Card deleted")
        .await
}

pub(super) async fn change_pin(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let UpdateCardPinRequest {
        external_user_id: user,
        card_id: card,
        pin,
    } = call.json()?;
    let mut checks = Checks::default();
    checks.personal("pin", &pin);
    checks.pass()?;
    let pin = Box::new(pin);
    api.acknowledge(Command::ChangePin { user, card, pin }, "PIN changed")
        .await
}

pub(super) fn limits(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let user: UserId = call.id(0, "externalUserId")?;
    let card: CardId = call.id(1, "cardId")?;
    api.read_user(&user, UserAction::ReadLimits, |snapshot, user| {
        let seq = snapshot.seq()?;
        let found = snapshot.card(&card)?.filter(|it| it.owner == user.holder);
        let Some(found) = found.filter(|card| card.state != CardState::Deleted) else {
            let rule = Rule::CardMustExist;
            return Ok(Err(Problem::Refused { seq, rule }));
        };
        Ok(Answer::json(
            StatusCode::OK,
            seq,
            &CardLimits::from(found.limits),
        ))
    })
}

pub(super) async fn set_limits(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let request: UpdateCardLimitsRequest = call.json()?;
    let limits = CardLimits {
        daily_trx_all: request.daily_trx_all,
        daily_trx_atm: request.daily_trx_atm,
        daily_trx_ecom: request.daily_trx_ecom,
        monthly_trx_all: request.monthly_trx_all,
        monthly_trx_atm: request.monthly_trx_atm,
        monthly_trx_ecom: request.monthly_trx_ecom,
    };
    // ASSUMED A86: a limit is an amount of euro like any other, and not finer than a cent.
    for limit in [
        limits.daily_trx_all,
        limits.daily_trx_atm,
        limits.daily_trx_ecom,
        limits.monthly_trx_all,
        limits.monthly_trx_atm,
        limits.monthly_trx_ecom,
    ] {
        money(limit.into(), Currency::EUR)?;
    }
    let command = Command::SetLimits {
        user: request.external_user_id,
        card: request.card_id,
        limits: limits.into(),
    };
    api.acknowledge(command, "Limits changed").await
}
