//! `partner orders`.

use clap::Subcommand;
use partner_api::{Amount, Currency, Network, Order, OrderId};

use crate::connect::{Cx, Needs, Reach, connect};
use crate::exchange::Rate;
use crate::exit::{Exit, Result};
use crate::money::{self, MoneyArgs};
use crate::output::{Cell, Field, Row, money, text};

#[derive(Debug, clap::Args)]
pub(crate) struct OrdersArgs {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    command: OrdersCommand,
}

#[derive(Debug, Subcommand)]
enum OrdersCommand {
    /// Lock a rate and create an order: somebody outside pays crypto, the partner gets euro
    Create(CreateArgs),
    /// Show indicative rates
    Rates,
    /// Show an order, with where it stands and which wallet is to be paid
    Show {
        /// The order's id
        id: OrderId,
    },
}

#[derive(Debug, clap::Args)]
struct CreateArgs {
    /// How much euro the partner gets, such as 346.59
    euro: Amount,
    /// The currency that is paid
    #[arg(long)]
    currency: Currency,
    /// On another network than the currency's usual one
    #[arg(long)]
    network: Option<Network>,
    #[command(flatten)]
    how: MoneyArgs,
}

pub(crate) async fn run(cx: &Cx, args: OrdersArgs) -> Result<Exit> {
    let OrdersArgs { reach, command } = args;
    match command {
        OrdersCommand::Rates => {
            let partner = connect(cx, &reach, Needs::Nothing)?.partner;
            let rates = partner.orders().rates().await?;
            cx.out.list(rates.iter().map(Rate::of))?;
            Ok(Exit::Success)
        }
        OrdersCommand::Show { id } => {
            let partner = connect(cx, &reach, Needs::Nothing)?.partner;
            cx.out.one(&partner.orders().get(&id).await?)?;
            Ok(Exit::Success)
        }
        OrdersCommand::Create(args) => create(cx, &reach, args).await,
    }
}

async fn create(cx: &Cx, reach: &Reach, args: CreateArgs) -> Result<Exit> {
    let session = connect(cx, reach, Needs::Journal)?;
    args.how
        .confirm(&session, format!("an order of {} eur", args.euro))?;
    let orders = session.partner.orders();
    let mut lock = orders.lock(args.euro, args.currency);
    if let Some(network) = args.network {
        lock = lock.on(network);
    }
    let lock = lock.await?;
    let outcome = args.how.on(orders.create(&lock)).await?;
    let sentence = format!("{} {} are to be paid, order", lock.amount, lock.currency);
    money::tell(cx, outcome, sentence)
}

impl Row for Order {
    const FIELDS: &'static [Field] = &[
        text("id"),
        text("status"),
        money("required"),
        money("received"),
        text("network"),
        text("wallet"),
        text("expires_at"),
        text("created_at"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let money = |amount| Cell::money(amount, self.cryptocurrency);
        let wallet = self.wallet_address.as_ref().map(|it| it.expose());
        vec![
            Cell::text(&self.order_id),
            Cell::text(&self.status),
            money(self.total_amount_required.0),
            money(self.received_amount.0),
            Cell::maybe(self.network.as_ref()),
            Cell::maybe(wallet),
            self.expires_at.map_or(Cell::Nothing, Cell::Time),
            Cell::Time(self.created_at),
        ]
    }
}
