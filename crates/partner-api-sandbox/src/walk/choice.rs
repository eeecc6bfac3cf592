//! What can be done to an object now: the rows of its table that are open as things stand, and one of them taken.

use std::fmt::Display;

use partner_api_core::Rule;
use partner_api_core::steps::{Step, reachable};

use super::{Moment, Stop, Walk, word};
use crate::engine::{Decided, Engine, StoreError};

/// Where an object stands, and what can be done to it.
#[derive(Debug)]
pub(crate) struct Outlook {
    pub(crate) state: String,
    /// All states of its lifecycle, in order.
    pub(crate) states: Vec<String>,
    /// In the order of the table.
    pub(crate) choices: Vec<Choice>,
}

/// A row that somebody can make happen.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) action: String,
    pub(crate) to: String,
    /// Whether the object will stand elsewhere.
    pub(crate) moves: bool,
    /// Whether it will stand there for good: no row leads away.
    pub(crate) ends: bool,
    /// What else must hold; that is found out by asking.
    pub(crate) needs: &'static [Rule],
}

/// Looks at an object; nothing if there is none.
pub(crate) fn outlook<W: Walk>(
    moment: &Moment<'_>,
    object: &W,
) -> Result<Option<Outlook>, StoreError> {
    Ok(object.find(moment)?.map(|found| {
        let open = open_rows(object, &found);
        let choices = open.map(|row| Choice {
            action: row.on.to_string(),
            to: word(row.to),
            moves: row.from != row.to,
            ends: reachable(W::STEPS, row.to).len() == 1,
            needs: row.needs,
        });
        Outlook {
            state: word(W::state(&found)),
            states: W::STATES.iter().map(word).collect(),
            choices: choices.collect(),
        }
    }))
}

fn open_rows<'a, W: Walk>(
    object: &'a W,
    found: &'a W::Found,
) -> impl Iterator<Item = &'static Step<W::State, W::Action>> + 'a {
    let state = W::state(found);
    W::STEPS
        .iter()
        .filter(move |row| row.from == state && object.command(found, row).is_some())
}

/// Takes the open row of this action, which is decided as any other command.
pub(crate) async fn take<W: Walk>(
    engine: &Engine,
    object: &W,
    action: &str,
) -> Result<Decided, Stop> {
    let rates = engine.rates().eur_rates(engine.clock().now);
    let found = engine
        .read(|snapshot| object.find(&Moment::new(snapshot, engine.policy(), &rates)))?
        .ok_or(Stop::Missing(W::MISSING))?;
    let command = open_rows(object, &found)
        .find(|row| row.on.to_string() == action)
        .and_then(|row| object.command(&found, row));
    let Some(command) = command else {
        return Err(Stop::NoWay {
            from: word(W::state(&found)),
            reachable: open_rows(object, &found).map(|row| words(row.on)).collect(),
        });
    };
    drop(found);
    Ok(engine.execute(command).await?)
}

fn words(action: impl Display) -> String {
    action.to_string().replace('_', " ")
}
