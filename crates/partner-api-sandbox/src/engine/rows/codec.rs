//! Bytes of numbers, words and texts.

use std::str::FromStr;

use partner_api_core::{Amount, Country, Currency, HolderId, Kind, Money, Owner, Pii, Timestamp};
use uuid::Uuid;

use crate::store::{StoreError, Table};

/// Bytes are not what they should be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Damaged(pub(crate) &'static str);

impl Damaged {
    /// Where they were read.
    pub(crate) fn of(self, table: Table) -> StoreError {
        StoreError::Damaged {
            table: table.word(),
            what: self.0,
        }
    }
}

/// Appends values to bytes.
pub(crate) trait Write {
    fn u8(&mut self, value: u8);
    fn bytes(&mut self, value: &[u8]);

    fn i64(&mut self, value: i64) {
        self.bytes(&value.to_le_bytes());
    }

    fn holder(&mut self, value: HolderId) {
        self.bytes(value.0.as_bytes());
    }

    /// The partner is written as nobody's id, which no user ever has.
    fn owner(&mut self, value: Owner) {
        self.holder(value.user().unwrap_or(HolderId(Uuid::nil())));
    }

    fn time(&mut self, value: Timestamp) {
        self.i64(value.millis());
    }

    /// A short text of this program's own, such as a state's word.
    fn word(&mut self, value: &str) {
        debug_assert!(value.len() <= usize::from(u8::MAX), "{value}");
        self.u8(value.len() as u8);
        self.bytes(value.as_bytes());
    }

    /// Any text.
    fn text(&mut self, value: &str) {
        self.bytes(&(value.len() as u32).to_le_bytes());
        self.bytes(value.as_bytes());
    }

    /// An id: most are UUIDs in their usual form, which take 17 bytes instead of 37.
    fn id(&mut self, value: &str) {
        match Uuid::try_parse(value) {
            Ok(uuid) if uuid.hyphenated().encode_lower(&mut [0; 36]) == value => {
                self.u8(0);
                self.bytes(uuid.as_bytes());
            }
            _ => self.word(value),
        }
    }

    fn money(&mut self, value: Money) {
        self.i64(value.amount().atoms());
        self.word(value.currency().as_str());
    }

    fn pii<K>(&mut self, value: &Pii<K>) {
        self.text(value.expose());
    }

    fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.u8(u8::from(value.is_some()));
        if let Some(value) = value {
            write(self, value);
        }
    }
}

impl Write for Vec<u8> {
    fn u8(&mut self, value: u8) {
        self.push(value);
    }

    fn bytes(&mut self, value: &[u8]) {
        self.extend_from_slice(value);
    }
}

/// Takes values from bytes.
#[derive(Debug)]
pub(crate) struct Read<'a>(&'a [u8]);

