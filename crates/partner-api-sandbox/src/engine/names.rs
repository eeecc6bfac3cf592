//! The partner's ids of users, as keyed hashes: what stays for ever, so that an id is never used again (L7).

use hmac::{Hmac, Mac};
use partner_api_core::UserId;
use sha2::Sha256;

use super::rows::NameKey;

/// A user id's hash: 128 bits of HMAC-SHA256.
pub(super) type NameHash = [u8; 16];

/// Hashes user ids. The ids themselves stand in the user's personal row only, and go with it.
#[derive(Clone)]
pub(super) struct Names(Hmac<Sha256>);

impl Names {
    pub(super) fn new(key: &NameKey) -> Self {
        Self(Hmac::new_from_slice(&key.0).expect("a key of any length will do"))
    }

    pub(super) fn hash(&self, id: &UserId) -> NameHash {
        let mut mac = self.0.clone();
        mac.update(id.as_str().as_bytes());
        let digest = mac.finalize().into_bytes();
        let mut hash = NameHash::default();
        hash.copy_from_slice(&digest[..16]);
        hash
    }
}
