//! A user's personal data, which rules carry but never read.

use crate::{
    AddressLine, BirthDate, City, Country, Email, NationalId, PersonName, Phone, PostCode,
};

/// What was given at creation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// E-mail address; can be changed.
    pub email: Email,
    /// Phone number; can be changed.
    pub phone: Phone,
    /// First name; fixed.
    pub first_name: PersonName,
    /// Last name; fixed.
    pub last_name: PersonName,
    /// Date of birth; fixed.
    pub birth_date: BirthDate,
    /// Street; can be changed.
    pub street: Option<AddressLine>,
    /// House number; can be changed.
    pub number: Option<AddressLine>,
    /// City; can be changed.
    pub city: City,
    /// Postal code; can be changed.
    pub post_code: PostCode,
    /// Citizenship; fixed.
    pub citizenship: Country,
    /// Nationality; fixed.
    pub nationality: Option<Country>,
    /// Country of birth; fixed.
    pub birth_country: Option<Country>,
    /// National identification number; fixed.
    pub national_id: Option<NationalId>,
}

/// What changes in a profile. Only what may change has a field (L1, L2); what is `None` stays.
///
/// The country of residence and everything that verification looks at cannot be expressed:
///
/// ```compile_fail,E0560
/// # use partner_api_core::{Country, user::ProfileChanges};
/// let moved = ProfileChanges {
///     country: Some(Country::parse("DE")?),
///     ..ProfileChanges::default()
/// };
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// ```compile_fail,E0560
/// # use partner_api_core::user::ProfileChanges;
/// let renamed = ProfileChanges {
///     last_name: Some("Nowak".parse()?),
///     ..ProfileChanges::default()
/// };
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileChanges {
    /// E-mail address.
    pub email: Option<Email>,
    /// Phone number.
    pub phone: Option<Phone>,
    /// Street.
    pub street: Option<AddressLine>,
    /// House number.
    pub number: Option<AddressLine>,
    /// City.
    pub city: Option<City>,
    /// Postal code.
    pub post_code: Option<PostCode>,
}
