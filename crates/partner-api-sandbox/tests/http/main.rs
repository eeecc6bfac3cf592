//! The sandbox over real sockets: each group of operations, bad input, the control API, and starting and stopping.

// What holds a call against `openapi/` stands with the suites that cross layers, on which no crate may depend.
#[path = "../../../../tests/src/requests.rs"]
#[allow(dead_code, unreachable_pub, reason = "not all of it is of use here")]
mod requests;
#[path = "../../../../tests/src/spec.rs"]
#[allow(dead_code, unreachable_pub, reason = "not all of it is of use here")]
mod spec;

mod access;
mod bad_input;
mod balances;
mod cards;
mod control;
mod exchange;
mod faults;
mod history;
mod lifecycle;
mod limit;
mod onboarding;
mod orders;
mod outcomes;
mod outside;
mod partner;
mod rates;
mod sepa;
mod snapshot;
mod stand;
mod traces;
mod transfers;
mod users;
mod walk;
mod web;
mod webhooks;
mod wire;
mod withdrawals;
