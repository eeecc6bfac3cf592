//! What a client may conclude from a standing, and what a store must load: promises to those who do not hold the world.

use std::collections::BTreeMap;

use partner_api_core::card::Channel;
use partner_api_core::ledger::Account;
use partner_api_core::steps;
use partner_api_core::user::{Permission, STEPS, Standing, UserAction, permission};
use partner_api_core::{Command, Event, HolderId, OfUsers, Owner, Rule, State, UserId, decide};
use proptest::prelude::*;

use crate::people::{identity, new_city, rates, receiver, secrets, the};
use crate::plan::always;
use crate::world::World;

/// Every action on or by a user that is a command, as commands that are right in every other way. Each of the user's
/// cards and locks is tried, and one that nobody has.
pub(crate) fn probes(world: &World, user: &UserId) -> Vec<(UserAction, Command)> {
    use UserAction as Do;
    let id = || user.clone();
    let holder = world.user(user).map(|user| user.holder);
    let (cent, new) = (the("0.01 eur"), "probe");
    let pay = |source, destination| Command::Transfer {
        id: the(new),
        source,
        destination,
        money: cent,
    };
    let (changes, identity) = (Box::new(new_city()), Box::new(identity()));
    let receiver = Box::new(receiver());
    let mut probes = vec![
        (
            Do::Update,
            Command::UpdateUser {
                user: id(),
                changes,
            },
        ),
        (
            Do::Verify,
            Command::AddVerification {
                user: id(),
                identity,
            },
        ),
        (Do::Suspend, Command::Suspend { user: id() }),
        (Do::Unsuspend, Command::Unsuspend { user: id() }),
        (Do::Close, Command::Close { user: id() }),
        (Do::Transfer, pay(Some(id()), None)),
        (Do::Transfer, pay(None, Some(id()))),
        (
            Do::PayOut,
            Command::PayOut {
                id: the(new),
                owner: Owner::User(id()),
                money: cent,
                receiver,
            },
        ),
        (
            Do::LockRate,
            Command::LockRate {
                id: the(new),
                owner: Owner::User(id()),
                rates: rates(),
            },
        ),
        (
            Do::CreateCard,
            Command::CreateCard {
                id: the(new),
                user: id(),
                label: "holiday".to_owned(),
                secrets: Box::new(secrets()),
            },
        ),
    ];
    let locks = world
        .state
        .locks
        .iter()
        .filter(|(_, it)| Some(it.owner) == holder.map(Owner::User));
    for lock in locks.map(|(id, _)| id.clone()).chain([the("nobodys")]) {
        let (from, to) = (cent, the("btc"));
        probes.push((
            Do::Exchange,
            Command::Exchange {
                id: the(new),
                owner: Owner::User(id()),
                lock,
                from,
                to,
            },
        ));
    }
    let cards = world
        .state
        .cards
        .iter()
        .filter(|(_, it)| Some(it.owner) == holder);
    let cards: Vec<_> = cards.map(|(id, _)| id.clone()).collect();
    for card in cards.iter().cloned().chain([the("nobodys")]) {
        let of = |card| (id(), card);
        let (user, its) = of(card.clone());
        probes.push((Do::BlockCard, Command::BlockCard { user, card: its }));
        let (user, its) = of(card.clone());
        probes.push((Do::UnblockCard, Command::UnblockCard { user, card: its }));
        let (user, its) = of(card);
        probes.push((Do::DeleteCard, Command::DeleteCard { user, card: its }));
    }
    for card in cards {
        probes.push((
            Do::UseCard,
            Command::UseCard {
                id: the(new),
                card,
                money: cent,
                channel: Channel::Pos,
            },
        ));
    }
    probes
}

/// What the table denies for ever is refused, here and in every state that can be reached from here; what it denies for
/// now is refused now. So a client that denies on a *confirmed* closing denies nothing that would have gone through.
#[test]
fn what_the_table_denies_is_refused_in_every_reachable_state() {
    always(|step| {
        for (id, user) in &step.after.state.users {
            for (action, probe) in probes(step.after, id) {
                let asked = step.after.ask(&probe);
                match permission(user.standing, action) {
                    Permission::Allowed => {}
                    Permission::NotNow(rule) => prop_assert_eq!(asked, Err(rule), "{}", action),
                    Permission::Never(rule) => {
                        prop_assert!(!steps::can_ever(STEPS, user.standing, action));
                        prop_assert_eq!(asked, Err(rule), "{}", action);
                    }
                }
            }
            // The future: no command leads to a standing that the table does not reach, so never stays never.
            if let Some(before) = step.before.user(id) {
                let reachable = steps::reachable(STEPS, before.standing);
                prop_assert!(reachable.contains(&user.standing), "{} went astray", id);
            }
        }
        Ok(())
    });
}

/// What is denied for now comes back by unsuspending, which is what the refusal's remedy says.
#[test]
fn what_is_denied_for_now_is_allowed_after_unsuspending() {
    for action in UserAction::ALL.iter().copied() {
        assert_eq!(
            permission(Standing::Open, action),
            Permission::Allowed,
            "{action}"
        );
        match permission(Standing::Suspended, action) {
            Permission::Allowed => {}
            denied => assert_eq!(denied, Permission::NotNow(Rule::UserMustNotBeSuspended)),
        }
        let closed = permission(Standing::Closed, action);
        assert_eq!(
            closed,
            Permission::Never(Rule::UserMustNotBeClosed),
            "{action}"
        );
    }
}

