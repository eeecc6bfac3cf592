//! Account management: creating, verifying, updating, suspending, unsuspending and deleting users.

use axum::http::StatusCode;
use partner_api_core::documents::DocumentKind;
use partner_api_core::user::{Identity, Profile, ProfileChanges};
use partner_api_core::{Command, HolderId, Rule};
use partner_api_types::{
    AddUserVerificationRequest, CreateUserRequest, UpdateUserRequest, UserCreated,
};

use partner_api_types::reference::{Known, country};

use super::input::Checks;
use super::{Answer, Api, Call, Problem};

pub(super) async fn create(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let new: CreateUserRequest = call.json()?;
    let mut checks = Checks::default();
    checks.personal("email", &new.email);
    checks.personal("phone", &new.phone);
    checks.personal("firstName", &new.first_name);
    checks.personal("lastName", &new.last_name);
    checks.personal("birthDate", &new.birth_date);
    checks.optional("street", new.street.as_ref());
    checks.optional("number", new.number.as_ref());
    checks.personal("city", &new.city);
    checks.personal("postCode", &new.post_code);
    checks.optional(
        "userIdentificationNumber",
        new.user_identification_number.as_ref(),
    );
    checks.must(new.has_accepted_p100_tc, "hasAcceptedP100Tc", "true");
    checks.pass()?;

    let residence = new.country;
    let holder = HolderId(uuid::Uuid::now_v7());
    let command = Command::CreateUser {
        user: new.external_user_id,
        holder,
        country: new.country,
        profile: Box::new(Profile {
            email: new.email,
            phone: new.phone,
            first_name: new.first_name,
            last_name: new.last_name,
            birth_date: new.birth_date,
            street: new.street,
            number: new.number,
            city: new.city,
            post_code: new.post_code,
            citizenship: new.citizenship,
            nationality: new.nationality,
            birth_country: new.birth_country,
            national_id: new.user_identification_number,
        }),
    };
    let (seq, _) = api.execute(command).await?;
    let created = UserCreated {
        user_id: holder,
        // The older list; the newer pages say that the announcement may be ignored.
        poa_required_for_extended: Some(country(residence).proof_of_address == Known::Yes),
    };
    Answer::json(StatusCode::OK, seq, &created)
}

pub(super) async fn verify(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let request: AddUserVerificationRequest = call.json()?;
    let mut checks = Checks::default();
    let document = DocumentKind::try_from(&request.document_type);
    checks.must(document.is_ok(), "documentType", "a documented type");
    checks.personal("documentNumber", &request.document_number);
    checks.optional("expiryDate", request.expiry_date.as_ref());
    checks.pass()?;
    let document = document.map_err(|_| Problem::undecided(Rule::DocumentMustShowIdentity))?;
    let command = Command::AddVerification {
        user: request.external_user_id,
        identity: Box::new(Identity {
            document,
            document_number: request.document_number,
            issuing_country: request.issuing_country,
            expiry: request.expiry_date,
        }),
    };
    api.acknowledge(command, "Verification added").await
}

pub(super) async fn update(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let user = call.id(0, "externalUserId")?;
    let request: UpdateUserRequest = call.json()?;
    let mut checks = Checks::default();
    checks.optional("email", request.email.as_ref());
    checks.optional("phone", request.phone.as_ref());
    checks.optional("street", request.street.as_ref());
    checks.optional("number", request.number.as_ref());
    checks.optional("city", request.city.as_ref());
    checks.optional("postCode", request.post_code.as_ref());
    checks.pass()?;
    let changes = Box::new(ProfileChanges {
        email: request.email,
        phone: request.phone,
        street: request.street,
        number: request.number,
        city: request.city,
        post_code: request.post_code,
    });
    api.acknowledge(Command::UpdateUser { user, changes }, "User updated")
        .await
}

pub(super) async fn suspend(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let user = call.id(0, "externalUserId")?;
    api.acknowledge(Command::Suspend { user }, "User suspended")
        .await
}

pub(super) async fn unsuspend(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let user = call.id(0, "externalUserId")?;
    api.acknowledge(Command::Unsuspend { user }, "User unsuspended")
        .await
}

pub(super) async fn delete(api: &Api, call: &Call) -> Result<Answer, Problem> {
    let user = call.id(0, "externalUserId")?;
    api.acknowledge(Command::Close { user }, "User deleted")
        .await
}
