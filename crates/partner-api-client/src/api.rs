//! The entrance: a transport, the generated client on top, and typed errors.

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderName, StatusCode};
use partner_api_transport::{Answer, ApiKey, BuildError, Builder, CallOptions, Problem, Transport};
use partner_api_types::OperationId;
use progenitor_client::Error as RawError;
use serde::de::DeserializeOwned;

use crate::call::{CallContext, Ended, Shared, Slot};
use crate::paths::{InvalidPath, Paths};
use crate::{Client, Error, ErrorBodies, ErrorKind, Reply};

/// A client of the Partner API. Cheap to clone; clones share connections, limiter and retry budget.
#[derive(Clone, Debug)]
pub struct Api {
    raw: Client,
}

impl Api {
    /// A client with the newest defaults.
    ///
    /// # Errors
    /// Address or key cannot be used; see [`BuildError`].
    pub fn connect(base_url: &str, key: ApiKey) -> Result<Self, BuildError> {
        Ok(Self::new(Self::transport(base_url, key).build()?))
    }

    /// A transport to be adjusted and then given to [`Api::new`]. The key goes into the header
    /// `x-api-key` (`authentication-1298787m0`: all lower case).
    pub fn transport(base_url: &str, key: ApiKey) -> Builder<ErrorBodies> {
        const AGENT: &str = concat!("partner-api-rust/", env!("CARGO_PKG_VERSION"));
        let header = HeaderName::from_static("x-api-key");
        Transport::builder(base_url, header, key, ErrorBodies).user_agent(AGENT)
    }

    /// A client over this transport.
    pub fn new(transport: Transport<ErrorBodies>) -> Self {
        let paths = Paths::below(transport.base_url());
        Self::of(Shared { transport, paths })
    }

    /// Uses another path for an operation than the specification, whose paths are assumed in part.
    /// The parameters must be the same: `/v1/frozen/{externalUserId}` for `suspend_user`.
    ///
    /// # Errors
    /// The path is none, or has other parameters.
    pub fn with_path(self, operation: OperationId, path: &str) -> Result<Self, InvalidPath> {
        let Shared { transport, paths } = &*self.raw.inner.shared;
        let mut paths = paths.clone();
        paths.replace(operation, path)?;
        Ok(Self::of(Shared {
            transport: transport.clone(),
            paths,
        }))
    }

    fn of(shared: Shared) -> Self {
        let base_url = shared.transport.base_url().to_owned();
        let http_client = shared.transport.http_client().clone();
        let context = CallContext {
            shared: Arc::new(shared),
            options: CallOptions::new(),
            slot: None,
        };
        Self {
            raw: Client::new_with_client(&base_url, http_client, context),
        }
    }

    /// Calls one operation.
    ///
    /// `request` is given a client for this call alone and calls one method of it.
    ///
    /// *What if the future is dropped?* Before it is polled nothing happens; later the request may
    /// have been carried out. Nothing is retried afterwards.
    ///
    /// # Errors
    /// Refusals, failures of the network, and answers that are not as specified. Ask
    /// [`Error::may_have_been_processed`](partner_api_transport::Error::may_have_been_processed)
    /// before repeating anything that is not a read.
    pub async fn call<T, F, R>(&self, options: CallOptions, request: F) -> Result<T, Error>
    where
        T: DeserializeOwned,
        F: FnOnce(Client) -> R,
        R: Future<Output = Reply<T>>,
    {
        let slot = Arc::new(Slot::default());
        let mut client = self.raw.clone();
        client.inner.options = options;
        client.inner.slot = Some(Arc::clone(&slot));
        match request(client).await {
            Ok(value) => Ok(value.into_inner()),
            Err(error) => settle(slot.take(), error).await,
        }
    }

    /// The generated client itself. It sends through the same transport with the same policy, but
    /// its errors are progenitor's: see [`raw`](crate::raw).
    pub fn raw(&self) -> &Client {
        &self.raw
    }

    /// The timeouts, retries and limits in force.
    pub fn behavior(&self) -> &partner_api_transport::Behavior {
        self.raw.inner.shared.transport.behavior()
    }
}

/// What a call came to, given how its exchange ended and what progenitor made of it.
async fn settle<T: DeserializeOwned>(
    ended: Option<Ended>,
    error: RawError<partner_api_types::ApiError>,
) -> Result<T, Error> {
    let (call, attempts) = match ended {
        Some(Ended::Failed(error)) => return Err(error),
        Some(Ended::Answered { call, attempts }) => (call, attempts),
        None => {
            // Nothing was exchanged.
            let note = "the request cannot be built from these arguments";
            let problem = Problem::new(ErrorKind::Unfit).note(note);
            return Err(Error::new("request", 0, false, problem));
        }
    };
    // The call succeeded, and progenitor could not read the answer or did not expect its status.
    let (status, body) = match error {
        RawError::InvalidResponsePayload(body, _) => (StatusCode::OK, body),
        RawError::UnexpectedResponse(response) => (
            response.status(),
            response.bytes().await.unwrap_or_default(),
        ),
        _ => (StatusCode::OK, Bytes::new()),
    };
    // The provider's pages contradict each other on 200 and 201, so the body decides. Reading it
    // again also tells the path of what is wrong; progenitor only knows line and column.
    partner_api_transport::decode(&body).map_err(|cause| {
        let mut response = http::Response::new(body);
        *response.status_mut() = status;
        Error::undecodable(call, Answer::new(response, attempts), cause)
    })
}
