//! Where a request leaves the generated client and enters the transport, and how the answer comes
//! back.

use bytes::Bytes;
use futures_util::stream;
use partner_api_transport::{Call, ErrorKind, Problem, RetryClass};
use partner_api_types::OperationId;
use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};
use reqwest::ResponseBuilderExt as _;

use crate::call::{CallContext, Ended};
use crate::{Client, Error, retry_class};

impl ClientHooks<CallContext> for Client {
    async fn exec(
        &self,
        request: reqwest::Request,
        info: &OperationInfo,
    ) -> reqwest::Result<reqwest::Response> {
        let context = self.inner();
        match context.exchange(request, info.operation_id).await {
            Ok(response) => Ok(response),
            Err(error) => match &context.slot {
                Some(slot) => {
                    slot.put(Ended::Failed(error));
                    Err(stand_in("the typed error lies in the slot of the call").await)
                }
                None => answer_of(error).await,
            },
        }
    }
}

impl CallContext {
    pub(crate) async fn exchange(
        &self,
        mut request: reqwest::Request,
        operation: &'static str,
    ) -> Result<reqwest::Response, Error> {
        let id = operation.parse::<OperationId>().ok();
        // The method and the table are generated together; were they not, caution is right.
        let class = id.map_or(RetryClass::OnlyIfUnsent, retry_class);
        let mut call = Call::new(operation, class).options(self.options);
        if let Some(operation) = id.map(OperationId::operation) {
            // Also where the path is replaced: it names what is asked for.
            call = call.template(operation.path);
            if !operation.needs_key {
                call = call.without_key();
            }
        }
        // It names the version of our specification, which means nothing to the provider. The
        // generator leaves it out; this holds for whatever else sends through here.
        request.headers_mut().remove("api-version");
        if let Some(id) = id
            && !self.shared.paths.apply(id, request.url_mut())
        {
            let problem = Problem::new(ErrorKind::Unfit)
                .note("the path is not the one of the specification, so it cannot be replaced");
            return Err(Error::new(operation, 0, false, problem));
        }
        let url = request.url().clone();
        let answer = self.shared.transport.call(call, request).await?;
        if let Some(slot) = &self.slot {
            slot.put(Ended::Answered {
                call,
                attempts: answer.attempts,
            });
        }
        // Without a URL, reqwest would parse a stand-in for one.
        let mut response = http::Response::builder()
            .status(answer.status)
            .url(url)
            .body(answer.body)
            .expect("a status and a URL that were used already are valid");
        *response.headers_mut() = answer.headers;
        Ok(response.into())
    }
}

/// For who calls the generated client without [`Api::call`](crate::Api::call): what the server
/// answered, so that progenitor reads it, or an error with the typed one as its source.
async fn answer_of(error: Error) -> reqwest::Result<reqwest::Response> {
    let is_answer = matches!(error.kind(), ErrorKind::Refused | ErrorKind::Redirected);
    let Some(status) = error.status().filter(|_| is_answer) else {
        return Err(stand_in(error).await);
    };
    let mut response = http::Response::new(Bytes::copy_from_slice(error.body()));
    *response.status_mut() = status;
    if let Some(wait) = error.retry_after() {
        response
            .headers_mut()
            .insert(http::header::RETRY_AFTER, wait.as_secs().into());
    }
    Ok(response.into())
}

/// A `reqwest::Error` with this source. reqwest has no constructor for one, but it wraps what a
/// body fails with.
async fn stand_in(
    source: impl Into<Box<dyn std::error::Error + Send + Sync>> + Send + 'static,
) -> reqwest::Error {
    let failing = stream::iter([Err::<Bytes, _>(source.into())]);
    let body = reqwest::Body::wrap_stream(failing);
    let response = reqwest::Response::from(http::Response::new(body));
    response
        .bytes()
        .await
        .expect_err("its body is nothing but an error")
        .without_url()
}
