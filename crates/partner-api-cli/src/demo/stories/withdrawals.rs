//! Crypto that leaves to wallets: what it costs, what may fail, and what is refused.

use std::time::Duration;

use partner_api::{Currency, Network, NewWithdrawal, Reason, Withdrawal, WithdrawalId};

use crate::demo::books;
use crate::demo::observe::{held, outcome, verdict};
use crate::demo::stage::{Stage, Told, money};
use crate::demo::sums::{Sum, sum};
use crate::demo::tell::Tale;

pub(super) async fn tell(stage: &Stage, tale: &mut Tale) -> Told<()> {
    let partner = &stage.partner;
    let anna = stage.welcome("anna-1", "Anna", "Nowak").await?;
    for funds in ["1 btc", "100 usdc"] {
        partner
            .transfers()
            .fund(anna.id(), money(funds)?)
            .await?
            .done()?;
    }

    tale.chapter("Anna withdraws to a wallet of her own");
    let network_fee = sum(partner.network_fee(Currency::BTC, None).await?)?;
    let sent = anna.withdraw(to_wallet("0.25 btc")?).await?.done()?.id;
    tale.step(
        "0.25 btc: accepted, with the provider's fee and the network's",
        format!("PENDING: 0.25 btc, fee 0.0003, network {network_fee}"),
        told(&anna.withdrawal(&sent).await?),
    );
    // All three are reserved at once.
    let left = sum("1")? - sum("0.25")? - sum("0.0003")? - network_fee;
    tale.step(
        "all three are reserved",
        format!("{left} btc, 100 usdc"),
        held(anna.balances().await),
    );
    stage.later(Duration::from_secs(2)).await?;
    let settled = anna.withdrawal(&sent).await?;
    tale.step(
        "two seconds later the chain has taken it",
        format!("SUCCESSFUL: 0.25 btc, fee 0.0003, network {network_fee}"),
        told(&settled),
    );
    tale.step(
        "and has an id for it",
        "yes",
        if settled.transaction_hash.is_some() {
            "yes"
        } else {
            "no"
        },
    );

    tale.chapter("usdc travels on two networks");
    let ethereum = partner.network_fee(Currency::USDC, Some(Network::Ethereum));
    let polygon = partner.network_fee(Currency::USDC, Some(Network::Polygon));
    let (ethereum, polygon) = (sum(ethereum.await?)?, sum(polygon.await?)?);
    let cheaper = (ethereum - polygon).to_string();
    tale.step(
        "polygon costs less",
        "yes",
        if cheaper.starts_with('-') || cheaper == "0" {
            "no"
        } else {
            "yes"
        },
    );
    let sent = anna.withdraw(to_wallet("20 usdc")?.on(Network::Polygon));
    let sent = sent.await?.done()?.id;
    let usdc = sum("100")? - sum("20")? - sum("0.5")? - polygon;
    tale.step(
        "20 usdc over polygon",
        format!("{left} btc, {usdc} usdc"),
        held(anna.balances().await),
    );
    stage.fail_withdrawal(&sent).await?;
    tale.step(
        "the chain does not take it",
        format!("UNSUCCESSFUL: 20 usdc, fee 0.5, network {polygon}"),
        told(&anna.withdrawal(&sent).await?),
    );
    tale.step(
        "and everything comes back, fees included",
        format!("{left} btc, 100 usdc"),
        held(anna.balances().await),
    );
    refusals(stage, tale, left).await?;

    tale.chapter("The partner withdraws its own");
    let own = partner.own_account();
    let fee = sum(own.network_fee(Currency::BTC, None).await?)?;
    let to_desk = NewWithdrawal::to_custodian(
        money("0.5 btc")?,
        "tb1qdesk".parse()?,
        "Trading Desk".parse()?,
    );
    let sent = own.withdraw(to_desk.of_company()).await?.done()?.id;
    stage.later(Duration::from_secs(2)).await?;
    tale.step(
        "0.5 btc to a company's wallet at an exchange",
        format!("SUCCESSFUL: 0.5 btc, fee 0.0003, network {fee}"),
        told(&own.withdrawal(&sent).await?),
    );
    let rest = sum("1")? - sum("0.5")? - sum("0.0003")? - fee;
    tale.step(
        "the partner holds the rest",
        format!("10000 eur, {rest} btc, 5 eth, 4900 usdc, 5000 usdt"),
        held(partner.balances().await),
    );

    let expected = [
        (
            "btc",
            vec![("users", left), ("partner", rest), ("fees", sum("0.0006")?)],
        ),
        (
            "usdc",
            vec![("users", sum("100")?), ("partner", sum("4900")?)],
        ),
    ];
    books::close(stage, tale, &expected).await
}

async fn refusals(stage: &Stage, tale: &mut Tale, left: Sum) -> Told<()> {
    let partner = &stage.partner;
    let anna = partner.user("anna-1")?;
    tale.chapter("What is refused, and moves nothing");
    tale.step(
        "what is left, without the fees",
        "refused P433",
        outcome(anna.withdraw(to_wallet(&format!("{left} btc"))?).await),
    );
    tale.step(
        "less than the network's minimum",
        "refused P600",
        outcome(anna.withdraw(to_wallet("0.5 usdc")?).await),
    );
    let elsewhere = to_wallet("0.1 btc")?.on(Network::Polygon);
    tale.step(
        "btc over polygon",
        "not even sent: network_must_carry_currency",
        outcome(anna.withdraw(elsewhere).await),
    );
    tale.step(
        "euro to a wallet",
        "refused P403",
        outcome(anna.withdraw(to_wallet("1 eur")?).await),
    );
    let unknown: WithdrawalId = "no-such-withdrawal".parse()?;
    tale.step(
        "read a withdrawal that is not there",
        "refused P605",
        verdict(anna.withdrawal(&unknown).await),
    );
    anna.suspend(Reason::StolenAccount).await?;
    tale.step(
        "while she is suspended (L3)",
        "refused P455",
        outcome(anna.withdraw(to_wallet("0.1 btc")?).await),
    );
    anna.unsuspend().await?;
    tale.step(
        "Anna holds what she held",
        format!("{left} btc, 100 usdc"),
        held(anna.balances().await),
    );
    Ok(())
}

fn to_wallet(amount: &str) -> Told<NewWithdrawal> {
    let (address, name) = ("tb1qwallet".parse()?, "Anna Nowak".parse()?);
    Ok(NewWithdrawal::to_own_keys(money(amount)?, address, name))
}

fn told(withdrawal: &Withdrawal) -> String {
    let Withdrawal {
        status,
        amount,
        currency,
        fee,
        ..
    } = withdrawal;
    let network = withdrawal
        .network_fee
        .map_or_else(|| "unknown".to_owned(), |fee| fee.to_string());
    format!("{status}: {amount} {currency}, fee {fee}, network {network}")
}
