//! The command line: what every command takes, and the nouns. What a noun takes stands in its own file.

mod sandbox;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

pub(crate) use sandbox::RunArgs;

use crate::api::ApiArgs;
use crate::balances::BalancesArgs;
use crate::cards::CardsArgs;
use crate::completions::{CompletionsArgs, ManArgs};
use crate::connect::Global;
use crate::control::ControlArgs;
use crate::deposits::DepositsArgs;
use crate::doctor::DoctorArgs;
use crate::exchange::ExchangeArgs;
use crate::exit::Exit;
use crate::history::HistoryArgs;
use crate::journal::JournalArgs;
use crate::kyc::KycArgs;
use crate::links::LinksArgs;
use crate::orders::OrdersArgs;
use crate::payout::PayoutArgs;
use crate::poa::PoaArgs;
use crate::records::RecordsArgs;
use crate::sandbox::SandboxArgs;
use crate::transfer::TransferArgs;
use crate::users::UsersArgs;
use crate::withdraw::WithdrawArgs;

/// Work with the P100 Partner API: its users and their money, a sandbox that plays the provider, and a demo.
///
/// Where and as whom to work comes from a profile of the configuration file (partner/config.toml in $XDG_CONFIG_HOME or
/// ~/.config, or where PARTNER_CONFIG says), from flags, or from the environment. No secret is taken from the command line.
#[derive(Debug, Parser)]
#[command(name = "partner", version, propagate_version = true, after_long_help = after_help())]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant)] // there is one of it, once
pub(crate) enum Command {
    /// Call any operation of the provider, as it is: no guard, no journal, no rules
    ///
    /// It goes through the same connection as everything else, with the same retries by what an operation does. The answer is
    /// printed as it came, refusals too.
    Api(ApiArgs),
    /// Show what a user, or the partner itself, holds
    Balances(BalancesArgs),
    /// List, create, block, unblock, limit and delete virtual cards
    Cards(CardsArgs),
    /// Play stories against an embedded sandbox, over real HTTP, and check every step
    Demo(DemoArgs),
    /// Print a script that completes commands in a shell
    Completions(CompletionsArgs),
    /// Show where deposits go to and who sent them, and tell senders of crypto
    Deposits(DepositsArgs),
    /// Check key, address, clock, journal and configuration, and say how to mend what is wrong
    Doctor(DoctorArgs),
    /// Exchange one balance into another, at a rate that is locked for it
    Exchange(ExchangeArgs),
    /// Show what moved on a user's balances, or on the partner's own, newest first
    History(HistoryArgs),
    /// Look at the journal, find out what became of lost answers, check the audit trail, or write it out
    Journal(JournalArgs),
    /// Show who a user is, with files or on a page of the provider's
    Kyc(KycArgs),
    /// Create payment links and hosted checkouts, and look at them
    Links(LinksArgs),
    /// Write manual pages
    Man(ManArgs),
    /// Create orders, and look at them: somebody outside pays crypto, the partner gets euro
    Orders(OrdersArgs),
    /// Find out which assumptions about the provider hold, and write a report
    Parity(ParityArgs),
    /// Take your own records over into the journal
    Records(RecordsArgs),
    /// Pay out to a bank account
    Payout(PayoutArgs),
    /// Show where a user lives
    Poa(PoaArgs),
    /// Run the sandbox, a durable stand-in for the provider's server, or play the outside world in one that runs
    ///
    /// Without a command it runs the sandbox: that plays the provider until it is stopped. What the flags set is how it begins;
    /// time, deposits, decisions, faults and snapshots are up to the other commands, which go through the control API
    /// (openapi/sandbox.yaml). Which values force which outcome stands in crates/partner-api-sandbox/docs/outcomes.md.
    Sandbox(SandboxArgs),
    /// Move money between the partner and its users, or between two users
    Transfer(TransferArgs),
    /// Create, show, suspend, unsuspend, update and close users
    Users(UsersArgs),
    /// See what a running sandbox tells, and what became of it
    Webhooks(WebhooksArgs),
    /// Withdraw crypto to a wallet
    Withdraw(WithdrawArgs),
}

fn after_help() -> String {
    format!("Exit codes:\n{}", Exit::table())
}

#[derive(Debug, clap::Args)]
pub(crate) struct DemoArgs {
    /// Play one story for each group of operations, not account management alone
    #[arg(long)]
    pub(crate) all: bool,
    /// Lose answers on purpose, and find out what became of each movement; takes some seconds of real time
    #[arg(long, conflicts_with = "all")]
    pub(crate) money_safety: bool,
    /// Which reading of the suspension rule the sandbox follows
    #[arg(long, value_enum, default_value_t = ActiveCards::Refuse)]
    pub(crate) active_cards: ActiveCards,
}

