//! Whose something is: the partner's own, or a user's.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::HolderId;
use crate::ledger::Account;

/// The partner or a user; users by the provider's id, or by the partner's (`Owner<UserId>`) where a command names one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner<U = HolderId> {
    /// The partner itself.
    Partner,
    /// One of its users.
    User(U),
}

impl<U> Owner<U> {
    /// The user, if it is one.
    pub fn user(self) -> Option<U> {
        match self {
            Self::Partner => None,
            Self::User(user) => Some(user),
        }
    }

    /// The same with the user borrowed.
    pub const fn as_ref(&self) -> Owner<&U> {
        match self {
            Self::Partner => Owner::Partner,
            Self::User(user) => Owner::User(user),
        }
    }
}

impl Owner {
    /// The account of the owner's own money.
    pub const fn account(self) -> Account {
        match self {
            Self::Partner => Account::Partner,
            Self::User(holder) => Account::User(holder),
        }
    }
}

impl<U> From<Option<U>> for Owner<U> {
    /// Nobody is the partner, as on the wire, where the partner's side of a movement is left out.
    fn from(user: Option<U>) -> Self {
        user.map_or(Self::Partner, Self::User)
    }
}

impl<U: fmt::Display> fmt::Display for Owner<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Partner => f.write_str("the partner"),
            Self::User(user) => write!(f, "user {user}"),
        }
    }
}
