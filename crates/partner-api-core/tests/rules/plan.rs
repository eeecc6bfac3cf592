//! Random plans: what anybody might ask in any order, well-behaved or not, with the clock jumping between.

use std::time::Duration;

use partner_api_core::card::Channel;
use partner_api_core::{ActiveCards, Command, Currency, LockId, Money, Owner, UserId};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::people::{
    bank_deposit, holder, identity, new_city, profile, rates, receiver, secrets, the,
};
use crate::world::{READINGS, Verdict, World};

/// What is asked, in small numbers that shrink: users by number, things by how new they are among all there are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Move {
    Create {
        user: usize,
        country: &'static str,
    },
    Verify {
        user: usize,
    },
    Judge {
        user: usize,
        approved: bool,
    },
    Update {
        user: usize,
    },
    Suspend {
        user: usize,
    },
    Unsuspend {
        user: usize,
    },
    Close {
        user: usize,
    },
    Transfer {
        source: Option<usize>,
        destination: Option<usize>,
        money: &'static str,
    },
    Lock {
        user: usize,
    },
    Exchange {
        user: usize,
        lock: usize,
        from: &'static str,
        to: Currency,
    },
    Settle {
        exchange: usize,
        completed: bool,
    },
    PayOut {
        user: usize,
        money: &'static str,
    },
    SettlePayOut {
        payout: usize,
        succeeds: bool,
    },
    Deposit {
        user: usize,
        money: &'static str,
    },
    Card {
        user: usize,
    },
    Block {
        user: usize,
        card: usize,
    },
    Unblock {
        user: usize,
        card: usize,
    },
    Delete {
        user: usize,
        card: usize,
    },
    Use {
        card: usize,
        money: &'static str,
    },
    Wait {
        milliseconds: u64,
    },
}

/// Four users can come to be; the fifth never does.
pub(crate) const USERS: [&str; 5] = ["U1", "U2", "U3", "U4", "nobody"];

/// Plans a test, so that all of them take seconds; `PROPTEST_CASES` asks for more.
const CASES: u32 = 64;

/// Everyday money, the edges of what there is, and what cannot be right.
const MONEY: &[&str] = &[
    "1.00 eur",
    "0.01 eur",
    "40.00 eur",
    "99.99 eur",
    "100.00 eur",
    "0.00000001 btc",
    "0.00050001 btc",
    "0.03333333 doge",
    "0.00 eur",
    "1.00 xyz",
    "99999999.99 eur",
    "100000000.00 btc",
    "90000000000.00 eur",
];

/// Moments around every deadline: verification, settlement, a lock's time, and the windows of L12.
const WAITS: &[u64] = &[
    0,
    1,
    999,
    1_000,
    2_000,
    39_999,
    40_000,
    40_001,
    86_399_999,
    86_400_000,
    2_592_000_000,
    31_536_000_000,
    3_153_600_000_000,
];

pub(crate) fn moves() -> impl Strategy<Value = Move> {
    // Whoever is first is there from the start, and so sees the most.
    let user =
        || prop_oneof![6 => Just(0_usize), 3 => Just(1), 2 => Just(2), 2 => Just(3), 1 => Just(4)];
    let side = move || prop_oneof![1 => Just(None), 2 => user().prop_map(Some)];
    let newest = || prop_oneof![4 => Just(0_usize), 2 => Just(1), 1 => Just(2), 1 => Just(99)];
    let money = || proptest::sample::select(MONEY);
    let currencies = &[Currency::EUR, Currency::BTC, Currency::DOGE, Currency::ETH];
    let to = move || proptest::sample::select(currencies);
    let country = proptest::sample::select(&["PL", "DE", "KP"]);
    prop_oneof![
        2 => (user(), country).prop_map(|(user, country)| Move::Create { user, country }),
        2 => user().prop_map(|user| Move::Verify { user }),
        2 => (user(), any::<bool>()).prop_map(|(user, approved)| Move::Judge { user, approved }),
        1 => user().prop_map(|user| Move::Update { user }),
        4 => user().prop_map(|user| Move::Suspend { user }),
        3 => user().prop_map(|user| Move::Unsuspend { user }),
        1 => user().prop_map(|user| Move::Close { user }),
        5 => (side(), side(), money())
            .prop_map(|(source, destination, money)| Move::Transfer { source, destination, money }),
        3 => user().prop_map(|user| Move::Lock { user }),
        4 => (user(), newest(), money(), to())
            .prop_map(|(user, lock, from, to)| Move::Exchange { user, lock, from, to }),
        2 => (newest(), any::<bool>())
            .prop_map(|(exchange, completed)| Move::Settle { exchange, completed }),
        3 => (user(), money()).prop_map(|(user, money)| Move::PayOut { user, money }),
        1 => (newest(), any::<bool>())
            .prop_map(|(payout, succeeds)| Move::SettlePayOut { payout, succeeds }),
        4 => (user(), money()).prop_map(|(user, money)| Move::Deposit { user, money }),
        4 => user().prop_map(|user| Move::Card { user }),
        3 => (user(), newest()).prop_map(|(user, card)| Move::Block { user, card }),
        2 => (user(), newest()).prop_map(|(user, card)| Move::Unblock { user, card }),
        2 => (user(), newest()).prop_map(|(user, card)| Move::Delete { user, card }),
        3 => (newest(), money()).prop_map(|(card, money)| Move::Use { card, money }),
        4 => proptest::sample::select(WAITS).prop_map(|milliseconds| Move::Wait { milliseconds }),
    ]
}

