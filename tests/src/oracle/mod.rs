//! An independent, tiny model of the provider: what each command should answer, and what is true afterwards.
//!
//! It is written from the design's rules alone and shares no code with `partner_api_core`: strings for ids, `i64`
//! atoms for money, one file a noun. Every command lists the rules that it breaks, in any order; the verdict is the
//! first of them in [`RULES`]. On the way it notes what was asked of which transition table ([`Reached`]). Start at
//! [`Oracle::apply`].

mod atoms;
mod books;
mod cards;
mod checkouts;
mod clock;
mod command;
mod dates;
mod deposits;
mod documents;
mod exchanges;
mod market;
mod payments;
mod payouts;
mod reach;
mod rules;
mod snapshots;
mod terms;
mod transfers;
mod users;
mod walks;
mod withdrawals;
mod world;

use std::collections::{BTreeMap, BTreeSet};

pub use self::{
    atoms::{decimals, grain, parse, show},
    books::{Books, Line},
    command::{
        Channel, Check, Command, Document, Hosted, Income, Limits, Paper, Papers, Party, Photos,
        Proof, Questions, Reading, Receiver, Scan, Sender, Settling, Walked,
    },
    market::{Market, Rates},
    reach::{Outcomes, Pair, Reached},
    rules::{RULES, Rule, Verdict},
    terms::Terms,
    walks::{Deed, Step},
    world::{
        Card, CardPayment, CardState, Checkout, Deposit, Kyc, Lock, Movement, Payment, Quote,
        Standing, Transfer, User, Verification,
    },
};
use clock::Agenda;

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
    /// What the provider takes, and how strict it is.
    pub terms: Terms,
    /// Milliseconds since whenever.
    pub now: i64,
    /// EUR for one unit of a currency, in atoms. They move as the provider likes, so the model is told.
    pub rates: Rates,
    /// How they may move.
    pub market: Market,
    /// What a chain takes of a withdrawal, by currency and chain; told as the rates are.
    pub network_fees: BTreeMap<(String, String), i64>,
    /// Everybody who was ever created.
    pub users: BTreeMap<String, User>,
    /// Hosted verifications, by key.
    pub kycs: BTreeMap<String, Kyc>,
    /// By card key.
    pub cards: BTreeMap<String, Card>,
    /// Card payments, by key; what stories do not name is numbered.
    pub card_payments: BTreeMap<String, CardPayment>,
    /// By transfer key; of those that stories do not name, the last.
    pub transfers: BTreeMap<String, Transfer>,
    /// By lock key.
    pub locks: BTreeMap<String, Lock>,
    /// By exchange key.
    pub exchanges: BTreeMap<String, Movement>,
    /// By payout key.
    pub payouts: BTreeMap<String, Movement>,
    /// By withdrawal key.
    pub withdrawals: BTreeMap<String, Movement>,
    /// By deposit key.
    pub deposits: BTreeMap<String, Deposit>,
    /// What is known of an owner's two accounts: `pending`, `approved` or `rejected`.
    pub contacts: BTreeMap<(Party, usize), &'static str>,
    /// By quote key.
    pub quotes: BTreeMap<String, Quote>,
    /// Orders and links, by key.
    pub checkouts: BTreeMap<String, Checkout>,
    /// The partner's wallets, by currency and chain.
    pub wallets: BTreeSet<(String, String)>,
    /// Who holds what: accounts are `user:ID`, `partner`, `fees`, `suspense`, `settlement`, `forfeited`, `rounding`, `outside`.
    pub books: Books,
    /// What was asked of which transition table.
    pub reached: Reached,
    /// The steps of the last walk.
    pub walked: Vec<Step>,
    /// By key.
    saved: BTreeMap<String, Box<Self>>,
    /// Whose data was ever erased.
    erased: BTreeSet<u64>,
    people: u64,
    agenda: Agenda,
}

impl Oracle {
    /// A world with a partner who holds `partner_funds`, and nobody else.
    pub fn new(
        active_cards: ActiveCards,
        terms: Terms,
        now: i64,
        rates: BTreeMap<String, i64>,
        partner_funds: &BTreeMap<String, i64>,
    ) -> Self {
        let mut books = Books::default();
        for (currency, atoms) in partner_funds {
            books.book("FUNDING", "", &[("outside", "partner", currency, *atoms)]);
        }
        let mut world = Self {
            active_cards,
            terms,
            now,
            rates: Rates::new(),
            market: Market::default(),
            books,
            network_fees: BTreeMap::new(),
            users: BTreeMap::new(),
            kycs: BTreeMap::new(),
            cards: BTreeMap::new(),
            card_payments: BTreeMap::new(),
            transfers: BTreeMap::new(),
            locks: BTreeMap::new(),
            exchanges: BTreeMap::new(),
            payouts: BTreeMap::new(),
            withdrawals: BTreeMap::new(),
            deposits: BTreeMap::new(),
            contacts: BTreeMap::new(),
            quotes: BTreeMap::new(),
            checkouts: BTreeMap::new(),
            wallets: BTreeSet::new(),
            reached: Reached::default(),
            walked: Vec::new(),
            saved: BTreeMap::new(),
            erased: BTreeSet::new(),
            people: 0,
            agenda: Agenda::default(),
        };
        world.hear(rates);
        world
    }

