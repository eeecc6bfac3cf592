//! Exchanging one balance into another, at a locked rate: a user's, or the partner's.

use std::collections::BTreeMap;

use partner_api_client::Client;
use partner_api_core::user::UserAction;
use partner_api_core::{
    Amount, Currency, ExchangeId, LockId, Money, Owner, Rule, Timestamp, UserId,
};
use partner_api_types as types;
use partner_api_types::{AmountNumber, DecimalNumber, ExchangeStatus, OperationId};

use crate::call::Context;
use crate::check::{Invalid, positive};
use crate::error::Error;
use crate::guard::Command;
use crate::journal::{Action, Reference};
use crate::operation::{Costly, Operation, Verb};
use crate::outcome::{Outcome, Receipt};
use crate::partner::Partner;

/// Exchanges of one user, made by [`User::exchange`](crate::User::exchange), or of the partner, made by
/// [`OwnAccount::exchange`](crate::OwnAccount::exchange).
#[derive(Clone, Debug)]
pub struct Exchanges {
    pub(crate) partner: Partner,
    pub(crate) owner: Owner<UserId>,
}

impl Exchanges {
    /// Locks the current rates for one exchange of this owner.
    ///
    /// The lock can be used once and until [`RateLock::valid_until`], 40 seconds from now (L11).
    pub fn lock(&self) -> Operation<Lock> {
        Operation::new(&self.partner, Lock(self.owner.clone()))
    }

    /// Exchanges `money` into another currency at the locked rate.
    ///
    /// # Properties
    /// Accepted means reserved, not settled: the outcome is asynchronous, and
    /// [`Partner::exchange`] tells it. Sent at most once; the lock identifies the exchange.
    ///
    /// # Errors
    /// `Err` means that nothing moved: a lock that is used, expired or another user's (L11), too
    /// little money (`P433`), a suspended user (`P455`). A lost answer is [`Outcome::Unknown`].
    /// Whether a lock has expired is the provider's to say: no clock of this machine is consulted.
    ///
    /// # If the future is dropped
    /// The journal keeps the intent as unresolved: the exchange may have been made.
    pub fn execute(&self, lock: &RateLock, money: Money, to: Currency) -> Operation<Execute> {
        let (owner, lock) = (self.owner.clone(), lock.clone());
        Operation::new(
            &self.partner,
            Execute {
                owner,
                lock,
                money,
                to,
            },
        )
    }
}

/// Guaranteed rates for one exchange of one user.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RateLock {
    /// What the provider calls it.
    pub id: LockId,
    /// Whose it is.
    pub owner: Owner<UserId>,
    /// What the rates are.
    pub rates: Rates,
    /// The fee, in percent of what is exchanged.
    pub fee_percentage: DecimalNumber,
    /// When it was made, by the provider's clock.
    pub created_at: Timestamp,
    /// Until when it can be used, by the provider's clock.
    pub valid_until: Timestamp,
}

/// What one unit of each currency costs in EUR.
#[derive(Clone, Debug, Default)]
pub struct Rates(BTreeMap<String, DecimalNumber>);

impl Rates {
    /// What one unit of the currency costs in EUR, if the provider said so.
    pub fn of(&self, currency: Currency) -> Option<&DecimalNumber> {
        self.0.get(currency.as_str())
    }

    /// Every currency's code with its rate, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &DecimalNumber)> {
        self.0.iter().map(|(code, rate)| (code.as_str(), rate))
    }
}

impl From<types::Rates> for Rates {
    fn from(wire: types::Rates) -> Self {
        Self(wire.into())
    }
}

/// The verb of [`Exchanges::lock`].
#[derive(Debug)]
pub struct Lock(Owner<UserId>);

impl Verb for Lock {
    type Output = RateLock;

    async fn run(self, cx: Context) -> Result<RateLock, Error> {
        let lock = match &self.0 {
            Owner::Partner => {
                let send =
                    |client: Client| async move { client.lock_partner_exchange_rate().await };
                let operation = OperationId::LockPartnerExchangeRate;
                cx.read(operation, None, send).await?
            }
            Owner::User(user) => {
                let id = user.clone();
                let send = |client: Client| async move { client.lock_exchange_rate(&id).await };
                let about = Some((user, Command::Act(UserAction::LockRate)));
                cx.read(OperationId::LockExchangeRate, about, send).await?
            }
        };
        Ok(RateLock {
            id: lock.id,
            owner: self.0,
            rates: lock.rates.into(),
            fee_percentage: lock.fee_percentage,
            created_at: lock.created_at,
            valid_until: lock.valid_until,
        })
    }
}

/// The verb of [`Exchanges::execute`].
#[derive(Debug)]
pub struct Execute {
    owner: Owner<UserId>,
    lock: RateLock,
    money: Money,
    to: Currency,
}

