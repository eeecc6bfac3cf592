//! What may become of a card.

use super::CardState::{self, Active, Blocked, Deleted};
use crate::rule::Rule;
use crate::steps::{Step, step, words};

words! {
    /// What is done to or with a card.
    CardAction {
        /// Block.
        Block = "block",
        /// Unblock.
        Unblock = "unblock",
        /// Delete.
        Delete = "delete",
        /// Pay.
        Use = "use",
    }
}

/// The lifecycle of a card. Repeating succeeds and changes nothing (ASSUMED A45); only deleting a deleted card has a row
/// there, because it repeats.
#[rustfmt::skip] // a table is read by its columns
pub const STEPS: &[Step<CardState, CardAction>] = &[
    //   from     action               to       needs
    step(Active,  CardAction::Block,   Blocked, &[]),
    step(Active,  CardAction::Unblock, Active,  &[]),
    step(Active,  CardAction::Delete,  Deleted, &[]),
    step(Active,  CardAction::Use,     Active,  &[Rule::FundsMustSuffice]),
    step(Blocked, CardAction::Block,   Blocked, &[]),
    step(Blocked, CardAction::Unblock, Active,  &[]),
    step(Blocked, CardAction::Delete,  Deleted, &[]),
    step(Deleted, CardAction::Delete,  Deleted, &[]),
];
