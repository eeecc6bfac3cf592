//! What the domain layer promises, held against a small provider inside the process that fails on demand.

mod again;
mod bulk;
mod changes;
mod close;
mod documents;
mod dropped;
mod errors;
mod fake;
mod guard;
mod journal;
mod keys;
mod money;
mod notices;
mod suspend;
mod unsuspend;
