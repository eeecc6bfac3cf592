//! `partner kyc`: the two ways to show who a user is, files and a page of the provider's.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Subcommand, ValueEnum};
use partner_api::{
    Country, DocumentKind, File, FreeText, HostedVerification, Income, KycFiles, KycId, NationalId,
    Occupation, OpenAccountReason, Questionnaire, UserId,
};

use crate::connect::{Asked, Cx, Needs, Reach, connect};
use crate::exit::{Exit, Failure, Result};
use crate::money::{self, MoneyArgs};
use crate::output::{Cell, Field, Row, text};

#[derive(Debug, clap::Args)]
pub(crate) struct KycArgs {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    command: KycCommand,
}

#[derive(Debug, Subcommand)]
enum KycCommand {
    /// Add photos that show who a user is
    Files(FilesArgs),
    /// Print where the user's browser finds the page; the address is for the user and nobody else
    Page {
        /// Your own id of the user
        user: UserId,
        /// The verification's id
        id: KycId,
    },
    /// Start a hosted verification, which is charged
    Start(StartArgs),
    /// Show where a hosted verification stands
    Status {
        /// Your own id of the user
        user: UserId,
        /// The verification's id
        id: KycId,
        /// Wait so long until it is decided
        #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "60")]
        wait: Option<u64>,
    },
}

#[derive(Debug, clap::Args)]
struct FilesArgs {
    /// Your own id of the user
    user: UserId,
    /// The kind of document: passport, id_card or residence_permit
    #[arg(long, value_name = "KIND")]
    document: DocumentKind,
    /// The page of a passport, or the front of a card
    #[arg(long, value_name = "FILE")]
    front: PathBuf,
    /// The back of a card
    #[arg(long, value_name = "FILE")]
    back: Option<PathBuf>,
    /// The user
    #[arg(long, value_name = "FILE")]
    selfie: PathBuf,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Debug, clap::Args)]
struct StartArgs {
    /// Your own id of the user
    user: UserId,
    /// The document that the user will show: passport, id_card, residence_permit or driver_license
    #[arg(long, value_name = "KIND")]
    document: DocumentKind,
    /// Country of residence, such as PL
    #[arg(long)]
    country: Country,
    /// Where the user's money comes from
    #[arg(long, value_enum)]
    income: Source,
    /// What the user works as, such as IT; with a salary
    #[arg(long, required_if_eq("income", "salary"))]
    occupation: Option<Occupation>,
    /// The tax number; with a business
    #[arg(long, required_if_eq("income", "business"))]
    tax_id: Option<NationalId>,
    /// About the income in the user's words, such as "I am a programmer"; with everything but a business
    #[arg(long, required_if_eq_any([
        ("income", "salary"), ("income", "family"), ("income", "investments"), ("income", "social-benefits"),
        ("income", "tenancy"), ("income", "other"),
    ]))]
    about: Option<FreeText>,
    /// What the user wants the account for, such as DAILY_USE
    #[arg(long)]
    purpose: OpenAccountReason,
    #[command(flatten)]
    how: MoneyArgs,
}

/// Where a user's money comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Source {
    Business,
    Salary,
    Family,
    Investments,
    SocialBenefits,
    Tenancy,
    Other,
}

pub(crate) async fn run(cx: &Cx, args: KycArgs) -> Result<Exit> {
    let KycArgs { reach, command } = args;
    match command {
        KycCommand::Files(args) => add_files(cx, &reach, args).await?,
        KycCommand::Page { user, id } => {
            let partner = connect(cx, &reach, Needs::Nothing)?.partner;
            let page = partner.user(user)?.hosted_verification().page_address(&id);
            cx.out.line(page)?;
        }
        KycCommand::Start(args) => return start(cx, &reach, args).await,
        KycCommand::Status { user, id, wait } => {
            let partner = connect(cx, &reach, Needs::Nothing)?.partner;
            let verifications = partner.user(user)?.hosted_verification();
            let verification = match wait {
                None => verifications.status(&id).await?,
                Some(seconds) => {
                    let wait = verifications.wait_until_decided(&id);
                    wait.within(Duration::from_secs(seconds)).await?
                }
            };
            cx.out.one(&verification)?;
        }
    }
    Ok(Exit::Success)
}

