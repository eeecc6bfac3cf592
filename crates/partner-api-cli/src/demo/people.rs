//! The people of the story; none of them exists.

use partner_api::{Country, Identity, InvalidPii, NewCard, NewUser, TermsAccepted, UserId};

/// A user whose data is made from a first and a last name.
pub(crate) fn person(id: &UserId, first: &str, last: &str) -> Result<NewUser, InvalidPii> {
    Ok(NewUser {
        id: id.clone(),
        email: format!("{}@example.com", first.to_lowercase()).parse()?,
        phone: "486012334567".parse()?,
        first_name: first.parse()?,
        last_name: last.parse()?,
        birth_date: "1990-05-15".parse()?,
        street: Some("ul. Prosta".parse()?),
        number: Some("7".parse()?),
        city: "Warszawa".parse()?,
        post_code: "00-838".parse()?,
        country: poland(),
        citizenship: poland(),
        nationality: None,
        birth_country: None,
        national_id: None,
        terms: TermsAccepted::by_the_user(),
    })
}

fn poland() -> Country {
    "PL".parse().expect("PL is a country")
}

/// Identity data for anybody.
pub(crate) fn passport() -> Result<Identity, InvalidPii> {
    Ok(Identity::passport("EK8412973".parse()?).issued_by(poland()))
}

/// A card with a PIN that nobody should use.
pub(crate) fn new_card(label: &str) -> Result<NewCard, Box<dyn std::error::Error>> {
    Ok(NewCard::new(label, "2580".parse()?)?)
}
