//! What is expected of a command, written down a second time: plain conditions, in no order, without the tables.

use std::collections::BTreeSet;
use std::time::Duration;

use partner_api_core::card::{Card, CardState, CardTransactionState};
use partner_api_core::exchange::ExchangeState;
use partner_api_core::ledger::Account;
use partner_api_core::lock::LockState;
use partner_api_core::sepa_transfer::SepaTransferState;
use partner_api_core::user::{Standing, User, Verification};
use partner_api_core::{
    ActiveCards, CardId, Command, Currency, HolderId, Money, Owner, Rule, UserId,
};

use crate::world::World;

const SERVED: [&str; 9] = [
    "eur", "btc", "eth", "ltc", "doge", "pol", "usdc", "usdt", "eurt",
];
const DAY: Duration = Duration::from_secs(86_400);

/// The rule that must refuse: the first in precedence of all that are broken.
pub(crate) fn expected(world: &World, command: &Command) -> Result<(), Rule> {
    let mut look = Look {
        world,
        broken: BTreeSet::new(),
    };
    look.at(command);
    look.broken.into_iter().next().map_or(Ok(()), Err)
}

struct Look<'a> {
    world: &'a World,
    broken: BTreeSet<Rule>,
}

/// Whether a suspended user may.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WhileSuspended {
    Yes,
    No,
}
use WhileSuspended::{No, Yes};

impl<'a> Look<'a> {
    fn breaks(&mut self, rule: Rule, if_so: bool) {
        if if_so {
            self.broken.insert(rule);
        }
    }

    fn at(&mut self, command: &Command) {
        match command {
            Command::CreateUser { user, .. } => {
                let is_used = self.world.user(user).is_some();
                self.breaks(Rule::UserIdMustBeUnused, is_used);
            }
            Command::AddVerification { user, .. } => {
                if let Some(user) = self.user(user, Yes) {
                    let is_open = matches!(
                        user.verification,
                        Verification::Registered | Verification::Rejected
                    );
                    self.breaks(Rule::VerificationMustBeOpen, !is_open);
                }
            }
            Command::DecideVerification { holder, .. } => {
                if let Some(user) = self.holder(*holder, Yes) {
                    let is_pending = user.verification == Verification::Pending;
                    self.breaks(Rule::VerificationMustBePending, !is_pending);
                }
            }
            Command::UpdateUser { user, .. } | Command::Unsuspend { user } => {
                self.user(user, Yes);
            }
            Command::Suspend { user } => self.suspend(user),
            Command::Close { user } => self.close(user),
            Command::Transfer {
                source,
                destination,
                money,
                ..
            } => self.transfer(source.as_ref(), destination.as_ref(), *money),
            Command::LockRate { owner, .. } => {
                self.owner(owner);
            }
            Command::Exchange {
                owner,
                lock,
                from,
                to,
                ..
            } => self.exchange(owner, lock.as_str(), *from, *to),
            Command::SettleExchange { id, .. } => {
                let exchange = self.world.state.exchanges.get(id);
                self.breaks(Rule::ExchangeMustExist, exchange.is_none());
                let is_over = exchange.is_some_and(|it| it.state != ExchangeState::Pending);
                self.breaks(Rule::ExchangeMustBePending, is_over);
            }
            Command::PayOut { owner, money, .. } => {
                self.money(*money);
                self.euro(*money);
                self.owner(owner);
            }
            Command::SettlePayOut { id, .. } => {
                use SepaTransferState::{Failed, Successful};
                let payout = self.world.state.sepa_transfers.get(id);
                self.breaks(Rule::PayoutMustExist, payout.is_none());
                let is_over = payout.is_some_and(|it| matches!(it.state, Successful | Failed));
                self.breaks(Rule::PayoutMustBePending, is_over);
            }
            Command::ReceiveDeposit { money, .. } => {
                self.money(*money);
                self.euro(*money);
            }
            Command::CreateCard { user, .. } => self.create_card(user),
            Command::BlockCard { user, card } => {
                let card = self.card_of(user, card, Yes);
                self.breaks(Rule::CardMustExist, card == Some(CardState::Deleted));
            }
            Command::UnblockCard { user, card } => {
                let owner = self.world.user(user);
                let card = self.card_of(user, card, No);
                self.breaks(Rule::CardMustExist, card == Some(CardState::Deleted));
                self.verified(owner);
            }
            Command::DeleteCard { user, card } => {
                self.card_of(user, card, Yes);
            }
            Command::UseCard { card, money, .. } => self.use_card(card, *money),
            Command::SettleCardTransaction { id, .. } => {
                let payment = self.world.state.card_transactions.get(id);
                self.breaks(Rule::CardTransactionMustExist, payment.is_none());
                let is_over =
                    payment.is_some_and(|it| it.state != CardTransactionState::Authorised);
                self.breaks(Rule::CardTransactionMustBeAuthorised, is_over);
            }
            Command::ChargeCard { card } => {
                let card = self.world.state.cards.get(card);
                let is_gone = card.is_none_or(|card| card.state == CardState::Deleted);
                self.breaks(Rule::CardMustExist, is_gone);
            }
            other => panic!("no plan asks for {:?} yet", other.kind()),
        }
    }

