//! What the sandbox traces: which operation, what came of it, how long it took. Nothing that was sent or kept.

use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::stand::{self, Stand, payout};

/// Everything that this process traced since the subscriber was set.
static TRACED: Mutex<String> = Mutex::new(String::new());

struct Capture(AtomicU64);

struct Fields;

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let mut traced = TRACED.lock().unwrap_or_else(PoisonError::into_inner);
        write!(traced, "{}={value:?} ", field.name()).unwrap();
    }
}

impl Subscriber for Capture {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut Fields);
        Id::from_u64(self.0.fetch_add(1, Ordering::Relaxed))
    }
    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Fields);
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        event.record(&mut Fields);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn traces_tell_operations_and_outcomes_and_no_data() {
    tracing::subscriber::set_global_default(Capture(AtomicU64::new(1))).unwrap();
    let stand = Stand::start().await;
    let user = "user-canary-5521";
    stand.funded(user, "100").await;
    let created = stand
        .post("/v1/card/virtual", stand::new_card(user))
        .await
        .ok();
    stand
        .post("/v1/sepa-transfer", payout(user, "1"))
        .await
        .ok();
    stand
        .patch(&format!("/v1/user/suspend/{user}"), None)
        .await
        .refused(400, "P454", "L4 card_must_not_be_active");
    let wrong = json!({ "email": "no-address-canary" });
    stand
        .patch(&format!("/v1/user/{user}"), Some(wrong))
        .await
        .refused(400, "P403", "-");
    stand
        .get(&format!("/v1/nowhere/{user}"))
        .await
        .refused(404, "P403", "-");
    stand
        .delete(
            "/v1/card",
            Some(json!({ "externalUserId": user, "cardId": created["cardId"] })),
        )
        .await
        .ok();

    let traced = TRACED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    for expected in [
        r#"http.request.method="PATCH" http.route="/v1/user/suspend/{externalUserId}""#,
        r#"partner_api.rule="card_must_not_be_active""#,
        "http.response.status_code=400",
        "partner_api.micros=",
    ] {
        assert!(traced.contains(expected), "{expected} is not in {traced}");
    }
    let number = stand::text(&created, "cardNumber");
    let secrets = [
        user,
        "canary",
        "Kanar",
        "Kowalska",
        "48601777333",
        "1991-04-17",
        "EK7700123",
        stand::IBAN,
        stand::API_KEY,
        stand::CONTROL_KEY,
        &number,
    ];
    for secret in secrets {
        assert!(!traced.contains(secret), "{secret} was traced");
    }
}
