//! Orders: somebody outside pays crypto at a locked rate, and the partner gets euro.

use std::time::Duration;

use partner_api::{Currency, Network, Order, OrderId};

use crate::demo::books;
use crate::demo::observe::{euros, outcome, verdict};
use crate::demo::outside::Pays;
use crate::demo::stage::{Stage, Told, money};
use crate::demo::sums::{Sum, sum};
use crate::demo::tell::Tale;

pub(super) async fn tell(stage: &Stage, tale: &mut Tale) -> Told<()> {
    exactly(stage, tale).await?;
    too_much(stage, tale).await?;
    too_late(stage, tale).await?;
    // Payments of 60 and of 346.59 eur, and half of what 346.59 eur cost once more.
    let gained = sum("10406.59")? + beyond(stage).await?;
    let expected = [
        ("eur", vec![("partner", gained)]),
        ("usdc", vec![("partner", sum("5000")?)]),
        ("usdt", vec![("partner", sum("5000")?)]),
    ];
    books::close(stage, tale, &expected).await
}

async fn exactly(stage: &Stage, tale: &mut Tale) -> Told<()> {
    let orders = stage.partner.orders();
    tale.chapter("An order is paid in two parts");
    let rates = orders.rates().await?;
    let rate = sum(rates.of(Currency::USDC).ok_or("no rate")?)?;
    let lock = orders
        .lock("60".parse()?, Currency::USDC)
        .on(Network::Polygon)
        .await?;
    let due = sum("60")?.over(rate, 6);
    tale.step(
        "60 eur in usdc, at the rate of now, rounded down",
        format!("{due} at {rate}"),
        format!("{} at {}", lock.amount, lock.rate),
    );
    let order = orders.create(&lock).await?.done()?.id;
    tale.step(
        "the order has no wallet yet",
        format!("WAITING_FOR_WALLET_ADDRESS: 0 of {due}, no wallet"),
        told(&orders.get(&order).await?),
    );
    let again = orders.create(&lock).await;
    tale.step("use the lock again (L11)", "refused P492", outcome(again));
    stage.later(Duration::from_secs(1)).await?;
    tale.step(
        "a second later it has",
        format!("WAITING_FOR_PAYMENT: 0 of {due}, a wallet"),
        told(&orders.get(&order).await?),
    );
    pay(stage, &order, sum("20")?, Network::Polygon).await?;
    tale.step(
        "20 usdc are paid",
        format!("PARTIALLY_PAID: 20 of {due}, a wallet"),
        told(&orders.get(&order).await?),
    );
    pay(stage, &order, due - sum("20")?, Network::Polygon).await?;
    tale.step(
        "then the rest",
        format!("WAITING_FOR_CONFIRMATION: {due} of {due}, a wallet"),
        told(&orders.get(&order).await?),
    );
    tale.step(
        "the partner has nothing of it yet",
        "10000.00 eur",
        euros(stage.partner.balances().await),
    );
    stage.later(Duration::from_secs(2)).await?;
    tale.step(
        "two seconds later the chain has confirmed both",
        format!("COMPLETED: {due} of {due}, a wallet"),
        told(&orders.get(&order).await?),
    );
    tale.step(
        "the partner has its 60 eur, to the cent",
        "10060.00 eur",
        euros(stage.partner.balances().await),
    );
    Ok(())
}

async fn too_much(stage: &Stage, tale: &mut Tale) -> Told<()> {
    let orders = stage.partner.orders();
    tale.chapter("An order is paid with half of it on top");
    let lock = orders.lock("346.59".parse()?, Currency::USDT).await?;
    let order = orders.create(&lock).await?.done()?.id;
    stage.later(Duration::from_secs(1)).await?;
    let due = sum(lock.amount)?;
    pay_in(stage, &order, due + half(due), "usdt", Network::Ethereum).await?;
    stage.later(Duration::from_secs(2)).await?;
    tale.step(
        "it is completed all the same",
        format!("COMPLETED: {} of {due}, a wallet", due + half(due)),
        told(&orders.get(&order).await?),
    );
    tale.step(
        "the partner has 346.59 eur, and what the rest is worth",
        (sum("10406.59")? + beyond(stage).await?).in_euro(),
        euros(stage.partner.balances().await),
    );
    Ok(())
}

/// What the half on top is worth: at the order's own rate, rounded down to the cent.
async fn beyond(stage: &Stage) -> Told<Sum> {
    let rates = stage.partner.orders().rates().await?;
    let rate = sum(rates.of(Currency::USDT).ok_or("no rate")?)?;
    let due = sum("346.59")?.over(rate, 6);
    Ok(half(due).times(rate, 2))
}

fn half(of: Sum) -> Sum {
    // At a rate of two, two units are worth one.
    let two = sum("2").unwrap_or(Sum::NOTHING);
    of.over(two, 6)
}

async fn too_late(stage: &Stage, tale: &mut Tale) -> Told<()> {
    let orders = stage.partner.orders();
    let before = euros(stage.partner.balances().await);
    tale.chapter("What comes too late, or is something else, goes back");
    let lock = orders.lock("10".parse()?, Currency::USDC).await?;
    stage.later(Duration::from_secs(41)).await?;
    let late = orders.create(&lock).await;
    tale.step("use a lock after 41 seconds", "refused P493", outcome(late));
    let lock = orders.lock("10".parse()?, Currency::USDC).await?;
    let order = orders.create(&lock).await?.done()?.id;
    stage.later(Duration::from_secs(1)).await?;
    pay_in(stage, &order, sum("100")?, "usdt", Network::Ethereum).await?;
    let due = lock.amount;
    tale.step(
        "somebody pays in usdt what is due in usdc",
        format!("WAITING_FOR_PAYMENT: 0 of {due}, a wallet"),
        told(&orders.get(&order).await?),
    );
    stage.later(Duration::from_secs(15 * 60)).await?;
    tale.step(
        "after 15 minutes",
        format!("EXPIRED: 0 of {due}, a wallet"),
        told(&orders.get(&order).await?),
    );
    pay(stage, &order, sum(due)?, Network::Ethereum).await?;
    tale.step(
        "somebody pays after all",
        format!("EXPIRED: 0 of {due}, a wallet"),
        told(&orders.get(&order).await?),
    );
    tale.step(
        "the partner holds what it held",
        before,
        euros(stage.partner.balances().await),
    );
    let lock = orders.lock("0".parse()?, Currency::USDC).await;
    tale.step(
        "an order for nothing",
        "not even sent: amount_must_be_positive",
        verdict(lock),
    );
    let unknown: OrderId = "no-such-order".parse()?;
    tale.step(
        "read an order that is not there",
        "refused P610",
        verdict(orders.get(&unknown).await),
    );
    Ok(())
}

async fn pay(stage: &Stage, order: &OrderId, amount: Sum, network: Network) -> Told<()> {
    pay_in(stage, order, amount, "usdc", network).await
}

async fn pay_in(
    stage: &Stage,
    order: &OrderId,
    amount: Sum,
    currency: &str,
    network: Network,
) -> Told<()> {
    let money = money(&format!("{amount} {currency}"))?;
    stage
        .payment(Pays::Order(order), money, Some(network))
        .await
}

fn told(order: &Order) -> String {
    let wallet = match order.wallet_address {
        Some(_) => "a wallet",
        None => "no wallet",
    };
    format!(
        "{}: {} of {}, {wallet}",
        order.status, order.received_amount.0, order.total_amount_required.0
    )
}
