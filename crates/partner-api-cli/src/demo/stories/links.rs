//! Payment links and hosted checkouts: any accepted crypto pays, and the partner gets euro.

use std::time::Duration;

use partner_api::{Currency, Hosted, NewLink, PaymentLink, PaymentLinkId};

use crate::demo::books;
use crate::demo::observe::{euros, listed, outcome, verdict};
use crate::demo::outside::Pays;
use crate::demo::stage::{Stage, Told, money};
use crate::demo::sums::{Sum, sum};
use crate::demo::tell::Tale;

pub(super) async fn tell(stage: &Stage, tale: &mut Tale) -> Told<()> {
    let first = link(stage, tale).await?;
    let second = checkout(stage, tale, first).await?;
    expiring(stage, tale).await?;
    let expected = [
        ("eur", vec![("partner", second)]),
        ("usdt", vec![("partner", sum("5000")?)]),
        ("btc", vec![("partner", sum("2")?)]),
    ];
    books::close(stage, tale, &expected).await
}

/// A link that is paid with two currencies; gives what the partner then has.
async fn link(stage: &Stage, tale: &mut Tale) -> Told<Sum> {
    let links = stage.partner.payment_links();
    tale.chapter("A link, paid with whatever the payer has");
    let new = NewLink::new("25.00".parse()?).titled("invoice 7".parse()?);
    let made = links.create(new).await?.done()?.id;
    let shown = links.get(&made.id).await?;
    tale.step(
        "25 eur are asked for",
        "WAITING_FOR_PAYMENT: 0 of 25 eur",
        told(&shown),
    );
    tale.step(
        "where to pay stands in the answer and in the link",
        "one address",
        if made.url == shown.url {
            "one address"
        } else {
            "two addresses"
        },
    );
    let (usdt, btc) = (
        rate(stage, Currency::USDT).await?,
        rate(stage, Currency::BTC).await?,
    );
    pay(stage, &made.id, "10 usdt").await?;
    let first = sum("10")?.times(usdt, 2);
    tale.step(
        "10 usdt are paid, at the rate of now",
        format!("AWAITING_COMPLETION: {first} of 25 eur"),
        told(&links.get(&made.id).await?),
    );
    pay(stage, &made.id, "0.0002 btc").await?;
    let second = sum("0.0002")?.times(btc, 2);
    tale.step(
        "and 0.0002 btc, which is more than the rest",
        format!("WAITING_FOR_CONFIRMATION: {} of 25 eur", first + second),
        told(&links.get(&made.id).await?),
    );
    stage.later(Duration::from_secs(2)).await?;
    let paid = links.get(&made.id).await?;
    tale.step(
        "two seconds later both are confirmed",
        format!("COMPLETED: {} of 25 eur", first + second),
        told(&paid),
    );
    tale.step(
        "the link lists both",
        format!("10 usdt CONFIRMED for {first}, 0.0002 btc CONFIRMED for {second}"),
        payments(&paid),
    );
    let gained = sum("10000")? + first + second;
    tale.step(
        "the partner has what they were worth",
        gained.in_euro(),
        euros(stage.partner.balances().await),
    );
    Ok(gained)
}

/// A checkout that takes what was paid in part; gives what the partner then has.
async fn checkout(stage: &Stage, tale: &mut Tale, before: Sum) -> Told<Sum> {
    let links = stage.partner.payment_links();
    tale.chapter("A hosted checkout that takes less when time is over");
    let hosted = Hosted {
        redirect_url: Some("https://shop.example/thanks".to_owned()),
        expires_in: Some(Duration::from_secs(600)),
        underpayment_window: Some(Duration::from_secs(900)),
        accepts_underpayment: true,
    };
    let new = NewLink::new("25".parse()?).hosted(hosted);
    let made = links.create(new).await?.done()?.id;
    let usdt = rate(stage, Currency::USDT).await?;
    pay(stage, &made.id, "20 usdt").await?;
    let worth = sum("20")?.times(usdt, 2);
    tale.step(
        "20 usdt are paid",
        format!("AWAITING_COMPLETION: {worth} of 25 eur"),
        told(&links.get(&made.id).await?),
    );
    stage.later(Duration::from_secs(899)).await?;
    tale.step(
        "for 15 minutes the payer may top up",
        format!("AWAITING_COMPLETION: {worth} of 25 eur"),
        told(&links.get(&made.id).await?),
    );
    stage.later(Duration::from_secs(1)).await?;
    tale.step(
        "then it is taken as it is",
        format!("COMPLETED: {worth} of 25 eur"),
        told(&links.get(&made.id).await?),
    );
    tale.step(
        "the partner has it",
        (before + worth).in_euro(),
        euros(stage.partner.balances().await),
    );
    Ok(before + worth)
}

async fn expiring(stage: &Stage, tale: &mut Tale) -> Told<()> {
    let links = stage.partner.payment_links();
    let before = euros(stage.partner.balances().await);
    tale.chapter("What is not paid in full, or in time, goes back");
    let new = NewLink::new("25".parse()?);
    let made = links.create(new.clone()).await?.done()?.id;
    pay(stage, &made.id, "20 usdt").await?;
    stage.later(Duration::from_secs(24 * 60 * 60)).await?;
    let expired = links.get(&made.id).await?;
    tale.step(
        "a link does not take less: after a day",
        "EXPIRED: 0 of 25 eur",
        told(&expired),
    );
    tale.step(
        "and what was paid is sent back",
        "20 usdt RETURNED",
        returned(&expired),
    );
    pay(stage, &made.id, "30 usdt").await?;
    tale.step(
        "so is what comes too late",
        "20 usdt RETURNED, 30 usdt RETURNED",
        returned(&links.get(&made.id).await?),
    );
    tale.step(
        "the partner holds what it held",
        before,
        euros(stage.partner.balances().await),
    );
    let hosted = Hosted {
        redirect_url: Some("http://shop.example/thanks".to_owned()),
        ..Hosted::default()
    };
    let made = links.create(new.hosted(hosted)).await;
    tale.step(
        "a checkout that leads to a page without https",
        "not even sent",
        outcome(made),
    );
    let unknown: PaymentLinkId = "no-such-link".parse()?;
    tale.step(
        "read a link that is not there",
        "refused P611",
        verdict(links.get(&unknown).await),
    );
    Ok(())
}

async fn rate(stage: &Stage, currency: Currency) -> Told<Sum> {
    let rates = stage.partner.exchange_rates().await?;
    sum(rates.of(currency).ok_or("no rate")?)
}

async fn pay(stage: &Stage, link: &PaymentLinkId, amount: &str) -> Told<()> {
    stage.payment(Pays::Link(link), money(amount)?, None).await
}

fn told(link: &PaymentLink) -> String {
    format!(
        "{}: {} of {} {}",
        link.status, link.received_amount.0, link.amount.0, link.currency
    )
}

fn payments(link: &PaymentLink) -> String {
    let each = link.transactions.iter().map(|it| {
        format!(
            "{} {} {} for {}",
            it.amount.0, it.currency, it.status, it.amount_in_eur.0
        )
    });
    listed(each)
}

fn returned(link: &PaymentLink) -> String {
    let each = link.transactions.iter();
    listed(each.map(|it| format!("{} {} {}", it.amount.0, it.currency, it.status)))
}
