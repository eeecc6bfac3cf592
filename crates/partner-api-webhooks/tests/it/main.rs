//! The crate from outside: what is refused, what is kept, what is handed over, what is never shown.

mod decoding;
mod headers;
mod http;
mod order;
mod ports;
mod reconcile;
mod secrecy;
mod support;
mod work;
