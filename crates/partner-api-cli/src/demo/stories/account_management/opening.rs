//! Creating, verifying and funding users; what may change and what may not.

use std::time::Duration;

use partner_api::{CardId, Currency, PayOut, User, UserUpdate};
use serde_json::json;

use super::{Cast, id, money as amount};
use crate::demo::observe::{cards as list, euros, outcome, verdict};
use crate::demo::people::{new_card, passport, person};
use crate::demo::stage::{Stage, Told};
use crate::demo::tell::Tale;

pub(super) async fn onboarding(stage: &Stage, tale: &mut Tale) -> Told<(User, User)> {
    let partner = &stage.partner;
    let (anna_id, ben_id) = (id("anna-1")?, id("ben-2")?);
    let (anna, ben) = (partner.user(&anna_id)?, partner.user(&ben_id)?);

    tale.chapter("Anna and Ben become users");
    let created = partner
        .users()
        .create(person(&anna_id, "Anna", "Nowak")?)
        .await;
    tale.step("create Anna", "done", verdict(created));
    let created = partner
        .users()
        .create(person(&ben_id, "Ben", "Malek")?)
        .await;
    tale.step("create Ben", "done", verdict(created));
    let again = partner
        .users()
        .create(person(&anna_id, "Anna", "Nowak")?)
        .await;
    tale.step(
        "create Anna again under the same id",
        "refused P411",
        verdict(again),
    );
    tale.step(
        "read Anna's balances before she is verified",
        "refused P459",
        euros(anna.balances().await),
    );
    tale.step(
        "submit Anna's identity data",
        "done",
        verdict(anna.verify(passport()?).await),
    );
    tale.step(
        "submit Ben's",
        "done",
        verdict(ben.verify(passport()?).await),
    );
    stage.later(Duration::from_secs(1)).await?;
    tale.step(
        "a second later Anna has balances",
        "0.00 eur",
        euros(anna.balances().await),
    );
    Ok((anna, ben))
}

pub(super) async fn money(stage: &Stage, tale: &mut Tale, anna: &User) -> Told<()> {
    let partner = &stage.partner;
    tale.chapter("Money comes and goes");
    let funded = partner
        .transfers()
        .fund(anna.id(), amount("250.00 eur")?)
        .await;
    tale.step("the partner sends Anna 250 eur", "done", outcome(funded));
    let arrived = stage.deposit(anna.id(), amount("100.00 eur")?).await?;
    tale.step(
        "a bank transfer of 100 eur arrives for Anna",
        "CREDITED",
        arrived,
    );
    let too_much = partner
        .transfers()
        .collect(anna.id(), amount("351.00 eur")?)
        .await;
    tale.step(
        "collect more than she has",
        "refused P433",
        outcome(too_much),
    );

    let lock = anna.exchange().lock().await?;
    let given = amount("50.00 eur")?;
    let exchange = anna
        .exchange()
        .execute(&lock, given, Currency::BTC)
        .await?
        .done()?;
    let again = anna.exchange().execute(&lock, given, Currency::BTC).await;
    tale.step(
        "exchange 50 eur into btc twice with one rate lock",
        "refused P492",
        outcome(again),
    );
    let iban = "PL61109010140000071219812874".parse()?;
    let payout = PayOut::to_own_account(iban, amount("25.00 eur")?).titled("savings".parse()?);
    let payout = anna.pay_out(payout).await?.done()?;
    let status = partner.payout(&payout.id).await?.status;
    tale.step(
        "pay out 25 eur to her bank: accepted, not settled",
        "PENDING",
        status.to_string(),
    );
    stage.later(Duration::from_secs(2)).await?;
    let status = partner.payout(&payout.id).await?.status;
    tale.step(
        "two seconds later the payout is settled",
        "SUCCESSFUL",
        status.to_string(),
    );
    let status = partner.exchange(&exchange.id).await?.status;
    tale.step("and so is the exchange", "COMPLETED", status.to_string());
    tale.step(
        "Anna has 250 + 100 - 50 - 25, and 1 for the payout",
        "274.00 eur",
        euros(anna.balances().await),
    );
    Ok(())
}

pub(super) async fn cards(stage: &Stage, tale: &mut Tale, anna: &User) -> Told<(CardId, CardId)> {
    tale.chapter("Anna has two cards");
    let travel = anna.cards().create(new_card("travel")?).await?.done()?.id;
    let shopping = anna.cards().create(new_card("shopping")?).await?.done()?.id;
    let paid = stage.pay(&travel, amount("15.00 eur")?).await?;
    tale.step("pay 15 eur with one of them", "approved", paid);
    let blocked = anna.cards().block(&shopping).await;
    tale.step("Anna blocks the other", "done", verdict(blocked));
    let listed = list(anna.cards().list().await);
    tale.step(
        "list her cards",
        "travel ACTIVE, shopping LOCKED_BY_USER",
        listed,
    );
    Ok((travel, shopping))
}

pub(super) async fn changes(stage: &Stage, tale: &mut Tale, cast: &Cast) -> Told<()> {
    tale.chapter("What may change, and what may not");
    let moved = UserUpdate::new()
        .email("anna.nowak@example.com".parse()?)
        .city("Gdynia".parse()?)
        .post_code("81-001".parse()?);
    let updated = cast.anna.update(moved).await;
    tale.step("update e-mail and address", "done", verdict(updated));
    // The SDK has no way to say this, so it is sent by hand.
    let request = format!("PATCH /v1/user/{}", cast.anna.id());
    let country = stage
        .by_hand(&request, Some(json!({ "country": "DE" })))
        .await?;
    tale.step("change her country, by hand (L1)", "refused P403", country);
    let name = stage
        .by_hand(&request, Some(json!({ "lastName": "Kowalska" })))
        .await?;
    tale.step("change her name, by hand (L2)", "refused P403", name);
    Ok(())
}
