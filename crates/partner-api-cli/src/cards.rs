//! `partner cards`.

use std::path::PathBuf;

use clap::Subcommand;
use partner_api::{
    Amount, Card, CardDetails, CardId, CreatedCard, NewCard, Outcome, Pin, SpendingLimits, UserId,
};

use crate::connect::{Asked, Cx, Needs, Reach, connect};
use crate::exit::{Exit, Failure, Result};
use crate::money::{MoneyArgs, unsure};
use crate::output::{Cell, Field, Row, text};
use crate::prompt;
use crate::secret::secret_or_ask;

#[derive(Debug, clap::Args)]
pub(crate) struct CardsArgs {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    command: CardsCommand,
}

#[derive(Debug, Subcommand)]
enum CardsCommand {
    /// Block a card; it stays the user's and can be unblocked
    Block(OneCard),
    /// Create a virtual card, which costs a fee
    ///
    /// The PIN comes from --pin-file or from PARTNER_CARD_PIN, or is asked for.
    Create(CreateArgs),
    /// Delete a card for good
    Delete {
        #[command(flatten)]
        card: OneCard,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Show what a card may spend in euro, or change it
    Limits(LimitsArgs),
    /// List the cards of a user
    List {
        /// Your own id of the user
        user: UserId,
    },
    /// Change a card's PIN, which comes from --pin-file or from PARTNER_CARD_PIN, or is asked for
    Pin {
        #[command(flatten)]
        card: OneCard,
        /// The file that holds the PIN
        #[arg(long, value_name = "FILE")]
        pin_file: Option<PathBuf>,
    },
    /// Show a card
    Show {
        /// Your own id of the user
        user: UserId,
        /// The card's id
        card: CardId,
        /// Show the number and the code in full
        #[arg(long)]
        reveal: bool,
    },
    /// Unblock a card
    Unblock(OneCard),
}

#[derive(Debug, clap::Args)]
struct OneCard {
    /// Your own id of the user
    user: UserId,
    /// The card's id
    card: CardId,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Debug, clap::Args)]
struct CreateArgs {
    /// Your own id of the user
    user: UserId,
    /// Your name for the card, 3 to 30 characters
    #[arg(long)]
    label: String,
    /// The file that holds the PIN
    #[arg(long, value_name = "FILE")]
    pin_file: Option<PathBuf>,
    /// Show the number and the code in full
    #[arg(long)]
    reveal: bool,
    #[command(flatten)]
    how: MoneyArgs,
}

#[derive(Debug, clap::Args)]
struct LimitsArgs {
    #[command(flatten)]
    card: OneCard,
    /// What it may spend on one day
    #[arg(long, value_name = "EURO")]
    daily: Option<Amount>,
    /// Of that at cash machines
    #[arg(long, value_name = "EURO")]
    daily_atm: Option<Amount>,
    /// Of that in online shops
    #[arg(long, value_name = "EURO")]
    daily_ecom: Option<Amount>,
    /// What it may spend in a month
    #[arg(long, value_name = "EURO")]
    monthly: Option<Amount>,
    /// Of that at cash machines
    #[arg(long, value_name = "EURO")]
    monthly_atm: Option<Amount>,
    /// Of that in online shops
    #[arg(long, value_name = "EURO")]
    monthly_ecom: Option<Amount>,
}

pub(crate) async fn run(cx: &Cx, args: CardsArgs) -> Result<Exit> {
    let CardsArgs { reach, command } = args;
    match command {
        CardsCommand::List { user } => {
            let partner = connect(cx, &reach, Needs::Nothing)?.partner;
            cx.out.list(partner.user(user)?.cards().list().await?)?;
        }
        CardsCommand::Show { user, card, reveal } => {
            let partner = connect(cx, &reach, Needs::Nothing)?.partner;
            let details = partner.user(user)?.cards().get(&card).await?;
            cx.out.one(&Shown::of(card, details, reveal))?;
        }
        CardsCommand::Create(args) => create(cx, &reach, args).await?,
        CardsCommand::Block(it) => {
            let partner = connect(cx, &reach, Needs::Record)?.partner;
            let block = partner.user(it.user)?.cards().block(&it.card);
            it.asked.on(block).await?;
            cx.out.done(
                format!("card {} is blocked", it.card),
                &Changed(it.card, "blocked"),
            )?;
        }
        CardsCommand::Unblock(it) => {
            let partner = connect(cx, &reach, Needs::Record)?.partner;
            let unblock = partner.user(it.user)?.cards().unblock(&it.card);
            it.asked.on(unblock).await?;
            cx.out.done(
                format!("card {} is active", it.card),
                &Changed(it.card, "unblocked"),
            )?;
        }
        CardsCommand::Delete { card: it, yes } => {
            let partner = connect(cx, &reach, Needs::Record)?.partner;
            if !yes {
                let question = format!("Card {} is deleted for good. Go on?", it.card);
                prompt::yes(&question, "say --yes")?;
            }
            let delete = partner.user(it.user)?.cards().delete(&it.card);
            it.asked.on(delete).await?;
            cx.out.done(
                format!("card {} is deleted", it.card),
                &Changed(it.card, "deleted"),
            )?;
        }
        CardsCommand::Pin { card: it, pin_file } => {
            let pin = pin(pin_file)?;
            let partner = connect(cx, &reach, Needs::Record)?.partner;
            let change = partner.user(it.user)?.cards().change_pin(&it.card, pin);
            it.asked.on(change).await?;
            let sentence = format!("card {} has another PIN", it.card);
            cx.out.done(sentence, &Changed(it.card, "pin_changed"))?;
        }
        CardsCommand::Limits(args) => limits(cx, &reach, args).await?,
    }
    Ok(Exit::Success)
}

