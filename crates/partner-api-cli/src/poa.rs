//! `partner poa`: showing where a user lives.

use std::path::PathBuf;

use clap::Subcommand;
use partner_api::{PoaFiles, PoaFilesAnswer, UserId};

use crate::connect::{Asked, Cx, Needs, Reach, connect};
use crate::exit::{Exit, Failure, Result};
use crate::kyc::{Added, file};

#[derive(Debug, clap::Args)]
pub(crate) struct PoaArgs {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    command: PoaCommand,
}

#[derive(Debug, Subcommand)]
enum PoaCommand {
    /// Add documents that show where a user lives
    Add {
        /// Your own id of the user
        user: UserId,
        /// 1 to 3 files: JPEG, PNG or PDF, each of at most 5 MB
        #[arg(required = true, num_args = 1..)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        asked: Asked,
    },
}

pub(crate) async fn run(cx: &Cx, args: PoaArgs) -> Result<Exit> {
    let PoaArgs { reach, command } = args;
    let PoaCommand::Add { user, files, asked } = command;
    let files = files.iter().map(|path| file(path));
    let files = PoaFiles::new(files.collect::<Result<Vec<_>>>()?)
        .map_err(|error| Failure::usage(error.to_string()))?;
    let partner = connect(cx, &reach, Needs::Record)?.partner;
    let user = partner.user(user)?;
    let answer = asked
        .on(user.documents().add_proof_of_address(files))
        .await?;
    let id = user.id();
    let (sentence, word) = match answer {
        PoaFilesAnswer::Added => (
            format!("the documents of user {id} are added, and wait for a decision"),
            "added",
        ),
        _ => (
            format!("earlier documents of user {id} wait for a decision; these were not taken"),
            "pending",
        ),
    };
    cx.out.done(sentence, &Added(id.clone(), word))?;
    Ok(Exit::Success)
}
