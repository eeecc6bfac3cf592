//! What the outside world does.

use axum::extract::{Request, State};
use partner_api_core::card::Channel;
use partner_api_core::{CardTransactionId, Command, Event, Rule, kyc};

use super::bodies::{
    CardTransaction, CardTransactionRequest, Done, ExchangeOutcome, ExchangeOutcomeRequest,
    KycDecisionRequest, PoaDecisionRequest, UserState, VerificationDecisionRequest,
};
use super::{Control, Json, Refused, Reply, read};
use crate::engine::Decided;
use crate::http::{Problem, fresh, money};

impl Control {
    /// Has a command decided: the number of the decision, and what follows.
    pub(super) async fn execute(&self, command: Command) -> Result<(u64, Vec<Event>), Refused> {
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
        channel: request.channel.unwrap_or(Channel::Pos),
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

pub(super) async fn kyc_decision(State(control): State<Control>, request: Request) -> Reply<Done> {
    let KycDecisionRequest {
        verification_id: id,
        approved,
        reasons,
    } = read(request).await?;
    let reasons = reasons.unwrap_or_default();
    kyc::check_reasons(&reasons).map_err(|invalid| {
        Refused::bad(
            invalid.to_string(),
            "say what is wrong with the document, not whose it is",
        )
    })?;
    let command = Command::DecideKyc {
        id,
        approved,
        reasons,
    };
    let (seq, _) = control.execute(command).await?;
    Ok(Json::at(seq, Done { seq }))
}

pub(super) async fn poa_decision(State(control): State<Control>, request: Request) -> Reply<Done> {
    let PoaDecisionRequest {
        external_user_id: id,
        decision,
    } = read(request).await?;
    let (_, user) = control.look(|snapshot| snapshot.user(&id))?;
    let user = user.ok_or_else(|| Refused::by_rule(Rule::UserMustExist))?;
    let holder = user.holder;
    let command = Command::DecidePoa { holder, decision };
    let (seq, _) = control.execute(command).await?;
    Ok(Json::at(seq, Done { seq }))
}
