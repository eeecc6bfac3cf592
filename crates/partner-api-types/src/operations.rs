//! What the rows of the operation table are made of; the rows are generated.

use std::fmt;
use std::str::FromStr;

pub use crate::generated::{OPERATIONS, OperationId};

/// One operation of the Partner API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// Its name.
    pub id: OperationId,
    /// Its HTTP method.
    pub method: Method,
    /// Its path with parameters in braces, such as `/v1/user/{externalUserId}`.
    pub path: &'static str,
    /// What repeating it would do.
    pub effect: Effect,
    /// How certain method and path are.
    pub provenance: Provenance,
    /// Whether a request shows the partner's key. A page that a user's browser opens shows none.
    pub needs_key: bool,
    /// The heading under which the specification lists it.
    pub group: &'static str,
}

impl Operation {
    /// The names of the parameters in the path, in their order.
    pub fn parameters(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }
}

impl OperationId {
    /// The operation's row.
    pub const fn operation(self) -> &'static Operation {
        // The rows stand in the order of the variants; a test compares them.
        &OPERATIONS[self as usize]
    }
}

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Text that names no operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no operation has this name; `cargo xtask coverage` lists them all")]
pub struct UnknownOperation;

impl FromStr for OperationId {
    type Err = UnknownOperation;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = OPERATIONS
            .iter()
            .find(|operation| operation.id.as_str() == name);
        found.map(|operation| operation.id).ok_or(UnknownOperation)
    }
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// `GET`
    Get,
    /// `PUT`
    Put,
    /// `POST`
    Post,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

impl Method {
    /// The method as HTTP writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// What repeating a call would do. Nothing else decides whether a call is retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Effect {
    /// It only reads.
    Safe,
    /// Repeating it converges on the same state.
    Idempotent,
    /// A late repeat could undo somebody's newer decision.
    Overwriting,
    /// As [`Overwriting`](Self::Overwriting), but a key of the caller's answers whether it took effect.
    Keyed,
    /// It moves money or makes something that costs: a repeat would do it twice.
    Money,
}

impl Effect {
    /// The word of the specification.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Idempotent => "idempotent",
            Self::Overwriting => "overwriting",
            Self::Keyed => "keyed",
            Self::Money => "money",
        }
    }
}

/// How we know what we claim to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Provenance {
    /// Read on the provider's current pages.
    Documented,
    /// Read on an older or a test version of the provider's pages.
    DocumentedOld,
    /// Read in somebody else's integration.
    ThirdParty,
    /// ASSUMED: concluded from neighbouring facts, read nowhere.
    Assumed,
}

impl Provenance {
    /// The word of the specification.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::DocumentedOld => "documented-old",
            Self::ThirdParty => "third-party",
            Self::Assumed => "assumed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_finds_its_own_row_and_its_name_finds_it_back() {
        for operation in OPERATIONS {
            assert_eq!(operation.id.operation(), operation);
            assert_eq!(operation.id.as_str().parse(), Ok(operation.id));
        }
        assert_eq!(
            "no_such_operation".parse::<OperationId>(),
            Err(UnknownOperation)
        );
    }

    #[test]
    fn no_two_operations_share_method_and_path() {
        for (index, one) in OPERATIONS.iter().enumerate() {
            let twin = OPERATIONS[index + 1..]
                .iter()
                .find(|it| (it.method, it.path) == (one.method, one.path));
            assert_eq!(twin, None);
        }
    }

    #[test]
    fn reads_are_safe_and_nothing_else_is() {
        for operation in OPERATIONS {
            let is_read = operation.method == Method::Get;
            assert_eq!(
                is_read,
                operation.effect == Effect::Safe,
                "{}",
                operation.id
            );
        }
    }

    #[test]
    fn only_the_page_for_a_users_browser_needs_no_key() {
        let open = OPERATIONS.iter().filter(|operation| !operation.needs_key);
        let open: Vec<_> = open.map(|operation| operation.id).collect();
        assert_eq!(open, [OperationId::OpenKycVerification]);
    }

    #[test]
    fn parameters_come_in_the_order_of_the_path() {
        let parameters: Vec<_> = OperationId::GetCard.operation().parameters().collect();
        assert_eq!(parameters, ["externalUserId", "cardId"]);
        assert_eq!(
            OperationId::GetPartnerBalances
                .operation()
                .parameters()
                .count(),
            0
        );
    }
}
