//! `partner sandbox faults`.

use clap::Subcommand;
use partner_api_sandbox_control::types;

use super::word;
use crate::connect::Cx;
use crate::control::{self, ControlArgs, told};
use crate::exit::{Exit, Result};
use crate::output::{Cell, Field, Row, text};

#[derive(Debug, clap::Args)]
pub(super) struct FaultsArgs {
    #[command(flatten)]
    control: ControlArgs,
    #[command(subcommand)]
    command: FaultsCommand,
}

#[derive(Debug, Subcommand)]
enum FaultsCommand {
    /// Add a rule; of the rules that hit a call, the one that was added first decides
    Add(AddArgs),
    /// Remove every rule
    Clear,
    /// List the rules
    List,
    /// Remove a rule
    Remove {
        /// The rule's id
        id: i64,
    },
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    /// What goes wrong: latency, unavailable, unknown-exception, html-503, too-many-requests, drop-before (nothing is decided),
    /// drop-after (the answer is lost after the commit), truncate
    #[arg(value_parser = word::<types::FaultKind>)]
    fault: types::FaultKind,
    /// Only calls of this operation, such as create_transfer
    #[arg(long)]
    operation: Option<String>,
    /// Only these calls, counted from 1 since the rule was added, such as 1,3
    #[arg(long, value_delimiter = ',', conflicts_with = "percent")]
    calls: Vec<i64>,
    /// How likely a call is hit
    #[arg(long)]
    percent: Option<i64>,
    /// Which calls that likelihood hits
    #[arg(long, requires = "percent")]
    seed: Option<i64>,
    /// Break at most so many calls
    #[arg(long, value_name = "NUMBER")]
    times: Option<i64>,
    /// How long latency lasts
    #[arg(long)]
    milliseconds: Option<i64>,
    /// What too-many-requests asks to wait
    #[arg(long, value_name = "SECONDS")]
    retry_after: Option<i64>,
}

pub(super) async fn run(cx: &Cx, args: FaultsArgs) -> Result<Exit> {
    let control = control::connect(cx, &args.control)?;
    match args.command {
        FaultsCommand::List => {
            let faults = control.list_faults().await.map_err(told)?.into_inner();
            cx.out.list(faults.faults)?;
        }
        FaultsCommand::Clear => {
            let faults = control.remove_faults().await.map_err(told)?.into_inner();
            cx.out.note("every rule is removed");
            cx.out.list(faults.faults)?;
        }
        FaultsCommand::Remove { id } => {
            let fault = control.remove_fault(id).await.map_err(told)?.into_inner();
            cx.out.done(format!("fault {id} is removed"), &fault)?;
        }
        FaultsCommand::Add(args) => {
            let body = types::FaultRequest {
                fault: args.fault,
                operation: args.operation,
                calls: args.calls,
                percent: args.percent,
                seed: args.seed,
                times: args.times,
                milliseconds: args.milliseconds,
                retry_after_seconds: args.retry_after,
            };
            let fault = control.add_fault(&body).await.map_err(told)?.into_inner();
            cx.out
                .done(format!("fault {} is added", fault.id), &fault)?;
        }
    }
    Ok(Exit::Success)
}

impl Row for types::Fault {
    const FIELDS: &'static [Field] = &[
        text("id"),
        text("fault"),
        text("operation"),
        text("calls"),
        text("percent"),
        text("seen"),
        text("hits"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::Number(self.id),
            Cell::text(&self.fault),
            Cell::maybe(self.operation.as_ref()),
            Cell::list(&self.calls),
            self.percent.map_or(Cell::Nothing, Cell::Number),
            Cell::Number(self.seen),
            Cell::Number(self.hits),
        ]
    }
}
