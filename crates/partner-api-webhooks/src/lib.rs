//! The receiving end of the provider's events (webhooks): nothing that was acknowledged is lost, and what comes twice, late
//! or out of order is seen to be so.
//!
//! The provider sends each event as one POST, with a secret in the `Authorization` header, no event id and no order. It
//! tries five times in about two minutes, then the event is gone. So:
//!
//! ```text
//! request ──> Receiver ──> Letter ──> Inbox ──> answer 200
//!             checks and    with a      │ durable
//!             reads         derived key v
//!                                     Worker ──> Handler (yours): at least once, in order per object
//!                                       ^
//!             Reconciler ── what was missed while nobody listened
//! ```
//!
//! Start at [`Receiver`], which is framework-free, then [`Intake`], which puts what it reads into an [`Inbox`], then
//! [`Worker`] and [`Handler`]. The feature `axum` has a [`router`](http::router).
//!
//! ```
//! use std::sync::Arc;
//! use partner_api_webhooks::{Handler, HandlerError, Incoming, Intake, Receiver, Secret, VolatileInbox};
//!
//! struct Shop;
//!
//! impl Handler for Shop {
//!     async fn handle(&self, incoming: &Incoming) -> Result<(), HandlerError> {
//!         if incoming.position.is_news() {
//!             println!("{:?}", incoming.event.payload());
//!         }
//!         Ok(())
//!     }
//! }
//!
//! # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let receiver = Receiver::builder().secret(Secret::new("as-issued")?).build()?;
//! let intake = Intake::new(receiver, Arc::new(VolatileInbox::new())); // or the durable one of `partner_api_records`
//!
//! // In your framework's handler, or in the router of the feature `axum`:
//! let secret = intake.receiver().authenticate(["Bearer as-issued"])?; // or answer 401
//! let body = br#"{"externalUserId":"anna-1","status":"ACTIVE"}"#;
//! intake.take(&secret, "/webhook/user/status", body).await?; // then answer 200
//!
//! // And somewhere else in the process, or in another one:
//! intake.worker(Shop).run_until_idle().await?; // or .run(shutdown).await
//! # Ok(()) }
//! ```
//!
//! # What it promises
//!
//! - An event that was answered with 200 is handed to the handler until the handler takes it, or lies among the dead
//!   letters: as durable as the inbox is.
//! - A repetition is recognised by its [`EventKey`], across restarts.
//! - A status that was overtaken is handed over as [`Position::Late`] and never replaces what is known.
//! - No secret, code, name or account number is in any `Debug`, error or log line of this crate. A handler's own error
//!   text is kept with a dead letter and not logged.
//!
//! # What it does not do
//!
//! - It cannot receive what the provider gave up sending: that is what [`Reconciler`] is for.
//! - Two equal events of a user (two failed uploads within ten minutes) cannot be told from a repetition; see
//!   [`Address::repeats_within`].
//! - Bodies lie in the inbox as they came until they are handled, or discarded from the dead letters; they hold personal
//!   data.
//! - Nothing is forgotten by itself: call [`Inbox::forget`] now and then, for what is older than a month, say.
//!
//! # Layering
//! Below: the types and the core. Never here: a client of the provider's API, a database, rules about money.

#![deny(missing_docs)]

mod canonical;
mod clock;
#[cfg(feature = "conformance")]
pub mod conformance;
mod decode;
#[cfg(feature = "axum")]
pub mod http;
pub mod inbox;
mod incoming;
mod intake;
mod object;
mod position;
mod receiver;
mod reconcile;
mod secret;
mod worker;

pub use clock::{Clock, Random, SystemClock, SystemRandom};
pub use decode::{DecodeError, Event, EventKey, UnknownEvent};
pub use inbox::{Inbox, InboxError, VolatileInbox};
pub use incoming::Incoming;
pub use intake::{Intake, IntakeError, Redriven};
pub use object::{Address, ObjectRef};
pub use partner_api_core as core;
pub use partner_api_types::{EventKind, EventPayload};
pub use position::Position;
pub use receiver::{
    Authenticated, BODY_BYTES_MAX, Receiver, ReceiverBuilder, ReceiverError, Rejection,
};
pub use reconcile::{Provider, ProviderError, ProviderFuture, Reconciled, Reconciler, Sighting};
pub use secret::{InvalidSecret, Secret};
pub use worker::{Backoff, Handler, HandlerError, Worker};
