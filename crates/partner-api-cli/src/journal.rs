//! `partner journal`: what was asked for and how it ended; finding out what became of lost answers; the audit trail.

use std::io::stdout;
use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use partner_api::journal::{Action, Basis, Conclusion, Entry, Reference};
use partner_api::reconcile::{Found, Unclear, Waiting};
use partner_api::{
    Decision, Format, IntentId, Journal as _, Reconciled, RequestKey, SqliteJournal, UserId,
    Verified,
};

use crate::connect::{Asked, Cx, Needs, Reach, connect, journal_dir};
use crate::exit::{Exit, Failure, Result, paragraph};
use crate::output::{Cell, Field, Row, counted, text};
use crate::users::field;

#[derive(Debug, clap::Args)]
pub(crate) struct JournalArgs {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    command: JournalCommand,
}

#[derive(Debug, Subcommand)]
enum JournalCommand {
    /// Write the audit trail to standard output, and check it on the way
    Export {
        /// The journal's directory, where it is not given with --journal or a profile
        dir: Option<PathBuf>,
        /// One JSON object a line, which can be verified elsewhere, or a table for reading
        #[arg(long, value_enum, default_value_t = ExportFormat::Jsonl)]
        format: ExportFormat,
    },
    /// List what was asked for last, and how it ended
    List {
        /// Only what names this user
        #[arg(long)]
        user: Option<UserId>,
        /// Only what nobody knows the end of
        #[arg(long, conflicts_with = "user")]
        unresolved: bool,
        /// At most so many entries, newest first
        #[arg(long, value_name = "NUMBER", default_value_t = 50)]
        last: usize,
    },
    /// Find out from the provider's records what became of everything in doubt
    ///
    /// Sends reads only. What the records prove is concluded, what they do not is reported and never guessed. Ends with 4 while
    /// anything is in doubt.
    Reconcile,
    /// Write down what became of an entry in doubt, once you have found out yourself
    Resolve(ResolveArgs),
    /// Show an entry
    Show {
        /// Its number, such as 7 or #7, or its key
        entry: String,
    },
    /// List what nobody knows the end of
    Unresolved {
        /// The journal's directory, where it is not given with --journal or a profile
        dir: Option<PathBuf>,
    },
    /// Check that no record of the audit trail was changed, taken out or put in; prints its head, to be kept elsewhere
    Verify {
        /// The journal's directory, where it is not given with --journal or a profile
        dir: Option<PathBuf>,
    },
}

#[derive(Debug, clap::Args)]
struct ResolveArgs {
    /// Its number, such as 7 or #7, or its key
    entry: String,
    #[command(flatten)]
    decision: Decided,
    #[command(flatten)]
    asked: Asked,
}

/// What somebody has found out.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Decided {
    /// It happened, and this is the provider's id of the transfer, payout, card and so on
    #[arg(long, value_name = "ID")]
    happened_as: Option<String>,
    /// It happened, and nothing came of it that has an id
    #[arg(long)]
    happened: bool,
    /// It did not happen
    #[arg(long)]
    did_not_happen: bool,
}

/// How the audit trail is written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ExportFormat {
    /// JSON Lines
    Jsonl,
    /// Comma-separated values
    Csv,
}

pub(crate) async fn run(cx: &Cx, args: JournalArgs) -> Result<Exit> {
    let JournalArgs { reach, command } = args;
    let journal = |dir: Option<PathBuf>| open(dir.or(journal_dir(cx, &reach)).as_deref());
    match command {
        JournalCommand::Verify { dir } => {
            let verified = journal(dir)?.verify().await?;
            let (records, erased) = (counted(verified.records, "record"), verified.erased);
            let sentence = format!(
                "the audit trail holds: {records}, {erased} erased\nhead {}",
                verified.head
            );
            cx.out.done(sentence, &verified)?;
        }
        JournalCommand::Export { dir, format } => {
            let format = match format {
                ExportFormat::Jsonl => Format::JsonLines,
                ExportFormat::Csv => Format::Csv,
            };
            journal(dir)?.export(stdout(), format).await?;
        }
        JournalCommand::Unresolved { dir } => {
            let unresolved = journal(dir)?.unresolved().await?;
            let count = unresolved.len();
            cx.out.list(unresolved.into_iter().map(Listed))?;
            cx.out.note(format!("{count} in doubt"));
        }
        JournalCommand::List {
            user,
            unresolved,
            last,
        } => {
            let journal = journal(None)?;
            let mut entries = match (user, unresolved) {
                (Some(user), _) => reversed(journal.entries_of(&user).await?),
                (None, true) => reversed(journal.unresolved().await?),
                (None, false) => journal.latest(last).await?,
            };
            entries.truncate(last);
            cx.out.list(entries.into_iter().map(Listed))?;
        }
        JournalCommand::Show { entry } => {
            let entry = find(&journal(None)?, &entry).await?;
            cx.out.one(&Shown(entry))?;
        }
        JournalCommand::Reconcile => {
            // Without one there is nothing to reconcile.
            drop(journal(None)?);
            let partner = connect(cx, &reach, Needs::Nothing)?.partner;
            return tell(cx, partner.reconcile().await?);
        }
        JournalCommand::Resolve(args) => {
            let entry = find(&journal(None)?, &args.entry).await?;
            let decision = decision(&entry, args.decision)?;
            let partner = connect(cx, &reach, Needs::Nothing)?.partner;
            args.asked.on(partner.resolve(entry.id, decision)).await?;
            let entry = find(&journal(None)?, &entry.id.to_string()).await?;
            cx.out
                .done(format!("entry {} is resolved", entry.id), &Listed(entry))?;
        }
    }
    Ok(Exit::Success)
}

