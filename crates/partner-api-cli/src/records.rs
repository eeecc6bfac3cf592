//! `partner records`: what a partner's own records say, taken over into its journal.

use std::path::PathBuf;

use clap::Subcommand;
use partner_api::{Imported, Reason, SqliteJournal, Standing, UserId};

use crate::bulk::list::{self, Findings};
use crate::connect::{Asked, Cx, Reach, journal_dir};
use crate::exit::{Exit, Failure, Result};
use crate::output::{Cell, Field, Row, counted, text};

/// The column that says where a user stands.
const STANDING: &str = "standing";

/// How many conflicts are shown; the rest is counted.
const SHOWN_MAX: usize = 20;

#[derive(Debug, clap::Args)]
pub(crate) struct RecordsArgs {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    command: RecordsCommand,
}

#[derive(Debug, Subcommand)]
enum RecordsCommand {
    /// Take over the users that you had before, since the provider lists none
    ///
    /// From a CSV file with a column `id`, or an id a line. A column `standing` may say open, suspended or closed; no other
    /// column is kept. What is told is believed until the provider says otherwise. Every line is looked at first, and all
    /// are taken over or none; giving the command again changes nothing.
    Import(ImportArgs),
}

#[derive(Debug, clap::Args)]
struct ImportArgs {
    /// The file; - reads standard input
    file: PathBuf,
    /// Take over the others, if the journal believes of some that they stand elsewhere
    #[arg(long)]
    skip_conflicts: bool,
    #[command(flatten)]
    asked: Asked,
}

pub(crate) async fn run(cx: &Cx, args: RecordsArgs) -> Result<Exit> {
    let RecordsArgs { reach, command } = args;
    let RecordsCommand::Import(args) = command;
    let users = read(&args.file)?;
    let dir = journal_dir(cx, &reach).ok_or_else(|| {
        let text = "there is no journal to take them over into; give a directory with --journal DIR, or as `journal` in a profile";
        Failure::configuration(text)
    })?;
    let actor = args.asked.by.or_else(|| cx.config.profile.actor.clone());
    let note: Option<Reason> = args.asked.because;
    let journal = SqliteJournal::open(dir)?;
    let imported = journal
        .import(users, actor.map(Into::into), note, args.skip_conflicts)
        .await?;
    for (user, told, believed) in imported.conflicting.iter().take(SHOWN_MAX) {
        cx.out.note(format_args!(
            "user {user} is told to be {told}, and the journal believes {believed}"
        ));
    }
    if let Some(more) = imported
        .conflicting
        .len()
        .checked_sub(SHOWN_MAX)
        .filter(|it| *it != 0)
    {
        cx.out.note(format_args!("and {more} more"));
    }
    if !imported.is_written {
        let text = format!(
            "the file contradicts the journal about {}; nothing was taken over; correct the file, or say --skip-conflicts",
            counted(imported.conflicting.len(), "user")
        );
        return Err(Failure::new(Exit::Refused, text).into());
    }
    let Imported { new, known, .. } = imported;
    let skipped = imported.conflicting.len();
    let sentence = format!(
        "{} new, {known} known, {} skipped",
        counted(new, "user"),
        counted(skipped, "conflict")
    );
    cx.out.done(sentence, &imported)?;
    Ok(match skipped {
        0 => Exit::Success,
        _ => Exit::Partial,
    })
}

fn read(file: &std::path::Path) -> Result<Vec<(UserId, Option<Standing>)>> {
    let list = list::read(file)?;
    let column = list.columns.iter().position(|name| name == STANDING);
    let (mut users, mut findings) = (Vec::new(), Findings::default());
    for user in list.users {
        let word = column.map_or("", |column| &user.cells[column]);
        match word {
            "" => users.push((user.id, None)),
            word => match word.to_lowercase().parse() {
                Ok(standing) => users.push((user.id, Some(standing))),
                Err(_) => findings.add(user.line, "a standing is open, suspended or closed"),
            },
        }
    }
    findings.none_or(file)?;
    Ok(users)
}

impl Row for Imported {
    const FIELDS: &'static [Field] = &[text("new"), text("known"), text("conflicting")];

    fn cells(&self) -> Vec<Cell> {
        let number = |count: usize| Cell::Number(i64::try_from(count).unwrap_or(i64::MAX));
        vec![
            number(self.new),
            number(self.known),
            number(self.conflicting.len()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Vec<(UserId, Option<Standing>)>> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("users.csv");
        std::fs::write(&file, text).unwrap();
        read(&file)
    }

    #[test]
    fn a_standing_is_taken_where_it_is_told_and_every_line_is_looked_at() {
        let users = read_text("email,id,Standing\nx,anna,Suspended\ny,ben,\n").unwrap();
        assert_eq!(users[0].1, Some(Standing::Suspended));
        assert_eq!(users[1].1, None);
        let error = read_text("id,standing\nanna,frozen\nben,open\na/b,open\n").unwrap_err();
        assert!(error.to_string().contains("line 4"), "{error}");
        let error = read_text("id,standing\nanna,canary\nben,open\n")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("line 2") && !error.contains("canary"),
            "{error}"
        );
    }
}
