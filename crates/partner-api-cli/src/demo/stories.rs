//! The stories: one for each group of operations, each on a stage of its own.

pub(crate) mod account_management;
mod balances;
mod cards;
mod deposits;
mod exchange;
mod links;
pub(crate) mod money_safety;
mod onboarding;
mod orders;
mod sepa;
mod transfers;
mod withdrawals;

use super::books;
use super::stage::{Stage, Told};
use super::sums::sum;
use super::tell::Tale;
use crate::args::ActiveCards;

/// Tells every story, one after the other.
pub(crate) async fn tell_all(tale: &mut Tale, reading: ActiveCards) -> Told<()> {
    /// Tells one story, on a stage of its own.
    macro_rules! tell {
        ($($title:literal => $tell:expr,)*) => {$(
            tale.story($title);
            let stage = Stage::set(reading).await?;
            let told = $tell(&stage, tale).await;
            stage.strike().await;
            told?;
        )*};
    }
    tell! {
        "Account management" => async |stage, tale| account(stage, tale, reading).await,
        "Onboarding" => onboarding::tell,
        "Balances, history and wallets" => balances::tell,
        "Internal transfers" => transfers::tell,
        "Exchange" => exchange::tell,
        "SEPA" => sepa::tell,
        "Virtual cards" => cards::tell,
        "Crypto deposits" => deposits::tell,
        "Crypto withdrawals" => withdrawals::tell,
        "Orders" => orders::tell,
        "Payment links and hosted checkout" => links::tell,
    }
    Ok(())
}

/// The story that is also told alone, and what its books must say in the end.
async fn account(stage: &Stage, tale: &mut Tale, reading: ActiveCards) -> Told<()> {
    let rates = stage.partner.exchange_rates().await?;
    let btc = rates.of(partner_api::Currency::BTC).ok_or("no rate")?;
    account_management::tell(stage, tale, reading).await?;
    // 50 eur were exchanged for a fee of 1.49 %, and a payout cost 1 eur.
    let bought = sum("49.25")?.over(sum(btc)?, 8);
    let expected = [
        (
            "eur",
            vec![
                ("partner", sum("9795")?),
                ("forfeited", sum("249")?),
                ("fees", sum("1.75")?),
            ],
        ),
        ("btc", vec![("partner", sum("2")?), ("forfeited", bought)]),
    ];
    books::close(stage, tale, &expected).await
}
