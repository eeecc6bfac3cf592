//! The state that commands are decided on: every aggregate that a command names, as plain values.

use std::collections::BTreeMap;

use crate::card::Card;
use crate::deposit::Deposit;
use crate::event::Event;
use crate::exchange::Exchange;
use crate::ledger::{Account, Balanced};
use crate::lock::Lock;
use crate::sepa_transfer::SepaTransfer;
use crate::transfer::Transfer;
use crate::user::User;
use crate::{
    CardId, Currency, DepositId, ExchangeId, HolderId, LockId, SepaTransferId, TransferId, UserId,
};

/// Aggregates by their ids. A whole world in tests; in a server only what [`Command::names`](crate::Command::names)
/// asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Users by the partner's id, closed ones included.
    pub users: BTreeMap<UserId, User>,
    /// Cards.
    pub cards: BTreeMap<CardId, Card>,
    /// Balances in atoms of 10^-8; what is not there is zero.
    pub balances: BTreeMap<(Account, Currency), i64>,
    /// Internal transfers.
    pub transfers: BTreeMap<TransferId, Transfer>,
    /// Payouts.
    pub sepa_transfers: BTreeMap<SepaTransferId, SepaTransfer>,
    /// Locks.
    pub locks: BTreeMap<LockId, Lock>,
    /// Exchanges.
    pub exchanges: BTreeMap<ExchangeId, Exchange>,
    /// Deposits.
    pub deposits: BTreeMap<DepositId, Deposit>,
}

impl State {
    /// What an account holds of a currency, in atoms.
    pub fn balance(&self, account: Account, currency: Currency) -> i64 {
        self.balances
            .get(&(account, currency))
            .copied()
            .unwrap_or(0)
    }

    /// What an account holds, by currency, in atoms.
    pub fn balances_of(&self, account: Account) -> impl Iterator<Item = (Currency, i64)> {
        self.balances
            .iter()
            .filter(move |((of, _), _)| *of == account)
            .map(|((_, currency), atoms)| (*currency, *atoms))
    }

    /// The user under the provider's id.
    pub fn holder(&self, holder: HolderId) -> Option<&User> {
        self.users.values().find(|user| user.holder == holder)
    }

    /// Applies a fact.
    pub fn evolve(&mut self, event: &Event) {
        match event {
            Event::UserCreated { id, user, .. } => {
                self.users.insert(id.clone(), *user);
            }
            Event::VerificationChanged { holder, to } => {
                self.with_holder(*holder, |user| user.verification = *to);
            }
            Event::StandingChanged { holder, to } => {
                self.with_holder(*holder, |user| user.standing = *to);
            }
            Event::Booked { legs, .. } => self.book(legs),
            Event::TransferCreated { id, transfer } => {
                self.transfers.insert(id.clone(), *transfer);
            }
            Event::SepaTransferCreated { id, transfer, .. } => {
                self.sepa_transfers.insert(id.clone(), *transfer);
            }
            Event::SepaTransferChanged { id, to } => {
                if let Some(transfer) = self.sepa_transfers.get_mut(id) {
                    transfer.state = *to;
                }
            }
            Event::LockCreated { id, lock } => {
                self.locks.insert(id.clone(), lock.clone());
            }
            Event::LockChanged { lock, to } => {
                if let Some(lock) = self.locks.get_mut(lock) {
                    lock.state = *to;
                }
            }
            Event::ExchangeCreated { id, exchange } => {
                self.exchanges.insert(id.clone(), exchange.clone());
            }
            Event::ExchangeChanged { id, to } => {
                if let Some(exchange) = self.exchanges.get_mut(id) {
                    exchange.state = *to;
                }
            }
            Event::DepositCreated { id, deposit } => {
                self.deposits.insert(id.clone(), *deposit);
            }
            Event::DepositChanged { deposit, to } => {
                if let Some(deposit) = self.deposits.get_mut(deposit) {
                    deposit.state = *to;
                }
            }
            Event::CardCreated { id, card, .. } => {
                self.cards.insert(id.clone(), card.clone());
            }
            Event::CardChanged { card, to } => {
                if let Some(card) = self.cards.get_mut(card) {
                    card.state = *to;
                }
            }
            // Rules never read these: personal data and timers are the store's to keep.
            Event::IdentityRecorded { .. }
            | Event::ProfileUpdated { .. }
            | Event::PersonErased { .. }
            | Event::TimerSet { .. } => {}
        }
    }

    /// Moves money.
    pub fn book(&mut self, legs: &Balanced) {
        for leg in legs.legs() {
            let balance = self
                .balances
                .entry((leg.account, leg.currency))
                .or_default();
            // Nothing near this edge is reached by what the rules admit; a store checks every sum before it writes.
            *balance = balance.saturating_add(leg.atoms);
        }
    }

    fn with_holder(&mut self, holder: HolderId, change: impl FnOnce(&mut User)) {
        if let Some(user) = self.users.values_mut().find(|user| user.holder == holder) {
            change(user);
        }
    }
}
