//! Every cell of the small space: verification x standing x card x what is in flight x funds, under both readings, asked
//! every command. Nothing is sampled here.

use expect_test::expect_file;
use partner_api_core::card::{Card, CardState, Spending, SpendingLimits};
use partner_api_core::deposit::{Deposit, DepositState, Source};
use partner_api_core::exchange::{Exchange, ExchangeState};
use partner_api_core::ledger::{Account, Balanced};
use partner_api_core::lock::{Lock, LockState};
use partner_api_core::sepa_transfer::{SepaTransfer, SepaTransferState};
use partner_api_core::user::{Standing, User, UserAction, Verification};
use partner_api_core::{ActiveCards, Amount, Command, Event, Money, Owner, UserId};

use crate::guard::probes;
use crate::invariants::{check_closing, check_erasure, check_freeze, check_unsuspending};
use crate::people::{bank_deposit, holder, profile, rates, the};
use crate::plan::Step;
use crate::verdict::expected;
use crate::world::{READINGS, World};

#[derive(Clone, Copy, Debug)]
struct Cell {
    reading: ActiveCards,
    verification: Verification,
    standing: Standing,
    card: Option<CardState>,
    in_flight: InFlight,
    is_funded: bool,
}

#[derive(Clone, Copy, Debug)]
enum InFlight {
    Nothing,
    Payout,
    Exchange,
}

impl Cell {
    /// One user in a given place, whether or not any path leads there.
    fn world(self) -> World {
        let mut world = World::new(self.reading);
        let (owner, now) = (holder(1), world.now);
        let user = User {
            holder: owner,
            country: the("PL"),
            verification: self.verification,
            standing: self.standing,
        };
        let state = &mut world.state;
        state.users.insert(the("U1"), user);
        if let Some(card) = self.card {
            let card = Card {
                owner,
                state: card,
                label: "holiday".to_owned(),
                limits: SpendingLimits::default(),
                spending: Spending::default(),
                created_at: now,
            };
            state.cards.insert(the("C1"), card);
        }
        let lock = |state| Lock {
            owner: Owner::User(owner),
            rates: rates(),
            state,
            created_at: now,
            valid_until: now.plus(world.policy.lock_ttl),
        };
        state.locks.insert(the("L1"), lock(LockState::Open));
        state.locks.insert(the("L0"), lock(LockState::Used));
        let money: Money = the("5.00 eur");
        let reserve = |from| Balanced::pay(from, Account::Settlement, money);
        match self.in_flight {
            InFlight::Nothing => {}
            InFlight::Payout => {
                let payout = SepaTransfer {
                    owner: Owner::User(owner),
                    money,
                    fee: Amount::ZERO,
                    state: SepaTransferState::Funded,
                    created_at: now,
                };
                state.sepa_transfers.insert(the("P1"), payout);
                state.book(&reserve(Account::Partner));
            }
            InFlight::Exchange => {
                let exchange = Exchange {
                    owner: Owner::User(owner),
                    fee: Amount::ZERO,
                    lock: the("L0"),
                    from: money,
                    to: the("0.00005555 btc"),
                    residue: Amount::ZERO,
                    state: ExchangeState::Pending,
                    created_at: now,
                };
                state.exchanges.insert(the("X1"), exchange);
                state.book(&reserve(Account::Partner));
            }
        }
        if self.standing == Standing::Suspended {
            let deposit = Deposit {
                owner: Some(Owner::User(owner)),
                money,
                source: Source::Sepa,
                needs_travel_rule: false,
                state: DepositState::Held,
                created_at: now,
            };
            state.deposits.insert(the("D1"), deposit);
            state.book(&Balanced::pay(Account::Partner, Account::Suspense, money));
        }
        if self.is_funded {
            let money = the("100.00 eur");
            state.book(&Balanced::pay(
                Account::Partner,
                Account::User(owner),
                money,
            ));
        }
        world
    }
}

fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    let cards = [None]
        .into_iter()
        .chain(CardState::ALL.iter().copied().map(Some));
    let cards: Vec<_> = cards.collect();
    for reading in READINGS {
        for verification in Verification::ALL.iter().copied() {
            for standing in Standing::ALL.iter().copied() {
                for card in cards.iter().copied() {
                    for in_flight in [InFlight::Nothing, InFlight::Payout, InFlight::Exchange] {
                        for is_funded in [false, true] {
                            cells.push(Cell {
                                reading,
                                verification,
                                standing,
                                card,
                                in_flight,
                                is_funded,
                            });
                        }
                    }
                }
            }
        }
    }
    cells
}

