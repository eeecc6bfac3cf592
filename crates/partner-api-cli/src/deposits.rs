//! `partner deposits`: where money comes in, who sent it, and the travel rule.

use clap::Subcommand;
use partner_api::{
    AddressLine, City, Contact, Country, CryptoDeposit, Currency, DepositId, DepositInfo, FreeText,
    Network, PersonName, PostCode, SenderAddress, TravelRule, UserId,
};

use crate::connect::{Asked, Cx, Needs, Reach, connect};
use crate::exit::{Exit, Failure, Result};
use crate::output::{Cell, Field, Row, money, text};

#[derive(Debug, clap::Args)]
pub(crate) struct DepositsArgs {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    command: DepositsCommand,
}

#[derive(Debug, Subcommand)]
enum DepositsCommand {
    /// List the bank accounts that sent deposits
    Contacts {
        /// Your own id of the user; the partner itself where none is given
        user: Option<UserId>,
    },
    /// Show where bank deposits go to
    Info {
        /// Your own id of the user; the partner itself where none is given
        user: Option<UserId>,
    },
    /// Tell who sent a crypto deposit that waits for it
    Sender(SenderArgs),
    /// Show a crypto deposit, with where it stands
    Show {
        /// The deposit's id
        id: DepositId,
    },
    /// Print the address of the partner's own wallet, which is created if there is none
    Wallet {
        /// For which currency
        currency: Currency,
        /// On another network than the currency's usual one
        #[arg(long)]
        network: Option<Network>,
        #[command(flatten)]
        asked: Asked,
    },
}

#[derive(Debug, clap::Args)]
struct SenderArgs {
    /// The deposit's id
    id: DepositId,
    /// Whose deposit it is; the partner's own where no user is given
    #[arg(long, value_name = "USER")]
    user: Option<UserId>,
    /// The user sent it from a wallet of their own
    #[arg(long, conflicts_with_all = ["first_name", "company"])]
    own_wallet: bool,
    /// First name of the person who sent it
    #[arg(long, requires = "last_name", conflicts_with = "company")]
    first_name: Option<PersonName>,
    /// Last name of the person who sent it
    #[arg(long, requires = "first_name")]
    last_name: Option<PersonName>,
    /// The company that sent it
    #[arg(long, value_name = "NAME")]
    company: Option<PersonName>,
    /// The sender keeps the wallet's keys
    #[arg(long)]
    own_keys: bool,
    /// Street and number
    #[arg(long)]
    street: Option<AddressLine>,
    /// Postal code
    #[arg(long)]
    post_code: Option<PostCode>,
    /// City
    #[arg(long)]
    city: Option<City>,
    /// Country, such as PL
    #[arg(long)]
    country: Option<Country>,
    #[command(flatten)]
    asked: Asked,
}

pub(crate) async fn run(cx: &Cx, args: DepositsArgs) -> Result<Exit> {
    let DepositsArgs { reach, command } = args;
    match command {
        DepositsCommand::Contacts { user } => {
            let partner = connect(cx, &reach, Needs::Nothing)?.partner;
            let contacts = match user {
                Some(user) => partner.user(user)?.contacts().await?,
                None => partner.own_account().contacts().await?,
            };
            cx.out.list(contacts)?;
        }
        DepositsCommand::Info { user } => {
            let partner = connect(cx, &reach, Needs::Nothing)?.partner;
            let info = match user {
                Some(user) => partner.user(user)?.deposit_info().await?,
                None => partner.own_account().deposit_info().await?,
            };
            cx.out.one(&info)?;
        }
        DepositsCommand::Show { id } => {
            let partner = connect(cx, &reach, Needs::Nothing)?.partner;
            cx.out.one(&partner.crypto_deposit(&id).await?)?;
        }
        DepositsCommand::Wallet {
            currency,
            network,
            asked,
        } => {
            let partner = connect(cx, &reach, Needs::Record)?.partner;
            let create = partner.own_account().create_wallet(currency, network);
            let wallet = asked.on(create).await?;
            cx.out
                .done(wallet.expose(), &Wallet(currency, wallet.clone()))?;
        }
        DepositsCommand::Sender(args) => tell_sender(cx, &reach, args).await?,
    }
    Ok(Exit::Success)
}

async fn tell_sender(cx: &Cx, reach: &Reach, args: SenderArgs) -> Result<()> {
    let mut sender = match (
        args.own_wallet,
        args.first_name,
        args.last_name,
        args.company,
    ) {
        (true, ..) => TravelRule::from_own_wallet(),
        (_, Some(first), Some(last), _) => TravelRule::from_person(first, last),
        (_, _, _, Some(company)) => TravelRule::from_company(company),
        _ => {
            let text = "say who sent it: --own-wallet, --first-name and --last-name, or --company";
            return Err(Failure::usage(text).into());
        }
    };
    if args.own_keys {
        sender = sender.with_own_keys();
    }
    sender = sender.living_at(SenderAddress {
        street: args.street,
        post_code: args.post_code,
        city: args.city,
        country: args.country,
    });
    let partner = connect(cx, reach, Needs::Record)?.partner;
    let supply = match args.user {
        Some(user) => partner.user(user)?.supply_travel_rule(&args.id, sender),
        None => partner.own_account().supply_travel_rule(&args.id, sender),
    };
    args.asked.on(supply).await?;
    let sentence = format!("the provider knows who sent deposit {}", args.id);
    cx.out.done(sentence, &Told(args.id))
}

/// A deposit whose sender was told.
struct Told(DepositId);

impl Row for Told {
    const FIELDS: &'static [Field] = &[text("id"), text("done")];

    fn cells(&self) -> Vec<Cell> {
        vec![Cell::text(&self.0), Cell::text("sender_told")]
    }
}

/// The partner's wallet for a currency.
struct Wallet(Currency, FreeText);

impl Row for Wallet {
    const FIELDS: &'static [Field] = &[text("currency"), text("address")];

    fn cells(&self) -> Vec<Cell> {
        vec![Cell::text(self.0), Cell::text(self.1.expose())]
    }
}

impl Row for DepositInfo {
    const FIELDS: &'static [Field] = &[
        text("title"),
        text("iban"),
        text("swift"),
        text("account_holder"),
        text("address"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(self.title.expose()),
            Cell::text(self.iban.expose()),
            Cell::text(&self.swift),
            Cell::text(self.account_holder.expose()),
            Cell::maybe(self.address.as_ref().map(AddressLine::expose)),
        ]
    }
}

impl Row for Contact {
    const FIELDS: &'static [Field] = &[
        text("iban"),
        text("name"),
        text("status"),
        text("created_at"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(self.iban.expose()),
            Cell::maybe(self.name.as_ref().map(PersonName::expose)),
            Cell::text(&self.status),
            Cell::Time(self.created_at),
        ]
    }
}

impl Row for CryptoDeposit {
    const FIELDS: &'static [Field] = &[
        text("id"),
        text("status"),
        money("amount"),
        text("network"),
        text("user"),
        text("transaction"),
        text("created_at"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(&self.id),
            Cell::text(&self.status),
            Cell::money(self.amount, self.currency),
            Cell::maybe(self.network.as_ref()),
            Cell::maybe(self.user.as_ref()),
            Cell::maybe(self.transaction_hash.as_ref()),
            Cell::Time(self.created_at),
        ]
    }
}
