//! The name of a run, and the keys that are made of it.

use std::fmt;
use std::str::FromStr;

use partner_api_core::UserId;
use sha2::{Digest, Sha256};

use crate::journal::RequestKey;

/// The longest name, in bytes.
const BYTES_MAX: usize = 64;

/// Names a run, such as `fraud-2026-11-27`. Whatever is run again under the same name touches nobody a second time.
///
/// It goes into the journal: an id, not personal data.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RunName(Box<str>);

/// The text cannot name a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name of a run has 1 to 64 bytes and no control characters; give such a text")]
pub struct InvalidRunName;

impl RunName {
    /// Checks a text and takes it as a name.
    ///
    /// # Errors
    /// It is empty, longer than 64 bytes, or holds a control character.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidRunName> {
        let text = text.into();
        let is_fit = (1..=BYTES_MAX).contains(&text.len()) && !text.chars().any(char::is_control);
        match is_fit {
            true => Ok(Self(text.into_boxed_str())),
            false => Err(InvalidRunName),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key under which this run changes a user: the run's name, and a digest, since an id may be as long as a key. The
    /// journal's entry names the user anyway.
    pub fn key_of(&self, user: &UserId) -> RequestKey {
        let digest = Sha256::digest(user.as_str());
        let digest: String = digest[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        RequestKey::new(format!("bulk {self} {digest}")).expect("short, and no control characters")
    }
}

impl fmt::Display for RunName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for RunName {
    type Err = InvalidRunName;

    fn from_str(text: &str) -> Result<Self, InvalidRunName> {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ_by_run_and_by_user_and_the_longest_fits() {
        let user = |id: &str| UserId::new(id).unwrap();
        let run = |name: &str| RunName::new(name).unwrap();
        let key = run("a").key_of(&user("anna"));
        assert_eq!(key, run("a").key_of(&user("anna")));
        assert_ne!(key, run("b").key_of(&user("anna")));
        assert_ne!(key, run("a").key_of(&user("ben")));
        let longest = run(&"r".repeat(64)).key_of(&user(&"u".repeat(255)));
        assert!(longest.as_str().len() < 255);
        for text in ["", "a\nb", &"r".repeat(65)] {
            assert_eq!(RunName::new(text), Err(InvalidRunName));
        }
    }
}
