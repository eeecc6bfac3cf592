//! Kinds of documents.

use partner_api_core::documents::DocumentKind;

use super::NoState;
use crate::DocumentType;

impl From<DocumentKind> for DocumentType {
    fn from(kind: DocumentKind) -> Self {
        match kind {
            DocumentKind::Passport => Self::Passport,
            DocumentKind::IdCard => Self::IdCard,
            DocumentKind::ResidencePermit => Self::ResidencePermit,
            DocumentKind::DriverLicense => Self::DriverLicense,
        }
    }
}

impl TryFrom<&DocumentType> for DocumentKind {
    type Error = NoState;

    fn try_from(word: &DocumentType) -> Result<Self, NoState> {
        match word {
            DocumentType::Passport => Ok(Self::Passport),
            DocumentType::IdCard => Ok(Self::IdCard),
            DocumentType::ResidencePermit => Ok(Self::ResidencePermit),
            DocumentType::DriverLicense => Ok(Self::DriverLicense),
            DocumentType::Unknown(_) => Err(NoState { of: "a document" }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_word_and_every_word_is_a_kind() {
        for kind in DocumentKind::ALL {
            assert_eq!(
                DocumentKind::try_from(&DocumentType::from(*kind)),
                Ok(*kind)
            );
        }
        for word in DocumentType::ALL {
            assert!(DocumentKind::try_from(word).is_ok(), "{word}");
        }
        assert!(DocumentKind::try_from(&DocumentType::from("LIBRARY_CARD")).is_err());
    }
}
