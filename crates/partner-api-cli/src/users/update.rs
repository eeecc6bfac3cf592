//! `partner users update`.

use std::path::PathBuf;

use partner_api::{UserField, UserId, UserUpdate};

use super::person::{self, Person, field};
use crate::connect::{Asked, Cx, Needs, Reach, connect};
use crate::exit::{Exit, Failure, Result};
use crate::output::{Cell, Field, Row, text};

#[derive(Debug, clap::Args)]
pub(crate) struct UpdateArgs {
    /// Your own id of the user
    id: UserId,
    /// A file with what changes as JSON, such as {"city": "Gdynia"}; - reads standard input. Flags go before it
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// A new e-mail address
    #[arg(long)]
    email: Option<String>,
    /// A new phone number: digits with the country code, and no plus
    #[arg(long)]
    phone: Option<String>,
    /// A new street
    #[arg(long)]
    street: Option<String>,
    /// A new house number
    #[arg(long)]
    number: Option<String>,
    /// A new city
    #[arg(long)]
    city: Option<String>,
    /// A new postal code
    #[arg(long)]
    post_code: Option<String>,
    #[command(flatten)]
    asked: Asked,
}

pub(super) async fn run(cx: &Cx, reach: &Reach, args: UpdateArgs) -> Result<Exit> {
    let file = args.data.as_deref().map(person::read).transpose()?;
    let flags = Person {
        email: args.email,
        phone: args.phone,
        street: args.street,
        number: args.number,
        city: args.city,
        post_code: args.post_code,
        ..Person::default()
    };
    let update = update(flags.or(file.unwrap_or_default()))?;
    let changed = Updated {
        id: args.id.clone(),
        fields: update.fields(),
    };
    let partner = connect(cx, reach, Needs::Record)?.partner;
    args.asked.on(partner.user(args.id)?.update(update)).await?;
    let fields: Vec<String> = changed.fields.iter().map(ToString::to_string).collect();
    let sentence = format!("user {}: changed {}", changed.id, fields.join(", "));
    cx.out.done(sentence, &changed)?;
    Ok(Exit::Success)
}

/// The update that a person's data ask for.
///
/// # Errors
/// A field cannot be changed, or is malformed.
pub(super) fn update(person: Person) -> Result<UserUpdate> {
    let Person {
        email,
        phone,
        first_name,
        last_name,
        birth_date,
        street,
        number,
        city,
        post_code,
        country,
        citizenship,
        nationality,
        birth_country,
        national_id,
    } = person;
    let fixed = [
        ("first_name", first_name),
        ("last_name", last_name),
        ("birth_date", birth_date),
        ("country", country),
        ("citizenship", citizenship),
        ("nationality", nationality),
        ("birth_country", birth_country),
        ("national_id", national_id),
    ];
    if let Some((name, _)) = fixed.iter().find(|(_, told)| told.is_some()) {
        let text = format!(
            "{name} can never be changed (L1, L2); leave it out, or close the account and create another one"
        );
        return Err(Failure::usage(text).into());
    }
    let mut update = UserUpdate::new();
    if let Some(text) = email {
        update = update.email(field("email", &text)?);
    }
    if let Some(text) = phone {
        update = update.phone(field("phone", &text)?);
    }
    if let Some(text) = street {
        update = update.street(field("street", &text)?);
    }
    if let Some(text) = number {
        update = update.number(field("number", &text)?);
    }
    if let Some(text) = city {
        update = update.city(field("city", &text)?);
    }
    if let Some(text) = post_code {
        update = update.post_code(field("post_code", &text)?);
    }
    Ok(update)
}

/// Which fields of whom were changed.
struct Updated {
    id: UserId,
    fields: Vec<UserField>,
}

impl Row for Updated {
    const FIELDS: &'static [Field] = &[text("user"), text("changed")];

    fn cells(&self) -> Vec<Cell> {
        vec![Cell::text(&self.id), Cell::list(&self.fields)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_changes_is_refused_by_name() {
        let person = Person {
            city: Some("Gdynia".into()),
            country: Some("DE".into()),
            ..Person::default()
        };
        let error = update(person).unwrap_err().to_string();
        assert!(error.starts_with("country can never be changed"), "{error}");
    }
}
