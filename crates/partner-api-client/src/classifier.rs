//! What the provider's error bodies mean to the transport.

use http::StatusCode;
use partner_api_transport::{Answer, Classifier, Verdict};
use partner_api_types::OperationId;

use crate::ApiRefusal;

/// Reads `{errorCode, errorName?, errorMessage?}` and `Access Denied. xoN`.
///
/// The code decides, not the status: `P500` and `P501` arrive as HTTP 400 and are passing trouble.
#[derive(Clone, Copy, Debug, Default)]
pub struct ErrorBodies;

/// Refusals that the operation's own earlier success would cause.
const AFTER_OWN_SUCCESS: &[(OperationId, &str)] = &[
    // The user is gone, and so is the card: perhaps by the very attempt whose answer was lost.
    // ASSUMED: that the provider refuses a second delete at all; if it does not, no row is used.
    (OperationId::DeleteUser, "P412"),
    (OperationId::DeleteCard, "P434"),
    (OperationId::CreateUser, "P411"),
];

impl Classifier for ErrorBodies {
    type Refusal = ApiRefusal;

    fn classify(&self, _: &'static str, answer: &Answer) -> Verdict<ApiRefusal> {
        let status = answer.status.as_u16();
        if answer.status == StatusCode::UNAUTHORIZED {
            let denied = ApiRefusal::read_access_denied(status, &answer.body);
            let denied = denied.or_else(|| ApiRefusal::read(status, &answer.body));
            return denied.map_or(Verdict::Unrecognized, Verdict::Refused);
        }
        match ApiRefusal::read(status, &answer.body) {
            Some(refusal) if refusal.is_trouble() => Verdict::Failed(refusal),
            Some(refusal) => Verdict::Refused(refusal),
            None => Verdict::Unrecognized,
        }
    }

    fn may_follow_own_success(&self, operation: &'static str, refusal: &ApiRefusal) -> bool {
        AFTER_OWN_SUCCESS
            .iter()
            .any(|(id, code)| id.as_str() == operation && *code == refusal.code())
    }
}
