//! `partner sandbox snapshot`.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use partner_api_sandbox_control::SnapshotError;

use super::Done;
use crate::connect::Cx;
use crate::control::{self, ControlArgs};
use crate::exit::{Exit, Failure, Result};
use crate::prompt;

#[derive(Debug, clap::Args)]
pub(super) struct SnapshotArgs {
    #[command(flatten)]
    control: ControlArgs,
    #[command(subcommand)]
    command: SnapshotCommand,
}

#[derive(Debug, Subcommand)]
enum SnapshotCommand {
    /// Replace everything by what a file holds
    Restore {
        /// The file
        file: PathBuf,
        /// Let it bring back the personal data of users who were closed since
        #[arg(long)]
        bring_back_erased: bool,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Save everything to a file, which then holds personal data of everybody there
    Save {
        /// The file, which must not exist yet
        file: PathBuf,
    },
}

pub(super) async fn run(cx: &Cx, args: SnapshotArgs) -> Result<Exit> {
    let control = control::connect(cx, &args.control)?;
    match args.command {
        SnapshotCommand::Save { file } => {
            let bytes = control.snapshot().await.map_err(told)?;
            let length = bytes.len();
            write(&file, &bytes)
                .map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?;
            cx.out
                .note(format!("{length} bytes are saved to {}", file.display()));
        }
        SnapshotCommand::Restore {
            file,
            bring_back_erased,
            yes,
        } => {
            let bytes = std::fs::read(&file)
                .map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?;
            if !yes {
                let question =
                    "Everything in the sandbox is replaced by what the file holds. Go on?";
                prompt::yes(question, "say --yes")?;
            }
            let restored = control.restore(bytes, bring_back_erased).await;
            let done = restored.map_err(told)?;
            cx.out
                .done(format!("{} is restored", file.display()), &Done(done.seq))?;
        }
    }
    Ok(Exit::Success)
}

/// Writes a new file that nobody else can read.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(bytes)
}

fn told(error: SnapshotError) -> Failure {
    let exit = match &error {
        SnapshotError::Refused { status: 401, .. } => Exit::Configuration,
        SnapshotError::Refused { .. } => Exit::Refused,
        _ => Exit::Unavailable,
    };
    Failure::new(exit, error.to_string())
}
