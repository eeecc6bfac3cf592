//! Documents, hosted verifications and identity data: what is sent, what is not, and what answers mean.

use std::time::Duration;

use partner_api_domain::core::documents::DocumentKind;
use partner_api_domain::core::{KycId, Rule};
use partner_api_domain::types::{KycVerificationStatus, Occupation, OpenAccountReason};
use partner_api_domain::{
    Decision, Error, File, Identity, Income, KycFiles, NewUser, PoaFilesAnswer, Questionnaire,
    Reason, TermsAccepted,
};

use crate::fake::{Fake, Fault, anna};

pub(crate) fn file() -> File {
    File::new(b"%PDF-1.7 file-canary".as_slice()).unwrap()
}

pub(crate) fn passport() -> KycFiles {
    let (page, selfie) = (file(), file());
    KycFiles::Passport { page, selfie }
}

pub(crate) fn questionnaire() -> Questionnaire {
    questions(Income::Business {
        tax_id: "tax-canary".parse().unwrap(),
    })
}

fn questions(income: Income) -> Questionnaire {
    Questionnaire {
        document: DocumentKind::Passport,
        country: "PL".parse().unwrap(),
        income,
        purpose: OpenAccountReason::DailyUse,
    }
}

fn v1() -> KycId {
    KycId::new("V1").unwrap()
}

#[tokio::test]
async fn what_an_answer_says_of_a_proof_of_address() {
    let fake = Fake::with_cards("");
    let add = async || {
        let adding = fake.anna().documents().add_proof_of_address(file().into());
        adding.await
    };
    assert_eq!(add().await.unwrap(), PoaFilesAnswer::Added);
    assert_eq!(add().await.unwrap(), PoaFilesAnswer::Pending);
    for (state, rule) in [
        ("APPROVED", Rule::PoaMustNotBeApproved),
        ("NOT_ASKED", Rule::PoaMustBeAsked),
    ] {
        fake.world().poa = Some(state);
        let error = add().await.unwrap_err();
        assert_eq!(error.rule(), Some(rule));
        assert!(error.to_string().contains(rule.remedy()), "{error}");
    }
}

#[tokio::test]
async fn documents_are_taken_of_the_suspended_and_of_nobody_who_is_closed() {
    let fake = Fake::with_cards("");
    let user = fake.anna();
    user.suspend(Reason::Fraud).await.unwrap();
    user.documents().add_identity(passport()).await.unwrap();
    user.documents()
        .add_proof_of_address(file().into())
        .await
        .unwrap();
    let started = user.hosted_verification().start(questionnaire()).await;
    // The fake's `POST /kyc` asks nothing of the standing, as the core's table does.
    assert_eq!(started.unwrap().done().unwrap().id, v1());

    user.unsuspend().await.unwrap();
    let plan = user.plan_closure().await.unwrap();
    let confirmed = plan.ready().unwrap().confirm();
    confirmed.forfeit_balances(&plan.balances).await.unwrap();
    let before = fake.steps();
    for error in [
        user.documents().add_identity(passport()).await.unwrap_err(),
        user.documents()
            .add_proof_of_address(file().into())
            .await
            .unwrap_err(),
        user.hosted_verification()
            .start(questionnaire())
            .await
            .unwrap_err(),
        user.hosted_verification().status(&v1()).await.unwrap_err(),
        user.hosted_verification().page(&v1()).await.unwrap_err(),
    ] {
        assert!(error.is_denied_locally(), "{error}");
    }
    assert_eq!(fake.steps(), before, "nothing was sent");
}