/// Reads alone, unless more is allowed. The key comes from the environment variable PARTNER_API_KEY.
#[derive(Debug, clap::Args)]
pub(crate) struct ParityArgs {
    /// Whom to ask: embedded (a sandbox for this run, of which everything is asked), staging, production, or a URL
    #[arg(long, default_value = "embedded", value_name = "WHERE")]
    pub(crate) environment: String,
    /// A user to read of; card numbers are not read, and nothing of the user is in the report
    #[arg(long, value_name = "ID")]
    pub(crate) user: Option<String>,
    /// Make a user for the purpose, change, suspend and close it; ask for the partner's btc wallet, and for changes that
    /// must be refused
    #[arg(long)]
    pub(crate) allow_writes: bool,
    /// Move this much euro to that user and back, twice, and make a card that is deleted and an order and links that expire
    #[arg(long, value_name = "AMOUNT", requires_all = ["allow_writes", "cap"])]
    pub(crate) allow_money: Option<String>,
    /// The most that may be moved in all, each transfer counted
    #[arg(long, value_name = "EURO", requires = "allow_money")]
    pub(crate) cap: Option<String>,
    /// Start a hosted verification of that user, which costs what the contract says
    #[arg(long, requires = "allow_writes")]
    pub(crate) allow_fees: bool,
    /// How many seconds to wait for that user's verification
    #[arg(long, default_value_t = 30, value_name = "SECONDS")]
    pub(crate) wait: u64,
    /// Ask an operation on another path, such as suspend_user=/v1/user/{externalUserId}/suspend
    #[arg(long, value_name = "OPERATION=PATH")]
    pub(crate) path: Vec<String>,
    /// Where to write the report: with .json and .md added
    #[arg(long, default_value = "parity-report", value_name = "PREFIX")]
    pub(crate) out: PathBuf,
    /// Exit with 1 if anything is refuted
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct WebhooksArgs {
    #[command(flatten)]
    pub(crate) control: ControlArgs,
    #[command(subcommand)]
    pub(crate) command: WebhooksCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum WebhooksCommand {
    /// Print events as they happen, and forward them if that is asked for
    Listen(ListenArgs),
    /// Send a sample of an event, such as p2p_transfer, to the sandbox's receivers
    Trigger {
        /// The event's name; `cargo xtask coverage` lists them all
        event: String,
    },
    /// Print what became of events at the sandbox's receivers
    Deliveries(DeliveriesArgs),
    /// Send one event to one receiver again
    Resend {
        /// The delivery's id, as `deliveries` prints it
        delivery: String,
    },
    /// Send your own receiver repeated, overtaken, forged, broken and unknown events, and judge what it makes of them
    ///
    /// Needs no sandbox, but a receiver on this machine. The secret that it expects comes from PARTNER_WEBHOOK_SECRET, or from
    /// a file. Ends with 1 if anything failed.
    Torture(TortureArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct TortureArgs {
    /// The base address of your receiver, such as http://127.0.0.1:8080
    #[arg(long, value_name = "URL")]
    pub(crate) url: String,
    /// The file that holds the secret; without it PARTNER_WEBHOOK_SECRET is read
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,
    /// Send the secret after "Bearer"
    #[arg(long)]
    pub(crate) bearer: bool,
    /// An address of yours that lists, as JSON, what was done: [{"object": "ID", "status": "WORD"}, ...]; without it
    /// nobody knows whether events were lost, processed twice or applied backwards
    #[arg(long, value_name = "URL")]
    pub(crate) effects_url: Option<String>,
    /// Which mix to send; another one each time if none is given
    #[arg(long, value_name = "NUMBER")]
    pub(crate) seed: Option<u64>,
    /// About how many objects
    #[arg(long, default_value_t = 100, value_name = "NUMBER")]
    pub(crate) objects: usize,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ListenArgs {
    /// Send every event to this address too, once; `https` is spoken
    #[arg(long, value_name = "URL")]
    pub(crate) forward_to: Option<String>,
    /// The file that holds the secret which is forwarded; without it PARTNER_WEBHOOK_SECRET is read
    #[arg(long, value_name = "FILE", requires = "forward_to")]
    pub(crate) secret_file: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct DeliveriesArgs {
    /// Only of this event, such as p2p_transfer
    #[arg(long)]
    pub(crate) event: Option<String>,
    /// Only about the object with this id of the provider's
    #[arg(long, value_name = "ID")]
    pub(crate) object: Option<String>,
    /// Only those that are WAITING, DELIVERED, GIVEN_UP or DROPPED
    #[arg(long)]
    pub(crate) state: Option<String>,
    /// Only to the receiver with this number
    #[arg(long, value_name = "NUMBER")]
    pub(crate) receiver: Option<i64>,
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
