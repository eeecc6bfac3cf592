//! The `partner` command: what an operator does with users and money, a sandbox that plays the provider, and a demo.
//!
//! | Where | What |
//! |---|---|
//! | `args.rs` | the nouns, and what every command takes |
//! | a file or folder a noun | what it takes, and what it does: `users/suspend.rs`, `balances.rs` |
//! | `bulk/` | the same change to every user of a list |
//! | `config.rs`, `connect.rs`, `secret.rs` | profiles; from them to a partner that can be asked; where keys come from |
//! | `output/` | rows of one description, as a table, JSON, JSON Lines or CSV |
//! | `exit.rs`, `prompt.rs` | how a command ends; asking the person at the terminal |
//!
//! Never here: rules of the provider and guarantees about money, which are those of `partner_api`.

mod api;
mod args;
mod balances;
mod bulk;
mod cards;
mod completions;
mod config;
mod connect;
mod control;
mod demo;
mod deposits;
mod doctor;
mod exchange;
mod exit;
mod history;
mod journal;
mod kyc;
mod links;
mod money;
mod orders;
mod output;
mod parity;
mod payout;
mod poa;
mod prompt;
mod records;
mod sandbox;
mod secret;
mod transfer;
mod users;
mod webhooks;
mod withdraw;

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::Parser as _;

use args::{Args, Command};
use connect::Cx;
use exit::{Exit, Result};

fn main() -> ExitCode {
    let args = Args::parse();
    // What goes wrong below is told here; traces hold no personal data and no keys.
    tracing_subscriber::fmt()
        .with_max_level(match (args.global.quiet, args.global.verbose) {
            (true, _) => tracing::Level::ERROR,
            (false, 0) => tracing::Level::WARN,
            (false, 1) => tracing::Level::INFO,
            (false, _) => tracing::Level::DEBUG,
        })
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    match run(args) {
        Ok(exit) => exit,
        Err(error) => exit::tell(error.as_ref()),
    }
    .into()
}

fn run(args: Args) -> Result<Exit> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let cx = match (Cx::new(&args.global), &args.command) {
        (Ok(cx), _) => cx,
        // It is there to say what is wrong with the configuration.
        (Err(error), Command::Doctor(_)) => Cx::without_config(&args.global, error),
        (Err(error), _) => return Err(error),
    };
    runtime.block_on(async {
        match args.command {
            Command::Api(args) => api::run(&cx, args).await,
            Command::Balances(args) => balances::run(&cx, args).await,
            Command::Cards(args) => cards::run(&cx, args).await,
            Command::Completions(args) => completions::complete(args),
            Command::Demo(args) => demo::run(&cx, args).await,
            Command::Deposits(args) => deposits::run(&cx, args).await,
            Command::Doctor(args) => doctor::run(&cx, args).await,
            Command::Exchange(args) => exchange::run(&cx, args).await,
            Command::History(args) => history::run(&cx, args).await,
            Command::Journal(args) => journal::run(&cx, args).await,
            Command::Kyc(args) => kyc::run(&cx, args).await,
            Command::Links(args) => links::run(&cx, args).await,
            Command::Man(args) => completions::man(&cx, args),
            Command::Orders(args) => orders::run(&cx, args).await,
            Command::Parity(args) => parity::run(args).await,
            Command::Records(args) => records::run(&cx, args).await,
            Command::Payout(args) => payout::run(&cx, args).await,
            Command::Poa(args) => poa::run(&cx, args).await,
            Command::Sandbox(args) => sandbox::run(&cx, args).await,
            Command::Transfer(args) => transfer::run(&cx, args).await,
            Command::Users(args) => users::run(&cx, args).await,
            Command::Webhooks(args) => webhooks::run(&cx, args).await,
            Command::Withdraw(args) => withdraw::run(&cx, args).await,
        }
    })
}
