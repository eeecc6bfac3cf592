//! `partner exchange`.

use clap::Subcommand;
use partner_api::{Currency, Exchange, ExchangeId, Owner, UserId};

use crate::connect::{Cx, Needs, Reach, connect};
use crate::exit::{Exit, Failure, Result};
use crate::money::{self, MoneyArgs};
use crate::output::{Cell, Field, Row, holding, money, text};

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct ExchangeArgs {
    #[command(flatten)]
    reach: Reach,
    #[command(flatten)]
    give: Option<GiveArgs>,
    #[command(flatten)]
    how: MoneyArgs,
    #[command(subcommand)]
    command: Option<ExchangeCommand>,
}

#[derive(Debug, clap::Args)]
struct GiveArgs {
    /// How much is given, such as 50 eur
    #[arg(required = true, num_args = 1..=2, value_names = ["AMOUNT", "CURRENCY"])]
    money: Vec<String>,
    /// The currency that is wanted
    #[arg(long, value_name = "CURRENCY")]
    to: Currency,
    /// The user whose balances they are; the partner's own where none is given
    #[arg(long, value_name = "USER")]
    user: Option<UserId>,
}

#[derive(Debug, Subcommand)]
enum ExchangeCommand {
    /// Show what one unit of each currency costs in euro, indicatively
    Rates,
    /// Show an exchange, with where it stands
    Show {
        /// The exchange's id
        id: ExchangeId,
        /// It is one of the partner's own
        #[arg(long)]
        own: bool,
    },
}

pub(crate) async fn run(cx: &Cx, args: ExchangeArgs) -> Result<Exit> {
    let ExchangeArgs {
        reach,
        give,
        how,
        command,
    } = args;
    match (command, give) {
        (Some(ExchangeCommand::Rates), _) => {
            let partner = connect(cx, &reach, Needs::Nothing)?.partner;
            let rates = partner.exchange_rates().await?;
            cx.out.list(rates.iter().map(Rate::of))?;
            Ok(Exit::Success)
        }
        (Some(ExchangeCommand::Show { id, own }), _) => {
            let partner = connect(cx, &reach, Needs::Nothing)?.partner;
            let exchange = match own {
                true => partner.own_account().exchange_details(&id).await?,
                false => partner.exchange(&id).await?,
            };
            cx.out.one(&exchange)?;
            Ok(Exit::Success)
        }
        (None, Some(args)) => give_money(cx, &reach, args, how).await,
        (None, None) => Err(Failure::usage("say how much, such as 50 eur").into()),
    }
}

async fn give_money(cx: &Cx, reach: &Reach, args: GiveArgs, how: MoneyArgs) -> Result<Exit> {
    let money = money::money(&args.money)?;
    let shown = holding(&money.into());
    let session = connect(cx, reach, Needs::Journal)?;
    let owner = Owner::from(args.user.clone());
    let what = format!("{shown} of {owner} into {}", args.to);
    how.confirm(&session, &what)?;
    let exchanges = match args.user {
        Some(user) => session.partner.user(user)?.exchange(),
        None => session.partner.own_account().exchange(),
    };
    // Asked after the confirmation: it holds for 40 seconds only.
    let lock = exchanges.lock().await?;
    let outcome = how.on(exchanges.execute(&lock, money, args.to)).await?;
    money::tell(cx, outcome, format!("{what} is accepted, exchange"))
}

/// What one unit of a currency costs in euro.
pub(crate) struct Rate {
    currency: String,
    euro: String,
}

impl Rate {
    pub(crate) fn of((currency, rate): (&str, &partner_api::DecimalNumber)) -> Self {
        Self {
            currency: currency.to_owned(),
            euro: rate.to_string(),
        }
    }
}

impl Row for Rate {
    const FIELDS: &'static [Field] = &[text("currency"), text("euro")];

    fn cells(&self) -> Vec<Cell> {
        vec![Cell::text(&self.currency), Cell::text(&self.euro)]
    }
}

impl Row for Exchange {
    const FIELDS: &'static [Field] = &[
        text("id"),
        text("status"),
        money("from"),
        money("to"),
        money("fee"),
        text("created_at"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let fee = self.fee.map(|fee| Cell::money(fee, self.from));
        let to = self.amount_to.map(|amount| Cell::money(amount, self.to));
        vec![
            Cell::text(&self.id),
            Cell::text(&self.status),
            Cell::money(self.amount_from, self.from),
            to.unwrap_or(Cell::Nothing),
            fee.unwrap_or(Cell::Nothing),
            Cell::Time(self.created_at),
        ]
    }
}
