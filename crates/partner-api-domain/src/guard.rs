//! Whether a command is worth sending, from what is known of the user: yes, perhaps, or never.
//!
//! No endpoint reports a user's standing, so the provider is the authority and what we believe is a
//! cache. It is a fold over the user's entries in the journal, corrected by what every answer says.
//!
//! | Verdict | When | Then |
//! |---|---|---|
//! | allowed | nothing known speaks against it | sent |
//! | [`Doubt`] | the user is believed to be suspended, or unknown to the provider | sent, with the doubt in the result; refused under [`strict`](crate::Operation::strict) |
//! | [`Denial`] | the user is *confirmed* to be closed, and no state that can still be reached allows the command | not sent |
//!
//! Which command is allowed in which standing, and what can still be reached, is read from
//! [`partner_api_core`]'s table, the same that the sandbox executes. So a denied command is one that
//! the provider refuses in every reachable state.
//!
//! # What answers teach
//!
//! | Answer | Belief |
//! |---|---|
//! | `2xx` to suspend, unsuspend, delete | suspended, open, **closed for certain** |
//! | `2xx` to anything that a suspended user cannot do | open |
//! | `P455` | suspended |
//! | `P454` | open: only an open user's suspension is refused for a card |
//! | `P412` | unknown to the provider: a doubt, no more |
//! | `P412` after a delete of ours whose answer was lost | **closed for certain** |
//!
//! `P412` alone confirms nothing, not even for a user whom we created: a typing error, a key of
//! another environment or a path that is overridden wrongly is answered alike (ASSUMED that unknown
//! and closed users cannot be told apart), and a denial that is wrong could not be corrected any
//! more, since nothing would be sent.
//!
//! The guard judges the *standing* only. Whether a user is verified by now, has the money or a free
//! place for a card is the provider's to say.

mod belief;
mod beliefs;

use std::fmt;

use partner_api_core::Rule;
use partner_api_core::UserId;

pub(crate) use self::belief::{Belief, Command, Fact};
pub(crate) use self::beliefs::Beliefs;

/// What the guard says of one command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Allowed,
    Doubtful(Doubt),
    Denied(Denial),
}

/// Why a command will probably be refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    user: UserId,
    rule: Rule,
}

impl Doubt {
    pub(crate) fn new(user: UserId, rule: Rule) -> Self {
        Self { user, rule }
    }

    /// Of whom something is believed.
    pub fn user(&self) -> &UserId {
        &self.user
    }

    /// The rule that probably stands in the way.
    pub fn rule(&self) -> Rule {
        self.rule
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let believed = match self.rule {
            Rule::UserMustNotBeSuspended => "suspended (L3)",
            _ => "unknown to the provider, or closed (L7)",
        };
        write!(f, "user {} is believed to be {believed}", self.user)
    }
}

/// Why a command can never succeed again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    user: UserId,
}

impl Denial {
    pub(crate) fn new(user: UserId) -> Self {
        Self { user }
    }

    /// Who is closed.
    pub fn user(&self) -> &UserId {
        &self.user
    }

    /// The rule that stands in the way.
    pub fn rule(&self) -> Rule {
        Rule::UserMustNotBeClosed
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "user {} is closed (L7), which is final; nothing is allowed any more",
            self.user
        )
    }
}
