//! What identity data must be like, by the kind of document.
//!
//! ASSUMED A76 throughout: the provider's pages name the call and that it takes the textual data of a document, and no field.

use crate::documents::DocumentKind;
use crate::refusal::Gate;
use crate::rule::Rule;
use crate::{Country, DocumentExpiry, DocumentNumber, Timestamp};

/// Identity data as submitted for verification; kept apart from the profile and never changed by an update (L2).
///
/// | Kind of document | Number | Issuing country | Expiry |
/// |---|---|---|---|
/// | passport | 6 to 9 letters and digits (ICAO 9303: a field of nine) | any; left out, that of the citizenship | where given, not past |
/// | identity card | 5 to 20 letters, digits and hyphens | any; left out, that of the citizenship | where given, not past: some are for life |
/// | residence permit | as an identity card | the country of residence | given, and not past: none is for life |
/// | driving licence | | | is not taken: it shows that somebody may drive |
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The kind of document.
    pub document: DocumentKind,
    /// The document's number.
    pub document_number: DocumentNumber,
    /// The country that issued it.
    pub issuing_country: Option<Country>,
    /// The last day on which it is valid.
    pub expiry: Option<DocumentExpiry>,
}

impl Identity {
    /// Whether the data can be submitted, on this day, for somebody who lives there.
    ///
    /// # Errors
    /// The first broken rule in precedence.
    pub fn check(&self, residence: Country, now: Timestamp) -> Result<(), Rule> {
        let mut gate = Gate::default();
        self.gate(Some(residence), now, &mut gate);
        gate.pass()
    }

    /// As [`check`](Self::check), where the country of residence is not known: what depends on it passes.
    ///
    /// # Errors
    /// The first broken rule in precedence.
    pub fn check_alone(&self, now: Timestamp) -> Result<(), Rule> {
        let mut gate = Gate::default();
        self.gate(None, now, &mut gate);
        gate.pass()
    }

    pub(crate) fn gate(&self, residence: Option<Country>, now: Timestamp, gate: &mut Gate) {
        let is_permit = self.document == DocumentKind::ResidencePermit;
        let shows_identity = self.document.photos().is_ok();
        gate.must(shows_identity, Rule::DocumentMustShowIdentity);
        gate.must(self.number_fits(), Rule::DocumentNumberMustFitKind);
        if is_permit {
            let issued_at_home = match (self.issuing_country, residence) {
                (Some(by), Some(residence)) => by == residence,
                (by, None) => by.is_some(),
                (None, _) => false,
            };
            gate.must(issued_at_home, Rule::PermitMustBeOfResidence);
            gate.must(self.expiry.is_some(), Rule::PermitMustExpire);
        }
        let is_past = self.expiry.as_ref().is_some_and(|last| last.is_past(now));
        gate.must(!is_past, Rule::DocumentMustNotBeExpired);
    }

    fn number_fits(&self) -> bool {
        let number = self.document_number.expose();
        let is_made_of = |others: &[u8]| {
            let mut bytes = number.bytes();
            bytes.all(|byte| byte.is_ascii_alphanumeric() || others.contains(&byte))
        };
        match self.document {
            DocumentKind::Passport => (6..=9).contains(&number.len()) && is_made_of(b""),
            _ => (5..=20).contains(&number.len()) && is_made_of(b"-"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSPORT: DocumentKind = DocumentKind::Passport;
    const CARD: DocumentKind = DocumentKind::IdCard;
    const PERMIT: DocumentKind = DocumentKind::ResidencePermit;
    const LICENCE: DocumentKind = DocumentKind::DriverLicense;

    /// Somebody who lives in Poland, on 2026-11-27.
    fn check(
        document: DocumentKind,
        number: &str,
        issued_by: Option<&str>,
        expiry: Option<&str>,
        expected: Result<(), Rule>,
    ) {
        let identity = Identity {
            document,
            document_number: DocumentNumber::unchecked(number),
            issuing_country: issued_by.map(|code| code.parse().unwrap()),
            expiry: expiry.map(|date| date.parse().unwrap()),
        };
        let now = "2026-11-27T23:59:59.999Z".parse().unwrap();
        let found = identity.check("PL".parse().unwrap(), now);
        assert_eq!(
            found, expected,
            "{document} {number} {issued_by:?} {expiry:?}"
        );
    }

    #[test]
    fn a_number_is_as_long_as_its_kind_of_document_has_it() {
        let misfit = Err(Rule::DocumentNumberMustFitKind);
        for (kind, number, expected) in [
            (PASSPORT, "EK7700", Ok(())),
            (PASSPORT, "ek7700123", Ok(())),
            (PASSPORT, "EK770", misfit),
            (PASSPORT, "EK77001234", misfit),
            (PASSPORT, "EK-7700", misfit),
            (PASSPORT, "ŁŁŁ", misfit),
            (CARD, "AB-12", Ok(())),
            (CARD, "A1234567890123456789", Ok(())),
            (CARD, "A123", misfit),
            (CARD, "A12345678901234567890", misfit),
            (CARD, "AB 1234", misfit),
        ] {
            check(kind, number, None, None, expected);
        }
    }

    #[test]
    fn a_permit_is_of_the_country_of_residence_and_ends() {
        let day = Some("2026-11-27");
        check(PERMIT, "ZZ12345", Some("PL"), day, Ok(()));
        let of_elsewhere = Err(Rule::PermitMustBeOfResidence);
        check(PERMIT, "ZZ12345", Some("DE"), day, of_elsewhere);
        check(PERMIT, "ZZ12345", None, day, of_elsewhere);
        let endless = Err(Rule::PermitMustExpire);
        check(PERMIT, "ZZ12345", Some("PL"), None, endless);
    }

    #[test]
    fn a_document_is_valid_through_its_last_day() {
        let expired = Err(Rule::DocumentMustNotBeExpired);
        for kind in [PASSPORT, CARD, PERMIT] {
            check(kind, "EK7700123", Some("PL"), Some("2026-11-27"), Ok(()));
            check(kind, "EK7700123", Some("PL"), Some("2026-11-26"), expired);
        }
    }

    #[test]
    fn a_driving_licence_shows_no_identity_and_the_first_broken_rule_is_named() {
        let no_identity = Err(Rule::DocumentMustShowIdentity);
        check(LICENCE, "", None, Some("1999-01-01"), no_identity);
    }

    #[test]
    fn without_the_residence_only_what_depends_on_it_passes() {
        let permit = |issued_by: Option<&str>| Identity {
            document: PERMIT,
            document_number: DocumentNumber::unchecked("ZZ12345"),
            issuing_country: issued_by.map(|code| code.parse().unwrap()),
            expiry: Some("2030-01-01".parse().unwrap()),
        };
        assert_eq!(permit(Some("DE")).check_alone(Timestamp::EPOCH), Ok(()));
        let unnamed = permit(None).check_alone(Timestamp::EPOCH);
        assert_eq!(unnamed, Err(Rule::PermitMustBeOfResidence));
    }
}
