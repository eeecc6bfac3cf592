//! The state that commands are decided on: every aggregate that a command names, as plain values.

use std::collections::BTreeMap;

use crate::card::{Card, CardTransaction};
use crate::checkout::{Checkout, Quote};
use crate::deposit::{Deposit, IbanCheck};
use crate::documents::Documents;
use crate::event::Event;
use crate::exchange::Exchange;
use crate::kyc::Kyc;
use crate::ledger::{Account, Balanced};
use crate::lock::Lock;
use crate::sepa_transfer::SepaTransfer;
use crate::transfer::Transfer;
use crate::user::User;
use crate::withdrawal::Withdrawal;
use crate::{
    CardId, CardTransactionId, CheckoutId, Currency, DepositId, ExchangeId, HolderId, Iban, KycId,
    LockId, Owner, SepaTransferId, TransferId, UserId, WithdrawalId,
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
    /// Card payments.
    pub card_transactions: BTreeMap<CardTransactionId, CardTransaction>,
    /// Withdrawals.
    pub withdrawals: BTreeMap<WithdrawalId, Withdrawal>,
    /// Documents that users have shown; who is not there has shown none.
    pub documents: BTreeMap<HolderId, Documents>,
    /// Hosted verifications.
    pub kycs: BTreeMap<KycId, Kyc>,
    /// Quotes for orders.
    pub quotes: BTreeMap<LockId, Quote>,
    /// Orders and links.
    pub checkouts: BTreeMap<CheckoutId, Checkout>,
    /// Bank accounts that are known to be an owner's own.
    pub known_ibans: Vec<(Owner, Iban)>,
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

    /// Whether a bank account is known to be an owner's own.
    pub fn knows(&self, owner: Owner, iban: &Iban) -> bool {
        let mut known = self.known_ibans.iter();
        known.any(|(of, known)| *of == owner && known == iban)
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
            Event::DepositCreated { id, deposit, .. } => {
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
            Event::DocumentsChanged { holder, documents } => {
                self.documents.insert(*holder, *documents);
            }
            Event::KycCreated { id, kyc, .. } => {
                self.kycs.insert(id.clone(), kyc.clone());
            }
            Event::KycDecided { id, to, reasons } => {
                if let Some(kyc) = self.kycs.get_mut(id) {
                    kyc.state = *to;
                    kyc.reasons.clone_from(reasons);
                }
            }
            Event::WithdrawalCreated { id, withdrawal, .. } => {
                self.withdrawals.insert(id.clone(), *withdrawal);
            }
            Event::WithdrawalChanged { id, to } => {
                if let Some(withdrawal) = self.withdrawals.get_mut(id) {
                    withdrawal.state = *to;
                }
            }
            Event::ContactSaved { owner, contact } => {
                self.known_ibans
                    .retain(|(of, iban)| of != owner || *iban != contact.iban);
                if contact.check == IbanCheck::Approved {
                    self.known_ibans.push((*owner, contact.iban.clone()));
                }
            }
            Event::CardLimitsChanged { card, limits } => {
                if let Some(card) = self.cards.get_mut(card) {
                    card.limits = *limits;
                }
            }
            Event::CardSpent { card, spending } => {
                if let Some(card) = self.cards.get_mut(card) {
                    card.spending = *spending;
                }
            }
            Event::CardTransactionCreated { id, transaction } => {
                self.card_transactions
                    .insert(id.clone(), transaction.clone());
            }
            Event::CardTransactionChanged { id, to } => {
                if let Some(transaction) = self.card_transactions.get_mut(id) {
                    transaction.state = *to;
                }
            }
            Event::QuoteCreated { id, quote } => {
                self.quotes.insert(id.clone(), quote.clone());
            }
            Event::QuoteChanged { id, to } => {
                if let Some(quote) = self.quotes.get_mut(id) {
                    quote.state = *to;
                }
            }
            Event::CheckoutCreated { id, checkout } | Event::CheckoutChanged { id, checkout } => {
                self.checkouts.insert(id.clone(), (**checkout).clone());
            }
            // Rules never read these: personal data, wallets and timers are the store's to keep.
            Event::IdentityRecorded { .. }
            | Event::TravelRuleSupplied { .. }
            | Event::CardPinChanged { .. }
            | Event::WalletCreated { .. }
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
