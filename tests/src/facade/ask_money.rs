//! Everything that moves money, through the SDK.

use std::time::Duration;

use partner_api::{
    Amount, Currency, Error, Exchanges, Hosted, Money, Network, NewLink, NewWithdrawal, Outcome,
    PayOut, TravelRule,
};

use super::{
    Facade,
    ask::{parsed, user},
    money,
};
use crate::{
    driver::Driver,
    oracle::{Command, Party, Receiver, parse},
    persona,
};

impl Facade {
    pub(super) async fn ask_of_money(
        &mut self,
        command: &Command,
        driver: &mut Driver,
    ) -> Option<Result<(), Error>> {
        let partner = self.partner.clone();
        let user = |id: &str| user(&partner, id);
        Some(match command {
            Command::Transfer {
                key,
                source,
                destination,
                amount,
                currency,
            } => {
                let money = money(amount, currency)?;
                let transfers = partner.transfers();
                let transfer = match (source, destination) {
                    (None, Some(to)) => transfers.fund(&parsed(to), money),
                    (Some(from), None) => transfers.collect(&parsed(from), money),
                    (Some(from), Some(to)) => transfers.between(&parsed(from), &parsed(to), money),
                    (None, None) => return None,
                };
                let done = transfer.await.and_then(Outcome::done);
                done.map(|receipt| driver.learn(key, receipt.id.to_string()))
            }
            Command::MasterTransfer {
                key,
                user,
                amount,
                currency,
            } => {
                let money = money(amount, currency)?;
                let transfers = partner.transfers();
                let done = transfers.fund_from_master(&parsed(user), money).await;
                let done = done.and_then(Outcome::done);
                done.map(|receipt| driver.learn(key, receipt.id.to_string()))
            }
            Command::TravelRule { owner, key } => {
                let (id, data) = (parsed(&driver.id(key)), TravelRule::from_own_wallet());
                match owner {
                    None => partner.own_account().supply_travel_rule(&id, data).await,
                    Some(name) => user(name).supply_travel_rule(&id, data).await,
                }
            }
            Command::Wallet { currency, network } => {
                let network = known(network)?;
                let own = partner.own_account();
                let made = own.create_wallet(parsed(currency), network).await;
                made.map(drop)
            }
            Command::PayOut {
                owner,
                key,
                amount,
                currency,
                to,
            } => {
                let payout = payout(*to, money(amount, currency)?);
                let done = match owner {
                    None => partner.own_account().pay_out(payout).await,
                    Some(name) => user(name).pay_out(payout).await,
                };
                let done = done.and_then(Outcome::done);
                done.map(|receipt| driver.learn(key, receipt.id.to_string()))
            }
            Command::Withdraw {
                owner,
                key,
                amount,
                currency,
                network,
            } => {
                let money = money(amount, currency)?;
                let (address, name) = (parsed(persona::ADDRESS), parsed("Anna Nowak"));
                let withdrawal = NewWithdrawal::to_custodian(money, address, name);
                let withdrawal = match known(network)? {
                    Some(network) => withdrawal.on(network),
                    None => withdrawal,
                };
                let done = match owner {
                    None => partner.own_account().withdraw(withdrawal).await,
                    Some(name) => user(name).withdraw(withdrawal).await,
                };
                let done = done.and_then(Outcome::done);
                done.map(|receipt| driver.learn(key, receipt.id.to_string()))
            }
            Command::Lock { owner, key } => {
                let lock = self.exchanges(owner).lock().await;
                lock.map(|lock| {
                    driver.learn(key, lock.id.to_string());
                    let rates = lock.rates.iter().map(|(currency, rate)| {
                        let rate = parse(&rate.to_string()).expect("a rate");
                        (currency.to_owned(), rate)
                    });
                    driver.rates.insert(key.clone(), rates.collect());
                    self.locks.insert(key.clone(), lock);
                })
            }
            Command::Exchange {
                owner,
                key,
                lock,
                amount,
                from,
                to,
            } => {
                let (lock, money) = (self.locks.get(lock)?, money(amount, from)?);
                let to: Currency = parsed(to);
                let done = self.exchanges(owner).execute(lock, money, to).await;
                let done = done.and_then(Outcome::done);
                done.map(|receipt| driver.learn(key, receipt.id.to_string()))
            }
            _ => return Box::pin(self.ask_of_checkouts(command, driver)).await,
        })
    }

    async fn ask_of_checkouts(
        &mut self,
        command: &Command,
        driver: &mut Driver,
    ) -> Option<Result<(), Error>> {
        let partner = self.partner.clone();
        Some(match command {
            Command::Quote {
                key,
                amount,
                currency,
                network,
            } => {
                let asked = partner.orders().lock(euro(amount)?, parsed(currency));
                let asked = match known(network)? {
                    Some(network) => asked.on(network),
                    None => asked,
                };
                asked.await.map(|quote| {
                    driver.learn(key, quote.id.to_string());
                    let asked = parse(&quote.amount.to_string()).expect("an amount");
                    driver.quoted.insert(key.clone(), asked);
                    self.quotes.insert(key.clone(), quote);
                })
            }
            Command::Order { key, quote } => {
                let quote = self.quotes.get(quote)?;
                let done = partner.orders().create(quote).await;
                let done = done.and_then(Outcome::done);
                done.map(|receipt| driver.learn(key, receipt.id.to_string()))
            }
            // The SDK's links are in EUR.
            Command::Link { currency, .. } if currency != "eur" => return None,
            Command::Link {
                key,
                amount,
                hosted,
                ..
            } => {
                let link = NewLink::new(euro(amount)?);
                let seconds = |seconds: i64| Some(Duration::from_secs(seconds.unsigned_abs()));
                let link = match hosted {
                    None => link,
                    Some(hosted) => link.hosted(Hosted {
                        redirect_url: None,
                        expires_in: seconds(hosted.expires),
                        underpayment_window: seconds(hosted.window),
                        accepts_underpayment: hosted.accepts,
                    }),
                };
                let done = partner.payment_links().create(link).await;
                let done = done.and_then(Outcome::done);
                done.map(|link| driver.learn(key, link.id.id.to_string()))
            }
            _ => return None,
        })
    }

    fn exchanges(&self, owner: &Party) -> Exchanges {
        match owner {
            None => self.partner.own_account().exchange(),
            Some(name) => user(&self.partner, name).exchange(),
        }
    }
}

/// `None` for what is finer than a cent.
fn euro(amount: &str) -> Option<Amount> {
    money(amount, "eur").map(|money| money.amount())
}

/// The named network, if one is named; `None` for one that the SDK does not know.
fn known(network: &Option<String>) -> Option<Option<Network>> {
    network
        .as_ref()
        .map_or(Some(None), |name| name.parse().ok().map(Some))
}

fn payout(to: Receiver, money: Money) -> PayOut {
    let second = to == Receiver::SecondAccount;
    let (iban, title) = (
        parsed(persona::IBANS[usize::from(second)]),
        parsed("savings"),
    );
    if to == Receiver::Person {
        PayOut::to_person(iban, money, parsed("Jan"), parsed("Nowak")).titled(title)
    } else {
        PayOut::to_own_account(iban, money).titled(title)
    }
}
