//! Internal transfers.

use axum::http::StatusCode;
use partner_api_core::{Command, Money, TransferId, UserId};
use partner_api_types::words::TRANSFER_NOT_FOUND;
use partner_api_types::{
    CreateMasterTransferRequest, CreateTransferRequest, Transfer, TransferCreated,
};

use super::input::money;
use super::{Answer, Api, Call, Problem, fresh};
use crate::nulls::{WithSides, null_for};

pub(super) async fn create(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let request: CreateTransferRequest = call.json()?;
    let money = money(request.amount.into(), request.currency)?;
    let source = request.source_external_user_id;
    transfer(api, source, request.destination_external_user_id, money).await
}

/// ASSUMED A34: what the menu calls a transfer of the master balance is an internal transfer that begins at the partner.
pub(super) async fn create_from_master(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let request: CreateMasterTransferRequest = call.json()?;
    let money = money(request.amount.into(), request.currency)?;
    let destination = Some(request.destination_external_user_id);
    transfer(api, None, destination, money).await
}

async fn transfer(
    api: &Api,
    source: Option<UserId>,
    destination: Option<UserId>,
    money: Money,
) -> Result<Answer, Problem> {
    let id: TransferId = fresh();
    let command = Command::Transfer {
        id: id.clone(),
        source,
        destination,
        money,
    };
    let (seq, _) = api.execute(command).await?;
    Answer::json(
        StatusCode::CREATED,
        seq,
        &TransferCreated { transfer_id: id },
    )
}

pub(super) fn details(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let id = call.id(0, "transferId")?;
    api.read(|snapshot| {
        let seq = snapshot.seq()?;
        let Some(found) = snapshot.transfer(&id)? else {
            return Ok(Err(Problem::Missing {
                seq,
                row: &TRANSFER_NOT_FOUND,
            }));
        };
        let side = |holder: Option<_>| match holder {
            Some(holder) => snapshot.user_id(holder),
            None => Ok(None),
        };
        let transfer = Transfer {
            source_external_user_id: side(found.source)?,
            destination_external_user_id: side(found.destination)?,
            amount: found.money.amount().into(),
            currency: found.money.currency(),
            status: found.state.into(),
            created_at: found.created_at,
            id: id.clone(),
        };
        let body = WithSides {
            transfer,
            no_source: null_for(&found.source),
            no_destination: null_for(&found.destination),
        };
        Ok(Answer::json(StatusCode::OK, seq, &body))
    })
}
