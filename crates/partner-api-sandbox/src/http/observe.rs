//! Watching calls: whoever asks for it sees each call and its answer, byte by byte.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use futures_util::TryStreamExt as _;

/// Which of a sandbox's ports a call came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    /// The Partner API.
    Partner,
    /// The control API.
    Control,
}

/// A call and its answer, as they were on the wire. They hold whatever was sent: keys and personal data too.
#[derive(Debug)]
#[non_exhaustive]
pub struct Observed<'a> {
    /// Where it came to.
    pub port: Port,
    /// The request's line and headers.
    pub request: &'a Parts,
    /// As much of the request's body as was read before the answer.
    pub request_body: &'a [u8],
    /// The answer's status.
    pub status: StatusCode,
    /// What the answer says that it is; nothing for a call whose connection is cut instead.
    pub content_type: Option<&'a str>,
    /// The answer's body.
    pub body: &'a [u8],
}

/// What looks at every call.
#[derive(Clone)]
pub(crate) struct Observer {
    port: Port,
    look: Arc<Look>,
}

pub(crate) type Look = dyn Fn(&Observed<'_>) + Send + Sync;

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observer")
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

/// The same router, watched.
pub(crate) fn observed(router: Router, port: Port, look: Arc<Look>) -> Router {
    router.layer(from_fn_with_state(Observer { port, look }, observe))
}

async fn observe(State(observer): State<Observer>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    // Copied on its way, so that it arrives as slowly, and as far, as without anybody looking.
    let seen = Arc::new(Mutex::new(Vec::new()));
    let copy = Arc::clone(&seen);
    let body = body.into_data_stream().inspect_ok(move |data: &Bytes| {
        let mut copy = copy.lock().unwrap_or_else(PoisonError::into_inner);
        copy.extend_from_slice(data);
    });
    let request = Request::from_parts(parts.clone(), Body::from_stream(body));
    let (answer, body) = next.run(request).await.into_parts();
    let body = match axum::body::to_bytes(body, usize::MAX).await {
        Ok(body) => body,
        // A fault broke it off: there is no answer to look at.
        Err(error) => {
            let broken = futures_util::stream::once(async { Err::<Bytes, _>(error) });
            return Response::from_parts(answer, Body::from_stream(broken));
        }
    };
    let content_type = answer.headers.get(CONTENT_TYPE);
    let request_body = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
    (observer.look)(&Observed {
        port: observer.port,
        request: &parts,
        request_body: &request_body,
        status: answer.status,
        content_type: content_type.and_then(|kind| kind.to_str().ok()),
        body: &body,
    });
    Response::from_parts(answer, Body::from(body))
}
