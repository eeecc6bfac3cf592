//! What commands that move money have in common: how they are asked for, and how they end.

use std::fmt::Display;

use partner_api::verbs::Costly;
use partner_api::{Environment, IntentId, Money, Operation, Outcome, Receipt, RequestKey};

use crate::connect::{Asked, Cx, Session, under};
use crate::exit::{Exit, Failure, Result};
use crate::output::{Cell, Field, Row, text};
use crate::prompt;

/// How a movement is asked for.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct MoneyArgs {
    #[command(flatten)]
    asked: Asked,
    /// Your own name for this movement: under one key it happens once, however often the command is given
    #[arg(long, value_name = "KEY")]
    key: Option<RequestKey>,
    /// Do not ask, also not in production, where funds are real
    #[arg(long)]
    yes: bool,
    /// Send nothing that will probably be refused
    #[arg(long)]
    strict: bool,
}

impl MoneyArgs {
    /// Asks before real funds move.
    pub(crate) fn confirm(&self, session: &Session, what: impl Display) -> Result<()> {
        if self.yes || session.environment != Environment::Production {
            return Ok(());
        }
        let question = format!("This is production, with real funds: {what}. Go on?");
        prompt::yes(&question, "say --yes")
    }

    pub(crate) fn on<V: Costly>(self, operation: Operation<V>) -> Operation<V> {
        let operation = under(self.key, self.asked.on(operation));
        match self.strict {
            true => operation.strict(),
            false => operation,
        }
    }
}

/// Reads `10.50 eur`, in one word or in two.
pub(crate) fn money(words: &[String]) -> Result<Money> {
    let text = words.join(" ");
    text.parse()
        .map_err(|error| Failure::usage(format!("{text}: {error}")).into())
}

/// Tells how a movement ended. `sentence` says what was done.
///
/// # Errors
/// Nobody knows how it ended.
pub(crate) fn tell<Id: Display>(
    cx: &Cx,
    outcome: Outcome<Receipt<Id>>,
    sentence: impl Display,
) -> Result<Exit> {
    match outcome {
        Outcome::Done(receipt) => {
            let before = match receipt.was_done_before {
                true => "; it was done before under this key, and nothing was sent",
                false => "",
            };
            let sentence = format!("{sentence}: {}{before}", receipt.id);
            let ended = Ended::done(
                &receipt.id,
                receipt.intent,
                &receipt.key,
                receipt.was_done_before,
            );
            cx.out.done(sentence, &ended)?;
            Ok(Exit::Success)
        }
        unknown => Err(unsure(cx, unknown)?),
    }
}

/// Tells machines of a movement in doubt, and gives it as the error that it is for everybody.
pub(crate) fn unsure<T>(cx: &Cx, outcome: Outcome<T>) -> Result<Box<dyn std::error::Error>> {
    if let (Outcome::Unknown(unresolved), false) = (&outcome, cx.out.is_for_people()) {
        cx.out.one(&Ended {
            id: None,
            is_known: false,
            intent: unresolved.intent,
            key: unresolved.key.clone(),
            was_done_before: false,
        })?;
    }
    match outcome.done() {
        Ok(_) => Err(Failure::new(
            Exit::Failed,
            "it was done, and asked after as if it was not",
        )
        .into()),
        Err(error) => Ok(error.into()),
    }
}

/// How a movement ended.
pub(crate) struct Ended {
    id: Option<String>,
    is_known: bool,
    intent: IntentId,
    key: Option<RequestKey>,
    was_done_before: bool,
}

impl Ended {
    fn done(id: &impl Display, intent: IntentId, key: &RequestKey, was_done_before: bool) -> Self {
        Self {
            id: Some(id.to_string()),
            is_known: true,
            intent,
            key: Some(key.clone()),
            was_done_before,
        }
    }
}

impl Row for Ended {
    const FIELDS: &'static [Field] = &[
        text("id"),
        text("outcome"),
        text("intent"),
        text("key"),
        text("was_done_before"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::maybe(self.id.as_ref()),
            Cell::text(match self.is_known {
                true => "done",
                false => "unknown",
            }),
            Cell::text(self.intent),
            Cell::maybe(self.key.as_ref()),
            Cell::Flag(self.was_done_before),
        ]
    }
}
