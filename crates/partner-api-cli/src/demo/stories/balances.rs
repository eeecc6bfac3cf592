//! What users and the partner hold, why, and where crypto is sent to.

use partner_api::{Currency, History, HistoryEntry, Network, PartnerApi};

use crate::demo::books;
use crate::demo::observe::{held, listed, outcome, verdict};
use crate::demo::people::person;
use crate::demo::stage::{Stage, Told, money};
use crate::demo::sums::{Sum, sum};
use crate::demo::tell::Tale;

pub(super) async fn tell(stage: &Stage, tale: &mut Tale) -> Told<()> {
    balances(stage, tale).await?;
    history(stage, tale).await?;
    wallets(stage, tale).await?;
    let expected = [
        (
            "eur",
            vec![("users", sum("182.84")?), ("partner", sum("9829.5")?)],
        ),
        (
            "btc",
            vec![("users", sum("0.25")?), ("partner", sum("1.75")?)],
        ),
    ];
    books::close(stage, tale, &expected).await
}

async fn balances(stage: &Stage, tale: &mut Tale) -> Told<()> {
    let partner = &stage.partner;
    tale.chapter("What somebody holds");
    let cleo = partner.user("cleo-3")?;
    let created = partner.users().create(person(cleo.id(), "Cleo", "Lis")?);
    created.await?;
    tale.step(
        "Cleo is not verified: she has no balances (L9)",
        "refused P459",
        held(cleo.balances().await),
    );
    tale.step(
        "and no history",
        "refused P459",
        verdict(cleo.history().page(None).await),
    );
    let anna = stage.welcome("anna-1", "Anna", "Nowak").await?;
    let balances = anna.balances().await?;
    let euro = balances.fiat.first().ok_or("no fiat balance")?;
    let has = |is: bool| if is { "has" } else { "has not" };
    tale.step(
        "Anna is: her euro balance can be used, and has an IBAN",
        "ACTIVE, has an IBAN",
        format!("{}, {} an IBAN", euro.status, has(euro.iban.is_some())),
    );
    tale.step("she holds nothing yet", "nothing", held(Ok(balances)));
    tale.step(
        "the partner holds its own",
        "10000 eur, 2 btc, 5 eth, 5000 usdc, 5000 usdt",
        held(partner.balances().await),
    );

    let transfers = partner.transfers();
    let sent = transfers.fund(anna.id(), money("200 eur")?).await;
    tale.step("the partner sends her 200 eur", "done", outcome(sent));
    let sent = transfers.collect(anna.id(), money("30.50 eur")?).await;
    tale.step("takes 30.50 eur back", "done", outcome(sent));
    let sent = transfers.fund(anna.id(), money("0.25 btc")?).await;
    tale.step("and sends her 0.25 btc", "done", outcome(sent));
    let arrived = stage.deposit(anna.id(), money("12.34 eur")?).await?;
    tale.step("her bank sends 12.34 eur", "CREDITED", arrived);
    tale.step(
        "Anna holds 200 - 30.50 + 12.34",
        "181.84 eur, 0.25 btc",
        held(anna.balances().await),
    );
    tale.step(
        "the partner holds the rest",
        "9830.5 eur, 1.75 btc, 5 eth, 5000 usdc, 5000 usdt",
        held(partner.balances().await),
    );
    Ok(())
}

async fn history(stage: &Stage, tale: &mut Tale) -> Told<()> {
    let partner = &stage.partner;
    let anna = partner.user("anna-1")?;
    tale.chapter("The history says why");
    let newest = anna.history().page(None).at_most(2).await?;
    tale.step(
        "the newest two of Anna's movements",
        "SEPA_DEPOSIT 12.34 eur, INTERNAL_TRANSFER 0.25 btc",
        told(&newest.entries),
    );
    let older = anna.history().page(newest.next).at_most(2).await?;
    tale.step(
        "the two before them",
        "INTERNAL_TRANSFER -30.5 eur, INTERNAL_TRANSFER 200 eur",
        told(&older.entries),
    );
    let ends = if older.next.is_none() { "none" } else { "one" };
    tale.step("a page after that", "none", ends);

    let mut entries = anna.history().entries();
    let first = entries.next().await?;
    let sent = partner.transfers().fund(anna.id(), money("1 eur")?).await;
    tale.step(
        "while somebody reads on, 1 eur more arrives",
        "done",
        outcome(sent),
    );
    let seen: Vec<_> = first.into_iter().chain(entries.collect().await?).collect();
    tale.step(
        "the reader still sees each of the four once",
        "4 movements, 181.84 eur",
        counted(&seen)?,
    );
    tale.step(
        "who reads anew sees five, and they sum to the balance",
        "5 movements, 182.84 eur",
        whole(&anna.history()).await?,
    );
    tale.step(
        "so do the partner's own: 5 fundings, and each movement mirrored",
        "9 movements, 9829.5 eur",
        whole(&partner.own_account().history()).await?,
    );
    tale.step(
        "a page of no entries",
        "not even sent",
        verdict(anna.history().page(None).at_most(0).await),
    );
    let request = "GET /v1/user/transaction-history/anna-1?limit=101";
    tale.step(
        "a page of 101, by hand",
        "refused P403",
        stage.by_hand(request, None).await?,
    );
    Ok(())
}

async fn wallets(stage: &Stage, tale: &mut Tale) -> Told<()> {
    let partner = &stage.partner;
    tale.chapter("Wallets");
    tale.step(
        "the partner has no wallet for eth yet",
        "none",
        wallet(partner, Currency::ETH).await?,
    );
    let own = partner.own_account();
    let first = own.create_wallet(Currency::ETH, None).await?;
    let second = own.create_wallet(Currency::ETH, None).await?;
    let same = |is: bool| if is { "the same" } else { "another one" };
    tale.step(
        "it creates one; asking again gives",
        "the same",
        same(first.expose() == second.expose()),
    );
    tale.step(
        "now its balance shows one",
        "one",
        wallet(partner, Currency::ETH).await?,
    );
    let ethereum = own.create_wallet(Currency::USDC, Some(Network::Ethereum));
    let polygon = own.create_wallet(Currency::USDC, Some(Network::Polygon));
    tale.step(
        "usdc travels on two networks; the second wallet is",
        "another one",
        same(ethereum.await?.expose() == polygon.await?.expose()),
    );
    let elsewhere = own.create_wallet(Currency::BTC, Some(Network::Polygon));
    tale.step(
        "a wallet for btc on polygon",
        "refused P403",
        verdict(elsewhere.await),
    );
    Ok(())
}

async fn wallet(partner: &PartnerApi, currency: Currency) -> Told<&'static str> {
    let balances = partner.balances().await?;
    let found = balances.crypto.iter().find(|it| it.currency == currency);
    Ok(match found.and_then(|it| it.wallet.as_ref()) {
        Some(_) => "one",
        None => "none",
    })
}

fn told(entries: &[HistoryEntry]) -> String {
    let each = entries.iter();
    listed(each.map(|it| format!("{} {} {}", it.kind, it.amount, it.currency)))
}

async fn whole(history: &History) -> Told<String> {
    counted(&history.entries().collect().await?)
}

/// How many movements there are, and what those in euro sum to.
fn counted(entries: &[HistoryEntry]) -> Told<String> {
    let mut euro = Sum::NOTHING;
    for entry in entries.iter().filter(|it| it.currency == Currency::EUR) {
        euro = euro + sum(entry.amount)?;
    }
    Ok(format!("{} movements, {euro} eur", entries.len()))
}
