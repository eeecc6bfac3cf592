//! What users have shown, and hosted verifications.

use partner_api_core::documents::Documents;
use partner_api_core::kyc::{Kyc, Questionnaire};
use partner_api_core::{HolderId, KycId};

use super::{Damaged, PersonalKey, Read, Record, Write, holder_key};
use crate::store::Table;

impl Record for Documents {
    type Key = HolderId;
    const TABLE: Table = Table::Documents;

    fn key(key: &HolderId, to: &mut Vec<u8>) {
        holder_key(*key, to);
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.u8(u8::from(self.identity_files));
        to.option(self.kyc, |to, it| to.word(it.as_str()));
        to.word(self.poa.as_str());
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            identity_files: from.u8()? == 1,
            kyc: from.option(Read::word)?,
            poa: from.word()?,
        })
    }
}

impl Record for Kyc {
    type Key = KycId;
    const TABLE: Table = Table::Kycs;

    fn key(key: &KycId, to: &mut Vec<u8>) {
        to.id(key.as_str());
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.holder(self.holder);
        to.word(self.state.as_str());
        to.time(self.created_at);
        for reason in &self.reasons {
            to.text(reason);
        }
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            holder: from.holder()?,
            state: from.word()?,
            created_at: from.time()?,
            reasons: {
                let mut reasons = Vec::new();
                while !from.is_empty() {
                    reasons.push(from.text()?.to_owned());
                }
                reasons
            },
        })
    }
}

impl Record for Questionnaire {
    type Key = PersonalKey;
    const TABLE: Table = Table::Personal;

    fn key(key: &PersonalKey, to: &mut Vec<u8>) {
        key.write(to);
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.text(&self.document_type);
        to.word(self.country.as_str());
        to.text(&self.income_source);
        to.text(&self.open_account_reason);
        to.option(self.tax_id.as_ref(), |to, it| to.pii(it));
        to.option(self.occupation.as_ref(), |to, it| to.text(it));
        to.option(self.additional_info.as_ref(), |to, it| to.pii(it));
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        let text = |from: &mut Read<'_>| from.text().map(str::to_owned);
        Ok(Self {
            document_type: text(from)?,
            country: from.country()?,
            income_source: text(from)?,
            open_account_reason: text(from)?,
            tax_id: from.option(Read::pii)?,
            occupation: from.option(text)?,
            additional_info: from.option(Read::pii)?,
        })
    }
}
