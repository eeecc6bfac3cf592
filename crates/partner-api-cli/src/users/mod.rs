//! `partner users`: one file a verb.

mod close;
mod create;
mod list;
mod person;
mod show;
mod suspend;
mod unsuspend;
mod update;
mod verify;

use clap::Subcommand;

pub(crate) use person::field;

use crate::connect::{Cx, Reach};
use crate::exit::{Exit, Result};

#[derive(Debug, clap::Args)]
pub(crate) struct UsersArgs {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    command: UsersCommand,
}

#[derive(Debug, Subcommand)]
enum UsersCommand {
    /// Close a user's account, irreversibly
    ///
    /// Shows what is on the account and would be lost, and asks for the word `close`. Then the cards are blocked, the user is
    /// suspended, the balances are read again, and only if they are zero, or exactly what was named as given up, is the
    /// account deleted. The id is never accepted again.
    Close(close::CloseArgs),
    /// Create a user
    ///
    /// Country of residence, names, birth date and citizenship can never be changed afterwards, and the id is never
    /// accepted again, not even after closing.
    Create(create::CreateArgs),
    /// List the users that your journal knows: those it created, those you imported, those it met
    ///
    /// The provider lists none. Where they stand is what the journal believes.
    List(list::ListArgs),
    /// Show what the provider and the journal tell of a user
    ///
    /// The provider has no way to read a user's profile or standing; what it does tell is balances and cards.
    Show(show::ShowArgs),
    /// Suspend a user: an emergency brake
    ///
    /// Active cards are blocked first. Whatever fails, the account is never less locked than before, and giving the command
    /// again goes on from there.
    Suspend(suspend::SuspendArgs),
    /// Lift a suspension, and unblock exactly the cards that it blocked
    Unsuspend(unsuspend::UnsuspendArgs),
    /// Change a user's contact data and address, which is all that can be changed
    Update(update::UpdateArgs),
    /// Submit a user's identity data
    ///
    /// The provider decides later; a user is active, and has balances, once it has approved.
    Verify(verify::VerifyArgs),
}

pub(crate) async fn run(cx: &Cx, args: UsersArgs) -> Result<Exit> {
    let UsersArgs { reach, command } = args;
    match command {
        UsersCommand::Close(args) => close::run(cx, &reach, args).await,
        UsersCommand::Create(args) => create::run(cx, &reach, args).await,
        UsersCommand::List(args) => list::run(cx, &reach, args).await,
        UsersCommand::Show(args) => show::run(cx, &reach, args).await,
        UsersCommand::Suspend(args) => suspend::run(cx, &reach, args).await,
        UsersCommand::Unsuspend(args) => unsuspend::run(cx, &reach, args).await,
        UsersCommand::Update(args) => update::run(cx, &reach, args).await,
        UsersCommand::Verify(args) => verify::run(cx, &reach, args).await,
    }
}
