//! The `cargo xtask` command line: see `cargo xtask help`.

use std::path::Path;
use std::process::ExitCode;

use xtask::flags::Command;

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the repository");
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = Command::parse(&arguments).and_then(|command| xtask::run(root, &command));
    match outcome {
        Ok(report) => {
            println!("{}", report.text.trim_end());
            if report.is_ok {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(message) => {
            eprintln!("{}", message.trim_end());
            ExitCode::from(2)
        }
    }
}
