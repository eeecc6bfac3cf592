//! `partner users list`.

use partner_api::{KnownUser, SqliteJournal, Standing};

use crate::connect::{Cx, Reach, journal_dir};
use crate::exit::{Exit, Failure, Result};
use crate::journal;
use crate::output::{Cell, Field, Row, text};

#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    /// Only those who are believed to stand there: open, suspended or closed
    #[arg(long, value_name = "STANDING")]
    standing: Option<Standing>,
}

pub(super) async fn run(cx: &Cx, reach: &Reach, args: ListArgs) -> Result<Exit> {
    let users = open(cx, reach)?.users().await?;
    let is_wanted = |user: &KnownUser| args.standing.is_none_or(|it| it == user.believed.standing);
    cx.out.list(users.into_iter().filter(is_wanted))?;
    Ok(Exit::Success)
}

/// The journal of this environment, which must be there already.
fn open(cx: &Cx, reach: &Reach) -> Result<SqliteJournal> {
    let dir = journal_dir(cx, reach).ok_or_else(|| {
        let text = "the provider lists no users, only your own journal does; give its directory with --journal DIR, or as \
                    `journal` in a profile";
        Failure::configuration(text)
    })?;
    journal::open(Some(&dir))
}

impl Row for KnownUser {
    const FIELDS: &'static [Field] = &[
        text("user"),
        text("standing"),
        text("known_from"),
        text("since"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(&self.id),
            Cell::text(self.believed.standing),
            Cell::text(self.believed.origin),
            Cell::Time(self.believed.since),
        ]
    }
}
