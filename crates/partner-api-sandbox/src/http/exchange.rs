//! Rates, locks and exchanges.

use axum::http::StatusCode;
use partner_api_core::exchange::ExchangeState;
use partner_api_core::{
    Command, Currency, Event, ExchangeId, LockId, MAX_DECIMALS, Money, Owner, Rule, Share, UserId,
};
use partner_api_types::{
    CreateExchangeRequest, CreatePartnerExchangeRequest, DecimalNumber, Exchange, ExchangeCreated,
    ExchangeLock, Rates,
};

use super::input::money;
use super::{Answer, Api, Call, Problem, fresh};

pub(super) fn rates(api: &Api) -> Result<Answer, Problem> {
    let rates = to_wire(&api.quotes().eur);
    Answer::json(StatusCode::OK, api.seq(), &rates)
}

pub(super) async fn lock(api: &Api, call: &Call) -> Result<Answer, Problem> {
    lock_for(api, Owner::User(call.id(0, "externalUserId")?)).await
}

pub(super) async fn lock_of_partner(api: &Api) -> Result<Answer, Problem> {
    lock_for(api, Owner::Partner).await
}

async fn lock_for(api: &Api, owner: Owner<UserId>) -> Result<Answer, Problem> {
    let command = Command::LockRate {
        id: fresh::<LockId>(),
        owner,
        rates: api.quotes().eur.clone(),
    };
    let (seq, events) = api.execute(command).await?;
    let created = events.into_iter().find_map(|event| match event {
        Event::LockCreated { id, lock } => Some((id, lock)),
        _ => None,
    });
    let (id, lock) = created.ok_or(Problem::Unwritable)?;
    let body = ExchangeLock {
        id,
        rates: to_wire(&lock.rates),
        fee_percentage: percentage(api.engine.policy().fees.exchange),
        created_at: lock.created_at,
        valid_until: lock.valid_until,
    };
    Answer::json(StatusCode::OK, seq, &body)
}

pub(super) async fn create(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let request: CreateExchangeRequest = call.json()?;
    let from = money(request.amount.into(), request.currency_from)?;
    let owner = Owner::User(request.source_external_user_id);
    exchange(api, owner, request.lock_id, from, request.currency_to).await
}

pub(super) async fn create_of_partner(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let request: CreatePartnerExchangeRequest = call.json()?;
    let from = money(request.amount.into(), request.currency_from)?;
    exchange(
        api,
        Owner::Partner,
        request.lock_id,
        from,
        request.currency_to,
    )
    .await
}

async fn exchange(
    api: &Api,
    owner: Owner<UserId>,
    lock: LockId,
    from: Money,
    to: Currency,
) -> Result<Answer, Problem> {
    let id = fresh::<ExchangeId>();
    let command = Command::Exchange {
        id: id.clone(),
        owner,
        lock,
        from,
        to,
    };
    let (seq, _) = api.execute(command).await?;
    Answer::json(
        StatusCode::CREATED,
        seq,
        &ExchangeCreated { exchange_id: id },
    )
}

pub(super) fn details(api: &Api, call: &Call, of_partner: bool) -> Result<Answer, Problem> {
    let id = call.id(0, "exchangeId")?;
    api.read(|snapshot| {
        let seq = snapshot.seq()?;
        let found = snapshot.exchange(&id)?;
        let Some(found) = found.filter(|it| (it.owner == Owner::Partner) == of_partner) else {
            return Ok(Err(Problem::Refused {
                seq,
                rule: Rule::ExchangeMustExist,
            }));
        };
        let received = (found.state == ExchangeState::Completed).then(|| found.to.amount().into());
        let body = Exchange {
            id: id.clone(),
            lock_id: Some(found.lock),
            status: found.state.into(),
            amount_from: found.from.amount().into(),
            currency_from: found.from.currency(),
            amount_to: received,
            currency_to: found.to.currency(),
            fee: Some(found.fee.into()),
            created_at: found.created_at,
        };
        Ok(Answer::json(StatusCode::OK, seq, &body))
    })
}

/// A share in percent, with two decimals.
fn percentage(share: Share) -> DecimalNumber {
    DecimalNumber::from_scaled(share.0.into(), 2)
}

fn to_wire(rates: &partner_api_core::lock::Rates) -> Rates {
    let wire = |rate: &partner_api_core::Amount| {
        DecimalNumber::from_scaled(rate.atoms().into(), MAX_DECIMALS)
    };
    Rates(
        rates
            .iter()
            .map(|(currency, rate)| (currency.to_string(), wire(rate)))
            .collect(),
    )
}
