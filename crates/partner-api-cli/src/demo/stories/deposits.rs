//! Crypto that arrives on a chain, and the travel rule.

use std::time::Duration;

use partner_api::{DepositId, Network, Reason, TravelRule};

use crate::demo::books;
use crate::demo::observe::{held, verdict};
use crate::demo::stage::{Stage, Told, money};
use crate::demo::sums::sum;
use crate::demo::tell::Tale;

pub(super) async fn tell(stage: &Stage, tale: &mut Tale) -> Told<()> {
    let partner = &stage.partner;
    let anna = stage.welcome("anna-1", "Anna", "Nowak").await?;
    arriving(stage, tale).await?;
    travel_rule(stage, tale).await?;

    tale.chapter("While Anna is suspended (L3)");
    anna.suspend(Reason::ComplianceReview).await?;
    let deposit = chain(stage, "2 eth", None, false).await?;
    tale.step(
        "2 eth arrive, and are held",
        "WAITING_FOR_VERIFICATION",
        status(stage, &deposit).await?,
    );
    tale.step(
        "they are not on her balance",
        "0.35 btc, 1 eth, 100 usdc",
        held(anna.balances().await),
    );
    anna.unsuspend().await?;
    tale.step(
        "unsuspended, she has them",
        "0.35 btc, 3 eth, 100 usdc",
        held(anna.balances().await),
    );
    tale.step(
        "and the deposit says so",
        "SUCCESSFUL",
        status(stage, &deposit).await?,
    );

    tale.chapter("The partner has deposits of its own");
    let deposit = stage
        .chain_transfer(None, money("0.5 btc")?, None, true)
        .await?;
    stage.later(Duration::from_secs(2)).await?;
    let supplied = anna
        .supply_travel_rule(&deposit, TravelRule::from_own_wallet())
        .await;
    tale.step(
        "Anna's data does not release one",
        "refused P607",
        verdict(supplied),
    );
    let supplied = partner
        .own_account()
        .supply_travel_rule(&deposit, TravelRule::from_company("Trader".parse()?))
        .await;
    tale.step("the partner's does", "done", verdict(supplied));
    tale.step(
        "and 0.5 btc are its own",
        "10000 eur, 2.5 btc, 5 eth, 5000 usdc, 5000 usdt",
        held(partner.balances().await),
    );

    let expected = [
        ("eur", vec![("partner", sum("10000")?)]),
        (
            "btc",
            vec![("users", sum("0.35")?), ("partner", sum("2.5")?)],
        ),
        ("eth", vec![("users", sum("3")?), ("partner", sum("5")?)]),
        (
            "usdc",
            vec![("users", sum("100")?), ("partner", sum("5000")?)],
        ),
    ];
    books::close(stage, tale, &expected).await
}

async fn arriving(stage: &Stage, tale: &mut Tale) -> Told<()> {
    let anna = stage.partner.user("anna-1")?;
    tale.chapter("Crypto arrives");
    let wallet = anna.balances().await?;
    let wallet = wallet.crypto.iter().any(|it| it.wallet.is_some());
    tale.step(
        "Anna's balances name the wallets to send to",
        "yes",
        if wallet { "yes" } else { "no" },
    );
    let deposit = stage
        .chain_transfer(Some(anna.id()), money("0.25 btc")?, None, false)
        .await?;
    tale.step(
        "0.25 btc are seen, not confirmed",
        "WAITING_FOR_VERIFICATION",
        status(stage, &deposit).await?,
    );
    tale.step(
        "she has nothing yet",
        "nothing",
        held(anna.balances().await),
    );
    stage.later(Duration::from_secs(2)).await?;
    tale.step(
        "two seconds later the chain has confirmed them",
        "SUCCESSFUL",
        status(stage, &deposit).await?,
    );
    let deposit = chain(stage, "100 usdc", Some(Network::Polygon), false).await?;
    tale.step(
        "100 usdc over polygon",
        "SUCCESSFUL",
        status(stage, &deposit).await?,
    );
    tale.step(
        "Anna holds",
        "0.25 btc, 100 usdc",
        held(anna.balances().await),
    );
    let unknown: DepositId = "no-such-deposit".parse()?;
    tale.step(
        "read a deposit that is not there",
        "refused P607",
        verdict(stage.partner.crypto_deposit(&unknown).await),
    );
    Ok(())
}

async fn travel_rule(stage: &Stage, tale: &mut Tale) -> Told<()> {
    let anna = stage.partner.user("anna-1")?;
    tale.chapter("The travel rule asks who sent it");
    let deposit = chain(stage, "1 eth", None, true).await?;
    tale.step(
        "1 eth is confirmed, and waits",
        "WAITING_FOR_TR_DATA",
        status(stage, &deposit).await?,
    );
    tale.step(
        "it is not Anna's yet",
        "0.25 btc, 100 usdc",
        held(anna.balances().await),
    );
    let request = format!("PATCH /v1/crypto-deposit/update-travel-rule/{deposit}");
    let nobody = serde_json::json!({
        "externalUserId": "anna-1", "walletType": "CUSTODIAL", "details": {},
    });
    let raw = stage.by_hand(&request, Some(nobody)).await?;
    tale.step("data about nobody, by hand", "refused P403", raw);
    let from_ben = || Told::Ok(TravelRule::from_person("Ben".parse()?, "Malek".parse()?));
    let supplied = anna.supply_travel_rule(&deposit, from_ben()?).await;
    tale.step("Ben sent it, from an exchange", "done", verdict(supplied));
    tale.step(
        "that releases it",
        "SUCCESSFUL",
        status(stage, &deposit).await?,
    );
    let supplied = anna.supply_travel_rule(&deposit, from_ben()?).await;
    tale.step("say it again", "refused P609", verdict(supplied));
    let deposit = chain(stage, "0.1 btc", None, true).await?;
    let supplied = anna.supply_travel_rule(&deposit, TravelRule::from_own_wallet());
    tale.step(
        "0.1 btc from her own wallet",
        "done",
        verdict(supplied.await),
    );
    let deposit = chain(stage, "7 btc", None, true).await?;
    stage.decide_deposit(&deposit, false).await?;
    tale.step(
        "7 btc that the provider sends back",
        "UNSUCCESSFUL",
        status(stage, &deposit).await?,
    );
    tale.step(
        "Anna holds",
        "0.35 btc, 1 eth, 100 usdc",
        held(anna.balances().await),
    );
    Ok(())
}

/// Lets crypto arrive for Anna, and its chain confirm it.
async fn chain(
    stage: &Stage,
    amount: &str,
    network: Option<Network>,
    needs_travel_rule: bool,
) -> Told<DepositId> {
    let anna = stage.partner.user("anna-1")?;
    let deposit = stage
        .chain_transfer(Some(anna.id()), money(amount)?, network, needs_travel_rule)
        .await?;
    stage.later(Duration::from_secs(2)).await?;
    Ok(deposit)
}

async fn status(stage: &Stage, deposit: &DepositId) -> Told<String> {
    let deposit = stage.partner.crypto_deposit(deposit).await?;
    Ok(deposit.status.to_string())
}