    /// Does what the command asks, or says which rule forbids it and changes nothing; only a walk may end half-way.
    pub fn apply(&mut self, command: &Command) -> Verdict {
        self.books.next_decision(self.now);
        match command {
            Command::Create {
                user,
                country,
                born,
            } => self.create(user, country, born.as_deref()),
            Command::Verify { user, by } => self.verify(user, by.as_ref()),
            Command::Decide { user, approved } => self.decide(user, *approved),
            Command::AddFiles { user, files } => self.add_files(user, *files),
            Command::AddProof { user, files } => self.add_proof(user, *files),
            Command::DecideProof { user, decision } => self.decide_proof(user, *decision),
            Command::StartKyc { user, key, asked } => self.start_kyc(user, key, asked),
            Command::DecideKyc { key, approved } => self.decide_kyc(key, *approved),
            Command::OpenKyc { user, kyc } => self.open_kyc(user, kyc),
            Command::Update { user, field } => self.update(user, field),
            Command::Suspend { user } => self.suspend(user),
            Command::Unsuspend { user } => self.unsuspend(user),
            Command::Close { user } => self.close(user),
            Command::Read { user, what } => self.read(user, *what),
            Command::Transfer { .. } | Command::MasterTransfer { .. } => self.transfer(command),
            Command::Deposit { .. } => self.deposit(command),
            Command::CoinDeposit { .. } => self.coin_deposit(command),
            Command::DecideDeposit { key, approved } => self.decide_deposit(key, *approved),
            Command::TravelRule { owner, key } => self.travel_rule(owner, key),
            Command::Wallet { currency, network } => self.wallet(currency, network.as_deref()),
            Command::PayOut { .. } => self.pay_out(command),
            Command::DecidePayOut { key, succeeds } => self.decide_payout(key, *succeeds),
            Command::Withdraw { .. } => self.withdraw(command),
            Command::DecideWithdrawal { key, completed } => self.decide_withdrawal(key, *completed),
            Command::Lock { owner, key } => self.lock(owner, key),
            Command::Exchange { .. } => self.exchange(command),
            Command::DecideExchange { key, completed } => self.decide_exchange(key, *completed),
            Command::Quote { .. } => self.quote(command),
            Command::Order { key, quote } => self.order(key, quote),
            Command::Link { .. } => self.link(command),
            Command::Pay { .. } => self.pay(command),
            Command::CreateCard { user, key } => self.create_card(user, key),
            Command::BlockCard { user, card } => self.change_card(user, card, CardState::Blocked),
            Command::UnblockCard { user, card } => self.change_card(user, card, CardState::Active),
            Command::DeleteCard { user, card } => self.change_card(user, card, CardState::Deleted),
            Command::ChangePin { user, card } => self.change_pin(user, card),
            Command::SetLimits { user, card, limits } => self.set_limits(user, card, limits),
            Command::ReadLimits { user, card } => self.read_limits(user, card),
            Command::UseCard { .. } => self.use_card(command),
            Command::SettleCard { key, action } => self.settle_card(key, *action),
            Command::Walk { what, id, to } => self.walk(*what, id, to),
            _ => self.operate(command),
        }
    }

    /// Time, the market, and what only an operator asks for.
    fn operate(&mut self, command: &Command) -> Verdict {
        match command {
            Command::SetRate { currency, rate } => return self.set_rate(currency, rate),
            Command::ReleaseRate { currency } => return self.release_rate(currency),
            Command::Wander { seed, spread } => return self.wander(*seed, *spread),
            Command::Restore { key, erased } => return self.restore(key, *erased),
            Command::FreezeMarket => self.freeze_market(),
            Command::ResumeMarket => self.resume_market(),
            Command::Advance { milliseconds } => self.advance(*milliseconds),
            Command::Save { key } => self.save(key),
            Command::Restart => {}
            _ => unreachable!("everything else is applied above"),
        }
        Ok(())
    }

    /// What a user, or the partner, may spend of a currency.
    pub fn balance(&self, owner: &Party, currency: &str) -> i64 {
        self.books.of(&account(owner), currency)
    }

    /// What so much of a currency is worth in EUR at a rate, in whole cents; too much to count is nothing.
    pub fn worth(atoms: i64, rate: i64) -> Option<i64> {
        let exact = i128::from(atoms) * i128::from(rate) / 100_000_000;
        let exact = i64::try_from(exact).ok()?;
        Some(exact - exact % atoms::grain("eur"))
    }

    /// The chain that is named, or the currency's usual one.
    pub fn network(currency: &str, named: Option<&str>) -> Option<String> {
        let known = terms::networks(currency);
        let usual = known.first().copied();
        named.or(usual).map(str::to_owned)
    }

    /// As [`network`](Self::network), of a currency that is known and travels there.
    fn checked_network(
        &self,
        currency: &str,
        named: Option<&str>,
        broken: &mut rules::Broken,
    ) -> String {
        broken.must(self.rates.contains_key(currency), "currency_must_be_known");
        let network = Self::network(currency, named).unwrap_or_default();
        let carries = terms::networks(currency).contains(&&*network);
        broken.must(carries, "network_must_carry_currency");
        network
    }

    /// The amount in atoms: above zero, of a known currency, not finer than that currency, and not too much.
    fn amount(&self, text: &str, currency: &str, broken: &mut rules::Broken) -> i64 {
        /// A hundred million units (ASSUMED).
        const MOST: i64 = 10_000_000_000_000_000;
        let atoms = parse(text).expect("the strategy writes amounts that can be read");
        broken.must(self.rates.contains_key(currency), "currency_must_be_known");
        broken.must(atoms > 0, "amount_must_be_positive");
        let fits = atoms % grain(currency) == 0;
        broken.must(fits, "amount_must_fit_currency");
        broken.must(atoms <= MOST, rules::UNBOOKABLE);
        atoms
    }
}

/// The name of a user's account, or of the partner's.
fn account(owner: &Party) -> String {
    match owner {
        None => "partner".to_owned(),
        Some(user) => format!("user:{user}"),
    }
}

/// The name of a user's account.
fn account_of(user: &str) -> String {
    format!("user:{user}")
}
