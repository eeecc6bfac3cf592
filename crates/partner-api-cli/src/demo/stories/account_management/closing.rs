//! Closing for good, and everything that is refused afterwards.

use partner_api::UserUpdate;
use partner_api_sandbox_control::types::AccountKind;

use super::{Cast, money};
use crate::demo::observe::{outcome, verdict};
use crate::demo::people::person;
use crate::demo::stage::{Stage, Told};
use crate::demo::tell::Tale;

pub(super) async fn close(stage: &Stage, tale: &mut Tale, cast: &Cast) -> Told<()> {
    let anna = &cast.anna;
    tale.chapter("Anna leaves for good");
    let plan = anna.plan_closure().await?;
    let found = format!(
        "{} cards, {} balances",
        plan.cards.len(),
        plan.balances.held().len()
    );
    tale.step(
        "plan: look at what would be lost",
        "2 cards, 2 balances",
        found,
    );
    let ready = plan.ready()?;
    let left = match ready.confirm().await {
        Ok(_) => "closed".to_owned(),
        Err(error) => match error.closure() {
            Some(progress) if progress.intent.is_none() => {
                "money is left, nothing deleted".to_owned()
            }
            _ => error.to_string(),
        },
    };
    tale.step(
        "confirm with money left",
        "money is left, nothing deleted",
        left,
    );
    tale.step(
        "she stays suspended",
        "SUSPENDED",
        stage.standing(anna.id()).await?,
    );
    let wrong = ready.confirm().forfeit_balances([money("1.00 eur")?]).await;
    tale.step(
        "name the wrong amount",
        "not closed",
        if wrong.is_ok() {
            "closed"
        } else {
            "not closed"
        },
    );
    let closed = ready.confirm().forfeit_balances(&plan.balances).await;
    tale.step("name exactly what is given up", "done", verdict(closed));
    tale.step(
        "where she stands (L7)",
        "CLOSED",
        stage.standing(anna.id()).await?,
    );
    let forfeited = stage.books(&AccountKind::Forfeited).await?;
    tale.step(
        "what was cleared is booked, not lost (L8)",
        "249 eur, all sums zero",
        forfeited,
    );
    Ok(())
}

pub(super) async fn after(stage: &Stage, tale: &mut Tale, cast: &Cast) -> Told<()> {
    let anna = &cast.anna;
    let never = "not even sent: L7 user_must_not_be_closed";
    tale.chapter("Closed is closed");
    tale.step("unsuspend her", never, verdict(anna.unsuspend().await));
    let update = UserUpdate::new().city("Sopot".parse()?);
    tale.step("update her", never, verdict(anna.update(update).await));
    let funded = stage
        .partner
        .transfers()
        .fund(anna.id(), money("1.00 eur")?)
        .await;
    tale.step("send her money", never, outcome(funded));
    let request = format!("PATCH /v1/user/unsuspend/{}", anna.id());
    let raw = stage.by_hand(&request, None).await?;
    tale.step("unsuspend her by hand", "refused P412", raw);
    let request = format!("DELETE /v1/user/{}", anna.id());
    let raw = stage.by_hand(&request, None).await?;
    tale.step("delete her again by hand", "refused P412", raw);
    let paid = stage.pay(&cast.travel, money("1.00 eur")?).await?;
    tale.step(
        "pay with her card",
        "declined: L7 user_must_not_be_closed",
        paid,
    );
    let arrived = stage.deposit(anna.id(), money("1.00 eur")?).await?;
    tale.step("a bank transfer arrives", "RETURNED", arrived);
    let again = stage
        .partner
        .users()
        .create(person(anna.id(), "Anna", "Nowak")?)
        .await;
    tale.step("create a user under her id", never, verdict(again));
    let books = stage.books(&AccountKind::Suspense).await?;
    tale.step(
        "nothing is held back, and the books balance",
        "0 eur, all sums zero",
        books,
    );
    Ok(())
}
