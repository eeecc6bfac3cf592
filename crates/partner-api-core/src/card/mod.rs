//! Virtual cards. Start at [`STEPS`].

mod create;
mod fee;
mod limits;
mod operate;
mod state;
mod steps;
mod transaction;

pub use limits::{Limits, Spending, SpendingLimits, Spent};
pub use state::{Card, CardSecrets, CardState};
pub use steps::{CardAction, STEPS};
pub use transaction::{
    CardTransaction, CardTransactionAction, CardTransactionState, Channel, TRANSACTION_STEPS,
};

pub(crate) use create::{NewCard, create};
pub(crate) use fee::charge;
pub(crate) use limits::set_limits;
pub(crate) use operate::{change, change_pin};
pub(crate) use transaction::{authorise, settle};
