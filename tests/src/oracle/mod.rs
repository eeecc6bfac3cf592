//! An independent, tiny model of the provider: what each command should answer, and what is true afterwards.
//!
//! It is written from the design's rules alone and shares no code with `partner_api_core`: strings for ids, `i64`
//! atoms for money, one file a subject. Every command lists the rules that it breaks, in any order; the verdict is the
//! first of them in [`RULES`]. Start at [`Oracle::apply`].

mod atoms;
mod cards;
mod clock;
mod command;
mod fees;
mod money;
mod rules;
mod users;
mod world;

use std::collections::{BTreeMap, BTreeSet};

pub use self::{
    atoms::{decimals, grain, parse, show},
    command::Command,
    rules::{RULES, Rule, Verdict},
    world::{
        Books, Card, CardPayment, CardState, Deposit, Lock, Movement, Standing, User, Verification,
    },
};

/// The two readings of L4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActiveCards {
    /// A user with an active card cannot be suspended.
    Refuse,
    /// Suspension succeeds and stops the cards.
    Freeze,
}

/// The model.
#[derive(Clone, Debug)]
pub struct Oracle {
    /// Which reading of L4 holds.
    pub active_cards: ActiveCards,
    /// Whose residents may not have cards; the provider's list could not be read, so by default nobody.
    pub card_forbidden_countries: BTreeSet<String>,
    /// Milliseconds since whenever.
    pub now: i64,
    /// EUR for one unit of a currency, in atoms.
    pub rates: BTreeMap<String, i64>,
    /// Everybody who was ever created.
    pub users: BTreeMap<String, User>,
    /// By card key.
    pub cards: BTreeMap<String, Card>,
    /// By lock key.
    pub locks: BTreeMap<String, Lock>,
    /// By exchange key.
    pub exchanges: BTreeMap<String, Movement>,
    /// By payout key.
    pub payouts: BTreeMap<String, Movement>,
    /// By deposit key.
    pub deposits: BTreeMap<String, Deposit>,
    /// Card payments, in the order in which they were made.
    pub card_payments: Vec<CardPayment>,
    /// Who holds what: accounts are `user:ID`, `partner`, `fees`, `suspense`, `settlement`, `forfeited`, `rounding`, `outside`.
    pub books: Books,
}

impl Oracle {
    /// A world with a partner who holds `partner_funds`, and nobody else.
    pub fn new(
        active_cards: ActiveCards,
        now: i64,
        rates: BTreeMap<String, i64>,
        partner_funds: &BTreeMap<String, i64>,
    ) -> Self {
        let mut books = Books::default();
        for (currency, atoms) in partner_funds {
            books.pay("outside", "partner", currency, *atoms);
        }
        Self {
            active_cards,
            card_forbidden_countries: BTreeSet::new(),
            now,
            rates,
            books,
            users: BTreeMap::new(),
            cards: BTreeMap::new(),
            locks: BTreeMap::new(),
            exchanges: BTreeMap::new(),
            payouts: BTreeMap::new(),
            deposits: BTreeMap::new(),
            card_payments: Vec::new(),
        }
    }

    /// Does what the command asks, or says which rule forbids it and changes nothing.
    pub fn apply(&mut self, command: &Command) -> Verdict {
        match command {
            Command::Create { user, country } => self.create(user, country),
            Command::Verify { user } => self.verify(user),
            Command::Decide { user, approved } => self.decide(user, *approved),
            Command::Update { user, field } => self.update(user, field),
            Command::Suspend { user } => self.suspend(user),
            Command::Unsuspend { user } => self.unsuspend(user),
            Command::Close { user } => self.close(user),
            Command::Balances { user } => self.balances(user),
            Command::Transfer {
                source,
                destination,
                amount,
                currency,
            } => self.transfer(source.as_deref(), destination.as_deref(), amount, currency),
            Command::Deposit { user, key, amount } => self.deposit(user, key, amount),
            Command::PayOut {
                user,
                key,
                amount,
                currency,
            } => self.pay_out(user, key, amount, currency),
            Command::Lock { user, key } => self.lock(user, key),
            Command::Exchange {
                user,
                key,
                lock,
                amount,
                from,
                to,
            } => self.exchange(user, key, lock, amount, (from, to)),
            Command::DecideExchange { key, completed } => self.decide_exchange(key, *completed),
            Command::CreateCard { user, key } => self.create_card(user, key),
            Command::BlockCard { user, card } => self.change_card(user, card, CardState::Blocked),
            Command::UnblockCard { user, card } => self.change_card(user, card, CardState::Active),
            Command::DeleteCard { user, card } => self.change_card(user, card, CardState::Deleted),
            Command::UseCard {
                card,
                amount,
                currency,
            } => self.use_card(card, amount, currency),
            Command::Advance { milliseconds } => {
                self.advance(*milliseconds);
                Ok(())
            }
            Command::Restart => Ok(()),
        }
    }

    /// What a user may spend of a currency.
    pub fn balance(&self, user: &str, currency: &str) -> i64 {
        self.books.of(&account(Some(user)), currency)
    }
}

/// The name of a user's account, or of the partner's.
fn account(user: Option<&str>) -> String {
    user.map_or_else(|| "partner".to_owned(), |user| format!("user:{user}"))
}
