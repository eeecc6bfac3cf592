//! Showing who a user is: with files, or on the provider's page; and where the user lives.

use std::time::Duration;

use partner_api::{
    DocumentKind, Error, File, HostedVerification, Income, KycFiles, Occupation, OpenAccountReason,
    PoaFiles, PoaFilesAnswer, Questionnaire, Rule, User,
};
use partner_api_sandbox_control::types::PoaDecision;

use crate::demo::books;
use crate::demo::observe::{euros, outcome, verdict};
use crate::demo::people::{passport, person};
use crate::demo::stage::{Stage, Told};
use crate::demo::sums::sum;
use crate::demo::tell::Tale;

pub(super) async fn tell(stage: &Stage, tale: &mut Tale) -> Told<()> {
    let partner = &stage.partner;
    let [anna, ben] = ["anna-1", "ben-2"].map(|id| partner.user(id));
    let (anna, ben) = (anna?, ben?);
    partner
        .users()
        .create(person(anna.id(), "Anna", "Nowak")?)
        .await?;
    partner
        .users()
        .create(person(ben.id(), "Ben", "Malek")?)
        .await?;
    files(tale, &anna).await?;
    address(stage, tale, &anna).await?;
    identity(stage, tale, &anna).await?;
    hosted(stage, tale, &ben).await?;
    // Nothing moved, and the hosted verifications are free unless a price is set.
    books::close(stage, tale, &[("eur", vec![("partner", sum("10000")?)])]).await
}

async fn files(tale: &mut Tale, anna: &User) -> Told<()> {
    tale.chapter("Anna shows who she is, with files");
    let front = || File::new(PNG);
    let card = KycFiles::IdCard {
        front: front()?,
        back: front()?,
        selfie: front()?,
    };
    let added = anna.documents().add_identity(card).await;
    tale.step(
        "front and back of a card, and a selfie",
        "done",
        verdict(added),
    );
    let passport = KycFiles::Passport {
        page: front()?,
        selfie: front()?,
    };
    let added = anna.documents().add_identity(passport).await;
    tale.step("or a passport, which has no back", "done", verdict(added));
    let rule = |file: Result<File, partner_api::InvalidFile>| match file {
        Ok(_) => "a file".to_owned(),
        Err(error) => format!(
            "not even sent: {}",
            error.rule().map_or("unknown", Rule::name)
        ),
    };
    tale.step(
        "a picture that moves",
        "not even sent: file_must_be_of_taken_kind",
        rule(File::new(b"GIF89a".as_slice())),
    );
    let mut huge = PNG.to_vec();
    huge.resize(5 * 1024 * 1024 + 1, 0);
    tale.step(
        "a picture of more than 5 MB",
        "not even sent: file_must_be_small_enough",
        rule(File::new(huge)),
    );
    Ok(())
}

async fn address(stage: &Stage, tale: &mut Tale, anna: &User) -> Told<()> {
    tale.chapter("And where she lives");
    let bill = || Told::Ok(PoaFiles::new([File::new(PDF)?])?);
    let add = async || Told::Ok(added(anna.documents().add_proof_of_address(bill()?).await));
    tale.step("a bill, as a pdf", "waits for a decision", add().await?);
    tale.step("another one", "P211: an earlier one waits", add().await?);
    stage.decide_poa(anna.id(), PoaDecision::Questioned).await?;
    tale.step(
        "the first was cropped: she may add one again",
        "waits for a decision",
        add().await?,
    );
    stage.decide_poa(anna.id(), PoaDecision::Rejected).await?;
    tale.step(
        "that was somebody else's: again",
        "waits for a decision",
        add().await?,
    );
    stage.later(Duration::from_secs(1)).await?;
    tale.step(
        "a second later it is accepted",
        "refused P447",
        add().await?,
    );
    Ok(())
}

