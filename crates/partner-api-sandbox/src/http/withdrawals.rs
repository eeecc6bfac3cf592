//! Crypto withdrawals of users and of the partner.

use axum::http::StatusCode;
use partner_api_core::withdrawal::{Destination, WithdrawalState};
use partner_api_core::{
    Command, Currency, FreeText, Network, Owner, PersonName, Rule, UserId, WithdrawalId,
};
use partner_api_types::{
    AmountNumber, CreatePartnerWithdrawalRequest, CreateWithdrawalRequest, NetworkFee, NetworkName,
    ReceiverType, SepaTransferUser, Withdrawal, WithdrawalCreated, WithdrawalWalletType,
};

use partner_api_types::words;

use super::input::{Checks, money, network};
use super::{Answer, Api, Call, Problem, chain, fresh};

pub(super) fn network_fee(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let currency = call.query("currency");
    let currency = currency.ok_or_else(|| Problem::invalid("currency must be given"))?;
    let currency = Currency::parse(&currency)
        .map_err(|_| Problem::invalid("currency must be of the documented type and form"))?;
    if !currency.is_known() {
        return Err(Problem::Rejected(&words::INVALID_CURRENCY));
    }
    let name = call.query("network").map(|name| NetworkName::from(&*name));
    let network = network(currency, name.as_ref())?;
    let fee = fee_now(api, currency, network)?;
    let body = NetworkFee {
        network_fee: fee.into(),
    };
    Answer::json(StatusCode::OK, api.seq(), &body)
}

fn fee_now(
    api: &Api,
    currency: Currency,
    network: Network,
) -> Result<partner_api_core::Amount, Problem> {
    let rate = api.quotes().eur.get(&currency).copied();
    let rate = rate.ok_or_else(|| Problem::undecided(Rule::CurrencyMustBeKnown))?;
    let now = api.engine.clock().now;
    Ok(chain::fee(currency, network, rate, now))
}

pub(super) async fn create(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let request: CreateWithdrawalRequest = call.json()?;
    let owner = Owner::User(request.source_external_user_id);
    let asked = Asked {
        currency: request.currency,
        amount: request.amount,
        wallet_address: request.wallet_address,
        memo: request.memo,
        network: request.network.map(|name| name.0),
        name: request.name,
        wallet_type: request.wallet_type,
        receiver_type: request.receiver_type,
    };
    withdraw(api, owner, asked).await
}

pub(super) async fn create_of_partner(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let request: CreatePartnerWithdrawalRequest = call.json()?;
    let asked = Asked {
        currency: request.currency,
        amount: request.amount,
        wallet_address: request.wallet_address,
        memo: request.memo,
        network: request.network.map(|name| name.0),
        name: request.name,
        wallet_type: request.wallet_type,
        receiver_type: request.receiver_type,
    };
    withdraw(api, Owner::Partner, asked).await
}

/// What both forms of the request ask for.
struct Asked {
    currency: Currency,
    amount: AmountNumber,
    wallet_address: FreeText,
    memo: Option<FreeText>,
    network: Option<NetworkName>,
    name: PersonName,
    wallet_type: WithdrawalWalletType,
    receiver_type: ReceiverType,
}

async fn withdraw(api: &Api, owner: Owner<UserId>, asked: Asked) -> Result<Answer, Problem> {
    let mut checks = Checks::default();
    checks.personal("walletAddress", &asked.wallet_address);
    checks.optional("memo", asked.memo.as_ref());
    checks.personal("name", &asked.name);
    let is_wallet = !matches!(asked.wallet_type, WithdrawalWalletType::Unknown(_));
    checks.must(is_wallet, "walletType", "CUSTODIAL, NON_CUSTODIAL or OTHER");
    let is_receiver = !matches!(asked.receiver_type, ReceiverType::Unknown(_));
    checks.must(is_receiver, "receiverType", "NATURAL or LEGAL");
    checks.pass()?;
    let money = money(asked.amount.into(), asked.currency)?;
    let network = network(asked.currency, asked.network.as_ref())?;
    let id: WithdrawalId = fresh();
    let command = Command::Withdraw {
        id: id.clone(),
        owner,
        money,
        network,
        network_fee: fee_now(api, asked.currency, network)?,
        destination: Box::new(Destination {
            address: asked.wallet_address,
            memo: asked.memo,
            name: asked.name,
            wallet_type: asked.wallet_type.to_string(),
            receiver_type: asked.receiver_type.to_string(),
        }),
    };
    let (seq, _) = api.execute(command).await?;
    let body = WithdrawalCreated { withdrawal_id: id };
    Answer::json(StatusCode::CREATED, seq, &body)
}

pub(super) fn details(api: &Api, call: &Call, of_partner: bool) -> Result<Answer, Problem> {
    let id: WithdrawalId = call.id(0, "withdrawalId")?;
    api.read(|snapshot| {
        let seq = snapshot.seq()?;
        let found = snapshot.withdrawal(&id)?;
        let Some(found) = found.filter(|it| (it.owner == Owner::Partner) == of_partner) else {
            let rule = Rule::WithdrawalMustExist;
            return Ok(Err(Problem::Refused { seq, rule }));
        };
        // Both are gone once the user is closed.
        let destination = snapshot.destination(found.owner, &id)?;
        let user = match found.owner {
            Owner::User(holder) => snapshot.user_id(holder)?,
            Owner::Partner => None,
        };
        let is_sent = found.state == WithdrawalState::Successful;
        let body = Withdrawal {
            amount: found.money.amount().into(),
            created_at: found.created_at,
            currency: found.money.currency(),
            destination: destination.map(|it| it.address),
            fee: found.service_fee.into(),
            network: Some(found.network.into()),
            network_fee: Some(found.network_fee.into()),
            status: found.state.into(),
            transaction_hash: is_sent.then(|| chain::transaction_hash(id.as_str(), found.network)),
            user: user.map(|external_user_id| SepaTransferUser { external_user_id }),
            id: id.clone(),
        };
        Ok(Answer::json(StatusCode::OK, seq, &body))
    })
}
