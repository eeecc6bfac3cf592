//! `partner users suspend`.

use partner_api::{Reason, RequestKey, SuspendReport, UserId};

use crate::bulk::{self, BulkArgs, Kind, Work};
use crate::connect::{Asked, Cx, Needs, Reach, connect, reason, under};
use crate::exit::{Exit, Result};
use crate::output::{Cell, Field, Row, text};

#[derive(Debug, clap::Args)]
pub(crate) struct SuspendArgs {
    /// Your own id of the user
    #[arg(required_unless_present = "from", conflicts_with = "from")]
    id: Option<UserId>,
    /// Why, as the journal keeps it: fraud, stolen-account, compliance-review, or words of your own without personal data
    #[arg(long, value_name = "REASON", value_parser = reason)]
    reason: Reason,
    /// Do not block the cards; the provider may then refuse, or stop their transactions by itself
    #[arg(long, conflicts_with = "from")]
    leaving_cards: bool,
    /// Who asks, as the journal keeps it: an id, not a name; without it the profile's actor
    #[arg(long, value_name = "ACTOR")]
    by: Option<String>,
    /// Your own name for this change: under one key it happens once, however often the command is given
    #[arg(long, value_name = "KEY", conflicts_with = "from")]
    key: Option<RequestKey>,
    #[command(flatten)]
    many: BulkArgs,
    /// Do not ask whether to begin with a list
    #[arg(long, requires = "from")]
    yes: bool,
}

pub(super) async fn run(cx: &Cx, reach: &Reach, args: SuspendArgs) -> Result<Exit> {
    let Some(id) = args.id else {
        let work = Work {
            kind: Kind::Suspend(args.reason),
            asked: Asked {
                by: args.by,
                because: None,
            },
            is_told_yes: args.yes,
        };
        return bulk::run(cx, reach, args.many, work).await;
    };
    // An emergency brake must not fail for want of a journal.
    let partner = connect(cx, reach, Needs::Record)?.partner;
    let mut suspend = partner.user(id)?.suspend(args.reason);
    if args.leaving_cards {
        suspend = suspend.leaving_cards();
    }
    if let Some(actor) = args.by {
        suspend = suspend.by(actor);
    }
    let report = under(args.key, suspend).await?;
    cx.out.done(&report, &report)?;
    Ok(
        match report.failed.is_empty() && report.not_listed.is_none() {
            true => Exit::Success,
            false => Exit::Partial,
        },
    )
}

impl Row for SuspendReport {
    const FIELDS: &'static [Field] = &[
        text("user"),
        text("suspended"),
        text("cards_blocked"),
        text("cards_not_blocked"),
        text("cards_gone"),
        text("rounds"),
        text("intents"),
        text("cards_not_listed"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(&self.user),
            Cell::Flag(self.suspended),
            Cell::list(&self.blocked),
            Cell::list(self.failed.iter().map(|it| &it.card)),
            Cell::list(&self.gone),
            Cell::Number(self.rounds.into()),
            Cell::list(&self.intents),
            // Why, so that whoever reads it knows that there may be cards of which nothing is said.
            Cell::maybe(self.not_listed.as_ref()),
        ]
    }
}
