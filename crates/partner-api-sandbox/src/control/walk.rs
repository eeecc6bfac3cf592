//! Walks an object to a status.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use super::{Control, Json, Refused, Reply, read};
use crate::walk::{self, Stop, Taken, Walk};

/// Which lifecycle is meant; the id says of whom or of what.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum WalkObject {
    UserVerification,
    UserStanding,
    ProofOfAddress,
    KycVerification,
    Card,
    CardTransaction,
    Payout,
    Withdrawal,
    Exchange,
    Deposit,
    Order,
    PaymentLink,
}

#[derive(Debug, Deserialize)]
pub(super) struct WalkRequest {
    object: WalkObject,
    id: String,
    to: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Walked {
    object: WalkObject,
    id: String,
    status: String,
    steps: Vec<WalkStep>,
}

#[derive(Debug, Serialize)]
pub(super) struct WalkStep {
    seq: u64,
    command: &'static str,
    from: String,
    to: String,
}

impl From<Taken> for WalkStep {
    fn from(taken: Taken) -> Self {
        Self {
            seq: taken.seq,
            command: taken.command.as_str(),
            from: taken.from,
            to: taken.to,
        }
    }
}

/// What a walk that ended early adds to its refusal.
#[derive(Debug, Default, Serialize)]
pub(super) struct WalkedSoFar {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reachable: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    steps: Vec<WalkStep>,
}

pub(super) async fn to_status(State(control): State<Control>, request: Request) -> Reply<Walked> {
    let request: WalkRequest = read(request).await?;
    match request.object {
        WalkObject::UserVerification => control.walk(request, walk::Verifications).await,
        WalkObject::UserStanding => control.walk(request, walk::Standings).await,
        WalkObject::ProofOfAddress => control.walk(request, walk::Address).await,
        WalkObject::KycVerification => control.walk(request, walk::Hosted).await,
        WalkObject::Card => control.walk(request, walk::Issued).await,
        WalkObject::CardTransaction => control.walk(request, walk::CardPayment).await,
        WalkObject::Payout => control.walk(request, walk::Payout).await,
        WalkObject::Withdrawal => control.walk(request, walk::ToWallet).await,
        WalkObject::Exchange => control.walk(request, walk::Swap).await,
        WalkObject::Deposit => control.walk(request, walk::Incoming).await,
        WalkObject::Order => control.walk(request, walk::Order).await,
        WalkObject::PaymentLink => control.walk(request, walk::Link).await,
    }
}

impl Control {
    async fn walk<Id: TryFrom<String>, W: Walk>(
        &self,
        request: WalkRequest,
        object: impl FnOnce(Id) -> W,
    ) -> Reply<Walked> {
        let id = Id::try_from(request.id.clone()).map_err(|_| {
            let remedy = "give the id as the Partner API answered it, or a user's externalUserId";
            Refused::bad("the id is malformed", remedy)
        })?;
        let to = walk::state::<W>(&request.to).ok_or_else(|| {
            let words: Vec<_> = W::STATES.iter().map(walk::word).collect();
            let remedy = format!("it is one of {}", words.join(", "));
            Refused::bad("there is no such status", remedy)
        })?;
        let (taken, end) = walk::walk(&self.engine, &object(id), to).await;
        let seq = taken.last().map(|last| last.seq);
        let steps: Vec<WalkStep> = taken.into_iter().map(WalkStep::from).collect();
        let stop = match end {
            Ok(()) => {
                let body = Walked {
                    object: request.object,
                    id: request.id,
                    status: request.to,
                    steps,
                };
                return Ok(Json { seq, body });
            }
            Err(stop) => stop,
        };
        let mut reachable = Vec::new();
        let mut refused = match stop {
            Stop::Missing(rule) => Refused::by_rule(rule),
            Stop::Refused { seq, rule } => Refused {
                seq: Some(seq),
                ..Refused::by_rule(rule)
            },
            Stop::NoWay {
                from,
                reachable: can,
            } => {
                let error = format!("it is {from} and cannot get to {}", request.to);
                let remedy = match &*can {
                    [] => "nothing can become of it any more".to_owned(),
                    can => format!("it can get to {}", can.join(", ")),
                };
                reachable = can;
                Refused::new(StatusCode::CONFLICT, error, remedy)
            }
            Stop::Contended => {
                let remedy = "freeze the clock, leave the object to one script, and try again";
                Refused::new(StatusCode::CONFLICT, "something else moves it", remedy)
            }
            Stop::Broken(error) => error.into(),
        };
        refused.walked = Some(Box::new(WalkedSoFar { reachable, steps }));
        Err(refused)
    }
}
