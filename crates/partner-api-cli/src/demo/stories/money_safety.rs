//! Money safety: answers are lost on purpose, and what became of each movement is found out in front of the reader.

use std::path::{Path, PathBuf};
use std::time::Duration;

use partner_api::journal::Reference;
use partner_api::reconcile::{Limits, Reconciled};
use partner_api::{
    Currency, Decision, Error, IntentId, Outcome, PartnerApi, PayOut, Receipt, RequestKey,
    SqliteJournal, User,
};
use partner_api_sandbox_control::types as control;

use crate::demo::stage::{Stage, Told, money};
use crate::demo::tell::Tale;

/// How long after its end a request may still take effect; so short only because the sandbox is told to be quick.
const SETTLING: Duration = Duration::from_millis(700);
const TIMEOUT: Duration = Duration::from_millis(300);
const IBAN: &str = "PL61109010140000071219812874";

/// A directory that goes with its owner.
struct Directory(PathBuf);

impl Drop for Directory {
    fn drop(&mut self) {
        // What stays behind is in the system's directory for what may.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) async fn tell(tale: &mut Tale) -> Told<()> {
    let name = format!("partner-demo-{}", std::process::id());
    let dir = Directory(std::env::temp_dir().join(name));
    let mut limits = Limits::V2026_11;
    (limits.settling, limits.settling_outside) = (SETTLING, SETTLING);
    // In real time, because the journal and the provider's records are compared by time.
    let stage = Stage::in_real_time(&dir.0, limits.clone()).await?;
    let anna = stage.welcome("anna-1", "Anna", "Kowalska").await?;
    tale.chapter("The provider does it, and the answer is lost");
    lost(&stage, tale, &anna, &dir.0, &limits).await?;
    tale.chapter("The connection breaks before the provider does anything");
    dropped(&stage, tale, &anna).await?;
    tale.chapter("A payout without a title carries our token");
    token(&stage, tale, &anna).await?;
    tale.chapter("Somebody else makes the same movement at the same time");
    strangers(&stage, tale, &anna).await?;
    tale.chapter("The audit trail");
    let journal = SqliteJournal::open(&dir.0)?;
    let verified = journal.verify().await;
    let holds = verified.map(|it| format!("it holds, with {} erased", it.erased));
    tale.step(
        "every record is as it was written",
        "it holds, with 0 erased",
        text(holds),
    );
    stage.strike().await;
    Ok(())
}

async fn lost(
    stage: &Stage,
    tale: &mut Tale,
    anna: &User,
    dir: &Path,
    limits: &Limits,
) -> Told<()> {
    let hundred = money("100 eur")?;
    let key = || RequestKey::new("refund-1");
    stage
        .break_next("create_transfer", control::FaultKind::DropAfter)
        .await?;
    let fund = |partner: &PartnerApi| {
        partner
            .transfers()
            .fund(anna.id(), hundred)
            .timeout(TIMEOUT)
    };
    let first = fund(&stage.partner).key(key()?).await?;
    let entry = unknown(&first)?;
    tale.step(
        "100 eur for Anna, as refund-1",
        "nobody knows",
        ended(&Ok(first)),
    );
    let again = fund(&stage.partner).key(key()?).await;
    tale.step(
        "asked again as refund-1: nothing is sent",
        "nobody knows",
        ended(&again),
    );
    let other = fund(&stage.partner).await;
    let held_up = other.err().and_then(|it| it.in_doubt_because_of());
    tale.step(
        "100 eur for Anna once more, under no name",
        format!("held up by entry {entry}"),
        held_up.map_or("sent".to_owned(), |it| format!("held up by entry {it}")),
    );
    // A new process knows what the file knows, and nothing else.
    let partner = stage.another_process(dir, limits.clone())?;
    let unresolved = partner.unresolved().await?.len();
    tale.step(
        "the process dies; the next one reads the journal",
        "1 in doubt",
        format!("{unresolved} in doubt"),
    );
    let report = partner.reconcile().await?;
    tale.step(
        "reconciled at once: a late request may still arrive",
        "waits",
        told(&report),
    );
    settle().await;
    let report = partner.reconcile().await?;
    tale.step(
        "reconciled later: one movement fits that nothing accounts for",
        "done, OnlyMatch",
        told(&report),
    );
    let again = fund(&partner).key(key()?).await;
    tale.step("asked again as refund-1", "done before", ended(&again));
    let held = anna.balances().await?.of(Currency::EUR);
    tale.step("what Anna has", "100", held.to_string());
    Ok(())
}

async fn dropped(stage: &Stage, tale: &mut Tale, anna: &User) -> Told<()> {
    let (fifty, key) = (money("50 eur")?, RequestKey::new("refund-2")?);
    let fund = || {
        let transfer = stage.partner.transfers().fund(anna.id(), fifty);
        transfer.timeout(TIMEOUT).key(key.clone())
    };
    stage
        .break_next("create_transfer", control::FaultKind::DropBefore)
        .await?;
    let first = fund().await;
    tale.step(
        "50 eur for Anna, as refund-2",
        "nobody knows",
        ended(&first),
    );
    settle().await;
    let report = stage.partner.reconcile().await?;
    tale.step(
        "reconciled: the history, read past its time, does not show it",
        "did not happen, Absence",
        told(&report),
    );
    let again = fund().await;
    tale.step(
        "asked again as refund-2: it is sent, as nothing had happened",
        "done",
        ended(&again),
    );
    let held = anna.balances().await?.of(Currency::EUR);
    tale.step("what Anna has", "150", held.to_string());
    Ok(())
}

async fn token(stage: &Stage, tale: &mut Tale, anna: &User) -> Told<()> {
    stage
        .break_next("create_sepa_transfer", control::FaultKind::DropAfter)
        .await?;
    let payout = PayOut::to_own_account(IBAN.parse()?, money("20 eur")?);
    let sent = anna.pay_out(payout).timeout(TIMEOUT).await;
    tale.step("20 eur to Anna's bank", "nobody knows", ended(&sent));
    let report = stage.partner.reconcile().await?;
    tale.step(
        "reconciled at once: the token is in the payout's title",
        "done, NaturalKey",
        told(&report),
    );
    Ok(())
}

async fn strangers(stage: &Stage, tale: &mut Tale, anna: &User) -> Told<()> {
    let ten = money("10 eur")?;
    stage
        .break_next("create_transfer", control::FaultKind::DropAfter)
        .await?;
    let first = stage
        .partner
        .transfers()
        .fund(anna.id(), ten)
        .timeout(TIMEOUT)
        .await?;
    let entry = unknown(&first)?;
    tale.step("10 eur for Anna", "nobody knows", ended(&Ok(first)));
    // Past the journal: another machine, or a hand.
    let body = serde_json::json!({
        "destinationExternalUserId": anna.id().as_str(), "amount": "10", "currency": "eur"
    });
    let by_hand = stage.by_hand("POST /v1/transfer", Some(body)).await?;
    tale.step("somebody else does the same", "done", by_hand);
    settle().await;
    let report = stage.partner.reconcile().await?;
    tale.step(
        "reconciled: two fit, and nobody guesses",
        "unclear, SeveralFit, 2 candidates",
        told(&report),
    );
    let candidates = report.unclear.into_iter().flat_map(|it| it.candidates);
    let first: Option<Reference> = candidates.filter_map(|it| it.reference).next();
    let decision = Decision::Happened(first.ok_or("no candidate")?);
    let resolved = stage.partner.resolve(entry, decision).by("ops:7").await;
    tale.step(
        "a person decides, and the journal keeps who",
        "resolved",
        text(resolved.map(|()| "resolved".to_owned())),
    );
    let left = stage.partner.unresolved().await?.len();
    tale.step("in doubt in the end", "0", left.to_string());
    Ok(())
}

async fn settle() {
    tokio::time::sleep(TIMEOUT + SETTLING + Duration::from_millis(50)).await;
}

fn unknown<T>(outcome: &Outcome<T>) -> Told<IntentId> {
    match outcome {
        Outcome::Unknown(unresolved) => Ok(unresolved.intent),
        Outcome::Done(_) => Err("the answer was not lost".into()),
    }
}

fn ended<Id>(ended: &Result<Outcome<Receipt<Id>>, Error>) -> String {
    match ended {
        Ok(Outcome::Done(receipt)) if receipt.was_done_before => "done before".to_owned(),
        Ok(Outcome::Done(_)) => "done".to_owned(),
        Ok(Outcome::Unknown(_)) => "nobody knows".to_owned(),
        Err(error) => error.to_string(),
    }
}

fn text<E: std::fmt::Display>(result: Result<String, E>) -> String {
    result.unwrap_or_else(|error| error.to_string())
}

/// What became of the one entry that is in doubt.
fn told(report: &Reconciled) -> String {
    match (
        &report.resolved[..],
        &report.waiting[..],
        &report.unclear[..],
    ) {
        ([found], [], []) => match found.conclusion.reference() {
            Some(_) => format!("done, {:?}", found.basis),
            None => format!("did not happen, {:?}", found.basis),
        },
        ([], [_], []) => "waits".to_owned(),
        ([], [], [it]) => format!("unclear, {:?}, {} candidates", it.why, it.candidates.len()),
        _ => format!("{report:?}"),
    }
}
