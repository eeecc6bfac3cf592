//! A stand-in for the Partner API's server: stateful, durable, and scriptable in time.
//!
//! It behaves as the provider is documented to behave: same paths, same error bodies and codes with their odd HTTP
//! statuses, asynchronous settlement. Start one with [`Sandbox::builder`], or with `partner sandbox`.
//!
//! ```
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! use partner_api_sandbox::Sandbox;
//!
//! let sandbox = Sandbox::builder().start().await?; // free ports, nothing kept
//! println!("{} answers to {}", sandbox.api_url(), sandbox.api_key());
//! sandbox.stop().await;
//! # Ok::<(), partner_api_sandbox::StartError>(())
//! # }).unwrap();
//! ```
//!
//! There is a web page, too: [`Sandbox::web_link`] is the way in.
//!
//! Which values and which calls of the control API force which outcome: [`outcomes`].
//!
//! # How it works
//!
//! ```text
//! web             pages for a person: buttons and forms are the same commands and calls
//!       |
//! http, control   parse, authenticate, mint ids, render      many tasks
//!       |  commands                    ^  answers
//!       v                              |
//! engine          one writer: decide, evolve, one commit a batch, then answer
//!       |                              ^
//!       v                              |  short snapshots
//! store           SQLite: aggregates, books, personal data, timers, decisions
//!       |  announcements               ^  what became of them
//!       v                              |
//! webhooks        one worker a receiver: render, POST, retry
//! ```
//!
//! - Only the writer decides, with the pure rules of `partner_api_core`; handlers know no rule.
//! - An answer leaves after its commit is on disk. What was acknowledged survives `kill -9` and power loss.
//! - Every movement is balanced legs; the books sum to zero at every commit, checked in release builds too.
//! - Time is data: what happens later is a row with a due moment, and advancing the clock runs those rows in order.
//! - Personal data lives in one place, and closing a user erases it down to the bytes.
//!
//! Never here: the SDK's client, rules of its own, and the real provider's data.

#![deny(missing_docs)]

#[doc = include_str!("../docs/outcomes.md")]
pub mod outcomes {}

mod clock;
mod control;
mod data_dir;
pub mod engine;
mod faults;
mod http;
mod limit;
mod nulls;
mod rates;
mod requests;
mod sandbox;
mod store;
pub mod torture;
mod walk;
mod web;
mod webhooks;
mod words;

pub use http::{Observed, Port};
pub use limit::RateLimit;
pub use partner_api_core::{
    ActiveCards, ClosedLoop, DocumentsNeeded, FeeSchedule, Policy, Share, WithdrawalTerms,
};
pub use sandbox::{Sandbox, SandboxBuilder, StartError};
pub use webhooks::InvalidUrl;
