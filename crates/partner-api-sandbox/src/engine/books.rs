//! Balances and totals as the writer sees them, and the invariants of money: checked before every write, and once more
//! before every commit, in release builds too.
//!
//! A command's legs must sum to zero in every currency and leave no account but those outside below zero; otherwise that
//! command alone is given up, and nothing of it is written. Before the commit, the totals over all accounts must sum to
//! zero in every currency that moved; otherwise the whole batch is given up. The server lives on in both cases.
//!
//! A batch's new balances are kept here and handed on once, at its end: a hot account costs one a batch, not one a
//! movement. When their rows are written is another matter (`write_behind`). With an account's balance stands the last
//! decision that moved something there, and each decision names the one before it: so an account's history is found without
//! an index, which would be written to in as many places again.

use std::collections::BTreeMap;

use partner_api_core::ledger::{Account, AccountKind, Leg};
use partner_api_core::{Currency, Event};

use super::error::BrokenBooks;
use super::recent::Recent;
use super::rows::{self, Balance};
use super::write_behind::{Late, WriteBehind};
use crate::store::{Batch, Rows, StoreError, Table};

type Place = (Account, Currency);

/// How many balances, and how many accounts' last decisions, are remembered between batches: as many as hash tables of their
/// size hold.
const REMEMBERED: usize = 7 << 17;

pub(super) struct Books {
    /// Balances as they were after the last commit.
    known: Recent<Place, i64>,
    /// The last decision on each account as it was after the last commit.
    last: Recent<Account, u64>,
    /// When rows of balances are written, and how that stood after the last commit.
    write_behind: WriteBehind,
    committed: WriteBehind,
    /// Totals as they are on disk.
    totals: BTreeMap<(Currency, AccountKind), i128>,
    /// Balances that the batch in progress changed.
    moved: BTreeMap<Place, i64>,
    /// The last decision on each account on which the batch in progress moved something.
    linked: BTreeMap<Account, u64>,
    /// By how much the batch in progress changed totals.
    shifted: BTreeMap<(Currency, AccountKind), i128>,
}

/// Balances after a command whose legs are in order.
#[derive(Debug, Default)]
pub(super) struct Plan(Vec<Change>);

#[derive(Debug)]
struct Change {
    place: Place,
    before: i64,
    after: i64,
}

impl Books {
    /// Reads the totals, and which balances are late.
    pub(super) fn open(rows: &dyn Rows) -> Result<Self, StoreError> {
        let mut totals = BTreeMap::new();
        rows::each_under(rows, Table::Totals, &[], |key, value| {
            let (kind, currency) = rows::read_total_key(key)?;
            totals.insert((currency, kind), value.i128()?);
            Ok(())
        })?;
        let write_behind = WriteBehind::open(rows)?;
        Ok(Self {
            totals,
            committed: write_behind.clone(),
            write_behind,
            ..Self::empty()
        })
    }

    /// The books of a store that holds nothing.
    pub(super) fn empty() -> Self {
        Self {
            known: Recent::new(REMEMBERED),
            last: Recent::new(REMEMBERED),
            write_behind: WriteBehind::empty(),
            committed: WriteBehind::empty(),
            totals: BTreeMap::new(),
            moved: BTreeMap::new(),
            linked: BTreeMap::new(),
            shifted: BTreeMap::new(),
        }
    }

    /// Writes the row of every balance that is late; nobody reads yet.
    pub(super) fn write_late(
        &mut self,
        batch: &mut dyn Batch,
        last: u64,
    ) -> Result<(), StoreError> {
        self.write_behind.write_all(batch, last)
    }

    /// Balances whose rows are older, the batch in progress included once it is written.
    pub(super) fn late(&self) -> Late {
        self.write_behind.late()
    }

    /// The first currency in which what was read does not sum to zero.
    pub(super) fn unbalanced(&self) -> Option<Currency> {
        let mut sums = BTreeMap::<Currency, i128>::new();
        for ((currency, _), total) in &self.totals {
            *sums.entry(*currency).or_default() += total;
        }
        sums.into_iter()
            .find(|(_, sum)| *sum != 0)
            .map(|(currency, _)| currency)
    }

    /// What an account holds now, the batch in progress included.
    pub(super) fn balance(
        &mut self,
        rows: &dyn Rows,
        account: Account,
        currency: Currency,
    ) -> Result<i64, StoreError> {
        let place = (account, currency);
        if let Some(atoms) = self.moved.get(&place) {
            return Ok(*atoms);
        }
        if let Some(atoms) = self.known.get(&place) {
            return Ok(atoms);
        }
        self.look_up(rows, account)?;
        let atoms = self.known.get(&place).unwrap_or(0);
        self.known.insert(place, atoms);
        Ok(atoms)
    }

