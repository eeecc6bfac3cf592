//! `partner journal`: checks the audit trail of a journal, writes it out, and lists what is in doubt.

use std::io::stdout;
use std::path::Path;

use partner_api::{Format, Journal as _, SqliteJournal, Verified};

use crate::args::{ExportFormat, JournalArgs, JournalCommand};
use crate::exit::{Exit, Failure, Result};

pub(crate) async fn run(args: JournalArgs) -> Result<Exit> {
    match args.command {
        JournalCommand::Verify { dir } => {
            let Verified {
                records,
                erased,
                head,
                ..
            } = open(&dir)?.verify().await?;
            anstream::println!("the audit trail holds: {records} records, {erased} erased");
            anstream::println!("head {head}");
            Ok(Exit::Success)
        }
        JournalCommand::Export { dir, format } => {
            let format = match format {
                ExportFormat::Jsonl => Format::JsonLines,
                ExportFormat::Csv => Format::Csv,
            };
            open(&dir)?.export(stdout(), format).await?;
            Ok(Exit::Success)
        }
        JournalCommand::Unresolved { dir } => {
            let unresolved = open(&dir)?.unresolved().await?;
            for entry in &unresolved {
                let intent = &entry.intent;
                let (name, at) = (intent.action.name(), intent.at);
                let key = intent.key.as_ref().map_or("-", |key| key.as_str());
                anstream::println!("{} {at} {name} {key}", entry.id);
            }
            anstream::println!("{} in doubt", unresolved.len());
            Ok(Exit::Success)
        }
    }
}

/// Looking must not make a journal where there is none.
pub(crate) fn open(dir: &Path) -> Result<SqliteJournal> {
    match dir.join("journal.db").exists() {
        true => Ok(SqliteJournal::open(dir)?),
        false => {
            let text = format!(
                "there is no journal in {}; give its directory",
                dir.display()
            );
            Err(Failure::configuration(text).into())
        }
    }
}
