//! A stateful, durable stand-in for the Partner API's server.
