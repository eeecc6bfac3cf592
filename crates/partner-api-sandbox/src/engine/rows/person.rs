//! Personal data: everything of a person begins with the holder, so that one range erases it all.

use partner_api_core::documents::DocumentKind;
use partner_api_core::sepa_transfer::Receiver;
use partner_api_core::user::{Identity, Profile, ProfileChanges};
use partner_api_core::{
    CardId, DepositId, HolderId, KycId, Owner, SepaTransferId, UserId, WithdrawalId,
};
use partner_api_types::DocumentType;

use super::{Damaged, Read, Record, Write};
use crate::store::Table;

/// Which personal row of a person.
#[derive(Clone, Debug)]
pub(crate) enum PersonalKey {
    Profile(HolderId),
    Identity(HolderId),
    Card(HolderId, CardId),
    Receiver(Owner, SepaTransferId),
    Destination(Owner, WithdrawalId),
    Sender(Owner, DepositId),
    TravelRule(Owner, DepositId),
    /// The first of an owner's contacts, the second, and so on: an IBAN is personal, and keys are not erased.
    Contact(Owner, u32),
    Questionnaire(HolderId, KycId),
}

impl PersonalKey {
    pub(super) fn write(&self, to: &mut Vec<u8>) {
        match self {
            Self::Profile(holder) => {
                to.holder(*holder);
                to.u8(b'p');
            }
            Self::Identity(holder) => {
                to.holder(*holder);
                to.u8(b'i');
            }
            Self::Card(holder, card) => {
                to.holder(*holder);
                to.u8(b'c');
                to.id(card.as_str());
            }
            Self::Receiver(owner, payout) => {
                to.owner(*owner);
                to.u8(b'r');
                to.id(payout.as_str());
            }
            Self::Destination(owner, withdrawal) => {
                to.owner(*owner);
                to.u8(b'w');
                to.id(withdrawal.as_str());
            }
            Self::Sender(owner, deposit) => {
                to.owner(*owner);
                to.u8(b's');
                to.id(deposit.as_str());
            }
            Self::TravelRule(owner, deposit) => {
                to.owner(*owner);
                to.u8(b't');
                to.id(deposit.as_str());
            }
            Self::Contact(owner, index) => {
                to.bytes(&contacts_of(*owner));
                to.bytes(&index.to_be_bytes());
            }
            Self::Questionnaire(holder, kyc) => {
                to.holder(*holder);
                to.u8(b'q');
                to.id(kyc.as_str());
            }
        }
    }
}

/// What the keys of an owner's contacts begin with.
pub(crate) fn contacts_of(owner: Owner) -> Vec<u8> {
    let mut key = Vec::with_capacity(56);
    key.owner(owner);
    key.u8(b'k');
    key
}

/// A person: the partner's id and the profile.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) profile: Profile,
}

impl Person {
    pub(crate) fn change(&mut self, changes: &ProfileChanges) {
        fn set<T: Clone>(field: &mut T, change: &Option<T>) {
            if let Some(change) = change {
                field.clone_from(change);
            }
        }
        let profile = &mut self.profile;
        set(&mut profile.email, &changes.email);
        set(&mut profile.phone, &changes.phone);
        set(&mut profile.city, &changes.city);
        set(&mut profile.post_code, &changes.post_code);
        if changes.street.is_some() {
            profile.street.clone_from(&changes.street);
        }
        if changes.number.is_some() {
            profile.number.clone_from(&changes.number);
        }
    }

    /// The partner's id alone.
    pub(crate) fn read_id(from: &mut Read<'_>) -> Result<UserId, Damaged> {
        from.id()
    }
}

impl Record for Person {
    type Key = HolderId;
    const TABLE: Table = Table::Personal;

    fn key(key: &HolderId, to: &mut Vec<u8>) {
        PersonalKey::Profile(*key).write(to);
    }

    fn write(&self, to: &mut Vec<u8>) {
        let profile = &self.profile;
        to.id(self.id.as_str());
        to.pii(&profile.email);
        to.pii(&profile.phone);
        to.pii(&profile.first_name);
        to.pii(&profile.last_name);
        to.pii(&profile.birth_date);
        to.option(profile.street.as_ref(), |to, it| to.pii(it));
        to.option(profile.number.as_ref(), |to, it| to.pii(it));
        to.pii(&profile.city);
        to.pii(&profile.post_code);
        to.word(profile.citizenship.as_str());
        to.option(profile.nationality, |to, it| to.word(it.as_str()));
        to.option(profile.birth_country, |to, it| to.word(it.as_str()));
        to.option(profile.national_id.as_ref(), |to, it| to.pii(it));
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            id: Self::read_id(from)?,
            profile: Profile {
                email: from.pii()?,
                phone: from.pii()?,
                first_name: from.pii()?,
                last_name: from.pii()?,
                birth_date: from.pii()?,
                street: from.option(Read::pii)?,
                number: from.option(Read::pii)?,
                city: from.pii()?,
                post_code: from.pii()?,
                citizenship: from.country()?,
                nationality: from.option(Read::country)?,
                birth_country: from.option(Read::country)?,
                national_id: from.option(Read::pii)?,
            },
        })
    }
}

impl Record for Identity {
    type Key = HolderId;
    const TABLE: Table = Table::Personal;

    fn key(key: &HolderId, to: &mut Vec<u8>) {
        PersonalKey::Identity(*key).write(to);
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.text(&DocumentType::from(self.document).to_string());
        to.pii(&self.document_number);
        to.option(self.issuing_country, |to, it| to.word(it.as_str()));
        to.option(self.expiry.as_ref(), |to, it| to.pii(it));
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            document: DocumentKind::try_from(&DocumentType::from(from.text()?))
                .map_err(|_| Damaged("a document is of no kind"))?,
            document_number: from.pii()?,
            issuing_country: from.option(Read::country)?,
            // Rows of the time before documents expired end here.
            expiry: match from.is_empty() {
                true => None,
                false => from.option(Read::pii)?,
            },
        })
    }
}

impl Record for Receiver {
    type Key = PersonalKey;
    const TABLE: Table = Table::Personal;

    fn key(key: &PersonalKey, to: &mut Vec<u8>) {
        key.write(to);
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.pii(&self.iban);
        to.pii(&self.title);
        to.option(self.first_name.as_ref(), |to, it| to.pii(it));
        to.option(self.last_name.as_ref(), |to, it| to.pii(it));
        to.option(self.company.as_ref(), |to, it| to.pii(it));
    }

    fn read(from: &mut Read<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            iban: from.pii()?,
            title: from.pii()?,
            first_name: from.option(Read::pii)?,
            last_name: from.option(Read::pii)?,
            company: from.option(Read::pii)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_data_of_the_time_before_documents_expired_is_read() {
        let mut row = Vec::new();
        row.text("RESIDENCE_PERMIT");
        row.text("RP-12345");
        row.option(Some("PL"), |to, it| to.word(it));
        let read = |row: &[u8]| Identity::read(&mut Read::new(row)).unwrap();
        let old = read(&row);
        assert_eq!(old.document, DocumentKind::ResidencePermit);
        assert_eq!((old.issuing_country.is_some(), &old.expiry), (true, &None));

        let new = Identity {
            expiry: Some("2999-12-31".parse().unwrap()),
            ..old
        };
        let mut row = Vec::new();
        new.write(&mut row);
        assert_eq!(read(&row), new);
    }
}
