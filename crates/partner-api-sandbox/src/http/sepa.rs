//! SEPA payouts.

use axum::http::StatusCode;
use partner_api_core::sepa_transfer::Receiver;
use partner_api_core::{Command, Currency, Owner, Rule, SepaTransferId, UserId};
use partner_api_types::{
    CreatePartnerSepaTransferRequest, CreateSepaTransferRequest, ReceiverType, SepaTransfer,
    SepaTransferCreated, SepaTransferType, SepaTransferUser,
};

use super::input::{Checks, money};
use super::{Answer, Api, Call, Problem, fresh};
use crate::nulls::{WithNames, null_for};

pub(super) async fn create(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let request: CreateSepaTransferRequest = call.json()?;
    let owner = Owner::User(request.source_external_user_id);
    let asked = CreatePartnerSepaTransferRequest {
        amount: request.amount,
        company_name: request.company_name,
        currency: request.currency,
        destination_iban: request.destination_iban,
        receiver_first_name: request.receiver_first_name,
        receiver_last_name: request.receiver_last_name,
        receiver_type: request.receiver_type,
        transfer_title: request.transfer_title,
    };
    pay_out(api, owner, asked).await
}

pub(super) async fn create_of_partner(api: &Api, call: &Call) -> Result<Answer, Problem> {
    pay_out(api, Owner::Partner, call.json()?).await
}

/// A user's payout asks for the same as the partner's, and names the user besides.
async fn pay_out(
    api: &Api,
    owner: Owner<UserId>,
    asked: CreatePartnerSepaTransferRequest,
) -> Result<Answer, Problem> {
    check(&asked)?;
    let money = money(asked.amount.into(), asked.currency)?;
    let id = fresh::<SepaTransferId>();
    let command = Command::PayOut {
        id: id.clone(),
        owner,
        money,
        receiver: Box::new(Receiver {
            iban: asked.destination_iban,
            title: asked.transfer_title,
            first_name: asked.receiver_first_name,
            last_name: asked.receiver_last_name,
            company: asked.company_name,
        }),
    };
    let (seq, _) = api.execute(command).await?;
    let body = SepaTransferCreated { transfer_id: id };
    Answer::json(StatusCode::CREATED, seq, &body)
}

/// The closed loop takes no receiver; the open loop takes a person's two names or a company's
/// (`test/create-a-sepa-transfer-19640039e0`).
fn check(request: &CreatePartnerSepaTransferRequest) -> Result<(), Problem> {
    let CreatePartnerSepaTransferRequest {
        receiver_first_name: first,
        receiver_last_name: last,
        company_name: company,
        ..
    } = request;
    let mut checks = Checks::default();
    checks.personal("destinationIban", &request.destination_iban);
    checks.personal("transferTitle", &request.transfer_title);
    checks.optional("receiverFirstName", first.as_ref());
    checks.optional("receiverLastName", last.as_ref());
    checks.optional("companyName", company.as_ref());
    checks.must(
        !request.currency.is_known() || request.currency == Currency::EUR,
        "currency",
        "eur, the currency of SEPA",
    );
    let is_person = first.is_some() && last.is_some() && company.is_none();
    let is_company = first.is_none() && last.is_none() && company.is_some();
    let is_nobody = first.is_none() && last.is_none() && company.is_none();
    match &request.receiver_type {
        None => checks.must(is_nobody, "receiverType", "given where a receiver is named"),
        Some(ReceiverType::Natural) => checks.must(
            is_person,
            "receiverFirstName and receiverLastName",
            "given for NATURAL, and companyName left out",
        ),
        Some(ReceiverType::Legal) => {
            checks.must(
                is_company,
                "companyName",
                "given for LEGAL, and both names left out",
            );
        }
        Some(ReceiverType::Unknown(_)) => {
            checks.must(false, "receiverType", "NATURAL or LEGAL");
        }
    }
    checks.pass()
}

pub(super) fn details(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let id: SepaTransferId = call.id(0, "transferId")?;
    api.read(|snapshot| {
        let seq = snapshot.seq()?;
        let Some(found) = snapshot.payout(&id)? else {
            return Ok(Err(Problem::Refused {
                seq,
                rule: Rule::PayoutMustExist,
            }));
        };
        // Both are gone once the user is closed.
        let receiver = snapshot.receiver(found.owner, &id)?;
        let user = match found.owner {
            Owner::User(holder) => snapshot.user_id(holder)?,
            Owner::Partner => None,
        };
        let payout = SepaTransfer {
            id: id.clone(),
            type_: Some(SepaTransferType::External),
            amount: found.money.amount().into(),
            currency: found.money.currency(),
            status: found.state.into(),
            fee: Some(found.fee.into()),
            created_at: found.created_at,
            destination_iban: receiver.as_ref().map(|receiver| receiver.iban.clone()),
            transfer_title: receiver.as_ref().map(|receiver| receiver.title.clone()),
            receiver_first_name: receiver.as_ref().and_then(|it| it.first_name.clone()),
            receiver_last_name: receiver.as_ref().and_then(|it| it.last_name.clone()),
            user: user.map(|external_user_id| SepaTransferUser { external_user_id }),
        };
        let body = WithNames {
            payout,
            no_first_name: receiver.as_ref().and_then(|it| null_for(&it.first_name)),
            no_last_name: receiver.as_ref().and_then(|it| null_for(&it.last_name)),
        };
        Ok(Answer::json(StatusCode::OK, seq, &body))
    })
}