#[tokio::test]
async fn each_income_sends_what_it_has_and_nothing_else() {
    let about = || "about".parse().unwrap();
    let tax_id = "PL123".parse().unwrap();
    let occupation = Occupation::It;
    for (income, source, answers) in [
        (Income::Business { tax_id }, "BUSINESS_ACTIVITY", "taxId"),
        (
            Income::Salary {
                occupation,
                about: about(),
            },
            "SALARY",
            "occupation additionalInfo",
        ),
        (
            Income::Family { about: about() },
            "MAINTAINED_BY_FAMILY",
            "additionalInfo",
        ),
        (
            Income::Investments { about: about() },
            "INVESTMENTS",
            "additionalInfo",
        ),
        (
            Income::SocialBenefits { about: about() },
            "SOCIAL_BENEFITS",
            "additionalInfo",
        ),
        (
            Income::Tenancy { about: about() },
            "TENANCY",
            "additionalInfo",
        ),
        (Income::Other { about: about() }, "OTHER", "additionalInfo"),
    ] {
        let fake = Fake::with_cards("");
        let start = fake.anna().hosted_verification().start(questions(income));
        start.await.unwrap().done().unwrap();
        let sent = fake.world().last_body.clone();
        assert_eq!(sent["incomeSource"], source);
        let given = ["taxId", "occupation", "additionalInfo"].into_iter();
        let given: Vec<_> = given.filter(|it| !sent[*it].is_null()).collect();
        assert_eq!(given.join(" "), answers, "{source}");
    }
}

/// A second one would be charged too, so none is started while nobody knows of the first.
#[tokio::test]
async fn while_one_start_is_in_doubt_no_other_is_sent() {
    let fake = Fake::with_cards("");
    let hosted = fake.anna().hosted_verification();
    fake.fail_at(0, Fault::LostAfter);
    let outcome = hosted.start(questionnaire()).await.unwrap();
    assert!(outcome.is_unknown());
    let error = outcome.done().unwrap_err();
    assert!(error.may_have_moved_money(), "{error}");
    let before = fake.steps();
    let error = hosted.start(questionnaire()).await.unwrap_err();
    assert_eq!(fake.steps(), before, "{error}");
    let intent = fake.partner.unresolved().await.unwrap()[0].id;
    fake.partner
        .resolve(intent, Decision::DidNotHappen)
        .await
        .unwrap();
    hosted.start(questionnaire()).await.unwrap().done().unwrap();
}

#[tokio::test(start_paused = true)]
async fn waiting_ends_with_a_decision_either_way_or_with_the_time() {
    for (status, is_approved) in [("APPROVED", true), ("REJECTED", false)] {
        let fake = Fake::with_cards("");
        let looks = fake.steps() + 3;
        fake.world().kyc = "PENDING";
        let decide: fn(&mut crate::fake::World) = match is_approved {
            true => |world| world.kyc = "APPROVED",
            false => |world| world.kyc = "REJECTED",
        };
        fake.world().meddling.insert(looks, decide);
        let hosted = fake.anna().hosted_verification();
        let found = hosted.wait_until_decided(&v1()).await.unwrap();
        assert_eq!(found.status, KycVerificationStatus::from(status));
        assert_eq!(
            (found.is_approved(), found.is_decided()),
            (is_approved, true)
        );
        assert_eq!(found.user, Some(anna()));
        assert_eq!(found.reasons[0].expose(), "reason-canary");
        assert!(!format!("{found:?}").contains("canary"), "{found:?}");
        assert_eq!(fake.steps(), looks + 1);
    }
    for undecided in ["PENDING", "UNHEARD_OF"] {
        let fake = Fake::with_cards("");
        fake.world().kyc = undecided;
        let hosted = fake.anna().hosted_verification();
        let waiting = hosted
            .wait_until_decided(&v1())
            .within(Duration::from_secs(5));
        let error = waiting.await.unwrap_err();
        assert!(error.is_timeout() && error.is_transient(), "{error}");
        assert!(
            error.to_string().contains("no decision after 5.0 s"),
            "{error}"
        );
    }
    let fake = Fake::with_cards("");
    let stranger = KycId::new("V9").unwrap();
    let hosted = fake.anna().hosted_verification();
    let error = hosted.wait_until_decided(&stranger).await.unwrap_err();
    assert_eq!(error.rule(), Some(Rule::KycMustExist));
    assert_eq!(fake.steps(), 1, "what does not exist is not waited for");
}

