//! Networks by name: an open set, written in lower case and read in either.

use std::fmt;
use std::str::FromStr;

use partner_api_core::Network;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A network's name on the wire. `networkConfig` and the fee query write it in lower case, withdrawals and orders in upper
/// case (`gh:crypto-withdrawals`, `get-order-details-20961091e0`); so either is read, and lower case is written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NetworkName {
    /// One that the rules know.
    Known(Network),
    /// Any other, as it was written.
    Unknown(String),
}

impl NetworkName {
    /// The network, if the rules know it.
    pub fn known(&self) -> Option<Network> {
        match self {
            Self::Known(network) => Some(*network),
            Self::Unknown(_) => None,
        }
    }

    /// The name as it is written.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(network) => network.as_str(),
            Self::Unknown(name) => name,
        }
    }
}

impl From<Network> for NetworkName {
    fn from(network: Network) -> Self {
        Self::Known(network)
    }
}

impl From<&str> for NetworkName {
    fn from(name: &str) -> Self {
        match name.to_ascii_lowercase().parse() {
            Ok(network) => Self::Known(network),
            Err(_) => Self::Unknown(name.to_owned()),
        }
    }
}

impl FromStr for NetworkName {
    type Err = std::convert::Infallible;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Ok(name.into())
    }
}

impl fmt::Display for NetworkName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for NetworkName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for NetworkName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Ok((&*name).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_case_is_read_and_lower_case_is_written() {
        for name in ["polygon", "POLYGON", "Polygon"] {
            let json = serde_json::to_string(name).unwrap();
            let network: NetworkName = serde_json::from_str(&json).unwrap();
            assert_eq!(network, NetworkName::Known(Network::Polygon));
            assert_eq!(serde_json::to_string(&network).unwrap(), r#""polygon""#);
        }
    }

    #[test]
    fn an_unknown_name_survives() {
        let network: NetworkName = serde_json::from_str(r#""Solana""#).unwrap();
        assert_eq!(network.known(), None);
        assert_eq!(serde_json::to_string(&network).unwrap(), r#""Solana""#);
    }
}
