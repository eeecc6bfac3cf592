//! Refusals: which rule, of what command, about whom, and what is allowed instead.

use std::fmt;

use crate::command::CommandKind;
use crate::rule::Rule;
use crate::user::UserAction;

/// A command that did not go through. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The rule that refused: of all that were broken, the first in precedence.
    pub rule: Rule,
    /// What was refused.
    pub command: CommandKind,
    /// Whom or what it was about, by id, such as `user u_7`.
    pub subject: String,
    /// What the user's standing allows now.
    pub allowed: Vec<UserAction>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            rule,
            command,
            subject,
            ..
        } = self;
        write!(f, "cannot {command} {subject}: {}", rule.broken())?;
        if let Some(invariant) = rule.invariant() {
            write!(f, " ({invariant})")?;
        }
        write!(f, "; {}", rule.remedy())
    }
}

impl std::error::Error for Refusal {}

/// Collects the rules that a command breaks and keeps the first in precedence, in whatever order they are asked.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    broken: Option<Rule>,
}

impl Gate {
    /// Notes `rule` unless it `holds`.
    pub(crate) fn must(&mut self, holds: bool, rule: Rule) {
        if !holds {
            self.broken = Some(self.broken.map_or(rule, |first| first.min(rule)));
        }
    }

    /// Opens if no rule was broken. After this line nothing may refuse.
    pub(crate) fn pass(self) -> Result<(), Rule> {
        self.broken.map_or(Ok(()), Err)
    }
}
