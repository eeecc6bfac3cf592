//! Random commands: the engine's verdicts and state are those of core alone, whatever the store, the batches and restarts.

use std::collections::BTreeMap;

use partner_api_core::card::Channel;
use partner_api_core::{
    CardId, ExchangeId, HolderId, LockId, Owner, State, Timer, TransferId, decide,
};
use proptest::prelude::*;
use uuid::Uuid;

use super::people::{create_card, create_user, pay_out, receive_deposit};
use super::*;
use crate::rates::RateSource;

/// A command in small numbers: which user, which of the things made so far, how much.
#[derive(Clone, Debug)]
enum Step {
    Create(u8),
    Verify(u8),
    Decide(u8, bool),
    Suspend(u8),
    Unsuspend(u8),
    Close(u8),
    Transfer(Option<u8>, Option<u8>, u16),
    Lock(u8),
    Exchange(u8, u8, u16),
    SettleExchange(u8, bool),
    PayOut(u8, u16),
    Deposit(u8, u16),
    Card(u8),
    Block(u8, u8),
    Unblock(u8, u8),
    Delete(u8, u8),
    Use(u8, u16),
    Advance(u16),
    Reopen,
}

const USERS: u8 = 4;

fn step() -> impl Strategy<Value = Step> {
    let user = || 0..USERS;
    let thing = || 0..3_u8;
    let side = || prop::option::weighted(0.7, user());
    prop_oneof![
        3 => user().prop_map(Step::Create),
        3 => user().prop_map(Step::Verify),
        2 => (user(), any::<bool>()).prop_map(|(user, yes)| Step::Decide(user, yes)),
        1 => user().prop_map(Step::Suspend),
        1 => user().prop_map(Step::Unsuspend),
        1 => user().prop_map(Step::Close),
        6 => (side(), side(), 0..2_000_u16).prop_map(|(a, b, sum)| Step::Transfer(a, b, sum)),
        2 => user().prop_map(Step::Lock),
        3 => (user(), thing(), 1..500_u16).prop_map(|(a, b, sum)| Step::Exchange(a, b, sum)),
        1 => (thing(), any::<bool>()).prop_map(|(id, done)| Step::SettleExchange(id, done)),
        2 => (user(), 1..900_u16).prop_map(|(user, sum)| Step::PayOut(user, sum)),
        2 => (user(), 1..900_u16).prop_map(|(user, sum)| Step::Deposit(user, sum)),
        3 => user().prop_map(Step::Card),
        1 => (user(), thing()).prop_map(|(user, card)| Step::Block(user, card)),
        1 => (user(), thing()).prop_map(|(user, card)| Step::Unblock(user, card)),
        1 => (user(), thing()).prop_map(|(user, card)| Step::Delete(user, card)),
        3 => (thing(), 1..900_u16).prop_map(|(card, sum)| Step::Use(card, sum)),
        4 => (0..50_000_u16).prop_map(Step::Advance),
        1 => Just(Step::Reopen),
    ]
}

/// Core alone: one state that holds everything, and the timers.
struct Model {
    policy: Policy,
    state: State,
    now: Timestamp,
    timers: BTreeMap<(Timestamp, usize), Timer>,
    timers_set: usize,
    holders: BTreeMap<u8, HolderId>,
}

impl Model {
    fn new() -> Self {
        let mut model = Self {
            policy: Policy::default(),
            state: State::default(),
            now: START.parse().unwrap(),
            timers: BTreeMap::new(),
            timers_set: 0,
            holders: BTreeMap::new(),
        };
        for money in options(Data::Ephemeral).partner_funds {
            let atoms = money.amount().atoms();
            let place = (Account::Partner, money.currency());
            model.state.balances.insert(place, atoms);
        }
        model
    }

    fn decide(&mut self, command: &Command) -> Result<Vec<Event>, Refusal> {
        let events = decide(&self.policy, &self.state, command, self.now)?;
        for event in &events {
            self.state.evolve(event);
            if let Event::TimerSet { due, timer } = event {
                self.timers_set += 1;
                self.timers.insert((*due, self.timers_set), timer.clone());
            }
        }
        Ok(events)
    }

    fn advance(&mut self, by: Duration) {
        let target = self.now.plus(by);
        while let Some(first) = self.timers.first_entry()
            && first.key().0 <= target
        {
            let ((due, _), timer) = first.remove_entry();
            self.now = due;
            let _ = self.decide(&timer.to_command());
        }
        self.now = target;
    }

