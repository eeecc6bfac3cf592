//! Short walks to states that single commands rarely reach, and what is asked there.

mod cards;
mod checkouts;
mod money;
mod operated;
mod people;

use proptest::{prelude::*, strategy::BoxedStrategy};

pub(super) use self::{
    cards::{days_of_new_cards, days_of_spending, one_card, one_card_payment},
    checkouts::{one_checkout, one_underpaid_checkout},
    money::{one_deposit_decided_often, one_lock_used_often, one_payout, one_withdrawal},
    operated::{back_and_forth, one_hurried_checkout, one_walk, scripted_market},
    people::{documents_of_one, onboarding, one_is_asked_everything, papers_of_one, proofs_of_one},
};
use super::command::user;
use crate::oracle::{Command, Party};

/// Some commands that belong together.
type Scene = Vec<Command>;

/// What was made last of a kind.
fn last() -> String {
    "#last".to_owned()
}

fn wait(milliseconds: i64) -> Command {
    Command::Advance { milliseconds }
}

fn side() -> BoxedStrategy<Party> {
    prop_oneof![1 => Just(None), 4 => user().prop_map(Some)].boxed()
}
