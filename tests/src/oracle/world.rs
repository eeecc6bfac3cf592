//! What the oracle remembers, and its books.

use std::collections::BTreeMap;

/// Where a user's verification stands; `Pending` says when it is approved unless somebody decides before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verification {
    /// Known, nothing submitted.
    Registered,
    /// Submitted; approved at this moment.
    Pending(i64),
    /// May hold money.
    Approved,
    /// May submit again.
    Rejected,
}

/// Whether a user may act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Free to act.
    Open,
    /// Frozen.
    Suspended,
    /// Gone for good.
    Closed,
}

/// A user.
#[derive(Clone, Debug)]
pub struct User {
    /// See [`Verification`].
    pub verification: Verification,
    /// See [`Standing`].
    pub standing: Standing,
    /// Where the user lives.
    pub country: String,
}

/// Where a card stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardState {
    /// Can be used.
    Active,
    /// Cannot be used for now.
    Blocked,
    /// Gone for good.
    Deleted,
}

/// A card.
#[derive(Clone, Debug)]
pub struct Card {
    /// Whose card it is.
    pub owner: String,
    /// See [`CardState`].
    pub state: CardState,
    /// When it was made.
    pub created: i64,
    /// When its fee falls due next.
    pub fee_due: i64,
}

/// A payment with a card.
#[derive(Clone, Debug)]
pub struct CardPayment {
    /// Whose money it is.
    pub user: String,
    /// With which card.
    pub card: String,
    /// How much EUR.
    pub atoms: i64,
    /// When it was made.
    pub made: i64,
    /// When the merchant takes it; nothing once it has.
    pub due: Option<i64>,
}

/// A deposit from outside that waits on suspense, or has found its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deposit {
    /// For whom it is.
    pub user: String,
    /// How much EUR.
    pub atoms: i64,
    /// `CREDITED`, `HELD` or `RETURNED`.
    pub status: &'static str,
}

/// A payout or an exchange that was accepted.
#[derive(Clone, Debug)]
pub struct Movement {
    /// Whose money it is.
    pub user: String,
    /// What leaves.
    pub from: (String, i64),
    /// What the provider takes, in the same currency: of an exchange out of what leaves, of a payout on top of it.
    pub fee: i64,
    /// What arrives in exchange, with the residue of rounding; nothing for a payout.
    pub to: Option<(String, i64, i64)>,
    /// Whether the money was there at acceptance.
    pub funded: bool,
    /// When it settles by itself.
    pub due: i64,
    /// `PENDING`, `SUCCESSFUL`, `COMPLETED` or `FAILED`.
    pub status: &'static str,
}

/// Rates, good for one exchange.
#[derive(Clone, Debug)]
pub struct Lock {
    /// Who may use it.
    pub owner: String,
    /// Until when.
    pub valid_until: i64,
    /// Whether it was used.
    pub used: bool,
    /// EUR for one unit of a currency, in atoms. Rates move with time as the provider likes, so a lock is told its own.
    pub rates: BTreeMap<String, i64>,
}

/// What every account holds, by account and currency.
#[derive(Clone, Debug, Default)]
pub struct Books(BTreeMap<(String, String), i64>);

impl Books {
    /// What an account holds of a currency.
    pub fn of(&self, account: &str, currency: &str) -> i64 {
        self.0
            .get(&(account.to_owned(), currency.to_owned()))
            .copied()
            .unwrap_or(0)
    }

    /// Everything that an account holds, zeros left out.
    pub fn all_of(&self, account: &str) -> BTreeMap<String, i64> {
        let held = self
            .0
            .iter()
            .filter(|((name, _), atoms)| name == account && **atoms != 0);
        held.map(|((_, currency), atoms)| (currency.clone(), *atoms))
            .collect()
    }

    /// The total of every kind of account (`user:U1` is of the kind `user`), zeros left out.
    pub fn totals(&self) -> BTreeMap<(String, String), i64> {
        let mut totals = BTreeMap::new();
        for ((account, currency), atoms) in &self.0 {
            let kind = account.split(':').next().unwrap_or(account).to_owned();
            *totals.entry((kind, currency.clone())).or_insert(0) += atoms;
        }
        totals.retain(|_, atoms| *atoms != 0);
        totals
    }

    /// Moves money; only the outside world may owe.
    pub(super) fn pay(&mut self, from: &str, to: &str, currency: &str, atoms: i64) {
        let key = |account: &str| (account.to_owned(), currency.to_owned());
        *self.0.entry(key(from)).or_insert(0) -= atoms;
        *self.0.entry(key(to)).or_insert(0) += atoms;
        let left = self.of(from, currency);
        assert!(
            from == "outside" || left >= 0,
            "L10: {from} would hold {left} atoms of {currency}"
        );
    }
}
