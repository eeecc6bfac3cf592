//! The kinds of document that show who somebody is.

use crate::rule::Rule;
use crate::steps::words;

words! {
    /// A kind of document (`gh:user`, `gh:kyc`).
    DocumentKind {
        /// A passport.
        Passport = "passport",
        /// An identity card.
        IdCard = "id_card",
        /// A permit to live in the country of residence.
        ResidencePermit = "residence_permit",
        /// A driving licence, which only the questions of a hosted verification name.
        DriverLicense = "driver_license",
    }
}

/// Which photos show a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Photos {
    /// The page with the holder's picture.
    OnePage,
    /// Front and back.
    TwoSides,
}

impl DocumentKind {
    /// Which photos show it: a card has two sides, a passport one page (`gh:user`).
    ///
    /// # Errors
    /// A driving licence is not taken where the partner sends the files: the older list of `gh:user` has the other three
    /// only (ASSUMED that what is not on it is refused).
    pub const fn photos(self) -> Result<Photos, Rule> {
        match self {
            Self::Passport => Ok(Photos::OnePage),
            Self::IdCard | Self::ResidencePermit => Ok(Photos::TwoSides),
            Self::DriverLicense => Err(Rule::DocumentMustShowIdentity),
        }
    }
}
