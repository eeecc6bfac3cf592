//! A provider that differs from our sandbox in one thing.

use std::sync::atomic::{AtomicUsize, Ordering};

use partner_api::raw::types::operations::OPERATIONS;
use partner_api::raw::{OperationId, ReqwestWire, Wire, WireFuture};
use serde_json::Value;

use super::plants::Plant;

/// A call on its way.
#[derive(Debug)]
pub(super) struct Call {
    /// Which operation it is; none for a path that is no operation's.
    pub(super) operation: Option<OperationId>,
    pub(super) query: String,
    pub(super) body: String,
    /// How many calls of the plant came before it.
    pub(super) before: usize,
    /// The status of the honest answer.
    pub(super) status: u16,
}

/// An answer that may be changed.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: Value,
}

#[derive(Debug)]
pub(super) struct Tampering {
    honest: ReqwestWire,
    plant: Option<&'static Plant>,
    met: AtomicUsize,
}

impl Tampering {
    pub(super) fn new(honest: ReqwestWire, plant: Option<&'static Plant>) -> Self {
        let met = AtomicUsize::new(0);
        Self { honest, plant, met }
    }
}

impl Wire for Tampering {
    fn exchange(&self, request: reqwest::Request, most: usize) -> WireFuture<'_> {
        let Some(plant) = self.plant else {
            return self.honest.exchange(request, most);
        };
        let url = request.url();
        let mut call = Call {
            operation: operation(request.method().as_str(), url.path()),
            query: url.query().unwrap_or_default().to_owned(),
            body: request
                .body()
                .and_then(|body| body.as_bytes())
                .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
                .unwrap_or_default(),
            before: 0,
            status: 0,
        };
        Box::pin(async move {
            let mut answer = self.honest.exchange(request, most).await?;
            call.status = answer.status().as_u16();
            if !(plant.concerns)(&call) {
                return Ok(answer);
            }
            call.before = self.met.fetch_add(1, Ordering::Relaxed);
            let mut reply = Reply {
                status: call.status,
                body: serde_json::from_slice(answer.body()).unwrap_or(Value::Null),
            };
            (plant.change)(&call, &mut reply);
            *answer.status_mut() = reqwest::StatusCode::from_u16(reply.status).expect("a status");
            *answer.body_mut() = match reply.body {
                // As it stands: what is no JSON can be answered, too.
                Value::String(text) => text.into(),
                body => body.to_string().into(),
            };
            Ok(answer)
        })
    }
}

/// Literal segments win over parameters.
fn operation(method: &str, path: &str) -> Option<OperationId> {
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |template: &str| {
        let template: Vec<&str> = template.split('/').collect();
        let pairs = template.iter().zip(&parts);
        template.len() == parts.len()
            && pairs.into_iter().all(|(a, b)| a.starts_with('{') || a == b)
    };
    let found = OPERATIONS
        .iter()
        .filter(|it| it.method.as_str() == method && fits(it.path));
    found
        .min_by_key(|it| it.parameters().count())
        .map(|it| it.id)
}
