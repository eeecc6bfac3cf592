//! How much of every transition table a suite has reached: each pair of a state and an action, those with a row and those
//! without.
//!
//! A pair with a row counts once it was done, and one without a row once it was refused. What no story can ask over the
//! wire is listed in [`UNREACHABLE`], each with its reason; [`Coverage::of`] finds the list wrong if a story asks it all
//! the same, and finds the model wrong if it does what no row allows.

use std::fmt;

use partner_api_core::{
    card, checkout, deposit, documents, exchange, kyc, lock, sepa_transfer,
    steps::{Step, find},
    transfer, user, withdrawal,
};

use crate::oracle::{Pair, Reached};

/// A table: its name here, and every pair with whether it has a row.
struct Table {
    name: &'static str,
    pairs: Vec<(&'static str, &'static str, bool)>,
}

macro_rules! table {
    ($name:literal, $steps:expr, $state:ty, $action:ty) => {
        Table::new(
            $name,
            $steps,
            <$state>::ALL,
            <$action>::ALL,
            |state| state.as_str(),
            |action| action.as_str(),
        )
    };
}

impl Table {
    fn new<S: Copy + PartialEq, A: Copy + PartialEq>(
        name: &'static str,
        steps: &'static [Step<S, A>],
        states: &[S],
        actions: &[A],
        state_word: fn(S) -> &'static str,
        action_word: fn(A) -> &'static str,
    ) -> Self {
        let pairs = states.iter().flat_map(|state| {
            actions.iter().map(move |action| {
                let has_row = find(steps, *state, *action).is_some();
                (state_word(*state), action_word(*action), has_row)
            })
        });
        Self {
            name,
            pairs: pairs.collect(),
        }
    }
}

#[rustfmt::skip] // a table is read by its columns
fn tables() -> Vec<Table> {
    vec![
        table!("user",         user::STEPS,              user::Standing,                   user::UserAction),
        table!("verification", user::VERIFICATION_STEPS, user::Verification,               user::VerificationAction),
        table!("kyc",          kyc::STEPS,               kyc::KycState,                    kyc::KycAction),
        table!("poa",          documents::POA_STEPS,     documents::PoaState,              documents::PoaAction),
        table!("transfer",     transfer::STEPS,          transfer::TransferState,          transfer::TransferAction),
        table!("lock",         lock::STEPS,              lock::LockState,                  lock::LockAction),
        table!("exchange",     exchange::STEPS,          exchange::ExchangeState,          exchange::ExchangeAction),
        table!("payout",       sepa_transfer::STEPS,     sepa_transfer::SepaTransferState, sepa_transfer::SepaTransferAction),
        table!("withdrawal",   withdrawal::STEPS,        withdrawal::WithdrawalState,      withdrawal::WithdrawalAction),
        table!("deposit",      deposit::STEPS,           deposit::DepositState,            deposit::DepositAction),
        table!("checkout",     checkout::STEPS,          checkout::CheckoutState,          checkout::CheckoutAction),
        table!("card",         card::STEPS,              card::CardState,                  card::CardAction),
        table!("card_payment", card::TRANSACTION_STEPS,  card::CardTransactionState,       card::CardTransactionAction),
    ]
}

const SETTLED_AT_ONCE: &str =
    "a transfer settles in the decision that makes it, and no command settles it again";
const ONE_CONFIRMATION: &str = "payments are confirmed by a timer, or a walk, once they cover what is due, and nothing leads back from there";
const NO_END_YET: &str = "an order has no end before it has a wallet";
const PAID_STAYS_PAID: &str = "what is paid in full stays so: no payment makes it less";

