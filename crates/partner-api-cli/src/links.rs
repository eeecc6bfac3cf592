//! `partner links`.

use std::time::Duration;

use clap::Subcommand;
use partner_api::{
    Amount, CreatedLink, FreeText, Hosted, NewLink, Outcome, PaymentLink, PaymentLinkId, Receipt,
};

use crate::connect::{Cx, Needs, Reach, connect};
use crate::exit::{Exit, Result};
use crate::money::{MoneyArgs, unsure};
use crate::output::{Cell, Field, Row, money, text};

#[derive(Debug, clap::Args)]
pub(crate) struct LinksArgs {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    command: LinksCommand,
}

#[derive(Debug, Subcommand)]
enum LinksCommand {
    /// Create a payment link, or a hosted checkout
    Create(CreateArgs),
    /// Show a payment link, with what was paid
    Show {
        /// The link's id
        id: PaymentLinkId,
    },
}

#[derive(Debug, clap::Args)]
struct CreateArgs {
    /// How much euro is to be paid, such as 25.00
    euro: Amount,
    /// What the payer reads
    #[arg(long)]
    title: Option<FreeText>,
    /// In the partner's own look
    #[arg(long)]
    hosted: bool,
    /// Where the payer goes after paying
    #[arg(long, value_name = "URL", requires = "hosted")]
    redirect_url: Option<String>,
    /// How long it can be paid
    #[arg(long, value_name = "SECONDS", requires = "hosted")]
    expires_in: Option<u64>,
    /// How long the payer may top up
    #[arg(long, value_name = "SECONDS", requires = "hosted")]
    underpayment_window: Option<u64>,
    /// Accept what was paid in part when time is over
    #[arg(long, requires = "hosted")]
    accept_underpayment: bool,
    #[command(flatten)]
    how: MoneyArgs,
}

pub(crate) async fn run(cx: &Cx, args: LinksArgs) -> Result<Exit> {
    let LinksArgs { reach, command } = args;
    match command {
        LinksCommand::Show { id } => {
            let partner = connect(cx, &reach, Needs::Nothing)?.partner;
            cx.out.one(&partner.payment_links().get(&id).await?)?;
        }
        LinksCommand::Create(args) => create(cx, &reach, args).await?,
    }
    Ok(Exit::Success)
}

async fn create(cx: &Cx, reach: &Reach, args: CreateArgs) -> Result<()> {
    let mut link = NewLink::new(args.euro);
    if let Some(title) = args.title {
        link = link.titled(title);
    }
    if args.hosted {
        link = link.hosted(Hosted {
            redirect_url: args.redirect_url,
            expires_in: args.expires_in.map(Duration::from_secs),
            underpayment_window: args.underpayment_window.map(Duration::from_secs),
            accepts_underpayment: args.accept_underpayment,
        });
    }
    let session = connect(cx, reach, Needs::Journal)?;
    args.how
        .confirm(&session, format!("a payment link of {} eur", args.euro))?;
    let create = session.partner.payment_links().create(link);
    match args.how.on(create).await? {
        Outcome::Done(receipt) => {
            let CreatedLink { id, url, .. } = &receipt.id;
            cx.out.done(
                format!("pay at {url}: payment link {id}"),
                &Created(&receipt),
            )
        }
        unknown => Err(unsure(cx, unknown)?),
    }
}

/// A link that was created.
struct Created<'a>(&'a Receipt<CreatedLink>);

impl Row for Created<'_> {
    const FIELDS: &'static [Field] = &[
        text("id"),
        text("url"),
        text("expires_at"),
        text("intent"),
        text("key"),
        text("was_done_before"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let CreatedLink {
            id,
            url,
            expires_at,
            ..
        } = &self.0.id;
        vec![
            Cell::text(id),
            Cell::text(url),
            Cell::Time(*expires_at),
            Cell::text(self.0.intent),
            Cell::text(&self.0.key),
            Cell::Flag(self.0.was_done_before),
        ]
    }
}

impl Row for PaymentLink {
    const FIELDS: &'static [Field] = &[
        text("id"),
        text("status"),
        money("amount"),
        money("received"),
        text("payments"),
        text("url"),
        text("expires_at"),
        text("created_at"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let payments = self.transactions.iter();
        let payments = payments.map(|it| format!("{} {} {}", it.amount, it.currency, it.status));
        vec![
            Cell::text(&self.payment_link_id),
            Cell::text(&self.status),
            Cell::money(self.amount.0, self.currency),
            Cell::money(self.received_amount.0, self.currency),
            Cell::list(payments),
            Cell::text(&self.url),
            self.expires_at.map_or(Cell::Nothing, Cell::Time),
            Cell::Time(self.created_at),
        ]
    }
}
