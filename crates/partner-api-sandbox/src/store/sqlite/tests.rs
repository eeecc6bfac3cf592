//! What only the durable engine promises.
