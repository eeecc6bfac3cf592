//! The `partner` command: plays the demo, runs the sandbox, shows what it tells, looks at journals, and finds out which
//! assumptions hold.
//!
//! Exit codes: 0 when everything went as expected, 1 when something did not, 2 when the command line is wrong.

mod args;
mod demo;
mod journal;
mod parity;
mod sandbox;
mod webhooks;

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let args = args::Args::parse();
    // What goes wrong inside the sandbox is told here; its traces hold no personal data and no keys.
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    let outcome = runtime.block_on(async {
        match args.command {
            args::Command::Demo(demo) => demo::run(demo).await,
            args::Command::Journal(journal) => journal::run(journal).await,
            args::Command::Parity(parity) => parity::run(parity).await,
            args::Command::Sandbox(sandbox) => sandbox::run(sandbox).await,
            args::Command::Webhooks(webhooks) => webhooks::run(webhooks).await,
        }
    });
    match outcome {
        Ok(code) => code,
        Err(error) => fail(error.as_ref()),
    }
}

/// Says on standard error what went wrong, with every cause in one paragraph.
fn fail(error: &(dyn std::error::Error + 'static)) -> ExitCode {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    anstream::eprintln!("partner: {text}");
    ExitCode::FAILURE
}
