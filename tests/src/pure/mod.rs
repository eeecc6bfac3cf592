//! The pure rules as a world of their own: no server, no store, the same commands and the same oracle.

mod ask;
mod differences;
mod people;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use partner_api_core::{
    Amount, Command as Asked, CommandKind, Currency, Event, HolderId, Money, Network, Policy, Rule,
    State, Timer, Timestamp, UserId, admit,
    card::CardState,
    decide,
    ledger::{Account, Balanced, Outside},
    lock::Rates,
    user::UserAction,
};

use self::ask::checkout;
pub use self::ask::spending_limits;
use crate::{
    oracle::{Command, Deed, Oracle, Reading, Verdict},
    policy::policy,
};

/// Done, or the name of the rule that refused.
pub type Decided = Result<(), &'static str>;

/// A world that is nothing but the rules, a clock and a list of what falls due.
#[derive(Clone, Debug)]
pub struct PureWorld {
    policy: Policy,
    state: State,
    rates: Rates,
    /// What the market pays where nothing is set.
    usual: Rates,
    network_fees: BTreeMap<(Currency, Network), Amount>,
    now: Timestamp,
    due: Vec<(Timestamp, Timer)>,
    made: u128,
    /// Which account sent a deposit, as its sender's row would tell.
    senders: BTreeMap<String, usize>,
    saved: BTreeMap<String, Box<Self>>,
    /// Every kind of command that was decided.
    pub decided: BTreeSet<&'static str>,
}

impl PureWorld {
    /// A world with the oracle's market and partner.
    pub fn beside(oracle: &Oracle) -> Self {
        let rates = oracle.rates.iter();
        let rates = rates.map(|(code, atoms)| (currency(code), amount_of(*atoms)));
        let rates: Rates = rates.collect();
        let fees = oracle.network_fees.iter();
        let fees = fees
            .map(|((code, network), atoms)| ((currency(code), parsed(network)), amount_of(*atoms)));
        let mut world = Self {
            policy: policy(oracle.active_cards, &oracle.terms),
            state: State::default(),
            usual: rates.clone(),
            rates,
            network_fees: fees.collect(),
            now: Timestamp::from_millis(oracle.now).expect("a moment"),
            due: Vec::new(),
            made: 0,
            senders: BTreeMap::new(),
            saved: BTreeMap::new(),
            decided: BTreeSet::new(),
        };
        for (code, atoms) in oracle.books.all_of("partner") {
            let money = Money::new(amount_of(atoms), currency(&code)).expect("whole funds");
            world.state.book(&Balanced::pay(
                Account::Outside(Outside::Treasury),
                Account::Partner,
                money,
            ));
        }
        world
    }

    /// Runs one command after the oracle; the error is the name of the rule that refused. Where the rules know nothing
    /// of a command, the oracle's verdict stands: they are asked for every step that it says a walk takes, and are set
    /// back as it was.
    pub fn follow(&mut self, command: &Command, oracle: &Oracle, verdict: Verdict) -> Decided {
        let told = verdict.map_err(|rule| rule.name);
        match command {
            Command::Walk { .. } => {
                for step in &oracle.walked {
                    let done = self.step(&step.deed);
                    if done.is_err() || step.to.is_none() {
                        return done;
                    }
                }
            }
            Command::SetRate {
                currency: code,
                rate,
            } if told.is_ok() => drop(self.rates.insert(currency(code), parsed(rate))),
            Command::ReleaseRate { currency: code } if told.is_ok() => {
                let currency = currency(code);
                self.rates.insert(currency, self.usual[&currency]);
            }
            Command::Save { key } => {
                let saved = std::mem::take(&mut self.saved);
                let copy = Box::new(self.clone());
                self.saved = saved;
                self.saved.insert(key.clone(), copy);
            }
            Command::Restore { key, .. } if told.is_ok() => {
                let past = self.saved[key].clone();
                let last = std::mem::replace(self, *past);
                (self.saved, self.made) = (last.saved, last.made);
                self.decided.extend(last.decided);
            }
            Command::SetRate { .. }
            | Command::ReleaseRate { .. }
            | Command::Restore { .. }
            | Command::Wander { .. }
            | Command::FreezeMarket
            | Command::ResumeMarket => {}
            _ => return self.perform(command),
        }
        told
    }

    fn step(&mut self, deed: &Deed) -> Decided {
        let asked = match deed {
            Deed::Ask(command) => return self.perform(command),
            Deed::Wallet(key) => Asked::AssignWallet { id: checkout(key) },
            Deed::Confirm(key) => Asked::ConfirmPayments { id: checkout(key) },
            Deed::End(key) => Asked::ExpireCheckout {
                id: checkout(key),
                at_once: true,
            },
        };
        self.decide(&asked)
    }

    fn perform(&mut self, command: &Command) -> Decided {
        match command {
            Command::Advance { milliseconds } => {
                self.advance(*milliseconds);
                Ok(())
            }
            Command::Restart => Ok(()),
            Command::Read { user, what } => self.read(user, *what),
            Command::OpenKyc { user, kyc } => self.open_kyc(user, kyc),
            Command::ReadLimits { user, card } => self.read_limits(user, card),
            _ => {
                let asked = self.ask(command)?;
                self.decide(&asked)?;
                if let Command::Deposit { key, sender, .. } = command
                    && let Some(number) = sender.account
                {
                    self.senders.insert(key.clone(), number);
                }
                Ok(())
            }
        }
    }

