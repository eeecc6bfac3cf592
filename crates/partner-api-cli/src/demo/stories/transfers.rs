//! Money between the partner and its users, and between users.

use partner_api::{TransferDetails, TransferId, UserId};
use serde_json::json;

use crate::demo::books;
use crate::demo::observe::{held, outcome, verdict};
use crate::demo::people::person;
use crate::demo::stage::{Stage, Told, money};
use crate::demo::sums::sum;
use crate::demo::tell::Tale;

pub(super) async fn tell(stage: &Stage, tale: &mut Tale) -> Told<()> {
    let partner = &stage.partner;
    let transfers = partner.transfers();
    let anna = stage.welcome("anna-1", "Anna", "Nowak").await?;
    let ben = stage.welcome("ben-2", "Ben", "Malek").await?;

    tale.chapter("Every direction");
    let sent = transfers.fund(anna.id(), money("100 eur")?).await?.done()?;
    tale.step(
        "from the partner to Anna",
        "SUCCESSFUL: partner to anna-1, 100 eur",
        told(&transfers.get(&sent.id).await?),
    );
    let sent = transfers.between(anna.id(), ben.id(), money("40.01 eur")?);
    let sent = sent.await?.done()?;
    tale.step(
        "from Anna to Ben",
        "SUCCESSFUL: anna-1 to ben-2, 40.01 eur",
        told(&transfers.get(&sent.id).await?),
    );
    let sent = transfers.collect(ben.id(), money("0.01 eur")?).await?;
    let sent = sent.done()?;
    tale.step(
        "from Ben to the partner, a single cent",
        "SUCCESSFUL: ben-2 to partner, 0.01 eur",
        told(&transfers.get(&sent.id).await?),
    );
    let sent = transfers.fund_from_master(ben.id(), money("5 usdc")?).await;
    let sent = sent?.done()?;
    tale.step(
        "from the master balance to Ben, by the operation of that name",
        "SUCCESSFUL: partner to ben-2, 5 usdc",
        told(&transfers.get(&sent.id).await?),
    );
    let sent = transfers.fund(anna.id(), money("0.00000001 btc")?).await;
    tale.step("the smallest amount of btc", "done", outcome(sent));
    tale.step(
        "Anna holds 100 - 40.01",
        "59.99 eur, 0.00000001 btc",
        held(anna.balances().await),
    );
    tale.step(
        "Ben holds the rest",
        "40 eur, 5 usdc",
        held(ben.balances().await),
    );

    tale.chapter("What is refused, and moves nothing");
    let sent = transfers.collect(anna.id(), money("60 eur")?).await;
    tale.step("a cent more than she has", "refused P433", outcome(sent));
    let ghost: UserId = "ghost".parse()?;
    let sent = transfers.fund(&ghost, money("1 eur")?).await;
    tale.step("to nobody", "refused P412", outcome(sent));
    let cleo: UserId = "cleo-3".parse()?;
    partner
        .users()
        .create(person(&cleo, "Cleo", "Lis")?)
        .await?;
    let sent = transfers.fund(&cleo, money("1 eur")?).await;
    tale.step(
        "to Cleo, who is not verified",
        "refused P459",
        outcome(sent),
    );
    let sent = transfers.fund(anna.id(), money("0 eur")?).await;
    let zero = "not even sent: amount_must_be_positive";
    tale.step("nothing at all", zero, outcome(sent));
    let sent = transfers.between(anna.id(), anna.id(), money("1 eur")?);
    let alone = "not even sent: parties_must_differ";
    tale.step("from Anna to herself", alone, outcome(sent.await));
    for (title, expected, body) in [
        (
            "the same by hand",
            "refused P480",
            json!({ "sourceExternalUserId": "anna-1", "destinationExternalUserId": "anna-1", "amount": "1", "currency": "eur" }),
        ),
        (
            "from nobody to nobody",
            "refused P424",
            json!({ "amount": "1", "currency": "eur" }),
        ),
        (
            "a tenth of a cent",
            "refused P403",
            json!({ "destinationExternalUserId": "anna-1", "amount": "0.001", "currency": "eur" }),
        ),
    ] {
        let raw = stage.by_hand("POST /v1/transfer", Some(body)).await?;
        tale.step(title, expected, raw);
    }
    let unknown: TransferId = "no-such-transfer".parse()?;
    tale.step(
        "read a transfer that is not there",
        "refused P494",
        verdict(transfers.get(&unknown).await),
    );
    tale.step(
        "nothing moved",
        "59.99 eur, 0.00000001 btc",
        held(anna.balances().await),
    );
    tale.step(
        "neither here",
        "9900.01 eur, 1.99999999 btc, 5 eth, 4995 usdc, 5000 usdt",
        held(partner.balances().await),
    );

    let expected = [
        (
            "eur",
            vec![("users", sum("99.99")?), ("partner", sum("9900.01")?)],
        ),
        (
            "btc",
            vec![
                ("users", sum("0.00000001")?),
                ("partner", sum("1.99999999")?),
            ],
        ),
        (
            "usdc",
            vec![("users", sum("5")?), ("partner", sum("4995")?)],
        ),
    ];
    books::close(stage, tale, &expected).await
}

fn told(transfer: &TransferDetails) -> String {
    let party = |id: &Option<UserId>| {
        id.as_ref()
            .map_or_else(|| "partner".to_owned(), ToString::to_string)
    };
    format!(
        "{}: {} to {}, {} {}",
        transfer.status,
        party(&transfer.source),
        party(&transfer.destination),
        transfer.amount,
        transfer.currency
    )
}
