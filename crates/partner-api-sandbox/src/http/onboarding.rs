//! Documents and hosted verifications: files that show who a user is and where the user lives, and the page.

use axum::http::StatusCode;
use partner_api_core::documents::{DocumentKind, POA_FILES_MAX, Photos};
use partner_api_core::kyc::Questionnaire;
use partner_api_core::user::UserAction;
use partner_api_core::{Command, FreeText, KycId, Rule, UserId};
use partner_api_types::{
    Acknowledgement, CreateKycVerificationRequest, DocumentType, IncomeSource, KycStatus,
    KycVerificationCreated,
};

use super::input::Checks;
use super::multipart::{Form, Part};
use super::{Answer, Api, Call, Problem, fresh};

pub(super) async fn add_kyc_files(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let user: UserId = call.id(0, "externalUserId")?;
    let form = Form::read(&call.headers, &call.body).await?;
    let mut checks = Checks::default();
    form.only(
        &["documentType", "frontPhoto", "backPhoto", "selfie"],
        &mut checks,
    );
    let kind = form.one("documentType", &mut checks).map(Part::text);
    let kind = kind.map(|word| DocumentKind::try_from(&DocumentType::from(word)));
    let back = form.at_most_one("backPhoto", &mut checks);
    form.one("frontPhoto", &mut checks);
    form.one("selfie", &mut checks);
    let photos = kind.map(|kind| kind.map(DocumentKind::photos));
    match photos {
        Some(Ok(Ok(Photos::TwoSides))) => {
            checks.must(back.is_some(), "backPhoto", "given for this documentType");
        }
        Some(Ok(Ok(Photos::OnePage))) => {
            checks.must(back.is_none(), "backPhoto", "left out for PASSPORT");
        }
        Some(Ok(Err(rule))) => return Err(Problem::undecided(rule)),
        Some(Err(_)) => checks.must(false, "documentType", "a documented type"),
        None => {}
    }
    checks.pass()?;
    form.check_files()?;
    let (seq, _) = api.execute(Command::AddKycFiles { user }).await?;
    added(seq)
}

pub(super) async fn add_poa_files(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let user: UserId = call.id(0, "externalUserId")?;
    let form = Form::read(&call.headers, &call.body).await?;
    let mut checks = Checks::default();
    form.only(&["files"], &mut checks);
    let count = form.named("files").count();
    checks.must(
        (1..=POA_FILES_MAX).contains(&count),
        "files",
        "1 to 3 files",
    );
    checks.pass()?;
    form.check_files()?;
    let (seq, _) = api.execute(Command::AddPoaFiles { user }).await?;
    added(seq)
}

fn added(seq: u64) -> Result<Answer, Problem> {
    let message = Some("Files added".to_owned());
    Answer::json(StatusCode::CREATED, seq, &Acknowledgement { message })
}

pub(super) async fn start_kyc(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let request: CreateKycVerificationRequest = call.json()?;
    check(&request)?;
    let id: KycId = fresh();
    let command = Command::StartKyc {
        id: id.clone(),
        user: request.external_user_id,
        questionnaire: Box::new(Questionnaire {
            document_type: request.document_type.to_string(),
            country: request.country,
            income_source: request.income_source.to_string(),
            open_account_reason: request.open_account_reason.to_string(),
            tax_id: request.tax_id,
            occupation: request.occupation.map(|it| it.to_string()),
            additional_info: request.additional_info,
        }),
    };
    let (seq, _) = api.execute(command).await?;
    let body = KycVerificationCreated {
        verification_id: id,
    };
    Answer::json(StatusCode::CREATED, seq, &body)
}

/// What has to be given follows from where the money comes from (`gh:kyc`).
fn check(request: &CreateKycVerificationRequest) -> Result<(), Problem> {
    let mut checks = Checks::default();
    let is_known = request.document_type.is_known();
    checks.must(is_known, "documentType", "a documented type");
    let is_known = request.income_source.is_known();
    checks.must(is_known, "incomeSource", "a documented source");
    let is_known = request.open_account_reason.is_known();
    checks.must(is_known, "openAccountReason", "a documented reason");
    let is_known = request.occupation.as_ref().is_none_or(|it| it.is_known());
    checks.must(is_known, "occupation", "a documented occupation");
    checks.optional("taxId", request.tax_id.as_ref());
    checks.optional("additionalInfo", request.additional_info.as_ref());
    let is_business = matches!(request.income_source, IncomeSource::BusinessActivity);
    let is_salary = matches!(request.income_source, IncomeSource::Salary);
    let with = |field, given: bool, wanted: bool, checks: &mut Checks| {
        let form = if wanted { "given" } else { "left out" };
        checks.must(
            given == wanted,
            field,
            format!("{form} for this incomeSource"),
        );
    };
    with("taxId", request.tax_id.is_some(), is_business, &mut checks);
    with(
        "occupation",
        request.occupation.is_some(),
        is_salary,
        &mut checks,
    );
    let has_info = request.additional_info.is_some();
    with("additionalInfo", has_info, !is_business, &mut checks);
    checks.pass()
}

/// The page that leads the user's browser on. It needs no key, so it says nothing that its address does not.
pub(super) fn page(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let user: UserId = call.id(0, "externalUserId")?;
    let id: KycId = call.id(1, "verificationId")?;
    api.read_user(&user, UserAction::ReadKyc, |snapshot, user| {
        let seq = snapshot.seq()?;
        let found = snapshot.kyc(&id)?.filter(|kyc| kyc.holder == user.holder);
        let Some(kyc) = found else {
            let rule = Rule::KycMustExist;
            return Ok(Err(Problem::Refused { seq, rule }));
        };
        let country = user.country.as_str().to_ascii_lowercase();
        let token = super::chain::transaction_hash(id.as_str(), partner_api_core::Network::Bitcoin);
        // ASSUMED: the look; the address is of the provider's vendor, with a token that opens nothing.
        let page = format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Verification</title></head>\n\
             <body><p>This verification is {state}.</p>\n\
             <p><a href=\"https://ui.idenfy.com/?authToken=sandbox-{token}&amp;country={country}\">Continue</a></p></body></html>\n",
            state = kyc.state,
        );
        Ok(Ok(Answer::html(seq, page)))
    })
}

pub(super) fn status(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let id: KycId = call.id(0, "verificationId")?;
    api.read(|snapshot| {
        let seq = snapshot.seq()?;
        let Some(kyc) = snapshot.kyc(&id)? else {
            let rule = Rule::KycMustExist;
            return Ok(Err(Problem::Refused { seq, rule }));
        };
        let body = KycStatus {
            external_user_id: snapshot.user_id(kyc.holder)?,
            reasons: kyc.reasons.into_iter().map(FreeText::unchecked).collect(),
            status: kyc.state.into(),
            verification_id: Some(id.clone()),
        };
        Ok(Answer::json(StatusCode::OK, seq, &body))
    })
}