/// Looking must not make a journal where there is none.
pub(crate) fn open(dir: Option<&Path>) -> Result<SqliteJournal> {
    let Some(dir) = dir else {
        let text = "nobody says where the journal is; give its directory with --journal DIR, or as `journal` in a profile";
        return Err(Failure::configuration(text).into());
    };
    match dir.join("journal.db").exists() {
        true => {
            Ok(SqliteJournal::open(dir)
                .map_err(|error| Failure::configuration(paragraph(&error)))?)
        }
        false => {
            let text = format!(
                "there is no journal in {}; give its directory",
                dir.display()
            );
            Err(Failure::configuration(text).into())
        }
    }
}

fn reversed(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.reverse();
    entries
}

async fn find(journal: &SqliteJournal, text: &str) -> Result<Entry> {
    let number = text.strip_prefix('#').unwrap_or(text).parse().ok();
    let by_number = match number {
        Some(number) => journal.entry(IntentId::new(number)).await?,
        None => None,
    };
    let found = match (by_number, text.parse::<RequestKey>()) {
        (None, Ok(key)) => journal.entry_under(&key).await?,
        (found, _) => found,
    };
    found.ok_or_else(|| {
        let text = format!("the journal has no entry {text}; `partner journal list` lists them");
        Failure::usage(text).into()
    })
}

fn decision(entry: &Entry, decided: Decided) -> Result<Decision> {
    let Some(id) = decided.happened_as else {
        return Ok(match decided.did_not_happen {
            true => Decision::DidNotHappen,
            false => Decision::HappenedWithoutId,
        });
    };
    let id = &*id;
    Ok(Decision::Happened(match entry.intent.action {
        Action::Transfer { .. } => Reference::Transfer(field("the id", id)?),
        Action::Exchange { .. } => Reference::Exchange(field("the id", id)?),
        Action::PayOut { .. } => Reference::PayOut(field("the id", id)?),
        Action::Withdraw { .. } => Reference::Withdrawal(field("the id", id)?),
        Action::CreateOrder { .. } => Reference::Order(field("the id", id)?),
        Action::CreateLink { .. } => Reference::PaymentLink(field("the id", id)?),
        Action::CreateCard { .. } => Reference::Card(field("the id", id)?),
        Action::StartVerification { .. } => Reference::Verification(field("the id", id)?),
        ref other => {
            let text = format!(
                "nothing comes of {} that has an id; say --happened",
                other.name()
            );
            return Err(Failure::usage(text).into());
        }
    }))
}

/// Tells what became of everything in doubt.
fn tell(cx: &Cx, report: Reconciled) -> Result<Exit> {
    let is_clear = report.waiting.is_empty() && report.unclear.is_empty();
    if !report.unclear.is_empty() {
        cx.out.note(
            "what is unclear is for a person to decide, who then says `partner journal resolve`",
        );
    }
    let rows = report.resolved.iter().map(Looked::resolved);
    let rows = rows.chain(report.waiting.iter().map(Looked::waiting));
    cx.out
        .list(rows.chain(report.unclear.iter().map(Looked::unclear)))?;
    Ok(match is_clear {
        true => Exit::Success,
        false => Exit::Unknown,
    })
}

/// An entry that was in doubt, and what was found.
struct Looked<'a> {
    entry: &'a Entry,
    verdict: &'static str,
    why: String,
}

impl<'a> Looked<'a> {
    fn resolved(found: &'a Found) -> Self {
        let basis = match found.basis {
            Basis::NaturalKey => "the provider's records name it",
            Basis::OnlyMatch => "the only movement of its shape in its time",
            Basis::Absence => "the provider's records do not have it",
            Basis::Person => "a person has looked",
            Basis::Notice => "the provider sent word",
            _ => "found out",
        };
        let entry = Entry::new(
            found.entry.id,
            found.entry.intent.clone(),
            Some(found.conclusion.clone()),
        );
        Self {
            entry: &found.entry,
            verdict: match found.conclusion {
                Conclusion::Absent => "did_not_happen",
                _ => "happened",
            },
            why: match entry.reference() {
                Some(reference) => format!("{reference}; {basis}"),
                None => basis.to_owned(),
            },
        }
    }

