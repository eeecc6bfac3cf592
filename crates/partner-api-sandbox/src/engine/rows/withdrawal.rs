//! Crypto withdrawals, and where they go.

use partner_api_core::WithdrawalId;
use partner_api_core::withdrawal::{Destination, Withdrawal};

use super::{Damaged, PersonalKey, Read, Record, Write};
use crate::store::Table;

impl Record for Withdrawal {
    type Key = WithdrawalId;
    const TABLE: Table = Table::Withdrawals;

    fn key(key: &WithdrawalId, to: &mut Vec<u8>) {
        to.id(key.as_str());
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.owner(self.owner);
        to.money(self.money);
        to.word(self.network.as_str());
        to.i64(self.service_fee.atoms());
        to.i64(self.network_fee.atoms());
        to.word(self.state.as_str());
        to.time(self.created_at);
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            owner: from.owner()?,
            money: from.money()?,
            network: from.word()?,
            service_fee: from.amount()?,
            network_fee: from.amount()?,
            state: from.word()?,
            created_at: from.time()?,
        })
    }
}

impl Record for Destination {
    type Key = PersonalKey;
    const TABLE: Table = Table::Personal;

    fn key(key: &PersonalKey, to: &mut Vec<u8>) {
        key.write(to);
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.pii(&self.address);
        to.option(self.memo.as_ref(), |to, it| to.pii(it));
        to.pii(&self.name);
        to.text(&self.wallet_type);
        to.text(&self.receiver_type);
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            address: from.pii()?,
            memo: from.option(Read::pii)?,
            name: from.pii()?,
            wallet_type: from.text()?.to_owned(),
            receiver_type: from.text()?.to_owned(),
        })
    }
}
