//! Ids: validated once, then only carried.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

/// The longest id that is accepted, in bytes (ASSUMED A4: the provider states no limit).
pub const MAX_ID_BYTES: usize = 255;

/// Why a text cannot be an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} {shown:?} {problem}")]
pub struct InvalidId {
    kind: &'static str,
    /// The beginning of the text, escaped where it is printed.
    shown: String,
    problem: IdProblem,
}

impl InvalidId {
    /// Which kind of id was wanted, such as `user id`.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// What is wrong with it.
    pub fn problem(&self) -> IdProblem {
        self.problem
    }
}

/// What is wrong with an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdProblem {
    /// It has no characters.
    #[error("is empty; give at least one character")]
    Empty,
    /// It is `.` or `..`, which a URL would swallow.
    #[error("would be swallowed by a URL's path; give another id")]
    Dots,
    /// It holds a slash or a backslash.
    #[error("holds a slash; leave slashes and backslashes out")]
    Slash,
    /// It holds a control character.
    #[error("holds a control character; leave those out")]
    Control,
    /// It is longer than [`MAX_ID_BYTES`].
    #[error("is longer than 255 bytes; give a shorter one")]
    TooLong,
}

fn check(text: &str) -> Result<(), IdProblem> {
    if text.is_empty() {
        Err(IdProblem::Empty)
    } else if text.len() > MAX_ID_BYTES {
        Err(IdProblem::TooLong)
    } else if text.chars().any(char::is_control) {
        Err(IdProblem::Control)
    } else if text.contains(['/', '\\']) {
        Err(IdProblem::Slash)
    } else if text == "." || text == ".." {
        Err(IdProblem::Dots)
    } else {
        Ok(())
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        ///
        /// Never empty, `.` or `..`; no slash, backslash or control character; at most 255 bytes.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(Box<str>);

        impl $name {
            /// Checks a text and takes it as an id.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                match check(&text) {
                    Ok(()) => Ok(Self(text.into_boxed_str())),
                    Err(problem) => {
                        Err(InvalidId { kind: $kind, shown: text.chars().take(32).collect(), problem })
                    }
                }
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = InvalidId;

            fn try_from(text: &str) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        /// So that what takes an id as text or as an id also takes one that is borrowed.
        impl From<&$name> for $name {
            fn from(id: &$name) -> Self {
                id.clone()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }
    };
}

id! {
    /// The partner's own id of a user: `externalUserId` on the wire, unique per partner and never reused.
    UserId, "user id"
}
id! {
    /// A card's id.
    CardId, "card id"
}
id! {
    /// An internal transfer's id.
    TransferId, "transfer id"
}
id! {
    /// A SEPA payout's id.
    SepaTransferId, "payout id"
}
id! {
    /// An exchange's id.
    ExchangeId, "exchange id"
}
id! {
    /// A rate lock's id.
    LockId, "lock id"
}
id! {
    /// An incoming deposit's id.
    DepositId, "deposit id"
}
id! {
    /// The id of one use of a card.
    CardTransactionId, "card transaction id"
}

id! {
    /// A crypto withdrawal's id.
    WithdrawalId, "withdrawal id"
}
id! {
    /// An order's id.
    OrderId, "order id"
}
id! {
    /// A payment link's or hosted checkout's id.
    PaymentLinkId, "payment link id"
}
id! {
    /// The id of a hosted identity verification.
    KycId, "verification id"
}

id! {
    /// The id of a checkout, be it an order or a payment link; see [`OrderId`] and [`PaymentLinkId`].
    CheckoutId, "checkout id"
}
id! {
    /// A chain's id of a transfer on it.
    TransactionHash, "transaction hash"
}

impl From<OrderId> for CheckoutId {
    fn from(id: OrderId) -> Self {
        Self(id.0)
    }
}

impl From<PaymentLinkId> for CheckoutId {
    fn from(id: PaymentLinkId) -> Self {
        Self(id.0)
    }
}

impl From<CheckoutId> for OrderId {
    fn from(id: CheckoutId) -> Self {
        Self(id.0)
    }
}

impl From<CheckoutId> for PaymentLinkId {
    fn from(id: CheckoutId) -> Self {
        Self(id.0)
    }
}

/// The provider's opaque id of a user: `userId` on the wire.
///
/// Books, movements and cards refer to a user by it, so that closing can erase the partner's own id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HolderId(pub Uuid);

impl fmt::Display for HolderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for HolderId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        text.parse().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_refused(text: &str, expected: IdProblem) {
        assert_eq!(
            UserId::new(text).unwrap_err().problem(),
            expected,
            "{text:.40?}"
        );
        let json = serde_json::to_string(text).unwrap();
        assert!(
            serde_json::from_str::<UserId>(&json).is_err(),
            "{text:.40?} was read"
        );
    }

    #[test]
    fn ids_that_a_url_or_a_log_cannot_carry_are_refused() {
        check_refused("", IdProblem::Empty);
        check_refused(".", IdProblem::Dots);
        check_refused("..", IdProblem::Dots);
        check_refused("a/b", IdProblem::Slash);
        check_refused("a\\b", IdProblem::Slash);
        check_refused("a\nb", IdProblem::Control);
        check_refused("a\u{0}", IdProblem::Control);
        check_refused("\u{85}", IdProblem::Control);
        check_refused(&"x".repeat(10_240), IdProblem::TooLong);
    }

    #[test]
    fn odd_but_harmless_ids_survive_a_round_trip() {
        for text in [
            "a",
            "...",
            "u 7",
            "ż",
            "a%2Fb",
            "?#&=",
            "user@example.com",
            &"x".repeat(255),
        ] {
            let id = UserId::new(text).unwrap();
            let json = serde_json::to_string(&id).unwrap();
            assert_eq!(serde_json::from_str::<UserId>(&json).unwrap(), id);
            assert_eq!(id.as_str(), text);
        }
    }

    #[test]
    fn the_error_says_what_is_wrong_and_shows_only_the_beginning() {
        let error = CardId::new("x".repeat(300)).unwrap_err().to_string();
        assert_eq!(
            error,
            format!(
                "card id {:?} is longer than 255 bytes; give a shorter one",
                "x".repeat(32)
            )
        );
    }
}