async fn create(cx: &Cx, reach: &Reach, args: CreateArgs) -> Result<()> {
    let card = NewCard::new(args.label, pin(args.pin_file)?)?;
    let session = connect(cx, reach, Needs::Journal)?;
    args.how
        .confirm(&session, format!("a card for user {}", args.user))?;
    let cards = session.partner.user(args.user)?.cards();
    match args.how.on(cards.create(card)).await? {
        Outcome::Done(card) => {
            let sentence = format!("card {} is created", card.id);
            cx.out.note(sentence);
            cx.out.one(&Shown::created(card, args.reveal))
        }
        unknown => Err(unsure(cx, unknown)?),
    }
}

fn pin(file: Option<PathBuf>) -> Result<Pin> {
    let pin = secret_or_ask(file.as_deref(), "PARTNER_CARD_PIN", "PIN")?;
    let Some(pin) = pin else {
        let text = "the PIN is missing; name a file with --pin-file, or set PARTNER_CARD_PIN";
        return Err(Failure::usage(text).into());
    };
    pin.parse()
        .map_err(|error: partner_api::InvalidPii| Failure::usage(error.to_string()).into())
}

async fn limits(cx: &Cx, reach: &Reach, args: LimitsArgs) -> Result<()> {
    let it = args.card;
    let changes = [
        args.daily,
        args.daily_atm,
        args.daily_ecom,
        args.monthly,
        args.monthly_atm,
        args.monthly_ecom,
    ];
    let needs = match changes.iter().all(Option::is_none) {
        true => Needs::Nothing,
        false => Needs::Record,
    };
    let partner = connect(cx, reach, needs)?.partner;
    let cards = partner.user(it.user)?.cards();
    let mut limits = cards.limits(&it.card).await?;
    if needs == Needs::Record {
        // All six are set at once, so what is not named stays as it was read.
        let places = [
            &mut limits.daily.all,
            &mut limits.daily.atm,
            &mut limits.daily.ecom,
            &mut limits.monthly.all,
            &mut limits.monthly.atm,
            &mut limits.monthly.ecom,
        ];
        for (place, change) in places.into_iter().zip(changes) {
            *place = change.unwrap_or(*place);
        }
        it.asked.on(cards.set_limits(&it.card, limits)).await?;
    }
    cx.out.one(&limits)
}

impl Row for Card {
    const FIELDS: &'static [Field] = &[
        text("id"),
        text("status"),
        text("label"),
        text("last_digits"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(&self.id),
            Cell::text(&self.status),
            Cell::text(&self.label),
            Cell::text(&self.last_digits),
        ]
    }
}

/// A card with its number, in full if that was asked for.
struct Shown {
    id: CardId,
    status: Option<String>,
    number: String,
    cvv: Option<String>,
    expiry: String,
    key: Option<String>,
}

impl Shown {
    fn of(id: CardId, card: CardDetails, reveal: bool) -> Self {
        Self {
            id,
            status: Some(card.status.to_string()),
            number: match reveal {
                true => card.number.expose().to_owned(),
                false => format!("*{}", card.number.last_four()),
            },
            cvv: reveal.then(|| card.cvv.expose().to_owned()),
            expiry: card.expiry.expose().to_owned(),
            key: None,
        }
    }

    fn created(card: CreatedCard, reveal: bool) -> Self {
        Self {
            status: None,
            number: match reveal {
                true => card.number.expose().to_owned(),
                false => format!("*{}", card.number.last_four()),
            },
            cvv: reveal.then(|| card.cvv.expose().to_owned()),
            expiry: card.expiry.expose().to_owned(),
            key: Some(card.key.to_string()),
            id: card.id,
        }
    }
}

impl Row for Shown {
    const FIELDS: &'static [Field] = &[
        text("id"),
        text("status"),
        text("number"),
        text("cvv"),
        text("expiry"),
        text("key"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(&self.id),
            Cell::maybe(self.status.as_ref()),
            Cell::text(&self.number),
            Cell::maybe(self.cvv.as_ref()),
            Cell::text(&self.expiry),
            Cell::maybe(self.key.as_ref()),
        ]
    }
}

/// What was done to a card.
struct Changed(CardId, &'static str);

impl Row for Changed {
    const FIELDS: &'static [Field] = &[text("id"), text("done")];

    fn cells(&self) -> Vec<Cell> {
        vec![Cell::text(&self.0), Cell::text(self.1)]
    }
}

impl Row for SpendingLimits {
    const FIELDS: &'static [Field] = &[
        text("daily"),
        text("daily_atm"),
        text("daily_ecom"),
        text("monthly"),
        text("monthly_atm"),
        text("monthly_ecom"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let of =
            |limits: &partner_api::Limits| [limits.all, limits.atm, limits.ecom].map(Cell::text);
        [of(&self.daily), of(&self.monthly)].concat()
    }
}
