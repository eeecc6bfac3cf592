//! `partner balances`.

use partner_api::{Amount, CryptoBalance, Currency, DecimalNumber, FiatBalance, UserId};

use crate::connect::{Cx, Needs, Reach, connect};
use crate::exit::{Exit, Result};
use crate::output::{Cell, Field, Row, money, text};

#[derive(Debug, clap::Args)]
pub(crate) struct BalancesArgs {
    #[command(flatten)]
    reach: Reach,
    /// Your own id of the user; the partner itself where none is given
    user: Option<UserId>,
    /// Show balances of zero too
    #[arg(long)]
    all: bool,
}

pub(crate) async fn run(cx: &Cx, args: BalancesArgs) -> Result<Exit> {
    let partner = connect(cx, &args.reach, Needs::Nothing)?.partner;
    let balances = match args.user {
        Some(user) => partner.user(user)?.balances().await?,
        None => partner.balances().await?,
    };
    let fiat = balances.fiat.into_iter().map(Balance::from);
    let rows = fiat.chain(balances.crypto.into_iter().map(Balance::from));
    cx.out
        .list(rows.filter(|it| args.all || !it.amount.is_zero()))?;
    Ok(Exit::Success)
}

/// One currency that somebody holds.
struct Balance {
    amount: Amount,
    currency: Currency,
    /// What one unit is worth in euro, indicative.
    rate: Option<DecimalNumber>,
    status: Option<String>,
    /// The account's IBAN, or the wallet's address: where money can be sent to.
    address: Option<String>,
}

impl From<FiatBalance> for Balance {
    fn from(it: FiatBalance) -> Self {
        Self {
            amount: it.amount,
            currency: it.currency,
            rate: it.rate,
            status: Some(it.status.to_string()),
            address: it.iban.map(|iban| iban.expose().to_owned()),
        }
    }
}

impl From<CryptoBalance> for Balance {
    fn from(it: CryptoBalance) -> Self {
        Self {
            amount: it.amount,
            currency: it.currency,
            rate: it.rate,
            status: None,
            address: it.wallet.map(|wallet| wallet.expose().to_owned()),
        }
    }
}

impl Row for Balance {
    const FIELDS: &'static [Field] = &[
        money("amount"),
        text("rate"),
        text("status"),
        text("address"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::money(self.amount, self.currency),
            Cell::maybe(self.rate.as_ref()),
            Cell::maybe(self.status.as_ref()),
            Cell::maybe(self.address.as_ref()),
        ]
    }
}
