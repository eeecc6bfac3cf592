//! The promises of the transport, each shown over real sockets or under virtual time.

mod building;
mod deadlines;
mod limits;
mod observing;
mod redaction;
mod redirects;
mod refusals;
mod retries;
mod support;
mod tls;