    fn decide(&mut self, asked: &Asked) -> Decided {
        self.decided.insert(CommandKind::as_str(asked.kind()));
        let events = decide(&self.policy, &self.state, asked, self.now)
            .map_err(|refusal| refusal.rule.name())?;
        for event in &events {
            self.state.evolve(event);
            if let Event::TimerSet { due, timer } = event {
                // What is set again falls due at its new moment only.
                self.due.retain(|(_, waiting)| waiting != timer);
                self.due.push((*due, timer.clone()));
            }
        }
        Ok(())
    }

    fn advance(&mut self, milliseconds: i64) {
        let end = self
            .now
            .plus(Duration::from_millis(milliseconds.unsigned_abs()));
        while let Some(next) = (0..self.due.len())
            .min_by_key(|at| self.due[*at].0)
            .filter(|at| self.due[*at].0 <= end)
        {
            let (moment, timer) = self.due.remove(next);
            self.now = moment;
            // Refused if somebody was faster.
            let _ = self.decide(&timer.to_command());
        }
        self.now = end;
    }

    fn admitted(&self, user: &str, action: UserAction) -> Result<HolderId, &'static str> {
        let user = self.state.users.get(&parsed::<UserId>(user));
        let admitted = admit(user, action).map_err(Rule::name)?;
        Ok(admitted.holder)
    }

    fn read(&self, user: &str, what: Reading) -> Result<(), &'static str> {
        let action = match what {
            Reading::Balances => UserAction::ReadBalances,
            Reading::History => UserAction::ReadHistory,
            Reading::DepositInfo => UserAction::ReadDepositInfo,
            Reading::Contacts => UserAction::ReadContacts,
            Reading::Cards => UserAction::ReadCards,
        };
        self.admitted(user, action).map(drop)
    }

    fn open_kyc(&self, user: &str, kyc: &str) -> Result<(), &'static str> {
        let holder = self.admitted(user, UserAction::ReadKyc)?;
        let found = self.state.kycs.get(&parsed(kyc));
        let found = found.filter(|kyc| kyc.holder == holder);
        found.map(drop).ok_or(Rule::KycMustExist.name())
    }

    fn read_limits(&self, user: &str, card: &str) -> Result<(), &'static str> {
        let holder = self.admitted(user, UserAction::ReadLimits)?;
        let found = self.state.cards.get(&parsed(card));
        let found = found.filter(|card| card.owner == holder && card.state != CardState::Deleted);
        found.map(drop).ok_or(Rule::CardMustExist.name())
    }

    fn new_id(&mut self, kind: &str) -> String {
        self.made += 1;
        format!("{kind}-{}", self.made)
    }

    fn new_holder(&mut self) -> HolderId {
        self.made += 1;
        parsed(&format!("00000000-0000-4000-8000-{:012}", self.made))
    }
}

fn parsed<T: std::str::FromStr>(text: &str) -> T {
    text.parse()
        .unwrap_or_else(|_| panic!("{text:?} is well-formed in every story"))
}

fn currency(code: &str) -> Currency {
    parsed(code)
}

fn amount_of(atoms: i64) -> Amount {
    Amount::from_atoms(atoms).expect("not negative")
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use proptest::{sample::select, test_runner::TestCaseError};

    use super::*;
    use crate::{
        oracle::{ActiveCards, Terms},
        plan::{LENGTH, Naming, Plan, Turns, example_world, plans},
        suite::Suite,
    };

    /// Which kinds of command were decided; the error is the story up to where rules and model part.
    fn run(plan: &Plan, oracle: &mut Oracle) -> Result<BTreeSet<&'static str>, String> {
        let mut world = PureWorld::beside(oracle);
        let (mut naming, mut told) = (Naming::default(), String::new());
        for command in &plan.0 {
            let command = naming.resolve(command, oracle);
            let verdict = oracle.apply(&command);
            let decided = world.follow(&command, oracle, verdict);
            let verdict = verdict.map_err(|rule| rule.name);
            told += &format!("\n    {command}    {verdict:?}");
            if verdict != decided {
                return Err(format!("{told}\n    but the rules say {decided:?}"));
            }
            let found = world.differences(oracle);
            if !found.is_empty() {
                return Err(format!("{told}\n{}", found.join("\n")));
            }
        }
        Ok(world.decided)
    }

    /// Both readings of L4, under usual and under strict terms.
    #[test]
    fn any_story_goes_by_the_rules_as_the_model_says() {
        let worlds = (
            select(&[ActiveCards::Refuse, ActiveCards::Freeze][..]),
            select(vec![Terms::default(), Terms::strict()]),
        );
        let suite = Suite::new("the rules alone", 384, 99);
        let (suite, mut kinds) = (RefCell::new(suite), RefCell::new(BTreeSet::new()));
        let runner = suite.borrow().runner();
        let told = { runner }.run(
            &(worlds, plans(LENGTH, Turns::SNAPSHOTS)),
            |((active_cards, terms), plan)| {
                let mut oracle = example_world(active_cards, terms);
                let decided = run(&plan, &mut oracle);
                suite.borrow_mut().reached(&oracle);
                kinds
                    .borrow_mut()
                    .extend(decided.map_err(TestCaseError::fail)?);
                Ok(())
            },
        );
        if let Err(error) = told {
            panic!("{error}");
        }
        let all: BTreeSet<_> = CommandKind::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(
            *kinds.get_mut(),
            all,
            "every command is decided in some story"
        );
        suite.into_inner().check();
    }
}