/// A step of a walk: what was asked, of which world, and what came of it.
pub(crate) struct Step<'a> {
    pub(crate) before: &'a World,
    pub(crate) command: &'a Command,
    pub(crate) verdict: &'a Verdict,
    pub(crate) after: &'a World,
}

/// Walks random plans under both readings of L4, and holds `check` after every command, timers included.
pub(crate) fn always(check: impl FnMut(&Step<'_>) -> Result<(), TestCaseError>) {
    walk(town, moves(), check);
}

/// As [`always`], in another world and with other moves.
pub(crate) fn walk(
    world: impl Fn(ActiveCards) -> World,
    moves: impl Strategy<Value = Move>,
    mut check: impl FnMut(&Step<'_>) -> Result<(), TestCaseError>,
) {
    let check = std::cell::RefCell::new(&mut check);
    let plans = (
        proptest::sample::select(&READINGS[..]),
        proptest::collection::vec(moves, 1..60),
    );
    let config = Config {
        failure_persistence: None,
        max_shrink_iters: 20_000,
        cases: match std::env::var_os("PROPTEST_CASES") {
            Some(_) => Config::default().cases,
            None => CASES,
        },
        ..Config::default()
    };
    let told = TestRunner::new(config).run(&plans, |(reading, plan)| {
        let mut walker = Walker {
            world: world(reading),
            minted: 0,
        };
        for next in plan {
            walker.make(next, &mut **check.borrow_mut())?;
        }
        Ok(())
    });
    if let Err(failure) = told {
        panic!("{failure}");
    }
}

/// Two users who have settled in and one who was just created.
pub(crate) fn town(reading: ActiveCards) -> World {
    let mut world = World::new(reading);
    world.settle_in("U1", "PL", "100.00 eur");
    world.settle_in("U2", "DE", "40.00 eur");
    world.register("U3", "PL");
    world
}

struct Walker {
    world: World,
    minted: usize,
}

type Check<'a> = &'a mut dyn FnMut(&Step<'_>) -> Result<(), TestCaseError>;

impl Walker {
    fn make(&mut self, next: Move, check: Check<'_>) -> Result<(), TestCaseError> {
        if let Move::Wait { milliseconds } = next {
            let end = self.world.now.plus(Duration::from_millis(milliseconds));
            while let Some(timer) = self.world.next_due(end) {
                self.perform(&timer.to_command(), check)?;
            }
            self.world.now = end;
            return Ok(());
        }
        match self.command(next) {
            Some(command) => self.perform(&command, check),
            None => Ok(()),
        }
    }

    fn perform(&mut self, command: &Command, check: Check<'_>) -> Result<(), TestCaseError> {
        let before = self.world.clone();
        let verdict = self.world.perform(command);
        check(&Step {
            before: &before,
            command,
            verdict: &verdict,
            after: &self.world,
        })
    }

    /// The command in full; nothing where it would have to name somebody's opaque id and there is nobody.
    fn command(&mut self, next: Move) -> Option<Command> {
        self.minted += 1;
        let new = self.minted;
        let user = |number: usize| the::<UserId>(USERS[number]);
        let state = &self.world.state;
        let card = |newest| {
            nth_newest(
                state.cards.iter().map(|(id, it)| (id, it.created_at)),
                newest,
            )
        };
        Some(match next {
            Move::Create {
                user: number,
                country,
            } => Command::CreateUser {
                user: user(number.min(3)),
                holder: holder(100 + new),
                country: the(country),
                profile: Box::new(profile()),
            },
            Move::Verify { user: number } => Command::AddVerification {
                user: user(number),
                identity: Box::new(identity()),
            },
            Move::Judge {
                user: number,
                approved,
            } => Command::DecideVerification {
                holder: self.world.user(&user(number))?.holder,
                approved,
            },
            Move::Update { user: number } => Command::UpdateUser {
                user: user(number),
                changes: Box::new(new_city()),
            },
            Move::Suspend { user: number } => Command::Suspend { user: user(number) },
            Move::Unsuspend { user: number } => Command::Unsuspend { user: user(number) },
            Move::Close { user: number } => Command::Close { user: user(number) },
            Move::Transfer {
                source,
                destination,
                money,
            } => Command::Transfer {
                id: the(&format!("T{new}")),
                source: source.map(user),
                destination: destination.map(user),
                money: the(money),
            },
            Move::Lock { user: number } => Command::LockRate {
                id: the(&format!("L{new}")),
                owner: Owner::User(user(number)),
                rates: rates(),
            },
            Move::Exchange {
                user: number,
                lock,
                from,
                to,
            } => Command::Exchange {
                id: the(&format!("X{new}")),
                owner: Owner::User(user(number)),
                lock: nth_newest(state.locks.iter().map(|(id, it)| (id, it.created_at)), lock)
                    .unwrap_or_else(|| the::<LockId>("no-lock")),
                from: the::<Money>(from),
                to,
            },
            Move::Settle {
                exchange,
                completed,
            } => Command::SettleExchange {
                id: nth_newest(
                    state.exchanges.iter().map(|(id, it)| (id, it.created_at)),
                    exchange,
                )
                .unwrap_or_else(|| the("no-exchange")),
                completed,
            },
            Move::PayOut {
                user: number,
                money,
            } => Command::PayOut {
                id: the(&format!("P{new}")),
                owner: Owner::User(user(number)),
                money: the(money),
                receiver: Box::new(receiver()),
            },
            Move::SettlePayOut { payout, succeeds } => Command::SettlePayOut {
                id: nth_newest(
                    state
                        .sepa_transfers
                        .iter()
                        .map(|(id, it)| (id, it.created_at)),
                    payout,
                )
                .unwrap_or_else(|| the("no-payout")),
                succeeds,
            },
            Move::Deposit {
                user: number,
                money,
            } => bank_deposit(the(&format!("D{new}")), user(number), the(money)),
            Move::Card { user: number } => Command::CreateCard {
                id: the(&format!("C{new}")),
                user: user(number),
                label: "holiday".to_owned(),
                secrets: Box::new(secrets()),
            },
            Move::Block {
                user: number,
                card: newest,
            } => Command::BlockCard {
                user: user(number),
                card: card(newest).unwrap_or_else(|| the("no-card")),
            },
            Move::Unblock {
                user: number,
                card: newest,
            } => Command::UnblockCard {
                user: user(number),
                card: card(newest).unwrap_or_else(|| the("no-card")),
            },
            Move::Delete {
                user: number,
                card: newest,
            } => Command::DeleteCard {
                user: user(number),
                card: card(newest).unwrap_or_else(|| the("no-card")),
            },
            Move::Use {
                card: newest,
                money,
            } => Command::UseCard {
                id: the(&format!("S{new}")),
                card: card(newest).unwrap_or_else(|| the("no-card")),
                money: the(money),
                channel: Channel::Pos,
            },
            Move::Wait { .. } => return None,
        })
    }
}

/// The nth newest id, whoever it belongs to: users try each other's things as well.
fn nth_newest<'a, K: Clone + Ord + 'a, T: Ord>(
    things: impl Iterator<Item = (&'a K, T)>,
    newest: usize,
) -> Option<K> {
    let mut things: Vec<_> = things.map(|(id, created_at)| (created_at, id)).collect();
    things.sort();
    things.iter().rev().nth(newest).map(|(_, id)| (*id).clone())
}
