//! `partner users update`.

use std::path::PathBuf;

use partner_api::{RequestKey, UserField, UserId, UserUpdate};

use super::person::{self, Person, field};
use crate::bulk::{self, BulkArgs, Kind, Work};
use crate::connect::{Asked, Cx, Needs, Reach, connect, under};
use crate::exit::{Exit, Failure, Result};
use crate::output::{Cell, Field, Row, text};

#[derive(Debug, clap::Args)]
pub(crate) struct UpdateArgs {
    /// Your own id of the user
    #[arg(required_unless_present = "from", conflicts_with = "from")]
    id: Option<UserId>,
    /// A file with what changes as JSON, such as {"city": "Gdynia"}; - reads standard input. Flags go before it
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    data: Option<PathBuf>,
    /// A new e-mail address
    #[arg(long, conflicts_with = "from")]
    email: Option<String>,
    /// A new phone number: digits with the country code, and no plus
    #[arg(long, conflicts_with = "from")]
    phone: Option<String>,
    /// A new street
    #[arg(long, conflicts_with = "from")]
    street: Option<String>,
    /// A new house number
    #[arg(long, conflicts_with = "from")]
    number: Option<String>,
    /// A new city
    #[arg(long, conflicts_with = "from")]
    city: Option<String>,
    /// A new postal code
    #[arg(long, conflicts_with = "from")]
    post_code: Option<String>,
    #[command(flatten)]
    asked: Asked,
    /// Your own name for this change: under one key it happens once, however often the command is given
    #[arg(long, value_name = "KEY", conflicts_with = "from")]
    key: Option<RequestKey>,
    #[command(flatten)]
    many: BulkArgs,
    /// Do not ask whether to begin with a list
    #[arg(long, requires = "from")]
    yes: bool,
}

pub(super) async fn run(cx: &Cx, reach: &Reach, args: UpdateArgs) -> Result<Exit> {
    let Some(id) = args.id else {
        let work = Work {
            kind: Kind::Update(of_line),
            asked: args.asked,
            is_told_yes: args.yes,
        };
        return bulk::run(cx, reach, args.many, work).await;
    };
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
        id: id.clone(),
        fields: update.fields(),
    };
    let partner = connect(cx, reach, Needs::Record)?.partner;
    let update = args.asked.on(partner.user(id)?.update(update));
    under(args.key, update).await?;
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

/// The update that a line of a list asks for; its columns are the fields of a person, and an empty cell leaves one as it is.
///
/// # Errors
/// A column is no field, or cannot be changed, or a cell is malformed. No cell is shown.
fn of_line(columns: &[String], cells: &[String]) -> Result<UserUpdate> {
    let told = columns
        .iter()
        .zip(cells)
        .filter(|(_, cell)| !cell.is_empty());
    let told: serde_json::Map<_, _> = told
        .map(|(column, cell)| (column.clone(), cell.as_str().into()))
        .collect();
    let person = serde_json::from_value(told.into()).map_err(|_| {
        let text = format!(
            "of the columns {} one is no field that can be changed",
            columns.join(", ")
        );
        Failure::usage(text)
    })?;
    update(person)
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
    fn a_line_changes_what_it_says_and_no_cell_is_shown() {
        let line = |columns: &[&str], cells: &[&str]| {
            let owned = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
            of_line(&owned(columns), &owned(cells))
        };
        let update = line(&["email", "city"], &["", "Gdynia"]).unwrap();
        assert_eq!(update.fields(), [UserField::City]);
        for (column, cell) in [
            ("emial", "canary"),
            ("country", "canary"),
            ("email", "canary"),
        ] {
            let error = line(&[column], &[cell]).unwrap_err().to_string();
            assert!(
                error.contains(column) && !error.contains("canary"),
                "{error}"
            );
        }
    }

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
