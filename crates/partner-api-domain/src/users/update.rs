//! Changing a user's contact data and address.

use std::fmt;

use partner_api_client::Client;
use partner_api_core::{AddressLine, City, Email, Phone, PostCode, UserId};
use partner_api_types as types;
use serde::{Deserialize, Serialize};

use crate::call::Context;
use crate::check::{Checks, Invalid};
use crate::error::Error;
use crate::journal::Action;
use crate::operation::{Keyed, Verb};

/// What is to change about a user; a field that is not set stays as it is.
///
/// Only what the provider lets change can be said. Country of residence (L1) and names (L2) cannot:
///
/// ```compile_fail,E0599
/// # use partner_api_domain::UserUpdate;
/// UserUpdate::new().country("DE".parse().unwrap());
/// ```
///
/// ```compile_fail,E0599
/// # use partner_api_domain::UserUpdate;
/// UserUpdate::new().first_name("Anna".parse().unwrap());
/// ```
#[derive(Clone, Debug, Default)]
pub struct UserUpdate(types::UpdateUserRequest);

impl UserUpdate {
    /// Changes nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A new e-mail address.
    #[must_use]
    pub fn email(mut self, email: Email) -> Self {
        self.0.email = Some(email);
        self
    }

    /// A new phone number.
    #[must_use]
    pub fn phone(mut self, phone: Phone) -> Self {
        self.0.phone = Some(phone);
        self
    }

    /// A new street.
    #[must_use]
    pub fn street(mut self, street: AddressLine) -> Self {
        self.0.street = Some(street);
        self
    }

    /// A new house number.
    #[must_use]
    pub fn number(mut self, number: AddressLine) -> Self {
        self.0.number = Some(number);
        self
    }

    /// A new city.
    #[must_use]
    pub fn city(mut self, city: City) -> Self {
        self.0.city = Some(city);
        self
    }

    /// A new postal code.
    #[must_use]
    pub fn post_code(mut self, post_code: PostCode) -> Self {
        self.0.post_code = Some(post_code);
        self
    }

    /// The fields that change.
    pub fn fields(&self) -> Vec<UserField> {
        let it = &self.0;
        let set = [
            (it.email.is_some(), UserField::Email),
            (it.phone.is_some(), UserField::Phone),
            (it.street.is_some(), UserField::Street),
            (it.number.is_some(), UserField::Number),
            (it.city.is_some(), UserField::City),
            (it.post_code.is_some(), UserField::PostCode),
        ];
        set.into_iter()
            .filter_map(|(is_set, field)| is_set.then_some(field))
            .collect()
    }

    /// The values of the fields that change, in their order.
    fn values(&self) -> Vec<Box<str>> {
        let it = &self.0;
        let values = [
            it.email.as_ref().map(|it| it.expose()),
            it.phone.as_ref().map(|it| it.expose()),
            it.street.as_ref().map(|it| it.expose()),
            it.number.as_ref().map(|it| it.expose()),
            it.city.as_ref().map(|it| it.expose()),
            it.post_code.as_ref().map(|it| it.expose()),
        ];
        values.into_iter().flatten().map(Into::into).collect()
    }

    fn check(&self) -> Result<(), Invalid> {
        if self.fields().is_empty() {
            return Err(Invalid::new(
                "the update changes nothing; set at least one field",
                None,
            ));
        }
        Checks::new()
            .optional("email", &self.0.email)
            .optional("phone", &self.0.phone)
            .optional("street", &self.0.street)
            .optional("number", &self.0.number)
            .optional("city", &self.0.city)
            .optional("post code", &self.0.post_code)
            .end()
    }
}

/// A field of a user that can be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum UserField {
    /// E-mail address.
    Email,
    /// Phone number.
    Phone,
    /// Street.
    Street,
    /// House number.
    Number,
    /// City.
    City,
    /// Postal code.
    PostCode,
}

impl fmt::Display for UserField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Street => "street",
            Self::Number => "number",
            Self::City => "city",
            Self::PostCode => "post code",
        })
    }
}

/// A user's contact data or address was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UpdateReport {
    /// Whether an earlier call under the same [key](crate::Operation::key) did it, so that this one sent nothing.
    pub was_done_before: bool,
}

/// The verb of [`User::update`](crate::User::update).
#[derive(Debug)]
pub struct Update {
    pub(crate) user: UserId,
    pub(crate) update: UserUpdate,
}

impl Keyed for Update {}

impl Verb for Update {
    type Output = UpdateReport;

    async fn run(self, cx: Context) -> Result<UpdateReport, Error> {
        let Self { user, update } = self;
        update
            .check()
            .map_err(|invalid| invalid.on("update", Some(&user)))?;
        let action = Action::Update {
            user: user.clone(),
            fields: update.fields(),
        };
        let values = update.values();
        let values: Vec<&str> = values.iter().map(|it| &**it).collect();
        if cx.done_before(&action, &values).await?.is_some() {
            return Ok(UpdateReport {
                was_done_before: true,
            });
        }
        let send = |client: Client| async move { client.update_user(&user, &update.0).await };
        cx.change_to(action, &values, send).await?.done()?;
        Ok(UpdateReport {
            was_done_before: false,
        })
    }
}