    fn waiting(waiting: &'a Waiting) -> Self {
        Self {
            entry: &waiting.entry,
            verdict: "waiting",
            why: match (&waiting.error, waiting.until) {
                (Some(error), _) => paragraph(&**error),
                (None, Some(until)) => format!("cannot be told before {until}"),
                (None, None) => "cannot be told yet".to_owned(),
            },
        }
    }

    fn unclear(unclear: &'a Unclear) -> Self {
        let candidates = unclear.candidates.iter().map(|it| match &it.reference {
            Some(reference) => format!("; {reference} of {}", it.at),
            None => format!("; something without an id of {}", it.at),
        });
        Self {
            entry: &unclear.entry,
            verdict: "unclear",
            why: format!("{}{}", unclear.why, candidates.collect::<String>()),
        }
    }
}

impl Row for Looked<'_> {
    const FIELDS: &'static [Field] = &[
        text("entry"),
        text("verdict"),
        text("action"),
        text("at"),
        text("key"),
        text("why"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let intent = &self.entry.intent;
        vec![
            Cell::text(self.entry.id),
            Cell::text(self.verdict),
            Cell::text(intent.action.name()),
            Cell::Time(intent.at),
            Cell::maybe(intent.key.as_ref()),
            Cell::text(&self.why),
        ]
    }
}

/// How an entry ended, in a word or two.
pub(crate) fn ended(entry: &Entry) -> String {
    match &entry.conclusion {
        None | Some(Conclusion::Unknown { .. }) => "in doubt".to_owned(),
        Some(Conclusion::Done { .. }) => "done".to_owned(),
        Some(Conclusion::Partly { .. }) => "done in part".to_owned(),
        Some(Conclusion::Refused { code, .. }) => match code {
            Some(code) => format!("refused {code}"),
            None => "refused".to_owned(),
        },
        Some(Conclusion::NotSent) => "not sent".to_owned(),
        Some(Conclusion::Absent) => "did not happen".to_owned(),
        Some(_) => "otherwise".to_owned(),
    }
}

/// An entry as a line.
struct Listed(Entry);

impl Row for Listed {
    const FIELDS: &'static [Field] = &[
        text("entry"),
        text("at"),
        text("action"),
        text("users"),
        text("ended"),
        text("reference"),
        text("by"),
        text("key"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let Entry { id, intent, .. } = &self.0;
        vec![
            Cell::text(id),
            Cell::Time(intent.at),
            Cell::text(intent.action.name()),
            Cell::list(intent.action.users()),
            Cell::text(ended(&self.0)),
            Cell::maybe(self.0.reference()),
            Cell::maybe(intent.actor.as_ref()),
            Cell::maybe(intent.key.as_ref()),
        ]
    }
}

/// An entry with all that is kept of it.
struct Shown(Entry);

impl Row for Shown {
    const FIELDS: &'static [Field] = &[
        text("entry"),
        text("at"),
        text("until"),
        text("action"),
        text("details"),
        text("users"),
        text("ended"),
        text("reference"),
        text("cards"),
        text("by"),
        text("because"),
        text("key"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let Entry {
            id,
            intent,
            conclusion,
            ..
        } = &self.0;
        let cards = match conclusion {
            Some(
                Conclusion::Done { cards, .. }
                | Conclusion::Partly { cards, .. }
                | Conclusion::Unknown { cards },
            ) => cards.as_slice(),
            _ => &[],
        };
        vec![
            Cell::text(id),
            Cell::Time(intent.at),
            Cell::Time(intent.until),
            Cell::text(intent.action.name()),
            Cell::list(details(&intent.action)),
            Cell::list(intent.action.users()),
            Cell::text(ended(&self.0)),
            Cell::maybe(self.0.reference()),
            Cell::list(cards),
            Cell::maybe(intent.actor.as_ref()),
            Cell::maybe(intent.reason.as_ref()),
            Cell::maybe(intent.key.as_ref()),
        ]
    }
}

/// What the journal keeps of an action beyond its name and its users, as it keeps it.
fn details(action: &Action) -> Vec<String> {
    let kept = serde_json::to_value(action).unwrap_or_default();
    let kept = kept.as_object().into_iter().flatten();
    kept.filter(|(name, _)| *name != "action" && *name != "user")
        .map(|(name, value)| match value.as_str() {
            Some(text) => format!("{name} {text}"),
            None => format!("{name} {value}"),
        })
        .collect()
}

impl Row for Verified {
    const FIELDS: &'static [Field] = &[text("records"), text("erased"), text("head")];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(self.records),
            Cell::text(self.erased),
            Cell::text(&self.head),
        ]
    }
}
