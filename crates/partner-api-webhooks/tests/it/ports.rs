//! The inbox in memory against the checks for every inbox.

use std::sync::Arc;

use partner_api_webhooks::conformance;
use partner_api_webhooks::{Inbox, VolatileInbox};

#[tokio::test]
async fn the_inbox_in_memory_conforms() {
    conformance::all(async || Arc::new(VolatileInbox::new()) as Arc<dyn Inbox>).await;
}

/// That the comparison itself can fail is seen by comparing with an inbox that is not empty.
#[tokio::test]
#[should_panic(expected = "seed 1")]
async fn a_difference_is_found() {
    let inbox = VolatileInbox::new();
    conformance::agrees_with_memory(&inbox, 1, 50).await;
    conformance::agrees_with_memory(&inbox, 1, 50).await;
}
