//! What users and the partner hold.

use std::fmt;

use partner_api_client::Client;
use partner_api_core::user::UserAction;
use partner_api_core::{Amount, Currency, FreeText, Iban, Money, UserId};
use partner_api_types as types;
use partner_api_types::{DecimalNumber, FiatBalanceStatus, OperationId};
use serde::{Deserialize, Serialize};

use crate::call::Context;
use crate::error::Error;
use crate::guard::Command;
use crate::operation::Verb;

/// What somebody holds, by currency.
///
/// Iterating gives every [`Holding`] that is not zero.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Balances {
    /// Fiat balances.
    pub fiat: Vec<FiatBalance>,
    /// Crypto balances.
    pub crypto: Vec<CryptoBalance>,
}

/// A fiat balance.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FiatBalance {
    /// In which currency.
    pub currency: Currency,
    /// How much.
    pub amount: Amount,
    /// The account's IBAN, once it has one.
    pub iban: Option<Iban>,
    /// Whether the balance can be used.
    pub status: FiatBalanceStatus,
    /// Its worth in EUR, indicative.
    pub rate: Option<DecimalNumber>,
}

/// A crypto balance.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CryptoBalance {
    /// In which currency.
    pub currency: Currency,
    /// How much.
    pub amount: Amount,
    /// The wallet's address, once it has one.
    pub wallet: Option<FreeText>,
    /// What one unit is worth in EUR, indicative.
    pub rate: Option<DecimalNumber>,
}

impl Balances {
    /// How much of a currency is held; zero if there is no such balance.
    pub fn of(&self, currency: Currency) -> Amount {
        let found = self.amounts().find(|(of, _)| *of == currency);
        found.map_or(Amount::ZERO, |(_, amount)| amount)
    }

    /// Every holding that is not zero.
    pub fn held(&self) -> Vec<Holding> {
        let all = self
            .amounts()
            .map(|(currency, amount)| Holding { currency, amount });
        all.filter(|holding| !holding.amount.is_zero()).collect()
    }

    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.amounts().all(|(_, amount)| amount.is_zero())
    }

    fn amounts(&self) -> impl Iterator<Item = (Currency, Amount)> {
        let fiat = self.fiat.iter().map(|it| (it.currency, it.amount));
        fiat.chain(self.crypto.iter().map(|it| (it.currency, it.amount)))
    }
}

/// How much of one currency is held.
///
/// Unlike [`Money`] it takes every amount that the provider can state, even one with more decimals
/// than the currency has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// In which currency.
    pub currency: Currency,
    /// How much.
    pub amount: Amount,
}

impl From<Money> for Holding {
    fn from(money: Money) -> Self {
        Self {
            currency: money.currency(),
            amount: money.amount(),
        }
    }
}

impl fmt::Display for Holding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

impl IntoIterator for Balances {
    type Item = Holding;
    type IntoIter = std::vec::IntoIter<Holding>;

    fn into_iter(self) -> Self::IntoIter {
        self.held().into_iter()
    }
}

impl IntoIterator for &Balances {
    type Item = Holding;
    type IntoIter = std::vec::IntoIter<Holding>;

    fn into_iter(self) -> Self::IntoIter {
        self.held().into_iter()
    }
}

impl From<types::Balances> for Balances {
    fn from(wire: types::Balances) -> Self {
        let fiat = wire.fiat_balances.into_iter().map(|it| FiatBalance {
            currency: it.name,
            amount: it.amount.0,
            iban: it.iban,
            status: it.status,
            rate: it.rate,
        });
        let crypto = wire.crypto_balances.into_iter().map(|it| CryptoBalance {
            currency: it.name,
            amount: it.amount.0,
            wallet: it.wallet,
            rate: it.rate,
        });
        Self {
            fiat: fiat.collect(),
            crypto: crypto.collect(),
        }
    }
}

/// The verb of [`User::balances`](crate::User::balances).
#[derive(Debug)]
pub struct ReadBalances(pub(crate) UserId);

impl Verb for ReadBalances {
    type Output = Balances;

    async fn run(self, cx: Context) -> Result<Balances, Error> {
        read_balances(&cx, &self.0).await
    }
}

/// The verb of [`Partner::balances`](crate::Partner::balances).
#[derive(Debug)]
pub struct ReadPartnerBalances;

impl Verb for ReadPartnerBalances {
    type Output = Balances;

    async fn run(self, cx: Context) -> Result<Balances, Error> {
        let send = |client: Client| async move { client.get_partner_balances().await };
        Ok(cx
            .read(OperationId::GetPartnerBalances, None, send)
            .await?
            .into())
    }
}

pub(crate) async fn read_balances(cx: &Context, user: &UserId) -> Result<Balances, Error> {
    let send = |client: Client| async move { client.get_user_balances(user).await };
    Ok(cx
        .read(
            OperationId::GetUserBalances,
            Some((user, Command::Act(UserAction::ReadBalances))),
            send,
        )
        .await?
        .into())
}
