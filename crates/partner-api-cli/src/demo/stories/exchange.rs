//! Rates, locks and exchanges, of a user and of the partner.

use std::time::Duration;

use partner_api::{Currency, Exchange, ExchangeId, RateLock};
use serde_json::json;

use crate::demo::books;
use crate::demo::observe::{held, outcome, verdict};
use crate::demo::stage::{Stage, Told, money};
use crate::demo::sums::{Sum, sum};
use crate::demo::tell::Tale;

pub(super) async fn tell(stage: &Stage, tale: &mut Tale) -> Told<()> {
    let partner = &stage.partner;
    let anna = stage.welcome("anna-1", "Anna", "Nowak").await?;
    let ben = stage.welcome("ben-2", "Ben", "Malek").await?;
    let transfers = partner.transfers();
    transfers.fund(anna.id(), money("250 eur")?).await?.done()?;

    tale.chapter("Anna buys btc at a rate that is locked");
    let rates = partner.exchange_rates().await?;
    let lock = anna.exchange().lock().await?;
    let btc = rate(&lock, Currency::BTC)?;
    let indicated = sum(rates.of(Currency::BTC).ok_or("no rate")?)?;
    tale.step(
        "the lock holds the rate that was indicated",
        btc.to_string(),
        indicated.to_string(),
    );
    let lasts = lock.valid_until.since(lock.created_at);
    tale.step("it lasts", "40 s", format!("{} s", lasts.as_secs()));
    let given = money("100 eur")?;
    let exchange = anna.exchange().execute(&lock, given, Currency::BTC).await?;
    let exchange = exchange.done()?.id;
    tale.step(
        "exchange 100 eur: accepted, not settled",
        "PENDING: 100 eur, fee 1.49 eur",
        told(&partner.exchange(&exchange).await?),
    );
    tale.step(
        "the 100 eur are reserved",
        "150 eur",
        held(anna.balances().await),
    );
    stage.later(Duration::from_secs(2)).await?;
    // 1.49 % of 100 are 1.49; the rest buys, and what is less than the smallest unit stays with the market.
    let bought = sum("98.51")?.over(btc, 8);
    tale.step(
        "two seconds later 98.51 eur have bought their btc",
        format!("150 eur, {bought} btc"),
        held(anna.balances().await),
    );
    tale.step(
        "the exchange says so",
        "COMPLETED: 100 eur, fee 1.49 eur",
        told(&partner.exchange(&exchange).await?),
    );

    tale.chapter("A lock serves once, in time, and its owner only");
    let exchange = anna.exchange().execute(&lock, given, Currency::BTC);
    tale.step(
        "use it again (L11)",
        "refused P492",
        outcome(exchange.await),
    );
    let lock = anna.exchange().lock().await?;
    let exchange = ben.exchange().execute(&lock, given, Currency::BTC);
    let stolen = "not even sent: L11 lock_must_exist";
    tale.step("Ben uses Anna's", stolen, outcome(exchange.await));
    let body = json!({
        "sourceExternalUserId": "ben-2", "amount": 1, "currencyFrom": "eur", "currencyTo": "btc", "lockId": lock.id,
    });
    let raw = stage.by_hand("POST /v1/exchange", Some(body)).await?;
    tale.step("and by hand", "refused P491", raw);
    let exchange = anna.exchange().execute(&lock, given, Currency::EUR);
    let same = "not even sent: currencies_must_differ";
    tale.step("eur into eur", same, outcome(exchange.await));
    let exchange = anna
        .exchange()
        .execute(&lock, money("150.01 eur")?, Currency::BTC);
    tale.step(
        "a cent more than she has",
        "refused P433",
        outcome(exchange.await),
    );
    stage.later(Duration::from_secs(41)).await?;
    let exchange = anna.exchange().execute(&lock, given, Currency::BTC);
    tale.step("41 seconds later", "refused P493", outcome(exchange.await));

    tale.chapter("The market may refuse");
    let lock = anna.exchange().lock().await?;
    let exchange = anna.exchange().execute(&lock, given, Currency::ETH).await?;
    let exchange = exchange.done()?.id;
    stage.fail_exchange(&exchange).await?;
    tale.step(
        "then nothing was bought",
        "FAILED: 100 eur, fee 1.49 eur",
        told(&partner.exchange(&exchange).await?),
    );
    tale.step(
        "and everything is back, the fee included",
        format!("150 eur, {bought} btc"),
        held(anna.balances().await),
    );

    tale.chapter("The partner exchanges its own");
    let own = partner.own_account();
    let lock = own.exchange().lock().await?;
    let usdc = rate(&lock, Currency::USDC)?;
    let exchange = own
        .exchange()
        .execute(&lock, money("1000 eur")?, Currency::USDC);
    let exchange = exchange.await?.done()?.id;
    stage.later(Duration::from_secs(2)).await?;
    tale.step(
        "1000 eur into usdc",
        "COMPLETED: 1000 eur, fee 14.9 eur",
        told(&own.exchange_details(&exchange).await?),
    );
    let got = sum("985.1")?.over(usdc, 6);
    let residue = sum("985.1")?.over(usdc, 8) - got;
    tale.step(
        "985.10 eur have bought, rounded down to six decimals",
        format!(
            "8750 eur, 2 btc, 5 eth, {} usdc, 5000 usdt",
            sum("5000")? + got
        ),
        held(partner.balances().await),
    );
    let lock = own.exchange().lock().await?;
    let eth = rate(&lock, Currency::ETH)?;
    let exchange = own
        .exchange()
        .execute(&lock, money("0.5 eth")?, Currency::EUR);
    exchange.await?.done()?;
    stage.later(Duration::from_secs(2)).await?;
    // 1.49 % of 0.5 are 0.00745.
    let sold = sum("0.49255")?.times(eth, 2);
    let left = sum("0.49255")?.times(eth, 8) - sold;
    tale.step(
        "and half an eth is sold, rounded down to the cent",
        format!(
            "{} eur, 2 btc, 4.5 eth, {} usdc, 5000 usdt",
            sum("8750")? + sold,
            sum("5000")? + got
        ),
        held(partner.balances().await),
    );
    let unknown: ExchangeId = "no-such-exchange".parse()?;
    tale.step(
        "read an exchange that is not there",
        "refused P484",
        verdict(partner.exchange(&unknown).await),
    );
    tale.step(
        "nor is it among the partner's",
        "refused P484",
        verdict(own.exchange_details(&unknown).await),
    );

    let expected = [
        (
            "eur",
            vec![
                ("users", sum("150")?),
                ("partner", sum("8750")? + sold),
                ("fees", sum("16.39")?),
                ("rounding", left),
            ],
        ),
        ("btc", vec![("users", bought), ("partner", sum("2")?)]),
        (
            "eth",
            vec![("partner", sum("4.5")?), ("fees", sum("0.00745")?)],
        ),
        (
            "usdc",
            vec![("partner", sum("5000")? + got), ("rounding", residue)],
        ),
    ];
    books::close(stage, tale, &expected).await
}

fn rate(lock: &RateLock, currency: Currency) -> Told<Sum> {
    sum(lock.rates.of(currency).ok_or("no rate")?)
}

fn told(exchange: &Exchange) -> String {
    let fee = exchange
        .fee
        .map_or_else(|| "unknown".to_owned(), |fee| fee.to_string());
    let Exchange { status, from, .. } = exchange;
    format!(
        "{status}: {} {from}, fee {fee} {from}",
        exchange.amount_from
    )
}
