//! The story: two users, from their creation to the end of one of them.

mod closing;
mod frozen;
mod opening;

use partner_api::{CardId, User, UserId};

use crate::args::ActiveCards;
use crate::demo::stage::{Stage, Told, money};
use crate::demo::tell::Tale;

/// Whom the story is about, and what they have.
#[derive(Debug)]
struct Cast {
    anna: User,
    ben: User,
    /// Anna's card in use.
    travel: CardId,
    /// Anna's card that she blocked herself.
    shopping: CardId,
}

pub(crate) async fn tell(stage: &Stage, tale: &mut Tale, reading: ActiveCards) -> Told<()> {
    let (anna, ben) = opening::onboarding(stage, tale).await?;
    opening::money(stage, tale, &anna).await?;
    let (travel, shopping) = opening::cards(stage, tale, &anna).await?;
    let cast = Cast {
        anna,
        ben,
        travel,
        shopping,
    };
    opening::changes(stage, tale, &cast).await?;
    let lock = frozen::freeze(stage, tale, &cast, reading).await?;
    frozen::while_frozen(stage, tale, &cast, &lock).await?;
    frozen::unfreeze(stage, tale, &cast).await?;
    closing::close(stage, tale, &cast).await?;
    closing::after(stage, tale, &cast).await?;
    Ok(())
}

fn id(text: &str) -> Told<UserId> {
    Ok(text.parse()?)
}
