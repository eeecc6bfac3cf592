//! Bringing users in by files and by hosted verification, through the facade against a sandbox that asks for documents first.

use std::time::Duration;

use partner_api::{
    Amount, ApiKey, Currency, Decision, DocumentKind, Environment, File, Identity, Income,
    KycFiles, Occupation, OpenAccountReason, PartnerApi, PoaFiles, PoaFilesAnswer, Questionnaire,
    Rule, User,
};
use partner_api_core::{DocumentsNeeded, FeeSchedule, Policy};
use partner_api_sandbox::Sandbox;
use partner_api_tests::facade::new_user;
use partner_api_tests::wire::Wire;
use serde_json::json;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n picture";
const FILE_BYTES_MAX: usize = 5 * 1024 * 1024;

struct Stage {
    partner: PartnerApi,
    control: Wire,
    /// Stops when it is dropped.
    _sandbox: Sandbox,
}

/// A sandbox with a standing clock that asks for documents first, and for a proof of address in Ukraine only.
async fn stage() -> Stage {
    let policy = Policy {
        documents: DocumentsNeeded::BeforeVerification,
        poa_countries: Some(["UA".parse().expect("a country")].into()),
        fees: FeeSchedule {
            kyc: "2.50".parse().expect("an amount"),
            ..FeeSchedule::default()
        },
        ..Policy::default()
    };
    let sandbox = Sandbox::builder().policy(policy).start().await;
    let sandbox = sandbox.expect("a sandbox");
    let partner = PartnerApi::builder()
        .environment(Environment::Sandbox(
            sandbox.api_url().parse().expect("an address"),
        ))
        .api_key(ApiKey::new(sandbox.api_key()))
        .build()
        .expect("a client");
    let control = Wire::control(sandbox.control_url(), sandbox.control_key());
    control.post("/clock/freeze", json!({})).await.ok();
    Stage {
        partner,
        control,
        _sandbox: sandbox,
    }
}

impl Stage {
    async fn register(&self, id: &str, country: &str) -> User {
        let created = self
            .partner
            .users()
            .create(new_user(id, country.parse().unwrap()))
            .await;
        created.expect("a new user");
        self.partner.user(id).expect("an id")
    }

    async fn outside(&self, path: &str, body: serde_json::Value) {
        self.control.post(path, body).await.ok();
    }

    /// A second passes, after which the provider decides by itself.
    async fn a_second_passes(&self) {
        self.outside("/clock/advance", json!({ "milliseconds": 1_000 }))
            .await;
    }

    async fn euro(&self) -> Amount {
        let balances = self.partner.balances().await.expect("balances");
        balances.of(Currency::EUR)
    }
}

fn picture() -> File {
    File::new(PNG).expect("a picture")
}

fn passport() -> Identity {
    Identity::passport("EK7700123".parse().expect("a number"))
}

fn questionnaire() -> Questionnaire {
    Questionnaire {
        document: DocumentKind::Passport,
        country: "PL".parse().expect("a country"),
        income: Income::Salary {
            occupation: Occupation::It,
            about: "I am a programmer".parse().expect("a text"),
        },
        purpose: OpenAccountReason::DailyUse,
    }
}

#[tokio::test]
async fn identity_data_waits_for_files_and_then_the_account_becomes_active() {
    let stage = stage().await;
    let (front, back, selfie) = (picture(), picture(), picture());
    let (page, own) = (picture(), picture());
    for (id, files) in [
        (
            "U1",
            KycFiles::IdCard {
                front: front.clone(),
                back: back.clone(),
                selfie: selfie.clone(),
            },
        ),
        (
            "U2",
            KycFiles::ResidencePermit {
                front,
                back,
                selfie,
            },
        ),
        ("U3", KycFiles::Passport { page, selfie: own }),
    ] {
        let user = stage.register(id, "PL").await;
        let early = user.verify(passport()).await.unwrap_err();
        assert_eq!(early.rule(), Some(Rule::DocumentsMustBeAccepted));
        user.documents().add_identity(files).await.unwrap();
        user.verify(passport()).await.unwrap();
        stage.a_second_passes().await;
        user.wait_until_active().await.unwrap();
    }
    let ghost = stage.partner.user("ghost").unwrap();
    let files = KycFiles::Passport {
        page: picture(),
        selfie: picture(),
    };
    let unknown = ghost.documents().add_identity(files).await.unwrap_err();
    assert_eq!(unknown.rule(), Some(Rule::UserMustExist));
}

