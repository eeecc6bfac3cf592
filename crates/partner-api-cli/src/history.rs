//! `partner history`.

use partner_api::{HistoryEntry, UserId};

use crate::connect::{Cx, Needs, Reach, connect};
use crate::exit::{Exit, Result};
use crate::output::{Cell, Field, Row, money, text};

#[derive(Debug, clap::Args)]
pub(crate) struct HistoryArgs {
    #[command(flatten)]
    reach: Reach,
    /// Your own id of the user; the partner itself where none is given
    user: Option<UserId>,
    /// At most so many entries, newest first
    #[arg(long, value_name = "NUMBER", default_value_t = 50)]
    last: usize,
    /// Every entry
    #[arg(long, conflicts_with = "last")]
    all: bool,
}

pub(crate) async fn run(cx: &Cx, args: HistoryArgs) -> Result<Exit> {
    let partner = connect(cx, &args.reach, Needs::Nothing)?.partner;
    let history = match args.user {
        Some(user) => partner.user(user)?.history(),
        None => partner.own_account().history(),
    };
    let most = match args.all {
        true => usize::MAX,
        false => args.last,
    };
    let mut entries = history.entries();
    let mut rows = cx.out.rows::<HistoryEntry>();
    let mut count = 0;
    while count < most
        && let Some(entry) = entries.next().await?
    {
        rows.push(&entry)?;
        count += 1;
    }
    rows.end()?;
    if count == most && entries.next().await?.is_some() {
        cx.out.note("there are older entries; --all shows them");
    }
    Ok(Exit::Success)
}

impl Row for HistoryEntry {
    const FIELDS: &'static [Field] = &[
        text("created_at"),
        text("kind"),
        money("amount"),
        text("reference"),
        text("id"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::Time(self.created_at),
            Cell::text(&self.kind),
            Cell::signed(&self.amount, self.currency),
            Cell::maybe(self.reference.as_ref()),
            Cell::text(&self.id),
        ]
    }
}
