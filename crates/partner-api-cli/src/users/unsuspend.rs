//! `partner users unsuspend`.

use partner_api::{UnsuspendReport, UserId};

use crate::connect::{Asked, Cx, Needs, Reach, connect};
use crate::exit::{Exit, Result};
use crate::output::{Cell, Field, Row, text};

#[derive(Debug, clap::Args)]
pub(crate) struct UnsuspendArgs {
    /// Your own id of the user
    id: UserId,
    /// Leave the cards blocked, for good: a later unsuspension does not restore them either
    #[arg(long)]
    leaving_cards_blocked: bool,
    #[command(flatten)]
    asked: Asked,
}

pub(super) async fn run(cx: &Cx, reach: &Reach, args: UnsuspendArgs) -> Result<Exit> {
    let partner = connect(cx, reach, Needs::Record)?.partner;
    let mut unsuspend = partner.user(args.id)?.unsuspend();
    if args.leaving_cards_blocked {
        unsuspend = unsuspend.leaving_cards_blocked();
    }
    let report = args.asked.on(unsuspend).await?;
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
