//! Cards, and what is printed on them.

use partner_api_core::CardId;
use partner_api_core::card::{Card, CardSecrets};

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
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            owner: from.holder()?,
            state: from.word()?,
            created_at: from.time()?,
            label: String::new(),
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
