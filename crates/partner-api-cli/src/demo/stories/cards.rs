//! Virtual cards: making them, what they may spend, what merchants do, and what they cost.

use std::time::Duration;

use partner_api::{CardId, User};
use partner_api_sandbox_control::types::{CardChannel, CardSettlement};
use serde_json::json;

use crate::demo::books;
use crate::demo::observe::{cards, euros, held, outcome, verdict};
use crate::demo::people::{new_card, person};
use crate::demo::stage::{Stage, Told, money};
use crate::demo::sums::sum;
use crate::demo::tell::Tale;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

pub(super) async fn tell(stage: &Stage, tale: &mut Tale) -> Told<()> {
    let partner = &stage.partner;
    let anna = stage.welcome("anna-1", "Anna", "Nowak").await?;
    partner
        .transfers()
        .fund(anna.id(), money("500 eur")?)
        .await?
        .done()?;
    let travel = making(stage, tale, &anna).await?;
    spending(stage, tale, &anna, &travel).await?;
    limits(stage, tale, &anna, &travel).await?;
    ending(stage, tale, &anna, &travel).await?;
    costs(stage, tale, &anna).await?;
    let expected = [(
        "eur",
        vec![
            ("users", sum("380")?),
            ("partner", sum("9498.75")?),
            ("fees", sum("1.25")?),
        ],
    )];
    books::close(stage, tale, &expected).await
}

async fn making(stage: &Stage, tale: &mut Tale, anna: &User) -> Told<CardId> {
    tale.chapter("A card is made");
    let created = anna.cards().create(new_card("travel")?).await?.done()?;
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let (number, cvv) = (created.number.expose(), created.cvv.expose());
    tale.step(
        "its number and its code are shown now",
        "16 digits, 3 digits",
        format!("{} digits, {} digits", digits(number), digits(cvv)),
    );
    let details = anna.cards().get(&created.id).await?;
    let same = |is: bool| if is { "the same" } else { "others" };
    tale.step(
        "and when the card is read",
        "ACTIVE, the same",
        format!(
            "{}, {}",
            details.status,
            same(details.number.expose() == number)
        ),
    );
    let listed = anna.cards().list().await?;
    let last = listed
        .first()
        .is_some_and(|it| number.ends_with(&it.last_digits));
    tale.step("the list shows the last four alone", "the same", same(last));
    let changed = anna.cards().change_pin(&created.id, "2468".parse()?).await;
    tale.step("change its PIN", "done", verdict(changed));
    let body = json!({ "externalUserId": "anna-1", "cardId": created.id, "pin": "12345" });
    let raw = stage.by_hand("PATCH /v1/card/pin", Some(body)).await?;
    tale.step("to five digits, by hand", "refused P403", raw);
    let cleo = stage.partner.user("cleo-3")?;
    let new = person(cleo.id(), "Cleo", "Lis")?;
    stage.partner.users().create(new).await?;
    let card = cleo.cards().create(new_card("first")?).await;
    tale.step(
        "a card for Cleo, who is not verified",
        "refused P459",
        outcome(card),
    );
    Ok(created.id)
}

async fn spending(stage: &Stage, tale: &mut Tale, anna: &User, card: &CardId) -> Told<()> {
    tale.chapter("It is used");
    let (hotel, shown) = stage
        .use_card(card, money("100 eur")?, CardChannel::Pos)
        .await?;
    tale.step("a hotel authorises 100 eur", "approved", shown);
    tale.step(
        "they are gone at once",
        "400 eur",
        held(anna.balances().await),
    );
    stage.settle_card(&hotel, CardSettlement::Reverse).await?;
    tale.step(
        "the hotel gives it up",
        "500 eur",
        held(anna.balances().await),
    );
    let (shoes, shown) = stage
        .use_card(card, money("80 eur")?, CardChannel::Ecom)
        .await?;
    tale.step("shoes for 80 eur in an online shop", "approved", shown);
    stage.settle_card(&shoes, CardSettlement::Clear).await?;
    tale.step(
        "the shop clears them",
        "420 eur",
        held(anna.balances().await),
    );
    stage.settle_card(&shoes, CardSettlement::Refund).await?;
    tale.step(
        "they do not fit, and the shop pays back",
        "500 eur",
        held(anna.balances().await),
    );
    let (_, shown) = stage
        .use_card(card, money("500.01 eur")?, CardChannel::Pos)
        .await?;
    tale.step(
        "a cent more than she has",
        "declined: L10 funds_must_suffice",
        shown,
    );
    Ok(())
}

