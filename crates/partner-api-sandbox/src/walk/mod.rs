//! Walks an object to a status: the way is found in core's transition tables, and each row on it is a command that the
//! engine decides, so that everything on the way is booked and told as if it had happened by itself.
//!
//! | File | Holds |
//! |---|---|
//! | `people` | users, their verifications and proofs of address, and cards |
//! | `money` | payouts, withdrawals, exchanges, deposits and card payments |
//! | `checkout` | orders and payment links, and how much to pay |
//! | `sample` | data that a step needs and nobody gave |
//! | `lifecycle` | every lifecycle by its word |
//! | `choice` | what can be done to an object now |
//!
//! A row is open if there is a command that makes it happen as things stand: a payout without its money has none that
//! makes it succeed. After every command the object is looked at anew, since others may have moved it meanwhile.
//!
//! Never here: rules. What a rule refuses ends the walk where it is.

mod checkout;
mod choice;
mod lifecycle;
mod money;
mod people;
mod sample;

use std::fmt::Display;

use partner_api_core::lock::Rates;
use partner_api_core::steps::{Step, path};
use partner_api_core::{Command, CommandKind, Policy, Rule};

use crate::engine::{Engine, EngineError, Snapshot, StoreError};

use checkout::{Link, Order};
pub(crate) use choice::{Choice, Outlook, outlook, take};
pub(crate) use lifecycle::{Lifecycle, NoId, Visit};
use money::{CardPayment, Incoming, Payout, Swap, ToWallet};
use people::{Address, Hosted, Issued, Standings, Verifications};

/// No way through any table is half as long.
const MOST_STEPS: usize = 16;

/// What a walk looks at.
pub(crate) struct Moment<'a> {
    snapshot: &'a Snapshot<'a>,
    policy: &'a Policy,
    rates: &'a Rates,
}

impl<'a> Moment<'a> {
    pub(crate) fn new(snapshot: &'a Snapshot<'a>, policy: &'a Policy, rates: &'a Rates) -> Self {
        Self {
            snapshot,
            policy,
            rates,
        }
    }
}

/// One object, as its lifecycle sees it.
pub(crate) trait Walk: Send + Sync + 'static {
    /// Where it can stand.
    type State: Copy + PartialEq + Display + Send + Sync + 'static;
    /// What can happen to it.
    type Action: Copy + Display + Sync + 'static;
    /// What is known of it once it is found.
    type Found: Send;
    /// The lifecycle.
    const STEPS: &'static [Step<Self::State, Self::Action>];
    /// All states, in order.
    const STATES: &'static [Self::State];
    /// The rule that an id which leads to nothing breaks.
    const MISSING: Rule;

    /// Looks for it.
    fn find(&self, moment: &Moment<'_>) -> Result<Option<Self::Found>, StoreError>;
    /// Where it stands.
    fn state(found: &Self::Found) -> Self::State;
    /// What to ask for, so that the row happens; nothing if the row is closed as things stand.
    fn command(
        &self,
        found: &Self::Found,
        row: &Step<Self::State, Self::Action>,
    ) -> Option<Command>;
}

/// One step that was taken.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) seq: u64,
    pub(crate) command: CommandKind,
    pub(crate) from: String,
    pub(crate) to: String,
}

/// Why a walk ended before its end.
#[derive(Debug)]
pub(crate) enum Stop {
    /// There is no such object.
    Missing(Rule),
    /// There is no way from where it stands.
    NoWay {
        from: String,
        reachable: Vec<String>,
    },
    /// A rule refused a step.
    Refused { seq: u64, rule: Rule },
    /// Somebody else moves the object as fast.
    Contended,
    /// The engine failed.
    Broken(EngineError),
}

impl From<EngineError> for Stop {
    fn from(error: EngineError) -> Self {
        Self::Broken(error)
    }
}

/// Walks an object to a state. What was done stays done, whatever ends the walk.
pub(crate) async fn walk<W: Walk>(
    engine: &Engine,
    object: &W,
    to: W::State,
) -> (Vec<Taken>, Result<(), Stop>) {
    let mut taken = Vec::new();
    let end = walk_on(engine, object, to, &mut taken).await;
    (taken, end)
}

async fn walk_on<W: Walk>(
    engine: &Engine,
    object: &W,
    to: W::State,
    taken: &mut Vec<Taken>,
) -> Result<(), Stop> {
    loop {
        let (from, next) = look(engine, object, to)?;
        if let Some(last) = taken.last_mut() {
            last.to = word(from);
        }
        let Some(command) = next else {
            return Ok(());
        };
        if taken.len() == MOST_STEPS {
            return Err(Stop::Contended);
        }
        let kind = command.kind();
        let decided = engine.execute(command).await?;
        let seq = decided.seq;
        if let Err(refusal) = decided.verdict {
            let rule = refusal.rule;
            return Err(Stop::Refused { seq, rule });
        }
        taken.push(Taken {
            seq,
            command: kind,
            from: word(from),
            to: word(from),
        });
    }
}

/// Where the object stands, and what to ask for next; nothing if it is there.
fn look<W: Walk>(
    engine: &Engine,
    object: &W,
    to: W::State,
) -> Result<(W::State, Option<Command>), Stop> {
    let rates = engine.rates().eur_rates(engine.clock().now);
    let found =
        engine.read(|snapshot| object.find(&Moment::new(snapshot, engine.policy(), &rates)))?;
    let found = found.ok_or(Stop::Missing(W::MISSING))?;
    let from = W::state(&found);
    let way = |to| {
        path(W::STEPS, from, to, |row| {
            object.command(&found, row).is_some()
        })
    };
    match way(to) {
        Some(rows) => {
            let next = rows.first().and_then(|row| object.command(&found, row));
            Ok((from, next))
        }
        None => {
            let others = W::STATES.iter().copied().filter(|state| *state != from);
            let reachable = others.filter(|state| way(*state).is_some()).map(word);
            Err(Stop::NoWay {
                from: word(from),
                reachable: reachable.collect(),
            })
        }
    }
}

/// The state whose word it is.
pub(crate) fn state<W: Walk>(text: &str) -> Option<W::State> {
    W::STATES.iter().copied().find(|it| word(*it) == text)
}

/// The control API shouts the core's words.
pub(crate) fn word(state: impl Display) -> String {
    state.to_string().to_ascii_uppercase()
}
