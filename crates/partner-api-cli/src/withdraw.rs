//! `partner withdraw`.

use clap::{Subcommand, ValueEnum};
use partner_api::{
    Amount, Currency, FreeText, Network, NewWithdrawal, Owner, PersonName, UserId, Withdrawal,
    WithdrawalId,
};

use crate::connect::{Cx, Needs, Reach, connect};
use crate::exit::{Exit, Failure, Result};
use crate::money::{self, MoneyArgs};
use crate::output::{Cell, Field, Row, holding, money, text};

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct WithdrawArgs {
    #[command(flatten)]
    reach: Reach,
    #[command(flatten)]
    send: Option<SendArgs>,
    #[command(flatten)]
    how: MoneyArgs,
    #[command(subcommand)]
    command: Option<WithdrawCommand>,
}

#[derive(Debug, clap::Args)]
struct SendArgs {
    /// How much arrives, such as 0.25 btc; both fees come on top
    #[arg(required = true, num_args = 1..=2, value_names = ["AMOUNT", "CURRENCY"])]
    money: Vec<String>,
    /// The wallet's address
    #[arg(long)]
    address: FreeText,
    /// The name of whoever receives
    #[arg(long, value_name = "NAME")]
    receiver: PersonName,
    /// The receiver is a company
    #[arg(long)]
    company: bool,
    /// Who keeps the wallet's keys
    #[arg(long, value_enum, default_value_t = Wallet::Own)]
    wallet: Wallet,
    /// On another network than the currency's usual one; only for usdc and usdt
    #[arg(long)]
    network: Option<Network>,
    /// The chain's own tag for the receiver, which is part of the address
    #[arg(long)]
    memo: Option<FreeText>,
    /// The user whose balance pays; the partner's own where none is given
    #[arg(long, value_name = "USER")]
    user: Option<UserId>,
}

/// Who keeps a wallet's keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Wallet {
    /// Its owner
    Own,
    /// Somebody for the receiver, such as an exchange
    Custodian,
    /// Nobody knows
    Other,
}

#[derive(Debug, Subcommand)]
enum WithdrawCommand {
    /// Show what a network takes now
    Fee {
        /// The currency that is withdrawn
        currency: Currency,
        /// On another network than the currency's usual one
        #[arg(long)]
        network: Option<Network>,
        /// For a withdrawal of the partner's own
        #[arg(long)]
        own: bool,
    },
    /// Show a withdrawal, with where it stands
    Show {
        /// The withdrawal's id
        id: WithdrawalId,
        /// Whose it is; the partner's own where no user is given
        #[arg(long, value_name = "USER")]
        user: Option<UserId>,
    },
}

pub(crate) async fn run(cx: &Cx, args: WithdrawArgs) -> Result<Exit> {
    let WithdrawArgs {
        reach,
        send,
        how,
        command,
    } = args;
    match (command, send) {
        (
            Some(WithdrawCommand::Fee {
                currency,
                network,
                own,
            }),
            _,
        ) => {
            let partner = connect(cx, &reach, Needs::Nothing)?.partner;
            let fee = match own {
                true => partner.own_account().network_fee(currency, network).await?,
                false => partner.network_fee(currency, network).await?,
            };
            cx.out.one(&NetworkFee(fee, currency))?;
            Ok(Exit::Success)
        }
        (Some(WithdrawCommand::Show { id, user }), _) => {
            let partner = connect(cx, &reach, Needs::Nothing)?.partner;
            let withdrawal = match user {
                Some(user) => partner.user(user)?.withdrawal(&id).await?,
                None => partner.own_account().withdrawal(&id).await?,
            };
            cx.out.one(&withdrawal)?;
            Ok(Exit::Success)
        }
        (None, Some(args)) => send_money(cx, &reach, args, how).await,
        (None, None) => Err(Failure::usage("say how much, such as 0.25 btc").into()),
    }
}

async fn send_money(cx: &Cx, reach: &Reach, args: SendArgs, how: MoneyArgs) -> Result<Exit> {
    let money = money::money(&args.money)?;
    let shown = holding(&money.into());
    let session = connect(cx, reach, Needs::Journal)?;
    let owner = Owner::from(args.user.clone());
    let what = format!("{shown} of {owner} to the wallet {}", args.address.expose());
    how.confirm(&session, &what)?;
    let make = match args.wallet {
        Wallet::Own => NewWithdrawal::to_own_keys,
        Wallet::Custodian => NewWithdrawal::to_custodian,
        Wallet::Other => NewWithdrawal::to_other_wallet,
    };
    let mut withdrawal = make(money, args.address, args.receiver);
    if args.company {
        withdrawal = withdrawal.of_company();
    }
    if let Some(network) = args.network {
        withdrawal = withdrawal.on(network);
    }
    if let Some(memo) = args.memo {
        withdrawal = withdrawal.with_memo(memo);
    }
    let withdraw = match args.user {
        Some(user) => session.partner.user(user)?.withdraw(withdrawal),
        None => session.partner.own_account().withdraw(withdrawal),
    };
    let outcome = how.on(withdraw).await?;
    let sentence = format!("{shown} of {owner} is reserved, both fees included, withdrawal");
    money::tell(cx, outcome, sentence)
}

/// What a network takes.
struct NetworkFee(Amount, Currency);

impl Row for NetworkFee {
    const FIELDS: &'static [Field] = &[money("network_fee")];

    fn cells(&self) -> Vec<Cell> {
        vec![Cell::money(self.0, self.1)]
    }
}

impl Row for Withdrawal {
    const FIELDS: &'static [Field] = &[
        text("id"),
        text("status"),
        money("amount"),
        money("fee"),
        money("network_fee"),
        text("network"),
        text("user"),
        text("transaction"),
        text("created_at"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let money = |amount| Cell::money(amount, self.currency);
        vec![
            Cell::text(&self.id),
            Cell::text(&self.status),
            money(self.amount),
            money(self.fee),
            self.network_fee.map_or(Cell::Nothing, money),
            Cell::maybe(self.network.as_ref()),
            Cell::maybe(self.user.as_ref()),
            Cell::maybe(self.transaction_hash.as_ref()),
            Cell::Time(self.created_at),
        ]
    }
}