    /// Remembers what an account held after the last commit.
    fn look_up(&mut self, rows: &dyn Rows, account: Account) -> Result<u64, StoreError> {
        let mut last = 0;
        for (currency, balance) in self.write_behind.balances(rows, account)? {
            self.known.insert((account, currency), balance.atoms);
            last = last.max(balance.last);
        }
        self.last.insert(account, last);
        Ok(last)
    }

    /// Notes that a decision moved something on an account, and says which one did before; 0 if none that is known.
    pub(super) fn link(
        &mut self,
        rows: &dyn Rows,
        account: Account,
        seq: u64,
    ) -> Result<u64, StoreError> {
        if let Some(before) = self.linked.insert(account, seq) {
            return Ok(before);
        }
        match self.last.get(&account) {
            Some(before) => Ok(before),
            None => self.look_up(rows, account),
        }
    }

    /// What an account holds of every currency, the batch in progress included.
    pub(super) fn balances(
        &self,
        rows: &dyn Rows,
        account: Account,
    ) -> Result<BTreeMap<Currency, i64>, StoreError> {
        let committed = self.write_behind.balances(rows, account)?.into_iter();
        let committed = committed.map(|(currency, it)| (currency, it.atoms));
        let mut balances: BTreeMap<_, _> = committed.collect();
        let moved = self.moved.iter().filter(|((of, _), _)| *of == account);
        balances.extend(moved.map(|((_, currency), atoms)| (*currency, *atoms)));
        Ok(balances)
    }

    /// What balances become by a command's events; which invariant they would break, if one.
    pub(super) fn plan(
        &mut self,
        rows: &dyn Rows,
        events: &[Event],
    ) -> Result<Result<Plan, BrokenBooks>, StoreError> {
        let mut plan = Plan::default();
        for event in events {
            let Event::Booked { legs, .. } = event else {
                continue;
            };
            if let Err(broken) = check_sum(legs.legs()) {
                return Ok(Err(broken));
            }
            for leg in legs.legs() {
                if let Err(broken) = self.add(rows, &mut plan, leg)? {
                    return Ok(Err(broken));
                }
            }
        }
        // Only where a command ends counts: on the way, legs come in any order.
        let broken = plan.0.iter().find_map(|change| {
            let (account, currency) = change.place;
            let is_negative = change.after < 0 && !account.may_be_negative();
            is_negative.then_some(BrokenBooks::Negative { account, currency })
        });
        Ok(broken.map_or(Ok(plan), Err))
    }

    fn add(
        &mut self,
        rows: &dyn Rows,
        plan: &mut Plan,
        leg: &Leg,
    ) -> Result<Result<(), BrokenBooks>, StoreError> {
        let place = (leg.account, leg.currency);
        let known = plan.0.iter().position(|change| change.place == place);
        let index = match known {
            Some(index) => index,
            None => {
                let before = self.balance(rows, leg.account, leg.currency)?;
                plan.0.push(Change {
                    place,
                    before,
                    after: before,
                });
                plan.0.len() - 1
            }
        };
        let change = &mut plan.0[index];
        Ok(match change.after.checked_add(leg.atoms) {
            Some(after) => {
                change.after = after;
                Ok(())
            }
            None => Err(BrokenBooks::TooLarge {
                account: leg.account,
                currency: leg.currency,
            }),
        })
    }

    /// Books a plan into the batch in progress.
    pub(super) fn book(&mut self, plan: Plan) {
        for Change {
            place,
            before,
            after,
        } in plan.0
        {
            self.moved.insert(place, after);
            let total = self.shifted.entry((place.1, place.0.kind())).or_default();
            *total += i128::from(after) - i128::from(before);
        }
    }

    /// Writes what the batch changed, if all accounts still sum to zero: so many decisions, the last of which is `last`.
    pub(super) fn write(
        &mut self,
        batch: &mut dyn Batch,
        decisions: u64,
        last: u64,
    ) -> Result<Result<(), BrokenBooks>, StoreError> {
        let mut sums = BTreeMap::<Currency, i128>::new();
        for ((currency, _), shift) in &self.shifted {
            *sums.entry(*currency).or_default() += shift;
        }
        for (currency, shift) in sums {
            let of_currency = self.totals.iter().filter(|((of, _), _)| *of == currency);
            let before: i128 = of_currency.map(|(_, total)| total).sum();
            if before + shift != 0 {
                return Ok(Err(BrokenBooks::SumNotZero { currency }));
            }
        }
        for ((account, currency), atoms) in &self.moved {
            let balance = Balance {
                atoms: *atoms,
                last: self.linked.get(account).copied().unwrap_or(0),
            };
            self.write_behind.put(batch, *account, *currency, balance)?;
        }
        self.write_behind.write_share(batch, decisions, last)?;
        for ((currency, kind), shift) in &self.shifted {
            let total = self.totals.get(&(*currency, *kind)).unwrap_or(&0) + shift;
            let key = rows::total_key(*kind, *currency);
            batch.put(Table::Totals, &key, &total.to_le_bytes())?;
        }
        Ok(Ok(()))
    }

