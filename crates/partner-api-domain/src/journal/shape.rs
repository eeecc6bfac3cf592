//! What movements look like from outside: two of one shape can be told apart by nothing but time.

use std::fmt;

use partner_api_core::{Money, Owner, UserId};

use super::Action;

/// Kind, source, destination, amount and currency of a movement, as one text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shape(Box<str>);

impl Shape {
    fn new(parts: &[&str]) -> Self {
        // An id holds no slash.
        Self(parts.join("/").into_boxed_str())
    }

    /// For adapters: a text that is equal where the shape is.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Action {
    /// The shape of what moves money, and of what costs a fee or lets somebody else pay: cards, hosted verifications,
    /// orders and links. Nothing for the rest.
    pub fn shape(&self) -> Option<Shape> {
        let owned = |owner: &Owner<UserId>, money: &Money, more: &str| {
            let user = owner.as_ref().user().map_or("", UserId::as_str);
            Shape::new(&[self.name(), user, more, &money.to_string()])
        };
        match self {
            Self::Transfer {
                source,
                destination,
                money,
            } => {
                let id = |user: &Option<UserId>| {
                    user.as_ref().map_or(String::new(), ToString::to_string)
                };
                let (from, to) = (id(source), id(destination));
                Some(Shape::new(&[self.name(), &from, &to, &money.to_string()]))
            }
            Self::Exchange {
                owner, money, to, ..
            } => Some(owned(owner, money, to.as_str())),
            Self::PayOut { owner, money, .. } | Self::Withdraw { owner, money } => {
                Some(owned(owner, money, ""))
            }
            Self::CreateCard { user, .. } | Self::StartVerification { user } => {
                Some(Shape::new(&[self.name(), user.as_str()]))
            }
            Self::CreateOrder { .. } => Some(Shape::new(&[self.name()])),
            Self::CreateLink { money } => Some(Shape::new(&[self.name(), &money.to_string()])),
            _ => None,
        }
    }

    /// Whether the provider's records name it, so that it is found whatever else has its shape: an exchange or an order
    /// by its lock, a payout by our token.
    pub fn has_natural_key(&self) -> bool {
        matches!(
            self,
            Self::Exchange { .. } | Self::PayOut { token: Some(_), .. } | Self::CreateOrder { .. }
        )
    }

    /// Whether the provider's records show it as soon as it has happened. An order or a link shows in the partner's
    /// history only once somebody has paid it.
    pub(crate) fn shows_at_once(&self) -> bool {
        !matches!(self, Self::CreateOrder { .. } | Self::CreateLink { .. })
    }

    /// The shape that no other unresolved intent may have while this one is. A link has none: many of one amount are
    /// usual, and whoever has lost the id of one has lost nothing else.
    pub fn guarded_shape(&self) -> Option<Shape> {
        match self.has_natural_key() || matches!(self, Self::CreateLink { .. }) {
            true => None,
            false => self.shape(),
        }
    }

    /// Whether another request under the same key asks for the same. What is made anew for each attempt does not count:
    /// the rate lock of an exchange, our token in a payout, the cards and balances that are found before.
    pub(crate) fn is_the_same_request(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Exchange { .. }, Self::Exchange { .. })
            | (Self::PayOut { .. }, Self::PayOut { .. }) => self.shape() == other.shape(),
            (Self::Suspend { user, .. }, Self::Suspend { user: other, .. })
            | (Self::Unsuspend { user, .. }, Self::Unsuspend { user: other, .. })
            | (Self::Close { user, .. }, Self::Close { user: other, .. })
            | (Self::CreateCard { user, .. }, Self::CreateCard { user: other, .. }) => {
                user == other
            }
            _ => self == other,
        }
    }
}

#[cfg(test)]
mod tests {
    use partner_api_core::{Currency, LockId};

    use super::*;

    fn transfer(source: &str, destination: &str, money: &str) -> Action {
        let user = |id: &str| UserId::new(id).ok();
        Action::Transfer {
            source: user(source),
            destination: user(destination),
            money: money.parse().unwrap(),
        }
    }

    #[test]
    fn shapes_differ_where_parties_amount_currency_or_kind_differ() {
        let user = Owner::User(UserId::new("anna").unwrap());
        let money = |text: &str| text.parse().unwrap();
        let pay_out = |owner: &Owner<UserId>, text| Action::PayOut {
            owner: owner.clone(),
            money: money(text),
            token: None,
        };
        let exchange = |to| Action::Exchange {
            owner: user.clone(),
            lock: LockId::new("L").unwrap(),
            money: money("1 eur"),
            to,
        };
        let actions = [
            transfer("", "anna", "1 eur"),
            transfer("anna", "", "1 eur"),
            transfer("anna", "ben", "1 eur"),
            transfer("", "anna", "1.01 eur"),
            transfer("", "anna", "1 usdc"),
            pay_out(&user, "1 eur"),
            pay_out(&Owner::Partner, "1 eur"),
            exchange(Currency::BTC),
            exchange("eth".parse().unwrap()),
            Action::Withdraw {
                owner: user.clone(),
                money: money("1 eur"),
            },
        ];
        let shapes: std::collections::BTreeSet<Shape> =
            actions.iter().filter_map(Action::shape).collect();
        assert_eq!(shapes.len(), actions.len(), "{shapes:?}");
        let same = transfer("", "anna", "1.00 eur").shape();
        assert_eq!(same, actions[0].shape());
    }
}
