//! Ergonomic, guarded Rust SDK for the P100 Partner API.