async fn limits(stage: &Stage, tale: &mut Tale, anna: &User, card: &CardId) -> Told<()> {
    tale.chapter("It is limited");
    let mut limits = anna.cards().limits(card).await?;
    limits.daily.atm = "50".parse()?;
    let set = anna.cards().set_limits(card, limits).await;
    tale.step("50 eur a day at cash machines", "done", verdict(set));
    let read = anna.cards().limits(card).await?;
    tale.step("the limit is read back", "50", read.daily.atm.to_string());
    limits.monthly.atm = "40".parse()?;
    let set = anna.cards().set_limits(card, limits).await;
    tale.step(
        "and 40 eur a month",
        "not even sent: limits_must_be_ordered",
        verdict(set),
    );
    for (title, amount, channel, expected) in [
        ("take out 40 eur", "40 eur", CardChannel::Atm, "approved"),
        (
            "take out 20 more",
            "20 eur",
            CardChannel::Atm,
            "declined: spending_must_be_within_limits",
        ),
        (
            "pay 20 eur in a shop",
            "20 eur",
            CardChannel::Pos,
            "approved",
        ),
    ] {
        let (_, shown) = stage.use_card(card, money(amount)?, channel).await?;
        tale.step(title, expected, shown);
    }
    stage.later(DAY).await?;
    let (_, shown) = stage
        .use_card(card, money("20 eur")?, CardChannel::Atm)
        .await?;
    tale.step("the next day, take out 20 eur", "approved", shown);
    tale.step(
        "Anna holds 500 - 40 - 20 - 20",
        "420.00 eur",
        euros(anna.balances().await),
    );
    Ok(())
}

async fn ending(stage: &Stage, tale: &mut Tale, anna: &User, card: &CardId) -> Told<()> {
    tale.chapter("It is blocked, unblocked and deleted");
    let blocked = anna.cards().block(card).await;
    tale.step("block it", "done", verdict(blocked));
    let (_, shown) = stage
        .use_card(card, money("1 eur")?, CardChannel::Pos)
        .await?;
    tale.step("pay with it", "declined: card_must_be_active", shown);
    let unblocked = anna.cards().unblock(card).await;
    tale.step("unblock it", "done", verdict(unblocked));
    let (_, shown) = stage
        .use_card(card, money("40 eur")?, CardChannel::Pos)
        .await?;
    tale.step("pay with it again", "approved", shown);
    let deleted = anna.cards().delete(card).await;
    tale.step("delete it for good", "done", verdict(deleted));
    tale.step(
        "it is still listed",
        "travel DELETED",
        cards(anna.cards().list().await),
    );
    tale.step(
        "but its number is shown no more",
        "refused P434",
        verdict(anna.cards().get(card).await),
    );
    let unblocked = anna.cards().unblock(card).await;
    tale.step(
        "and nothing brings it back",
        "refused P434",
        verdict(unblocked),
    );
    Ok(())
}

async fn costs(stage: &Stage, tale: &mut Tale, anna: &User) -> Told<()> {
    let partner = &stage.partner;
    tale.chapter("How many there may be, and what they cost the partner (L12)");
    for label in ["one", "two", "three", "four", "five"] {
        let card = anna.cards().create(new_card(label)?).await;
        tale.step(format!("card {label}"), "done", outcome(card));
    }
    let card = anna.cards().create(new_card("six")?).await;
    tale.step("a sixth on one day", "refused P490", outcome(card));
    tale.step(
        "so far the partner paid nothing: it holds 10000 - 500",
        "9500.00 eur",
        euros(partner.balances().await),
    );
    stage.later(DAY * 29).await?;
    tale.step(
        "the deleted card's month would be over today: still nothing",
        "9500.00 eur",
        euros(partner.balances().await),
    );
    stage.later(DAY).await?;
    tale.step(
        "a month after the five: 5 x 0.25",
        "9498.75 eur",
        euros(partner.balances().await),
    );
    let card = anna.cards().create(new_card("six")?).await;
    tale.step("and the sixth can be made", "done", outcome(card));
    Ok(())
}
