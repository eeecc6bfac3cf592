//! Walks an object to a status.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::{Control, Json, Refused, Reply, read};
use crate::walk::{self, Lifecycle, NoId, Stop, Taken, Visit, Walk};

#[derive(Debug, Deserialize)]
pub(super) struct WalkRequest {
    object: Lifecycle,
    id: String,
    to: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Walked {
    object: Lifecycle,
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
    let (object, id) = (request.object, request.id.clone());
    let walking = object.visit(&id, To { control, request });
    let walking = walking.map_err(|NoId| {
        let remedy = "give the id as the Partner API answered it, or a user's externalUserId";
        Refused::bad("the id is malformed", remedy)
    })?;
    walking.await
}

/// A walk that was asked for.
struct To {
    control: Control,
    request: WalkRequest,
}

impl Visit for To {
    type Out = BoxFuture<'static, Reply<Walked>>;

    fn visit<W: Walk>(self, object: W) -> Self::Out {
        Box::pin(async move { self.control.walk(self.request, object).await })
    }
}

impl Control {
    async fn walk<W: Walk>(&self, request: WalkRequest, object: W) -> Reply<Walked> {
        let to = walk::state::<W>(&request.to).ok_or_else(|| {
            let words: Vec<_> = W::STATES.iter().map(walk::word).collect();
            let remedy = format!("it is one of {}", words.join(", "));
            Refused::bad("there is no such status", remedy)
        })?;
        let (taken, end) = walk::walk(&self.engine, &object, to).await;
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
