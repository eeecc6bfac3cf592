//! Countries by their two-letter codes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An ISO 3166-1 alpha-2 code that stands for a country. Which countries are served is the provider's to say.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

/// The text is not a country's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a country; give its ISO 3166-1 alpha-2 code in capitals, such as PL")]
pub struct InvalidCountry;

/// The 249 codes that ISO 3166-1 assigned by November 2026, and `XK`, by which banks and the European Union mean Kosovo.
const CODES: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS \
    BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE \
    EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM \
    HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC \
    LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA \
    NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW \
    SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO \
    TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// The same codes, by their first letter: a bit for each second one. Countries are read with every user.
const ASSIGNED: [u32; 26] = {
    let codes = CODES.as_bytes();
    let mut assigned = [0; 26];
    let mut at = 0;
    while at < codes.len() {
        assigned[(codes[at] - b'A') as usize] |= 1 << (codes[at + 1] - b'A');
        at += "XX ".len();
    }
    assigned
};

impl Country {
    /// Reads the code of a country that exists.
    pub fn parse(code: &str) -> Result<Self, InvalidCountry> {
        match *code.as_bytes() {
            [a @ b'A'..=b'Z', b @ b'A'..=b'Z']
                if ASSIGNED[usize::from(a - b'A')] >> (b - b'A') & 1 == 1 =>
            {
                Ok(Self([a, b]))
            }
            _ => Err(InvalidCountry),
        }
    }

    /// For stores: reads any two capitals. Versions that knew no list of countries took them all, and what was taken is
    /// still somebody's country.
    ///
    /// # Errors
    /// The text is not two capitals.
    pub fn parse_stored(code: &str) -> Result<Self, InvalidCountry> {
        match *code.as_bytes() {
            [a @ b'A'..=b'Z', b @ b'A'..=b'Z'] => Ok(Self([a, b])),
            _ => Err(InvalidCountry),
        }
    }

    /// Every country, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        CODES.split(' ').filter_map(|code| Self::parse(code).ok())
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("only capital letters are ever stored")
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Country({})", self.as_str())
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Country {
    type Err = InvalidCountry;

    fn from_str(code: &str) -> Result<Self, InvalidCountry> {
        Self::parse(code)
    }
}

impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codes_that_are_assigned_are_a_country() {
        assert_eq!(Country::parse("PL").unwrap().as_str(), "PL");
        // Never assigned, given up, for users' own ends, and what is no code at all.
        for code in [
            "ZZ", "QQ", "AA", "AN", "EU", "UK", "XX", "", "P", "pl", "POL", "P1", "ŁŁ", "L ",
        ] {
            assert_eq!(Country::parse(code), Err(InvalidCountry), "{code}");
            let sent = serde_json::from_value::<Country>(code.into());
            assert!(sent.is_err(), "{code}");
        }
        let codes: Vec<Country> = Country::all().collect();
        assert!(codes.is_sorted());
        assert_eq!(codes.len(), 250);
    }
}
