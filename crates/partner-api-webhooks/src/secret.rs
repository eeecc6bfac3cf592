//! The secret by which the provider shows that it is the provider.

use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};

/// A webhook security token as it was issued. `Debug` does not show it, and it has no `Display`.
#[derive(Clone)]
pub struct Secret(Box<str>);

/// A text cannot be a secret; the text is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidSecret {
    /// It has no characters.
    #[error("the secret is empty; give the webhook security token as it was issued")]
    Empty,
    /// A header could not carry it, so nothing would ever match.
    #[error(
        "the secret has a space or a character that is not printable ASCII; give it as it was issued, without a line break"
    )]
    NotSendable,
}

impl Secret {
    /// Takes a secret as it was issued, without a scheme.
    ///
    /// # Errors
    /// It is empty, or holds what a header cannot carry unharmed.
    pub fn new(secret: impl Into<String>) -> Result<Self, InvalidSecret> {
        let secret = secret.into();
        if secret.is_empty() {
            return Err(InvalidSecret::Empty);
        }
        if !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidSecret::NotSendable);
        }
        Ok(Self(secret.into_boxed_str()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

/// What is kept of the secrets: their digests, which are of one length, so that comparing tells nothing.
pub(crate) struct Digests(Vec<[u8; 32]>);

impl Digests {
    pub(crate) fn of(secrets: &[Secret]) -> Self {
        Self(secrets.iter().map(|it| digest(it.0.as_bytes())).collect())
    }

    /// Whether the value of an `Authorization` header is one of the secrets, bare or after `Bearer`. Every secret is
    /// compared, whichever matches.
    pub(crate) fn accept(&self, header: &[u8]) -> bool {
        let bare = header.trim_ascii();
        let mut found = self.holds(bare);
        if let Some(token) = after_bearer(bare) {
            found |= self.holds(token);
        }
        found.into()
    }

    fn holds(&self, candidate: &[u8]) -> Choice {
        let candidate = digest(candidate);
        let matches = self.0.iter().map(|known| known.ct_eq(&candidate));
        matches.fold(Choice::from(0), |found, it| found | it)
    }
}

fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// What follows the scheme, whose case does not matter.
fn after_bearer(header: &[u8]) -> Option<&[u8]> {
    const SCHEME: &[u8] = b"bearer";
    let (scheme, rest) = header.split_at_checked(SCHEME.len())?;
    let is_bearer = scheme.eq_ignore_ascii_case(SCHEME)
        && rest
            .first()
            .is_some_and(|byte| matches!(byte, b' ' | b'\t'));
    is_bearer.then(|| rest.trim_ascii())
}