/// A store that loads what a command names, and nothing else, comes to the same decision as one that holds everything.
#[test]
fn what_a_command_names_is_enough_to_decide_it() {
    always(|step| {
        let World {
            policy, state, now, ..
        } = step.before;
        let part = part_of(state, step.command);
        let told = decide(policy, &part, step.command, *now);
        prop_assert_eq!(shown(&told), shown(step.verdict));
        Ok(())
    });
}

/// Events have no equality, because personal data has none that means anything; their text shows all that rules set.
fn shown(verdict: &Result<Vec<Event>, partner_api_core::Refusal>) -> String {
    format!("{verdict:?}")
}

/// What [`Names`](partner_api_core::Names) asks to load.
fn part_of(state: &State, command: &Command) -> State {
    let names = command.names();
    let mut part = State::default();
    let named = names.users.into_iter().flatten();
    part.users = some(&state.users, |id, _| named.clone().any(|named| named == id));
    part.cards = some(&state.cards, |id, _| names.card == Some(id));
    part.exchanges = some(&state.exchanges, |id, _| names.exchange == Some(id));
    part.sepa_transfers = some(&state.sepa_transfers, |id, _| {
        names.sepa_transfer == Some(id)
    });
    part.locks = some(&state.locks, |id, _| names.lock == Some(id));
    part.withdrawals = some(&state.withdrawals, |id, _| names.withdrawal == Some(id));
    part.deposits = some(&state.deposits, |id, _| names.deposit == Some(id));
    part.kycs = some(&state.kycs, |id, _| names.kyc == Some(id));
    part.quotes = some(&state.quotes, |id, _| names.quote == Some(id));
    part.checkouts = some(&state.checkouts, |id, _| names.checkout == Some(id));
    part.card_transactions = some(&state.card_transactions, |id, _| {
        names.card_transaction == Some(id)
    });
    let payments = part.card_transactions.values();
    let paid_with = some(&state.cards, |id, _| {
        payments.clone().any(|it| it.card == *id)
    });
    part.cards.extend(paid_with);
    let owners = part.cards.values().map(|card| card.owner);
    let owners = owners.chain(part.exchanges.values().filter_map(|it| it.owner.user()));
    let deposited = part.deposits.values().filter_map(|it| it.owner?.user());
    let owners = owners.chain(deposited);
    let owners = owners.chain(part.kycs.values().map(|it| it.holder));
    let owners: Vec<HolderId> = owners.chain(names.holder).collect();
    part.users
        .extend(some(&state.users, |_, user| owners.contains(&user.holder)));
    let holders: Vec<HolderId> = part.users.values().map(|user| user.holder).collect();
    let (all, its) = (names.of_users == OfUsers::Everything, names.of_users);
    if all || its == OfUsers::Cards {
        part.cards
            .extend(some(&state.cards, |_, card| holders.contains(&card.owner)));
    }
    let is_theirs = |owner: Owner| owner.user().is_some_and(|it| holders.contains(&it));
    if its == OfUsers::Documents {
        part.documents = some(&state.documents, |holder, _| holders.contains(holder));
    }
    if let Some(iban) = names.contact {
        let named = holders.first().copied().map_or(Owner::Partner, Owner::User);
        let known = state.known_ibans.iter();
        let known = known.filter(|(owner, it)| *owner == named && it == iban);
        part.known_ibans = known.cloned().collect();
    }
    if all || its == OfUsers::OpenDeposits {
        part.deposits.extend(some(&state.deposits, |_, deposit| {
            deposit.owner.is_some_and(is_theirs) && deposit.state.is_open()
        }));
    }
    if all {
        part.sepa_transfers
            .extend(some(&state.sepa_transfers, |_, it| {
                is_theirs(it.owner) && it.state.is_pending()
            }));
        part.exchanges.extend(some(&state.exchanges, |_, it| {
            is_theirs(it.owner) && it.state.is_pending()
        }));
        part.withdrawals.extend(some(&state.withdrawals, |_, it| {
            is_theirs(it.owner) && it.state.is_pending()
        }));
        part.card_transactions
            .extend(some(&state.card_transactions, |_, it| {
                holders.contains(&it.owner) && it.state.is_pending()
            }));
    }
    part.balances = some(&state.balances, |(account, currency), _| match account {
        Account::User(holder) => {
            holders.contains(holder) && (all || names.currency == Some(*currency))
        }
        Account::Partner => names.currency == Some(*currency),
        _ => false,
    });
    part
}

fn some<K: Clone + Ord, V: Clone>(
    all: &BTreeMap<K, V>,
    is_in: impl Fn(&K, &V) -> bool,
) -> BTreeMap<K, V> {
    let some = all.iter().filter(|(id, it)| is_in(id, it));
    some.map(|(id, it)| (id.clone(), it.clone())).collect()
}
