//! What the cross-layer suites share.
//!
//! | Module | Holds |
//! |---|---|
//! | [`oracle`] | an independent, tiny model of the provider; start here |
//! | [`plan`] | random stories, and how they shrink to something that can be read |
//! | [`story`] | stories as tables, told to the model, to the pure rules and to a sandbox |
//! | [`pure`] | the pure rules as a world |
//! | [`stand`], [`driver`], [`wire`], [`tcp`] | a sandbox, and strict ways to talk to it over real sockets |
//! | [`facade`] | the same through the SDK |
//! | [`run`], [`compare`] | model and sandbox side by side |
//! | [`suite`], [`coverage`], [`drawn`] | how many stories are told, and how much of tables and operations they come to |
//! | [`movements`], [`process`] | plans of movements, and a sandbox process, for tests that kill |
//! | [`receiver`] | a partner's server, told by webhooks |
//! | [`spec`], [`requests`] | every answer, and every request that is accepted, against `openapi/` |
//! | [`capture`], [`persona`] | traces, and personal data that can be recognised in them |

pub mod capture;
pub mod compare;
pub mod coverage;
pub mod drawn;
pub mod driver;
pub mod effects;
pub mod facade;
pub mod movements;
pub mod oracle;
pub mod persona;
pub mod plan;
pub mod policy;
pub mod process;
pub mod pure;
pub mod receiver;
pub mod requests;
pub mod run;
pub mod spec;
pub mod stand;
pub mod story;
pub mod suite;
pub mod tcp;
pub mod wire;

/// The README's examples compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