fn added(answer: Result<PoaFilesAnswer, Error>) -> String {
    match answer {
        Ok(PoaFilesAnswer::Added) => "waits for a decision".to_owned(),
        Ok(PoaFilesAnswer::Pending) => "P211: an earlier one waits".to_owned(),
        Ok(other) => format!("{other:?}"),
        Err(error) => verdict::<()>(Err(error)),
    }
}

async fn identity(stage: &Stage, tale: &mut Tale, anna: &User) -> Told<()> {
    tale.chapter("Her identity data is looked at");
    let submitted = anna.verify(passport()?).await;
    tale.step("she submits it", "done", verdict(submitted));
    let again = anna.verify(passport()?).await;
    tale.step("and again, too early", "refused P482", verdict(again));
    stage.decide_verification(anna.id(), false).await?;
    tale.step(
        "it is rejected: she has no balances (L9)",
        "refused P459",
        euros(anna.balances().await),
    );
    let again = anna.verify(passport()?).await;
    tale.step("then she may submit it anew", "done", verdict(again));
    stage.later(Duration::from_secs(1)).await?;
    tale.step(
        "a second later she is verified",
        "0.00 eur",
        euros(anna.balances().await),
    );
    let again = anna.verify(passport()?).await;
    tale.step(
        "and her identity stays (L2)",
        "refused P482",
        verdict(again),
    );
    Ok(())
}

async fn hosted(stage: &Stage, tale: &mut Tale, ben: &User) -> Told<()> {
    tale.chapter("Ben is verified on the provider's page");
    let hosted = ben.hosted_verification();
    let first = hosted.start(questions()?).await?.done()?.id;
    tale.step(
        "it is started",
        "PENDING",
        told(&hosted.status(&first).await?),
    );
    let page = hosted.page(&first).await?;
    let leads_on = page.html().contains("Continue");
    tale.step(
        "his browser opens it, without a key",
        "a page that leads on",
        if leads_on {
            "a page that leads on"
        } else {
            "another page"
        },
    );
    let address = hosted.page_address(&first);
    let holds_key = address.contains(stage.api_key());
    tale.step(
        "and its address holds none",
        "no key",
        if holds_key { "the key" } else { "no key" },
    );
    let again = hosted.start(questions()?).await;
    tale.step("a second one meanwhile", "refused P602", outcome(again));
    stage
        .decide_kyc(&first, false, &["the picture is blurred"])
        .await?;
    tale.step(
        "it is rejected, and says why",
        "REJECTED: the picture is blurred",
        told(&hosted.status(&first).await?),
    );
    let second = hosted.start(questions()?).await?.done()?.id;
    stage.later(Duration::from_secs(1)).await?;
    tale.step(
        "the second one succeeds",
        "APPROVED",
        told(&hosted.status(&second).await?),
    );
    let again = hosted.start(questions()?).await;
    tale.step("and is the last", "refused P602", outcome(again));
    let unknown = "no-such-verification".parse()?;
    tale.step(
        "read a verification that is not there",
        "refused P445",
        verdict(hosted.status(&unknown).await),
    );
    tale.step(
        "he has no balances yet: his identity data is missing",
        "refused P459",
        euros(ben.balances().await),
    );
    ben.verify(passport()?).await?;
    stage.later(Duration::from_secs(1)).await?;
    tale.step("now he has", "0.00 eur", euros(ben.balances().await));
    Ok(())
}

fn questions() -> Told<Questionnaire> {
    Ok(Questionnaire {
        document: DocumentKind::Passport,
        country: "PL".parse()?,
        income: Income::Salary {
            occupation: Occupation::It,
            about: "I am a programmer".parse()?,
        },
        purpose: OpenAccountReason::DailyUse,
    })
}

/// Where it stands, and why.
fn told(verification: &HostedVerification) -> String {
    let reasons = verification.reasons.iter();
    let reasons: Vec<&str> = reasons.map(|it| it.expose()).collect();
    match reasons.is_empty() {
        true => verification.status.to_string(),
        false => format!("{}: {}", verification.status, reasons.join(", ")),
    }
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nnothing of anybody's";
const PDF: &[u8] = b"%PDF-1.7 nothing of anybody's";
