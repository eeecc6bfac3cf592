//! `partner demo`: stories against embedded sandboxes, over real HTTP, every step checked. Account management alone, with
//! `--all` one story a group of operations, or with `--money-safety` what becomes of lost answers.

mod books;
mod by_hand;
mod observe;
pub(crate) mod outside;
pub(crate) mod people;
pub(crate) mod stage;
mod stories;
pub(crate) mod sums;
mod tell;

use crate::args::DemoArgs;
use crate::connect::Cx;
use crate::exit::{Exit, Result};
use stage::{Stage, Told};
use tell::Tale;

pub(crate) async fn run(cx: &Cx, args: DemoArgs) -> Result<Exit> {
    let mut tale = Tale::new(cx.out.format());
    tell(&args, &mut tale).await?;
    Ok(match tale.end() {
        true => Exit::Success,
        false => Exit::Failed,
    })
}

async fn tell(args: &DemoArgs, tale: &mut Tale) -> Told<()> {
    if args.money_safety {
        return stories::money_safety::tell(tale).await;
    }
    if args.all {
        return stories::tell_all(tale, args.active_cards).await;
    }
    let stage = Stage::set(args.active_cards).await?;
    let told = stories::account_management::tell(&stage, tale, args.active_cards).await;
    stage.strike().await;
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::ActiveCards;
    use crate::output::Format;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_is_lost_is_found_out() {
        let mut tale = Tale::new(Format::Json);
        let told = stories::money_safety::tell(&mut tale).await;
        told.expect("the story is told to its end");
        assert_eq!(tale.failures(), "");
    }

    #[tokio::test]
    async fn every_story_holds_under_both_readings() {
        for active_cards in [ActiveCards::Refuse, ActiveCards::Freeze] {
            let args = DemoArgs {
                all: true,
                money_safety: false,
                active_cards,
            };
            let mut tale = Tale::new(Format::Json);
            tell(&args, &mut tale)
                .await
                .expect("the story is told to its end");
            assert_eq!(tale.failures(), "");
        }
    }
}