    /// The batch is on disk.
    pub(super) fn commit(&mut self) {
        for (place, atoms) in std::mem::take(&mut self.moved) {
            self.known.insert(place, atoms);
        }
        for (account, seq) in std::mem::take(&mut self.linked) {
            self.last.insert(account, seq);
        }
        self.committed = self.write_behind.clone();
        for (place, shift) in std::mem::take(&mut self.shifted) {
            *self.totals.entry(place).or_default() += shift;
        }
    }

    /// The batch is given up.
    pub(super) fn roll_back(&mut self) {
        self.moved.clear();
        self.linked.clear();
        self.shifted.clear();
        self.write_behind = self.committed.clone();
    }
}

fn check_sum(legs: &[Leg]) -> Result<(), BrokenBooks> {
    for leg in legs {
        let of_currency = legs.iter().filter(|other| other.currency == leg.currency);
        if of_currency.map(|leg| i128::from(leg.atoms)).sum::<i128>() != 0 {
            return Err(BrokenBooks::Unbalanced {
                currency: leg.currency,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use partner_api_core::ledger::{Balanced, Outside};
    use partner_api_core::{HolderId, Movement};
    use uuid::Uuid;

    use super::*;
    use crate::store::{Memory, Store};

    const ANNA: Account = Account::User(HolderId(Uuid::nil()));
    const BANK: Account = Account::Outside(Outside::Sepa);

    fn pay(from: Account, to: Account, money: &str) -> Event {
        Event::Booked {
            movement: Movement::Funding,
            legs: Balanced::pay(from, to, money.parse().unwrap()),
        }
    }

    /// Books on an empty store, and the batch that they are about to write.
    fn check(test: impl Fn(&mut Books, &mut dyn Batch)) {
        let store = Memory::default();
        let batch = &mut |batch: &mut dyn Batch| {
            test(&mut Books::open(&*batch)?, batch);
            Ok(())
        };
        store.batch(batch).unwrap();
    }

    #[test]
    fn a_command_may_go_below_zero_on_the_way_but_not_in_the_end() {
        check(|books, batch| {
            let there_and_back = [pay(ANNA, BANK, "1.00 eur"), pay(BANK, ANNA, "1.00 eur")];
            books.plan(batch, &there_and_back).unwrap().unwrap();
            let error = books
                .plan(batch, &there_and_back[..1])
                .unwrap()
                .unwrap_err();
            assert_eq!(
                error.to_string(),
                "L10 is broken: user:00000000-0000-0000-0000-000000000000 holds less than nothing in eur"
            );
            books
                .plan(batch, &there_and_back[1..])
                .unwrap()
                .expect("outside may be negative");
        });
    }

    #[test]
    fn a_sum_that_does_not_fit_is_refused_and_not_wrapped() {
        check(|books, batch| {
            let most = pay(BANK, ANNA, "92233720368.54 eur");
            let plan = books
                .plan(batch, std::slice::from_ref(&most))
                .unwrap()
                .unwrap();
            books.book(plan);
            let error = books.plan(batch, &[most]).unwrap().unwrap_err();
            assert!(matches!(error, BrokenBooks::TooLarge { .. }), "{error}");
        });
    }

    #[test]
    fn a_batch_whose_accounts_do_not_sum_to_zero_is_not_written() {
        check(|books, batch| {
            let plan = books
                .plan(batch, &[pay(BANK, ANNA, "1.00 eur")])
                .unwrap()
                .unwrap();
            books.book(plan);
            // As if a balance had been changed past the books.
            assert_eq!(books.unbalanced(), None);
            books.totals.insert((Currency::EUR, AccountKind::Fees), 1);
            assert_eq!(books.unbalanced(), Some(Currency::EUR));
            let error = books.write(batch, 1, 1).unwrap().unwrap_err();
            assert_eq!(
                error.to_string(),
                "L8 is broken: the accounts in eur do not sum to zero"
            );
        });
    }
}