/// What cannot be asked over the wire, nor by time passing, and why.
#[rustfmt::skip] // a table is read by its columns
pub const UNREACHABLE: &[(Pair, &str)] = &[
    (("transfer", "successful", "settle"),                SETTLED_AT_ONCE),
    (("checkout", "waiting_for_wallet", "confirm"),       ONE_CONFIRMATION),
    (("checkout", "open", "confirm"),                     ONE_CONFIRMATION),
    (("checkout", "underpaid", "confirm"),                ONE_CONFIRMATION),
    (("checkout", "expired", "confirm"),                  ONE_CONFIRMATION),
    (("checkout", "waiting_for_wallet", "accept_part"),   NO_END_YET),
    (("checkout", "waiting_for_wallet", "expire"),        NO_END_YET),
    (("checkout", "confirming", "pay_part"),              PAID_STAYS_PAID),
];

/// What a suite has reached of one table.
#[derive(Debug)]
struct Share {
    table: &'static str,
    /// Each pair, and in how many stories it was met.
    reached: Vec<(Pair, usize)>,
    missing: Vec<(&'static str, &'static str)>,
    unreachable: usize,
}

/// How many of the pairs that were met in the fewest stories are named.
const RAREST: usize = 8;

/// What a suite has reached of every table.
#[derive(Debug)]
pub struct Coverage(Vec<Share>);

impl Coverage {
    /// Counts what was reached.
    ///
    /// # Panics
    /// Where the model names a pair that no table has, did what no row allows, or asked what is said to be out of reach.
    pub fn of(reached: &Reached) -> Self {
        let tables = tables();
        for (table, state, action) in reached.pairs() {
            let found = tables.iter().find(|it| it.name == table);
            let found = found.unwrap_or_else(|| panic!("no table is called {table}"));
            let known = found.pairs.iter().any(|it| (it.0, it.1) == (state, action));
            assert!(known, "{table} has no pair of {state} and {action}");
        }
        Self(tables.iter().map(|table| share(table, reached)).collect())
    }

    /// Pairs that were reached, of all that can be.
    pub fn counts(&self) -> (usize, usize) {
        let reached: usize = self.0.iter().map(|it| it.reached.len()).sum();
        let missing: usize = self.0.iter().map(|it| it.missing.len()).sum();
        (reached, reached + missing)
    }

    /// The share of what can be reached, in hundredths, rounded down.
    pub fn percent(&self) -> usize {
        let (reached, all) = self.counts();
        reached * 100 / all
    }
}

fn share(table: &Table, reached: &Reached) -> Share {
    let mut share = Share {
        table: table.name,
        reached: Vec::new(),
        missing: Vec::new(),
        unreachable: 0,
    };
    for (state, action, has_row) in &table.pairs {
        let pair = (table.name, *state, *action);
        let outcomes = reached.outcomes(pair);
        assert!(
            *has_row || outcomes.done == 0,
            "{} {state}: {action} was done, and has no row",
            table.name
        );
        let met = if *has_row {
            outcomes.done
        } else {
            outcomes.refused
        };
        let is_met = met > 0;
        let is_out = UNREACHABLE.iter().any(|(out, _)| *out == pair);
        assert!(
            !(is_out && is_met),
            "{pair:?} was reached, and is said to be out of reach"
        );
        if is_met {
            share.reached.push((pair, met));
        } else if is_out {
            share.unreachable += 1;
        } else {
            share.missing.push((state, action));
        }
    }
    share
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for share in &self.0 {
            let reached = share.reached.len();
            let all = reached + share.missing.len();
            write!(f, "    {:<13} {reached:>3} of {all:>3}", share.table)?;
            if share.unreachable > 0 {
                write!(f, ", {} out of reach", share.unreachable)?;
            }
            for (state, action) in &share.missing {
                write!(f, "\n        missing: {state} {action}")?;
            }
            writeln!(f)?;
        }
        let mut met: Vec<_> = self.0.iter().flat_map(|it| &it.reached).collect();
        met.sort_by_key(|(_, stories)| *stories);
        writeln!(f, "    met in the fewest stories:")?;
        for ((table, state, action), stories) in met.into_iter().take(RAREST) {
            writeln!(f, "        {table} {state} {action}: {stories}")?;
        }
        let (reached, all) = self.counts();
        write!(f, "    {reached} of {all} pairs, {} %", self.percent())
    }
}