#[tokio::test]
async fn the_page_and_its_address_are_of_this_user_and_this_verification() {
    let fake = Fake::with_cards("");
    let hosted = fake.anna().hosted_verification();
    let address = hosted.page_address(&v1());
    assert!(
        address.ends_with("/v1/kyc/verification/anna/V1"),
        "{address}"
    );
    assert_eq!(fake.steps(), 0, "an address is made here");
    let page = hosted.page(&v1()).await.unwrap();
    assert_eq!(page.html(), "<html>page-canary</html>");
    assert!(!format!("{page:?}").contains("canary"));
    assert!(fake.journal.entries().is_empty(), "reads are not journaled");
}

fn new_user(born: &str) -> NewUser {
    NewUser {
        id: anna(),
        email: "anna@example.com".parse().unwrap(),
        phone: "486012334567".parse().unwrap(),
        first_name: "Anna".parse().unwrap(),
        last_name: "Kowalska".parse().unwrap(),
        birth_date: born.parse().unwrap(),
        street: None,
        number: None,
        city: "Warszawa".parse().unwrap(),
        post_code: "00-838".parse().unwrap(),
        country: "PL".parse().unwrap(),
        citizenship: "PL".parse().unwrap(),
        nationality: None,
        birth_country: None,
        national_id: None,
        terms: TermsAccepted::by_the_user(),
    }
}

#[tokio::test]
async fn what_no_document_says_is_neither_sent_nor_journaled() {
    let fake = Fake::with_cards("");
    let user = fake.anna();
    let number = |text: &str| text.parse().unwrap();
    let poland = || "PL".parse().unwrap();
    let past = "2020-01-01";
    let check = |error: Error, rule: Option<Rule>| {
        assert!(error.is_invalid(), "{error}");
        assert_eq!(error.rule(), rule, "{error}");
        assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
    };
    let misfit = Some(Rule::DocumentNumberMustFitKind);
    let odd = Identity::passport(number("canary number"));
    check(user.verify(odd).await.unwrap_err(), misfit);
    let short = Identity::id_card(number("AB1"));
    check(user.verify(short).await.unwrap_err(), misfit);
    let expired = Some(Rule::DocumentMustNotBeExpired);
    let old = Identity::passport(number("EK7700123")).valid_until(past.parse().unwrap());
    check(user.verify(old).await.unwrap_err(), expired);
    let permit = Identity::residence_permit(number("RP-12345"), poland(), past.parse().unwrap());
    check(user.verify(permit).await.unwrap_err(), expired);

    for born in ["1899-12-31", "9999-12-31"] {
        let error = fake.partner.users().create(new_user(born)).await;
        check(error.unwrap_err(), Some(Rule::BirthDateMustBePlausible));
    }
    let tax_id = partner_api_domain::core::Pii::unchecked("");
    let blank = questions(Income::Business { tax_id });
    check(
        user.hosted_verification().start(blank).await.unwrap_err(),
        None,
    );
    assert_eq!((fake.steps(), fake.journal.entries().len()), (0, 0));
}

#[tokio::test]
async fn identity_data_goes_out_as_the_document_has_it() {
    let fake = Fake::with_cards("");
    let permit = Identity::residence_permit(
        "RP-12345".parse().unwrap(),
        "PL".parse().unwrap(),
        "2999-12-31".parse().unwrap(),
    );
    assert!(!format!("{permit:?}").contains("12345"), "{permit:?}");
    fake.anna().verify(permit).await.unwrap();
    assert_eq!(
        fake.world().last_body,
        serde_json::json!({
            "externalUserId": "anna", "documentType": "RESIDENCE_PERMIT",
            "documentNumber": "RP-12345", "issuingCountry": "PL", "expiryDate": "2999-12-31",
        })
    );
    assert!(!format!("{:?}", fake.journal.entries()).contains("12345"));
}
