//! Deposits from outside, by bank or by chain: checked, held while the user is suspended, credited, or returned.

mod contact;
mod receive;
mod settle;

pub use contact::{Contact, IbanCheck, Sender};
pub(crate) use receive::{NewDeposit, receive};
pub use settle::{TravelRule, Wallet};
pub(crate) use settle::{decide, release_held, return_open, supply_travel_rule};

use crate::ledger::{Account, Outside};
use crate::steps::{self, Step, step, words};
use crate::{Money, Network, Owner, Timestamp};

words! {
    /// Where a deposit stands.
    DepositState {
        /// Arrived; the sender, or the chain's confirmations, are being checked.
        Checking = "checking",
        /// Waits for the travel rule's data about its sender.
        WaitingForTravelRule = "waiting_for_travel_rule",
        /// Waits for the user to be unsuspended.
        Held = "held",
        /// On the owner's balance.
        Credited = "credited",
        /// Went back to whoever sent it.
        Returned = "returned",
    }
}

words! {
    /// What happens to a deposit.
    DepositAction {
        /// The chain confirmed it, and data about its sender is asked for.
        AskTravelRule = "ask_travel_rule",
        /// Nothing is in the way.
        Credit = "credit",
        /// Nothing but the user's suspension is in the way (L3).
        Hold = "hold",
        /// It is refused, or there is nobody to credit.
        Return = "return",
    }
}

/// The lifecycle of a deposit. All of it while the money stands on the suspense account, until it is credited or returned.
///
/// That a deposit for a suspended user is held, credited on unsuspending and returned on closing is ASSUMED (A24).
#[rustfmt::skip] // a table is read by its columns
pub const STEPS: &[Step<DepositState, DepositAction>] = &[
    step(DepositState::Checking,             DepositAction::AskTravelRule, DepositState::WaitingForTravelRule, &[]),
    step(DepositState::Checking,             DepositAction::Credit,        DepositState::Credited,             &[]),
    step(DepositState::Checking,             DepositAction::Hold,          DepositState::Held,                 &[]),
    step(DepositState::Checking,             DepositAction::Return,        DepositState::Returned,             &[]),
    step(DepositState::WaitingForTravelRule, DepositAction::Credit,        DepositState::Credited,             &[]),
    step(DepositState::WaitingForTravelRule, DepositAction::Hold,          DepositState::Held,                 &[]),
    step(DepositState::WaitingForTravelRule, DepositAction::Return,        DepositState::Returned,             &[]),
    step(DepositState::Held,                 DepositAction::Credit,        DepositState::Credited,             &[]),
    step(DepositState::Held,                 DepositAction::Return,        DepositState::Returned,             &[]),
];

impl DepositState {
    /// Whether something can still become of it.
    pub fn is_open(self) -> bool {
        steps::allowed(STEPS, self).next().is_some()
    }
}

/// By which way a deposit came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The bank network.
    Sepa,
    /// A chain.
    Chain(Network),
}

impl Source {
    /// The account outside from which such deposits come, and to which they return.
    pub const fn account(self) -> Account {
        Account::Outside(match self {
            Self::Sepa => Outside::Sepa,
            Self::Chain(_) => Outside::Chain,
        })
    }
}

/// A deposit, as far as rules are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deposit {
    /// For whom it is; nobody if the user is unknown.
    pub owner: Option<Owner>,
    /// How much.
    pub money: Money,
    /// How it came.
    pub source: Source,
    /// Whether data about its sender is asked for once it is confirmed.
    pub needs_travel_rule: bool,
    /// Where it stands.
    pub state: DepositState,
    /// When it arrived.
    pub created_at: Timestamp,
}
