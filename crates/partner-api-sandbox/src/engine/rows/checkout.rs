//! Quotes, orders and payment links.

use std::time::Duration;

use partner_api_core::checkout::{Checkout, Due, Payment, Quote};
use partner_api_core::{CheckoutId, Currency, LockId, Network};

use super::{Damaged, Read, Record, Write};
use crate::store::Table;

impl Record for Quote {
    type Key = LockId;
    const TABLE: Table = Table::Quotes;

    fn key(key: &LockId, to: &mut Vec<u8>) {
        to.id(key.as_str());
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.i64(self.euro.atoms());
        to.money(self.crypto);
        to.word(self.network.as_str());
        to.i64(self.rate.atoms());
        to.word(self.state.as_str());
        to.time(self.created_at);
        to.time(self.valid_until);
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            euro: from.amount()?,
            crypto: from.money()?,
            network: from.word()?,
            rate: from.amount()?,
            state: from.word()?,
            created_at: from.time()?,
            valid_until: from.time()?,
        })
    }
}

impl Record for Checkout {
    type Key = CheckoutId;
    const TABLE: Table = Table::Checkouts;

    fn key(key: &CheckoutId, to: &mut Vec<u8>) {
        to.id(key.as_str());
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.word(self.kind.as_str());
        match &self.due {
            Due::Crypto(lock, quote) => {
                to.u8(b'c');
                to.id(lock.as_str());
                quote.write(to);
            }
            Due::Euro(euro) => {
                to.u8(b'e');
                to.i64(euro.atoms());
            }
        }
        to.word(self.state.as_str());
        to.bytes(&self.underpayment_window.as_secs().to_le_bytes());
        to.u8(u8::from(self.accepts_part));
        to.time(self.created_at);
        to.option(self.expires_at, Write::time);
        for payment in &self.payments {
            write_payment(payment, to);
        }
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            kind: from.word()?,
            due: match from.u8()? {
                b'c' => Due::Crypto(from.id()?, Quote::read(from)?),
                b'e' => Due::Euro(from.amount()?),
                _ => return Err(Damaged("what is due is of an unknown kind")),
            },
            state: from.word()?,
            underpayment_window: from
                .array()
                .map(|secs| Duration::from_secs(u64::from_le_bytes(secs)))?,
            accepts_part: from.u8()? == 1,
            created_at: from.time()?,
            expires_at: from.option(Read::time)?,
            payments: {
                let mut payments = Vec::new();
                while !from.is_empty() {
                    payments.push(read_payment(from)?);
                }
                payments
            },
        })
    }
}

fn write_payment(payment: &Payment, to: &mut Vec<u8>) {
    to.id(payment.hash.as_str());
    to.money(payment.money);
    to.word(payment.network.as_str());
    to.i64(payment.euro.atoms());
    to.word(payment.state.as_str());
    to.time(payment.at);
}

fn read_payment(from: &mut Read<'_>) -> Result<Payment, Damaged> {
    Ok(Payment {
        hash: from.id()?,
        money: from.money()?,
        network: from.word()?,
        euro: from.amount()?,
        state: from.word()?,
        at: from.time()?,
    })
}

/// That the partner has a wallet: the row is its key.
pub(crate) fn wallet_key(currency: Currency, network: Network) -> Vec<u8> {
    let mut key = Vec::with_capacity(24);
    key.word(currency.as_str());
    key.word(network.as_str());
    key
}
