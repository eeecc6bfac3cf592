//! Suspending, everything that is refused meanwhile, and unsuspending.

use std::time::Duration;

use partner_api::{Currency, PayOut, RateLock, Reason};

use super::{Cast, money};
use crate::args::ActiveCards;
use crate::demo::observe::{cards, euros, outcome, verdict};
use crate::demo::people::new_card;
use crate::demo::stage::{Stage, Told};
use crate::demo::tell::Tale;

pub(super) async fn freeze(
    stage: &Stage,
    tale: &mut Tale,
    cast: &Cast,
    reading: ActiveCards,
) -> Told<RateLock> {
    let anna = &cast.anna;
    tale.chapter("A fraud alert: Anna is frozen");
    let request = format!("PATCH /v1/user/suspend/{}", anna.id());
    let raw = stage.by_hand(&request, None).await?;
    match reading {
        ActiveCards::Refuse => {
            tale.step(
                "suspend her by hand while a card is active (L4)",
                "refused P454",
                raw,
            );
        }
        ActiveCards::Freeze => {
            tale.step(
                "suspend her by hand: under this reading it works (L4)",
                "done",
                raw,
            );
            let request = format!("PATCH /v1/user/unsuspend/{}", anna.id());
            let undone = stage.by_hand(&request, None).await?;
            tale.step("undo that", "done", undone);
        }
    }
    // Good for 40 seconds; only the suspension will stand in its way.
    let lock = anna.exchange().lock().await?;
    let report = anna.suspend(Reason::Fraud).await?;
    let blocked = if report.blocked == [cast.travel.clone()] {
        "travel"
    } else {
        "other cards"
    };
    tale.step(
        "suspend through the SDK: active cards are blocked first",
        "travel",
        blocked,
    );
    tale.step(
        "where she stands",
        "SUSPENDED",
        stage.standing(anna.id()).await?,
    );
    tale.step(
        "suspend her again (L6)",
        "done",
        verdict(anna.suspend(Reason::Fraud).await),
    );
    Ok(lock)
}

pub(super) async fn while_frozen(
    stage: &Stage,
    tale: &mut Tale,
    cast: &Cast,
    lock: &RateLock,
) -> Told<()> {
    let Cast {
        anna, ben, travel, ..
    } = cast;
    let transfers = stage.partner.transfers();
    tale.chapter("While she is frozen (L3)");
    let funded = transfers.fund(anna.id(), money("1.00 eur")?).await;
    tale.step("transfer to her", "refused P455", outcome(funded));
    let collected = transfers.collect(anna.id(), money("1.00 eur")?).await;
    tale.step("transfer from her", "refused P455", outcome(collected));
    let sent = transfers
        .between(anna.id(), ben.id(), money("1.00 eur")?)
        .await;
    tale.step("transfer from her to Ben", "refused P455", outcome(sent));
    let iban = "PL61109010140000071219812874".parse()?;
    let payout = PayOut::to_own_account(iban, money("1.00 eur")?).titled("savings".parse()?);
    tale.step(
        "pay out to her bank",
        "refused P455",
        outcome(anna.pay_out(payout).await),
    );
    tale.step(
        "lock an exchange rate",
        "refused P455",
        verdict(anna.exchange().lock().await),
    );
    let exchanged = anna
        .exchange()
        .execute(lock, money("1.00 eur")?, Currency::BTC);
    tale.step("exchange", "refused P455", outcome(exchanged.await));
    let card = anna.cards().create(new_card("new card")?).await;
    tale.step("create a card", "refused P455", outcome(card));
    tale.step(
        "unblock her card",
        "refused P455",
        verdict(anna.cards().unblock(travel).await),
    );
    let paid = stage.pay(travel, money("1.00 eur")?).await?;
    tale.step(
        "pay with her card",
        "declined: L3 user_must_not_be_suspended",
        paid,
    );
    let strict = transfers.fund(anna.id(), money("1.00 eur")?).strict().await;
    let expected = "not even sent: L3 user_must_not_be_suspended";
    tale.step(
        "the SDK knows; told to be strict, it does not even ask",
        expected,
        outcome(strict),
    );
    let arrived = stage.deposit(anna.id(), money("40.00 eur")?).await?;
    tale.step("a bank transfer of 40 eur arrives", "HELD", arrived);
    tale.step(
        "and is not on her balance: 274 - 15 with the card",
        "259.00 eur",
        euros(anna.balances().await),
    );
    Ok(())
}

pub(super) async fn unfreeze(stage: &Stage, tale: &mut Tale, cast: &Cast) -> Told<()> {
    let Cast {
        anna,
        travel,
        shopping,
        ..
    } = cast;
    tale.chapter("A false alarm: Anna is unfrozen (L5)");
    let report = anna.unsuspend().by("compliance").await?;
    let restored = if report.restored == [travel.clone()] {
        "travel"
    } else {
        "other cards"
    };
    tale.step(
        "unsuspend: the cards that we blocked are restored",
        "travel",
        restored,
    );
    let listed = cards(anna.cards().list().await);
    tale.step(
        "the card she blocked herself stays blocked",
        "travel ACTIVE, shopping LOCKED_BY_USER",
        listed,
    );
    tale.step(
        "the held deposit is on her balance",
        "299.00 eur",
        euros(anna.balances().await),
    );
    let paid = stage.pay(travel, money("5.00 eur")?).await?;
    tale.step("pay with her card", "approved", paid);
    let collected = stage
        .partner
        .transfers()
        .collect(anna.id(), money("45.00 eur")?)
        .await;
    tale.step("transfer from her", "done", outcome(collected));
    tale.step(
        "unblock the other card, too",
        "done",
        verdict(anna.cards().unblock(shopping).await),
    );
    stage.later(Duration::from_secs(60)).await?;
    Ok(())
}