    /// The command of a step, with new ids where it makes something.
    fn command(&self, step: &Step) -> Option<Command> {
        let id = |number: &u8| user(&format!("user-{number}"));
        let eur = |sum: &u16| money(&format!("{}.{:02} eur", sum / 100, sum % 100));
        let holder = |number: &u8| {
            let known = self.holders.get(number).copied();
            known.unwrap_or(HolderId(Uuid::nil()))
        };
        // The latest made, or an id that nothing has.
        fn nth<K: Clone + TryFrom<String>, V>(map: &BTreeMap<K, V>, back: u8) -> K {
            let known = map.keys().rev().nth(usize::from(back)).cloned();
            known.unwrap_or_else(fresh)
        }
        let card = |back: &u8| nth::<CardId, _>(&self.state.cards, *back);
        Some(match step {
            Step::Create(number) => create_user(&format!("user-{number}")),
            Step::Verify(number) => Command::AddVerification {
                user: id(number),
                identity: identity(&format!("user-{number}")),
            },
            Step::Decide(number, approved) => Command::DecideVerification {
                holder: holder(number),
                approved: *approved,
            },
            Step::Suspend(number) => Command::Suspend { user: id(number) },
            Step::Unsuspend(number) => Command::Unsuspend { user: id(number) },
            Step::Close(number) => Command::Close { user: id(number) },
            Step::Transfer(source, destination, sum) => Command::Transfer {
                id: fresh::<TransferId>(),
                source: source.as_ref().map(id),
                destination: destination.as_ref().map(id),
                money: eur(sum),
            },
            Step::Lock(number) => Command::LockRate {
                id: fresh::<LockId>(),
                owner: Owner::User(id(number)),
                rates: RateSource::default().eur_rates(self.now),
            },
            Step::Exchange(number, lock, sum) => Command::Exchange {
                id: fresh::<ExchangeId>(),
                owner: Owner::User(id(number)),
                lock: nth(&self.state.locks, *lock),
                from: eur(sum),
                to: Currency::BTC,
            },
            Step::SettleExchange(exchange, completed) => Command::SettleExchange {
                id: nth(&self.state.exchanges, *exchange),
                completed: *completed,
            },
            Step::PayOut(number, sum) => pay_out(&format!("user-{number}"), &eur(sum).to_string()),
            Step::Deposit(number, sum) => receive_deposit(fresh(), id(number), eur(sum)),
            Step::Card(number) => create_card(&format!("user-{number}"), fresh()),
            Step::Block(number, back) => Command::BlockCard {
                user: id(number),
                card: card(back),
            },
            Step::Unblock(number, back) => Command::UnblockCard {
                user: id(number),
                card: card(back),
            },
            Step::Delete(number, back) => Command::DeleteCard {
                user: id(number),
                card: card(back),
            },
            Step::Use(back, sum) => Command::UseCard {
                id: fresh(),
                card: card(back),
                money: eur(sum),
                channel: Channel::Atm,
            },
            Step::Advance(_) | Step::Reopen => return None,
        })
    }

    /// A new engine's state, table by table, is this one.
    fn check(&self, engine: &Engine) {
        assert_eq!(engine.clock().now, self.now);
        engine
            .read(|it| {
                for (id, user) in &self.state.users {
                    assert_eq!(it.user(id)?, Some(*user));
                    assert_eq!(it.user_id(user.holder)?.is_some(), {
                        user.standing != partner_api_core::user::Standing::Closed
                    });
                }
                for (id, card) in &self.state.cards {
                    let mut found = it.card(id)?.unwrap();
                    found.label.clone_from(&card.label); // which erasing takes away
                    assert_eq!(found, *card);
                }
                for (id, transfer) in &self.state.transfers {
                    assert_eq!(it.transfer(id)?, Some(*transfer));
                }
                for (id, payout) in &self.state.sepa_transfers {
                    assert_eq!(it.payout(id)?, Some(*payout));
                }
                for (id, exchange) in &self.state.exchanges {
                    assert_eq!(it.exchange(id)?.as_ref(), Some(exchange));
                }
                for (id, lock) in &self.state.locks {
                    assert_eq!(it.lock(id)?.as_ref(), Some(lock));
                }
                for (id, deposit) in &self.state.deposits {
                    assert_eq!(it.deposit(id)?, Some(*deposit));
                }
                for ((account, currency), atoms) in &self.state.balances {
                    // The model was given its funds without their other side.
                    if account.kind() != partner_api_core::ledger::AccountKind::Outside {
                        let held = it.balances(*account)?;
                        let held = held.into_iter().find(|(it, _)| it == currency);
                        assert_eq!(held.map_or(0, |it| it.1), *atoms, "{account} {currency}");
                    }
                }
                assert_eq!(it.timers_due(Timestamp::MAX)?.len(), self.timers.len());
                Ok(())
            })
            .unwrap();
        check_books(engine);
    }
}

/// Plays the steps on an engine and on the model; `reopen` stands for a restart.
async fn play(mut engine: Engine, steps: &[Step], reopen: impl Fn(Engine) -> Engine) {
    let mut model = Model::new();
    for step in steps {
        if let Step::Advance(millis) = step {
            let by = Duration::from_millis(u64::from(*millis));
            model.advance(by);
            engine.advance_clock(by).await.unwrap();
        } else if let Step::Reopen = step {
            engine = reopen(engine);
        } else if let Some(command) = model.command(step) {
            let expected = model.decide(&command);
            if let (Command::CreateUser { holder, .. }, Ok(_), Step::Create(number)) =
                (&command, &expected, step)
            {
                model.holders.insert(*number, *holder);
            }
            let decided = engine.execute(command).await.unwrap();
            assert_eq!(decided.at, model.now);
            let shown = |verdict: &Result<Vec<Event>, Refusal>| format!("{verdict:?}");
            assert_eq!(shown(&decided.verdict), shown(&expected), "{step:?}");
        }
    }
    model.check(&engine);
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn in_memory_the_engine_decides_as_core_does(steps in prop::collection::vec(step(), 1..80)) {
        runtime().block_on(play(ephemeral(), &steps, |engine| engine));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn on_disk_with_restarts_the_engine_decides_as_core_does(
        steps in prop::collection::vec(step(), 1..80),
    ) {
        let dir = tempfile::tempdir().unwrap();
        runtime().block_on(play(durable(dir.path()), &steps, |engine| {
            drop(engine);
            reopened(dir.path())
        }));
    }
}
