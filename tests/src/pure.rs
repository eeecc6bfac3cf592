//! The pure rules as a world of their own: no server, no store, the same commands and the same oracle.

use std::{collections::BTreeMap, time::Duration};

use partner_api_core::{
    ActiveCards, Amount, Command as Asked, Currency, Event, HolderId, Money, Owner, Policy, Rule,
    State, Timer, Timestamp,
    card::{CardSecrets, CardState as CoreCard, Channel},
    decide,
    deposit::{IbanCheck, Source},
    documents::DocumentKind,
    ledger::{Account, Balanced, Outside},
    lock::Rates,
    sepa_transfer::{Receiver, SepaTransferState},
    user::{
        Identity, Profile, ProfileChanges, Standing as CoreStanding,
        Verification as CoreVerification,
    },
};

use crate::{
    oracle::{self, CardState, Command, Oracle, Standing, Verification, show},
    persona,
};

/// A world that is nothing but the rules, a clock and a list of what falls due.
#[derive(Debug)]
pub struct PureWorld {
    policy: Policy,
    state: State,
    rates: Rates,
    now: Timestamp,
    due: Vec<(Timestamp, Timer)>,
    holders: u128,
    card_payments: usize,
}

impl PureWorld {
    /// A world with the oracle's rates and partner.
    pub fn beside(oracle: &Oracle) -> Self {
        let rates = oracle
            .rates
            .iter()
            .map(|(code, atoms)| (currency(code), amount_of(*atoms)));
        let mut world = Self {
            policy: Policy {
                active_cards: match oracle.active_cards {
                    oracle::ActiveCards::Refuse => ActiveCards::Refuse,
                    oracle::ActiveCards::Freeze => ActiveCards::Freeze,
                },
                card_forbidden_countries: oracle
                    .card_forbidden_countries
                    .iter()
                    .map(|it| parsed(it))
                    .collect(),
                ..Policy::default()
            },
            state: State::default(),
            rates: rates.collect(),
            now: parsed("2026-11-27T10:00:00.000Z"),
            due: Vec::new(),
            holders: 0,
            card_payments: 0,
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

    /// Runs one command; the error is the name of the rule that refused.
    pub fn perform(&mut self, command: &Command) -> Result<(), &'static str> {
        match command {
            Command::Advance { milliseconds } => {
                self.advance(*milliseconds);
                Ok(())
            }
            Command::Restart => Ok(()),
            Command::Balances { user } => self.read_balances(user),
            _ => {
                let asked = self.ask(command)?;
                self.decide(&asked)
            }
        }
    }

    fn decide(&mut self, asked: &Asked) -> Result<(), &'static str> {
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

    fn read_balances(&self, user: &str) -> Result<(), &'static str> {
        use partner_api_core::user::{Permission, UserAction, permission};
        let user = self
            .state
            .users
            .get(&parsed(user))
            .ok_or(Rule::UserMustExist.name())?;
        match permission(user.standing, UserAction::ReadBalances) {
            Permission::NotNow(rule) | Permission::Never(rule) => Err(rule.name()),
            Permission::Allowed if user.verification == CoreVerification::Approved => Ok(()),
            Permission::Allowed => Err(Rule::UserMustBeVerified.name()),
        }
    }