impl<'a> Read<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn bytes(&mut self, len: usize) -> Result<&'a [u8], Damaged> {
        let (taken, rest) = self
            .0
            .split_at_checked(len)
            .ok_or(Damaged("it ends early"))?;
        self.0 = rest;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Damaged> {
        self.bytes(N)?
            .try_into()
            .map_err(|_| Damaged("it ends early"))
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Damaged> {
        Ok(self.array::<1>()?[0])
    }

    pub(crate) fn i64(&mut self) -> Result<i64, Damaged> {
        self.array().map(i64::from_le_bytes)
    }

    pub(crate) fn i128(&mut self) -> Result<i128, Damaged> {
        self.array().map(i128::from_le_bytes)
    }

    pub(crate) fn holder(&mut self) -> Result<HolderId, Damaged> {
        self.array().map(|bytes| HolderId(Uuid::from_bytes(bytes)))
    }

    pub(crate) fn owner(&mut self) -> Result<Owner, Damaged> {
        let holder = self.holder()?;
        Ok(if holder.0.is_nil() {
            Owner::Partner
        } else {
            Owner::User(holder)
        })
    }

    /// What a row of an earlier version does not have.
    pub(crate) fn or_end<T>(
        &mut self,
        earlier: T,
        read: impl FnOnce(&mut Self) -> Result<T, Damaged>,
    ) -> Result<T, Damaged> {
        if self.is_empty() {
            Ok(earlier)
        } else {
            read(self)
        }
    }

    pub(crate) fn time(&mut self) -> Result<Timestamp, Damaged> {
        Timestamp::from_millis(self.i64()?).map_err(|_| Damaged("a moment is out of range"))
    }

    fn str(&mut self, len: usize) -> Result<&'a str, Damaged> {
        std::str::from_utf8(self.bytes(len)?).map_err(|_| Damaged("a text is not UTF-8"))
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, Damaged> {
        let len = self.array().map(u32::from_le_bytes)?;
        self.str(usize::try_from(len).map_err(|_| Damaged("a text is too long"))?)
    }

    /// A word of one of core's sets, or a currency.
    pub(crate) fn word<T: FromStr>(&mut self) -> Result<T, Damaged> {
        self.short()?
            .parse()
            .map_err(|_| Damaged("a word is unknown"))
    }

    fn short(&mut self) -> Result<&'a str, Damaged> {
        let len = self.u8()?;
        self.str(usize::from(len))
    }

    pub(crate) fn id<T: TryFrom<String>>(&mut self) -> Result<T, Damaged> {
        let text = match self.u8()? {
            0 => Uuid::from_bytes(self.array()?).to_string(),
            len => self.str(usize::from(len))?.to_owned(),
        };
        text.try_into().map_err(|_| Damaged("an id is not valid"))
    }

    pub(crate) fn amount(&mut self) -> Result<Amount, Damaged> {
        Amount::from_atoms(self.i64()?).ok_or(Damaged("an amount is negative"))
    }

    pub(crate) fn currency(&mut self) -> Result<Currency, Damaged> {
        self.word()
    }

    /// A country, also one that an older version took and this one would not.
    pub(crate) fn country(&mut self) -> Result<Country, Damaged> {
        Country::parse_stored(self.short()?).map_err(|_| Damaged("a country is no code"))
    }

    pub(crate) fn money(&mut self) -> Result<Money, Damaged> {
        let amount = self.amount()?;
        Money::new(amount, self.currency()?).map_err(|_| Damaged("an amount is too precise"))
    }

    /// Personal text, as it was given.
    pub(crate) fn pii<K: Kind>(&mut self) -> Result<Pii<K>, Damaged> {
        self.text().map(Pii::unchecked)
    }

    pub(crate) fn option<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Damaged>,
    ) -> Result<Option<T>, Damaged> {
        match self.u8()? {
            0 => Ok(None),
            1 => read(self).map(Some),
            _ => Err(Damaged("an option is neither there nor not")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_survive_whatever_their_form() {
        let uuid = "0192f0c1-2b3c-7d4e-8f50-123456789abc";
        for id in [
            uuid,
            &uuid.to_uppercase(),
            &uuid.replace('-', ""),
            "x",
            &"y".repeat(255),
        ] {
            let mut bytes = Vec::new();
            bytes.id(id);
            assert_eq!(Read::new(&bytes).id::<String>().unwrap(), id);
        }
    }

    #[test]
    fn a_country_that_an_older_version_took_is_read() {
        for (code, is_read) in [("PL", true), ("ZZ", true), ("zz", false), ("POL", false)] {
            let mut bytes = Vec::new();
            bytes.word(code);
            let found = Read::new(&bytes).country();
            let found = found.ok().map(|it| it.to_string());
            assert_eq!(found, is_read.then(|| code.to_owned()), "{code}");
        }
    }

    #[test]
    fn what_ends_early_is_damaged() {
        let mut bytes = Vec::new();
        bytes.text("abc");
        bytes.pop();
        assert!(Read::new(&bytes).text().is_err());
        assert!(Read::new(&[]).u8().is_err());
        assert!(Read::new(&[9]).option(Read::u8).is_err());
    }
}
