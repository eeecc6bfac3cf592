//! Virtual cards. Start at [`STEPS`].

mod create;
mod operate;
mod state;
mod steps;

pub use state::{Card, CardSecrets, CardState};
pub use steps::{CardAction, STEPS};

pub(crate) use create::{NewCard, create};
pub(crate) use operate::{change, spend};
