//! Transfers, payouts, exchanges, locks and deposits.

use partner_api_core::deposit::{Deposit, Source};
use partner_api_core::exchange::Exchange;
use partner_api_core::lock::{Lock, Rates};
use partner_api_core::sepa_transfer::SepaTransfer;
use partner_api_core::transfer::Transfer;
use partner_api_core::{Amount, DepositId, ExchangeId, LockId, SepaTransferId, TransferId};

use super::{Damaged, Read, Record, Write};
use crate::store::Table;

impl Record for Transfer {
    type Key = TransferId;
    const TABLE: Table = Table::Transfers;

    fn key(key: &TransferId, to: &mut Vec<u8>) {
        to.id(key.as_str());
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.option(self.source, Write::holder);
        to.option(self.destination, Write::holder);
        to.money(self.money);
        to.word(self.state.as_str());
        to.time(self.created_at);
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            source: from.option(Read::holder)?,
            destination: from.option(Read::holder)?,
            money: from.money()?,
            state: from.word()?,
            created_at: from.time()?,
        })
    }
}

impl Record for SepaTransfer {
    type Key = SepaTransferId;
    const TABLE: Table = Table::Payouts;

    fn key(key: &SepaTransferId, to: &mut Vec<u8>) {
        to.id(key.as_str());
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.owner(self.owner);
        to.money(self.money);
        to.word(self.state.as_str());
        to.time(self.created_at);
        to.i64(self.fee.atoms());
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            owner: from.owner()?,
            money: from.money()?,
            state: from.word()?,
            created_at: from.time()?,
            fee: from.or_end(Amount::ZERO, Read::amount)?,
        })
    }
}

impl Record for Exchange {
    type Key = ExchangeId;
    const TABLE: Table = Table::Exchanges;

    fn key(key: &ExchangeId, to: &mut Vec<u8>) {
        to.id(key.as_str());
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.owner(self.owner);
        to.id(self.lock.as_str());
        to.money(self.from);
        to.money(self.to);
        to.i64(self.residue.atoms());
        to.word(self.state.as_str());
        to.time(self.created_at);
        to.i64(self.fee.atoms());
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            owner: from.owner()?,
            lock: from.id()?,
            from: from.money()?,
            to: from.money()?,
            residue: from.amount()?,
            state: from.word()?,
            created_at: from.time()?,
            fee: from.or_end(Amount::ZERO, Read::amount)?,
        })
    }
}

impl Record for Lock {
    type Key = LockId;
    const TABLE: Table = Table::Locks;

    fn key(key: &LockId, to: &mut Vec<u8>) {
        to.id(key.as_str());
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.owner(self.owner);
        to.word(self.state.as_str());
        to.time(self.created_at);
        to.time(self.valid_until);
        for (currency, rate) in &self.rates {
            to.word(currency.as_str());
            to.i64(rate.atoms());
        }
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            owner: from.owner()?,
            state: from.word()?,
            created_at: from.time()?,
            valid_until: from.time()?,
            rates: {
                let mut rates = Rates::new();
                while !from.is_empty() {
                    rates.insert(from.currency()?, from.amount()?);
                }
                rates
            },
        })
    }
}

impl Record for Deposit {
    type Key = DepositId;
    const TABLE: Table = Table::Deposits;

    fn key(key: &DepositId, to: &mut Vec<u8>) {
        to.id(key.as_str());
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.option(self.owner, Write::owner);
        to.money(self.money);
        to.word(self.state.as_str());
        to.time(self.created_at);
        let network = match self.source {
            Source::Sepa => None,
            Source::Chain(network) => Some(network),
        };
        to.option(network, |to, it| to.word(it.as_str()));
        to.u8(u8::from(self.needs_travel_rule));
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            owner: from.option(Read::owner)?,
            money: from.money()?,
            state: from.word()?,
            created_at: from.time()?,
            source: from
                .or_end(None, |from| from.option(Read::word))?
                .map_or(Source::Sepa, Source::Chain),
            needs_travel_rule: from.or_end(0, Read::u8)? == 1,
        })
    }
}