async fn add_files(cx: &Cx, reach: &Reach, args: FilesArgs) -> Result<()> {
    let (front, selfie) = (file(&args.front)?, file(&args.selfie)?);
    let back = args.back.as_deref().map(file).transpose()?;
    let files = match (args.document, back) {
        (DocumentKind::Passport, None) => KycFiles::Passport {
            page: front,
            selfie,
        },
        (DocumentKind::Passport, Some(_)) => {
            return Err(Failure::usage("a passport has no back; leave --back out").into());
        }
        (DocumentKind::IdCard, Some(back)) => KycFiles::IdCard {
            front,
            back,
            selfie,
        },
        (DocumentKind::ResidencePermit, Some(back)) => KycFiles::ResidencePermit {
            front,
            back,
            selfie,
        },
        (DocumentKind::DriverLicense, _) => {
            let text = "a driving licence shows no identity; give a passport, an id_card or a residence_permit";
            return Err(Failure::usage(text).into());
        }
        (_, None) => return Err(Failure::usage("this document has two sides; give --back").into()),
    };
    let partner = connect(cx, reach, Needs::Record)?.partner;
    let user = partner.user(args.user)?;
    args.asked.on(user.documents().add_identity(files)).await?;
    let sentence = format!("the files of user {} are added", user.id());
    cx.out.done(sentence, &Added(user.id().clone(), "added"))
}

/// Reads a file that is fit to be sent. Nothing of what is in it is shown.
pub(crate) fn file(path: &Path) -> Result<File> {
    let name = path.display();
    let bytes = std::fs::read(path)
        .map_err(|error| Failure::usage(format!("{name} cannot be read: {error}")))?;
    File::new(bytes).map_err(|error| Failure::usage(format!("{name}: {error}")).into())
}

async fn start(cx: &Cx, reach: &Reach, args: StartArgs) -> Result<Exit> {
    let income = income(args.income, args.occupation, args.tax_id, args.about)?;
    let questionnaire = Questionnaire {
        document: args.document,
        country: args.country,
        income,
        purpose: args.purpose,
    };
    let session = connect(cx, reach, Needs::Journal)?;
    args.how.confirm(
        &session,
        format!("a hosted verification of user {}", args.user),
    )?;
    let verifications = session.partner.user(args.user)?.hosted_verification();
    let outcome = args.how.on(verifications.start(questionnaire)).await?;
    money::tell(
        cx,
        outcome,
        "the verification is started; `partner kyc page` tells its address",
    )
}

fn income(
    source: Source,
    occupation: Option<Occupation>,
    tax_id: Option<NationalId>,
    about: Option<FreeText>,
) -> Result<Income> {
    let missing = |what: &str| Failure::usage(format!("this income needs {what}"));
    let about = || about.clone().ok_or_else(|| missing("--about"));
    Ok(match source {
        Source::Business => Income::Business {
            tax_id: tax_id.ok_or_else(|| missing("--tax-id"))?,
        },
        Source::Salary => Income::Salary {
            occupation: occupation.ok_or_else(|| missing("--occupation"))?,
            about: about()?,
        },
        Source::Family => Income::Family { about: about()? },
        Source::Investments => Income::Investments { about: about()? },
        Source::SocialBenefits => Income::SocialBenefits { about: about()? },
        Source::Tenancy => Income::Tenancy { about: about()? },
        Source::Other => Income::Other { about: about()? },
    })
}

/// What became of a user's files.
pub(crate) struct Added(pub(crate) UserId, pub(crate) &'static str);

impl Row for Added {
    const FIELDS: &'static [Field] = &[text("user"), text("files")];

    fn cells(&self) -> Vec<Cell> {
        vec![Cell::text(&self.0), Cell::text(self.1)]
    }
}

impl Row for HostedVerification {
    const FIELDS: &'static [Field] = &[text("id"), text("status"), text("user"), text("reasons")];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(&self.id),
            Cell::text(&self.status),
            Cell::maybe(self.user.as_ref()),
            Cell::list(self.reasons.iter().map(FreeText::expose)),
        ]
    }
}
