//! The real `partner` command against a real sandbox, each in a process of its own.

mod bulk;
mod production;
mod sessions;
mod stand;
