//! Who sends deposits: senders, the bank accounts that an owner is known by, and the travel rule's data.

use partner_api_core::deposit::{Contact, Sender, TravelRule};

use super::{Damaged, PersonalKey, Read, Record, Write};
use crate::store::Table;

impl Record for Sender {
    type Key = PersonalKey;
    const TABLE: Table = Table::Personal;

    fn key(key: &PersonalKey, to: &mut Vec<u8>) {
        key.write(to);
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.pii(&self.iban);
        to.pii(&self.name);
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            iban: from.pii()?,
            name: from.pii()?,
        })
    }
}

impl Record for Contact {
    type Key = PersonalKey;
    const TABLE: Table = Table::Personal;

    fn key(key: &PersonalKey, to: &mut Vec<u8>) {
        key.write(to);
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.pii(&self.iban);
        to.pii(&self.name);
        to.word(self.check.as_str());
        to.time(self.at);
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            iban: from.pii()?,
            name: from.pii()?,
            check: from.word()?,
            at: from.time()?,
        })
    }
}

impl Record for TravelRule {
    type Key = PersonalKey;
    const TABLE: Table = Table::Personal;

    fn key(key: &PersonalKey, to: &mut Vec<u8>) {
        key.write(to);
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.word(self.wallet.as_str());
        to.option(self.is_own_wallet, |to, it| to.u8(u8::from(it)));
        to.option(self.first_name.as_ref(), |to, it| to.pii(it));
        to.option(self.last_name.as_ref(), |to, it| to.pii(it));
        to.option(self.company.as_ref(), |to, it| to.pii(it));
        to.option(self.vat_id.as_ref(), |to, it| to.pii(it));
        to.option(self.street.as_ref(), |to, it| to.pii(it));
        to.option(self.city.as_ref(), |to, it| to.pii(it));
        to.option(self.post_code.as_ref(), |to, it| to.pii(it));
        to.option(self.country, |to, it| to.word(it.as_str()));
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            wallet: from.word()?,
            is_own_wallet: from.option(|from| Ok(from.u8()? == 1))?,
            first_name: from.option(Read::pii)?,
            last_name: from.option(Read::pii)?,
            company: from.option(Read::pii)?,
            vat_id: from.option(Read::pii)?,
            street: from.option(Read::pii)?,
            city: from.option(Read::pii)?,
            post_code: from.option(Read::pii)?,
            country: from.option(Read::country)?,
        })
    }
}
