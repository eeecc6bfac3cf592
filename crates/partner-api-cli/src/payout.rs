//! `partner payout`.

use clap::Subcommand;
use partner_api::{FreeText, Iban, Owner, PayOut, Payout, PersonName, SepaTransferId, UserId};

use crate::connect::{Cx, Needs, Reach, connect};
use crate::exit::{Exit, Failure, Result};
use crate::money::{self, MoneyArgs};
use crate::output::{Cell, Field, Row, holding, money, text};

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct PayoutArgs {
    #[command(flatten)]
    reach: Reach,
    #[command(flatten)]
    send: Option<SendArgs>,
    #[command(flatten)]
    how: MoneyArgs,
    #[command(subcommand)]
    command: Option<PayoutCommand>,
}

#[derive(Debug, clap::Args)]
struct SendArgs {
    /// How much, such as 20 eur
    #[arg(required = true, num_args = 1..=2, value_names = ["AMOUNT", "CURRENCY"])]
    money: Vec<String>,
    /// The bank account that receives
    #[arg(long)]
    iban: Iban,
    /// The user whose balance pays; the partner's own where none is given
    #[arg(long, value_name = "USER")]
    user: Option<UserId>,
    /// What the bank statement shows. Without it the title is a token by which the payout is found again if the answer is lost
    #[arg(long)]
    title: Option<FreeText>,
    /// First name of somebody else who receives; left out, the account is the payer's own
    #[arg(long, requires = "last_name", conflicts_with = "company")]
    first_name: Option<PersonName>,
    /// Last name of somebody else who receives
    #[arg(long, requires = "first_name")]
    last_name: Option<PersonName>,
    /// The company that receives
    #[arg(long, value_name = "NAME")]
    company: Option<PersonName>,
}

#[derive(Debug, Subcommand)]
enum PayoutCommand {
    /// Show a payout, with where it stands
    Show {
        /// The payout's id
        id: SepaTransferId,
    },
}

pub(crate) async fn run(cx: &Cx, args: PayoutArgs) -> Result<Exit> {
    let PayoutArgs {
        reach,
        send,
        how,
        command,
    } = args;
    match (command, send) {
        (Some(PayoutCommand::Show { id }), _) => {
            let partner = connect(cx, &reach, Needs::Nothing)?.partner;
            cx.out.one(&partner.payout(&id).await?)?;
            Ok(Exit::Success)
        }
        (None, Some(args)) => send_money(cx, &reach, args, how).await,
        (None, None) => Err(Failure::usage("say how much, such as 20 eur").into()),
    }
}

async fn send_money(cx: &Cx, reach: &Reach, args: SendArgs, how: MoneyArgs) -> Result<Exit> {
    let money = money::money(&args.money)?;
    let shown = holding(&money.into());
    let iban = args.iban;
    let end: String = iban.expose().chars().rev().take(4).collect();
    let end: String = end.chars().rev().collect();
    let session = connect(cx, reach, Needs::Journal)?;
    let owner = Owner::from(args.user.clone());
    let what = format!("{shown} of {owner} to the account *{end}");
    how.confirm(&session, &what)?;
    let mut payout = match (args.first_name, args.last_name, args.company) {
        (Some(first), Some(last), _) => PayOut::to_person(iban, money, first, last),
        (_, _, Some(company)) => PayOut::to_company(iban, money, company),
        _ => PayOut::to_own_account(iban, money),
    };
    if let Some(title) = args.title {
        payout = payout.titled(title);
    }
    let pay_out = match args.user {
        Some(user) => session.partner.user(user)?.pay_out(payout),
        None => session.partner.own_account().pay_out(payout),
    };
    let outcome = how.on(pay_out).await?;
    money::tell(cx, outcome, format!("{what} is accepted, payout"))
}

impl Row for Payout {
    const FIELDS: &'static [Field] = &[
        text("id"),
        text("status"),
        money("amount"),
        money("fee"),
        text("user"),
        text("iban"),
        text("title"),
        text("created_at"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let fee = self.fee.map(|fee| Cell::money(fee, self.currency));
        vec![
            Cell::text(&self.id),
            Cell::text(&self.status),
            Cell::money(self.amount, self.currency),
            fee.unwrap_or(Cell::Nothing),
            Cell::maybe(self.user.as_ref()),
            Cell::maybe(self.iban.as_ref().map(Iban::expose)),
            Cell::maybe(self.title.as_ref().map(FreeText::expose)),
            Cell::Time(self.created_at),
        ]
    }
}
