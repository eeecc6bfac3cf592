//! The command line, in one place.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

/// Tools around the P100 Partner API: a demo, and a sandbox that plays the provider.
#[derive(Debug, Parser)]
#[command(name = "partner", version, propagate_version = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Play stories against an embedded sandbox, over real HTTP, and check every step
    Demo(DemoArgs),
    /// Run the sandbox: a durable stand-in for the provider's server
    Sandbox(SandboxArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct DemoArgs {
    /// Play one story for each group of operations, not account management alone
    #[arg(long)]
    pub(crate) all: bool,
    /// How to print the steps
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
    /// Which reading of the suspension rule the sandbox follows
    #[arg(long, value_enum, default_value_t = ActiveCards::Refuse)]
    pub(crate) active_cards: ActiveCards,
}

#[derive(Debug, clap::Args)]
pub(crate) struct SandboxArgs {
    /// Address of the Partner API; port 0 picks a free one
    #[arg(long, default_value = "127.0.0.1:4010")]
    pub(crate) listen: SocketAddr,
    /// Address of the control API; port 0 picks a free one
    #[arg(long, default_value = "127.0.0.1:4011")]
    pub(crate) control: SocketAddr,
    /// Listen on addresses that other machines can reach; the keys travel in plain text
    #[arg(long)]
    pub(crate) allow_other_machines: bool,
    /// Keep everything in this directory, which is created if it does not exist
    #[arg(long, value_name = "DIR", conflicts_with = "ephemeral")]
    pub(crate) data: Option<PathBuf>,
    /// Keep nothing once the sandbox stops (this is what happens without --data)
    #[arg(long)]
    pub(crate) ephemeral: bool,
    /// The key that callers send as `x-api-key`; a random one is made and printed where none is given
    #[arg(
        long,
        env = "PARTNER_API_KEY",
        hide_env_values = true,
        value_name = "KEY"
    )]
    pub(crate) api_key: Option<String>,
    /// The key of the control API, sent as `x-control-key`; a random one is made and printed where none is given
    #[arg(
        long,
        env = "PARTNER_CONTROL_KEY",
        hide_env_values = true,
        value_name = "KEY"
    )]
    pub(crate) control_key: Option<String>,
    /// What suspending a user with an active card does: the provider's pages can be read both ways
    #[arg(long, value_enum, default_value_t = ActiveCards::Refuse)]
    pub(crate) active_cards: ActiveCards,
}

/// How the demo prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people; coloured on a terminal
    Text,
    /// One JSON document for machines
    Json,
}

/// Both readings of rule L4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ActiveCards {
    /// Suspending is refused with P454 while a card is active
    Refuse,
    /// Suspending goes through and stops the cards' transactions
    Freeze,
}

impl From<ActiveCards> for partner_api_sandbox::ActiveCards {
    fn from(reading: ActiveCards) -> Self {
        match reading {
            ActiveCards::Refuse => Self::Refuse,
            ActiveCards::Freeze => Self::Freeze,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Args;

    #[test]
    fn the_command_line_is_well_formed() {
        Args::command().debug_assert();
    }
}
