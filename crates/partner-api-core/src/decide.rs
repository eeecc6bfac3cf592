//! Deciding: a command, on a state, at a moment, under a policy, becomes facts or a refusal.

use crate::card::{self, CardAction, NewCard};
use crate::checkout::{self, ArrivedPayment, NewLink, NewQuote};
use crate::command::Command;
use crate::deposit::{self, NewDeposit};
use crate::documents::{self, Documents};
use crate::event::Event;
use crate::exchange::{self, NewExchange};
use crate::kyc;
use crate::ledger::Account;
use crate::lock;
use crate::policy::{ActiveCards, Policy};
use crate::refusal::{Gate, Refusal};
use crate::rule::Rule;
use crate::sepa_transfer;
use crate::state::State;
use crate::steps;
use crate::transfer;
use crate::user::{self, Permission, Standing, User, UserAction, Verification};
use crate::withdrawal::{self, NewWithdrawal};
use crate::{CardId, Currency, HolderId, Money, Network, Owner, Timestamp, UserId};

/// Decides a command. Either every fact that follows from it, or the first rule in precedence that it breaks; a refused
/// command changes nothing.
///
/// Facts are to be applied with [`State::evolve`], in their order. Ids that the command calls new must be new: whoever
/// keeps the state mints them, and refuses the command before it is decided if one was used before.
pub fn decide(
    policy: &Policy,
    state: &State,
    command: &Command,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let scene = Scene { policy, state, now };
    scene
        .play(command)
        .map_err(|rule| scene.refusal(rule, command))
}

/// Whether a user may be read in the way of `action`, which changes nothing: the same table, the same rules and the
/// same precedence as for commands.
pub fn admit(user: Option<&User>, action: UserAction) -> Result<&User, Rule> {
    let user = user.ok_or(Rule::UserMustExist)?;
    if let Permission::NotNow(rule) | Permission::Never(rule) =
        user::permission(user.standing, action)
    {
        return Err(rule);
    }
    let row = steps::find(user::STEPS, user.standing, action);
    let needs_verified = row.is_some_and(|row| row.needs.contains(&Rule::UserMustBeVerified));
    if needs_verified && user.verification != Verification::Approved {
        return Err(Rule::UserMustBeVerified);
    }
    Ok(user)
}

/// What a decision looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scene<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) state: &'a State,
    pub(crate) now: Timestamp,
}