    /// The user, if there is one that is not closed.
    fn user(&mut self, id: &UserId, suspended: WhileSuspended) -> Option<&'a User> {
        let user = self.world.user(id);
        self.breaks(Rule::UserMustExist, user.is_none());
        self.standing(user?, suspended)
    }

    fn holder(&mut self, holder: HolderId, suspended: WhileSuspended) -> Option<&'a User> {
        let mut users = self.world.state.users.values();
        let user = users.find(|user| user.holder == holder);
        self.breaks(Rule::UserMustExist, user.is_none());
        self.standing(user?, suspended)
    }

    fn standing(&mut self, user: &'a User, suspended: WhileSuspended) -> Option<&'a User> {
        let is_suspended = user.standing == Standing::Suspended;
        let is_closed = user.standing == Standing::Closed;
        self.breaks(
            Rule::UserMustNotBeSuspended,
            is_suspended && suspended == No,
        );
        self.breaks(Rule::UserMustNotBeClosed, is_closed);
        (!is_closed).then_some(user)
    }

    /// A user who may act, or the partner, of whom nothing is asked.
    fn owner(&mut self, owner: &Owner<UserId>) -> Option<Owner> {
        match owner {
            Owner::Partner => Some(Owner::Partner),
            Owner::User(id) => {
                let user = self.user(id, No);
                self.verified(user);
                user.map(|user| Owner::User(user.holder))
            }
        }
    }

    fn euro(&mut self, money: Money) {
        self.breaks(Rule::CurrencyMustBeEur, money.currency().as_str() != "eur");
    }

    fn verified(&mut self, user: Option<&User>) {
        let is_unverified = user.is_some_and(|user| user.verification != Verification::Approved);
        self.breaks(Rule::UserMustBeVerified, is_unverified);
    }

    fn money(&mut self, money: Money) {
        let too_large = 100_000_000 * 100_000_000 < money.amount().atoms();
        let is_unknown = !SERVED.contains(&money.currency().as_str());
        self.breaks(Rule::CurrencyMustBeKnown, is_unknown);
        self.breaks(Rule::AmountMustBePositive, money.amount().atoms() == 0);
        self.breaks(Rule::AmountMustFitCurrency, too_large);
    }

    fn funds(&mut self, account: Account, money: Money) {
        let balances = &self.world.state.balances;
        let balance = balances.get(&(account, money.currency())).copied();
        let is_short = balance.unwrap_or_default() < money.amount().atoms();
        self.breaks(Rule::FundsMustSuffice, is_short);
    }

    fn suspend(&mut self, user: &UserId) {
        let Some(user) = self.user(user, Yes) else {
            return;
        };
        let counts = self.world.policy.active_cards == ActiveCards::Refuse;
        let is_open = user.standing == Standing::Open;
        let has_active = self
            .cards(user.holder)
            .any(|card| card.state == CardState::Active);
        self.breaks(Rule::CardMustNotBeActive, counts && is_open && has_active);
    }

    fn close(&mut self, user: &UserId) {
        use SepaTransferState::{Funded, Unfunded};
        let Some(user) = self.user(user, Yes) else {
            return;
        };
        let (state, owner) = (&self.world.state, Owner::User(user.holder));
        let payout = state
            .sepa_transfers
            .values()
            .any(|it| it.owner == owner && matches!(it.state, Funded | Unfunded));
        let exchange = state
            .exchanges
            .values()
            .any(|it| it.owner == owner && it.state == ExchangeState::Pending);
        let payment = state
            .card_transactions
            .values()
            .any(|it| it.owner == user.holder && it.state == CardTransactionState::Authorised);
        self.breaks(Rule::MovementsMustBeSettled, payout || exchange || payment);
    }

    fn transfer(&mut self, source: Option<&UserId>, destination: Option<&UserId>, money: Money) {
        self.money(money);
        let is_nobody = source.is_none() && destination.is_none();
        self.breaks(Rule::SourceOrDestinationMustBeGiven, is_nobody);
        let is_same = source.is_some() && source == destination;
        self.breaks(Rule::PartiesMustDiffer, is_same);
        for side in [source, destination].into_iter().flatten() {
            let user = self.user(side, No);
            self.verified(user);
        }
        match source.map(|source| self.world.user(source)) {
            None => self.funds(Account::Partner, money),
            Some(Some(user)) => self.funds(Account::User(user.holder), money),
            Some(None) => {}
        }
    }

    fn exchange(&mut self, owner: &Owner<UserId>, lock: &str, from: Money, to: Currency) {
        self.money(from);
        self.breaks(Rule::CurrencyMustBeKnown, !SERVED.contains(&to.as_str()));
        self.breaks(Rule::CurrenciesMustDiffer, from.currency() == to);
        let Some(owner) = self.owner(owner) else {
            return;
        };
        self.funds(owner.account(), from);
        let mut locks = self.world.state.locks.iter();
        let lock = locks.find(|(id, it)| id.as_str() == lock && it.owner == owner);
        self.breaks(Rule::LockMustExist, lock.is_none());
        let Some((_, lock)) = lock else {
            return;
        };
        self.breaks(Rule::LockMustBeUnused, lock.state == LockState::Used);
        let age = self.world.now.since(lock.created_at);
        self.breaks(Rule::LockMustNotBeExpired, Duration::from_secs(40) < age);
        match (lock.rates.get(&from.currency()), lock.rates.get(&to)) {
            (Some(give), Some(get)) => {
                // 1.49 % stay with the provider: of a cent, whatever is not half of one is nothing.
                let decimals = [("eur", 2), ("usdc", 6), ("usdt", 6), ("eurt", 6)];
                let unit = |currency: Currency| {
                    let known = decimals.iter().find(|(code, _)| *code == currency.as_str());
                    10_f64.powi(8 - known.map_or(8, |(_, decimals)| *decimals))
                };
                let given = from.amount().atoms();
                let fee = (given as f64 * 0.0149 / unit(from.currency())).round();
                let fee = (fee * unit(from.currency())) as i64;
                let value = i128::from(given - fee) * i128::from(give.atoms());
                let value = value / i128::from(get.atoms());
                let is_too_much = i128::from(i64::MAX) < value;
                let is_nothing = value < unit(to) as i128;
                self.breaks(Rule::AmountMustFitCurrency, is_too_much || is_nothing);
            }
            _ => self.breaks(Rule::CurrencyMustBeKnown, true),
        }
    }

    fn create_card(&mut self, user: &UserId) {
        let Some(user) = self.user(user, No) else {
            return;
        };
        self.verified(Some(user));
        let forbidden = &self.world.policy.card_forbidden_countries;
        let is_forbidden = forbidden.contains(&user.country);
        self.breaks(Rule::CountryMustAllowCards, is_forbidden);
        let held = self
            .cards(user.holder)
            .filter(|card| card.state != CardState::Deleted)
            .count();
        self.breaks(Rule::CardsHeldMustBeBelowLimit, 10 <= held);
        for (limit, window) in [(5, DAY), (10, 30 * DAY), (20, 365 * DAY)] {
            let lately = self
                .cards(user.holder)
                .filter(|card| self.world.now.since(card.created_at) < window)
                .count();
            self.breaks(Rule::CardsCreatedMustBeBelowLimit, limit <= lately);
        }
    }

    /// Where the card stands, if it is the user's.
    fn card_of(
        &mut self,
        user: &UserId,
        card: &CardId,
        suspended: WhileSuspended,
    ) -> Option<CardState> {
        let holder = self.user(user, suspended)?.holder;
        let card = self.world.state.cards.get(card);
        let card = card.filter(|card| card.owner == holder);
        self.breaks(Rule::CardMustExist, card.is_none());
        card.map(|card| card.state)
    }

    fn use_card(&mut self, card: &CardId, money: Money) {
        self.money(money);
        self.euro(money);
        let card = self.world.state.cards.get(card);
        let state = card.map(|card| card.state);
        let is_gone = matches!(state, None | Some(CardState::Deleted));
        self.breaks(Rule::CardMustExist, is_gone);
        self.breaks(Rule::CardMustBeActive, state == Some(CardState::Blocked));
        if let Some(card) = card {
            let user = self.holder(card.owner, No);
            self.verified(user);
            self.funds(Account::User(card.owner), money);
            // Nobody here has so much, so what was spent before need not be counted.
            let is_over = 10_000 * 100_000_000 < money.amount().atoms();
            self.breaks(Rule::SpendingMustBeWithinLimits, is_over);
        }
    }

    fn cards(&self, owner: HolderId) -> impl Iterator<Item = &'a Card> + use<'a> {
        let cards = self.world.state.cards.values();
        cards.filter(move |card| card.owner == owner)
    }
}