#[tokio::test]
async fn a_hosted_verification_is_opened_by_a_browser_rejected_repeated_and_approved() {
    let stage = stage().await;
    let user = stage.register("U1", "PL").await;
    let hosted = user.hosted_verification();
    let before = stage.euro().await;
    let first = hosted
        .start(questionnaire())
        .await
        .unwrap()
        .done()
        .unwrap()
        .id;

    // A browser: no key, no client of ours.
    let browser = stage.control.client();
    let seen = browser
        .get(hosted.page_address(&first))
        .send()
        .await
        .unwrap();
    assert_eq!(seen.status(), 200);
    let page = hosted.page(&first).await.unwrap();
    assert_eq!(page.html(), seen.text().await.unwrap());
    assert!(page.html().contains("https://ui.idenfy.com/?authToken="));

    let second = hosted.start(questionnaire()).await.unwrap_err();
    assert_eq!(second.rule(), Some(Rule::KycMustBeOpen));
    let pending = hosted.status(&first).await.unwrap();
    assert!(!pending.is_decided());
    let waiting = hosted
        .wait_until_decided(&first)
        .within(Duration::from_millis(120));
    assert!(
        waiting.await.unwrap_err().is_timeout(),
        "the clock stands still"
    );

    let body = json!({ "verificationId": first, "approved": false, "reasons": ["FACE_MISMATCH", "blurred"] });
    stage.outside("/simulate/kyc-decision", body).await;
    let rejected = hosted.wait_until_decided(&first).await.unwrap();
    assert!(rejected.is_decided() && !rejected.is_approved());
    let reasons: Vec<_> = rejected.reasons.iter().map(|it| it.expose()).collect();
    assert_eq!(reasons, ["FACE_MISMATCH", "blurred"]);
    assert_eq!(rejected.user.as_ref(), Some(user.id()));
    let early = user.verify(passport()).await.unwrap_err();
    assert_eq!(early.rule(), Some(Rule::DocumentsMustBeAccepted));

    let again = hosted
        .start(questionnaire())
        .await
        .unwrap()
        .done()
        .unwrap()
        .id;
    stage.a_second_passes().await;
    assert!(
        hosted
            .wait_until_decided(&again)
            .await
            .unwrap()
            .is_approved()
    );
    user.verify(passport()).await.unwrap();
    stage.a_second_passes().await;
    user.wait_until_active().await.unwrap();

    let other = stage.register("U2", "PL").await;
    let elsewhere = other.hosted_verification().page(&first).await.unwrap_err();
    assert_eq!(elsewhere.rule(), Some(Rule::KycMustExist));
    let taken = before.checked_sub(stage.euro().await);
    assert_eq!(
        taken,
        "5".parse().ok(),
        "each of the two that were started is charged, and none that was refused"
    );
}

/// The answer is lost after the sandbox committed: the start is in doubt, and no other one is sent until somebody tells.
#[tokio::test]
async fn a_start_whose_answer_is_lost_is_not_repeated() {
    let stage = stage().await;
    let hosted = stage.register("U1", "PL").await.hosted_verification();
    let fault =
        json!({ "operation": "create_kyc_verification", "fault": "DROP_AFTER", "times": 1 });
    stage.outside("/faults", fault).await;
    let lost = hosted.start(questionnaire()).await.unwrap();
    assert!(lost.is_unknown());
    let intent = lost.done().unwrap_err().as_unresolved().unwrap().intent;
    let doubted = hosted.start(questionnaire()).await.unwrap_err();
    assert!(doubted.refusal().is_none(), "nothing was sent: {doubted}");
    stage
        .partner
        .resolve(intent, Decision::HappenedWithoutId)
        .await
        .unwrap();
    let second = hosted.start(questionnaire()).await.unwrap_err();
    assert_eq!(
        second.rule(),
        Some(Rule::KycMustBeOpen),
        "the first one stands"
    );
}

#[tokio::test]
async fn a_proof_of_address_goes_through_every_state_and_is_asked_for_in_some_countries_only() {
    let stage = stage().await;
    let documents = stage.register("U1", "UA").await.documents();
    let one = || PoaFiles::from(picture());
    // As large and as many as there may be.
    let mut largest = b"%PDF-1.7 ".to_vec();
    largest.resize(FILE_BYTES_MAX, b'x');
    let largest = File::new(largest).unwrap();
    let all = PoaFiles::new(vec![largest; 3]).unwrap();
    let added = documents.add_proof_of_address(all).await.unwrap();
    assert_eq!(added, PoaFilesAnswer::Added);
    let pending = documents.add_proof_of_address(one()).await.unwrap();
    assert_eq!(pending, PoaFilesAnswer::Pending);
    for decision in ["QUESTIONED", "REJECTED"] {
        let body = json!({ "externalUserId": "U1", "decision": decision });
        stage.outside("/simulate/poa-decision", body).await;
        let added = documents.add_proof_of_address(one()).await.unwrap();
        assert_eq!(added, PoaFilesAnswer::Added, "after {decision}");
    }
    stage.a_second_passes().await;
    let approved = documents.add_proof_of_address(one()).await.unwrap_err();
    assert_eq!(approved.rule(), Some(Rule::PoaMustNotBeApproved));
    assert_eq!(approved.refusal().map(|it| it.code()), Some("P447"));

    let elsewhere = stage.register("U2", "PL").await.documents();
    let unasked = elsewhere.add_proof_of_address(one()).await.unwrap_err();
    assert_eq!(unasked.rule(), Some(Rule::PoaMustBeAsked));
    assert_eq!(unasked.refusal().map(|it| it.status()), Some(404));
}

#[tokio::test]
async fn a_residence_permit_is_of_where_the_user_lives() {
    let stage = stage().await;
    let user = stage.register("U1", "PL").await;
    let files = KycFiles::Passport {
        page: picture(),
        selfie: picture(),
    };
    user.documents().add_identity(files).await.unwrap();
    let permit = |country: &str| {
        let (number, day) = ("RP-12345".parse().unwrap(), "2999-12-31".parse().unwrap());
        Identity::residence_permit(number, country.parse().unwrap(), day)
    };
    // Only the provider knows where the user lives. `P403` says that something is wrong with the input, and no more.
    let foreign = user.verify(permit("DE")).await.unwrap_err();
    assert_eq!(foreign.refusal().map(|it| it.code()), Some("P403"));
    user.verify(permit("PL")).await.unwrap();
}
