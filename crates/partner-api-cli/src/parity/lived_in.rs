//! The embedded sandbox before it is asked: somebody has lived in it, so that there is something to read.

use std::time::Duration;

use partner_api::{Currency, Network, NewWithdrawal, PayOut};

use crate::args::ActiveCards;
use crate::demo::outside::{FromBank, Pays};
use crate::demo::people::new_card;
use crate::demo::stage::{Stage, Told, money};

/// Who lived there.
pub(crate) const USER: &str = "lived-in";

pub(crate) async fn stage() -> Told<Stage> {
    stage_under(ActiveCards::Refuse).await
}

/// A sandbox in which everything was done once, and whose clock runs.
pub(crate) async fn stage_under(active_cards: ActiveCards) -> Told<Stage> {
    let stage = Stage::set(active_cards).await?;
    let partner = &stage.partner;
    let user = stage.welcome(USER, "Iza", "Wrona").await?;
    let iban = "PL61109010140000071219812874".parse()?;
    for own in ["Iza Wrona", "Somebody Else"] {
        let sender = Some((&iban, own));
        let from = FromBank {
            sender,
            ..FromBank::default()
        };
        stage
            .bank_transfer(user.id(), money("500 eur")?, from)
            .await?;
    }
    user.cards().create(new_card("everyday")?).await?.done()?;

    let own = partner.own_account();
    let lock = user.exchange().lock().await?;
    let exchange = user
        .exchange()
        .execute(&lock, money("50 eur")?, Currency::BTC);
    exchange.await?.done()?;
    let lock = own.exchange().lock().await?;
    let exchange = own
        .exchange()
        .execute(&lock, money("50 eur")?, Currency::USDC);
    exchange.await?.done()?;
    let home = || Told::Ok(PayOut::to_own_account(iban.clone(), money("25 eur")?));
    user.pay_out(home()?).await?.done()?;
    own.pay_out(home()?).await?.done()?;
    for owner in [Some(user.id()), None] {
        let arrives = money("0.5 btc")?;
        stage.chain_transfer(owner, arrives, None, false).await?;
    }
    stage.later(Duration::from_secs(3)).await?;
    let wallet = || {
        Told::Ok(NewWithdrawal::to_own_keys(
            money("0.1 btc")?,
            "tb1qwallet".parse()?,
            "Iza Wrona".parse()?,
        ))
    };
    user.withdraw(wallet()?).await?.done()?;
    own.withdraw(wallet()?).await?.done()?;

    let lock = partner
        .orders()
        .lock("10".parse()?, Currency::USDC)
        .on(Network::Polygon)
        .await?;
    let order = partner.orders().create(&lock).await?.done()?.id;
    let link = partner_api::NewLink::new("10".parse()?);
    let link = partner.payment_links().create(link).await?.done()?.id.id;
    stage.later(Duration::from_secs(1)).await?;
    let paid = money(&format!("{} usdc", lock.amount))?;
    stage
        .payment(Pays::Order(&order), paid, Some(Network::Polygon))
        .await?;
    stage
        .payment(Pays::Link(&link), money("20 usdt")?, None)
        .await?;
    stage.later(Duration::from_secs(3)).await?;
    partner
        .transfers()
        .fund(user.id(), money("5 eur")?)
        .await?
        .done()?;
    stage.world().resume_clock().await?;
    Ok(stage)
}
