//! The caller's own name for a request, and what tells whether a repeat of it asks for the same.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The longest key, in bytes.
const BYTES_MAX: usize = 255;

/// The caller's own name for one movement, such as the number of an order or a job. Whatever is asked for under a key
/// happens at most once: see [`Operation::key`](crate::Operation::key).
///
/// It never leaves this machine, and outlives the user in the journal: an id, not personal data. Not to be confused with
/// [`OperationId`](partner_api_types::OperationId), which names an endpoint of the provider.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RequestKey(Box<str>);

/// The text cannot be a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a request key has 1 to 255 bytes and no control characters; give such a text")]
pub struct InvalidKey;

impl RequestKey {
    /// Checks a text and takes it as a key.
    ///
    /// # Errors
    /// It is empty, longer than 255 bytes, or holds a control character.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidKey> {
        let text = text.into();
        let is_fit =
            !text.is_empty() && text.len() <= BYTES_MAX && !text.chars().any(char::is_control);
        match is_fit {
            true => Ok(Self(text.into_boxed_str())),
            false => Err(InvalidKey),
        }
    }

    /// A key that nobody else has. Keep it before you use it, or it helps nobody after a crash.
    pub fn generate() -> Self {
        Self(Uuid::now_v7().to_string().into_boxed_str())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for RequestKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        Self::new(text)
    }
}

impl<'de> Deserialize<'de> for RequestKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A digest of what a request asks for beyond its action: where a payout goes, the label of a card.
///
/// It shows nothing by itself, but whoever has the key can try out what was meant. So it counts as personal data.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Of the parts, in this order; under another key the same parts give another one.
    pub(crate) fn of(key: &RequestKey, parts: &[&str]) -> Self {
        let mut digest = Sha256::new();
        for part in std::iter::once(&key.as_str()).chain(parts) {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        Self(digest.finalize().into())
    }

    /// For adapters: what [`as_bytes`](Self::as_bytes) gave.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The digest.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Not what it is made of.
impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprint(..)")
    }
}

/// What stands in a payout's title where the caller left it to us, so that the payout can be found again.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PayOutToken(Box<str>);

impl PayOutToken {
    /// A token that no other payout has. It holds letters and digits only, which every bank carries unchanged
    /// (ASSUMED), and fits into the 140 characters of a title.
    pub(crate) fn generate() -> Self {
        Self(
            format!("TX{}", Uuid::new_v4().simple())
                .to_uppercase()
                .into_boxed_str(),
        )
    }

    /// The text that stands in the title.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_short_text_without_control_characters() {
        for text in ["job-7", "é", &"x".repeat(255)] {
            assert_eq!(RequestKey::new(text).unwrap().as_str(), text);
        }
        for text in ["", "a\nb", &"x".repeat(256)] {
            assert_eq!(RequestKey::new(text), Err(InvalidKey), "{text:?}");
        }
        assert_ne!(RequestKey::generate(), RequestKey::generate());
    }

    #[test]
    fn a_fingerprint_depends_on_the_key_and_on_where_a_part_ends() {
        let (one, two) = (RequestKey::new("1").unwrap(), RequestKey::new("2").unwrap());
        let of = Fingerprint::of;
        assert_eq!(of(&one, &["ab", "c"]), of(&one, &["ab", "c"]));
        assert_ne!(of(&one, &["ab", "c"]), of(&one, &["a", "bc"]));
        assert_ne!(of(&one, &["ab"]), of(&one, &["ab", ""]));
        assert_ne!(of(&one, &["a"]), of(&two, &["a"]));
        assert_eq!(format!("{:?}", of(&one, &[])), "Fingerprint(..)");
    }

    #[test]
    fn a_token_is_letters_and_digits() {
        let token = PayOutToken::generate();
        assert!(token.as_str().len() < 140);
        assert!(
            token
                .as_str()
                .bytes()
                .all(|it| it.is_ascii_uppercase() || it.is_ascii_digit())
        );
        assert_ne!(token, PayOutToken::generate());
    }
}
