//! `partner users unsuspend`.

use partner_api::{RequestKey, UnsuspendReport, UserId};

use crate::bulk::{self, BulkArgs, Kind, Work};
use crate::connect::{Asked, Cx, Needs, Reach, connect, under};
use crate::exit::{Exit, Result};
use crate::output::{Cell, Field, Row, text};

#[derive(Debug, clap::Args)]
pub(crate) struct UnsuspendArgs {
    /// Your own id of the user
    #[arg(required_unless_present = "from", conflicts_with = "from")]
    id: Option<UserId>,
    /// Leave the cards blocked, for good: a later unsuspension does not restore them either
    #[arg(long, conflicts_with = "from")]
    leaving_cards_blocked: bool,
    #[command(flatten)]
    asked: Asked,
    /// Your own name for this change: under one key it happens once, however often the command is given
    #[arg(long, value_name = "KEY", conflicts_with = "from")]
    key: Option<RequestKey>,
    #[command(flatten)]
    many: BulkArgs,
    /// Do not ask whether to begin with a list
    #[arg(long, requires = "from")]
    yes: bool,
}

pub(super) async fn run(cx: &Cx, reach: &Reach, args: UnsuspendArgs) -> Result<Exit> {
    let Some(id) = args.id else {
        let work = Work {
            kind: Kind::Unsuspend,
            asked: args.asked,
            is_told_yes: args.yes,
        };
        return bulk::run(cx, reach, args.many, work).await;
    };
    let partner = connect(cx, reach, Needs::Record)?.partner;
    let mut unsuspend = partner.user(id)?.unsuspend();
    if args.leaving_cards_blocked {
        unsuspend = unsuspend.leaving_cards_blocked();
    }
    let report = under(args.key, args.asked.on(unsuspend)).await?;
    cx.out.done(&report, &report)?;
    Ok(Exit::Success)
}

impl Row for UnsuspendReport {
    const FIELDS: &'static [Field] = &[
        text("user"),
        text("unsuspended"),
        text("cards_restored"),
        text("cards_left_blocked"),
        text("cards_gone"),
        text("intent"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(&self.user),
            Cell::Flag(self.unsuspended),
            Cell::list(&self.restored),
            Cell::list(&self.left_blocked),
            Cell::list(&self.gone),
            Cell::maybe(self.intent),
        ]
    }
}
