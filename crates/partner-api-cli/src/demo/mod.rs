//! `partner demo`: the whole account-management story against an embedded sandbox, over real HTTP, every step checked.

mod by_hand;
mod observe;
mod people;
mod stage;
mod story;
mod tell;

use std::error::Error;
use std::process::ExitCode;

use crate::args::DemoArgs;
use stage::Stage;
use tell::Tale;

pub(crate) async fn run(args: DemoArgs) -> Result<ExitCode, Box<dyn Error>> {
    let mut tale = Tale::new(args.output);
    let stage = Stage::set(args.active_cards).await?;
    let told = story::tell(&stage, &mut tale, args.active_cards).await;
    stage.strike().await;
    told?;
    Ok(if tale.end() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
