//! Double entry: money moves only as legs that sum to zero.

use std::collections::BTreeMap;
use std::fmt;

use crate::{Amount, Currency, HolderId, Money};

/// An account of the books. Each holds every currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// A user's money.
    User(HolderId),
    /// The partner's own money.
    Partner,
    /// Fees that were taken.
    Fees,
    /// What arrived and is not credited: deposits and payments that are checked, or wait for a suspended user.
    Suspense,
    /// Money reserved for payouts, withdrawals, exchanges and card payments that are not settled.
    Settlement,
    /// What users left behind when they were closed.
    Forfeited,
    /// What rounding down left over.
    Rounding,
    /// Somebody outside; the only kind of account that may be negative.
    Outside(Outside),
}

crate::steps::words! {
    /// Who is outside.
    Outside {
        /// The bank network.
        Sepa = "sepa",
        /// The chains.
        Chain = "chain",
        /// Where card payments go.
        CardNetwork = "card_network",
        /// The other side of exchanges.
        Market = "market",
        /// Where the partner's initial funds come from.
        Treasury = "treasury",
    }
}

crate::steps::words! {
    /// An account without saying whose.
    AccountKind {
        /// All users together.
        Users = "users",
        /// The partner.
        Partner = "partner",
        /// Fees.
        Fees = "fees",
        /// Suspense.
        Suspense = "suspense",
        /// Settlement.
        Settlement = "settlement",
        /// Forfeited.
        Forfeited = "forfeited",
        /// Rounding.
        Rounding = "rounding",
        /// Everybody outside together.
        Outside = "outside",
    }
}

impl Account {
    /// Which kind it is.
    pub const fn kind(self) -> AccountKind {
        match self {
            Self::User(_) => AccountKind::Users,
            Self::Partner => AccountKind::Partner,
            Self::Fees => AccountKind::Fees,
            Self::Suspense => AccountKind::Suspense,
            Self::Settlement => AccountKind::Settlement,
            Self::Forfeited => AccountKind::Forfeited,
            Self::Rounding => AccountKind::Rounding,
            Self::Outside(_) => AccountKind::Outside,
        }
    }

    /// Whether its balance may be below zero.
    pub const fn may_be_negative(self) -> bool {
        matches!(self, Self::Outside(_))
    }
}

/// One side of a movement: positive comes in, negative goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// Which account.
    pub account: Account,
    /// In which currency.
    pub currency: Currency,
    /// How much, in atoms of 10^-8; never zero.
    pub atoms: i64,
}

/// Legs whose sum is zero in every currency: the only form in which money moves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balanced(Vec<Leg>);

/// Legs that do not sum to zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("legs in {currency} do not sum to zero")]
pub struct Unbalanced {
    /// The first currency that is off.
    pub currency: Currency,
}

impl Balanced {
    /// Takes legs that sum to zero; legs of nothing are left out.
    pub fn new(legs: impl IntoIterator<Item = Leg>) -> Result<Self, Unbalanced> {
        let legs: Vec<Leg> = legs.into_iter().filter(|leg| leg.atoms != 0).collect();
        let mut sums = BTreeMap::<Currency, i128>::new();
        for leg in &legs {
            *sums.entry(leg.currency).or_default() += i128::from(leg.atoms);
        }
        match sums.into_iter().find(|(_, sum)| *sum != 0) {
            Some((currency, _)) => Err(Unbalanced { currency }),
            None => Ok(Self(legs)),
        }
    }

    /// So much from one account to another; balanced by construction.
    pub fn pay(from: Account, to: Account, money: Money) -> Self {
        let mut legs = Self::default();
        legs.and_pay(from, to, money.amount(), money.currency());
        legs
    }

    /// Adds a payment; still balanced.
    pub(crate) fn and_pay(
        &mut self,
        from: Account,
        to: Account,
        amount: Amount,
        currency: Currency,
    ) {
        if !amount.is_zero() {
            let atoms = amount.atoms();
            self.0.push(Leg {
                account: from,
                currency,
                atoms: -atoms,
            });
            self.0.push(Leg {
                account: to,
                currency,
                atoms,
            });
        }
    }

    /// The legs.
    pub fn legs(&self) -> &[Leg] {
        &self.0
    }

    /// Whether nothing moves.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(holder) => write!(f, "user:{holder}"),
            Self::Outside(who) => write!(f, "outside:{who}"),
            other => f.write_str(other.kind().as_str()),
        }
    }
}