    fn ask(&mut self, command: &Command) -> Result<Asked, &'static str> {
        Ok(match command {
            Command::Create { user, country } => {
                self.holders += 1;
                let holder: HolderId =
                    parsed(&format!("00000000-0000-4000-8000-{:012}", self.holders));
                let profile = Box::new(profile(user));
                Asked::CreateUser {
                    user: parsed(user),
                    holder,
                    country: parsed(country),
                    profile,
                }
            }
            Command::Verify { user } => Asked::AddVerification {
                user: parsed(user),
                identity: Box::new(identity()),
            },
            Command::Decide { user, approved } => {
                let found = self
                    .state
                    .users
                    .get(&parsed(user))
                    .ok_or(Rule::UserMustExist.name())?;
                Asked::DecideVerification {
                    holder: found.holder,
                    approved: *approved,
                }
            }
            Command::Update { user, field } => {
                let changes = ProfileChanges {
                    city: Some(parsed("Bonn")),
                    ..ProfileChanges::default()
                };
                let editable =
                    ["email", "phone", "street", "number", "city", "postCode"].contains(&&**field);
                let changes = if editable {
                    changes
                } else {
                    return Err(Rule::FieldMustBeEditable.name());
                };
                Asked::UpdateUser {
                    user: parsed(user),
                    changes: Box::new(changes),
                }
            }
            Command::Suspend { user } => Asked::Suspend { user: parsed(user) },
            Command::Unsuspend { user } => Asked::Unsuspend { user: parsed(user) },
            Command::Close { user } => Asked::Close { user: parsed(user) },
            Command::Transfer {
                source,
                destination,
                amount,
                currency,
            } => Asked::Transfer {
                id: parsed("T"),
                source: source.as_deref().map(parsed),
                destination: destination.as_deref().map(parsed),
                money: money(amount, currency)?,
            },
            Command::Deposit { user, key, amount } => Asked::ReceiveDeposit {
                id: parsed(key),
                owner: Owner::User(parsed(user)),
                money: money(amount, "eur")?,
                source: Source::Sepa,
                sender: None,
                check: IbanCheck::Approved,
                needs_travel_rule: false,
            },
            // The body of a payout can name EUR, or a currency that nobody knows.
            Command::PayOut { currency: code, .. }
                if code != "eur" && currency(code).is_known() =>
            {
                return Err("input_must_be_well_formed");
            }
            Command::PayOut {
                user,
                key,
                amount,
                currency,
            } => Asked::PayOut {
                id: parsed(key),
                owner: Owner::User(parsed(user)),
                money: money(amount, currency)?,
                receiver: Box::new(receiver()),
            },
            Command::Lock { user, key } => Asked::LockRate {
                id: parsed(key),
                owner: Owner::User(parsed(user)),
                rates: self.rates.clone(),
            },
            Command::Exchange {
                user,
                key,
                lock,
                amount,
                from,
                to,
            } => Asked::Exchange {
                id: parsed(key),
                owner: Owner::User(parsed(user)),
                lock: parsed(lock),
                from: money(amount, from)?,
                to: currency(to),
            },
            Command::DecideExchange { key, completed } => Asked::SettleExchange {
                id: parsed(key),
                completed: *completed,
            },
            Command::CreateCard { user, key } => Asked::CreateCard {
                id: parsed(key),
                user: parsed(user),
                label: "holiday".to_owned(),
                secrets: Box::new(secrets()),
            },
            Command::BlockCard { user, card } => Asked::BlockCard {
                user: parsed(user),
                card: parsed(card),
            },
            Command::UnblockCard { user, card } => Asked::UnblockCard {
                user: parsed(user),
                card: parsed(card),
            },
            Command::DeleteCard { user, card } => Asked::DeleteCard {
                user: parsed(user),
                card: parsed(card),
            },
            Command::UseCard {
                card,
                amount,
                currency,
            } => Asked::UseCard {
                id: {
                    self.card_payments += 1;
                    parsed(&format!("use-{}", self.card_payments))
                },
                card: parsed(card),
                money: money(amount, currency)?,
                channel: Channel::Pos,
            },
            Command::Advance { .. } | Command::Restart | Command::Balances { .. } => {
                unreachable!("these ask nothing of the rules")
            }
        })
    }

    /// Every difference between the model and this world, one a line.
    pub fn differences(&self, oracle: &Oracle) -> Vec<String> {
        let mut found = Vec::new();
        let mut same = |what: &str, model: String, rules: String| {
            if model != rules {
                found.push(format!("{what}: the model has {model}, the rules {rules}"));
            }
        };
        for (name, model) in &oracle.users {
            let user = &self.state.users[&parsed(name)];
            let standing = match user.standing {
                CoreStanding::Open => Standing::Open,
                CoreStanding::Suspended => Standing::Suspended,
                CoreStanding::Closed => Standing::Closed,
            };
            same(
                name,
                format!("{:?}", model.standing),
                format!("{standing:?}"),
            );
            let pending = matches!(model.verification, Verification::Pending(_));
            same(
                name,
                pending.to_string(),
                (user.verification == CoreVerification::Pending).to_string(),
            );
            let approved = model.verification == Verification::Approved;
            same(
                name,
                approved.to_string(),
                (user.verification == CoreVerification::Approved).to_string(),
            );
            let held = self
                .state
                .balances_of(Account::User(user.holder))
                .filter(|(_, atoms)| *atoms != 0);
            let held: BTreeMap<String, i64> = held
                .map(|(code, atoms)| (code.to_string(), atoms))
                .collect();
            same(
                name,
                format!("{:?}", oracle.books.all_of(&format!("user:{name}"))),
                format!("{held:?}"),
            );
        }
        for (key, card) in &oracle.cards {
            let state = match self.state.cards[&parsed(key)].state {
                CoreCard::Active => CardState::Active,
                CoreCard::Blocked => CardState::Blocked,
                CoreCard::Deleted => CardState::Deleted,
            };
            same(key, format!("{:?}", card.state), format!("{state:?}"));
        }
        for (key, payout) in &oracle.payouts {
            let state = match self.state.sepa_transfers[&parsed(key)].state {
                SepaTransferState::Funded | SepaTransferState::Unfunded => "PENDING",
                SepaTransferState::Successful => "SUCCESSFUL",
                SepaTransferState::Failed => "FAILED",
            };
            same(key, payout.status.to_owned(), state.to_owned());
        }
        for (key, exchange) in &oracle.exchanges {
            let state = self.state.exchanges[&parsed(key)]
                .state
                .to_string()
                .to_uppercase();
            same(key, exchange.status.to_owned(), state);
        }
        for (key, deposit) in &oracle.deposits {
            let state = self.state.deposits[&parsed(key)]
                .state
                .to_string()
                .to_uppercase();
            same(key, deposit.status.to_owned(), state);
        }
        let mut totals: BTreeMap<(String, String), i64> = BTreeMap::new();
        for ((account, currency), atoms) in &self.state.balances {
            let kind = account.kind().to_string();
            *totals
                .entry((
                    if kind == "users" {
                        "user".to_owned()
                    } else {
                        kind
                    },
                    currency.to_string(),
                ))
                .or_default() += atoms;
        }
        totals.retain(|_, atoms| *atoms != 0);
        let shown = |totals: BTreeMap<(String, String), i64>| {
            let rows = totals
                .into_iter()
                .map(|((kind, code), atoms)| format!("{kind} {} {code}", show(atoms)));
            rows.collect::<Vec<_>>().join(", ")
        };
        same("books", shown(oracle.books.totals()), shown(totals));
        found
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

/// What is finer than its currency is refused before any rule sees it.
fn money(amount: &str, code: &str) -> Result<Money, &'static str> {
    Money::new(parsed(amount), currency(code)).map_err(|_| Rule::AmountMustFitCurrency.name())
}

