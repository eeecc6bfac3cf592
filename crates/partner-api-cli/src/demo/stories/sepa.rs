//! Bank transfers: in, with the check of their sender, and out.

use std::time::Duration;

use partner_api::{Contact, Error, Iban, PayOut, Payout, SepaTransferId};
use serde_json::json;

use crate::demo::books;
use crate::demo::observe::{held, listed, outcome, verdict};
use crate::demo::outside::FromBank;
use crate::demo::stage::{Stage, Told, money};
use crate::demo::sums::sum;
use crate::demo::tell::Tale;

pub(super) async fn tell(stage: &Stage, tale: &mut Tale) -> Told<()> {
    let anna = stage.welcome("anna-1", "Anna", "Nowak").await?;
    arriving(stage, tale).await?;
    leaving(stage, tale).await?;
    abroad(stage, tale).await?;
    tale.step(
        "Anna holds 1143 - 2 x 101",
        "941 eur",
        held(anna.balances().await),
    );
    let expected = [(
        "eur",
        vec![
            ("users", sum("941")?),
            ("partner", sum("8500")?),
            ("fees", sum("4")?),
        ],
    )];
    books::close(stage, tale, &expected).await
}

async fn arriving(stage: &Stage, tale: &mut Tale) -> Told<()> {
    let partner = &stage.partner;
    let anna = partner.user("anna-1")?;
    tale.chapter("Money arrives from banks");
    let info = anna.deposit_info().await?;
    let again = anna.deposit_info().await?;
    let own = partner.own_account().deposit_info().await?;
    tale.step(
        "the account is shared, and the title says whom a deposit is for",
        "one account, two titles, each for ever",
        match (
            info.iban.expose() == own.iban.expose(),
            info.title.expose() == own.title.expose(),
            info.title.expose() == again.title.expose(),
        ) {
            (true, false, true) => "one account, two titles, each for ever".to_owned(),
            other => format!("{other:?}"),
        },
    );
    let ibans = IBANS.iter().map(|iban| Ok(iban.parse()?));
    let ibans: Vec<Iban> = ibans.collect::<Told<_>>()?;
    let [hers, his, unclear] = ibans.as_slice() else {
        return Err("three accounts".into());
    };
    let from = FromBank {
        sender: Some((hers, "Nowak Anna")),
        ..FromBank::default()
    };
    let (_, arrived) = stage
        .bank_transfer(anna.id(), money("100 eur")?, from)
        .await?;
    tale.step("100 eur from Anna's own account", "CREDITED", arrived);
    let from = FromBank {
        sender: Some((his, "Ben Malek")),
        ..FromBank::default()
    };
    let (_, arrived) = stage
        .bank_transfer(anna.id(), money("50 eur")?, from)
        .await?;
    tale.step("50 eur from somebody else's", "RETURNED", arrived);
    let from = FromBank {
        sender: Some((unclear, "A. Nowak")),
        is_unclear: true,
    };
    let (deposit, arrived) = stage
        .bank_transfer(anna.id(), money("70 eur")?, from)
        .await?;
    tale.step(
        "70 eur from an account that is looked into",
        "CHECKING",
        arrived,
    );
    tale.step(
        "which accounts are known, and what of them",
        "..2874 APPROVED, ..3188 REJECTED, ..3000 PENDING",
        contacts(anna.contacts().await),
    );
    tale.step("so far Anna holds", "100 eur", held(anna.balances().await));
    let decided = stage.decide_deposit(&deposit, true).await?;
    tale.step("it turns out to be hers", "CREDITED", decided);
    tale.step(
        "the account is approved from now on",
        "..2874 APPROVED, ..3188 REJECTED, ..3000 APPROVED",
        contacts(anna.contacts().await),
    );
    tale.step("now she holds", "170 eur", held(anna.balances().await));
    tale.step(
        "no bank sent the partner anything",
        "nothing",
        contacts(partner.own_account().contacts().await),
    );
    Ok(())
}

