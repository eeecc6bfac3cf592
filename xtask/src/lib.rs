//! Repository chores: regenerate, lint, cover and compare the specification, and hold the crates against their map.
//!
//! One module a command; [`flags`] says how each is called. [`yaml`] and [`spec`] read the specification once for all
//! of them. Never here: anything that the shipped crates need at run time.

#![deny(missing_docs)]

pub mod coverage;
pub mod crates;
pub mod diff;
pub mod flags;
pub mod lint;
pub mod regen;
pub mod spec;
pub mod yaml;

use std::path::Path;

use flags::Command;

/// What a command has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// For stdout.
    pub text: String,
    /// Whether the command succeeds.
    pub is_ok: bool,
}

impl Report {
    fn ok(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            is_ok: true,
        }
    }

    fn failed(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            is_ok: false,
        }
    }
}

/// Runs `command` on the repository at `root`; an error is a file that cannot be read or written.
pub fn run(root: &Path, command: &Command) -> Result<Report, String> {
    match command {
        Command::Help => Ok(Report::ok(flags::HELP)),
        Command::Regen { check } => regen::run(root, *check),
        Command::Lint { files } => lint::run(root, files),
        Command::LintRules => Ok(Report::ok(lint::rules_table())),
        Command::Crates => crates::run(root),
        Command::Coverage { mode } => coverage::run(root, *mode),
        Command::Diff {
            old,
            new,
            deny_breaking,
        } => diff::run(root, old, new.as_deref(), *deny_breaking),
    }
}