/// Everything that can be asked about the one user, with a name for each.
fn commands(world: &World) -> Vec<(String, Command)> {
    let user: UserId = the("U1");
    let mut commands = vec![(
        "create again".to_owned(),
        Command::CreateUser {
            user: user.clone(),
            holder: holder(2),
            country: the("PL"),
            profile: Box::new(profile()),
        },
    )];
    for approved in [true, false] {
        let name = if approved { "approve" } else { "reject" };
        let holder = holder(1);
        commands.push((
            name.to_owned(),
            Command::DecideVerification { holder, approved },
        ));
    }
    for (action, probe) in probes(world, &user) {
        let what = match &probe {
            Command::Transfer { source: None, .. } => " in",
            Command::Transfer { .. } => " out",
            Command::Exchange { lock, .. } => match lock.as_str() {
                "L1" => " at an open lock",
                "L0" => " at a used lock",
                _ => " at nobody's lock",
            },
            Command::BlockCard { card, .. }
            | Command::UnblockCard { card, .. }
            | Command::DeleteCard { card, .. }
                if card.as_str() == "nobodys" =>
            {
                " of nobody"
            }
            _ => "",
        };
        commands.push((format!("{action}{what}"), probe));
    }
    let deposit = bank_deposit(the("D2"), user, the("0.01 eur"));
    commands.push(("deposit".to_owned(), deposit));
    for id in ["P1", "none"] {
        commands.push((
            format!("settle payout {id}"),
            Command::SettlePayOut {
                id: the(id),
                succeeds: true,
            },
        ));
    }
    for (id, completed) in [("X1", true), ("X1", false), ("none", true)] {
        let name = format!("settle exchange {id} {completed}");
        commands.push((
            name,
            Command::SettleExchange {
                id: the(id),
                completed,
            },
        ));
    }
    commands
}

/// Every command in every cell: the verdict is the expected one, what follows is what the invariants say of a step, and
/// the books stay in order.
#[test]
fn every_cell_is_as_expected() {
    let mut asked = 0;
    for cell in cells() {
        let world = cell.world();
        for (name, command) in commands(&world) {
            let mut after = world.clone();
            let verdict = after.perform(&command);
            let step = Step {
                before: &world,
                command: &command,
                verdict: &verdict,
                after: &after,
            };
            for check in [
                check_freeze,
                check_closing,
                check_unsuspending,
                check_erasure,
            ] {
                check(&step).unwrap_or_else(|wrong| panic!("{name} in {cell:?}: {wrong}"));
            }
            let verdict = verdict.map(|_| ()).map_err(|refusal| refusal.rule);
            assert_eq!(verdict, expected(&world, &command), "{name} in {cell:?}");
            asked += 1;
        }
    }
    assert!(10_000 < asked, "only {asked} were asked");
}

/// What a user with money and a blocked card may do, written out to be read. `UPDATE_EXPECT=1` rewrites the file.
#[test]
fn the_cells_read_as_written_down() {
    let mut told = String::new();
    let names = commands(&furnished(Verification::Approved, Standing::Open));
    let names = names.iter().map(|(name, _)| name.as_str());
    let names = names.filter(|name| !name.starts_with("settle"));
    for name in names.chain(["read_balances", "read_cards"]) {
        for standing in Standing::ALL.iter().copied() {
            let outcomes = Verification::ALL.iter().map(|verification| {
                let world = furnished(*verification, standing);
                (verification.as_str(), outcome(world, name))
            });
            let outcomes: Vec<_> = outcomes.collect();
            told += &format!("{name:28}{standing:12}{}\n", summary(&outcomes));
        }
    }
    expect_file!["cells.txt"].assert_eq(&told);
}

fn furnished(verification: Verification, standing: Standing) -> World {
    let cell = Cell {
        reading: ActiveCards::Refuse,
        verification,
        standing,
        card: Some(CardState::Blocked),
        in_flight: InFlight::Nothing,
        is_funded: true,
    };
    cell.world()
}

/// What asking comes to: `ok`, or where a deposit goes, or the rule that refuses.
fn outcome(mut world: World, name: &str) -> String {
    let verdict = match name.parse() {
        Ok(action @ (UserAction::ReadBalances | UserAction::ReadCards)) => {
            world.ask_to_read(&the("U1"), action).map(|()| vec![])
        }
        _ => {
            let mut commands = commands(&world).into_iter();
            let (_, command) = commands.find(|(it, _)| it == name).expect("named before");
            world.perform(&command).map_err(|refusal| refusal.rule)
        }
    };
    match verdict {
        Ok(events) => match events.first() {
            Some(Event::DepositCreated { deposit, .. }) => deposit.state.to_string(),
            _ => "ok".to_owned(),
        },
        Err(rule) => rule.to_string(),
    }
}

/// `ok when approved, else L9 user_must_be_verified`: outcomes that are alike are told together.
fn summary(outcomes: &[(&str, String)]) -> String {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for (when, outcome) in outcomes {
        match groups.iter_mut().find(|(known, _)| known == outcome) {
            Some((_, whens)) => whens.push(when),
            None => groups.push((outcome, vec![when])),
        }
    }
    // Successes first, and the most common of the others last, as the rest.
    groups.sort_by_key(|(outcome, whens)| (*outcome != "ok", whens.len()));
    let Some(((rest, _), special)) = groups.split_last() else {
        return String::new();
    };
    let special = special.iter();
    let special = special.map(|(it, whens)| format!("{it} when {}, else ", whens.join(" or ")));
    special.collect::<String>() + rest
}
