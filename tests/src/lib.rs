//! What the cross-layer suites share: an independent oracle of the provider, random stories, and a driver that runs
//! them against a real sandbox over real sockets.

pub mod compare;
pub mod driver;
pub mod oracle;
pub mod persona;
pub mod plan;
pub mod pure;
pub mod spec;
pub mod wire;
