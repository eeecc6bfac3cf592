//! What the outside world does.

use axum::extract::{Request, State};
use partner_api_core::card::Channel;
use partner_api_core::deposit::{IbanCheck, Source};
use partner_api_core::{CardTransactionId, Command, Currency, DepositId, Event, Owner, Rule};

use super::bodies::{
    CardTransaction, CardTransactionRequest, DepositBody, ExchangeOutcome, ExchangeOutcomeRequest,
    SepaDepositRequest, UserState, VerificationDecisionRequest,
};
use super::{Control, Json, Refused, Reply, read};
use crate::engine::Decided;
use crate::http::{Problem, fresh, money};

impl Control {
    /// Has a command decided: the number of the decision, and what follows.
    async fn execute(&self, command: Command) -> Result<(u64, Vec<Event>), Refused> {
        let Decided { seq, verdict, .. } = self.engine.execute(command).await?;
        match verdict {
            Ok(events) => Ok((seq, events)),
            Err(refusal) => Err(Problem::Refused {
                seq,
                rule: refusal.rule,
            }
            .into()),
        }
    }
}

pub(super) async fn sepa_deposit(
    State(control): State<Control>,
    request: Request,
) -> Reply<DepositBody> {
    let request: SepaDepositRequest = read(request).await?;
    let sender_is_well_formed = request
        .sender_iban
        .as_ref()
        .is_none_or(|iban| iban.check().is_ok())
        && request
            .sender_name
            .as_ref()
            .is_none_or(|name| name.check().is_ok());
    if !sender_is_well_formed {
        let remedy = "give an IBAN with right check digits and a name, or leave both out";
        return Err(Refused::bad("the sender is malformed", remedy));
    }
    let money = money(request.amount.into(), Currency::EUR)?;
    let id: DepositId = fresh();
    let command = Command::ReceiveDeposit {
        id: id.clone(),
        owner: Owner::User(request.external_user_id),
        money,
        source: Source::Sepa,
        sender: None,
        check: IbanCheck::Approved,
        needs_travel_rule: false,
    };
    let (seq, events) = control.execute(command).await?;
    let deposit = events.into_iter().find_map(|event| match event {
        Event::DepositCreated { deposit, .. } => Some(deposit),
        _ => None,
    });
    let deposit = deposit.ok_or_else(|| Refused::missing("deposit"))?;
    Ok(Json::at(seq, DepositBody::new(id, &deposit)))
}

/// A decline is an answer, not an error: the terminal has to show something.
pub(super) async fn card_transaction(
    State(control): State<Control>,
    request: Request,
) -> Reply<CardTransaction> {
    let request: CardTransactionRequest = read(request).await?;
    let money = money(request.amount.into(), request.currency)?;
    let id: CardTransactionId = fresh();
    let command = Command::UseCard {
        id: id.clone(),
        card: request.card_id,
        money,
        channel: Channel::Pos,
    };
    let Decided { seq, verdict, .. } = control.engine.execute(command).await?;
    let rule = verdict.err().map(|refusal| refusal.rule.to_string());
    let approved = rule.is_none();
    Ok(Json::at(seq, CardTransaction { id, approved, rule }))
}

pub(super) async fn verification_decision(
    State(control): State<Control>,
    request: Request,
) -> Reply<UserState> {
    let VerificationDecisionRequest {
        external_user_id: id,
        approved,
    } = read(request).await?;
    let (_, user) = control.look(|snapshot| snapshot.user(&id))?;
    let holder = user
        .ok_or_else(|| Refused::by_rule(Rule::UserMustExist))?
        .holder;
    let command = Command::DecideVerification { holder, approved };
    let (seq, _) = control.execute(command).await?;
    let (_, state) = control.user_state(&id)?;
    Ok(Json::at(seq, state))
}

pub(super) async fn exchange_outcome(
    State(control): State<Control>,
    request: Request,
) -> Reply<ExchangeOutcome> {
    let ExchangeOutcomeRequest {
        exchange_id: id,
        completed,
    } = read(request).await?;
    let command = Command::SettleExchange {
        id: id.clone(),
        completed,
    };
    let (seq, _) = control.execute(command).await?;
    let (_, found) = control.look(|snapshot| snapshot.exchange(&id))?;
    let status = found.ok_or_else(|| Refused::missing("exchange"))?.state;
    Ok(Json::at(seq, ExchangeOutcome { id, status }))
}
