//! `partner users verify`.

use std::time::Duration;

use clap::ValueEnum;
use partner_api::{Country, DocumentExpiry, DocumentNumber, Identity, UserId};

use super::person::field;
use crate::connect::{Asked, Cx, Needs, Reach, connect};
use crate::exit::{Exit, Failure, Result};
use crate::output::{Cell, Field, Row, text};
use crate::prompt;

#[derive(Debug, clap::Args)]
pub(crate) struct VerifyArgs {
    /// Your own id of the user
    id: UserId,
    /// The kind of document
    #[arg(long, value_enum)]
    document: Document,
    /// The document's number; asked for on a terminal where it is left out
    #[arg(long)]
    number: Option<String>,
    /// The country that issued it, such as PL; where it is left out, that of the citizenship
    #[arg(
        long,
        value_name = "COUNTRY",
        required_if_eq("document", "residence-permit")
    )]
    issued_by: Option<Country>,
    /// The last day on which it is valid, YYYY-MM-DD
    #[arg(
        long,
        value_name = "DAY",
        required_if_eq("document", "residence-permit")
    )]
    valid_until: Option<String>,
    /// Wait so long until the account is active
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "60")]
    wait: Option<u64>,
    #[command(flatten)]
    asked: Asked,
}

/// A document that shows an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Document {
    Passport,
    IdCard,
    ResidencePermit,
}

pub(super) async fn run(cx: &Cx, reach: &Reach, args: VerifyArgs) -> Result<Exit> {
    let identity = identity(&args)?;
    let partner = connect(cx, reach, Needs::Record)?.partner;
    let user = partner.user(args.id)?;
    args.asked.on(user.verify(identity)).await?;
    let mut verified = Verified {
        id: user.id().clone(),
        active: None,
    };
    let sentence = match args.wait {
        None => format!("user {}: submitted; the provider decides", verified.id),
        Some(seconds) => {
            let wait = user.wait_until_active();
            match wait.within(Duration::from_secs(seconds)).await {
                Err(error) if error.is_timeout() => {
                    let text = format!("the identity data are submitted, but {error}");
                    return Err(Failure::new(Exit::Partial, text).into());
                }
                waited => drop(waited?),
            }
            verified.active = Some(true);
            format!("user {} is active", verified.id)
        }
    };
    cx.out.done(sentence, &verified)?;
    Ok(Exit::Success)
}

fn identity(args: &VerifyArgs) -> Result<Identity> {
    let number = match &args.number {
        Some(number) => Some(number.clone()),
        None => prompt::line("number of the document")?,
    };
    let Some(number) = number else {
        return Err(
            Failure::usage("the document's number is missing; give it with --number").into(),
        );
    };
    let number: DocumentNumber = field("number", &number)?;
    let expiry: Option<DocumentExpiry> = match &args.valid_until {
        Some(day) => Some(field("valid_until", day)?),
        None => None,
    };
    let mut identity = match (args.document, args.issued_by, expiry.clone()) {
        (Document::Passport, ..) => Identity::passport(number),
        (Document::IdCard, ..) => Identity::id_card(number),
        (Document::ResidencePermit, Some(country), Some(day)) => {
            return Ok(Identity::residence_permit(number, country, day));
        }
        (Document::ResidencePermit, ..) => {
            let text = "a residence permit needs --issued-by and --valid-until";
            return Err(Failure::usage(text).into());
        }
    };
    if let Some(country) = args.issued_by {
        identity = identity.issued_by(country);
    }
    if let Some(day) = expiry {
        identity = identity.valid_until(day);
    }
    Ok(identity)
}

/// Whose identity data were submitted.
struct Verified {
    id: UserId,
    /// Whether the account is active, where that was waited for.
    active: Option<bool>,
}

impl Row for Verified {
    const FIELDS: &'static [Field] = &[text("user"), text("active")];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(&self.id),
            self.active.map_or(Cell::Nothing, Cell::Flag),
        ]
    }
}
