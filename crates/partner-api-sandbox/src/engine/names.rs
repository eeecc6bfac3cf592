//! The partner's ids of users, as keyed hashes: what stays for ever, so that an id is never used again (L7).

use hmac::{Hmac, Mac};
use partner_api_core::{Command, UserId};
use sha2::Sha256;

use super::rows::NameKey;

/// A user id's hash: 128 bits of HMAC-SHA256.
pub(super) type NameHash = [u8; 16];

/// Hashes user ids, under one key until a restore brings another. The ids themselves stand in the user's personal row only, and go with it.
pub(super) struct Names {
    keyed: Hmac<Sha256>,
    /// Which key it is: hashes of one key mean nothing under another.
    pub(super) generation: u64,
}

/// The users that a command names, hashed.
pub(super) struct Hashed {
    pub(super) names: [Option<NameHash>; 2],
    pub(super) generation: u64,
}

impl Names {
    pub(super) fn new(key: &NameKey) -> Self {
        Self {
            keyed: Hmac::new_from_slice(&key.0).expect("a key of any length will do"),
            generation: 0,
        }
    }

    /// Takes another key.
    pub(super) fn rekey(&mut self, key: &NameKey) {
        let generation = self.generation + 1;
        *self = Self {
            generation,
            ..Self::new(key)
        };
    }

    pub(super) fn of(&self, command: &Command) -> Hashed {
        Hashed {
            names: command.names().users.map(|id| id.map(|id| self.hash(id))),
            generation: self.generation,
        }
    }

    pub(super) fn hash(&self, id: &UserId) -> NameHash {
        let mut mac = self.keyed.clone();
        mac.update(id.as_str().as_bytes());
        let digest = mac.finalize().into_bytes();
        let mut hash = NameHash::default();
        hash.copy_from_slice(&digest[..16]);
        hash
    }
}
