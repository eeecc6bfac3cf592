//! A sandbox in a process of its own, for tests that kill it: `sandbox-child DIR`.

use std::io::Write as _;

use partner_api_sandbox::Sandbox;
use partner_api_tests::requests::misfit;
use partner_api_tests::stand::{API_KEY, CONTROL_KEY};

#[tokio::main]
async fn main() {
    let dir = std::env::args().nth(1).expect("usage: sandbox-child DIR");
    let builder = Sandbox::builder()
        .api_key(API_KEY)
        .control_key(CONTROL_KEY)
        .observe(|seen| {
            if let Some(misfit) = misfit(seen) {
                // Nobody asks this process how it is; that it is gone cannot be missed.
                eprintln!("{misfit}");
                std::process::abort();
            }
        })
        .data_dir(dir);
    match builder.start().await {
        Ok(sandbox) => {
            println!("partner api: {}", sandbox.api_url());
            println!("control: {}", sandbox.control_url());
            std::io::stdout()
                .flush()
                .expect("somebody reads the addresses");
            std::future::pending::<()>().await;
        }
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(1);
        }
    }
}
