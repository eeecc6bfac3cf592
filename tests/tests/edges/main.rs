//! What stands at the edges: bad input, conformance with the specification, erasure, secrets and data directories.

mod canary;
mod conformance;
#[allow(dead_code)] // compiled, not run: what has to be there before is missing
#[rustfmt::skip] // as the sandbox's page gives it
mod copied;
mod data_dir;
mod erasure;
mod hostile;
mod rest;
mod torture;
mod webhooks;
