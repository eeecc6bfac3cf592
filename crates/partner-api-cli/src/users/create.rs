//! `partner users create`.

use std::path::PathBuf;

use partner_api::{NewUser, TermsAccepted, UserCreated, UserId};

use super::person::{self, Person, field, maybe};
use crate::connect::{Asked, Cx, Needs, Reach, connect};
use crate::exit::{Exit, Failure, Result};
use crate::output::{Cell, Field, Row, text};
use crate::prompt;

#[derive(Debug, clap::Args)]
pub(crate) struct CreateArgs {
    /// Your own id of the user, which is no personal data
    id: UserId,
    /// A file with the person as JSON, such as {"first_name": "Anna", ...}; - reads standard input. Flags go before it, and
    /// what neither says is asked for on a terminal
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    #[command(flatten)]
    person: Person,
    /// The user was shown the provider's terms and accepted them
    #[arg(long, required = true)]
    terms_accepted: bool,
    #[command(flatten)]
    asked: Asked,
}

pub(super) async fn run(cx: &Cx, reach: &Reach, args: CreateArgs) -> Result<Exit> {
    let file = args.data.as_deref().map(person::read).transpose()?;
    let person = args.person.or(file.unwrap_or_default());
    let user = new_user(args.id, person)?;
    let partner = connect(cx, reach, Needs::Record)?.partner;
    let created = args.asked.on(partner.users().create(user)).await?;
    let sentence = format!("user {} is created; it is to be verified now", created.id);
    cx.out.done(sentence, &created)?;
    Ok(Exit::Success)
}

fn new_user(id: UserId, person: Person) -> Result<NewUser> {
    let mut missing = Vec::new();
    let mut needed = |name: &'static str, told: &Option<String>| -> Result<String> {
        let told = match told {
            Some(told) => Some(told.clone()),
            None => prompt::line(&name.replace('_', " "))?,
        };
        Ok(told.unwrap_or_else(|| {
            missing.push(name);
            String::new()
        }))
    };
    let email = needed("email", &person.email)?;
    let phone = needed("phone", &person.phone)?;
    let first_name = needed("first_name", &person.first_name)?;
    let last_name = needed("last_name", &person.last_name)?;
    let birth_date = needed("birth_date", &person.birth_date)?;
    let city = needed("city", &person.city)?;
    let post_code = needed("post_code", &person.post_code)?;
    let country = needed("country", &person.country)?;
    let citizenship = needed("citizenship", &person.citizenship)?;
    if !missing.is_empty() {
        let text = format!(
            "{} missing; give each with its flag, such as --{}, or all in a file with --data",
            missing.join(", "),
            missing[0].replace('_', "-")
        );
        return Err(Failure::usage(text).into());
    }
    Ok(NewUser {
        id,
        email: field("email", &email)?,
        phone: field("phone", &phone)?,
        first_name: field("first_name", &first_name)?,
        last_name: field("last_name", &last_name)?,
        birth_date: field("birth_date", &birth_date)?,
        street: maybe("street", person.street.as_deref())?,
        number: maybe("number", person.number.as_deref())?,
        city: field("city", &city)?,
        post_code: field("post_code", &post_code)?,
        country: field("country", &country)?,
        citizenship: field("citizenship", &citizenship)?,
        nationality: maybe("nationality", person.nationality.as_deref())?,
        birth_country: maybe("birth_country", person.birth_country.as_deref())?,
        national_id: maybe("national_id", person.national_id.as_deref())?,
        // The flag is required.
        terms: TermsAccepted::by_the_user(),
    })
}

impl Row for UserCreated {
    const FIELDS: &'static [Field] = &[
        text("user"),
        text("holder"),
        text("proof_of_address_required"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(&self.id),
            Cell::text(self.holder),
            Cell::Flag(self.proof_of_address_required),
        ]
    }
}