impl Execute {
    fn check(&self) -> Result<(), Invalid> {
        positive(&self.money)?;
        if self.lock.owner != self.owner {
            let what = "the rate lock is somebody else's; lock a rate for this owner";
            return Err(Invalid::new(what, Some(Rule::LockMustExist)));
        }
        if self.money.currency() == self.to {
            let what = "both currencies are the same; name two";
            return Err(Invalid::new(what, Some(Rule::CurrenciesMustDiffer)));
        }
        Ok(())
    }
}

impl Verb for Execute {
    type Output = Outcome<Receipt<ExchangeId>>;

    async fn run(self, cx: Context) -> Result<Self::Output, Error> {
        self.check()
            .map_err(|invalid| invalid.on("exchange", self.owner.as_ref().user()))?;
        let Self {
            owner,
            lock,
            money,
            to,
        } = self;
        let lock_id = lock.id.clone();
        let action = Action::Exchange {
            owner: owner.clone(),
            lock: lock.id,
            money,
            to,
        };
        let send = |client: Client| async move {
            let (amount, currency_from) = (AmountNumber(money.amount()), money.currency());
            match owner {
                Owner::Partner => {
                    let body = types::CreatePartnerExchangeRequest {
                        amount,
                        currency_from,
                        currency_to: to,
                        lock_id,
                    };
                    client.create_partner_exchange(&body).await
                }
                Owner::User(user) => {
                    let body = types::CreateExchangeRequest {
                        source_external_user_id: user,
                        amount,
                        currency_from,
                        currency_to: to,
                        lock_id,
                    };
                    client.create_exchange(&body).await
                }
            }
        };
        let named = |it: &types::ExchangeCreated| Reference::Exchange(it.exchange_id.clone());
        let made = cx.make(action, &[], send, named).await?;
        Ok(made.receipt())
    }
}

impl Costly for Execute {}

/// The verb of [`Partner::exchange_rates`].
#[derive(Debug)]
pub struct ReadRates;

impl Verb for ReadRates {
    type Output = Rates;

    async fn run(self, cx: Context) -> Result<Rates, Error> {
        let send = |client: Client| async move { client.get_exchange_rates().await };
        Ok(cx
            .read(OperationId::GetExchangeRates, None, send)
            .await?
            .into())
    }
}

/// The verb of [`Partner::exchange`].
#[derive(Debug)]
pub struct ReadExchange(pub(crate) ExchangeId);

impl Verb for ReadExchange {
    type Output = Exchange;

    async fn run(self, cx: Context) -> Result<Exchange, Error> {
        read_exchange(&cx, self.0).await
    }
}

pub(crate) async fn read_exchange(cx: &Context, id: ExchangeId) -> Result<Exchange, Error> {
    let send = |client: Client| async move { client.get_exchange(&id).await };
    Ok(cx.read(OperationId::GetExchange, None, send).await?.into())
}

/// The verb of [`OwnAccount::exchange_details`](crate::OwnAccount::exchange_details).
#[derive(Debug)]
pub struct ReadOwnExchange(pub(crate) ExchangeId);

impl Verb for ReadOwnExchange {
    type Output = Exchange;

    async fn run(self, cx: Context) -> Result<Exchange, Error> {
        read_own_exchange(&cx, self.0).await
    }
}

pub(crate) async fn read_own_exchange(cx: &Context, id: ExchangeId) -> Result<Exchange, Error> {
    let send = |client: Client| async move { client.get_partner_exchange(&id).await };
    let operation = OperationId::GetPartnerExchange;
    Ok(cx.read(operation, None, send).await?.into())
}

/// An exchange.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Exchange {
    /// What the provider calls it.
    pub id: ExchangeId,
    /// The lock it was made with.
    pub lock: Option<LockId>,
    /// Where it stands.
    pub status: ExchangeStatus,
    /// What is given.
    pub from: Currency,
    /// How much of it.
    pub amount_from: Amount,
    /// What is received.
    pub to: Currency,
    /// How much of it, once that is known.
    pub amount_to: Option<Amount>,
    /// The fee, where the provider states it.
    pub fee: Option<Amount>,
    /// When the provider accepted it.
    pub created_at: Timestamp,
}

impl Exchange {
    /// Whether it is over, one way or the other. A status that we do not know counts as not over.
    pub fn is_settled(&self) -> bool {
        matches!(
            self.status,
            ExchangeStatus::Completed | ExchangeStatus::Failed
        )
    }
}

impl From<types::Exchange> for Exchange {
    fn from(wire: types::Exchange) -> Self {
        Self {
            id: wire.id,
            lock: wire.lock_id,
            status: wire.status,
            from: wire.currency_from,
            amount_from: wire.amount_from.0,
            to: wire.currency_to,
            amount_to: wire.amount_to.map(|amount| amount.0),
            fee: wire.fee.map(|amount| amount.0),
            created_at: wire.created_at,
        }
    }
}
