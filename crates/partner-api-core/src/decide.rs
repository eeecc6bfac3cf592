//! Deciding: a command, on a state, at a moment, under a policy, becomes facts or a refusal.

use crate::card::{self, CardAction, NewCard};
use crate::command::Command;
use crate::deposit;
use crate::event::Event;
use crate::exchange::{self, NewExchange};
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
use crate::{CardId, HolderId, Money, Timestamp, UserId};

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
            Command::LockRate { id, user, rates } => lock::create(self, id, user, rates),
            Command::Exchange {
                id,
                user,
                lock,
                from,
                to,
            } => exchange::create(
                self,
                &NewExchange {
                    id,
                    user,
                    lock,
                    from: *from,
                    to: *to,
                },
            ),
            Command::SettleExchange { id, completed } => exchange::settle(self, id, *completed),
            Command::PayOut {
                id,
                user,
                money,
                receiver,
            } => sepa_transfer::create(self, id, user, *money, receiver),
            Command::SettlePayOut { id } => sepa_transfer::settle(self, id),
            Command::ReceiveDeposit { id, user, money } => deposit::receive(self, id, user, *money),
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
            Command::UseCard { id, card, money } => card::spend(self, id, card, *money),
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
                let payouts = self.state.sepa_transfers.values();
                let exchanges = self.state.exchanges.values();
                !payouts
                    .into_iter()
                    .any(|it| it.holder == user.holder && it.state.is_pending())
                    && !exchanges
                        .into_iter()
                        .any(|it| it.holder == user.holder && it.state.is_pending())
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
