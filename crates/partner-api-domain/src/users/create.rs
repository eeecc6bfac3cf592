//! Creating a user.

use partner_api_client::Client;
use partner_api_core::{
    AddressLine, BirthDate, City, Country, Email, HolderId, NationalId, PersonName, Phone,
    PostCode, Rule, UserId,
};
use partner_api_types as types;

use crate::call::{Context, now};
use crate::check::{Checks, Invalid};
use crate::error::Error;
use crate::journal::Action;
use crate::operation::Verb;

/// What creating a user needs.
///
/// Country of residence, names, birth date and citizenship can never be changed afterwards (L1, L2).
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The partner's own id of the user; never accepted again, not even after closing (L7, L13).
    pub id: UserId,
    /// E-mail address; can be changed.
    pub email: Email,
    /// Phone number, digits with country code and no plus; can be changed.
    pub phone: Phone,
    /// First name.
    pub first_name: PersonName,
    /// Last name.
    pub last_name: PersonName,
    /// Date of birth.
    pub birth_date: BirthDate,
    /// Street; can be changed.
    pub street: Option<AddressLine>,
    /// House number; can be changed.
    pub number: Option<AddressLine>,
    /// City; can be changed.
    pub city: City,
    /// Postal code; can be changed.
    pub post_code: PostCode,
    /// Country of residence.
    pub country: Country,
    /// Citizenship.
    pub citizenship: Country,
    /// Nationality, where it differs.
    pub nationality: Option<Country>,
    /// Country of birth.
    pub birth_country: Option<Country>,
    /// National identification number.
    pub national_id: Option<NationalId>,
    /// That the user accepted the provider's terms; without it there is no account.
    pub terms: TermsAccepted,
}

/// That a user accepted the provider's terms and conditions.
///
/// The wire has a boolean which must be `true`; here what must be so is a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TermsAccepted(());

impl TermsAccepted {
    /// The user was shown the provider's terms and accepted them.
    pub const fn by_the_user() -> Self {
        Self(())
    }
}

/// The answer to creating a user.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserCreated {
    /// The partner's own id, as given.
    pub id: UserId,
    /// The provider's opaque id, which is told here only.
    pub holder: HolderId,
    /// Announces that proof of address is needed; the provider currently does not insist on it.
    pub proof_of_address_required: bool,
}

/// The verb of [`Users::create`](crate::Users::create).
#[derive(Debug)]
pub struct Create(pub(crate) NewUser);

impl Verb for Create {
    type Output = UserCreated;

    async fn run(self, cx: Context) -> Result<UserCreated, Error> {
        let new = self.0;
        let id = new.id.clone();
        new.check()
            .map_err(|invalid| invalid.on("create", Some(&id)))?;
        let action = Action::Create { user: id.clone() };
        let body = new.into_wire();
        let send = |client: Client| async move { client.create_user(&body).await };
        let done = cx.change(action, send).await?.done()?;
        Ok(UserCreated {
            id,
            holder: done.answer.user_id,
            proof_of_address_required: done.answer.poa_required_for_extended.unwrap_or(false),
        })
    }
}

impl NewUser {
    fn check(&self) -> Result<(), Invalid> {
        let checks = Checks::new()
            .text("email", &self.email)
            .text("phone", &self.phone)
            .text("first name", &self.first_name)
            .text("last name", &self.last_name)
            .text("birth date", &self.birth_date)
            .text("city", &self.city)
            .text("post code", &self.post_code);
        checks
            .optional("street", &self.street)
            .optional("number", &self.number)
            .optional("national id", &self.national_id)
            .end()?;
        match self.birth_date.is_plausible(now()) {
            true => Ok(()),
            false => Err(Invalid::by(Rule::BirthDateMustBePlausible)),
        }
    }

    fn into_wire(self) -> types::CreateUserRequest {
        types::CreateUserRequest {
            external_user_id: self.id,
            email: self.email,
            phone: self.phone,
            first_name: self.first_name,
            last_name: self.last_name,
            birth_date: self.birth_date,
            street: self.street,
            number: self.number,
            city: self.city,
            post_code: self.post_code,
            country: self.country,
            citizenship: self.citizenship,
            nationality: self.nationality,
            birth_country: self.birth_country,
            user_identification_number: self.national_id,
            has_accepted_p100_tc: self.terms == TermsAccepted(()),
        }
    }
}
