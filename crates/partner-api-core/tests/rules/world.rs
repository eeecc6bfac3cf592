//! A whole world that is nothing but the rules, a clock, and a list of what falls due.

use std::time::Duration;

use partner_api_core::ledger::{Account, Balanced, Outside};
use partner_api_core::user::{Standing, User, UserAction, Verification};
use partner_api_core::{
    ActiveCards, Command, Country, Event, Policy, Refusal, Rule, State, Timer, Timestamp, UserId,
    admit, decide,
};

use crate::books;
use crate::people::{holder, identity, profile, the};

/// Both readings of L4.
pub(crate) const READINGS: [ActiveCards; 2] = [ActiveCards::Refuse, ActiveCards::Freeze];

/// What a command came to.
pub(crate) type Verdict = Result<Vec<Event>, Refusal>;

#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) policy: Policy,
    pub(crate) state: State,
    pub(crate) now: Timestamp,
    due: Vec<(Timestamp, Timer)>,
}

impl World {
    /// Nobody but a partner with money. Residents of `KP` may have no cards.
    pub(crate) fn new(active_cards: ActiveCards) -> Self {
        let mut state = State::default();
        for funds in ["1000000.00 eur", "10.00000000 btc"] {
            let treasury = Account::Outside(Outside::Treasury);
            state.book(&Balanced::pay(treasury, Account::Partner, the(funds)));
        }
        let policy = Policy {
            active_cards,
            card_forbidden_countries: [the::<Country>("KP")].into(),
            ..Policy::default()
        };
        Self {
            policy,
            state,
            now: the("2026-11-23T10:00:00.000Z"),
            due: Vec::new(),
        }
    }

    /// Decides, applies what follows, and audits the books.
    pub(crate) fn perform(&mut self, command: &Command) -> Verdict {
        let events = decide(&self.policy, &self.state, command, self.now)?;
        for event in &events {
            self.state.evolve(event);
            if let Event::TimerSet { due, timer } = event {
                // What is set again falls due at its new moment only.
                self.due.retain(|(_, waiting)| waiting != timer);
                self.due.push((*due, timer.clone()));
            }
        }
        books::audit(&self.state);
        Ok(events)
    }

    /// As [`perform`](Self::perform), for what every test expects to go through.
    pub(crate) fn must(&mut self, command: &Command) {
        if let Err(refusal) = self.perform(command) {
            panic!("{refusal}");
        }
    }

    /// Takes the first timer that is due by `until`, and moves the clock there.
    pub(crate) fn next_due(&mut self, until: Timestamp) -> Option<Timer> {
        let first = (0..self.due.len()).min_by_key(|at| self.due[*at].0)?;
        if until < self.due[first].0 {
            return None;
        }
        let (moment, timer) = self.due.remove(first);
        self.now = self.now.max(moment);
        Some(timer)
    }

    /// Lets time pass, running what falls due. What is refused by then was overtaken.
    pub(crate) fn advance(&mut self, by: Duration) {
        let end = self.now.plus(by);
        while let Some(timer) = self.next_due(end) {
            let _ = self.perform(&timer.to_command());
        }
        self.now = end;
    }

    /// Asks without doing.
    pub(crate) fn ask(&self, command: &Command) -> Result<(), Rule> {
        match decide(&self.policy, &self.state, command, self.now) {
            Ok(_) => Ok(()),
            Err(refusal) => Err(refusal.rule),
        }
    }

    /// Asks to read.
    pub(crate) fn ask_to_read(&self, user: &UserId, action: UserAction) -> Result<(), Rule> {
        admit(self.state.users.get(user), action).map(|_| ())
    }

    pub(crate) fn user(&self, id: &UserId) -> Option<&User> {
        self.state.users.get(id)
    }

    /// The user with everything that a complete one has: approved and funded.
    pub(crate) fn settle_in(&mut self, id: &str, country: &str, money: &str) {
        self.register(id, country);
        let (user, money) = (the::<UserId>(id), the(money));
        let identity = Box::new(identity());
        self.must(&Command::AddVerification {
            user: user.clone(),
            identity,
        });
        let holder = self.state.users[&user].holder;
        self.must(&Command::DecideVerification {
            holder,
            approved: true,
        });
        self.must(&Command::Transfer {
            id: the(&format!("funds-{id}")),
            source: None,
            destination: Some(user),
            money,
        });
    }

    /// The user, created only.
    pub(crate) fn register(&mut self, id: &str, country: &str) {
        let command = Command::CreateUser {
            user: the(id),
            holder: holder(self.state.users.len() + 1),
            country: the(country),
            profile: Box::new(profile()),
        };
        self.must(&command);
    }
}

pub(crate) fn is(user: Option<&User>, standing: Standing) -> bool {
    user.is_some_and(|user| user.standing == standing)
}

pub(crate) fn is_approved(user: Option<&User>) -> bool {
    user.is_some_and(|user| user.verification == Verification::Approved)
}
