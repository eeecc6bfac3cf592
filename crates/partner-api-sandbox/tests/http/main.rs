//! The sandbox over real sockets: each group of operations, bad input, the control API, and starting and stopping.

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
mod webhooks;
mod wire;
mod withdrawals;
