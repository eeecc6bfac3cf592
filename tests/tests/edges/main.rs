//! What stands at the edges: bad input, conformance with the specification, erasure, secrets and data directories.

mod canary;
mod conformance;
mod data_dir;
mod erasure;
mod hostile;
mod rest;
mod torture;
mod webhooks;
