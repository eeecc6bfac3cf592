//! How a command ends: the exit codes, and the one paragraph on standard error that says what to do.

use std::error::Error;
use std::fmt;
use std::io;
use std::process::ExitCode;

use partner_api::BuildError;
use partner_api::journal::JournalError;
use partner_api::raw::{self, ErrorKind};

/// What every command comes to.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How a command ends. The numbers are promised to scripts and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Success = 0,
    Failed = 1,
    Usage = 2,
    Refused = 3,
    Unknown = 4,
    Unavailable = 5,
    Configuration = 6,
    Partial = 7,
    Declined = 8,
}

impl Exit {
    /// Every way, in the order of the numbers.
    pub(crate) const ALL: [Self; 9] = [
        Self::Success,
        Self::Failed,
        Self::Usage,
        Self::Refused,
        Self::Unknown,
        Self::Unavailable,
        Self::Configuration,
        Self::Partial,
        Self::Declined,
    ];

    /// What the help says of it.
    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::Success => "it went as asked",
            Self::Failed => "something was not as expected; or what was checked did not hold",
            Self::Usage => {
                "the command line, or what was given with it, is wrong; nothing was sent"
            }
            Self::Refused => {
                "refused by a rule, of the provider's or of this command's; it did not happen"
            }
            Self::Unknown => {
                "the answer was lost: it may have happened; see `partner journal reconcile`"
            }
            Self::Unavailable => {
                "the other side cannot be reached, or does not serve now; it did not happen"
            }
            Self::Configuration => "key, address, profile or journal cannot be used",
            Self::Partial => "some of it happened and some did not; the output says which",
            Self::Declined => "you were asked, and did not say yes; it did not happen",
        }
    }

    /// The codes as the help shows them.
    pub(crate) fn table() -> String {
        let rows = Self::ALL
            .iter()
            .map(|exit| format!("  {}  {}", *exit as u8, exit.meaning()));
        rows.collect::<Vec<_>>().join("\n")
    }

    /// The code that an error ends a command with.
    pub(crate) fn of(error: &(dyn Error + 'static)) -> Self {
        if let Some(failure) = error.downcast_ref::<Failure>() {
            failure.exit
        } else if let Some(error) = error.downcast_ref::<partner_api::Error>() {
            Self::of_operation(error)
        } else if let Some(error) = error.downcast_ref::<raw::Error>() {
            Self::of_call(error)
        } else if error.is::<BuildError>() || error.is::<JournalError>() {
            Self::Configuration
        } else {
            Self::Failed
        }
    }

    /// The code that a call below the domain ends a command with.
    fn of_call(error: &raw::Error) -> Self {
        match error.kind() {
            _ if error.may_have_been_processed() => Self::Unknown,
            ErrorKind::Unfit => Self::Usage,
            ErrorKind::Unreachable | ErrorKind::TimedOut | ErrorKind::HeldBack => Self::Unavailable,
            _ => match error.refusal() {
                Some(refusal) if refusal.access_denied().is_some() => Self::Configuration,
                _ if error.is_transient() => Self::Unavailable,
                Some(_) => Self::Refused,
                None => Self::Failed,
            },
        }
    }

    /// The code that an operation's error ends a command with.
    pub(crate) fn of_operation(error: &partner_api::Error) -> Self {
        let refusal = error.refusal();
        let key_is_wrong = refusal.is_some_and(|it| it.access_denied().is_some());
        let is_open_again = error.unsuspension().is_some_and(|it| it.unsuspended);
        let other_money_is_there = error
            .closure()
            .is_some_and(|it| it.found.is_some() && it.intent.is_none());
        let journal_stands_in_the_way = error.in_doubt_because_of().is_some()
            || error.key_taken_by().is_some()
            || error.reference_taken_by().is_some()
            || error.refused_before_in().is_some();
        if error.is_unresolved() {
            Self::Unknown
        } else if error.is_invalid() {
            Self::Usage
        } else if error.is_journal() || key_is_wrong {
            Self::Configuration
        } else if is_open_again {
            Self::Partial
        } else if journal_stands_in_the_way
            || error.is_denied_locally()
            || !error.blockers().is_empty()
        {
            Self::Refused
        } else if error.is_transient() || error.is_timeout() {
            Self::Unavailable
        } else if refusal.is_some() || error.rule().is_some() || other_money_is_there {
            Self::Refused
        } else {
            Self::Failed
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// What went wrong in this command itself: a paragraph that says what to do, and the code to end with.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    text: String,
}

impl Failure {
    pub(crate) fn new(exit: Exit, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { exit, text }
    }

    /// What was given cannot be used.
    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Self::new(Exit::Usage, text)
    }

    /// Key, address, profile or journal cannot be used.
    pub(crate) fn configuration(text: impl Into<String>) -> Self {
        Self::new(Exit::Configuration, text)
    }

    /// Somebody was asked and did not say yes.
    pub(crate) fn declined(text: impl Into<String>) -> Self {
        Self::new(Exit::Declined, text)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Failure {}

/// Says on standard error what went wrong, and gives the code to end with.
pub(crate) fn tell(error: &(dyn Error + 'static)) -> Exit {
    let reader_left = error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe);
    if reader_left {
        return Exit::Success;
    }
    anstream::eprintln!("partner: {}", paragraph(error));
    Exit::of(error)
}

/// What went wrong, with every cause that says more, and what to do, as one paragraph.
pub(crate) fn paragraph(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let operation = error.downcast_ref::<partner_api::Error>();
    // The text of a refusal or of a doubt says it all; below is only the layer that carried it.
    let is_told = operation.is_some_and(|it| it.refusal().is_some() || it.is_unresolved());
    let mut cause = error.source().filter(|_| !is_told);
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    if let Some(unresolved) = operation.and_then(partner_api::Error::as_unresolved) {
        text.push_str("; ");
        text.push_str(&what_now(unresolved));
    }
    text
}

/// What to do about a movement in doubt.
pub(crate) fn what_now(unresolved: &partner_api::Unresolved) -> String {
    let reconcile = "find out what became of it with `partner journal reconcile`";
    match &unresolved.key {
        Some(key) => format!(
            "{reconcile}, or give the same command again with --key {key}: nothing is sent twice under it"
        ),
        None => reconcile.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_own_number_and_meaning() {
        for (number, exit) in Exit::ALL.into_iter().enumerate() {
            assert_eq!(exit as usize, number);
        }
        let page = include_str!("../docs/commands.md");
        for exit in Exit::ALL {
            let row = format!("| {} | {} |", exit as u8, exit.meaning());
            assert!(page.contains(&row), "docs/commands.md lacks {row}");
        }
        let failure = Failure::configuration("no key");
        assert_eq!(Exit::of(&failure), Exit::Configuration);
        assert_eq!(Exit::of(&io::Error::other("x")), Exit::Failed);
    }
}
