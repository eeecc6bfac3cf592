//! `partner transfer`.

use clap::Subcommand;
use partner_api::{Owner, TransferDetails, TransferId, UserId};

use crate::connect::{Cx, Needs, Reach, connect};
use crate::exit::{Exit, Failure, Result};
use crate::money::{self, MoneyArgs};
use crate::output::{Cell, Field, Row, holding, money, text};

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct TransferArgs {
    #[command(flatten)]
    reach: Reach,
    // Without a flattened part of its own, or clap never finds it.
    #[command(flatten)]
    send: Option<SendArgs>,
    #[command(flatten)]
    how: MoneyArgs,
    #[command(subcommand)]
    command: Option<TransferCommand>,
}

#[derive(Debug, clap::Args)]
struct SendArgs {
    /// How much, such as 10.50 eur
    #[arg(required = true, num_args = 1..=2, value_names = ["AMOUNT", "CURRENCY"])]
    money: Vec<String>,
    /// The user who pays; the partner where none is given
    #[arg(long, value_name = "USER", required_unless_present = "to")]
    from: Option<UserId>,
    /// The user who receives; the partner where none is given
    #[arg(long, value_name = "USER")]
    to: Option<UserId>,
}

#[derive(Debug, Subcommand)]
enum TransferCommand {
    /// Show a transfer
    Show {
        /// The transfer's id
        id: TransferId,
    },
}

pub(crate) async fn run(cx: &Cx, args: TransferArgs) -> Result<Exit> {
    let TransferArgs {
        reach,
        send,
        how,
        command,
    } = args;
    match (command, send) {
        (Some(TransferCommand::Show { id }), _) => {
            let partner = connect(cx, &reach, Needs::Nothing)?.partner;
            cx.out.one(&partner.transfers().get(&id).await?)?;
            Ok(Exit::Success)
        }
        (None, Some(args)) => send_money(cx, &reach, args, how).await,
        (None, None) => Err(Failure::usage("say how much, such as 10.50 eur").into()),
    }
}

async fn send_money(cx: &Cx, reach: &Reach, args: SendArgs, how: MoneyArgs) -> Result<Exit> {
    let money = money::money(&args.money)?;
    let shown = holding(&money.into());
    let session = connect(cx, reach, Needs::Journal)?;
    let (from, to) = (Owner::from(args.from.clone()), Owner::from(args.to.clone()));
    let what = format!("{shown} from {from} to {to}");
    how.confirm(&session, &what)?;
    let transfers = session.partner.transfers();
    let transfer = match (&args.from, &args.to) {
        (Some(from), Some(to)) => transfers.between(from, to, money),
        (Some(from), None) => transfers.collect(from, money),
        (None, Some(to)) => transfers.fund(to, money),
        (None, None) => return Err(Failure::usage("say --from, --to, or both").into()),
    };
    let outcome = how.on(transfer).await?;
    money::tell(cx, outcome, format!("{what}, transfer"))
}

impl Row for TransferDetails {
    const FIELDS: &'static [Field] = &[
        text("id"),
        money("amount"),
        text("from"),
        text("to"),
        text("status"),
        text("created_at"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(&self.id),
            Cell::money(self.amount, self.currency),
            Cell::maybe(self.source.as_ref()),
            Cell::maybe(self.destination.as_ref()),
            Cell::text(&self.status),
            Cell::Time(self.created_at),
        ]
    }
}
