//! The documented door to the layer below: the generated client, its types and its policy.
//!
//! What is behind it has **no guard, no journal and no rules**, and follows the specification: when
//! that changes, this changes. Everything else of this crate names none of it.

pub use partner_api_domain::client::raw as progenitor;
pub use partner_api_domain::client::transport::{
    Behavior, CallOptions, InProcess, Rate, ReqwestWire, RetryBudget, Wire, WireError, WireFuture,
};
pub use partner_api_domain::client::{
    Api as Client, Client as Methods, Error, ErrorKind, Part, Plain,
};
pub use partner_api_domain::types::{self, OperationId};
