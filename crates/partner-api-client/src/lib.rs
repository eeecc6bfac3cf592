//! Low-level client of the Partner API: generated methods over a transport with a policy.
//!
//! [`Api`] is where to start. It calls the generated [`Client`] and turns whatever comes of it into
//! a value or one typed [`Error`]:
//!
//! ```
//! use partner_api_client::{Api, ApiKey, CallOptions, Client, types};
//!
//! # async fn show() -> Result<(), Box<dyn std::error::Error>> {
//! let api = Api::connect("http://127.0.0.1:4010", ApiKey::new("a key"))?;
//! let user = "anna-1".parse::<types::UserId>()?;
//! let balances = api
//!     .call(CallOptions::new(), |client: Client| async move { client.get_user_balances(&user).await })
//!     .await?;
//! # Ok(()) }
//! ```
//!
//! | Where | What |
//! |---|---|
//! | `generated.rs` | one method an operation, written by `cargo xtask regen` from the specification |
//! | `carried/` | the methods that cannot be generated: forms with files, and a page |
//! | `hooks.rs` | where its requests leave progenitor and enter the transport |
//! | `effects.rs` | `x-effect` of an operation, and what may be repeated |
//! | `classifier.rs`, `refusal.rs` | what the provider's refusals mean |
//! | `paths.rs` | other paths than the specification's, where those are assumed |
//! | `by_name.rs` | an operation by its name, with parameters and body as text |
//! | `api.rs`, `call.rs` | [`Api`] and the context that one call carries |
//!
//! Never here: rules, journals and decisions about users or money (`partner_api_domain` has them),
//! and the mechanics of HTTP ([`partner_api_transport`] has them).

#![deny(missing_docs)]

mod api;
mod by_name;
mod call;
mod carried;
mod classifier;
mod effects;
#[rustfmt::skip] // formatted by `cargo xtask regen`
mod generated;
mod hooks;
mod paths;
mod refusal;

pub use api::Api;
pub use by_name::{Part, Plain};
pub use call::CallContext;
pub use carried::{File, InvalidFile, KycFiles, KycPage, PoaFiles, PoaFilesAnswer};
pub use classifier::ErrorBodies;
pub use effects::retry_class;
pub use generated::Client;
pub use partner_api_transport as transport;
pub use partner_api_transport::{
    ApiKey, Behavior, BuildError, CallEnd, CallOptions, CallReport, ErrorKind, InProcess, Observer,
    RetryClass, WireError,
};
pub use partner_api_types as types;
pub use paths::InvalidPath;
pub use refusal::ApiRefusal;

/// Why a call has no value to show. See [`partner_api_transport::Error`] for what it can be asked.
pub type Error = partner_api_transport::Error<ApiRefusal>;

/// What a method of the generated [`Client`] returns.
pub type Reply<T> = Result<raw::ResponseValue<T>, raw::Error<types::ApiError>>;

/// What the generated [`Client`] speaks of: types of progenitor.
///
/// The errors here print bodies, headers and URLs, personal data included: do not log them.
/// [`Api::call`] replaces them by [`crate::Error`], which does not.
pub mod raw {
    pub use crate::generated::{ByteStream, Client, ClientInfo, Error, ResponseValue};
}
