//! Networks by name: an open set, written in lower case and read in either.

use std::fmt;
use std::str::FromStr;

use partner_api_core::Network;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A network's name on the wire. `networkConfig`, the fee query and the lock of an order's rate write it in lower case; a
/// withdrawal's body and an order's details do not, and have [`UpperCaseNetwork`]. Either case is read.
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

/// A [`NetworkName`] where it is written in upper case: in a withdrawal's body (`gh:crypto-withdrawals`) and in an order's
/// details (`get-order-details-20961091e0`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UpperCaseNetwork(pub NetworkName);

impl From<Network> for UpperCaseNetwork {
    fn from(network: Network) -> Self {
        Self(network.into())
    }
}

impl From<&str> for UpperCaseNetwork {
    fn from(name: &str) -> Self {
        Self(name.into())
    }
}

impl FromStr for UpperCaseNetwork {
    type Err = std::convert::Infallible;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Ok(name.into())
    }
}

impl fmt::Display for UpperCaseNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            NetworkName::Known(network) => f.pad(&network.as_str().to_ascii_uppercase()),
            NetworkName::Unknown(name) => f.pad(name),
        }
    }
}

impl Serialize for UpperCaseNetwork {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UpperCaseNetwork {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        NetworkName::deserialize(deserializer).map(Self)
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

    #[test]
    fn where_upper_case_is_written_either_is_read_too() {
        for name in ["polygon", "POLYGON", "Polygon"] {
            let json = serde_json::to_string(name).unwrap();
            let network: UpperCaseNetwork = serde_json::from_str(&json).unwrap();
            assert_eq!(network, Network::Polygon.into());
            assert_eq!(serde_json::to_string(&network).unwrap(), r#""POLYGON""#);
        }
        let unknown: UpperCaseNetwork = serde_json::from_str(r#""Solana""#).unwrap();
        assert_eq!(serde_json::to_string(&unknown).unwrap(), r#""Solana""#);
    }
}