impl<'a> Scene<'a> {
    fn play(&self, command: &Command) -> Result<Vec<Event>, Rule> {
        match command {
            Command::CreateUser {
                user,
                holder,
                country,
                profile,
            } => user::create(self, user, *holder, *country, profile),
            Command::AddVerification { user, identity } => user::submit(self, user, identity),
            Command::DecideVerification { holder, approved } => {
                user::decide_verification(self, *holder, *approved)
            }
            Command::UpdateUser { user, changes } => user::update(self, user, changes),
            Command::Suspend { user } => user::suspend(self, user),
            Command::Unsuspend { user } => user::unsuspend(self, user),
            Command::Close { user } => user::close(self, user),
            Command::Transfer {
                id,
                source,
                destination,
                money,
            } => transfer::create(self, id, source.as_ref(), destination.as_ref(), *money),
            Command::LockRate { id, owner, rates } => lock::create(self, id, owner, rates),
            Command::Exchange {
                id,
                owner,
                lock,
                from,
                to,
            } => exchange::create(
                self,
                &NewExchange {
                    id,
                    owner,
                    lock,
                    from: *from,
                    to: *to,
                },
            ),
            Command::SettleExchange { id, completed } => exchange::settle(self, id, *completed),
            Command::PayOut {
                id,
                owner,
                money,
                receiver,
            } => sepa_transfer::create(self, id, owner, *money, receiver),
            Command::SettlePayOut { id, succeeds } => sepa_transfer::settle(self, id, *succeeds),
            Command::AddKycFiles { user } => documents::add_identity_files(self, user),
            Command::StartKyc {
                id,
                user,
                questionnaire,
            } => kyc::create(self, id, user, questionnaire),
            Command::DecideKyc {
                id,
                approved,
                reasons,
            } => kyc::decide(self, id, *approved, reasons),
            Command::AddPoaFiles { user } => documents::add_poa_files(self, user),
            Command::DecidePoa { holder, decision } => {
                documents::decide_poa(self, *holder, *decision)
            }
            Command::Withdraw {
                id,
                owner,
                money,
                network,
                network_fee,
                destination,
            } => withdrawal::create(
                self,
                &NewWithdrawal {
                    id,
                    owner,
                    money: *money,
                    network: *network,
                    network_fee: *network_fee,
                    destination,
                },
            ),
            Command::SettleWithdrawal { id, completed } => withdrawal::settle(self, id, *completed),
            Command::ReceiveDeposit {
                id,
                owner,
                money,
                source,
                sender,
                check,
                needs_travel_rule,
            } => deposit::receive(
                self,
                &NewDeposit {
                    id,
                    owner,
                    money: *money,
                    source: *source,
                    sender: sender.as_deref(),
                    check: *check,
                    needs_travel_rule: *needs_travel_rule,
                },
            ),
            Command::DecideDeposit {
                id,
                approved,
                sender,
            } => deposit::decide(self, id, *approved, sender.as_deref()),
            Command::SupplyTravelRule { id, owner, data } => {
                deposit::supply_travel_rule(self, id, owner, data)
            }
            Command::CreateWallet { currency, network } => self.create_wallet(*currency, *network),
            Command::Quote {
                id,
                euro,
                currency,
                network,
                rate,
            } => checkout::create_quote(
                self,
                &NewQuote {
                    id,
                    euro: *euro,
                    currency: *currency,
                    network: *network,
                    rate: *rate,
                },
            ),
            Command::CreateOrder { id, lock } => checkout::create_order(self, id, lock),
            Command::CreateLink {
                id,
                is_hosted,
                euro,
                ttl,
                underpayment_window,
                accepts_part,
            } => checkout::create_link(
                self,
                &NewLink {
                    id,
                    is_hosted: *is_hosted,
                    euro: *euro,
                    ttl: *ttl,
                    underpayment_window: *underpayment_window,
                    accepts_part: *accepts_part,
                },
            ),
            Command::AssignWallet { id } => checkout::assign_wallet(self, id),
            Command::ReceivePayment {
                id,
                hash,
                money,
                network,
                rate,
            } => checkout::receive_payment(
                self,
                &ArrivedPayment {
                    id,
                    hash,
                    money: *money,
                    network: *network,
                    rate: *rate,
                },
            ),
            Command::ConfirmPayments { id } => checkout::confirm(self, id),
            Command::ExpireCheckout { id, at_once } => checkout::expire(self, id, *at_once),
            Command::CreateCard {
                id,
                user,
                label,
                secrets,
            } => card::create(
                self,
                &NewCard {
                    id,
                    user,
                    label,
                    secrets,
                },
            ),
            Command::BlockCard { user, card } => card::change(self, user, card, CardAction::Block),
            Command::UnblockCard { user, card } => {
                card::change(self, user, card, CardAction::Unblock)
            }
            Command::DeleteCard { user, card } => {
                card::change(self, user, card, CardAction::Delete)
            }
            Command::ChangePin { user, card, pin } => card::change_pin(self, user, card, pin),
            Command::SetLimits { user, card, limits } => {
                card::set_limits(self, user, card, *limits)
            }
            Command::UseCard {
                id,
                card,
                money,
                channel,
            } => card::authorise(self, id, card, *money, *channel),
            Command::SettleCardTransaction { id, action } => card::settle(self, id, *action),
            Command::ChargeCard { card } => card::charge(self, card),
        }
    }

