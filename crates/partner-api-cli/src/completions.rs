//! `partner completions` and `partner man`: what shells and manuals know of the command line.

use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::args::Args;
use crate::connect::Cx;
use crate::exit::{Exit, Failure, Result};

#[derive(Debug, clap::Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn complete(args: CompletionsArgs) -> Result<Exit> {
    // Written at once, so that a reader who leaves is told as everywhere.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "partner", &mut script);
    std::io::Write::write_all(&mut std::io::stdout().lock(), &script)?;
    Ok(Exit::Success)
}

#[derive(Debug, clap::Args)]
pub(crate) struct ManArgs {
    /// Where to write a page for each command
    dir: PathBuf,
}

pub(crate) fn man(cx: &Cx, args: ManArgs) -> Result<Exit> {
    let dir = args.dir;
    let cannot = |error| Failure::usage(format!("{} cannot be written: {error}", dir.display()));
    std::fs::create_dir_all(&dir).map_err(cannot)?;
    let mut root = Args::command();
    root.build();
    let pages = write(root, "partner", &dir).map_err(cannot)?;
    cx.out
        .note(format!("{pages} pages are written to {}", dir.display()));
    Ok(Exit::Success)
}

/// A page for the command and one for each below it; how many.
fn write(command: clap::Command, name: &str, dir: &Path) -> std::io::Result<usize> {
    let mut pages = 1;
    for below in command.get_subcommands() {
        if below.get_name() == "help" {
            continue;
        }
        let full = format!("{name}-{}", below.get_name());
        pages += write(below.clone(), &full, dir)?;
    }
    let mut page = Vec::new();
    // A name lives as long as the command; there are some dozens of them, once.
    let command = command.name(String::leak(name.to_owned()) as &'static str);
    Man::new(command).render(&mut page)?;
    std::fs::write(dir.join(format!("{name}.1")), page)?;
    Ok(pages)
}
