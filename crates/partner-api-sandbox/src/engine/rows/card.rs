//! Cards, what is printed on them, and payments with them.

use partner_api_core::card::{
    Card, CardSecrets, CardTransaction, Limits, Spending, SpendingLimits, Spent,
};
use partner_api_core::{CardId, CardTransactionId};

use super::{Damaged, PersonalKey, Read, Record, Write};
use crate::store::Table;

/// Without its label, which may name a person and is kept with the secrets.
impl Record for Card {
    type Key = CardId;
    const TABLE: Table = Table::Cards;

    fn key(key: &CardId, to: &mut Vec<u8>) {
        to.id(key.as_str());
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.holder(self.owner);
        to.word(self.state.as_str());
        to.time(self.created_at);
        for limits in [self.limits.daily, self.limits.monthly] {
            for limit in [limits.all, limits.atm, limits.ecom] {
                to.i64(limit.atoms());
            }
        }
        for spent in [self.spending.daily, self.spending.monthly] {
            for number in [spent.span, spent.all, spent.atm, spent.ecom] {
                to.i64(number);
            }
        }
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            owner: from.holder()?,
            state: from.word()?,
            created_at: from.time()?,
            label: String::new(),
            limits: from.or_end(SpendingLimits::default(), |from| {
                Ok(SpendingLimits {
                    daily: read_limits(from)?,
                    monthly: read_limits(from)?,
                })
            })?,
            spending: from.or_end(Spending::default(), |from| {
                Ok(Spending {
                    daily: read_spent(from)?,
                    monthly: read_spent(from)?,
                })
            })?,
        })
    }
}

fn read_limits(from: &mut Read<'_>) -> Result<Limits, Damaged> {
    Ok(Limits {
        all: from.amount()?,
        atm: from.amount()?,
        ecom: from.amount()?,
    })
}

fn read_spent(from: &mut Read<'_>) -> Result<Spent, Damaged> {
    Ok(Spent {
        span: from.i64()?,
        all: from.i64()?,
        atm: from.i64()?,
        ecom: from.i64()?,
    })
}

impl Record for CardTransaction {
    type Key = CardTransactionId;
    const TABLE: Table = Table::CardTransactions;

    fn key(key: &CardTransactionId, to: &mut Vec<u8>) {
        to.id(key.as_str());
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.id(self.card.as_str());
        to.holder(self.owner);
        to.money(self.money);
        to.word(self.channel.as_str());
        to.word(self.state.as_str());
        to.time(self.created_at);
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            card: from.id()?,
            owner: from.holder()?,
            money: from.money()?,
            channel: from.word()?,
            state: from.word()?,
            created_at: from.time()?,
        })
    }
}

/// A card's personal row.
#[derive(Debug)]
pub(crate) struct LabelledSecrets {
    pub(crate) label: String,
    pub(crate) secrets: CardSecrets,
}

impl Record for LabelledSecrets {
    type Key = PersonalKey;
    const TABLE: Table = Table::Personal;

    fn key(key: &PersonalKey, to: &mut Vec<u8>) {
        key.write(to);
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.text(&self.label);
        to.pii(&self.secrets.number);
        to.pii(&self.secrets.cvv);
        to.pii(&self.secrets.expiry);
        to.pii(&self.secrets.pin);
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            label: from.text()?.to_owned(),
            secrets: CardSecrets {
                number: from.pii()?,
                cvv: from.pii()?,
                expiry: from.pii()?,
                pin: from.pii()?,
            },
        })
    }
}