    /// The user that `action` is about; the gate learns what forbids it.
    pub(crate) fn user(
        &self,
        id: &UserId,
        action: UserAction,
        gate: &mut Gate,
    ) -> Option<&'a User> {
        let user = self.state.users.get(id);
        gate.must(user.is_some(), Rule::UserMustExist);
        user.filter(|user| self.acts(user, action, gate))
    }

    /// As [`user`](Self::user), for what the partner may do as well: of the partner nothing is asked.
    pub(crate) fn owner(
        &self,
        owner: &Owner<UserId>,
        action: UserAction,
        gate: &mut Gate,
    ) -> Option<Owner> {
        match owner {
            Owner::Partner => Some(Owner::Partner),
            Owner::User(id) => {
                let user = self.user(id, action, gate);
                user.map(|user| Owner::User(user.holder))
            }
        }
    }

    /// What documents a user has shown.
    pub(crate) fn documents(&self, holder: HolderId) -> Documents {
        let shown = self.state.documents.get(&holder);
        shown.copied().unwrap_or_default()
    }

    /// Repeating changes nothing: a wallet that is there stays as it is.
    fn create_wallet(&self, currency: Currency, network: Network) -> Result<Vec<Event>, Rule> {
        let mut gate = Gate::default();
        gate.must(currency.is_known(), Rule::CurrencyMustBeKnown);
        gate.must(network.carries(currency), Rule::NetworkMustCarryCurrency);
        gate.pass()?;
        Ok(vec![Event::WalletCreated { currency, network }])
    }

    /// As [`user`](Self::user), where nothing but the user decides.
    pub(crate) fn only_user(&self, id: &UserId, action: UserAction) -> Result<&'a User, Rule> {
        let mut gate = Gate::default();
        let user = self.user(id, action, &mut gate);
        gate.pass()?;
        user.ok_or(Rule::UserMustExist)
    }

    /// As [`user`](Self::user), by the provider's id.
    pub(crate) fn acting_holder(&self, holder: HolderId, action: UserAction, gate: &mut Gate) {
        if let Some(user) = self.holder(holder, gate) {
            self.acts(user, action, gate);
        }
    }

    /// The user under the provider's id, who must not be closed.
    pub(crate) fn holder(&self, holder: HolderId, gate: &mut Gate) -> Option<&'a User> {
        let user = self.state.holder(holder);
        gate.must(user.is_some(), Rule::UserMustExist);
        let is_closed = user.is_some_and(|user| user.standing == Standing::Closed);
        gate.must(!is_closed, Rule::UserMustNotBeClosed);
        user
    }

    /// Whether the user is there to act at all; the gate learns what forbids the action, be it the standing or a need of
    /// the row.
    fn acts(&self, user: &User, action: UserAction, gate: &mut Gate) -> bool {
        if let Permission::NotNow(rule) | Permission::Never(rule) =
            user::permission(user.standing, action)
        {
            gate.must(false, rule);
        }
        let row = steps::find(user::STEPS, user.standing, action);
        for need in row.map_or(&[][..], |row| row.needs) {
            gate.must(self.holds(user, *need), *need);
        }
        user.standing != Standing::Closed
    }

    /// Whether a need of a user's row holds.
    fn holds(&self, user: &User, need: Rule) -> bool {
        match need {
            Rule::UserMustBeVerified => user.verification == Verification::Approved,
            Rule::VerificationMustBeOpen => {
                let submit = user::VerificationAction::Submit;
                steps::find(user::VERIFICATION_STEPS, user.verification, submit).is_some()
            }
            Rule::CardMustNotBeActive => {
                self.policy.active_cards == ActiveCards::Freeze || self.active_card(user).is_none()
            }
            Rule::MovementsMustBeSettled => {
                let owner = Owner::User(user.holder);
                let state = self.state;
                let mut payouts = state.sepa_transfers.values();
                let mut withdrawals = state.withdrawals.values();
                let mut exchanges = state.exchanges.values();
                let mut payments = state.card_transactions.values();
                !payouts.any(|it| it.owner == owner && it.state.is_pending())
                    && !withdrawals.any(|it| it.owner == owner && it.state.is_pending())
                    && !exchanges.any(|it| it.owner == owner && it.state.is_pending())
                    && !payments.any(|it| it.owner == user.holder && it.state.is_pending())
            }
            // No other rule stands in the table; `every_need_of_the_table_is_known` holds that.
            _ => false,
        }
    }

    /// Money that is asked to move: positive, of a served currency, and bookable.
    pub(crate) fn money(&self, money: Money, gate: &mut Gate) {
        gate.must(money.currency().is_known(), Rule::CurrencyMustBeKnown);
        gate.must(!money.is_zero(), Rule::AmountMustBePositive);
        gate.must(
            money.amount() <= LARGEST_MOVEMENT,
            Rule::AmountMustFitCurrency,
        );
    }

    /// The account covers the money.
    pub(crate) fn funds(&self, account: Account, money: Money, gate: &mut Gate) {
        let balance = self.state.balance(account, money.currency());
        gate.must(money.amount().atoms() <= balance, Rule::FundsMustSuffice);
    }

    fn refusal(&self, rule: Rule, command: &Command) -> Refusal {
        let names = command.names();
        let mut named = names.users.into_iter().flatten();
        let in_the_way = named.clone().find(|id| self.breaks(rule, id));
        let id = in_the_way.or_else(|| named.next());
        let card = names.card.and_then(|id| self.state.cards.get(id));
        let holder = names.holder.or_else(|| card.map(|card| card.owner));
        let user = match id {
            Some(id) => self.state.users.get(id),
            None => holder.and_then(|holder| self.state.holder(holder)),
        };
        let allowed = user.map(|user| steps::allowed(user::STEPS, user.standing).collect());
        let active_card = user.filter(|_| rule == Rule::CardMustNotBeActive);
        let active_card = active_card.and_then(|user| self.active_card(user));
        let culprit = match active_card {
            Some(card) => Some(format!("card {card}")),
            None => id.map(|id| format!("user {id}")),
        };
        Refusal {
            rule,
            command: command.kind(),
            subject: command.subject(),
            culprit,
            allowed: allowed.unwrap_or_default(),
        }
    }

    /// Whether it is this user who breaks a rule about a user.
    fn breaks(&self, rule: Rule, id: &UserId) -> bool {
        let Some(user) = self.state.users.get(id) else {
            return rule == Rule::UserMustExist;
        };
        match rule {
            Rule::UserMustNotBeClosed => user.standing == Standing::Closed,
            Rule::UserMustNotBeSuspended => user.standing == Standing::Suspended,
            Rule::UserMustBeVerified => user.verification != Verification::Approved,
            _ => false,
        }
    }

    fn active_card(&self, user: &User) -> Option<&'a CardId> {
        let mut cards = self.state.cards.iter();
        let is_active = |card: &card::Card| card.state == card::CardState::Active;
        cards
            .find(|(_, card)| card.owner == user.holder && is_active(card))
            .map(|(id, _)| id)
    }
}

/// One movement moves at most a hundred million units (ASSUMED): hundreds of the largest fit on one account, and whoever
/// keeps the books gives a command up whose sum would not.
const LARGEST_MOVEMENT: crate::Amount = match crate::Amount::from_atoms(10_000_000_000_000_000) {
    Some(amount) => amount,
    None => panic!("a hundred million is not negative"),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_need_of_the_table_is_known() {
        let known = [
            Rule::UserMustBeVerified,
            Rule::VerificationMustBeOpen,
            Rule::CardMustNotBeActive,
            Rule::MovementsMustBeSettled,
        ];
        for need in user::STEPS.iter().flat_map(|step| step.needs) {
            assert!(
                known.contains(need),
                "{need} has no meaning in Scene::holds"
            );
        }
    }
}