fn profile(user: &str) -> Profile {
    let body = persona::new_user(user, "PL");
    let text = |field: &str| body[field].as_str().expect("text").to_owned();
    Profile {
        email: parsed(&text("email")),
        phone: parsed(&text("phone")),
        first_name: parsed(&text("firstName")),
        last_name: parsed(&text("lastName")),
        birth_date: parsed(&text("birthDate")),
        street: None,
        number: None,
        city: parsed(&text("city")),
        post_code: parsed(&text("postCode")),
        citizenship: parsed("PL"),
        nationality: None,
        birth_country: None,
        national_id: None,
    }
}

fn identity() -> Identity {
    Identity {
        document: DocumentKind::Passport,
        document_number: parsed("ZS0001234"),
        issuing_country: None,
        expiry: None,
    }
}

fn receiver() -> Receiver {
    let (iban, title) = (parsed(persona::IBAN), parsed("savings"));
    Receiver {
        iban,
        title,
        first_name: None,
        last_name: None,
        company: None,
    }
}

fn secrets() -> CardSecrets {
    let (number, cvv) = (parsed("4000001234567899"), parsed("123"));
    CardSecrets {
        number,
        cvv,
        expiry: parsed("01/30"),
        pin: parsed(persona::PIN),
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, test_runner::Config};

    use super::*;
    use crate::plan::{Naming, Plan, example_world, plans};

    /// The story up to where rules and model part.
    fn run(plan: &Plan, oracle: &mut Oracle) -> Result<(), String> {
        let mut world = PureWorld::beside(oracle);
        let (mut naming, mut told) = (Naming::default(), String::new());
        for command in &plan.0 {
            let command = naming.resolve(command, oracle);
            let verdict = oracle.apply(&command).map_err(|rule| rule.name);
            let decided = world.perform(&command);
            told += &format!("\n    {command}    {verdict:?}");
            if verdict != decided {
                return Err(format!("{told}\n    but the rules say {decided:?}"));
            }
            let found = world.differences(oracle);
            if !found.is_empty() {
                return Err(format!("{told}\n{}", found.join("\n")));
            }
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(Config { failure_persistence: None, max_shrink_iters: 5_000, ..Config::default() })]

        #[test]
        fn any_story_goes_by_the_rules_as_the_model_says(
            plan in plans(50, false),
            active_cards in prop_oneof![Just(oracle::ActiveCards::Refuse), Just(oracle::ActiveCards::Freeze)],
        ) {
            run(&plan, &mut example_world(active_cards)).map_err(TestCaseError::fail)?;
        }
    }
}
