//! `partner sandbox`: runs a sandbox, and tells one that runs what time it is and what the outside world does.

mod clock;
mod faults;
mod inspect;
mod run;
mod simulate;
mod snapshot;

use clap::Subcommand;

use crate::args::RunArgs;
use crate::connect::Cx;
use crate::control::{self, ControlArgs, told};
use crate::exit::{Exit, Result};
use crate::output::{Cell, Field, Row, text};
use crate::prompt;

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct SandboxArgs {
    #[command(flatten)]
    pub(crate) run: RunArgs,
    #[command(subcommand)]
    command: Option<SandboxCommand>,
}

#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant)] // there is one of it, once
enum SandboxCommand {
    /// Show the books of a running sandbox: what each kind of account holds, and the sum, which is zero
    Books {
        #[command(flatten)]
        control: ControlArgs,
    },
    /// Show the clock of a running sandbox, stop it, or move it forward
    Clock(clock::ClockArgs),
    /// Show what a running sandbox decided last
    Decisions(inspect::DecisionsArgs),
    /// Break calls to a running sandbox on purpose
    Faults(faults::FaultsArgs),
    /// Forget every user, movement and decision of a running sandbox
    Reset {
        #[command(flatten)]
        control: ControlArgs,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Run the sandbox; also what happens where no other command is given
    Run(RunArgs),
    /// Play the outside world: deposits, decisions, settlements, payments
    Simulate(simulate::SimulateArgs),
    /// Save everything that a running sandbox holds, or restore it
    Snapshot(snapshot::SnapshotArgs),
    /// Show where a user stands, which only a sandbox tells
    State(inspect::StateArgs),
}

pub(crate) async fn run(cx: &Cx, args: SandboxArgs) -> Result<Exit> {
    match args.command {
        None => run::run(args.run).await,
        Some(SandboxCommand::Run(args)) => run::run(args).await,
        Some(SandboxCommand::Books { control }) => inspect::books(cx, &control).await,
        Some(SandboxCommand::Clock(args)) => clock::run(cx, args).await,
        Some(SandboxCommand::Decisions(args)) => inspect::decisions(cx, args).await,
        Some(SandboxCommand::Faults(args)) => faults::run(cx, args).await,
        Some(SandboxCommand::Reset { control, yes }) => reset(cx, &control, yes).await,
        Some(SandboxCommand::Simulate(args)) => simulate::run(cx, args).await,
        Some(SandboxCommand::Snapshot(args)) => snapshot::run(cx, args).await,
        Some(SandboxCommand::State(args)) => inspect::state(cx, args).await,
    }
}

async fn reset(cx: &Cx, control: &ControlArgs, yes: bool) -> Result<Exit> {
    let control = control::connect(cx, control)?;
    if !yes {
        prompt::yes(
            "Everything in the sandbox is forgotten. Go on?",
            "say --yes",
        )?;
    }
    let done = control.reset().await.map_err(told)?.into_inner();
    cx.out.done("the sandbox is as new", &Done(done.seq))?;
    Ok(Exit::Success)
}

/// What was decided has a number.
struct Done(i64);

impl Row for Done {
    const FIELDS: &'static [Field] = &[text("decision")];

    fn cells(&self) -> Vec<Cell> {
        vec![Cell::Number(self.0)]
    }
}

/// A word of the control API, written as people write it: `pos`, `commit-and-drop`.
fn word<T: From<String>>(text: &str) -> std::result::Result<T, std::convert::Infallible> {
    Ok(T::from(text.to_uppercase().replace('-', "_")))
}
