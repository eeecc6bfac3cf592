//! Time: what falls due runs in the order of its moment, and of two that share one, the one that was set first.

use std::collections::BTreeMap;

use super::Oracle;

/// What can fall due, by the key of what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// A verification is approved.
    Approval(String),
    /// A hosted verification is approved.
    Kyc(String),
    /// A proof of address is accepted.
    Proof(String),
    /// A payout settles.
    Payout(String),
    /// A withdrawal completes.
    Withdrawal(String),
    /// An exchange completes.
    Exchange(String),
    /// A chain confirms a deposit.
    Deposit(String),
    /// A card payment is cleared.
    Clearing(String),
    /// A card's fee is taken.
    CardFee(String),
    /// An order gets its wallet.
    Wallet(String),
    /// A chain confirms what was paid.
    Confirmation(String),
    /// The time of an order or a link is over.
    Expiry(String),
}

/// What is to happen by itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Agenda {
    waiting: BTreeMap<(i64, u64), Due>,
    set: u64,
}

impl Oracle {
    /// Something is to happen in so many milliseconds. What is set again happens at its new moment only.
    pub(super) fn schedule(&mut self, milliseconds: i64, due: Due) {
        self.schedule_at(self.now + milliseconds, due);
    }

    pub(super) fn schedule_at(&mut self, moment: i64, due: Due) {
        self.agenda.waiting.retain(|_, waiting| *waiting != due);
        self.agenda.set += 1;
        self.agenda.waiting.insert((moment, self.agenda.set), due);
    }

    pub(super) fn advance(&mut self, milliseconds: i64) {
        let end = self.now + milliseconds;
        while let Some(next) = self.agenda.waiting.first_entry() {
            let (moment, _) = *next.key();
            if moment > end {
                break;
            }
            let due = next.remove();
            self.now = moment;
            self.books.next_decision(moment);
            // Refused if somebody was faster.
            let _ = match due {
                Due::Approval(user) => self.decide(&user, true),
                Due::Kyc(key) => self.decide_kyc(&key, true),
                Due::Proof(user) => self.decide_proof(&user, super::Proof::Approve),
                Due::Payout(key) => self.decide_payout(&key, true),
                Due::Withdrawal(key) => self.decide_withdrawal(&key, true),
                Due::Exchange(key) => self.decide_exchange(&key, true),
                Due::Deposit(key) => self.decide_deposit(&key, true),
                Due::Clearing(key) => self.settle_card(&key, super::Settling::Clear),
                Due::CardFee(card) => self.charge_card(&card),
                Due::Wallet(key) => self.assign_wallet(&key),
                Due::Confirmation(key) => self.confirm(&key),
                Due::Expiry(key) => self.expire(&key),
            };
        }
        self.now = end;
    }
}