async fn leaving(stage: &Stage, tale: &mut Tale) -> Told<()> {
    let partner = &stage.partner;
    let anna = partner.user("anna-1")?;
    tale.chapter("Anna pays out to her own account");
    let sent = anna.pay_out(home("25 eur")?).await?.done()?.id;
    tale.step(
        "25 eur: accepted, not settled",
        "PENDING: 25 eur, fee 1",
        told(&partner.payout(&sent).await?),
    );
    tale.step(
        "both are reserved: 0.1 % would be less, so the minimum of 1 eur",
        "144 eur",
        held(anna.balances().await),
    );
    stage.later(Duration::from_secs(2)).await?;
    tale.step(
        "two seconds later",
        "SUCCESSFUL: 25 eur, fee 1",
        told(&partner.payout(&sent).await?),
    );
    let funded = partner
        .transfers()
        .fund(anna.id(), money("3000 eur")?)
        .await;
    tale.step("the partner sends her 3000 eur", "done", outcome(funded));
    let sent = anna.pay_out(home("2000 eur")?).await?.done()?.id;
    tale.step(
        "2000 eur cost 0.1 %",
        "PENDING: 2000 eur, fee 2",
        told(&partner.payout(&sent).await?),
    );
    tale.step(
        "3144 - 2002 are left",
        "1142 eur",
        held(anna.balances().await),
    );
    stage.refuse_payout(&sent).await?;
    tale.step(
        "her bank refuses it",
        "FAILED: 2000 eur, fee 2",
        told(&partner.payout(&sent).await?),
    );
    tale.step(
        "and everything comes back, the fee included",
        "3144 eur",
        held(anna.balances().await),
    );
    let sent = anna.pay_out(home("3144 eur")?).await?.done()?.id;
    tale.step(
        "more than she has, with the fee: it is accepted all the same",
        "PENDING",
        partner.payout(&sent).await?.status.to_string(),
    );
    stage.later(Duration::from_secs(2)).await?;
    tale.step(
        "fails when it is settled",
        "FAILED",
        partner.payout(&sent).await?.status.to_string(),
    );
    tale.step("and takes nothing", "3144 eur", held(anna.balances().await));
    let collected = partner.transfers().collect(anna.id(), money("2001 eur")?);
    tale.step("she gives 2001 eur back", "done", outcome(collected.await));
    Ok(())
}

async fn abroad(stage: &Stage, tale: &mut Tale) -> Told<()> {
    let partner = &stage.partner;
    let anna = partner.user("anna-1")?;
    tale.chapter("To others, where the contract allows it, and from the partner");
    let (iban, title) = (|| IBANS[1].parse(), || "thanks".parse());
    let to_ben = PayOut::to_person(iban()?, money("100 eur")?, "Ben".parse()?, "Malek".parse()?)
        .titled(title()?);
    tale.step(
        "100 eur to Ben",
        "done",
        outcome(anna.pay_out(to_ben).await),
    );
    let to_shop = PayOut::to_company(iban()?, money("100 eur")?, "Shop".parse()?).titled(title()?);
    tale.step(
        "100 eur to a shop",
        "done",
        outcome(anna.pay_out(to_shop).await),
    );
    let own = partner.own_account();
    let sent = own.pay_out(home("500 eur")?).await?.done()?.id;
    stage.later(Duration::from_secs(2)).await?;
    tale.step(
        "500 eur of the partner's own",
        "SUCCESSFUL: 500 eur, fee 1",
        told(&partner.payout(&sent).await?),
    );
    let body = json!({
        "sourceExternalUserId": "anna-1", "currency": "eur", "amount": "1", "transferTitle": "savings",
        "destinationIban": "PL00109010140000071219812874",
    });
    let raw = stage.by_hand("POST /v1/sepa-transfer", Some(body)).await?;
    tale.step(
        "an IBAN with wrong check digits, by hand",
        "refused P403",
        raw,
    );
    tale.step(
        "btc by bank transfer",
        "refused P403",
        outcome(anna.pay_out(home("0.1 btc")?).await),
    );
    let unknown: SepaTransferId = "no-such-payout".parse()?;
    tale.step(
        "read a payout that is not there",
        "refused P428",
        verdict(partner.payout(&unknown).await),
    );
    Ok(())
}

const IBANS: [&str; 3] = [
    "PL61109010140000071219812874",
    "PL49109024028743516259813188",
    "DE89370400440532013000",
];

fn home(amount: &str) -> Told<PayOut> {
    let (iban, title) = (IBANS[0].parse()?, "savings".parse()?);
    Ok(PayOut::to_own_account(iban, money(amount)?).titled(title))
}

fn told(payout: &Payout) -> String {
    let fee = payout
        .fee
        .map_or_else(|| "unknown".to_owned(), |fee| fee.to_string());
    let Payout {
        status,
        amount,
        currency,
        ..
    } = payout;
    format!("{status}: {amount} {currency}, fee {fee}")
}

fn contacts(contacts: Result<Vec<Contact>, Error>) -> String {
    match contacts {
        Ok(contacts) => listed(contacts.iter().map(|it| {
            let iban = it.iban.expose();
            let tail = iban.get(iban.len().saturating_sub(4)..).unwrap_or_default();
            format!("..{tail} {}", it.status)
        })),
        Err(error) => verdict::<()>(Err(error)),
    }
}
